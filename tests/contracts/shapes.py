"""The shapes that the outside relies on, flattened from OpenAPI: `data[].id` -> `string`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("frozen_shapes.json")


def shapes_of(document: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """By `METHOD /path`: the fields of the request, and those of each answer by its status."""
    found = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts = {"request": dict(_request(document, operation))}
            for status, response in operation["responses"].items():
                schema = _json_schema(response)
                parts[status] = dict(_fields(document, schema)) if schema else {}
            found[f"{method.upper()} {path}"] = parts
    return found


def frozen() -> dict[str, dict[str, dict[str, str]]]:
    """The shapes that were promised."""
    content: dict[str, dict[str, dict[str, str]]] = json.loads(FROZEN.read_text(encoding="utf-8"))
    return content


def _request(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for parameter in operation["parameters"]:
        mark = "!" if parameter["required"] else ""
        yield f"{parameter['in']}:{parameter['name']}{mark}", _type(document, parameter["schema"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _fields(document, content["schema"], mark_required=True)


def _json_schema(response: Mapping[str, Any]) -> Any:
    return response.get("content", {}).get("application/json", {}).get("schema")


def _fields(
    document: Mapping[str, Any], schema: Any, prefix: str = "", *, mark_required: bool = False
) -> Iterator[tuple[str, str]]:
    schema = _resolved(document, schema)
    for choice in schema.get("anyOf", ()):
        yield from _fields(document, choice, prefix, mark_required=mark_required)
    if schema.get("type") == "array":
        yield from _fields(document, schema["items"], f"{prefix}[]", mark_required=mark_required)
    for name, part in schema.get("properties", {}).items():
        mark = "!" if mark_required and name in schema.get("required", ()) else ""
        place = f"{prefix}.{name}" if prefix else name
        yield f"{place}{mark}", _type(document, part)
        yield from _fields(document, part, place, mark_required=mark_required)


def _type(document: Mapping[str, Any], schema: Any) -> str:
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        return "|".join(sorted({_type(document, choice) for choice in schema["anyOf"]}))
    if "enum" in schema:
        return "one of " + ",".join(sorted(str(word) for word in schema["enum"]))
    kind = schema.get("type", "any")
    return "|".join(kind) if isinstance(kind, list) else str(kind)


def _resolved(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    found: Mapping[str, Any] = schema
    return found
