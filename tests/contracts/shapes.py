"""The shapes that the outside relies on, flattened from OpenAPI: `data[].id` -> `string`."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).with_name("frozen_shapes.json")
Shapes = dict[str, dict[str, dict[str, str]]]


def shapes_of(document: Mapping[str, Any]) -> Shapes:
    """By `METHOD /path`: what the request takes (`!` for must), and each answer by its status."""
    return {
        f"{method.upper()} {path}": {
            "request": dict(_request(document, operation)),
            **{
                status: dict(_answer(document, answer))
                for status, answer in operation["responses"].items()
            },
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def frozen() -> Shapes:
    """The shapes that were promised."""
    content: Shapes = json.loads(FROZEN.read_text(encoding="utf-8"))
    return content


def broken_promises(promised: Shapes, now: Shapes) -> list[str]:
    """What was promised and is gone, retyped or newly asked for; adding breaks nothing."""
    return [
        f"{operation}: {fault}"
        for operation in sorted(promised)
        for fault in _broken(promised[operation], now.get(operation))
    ]


def _broken(
    promised: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]] | None
) -> Iterator[str]:
    if now is None:
        yield "is gone"
        return
    for part, fields in promised.items():
        if part not in now:
            yield f"{part} is gone"
            continue
        for field, kind in fields.items():
            # What had to be sent may become optional.
            name = field if field in now[part] else field.removesuffix("!")
            if name not in now[part]:
                yield f"{part}: {field} is gone"
            elif not _holds(kind, now[part][name]):
                yield f"{part}: {field} was {kind} and is {now[part][name]}"
    for field in now["request"].keys() - promised["request"].keys():
        if field.endswith("!"):
            yield f"request: {field} is newly asked for"


def _holds(promised: str, now: str) -> bool:
    """Whether every word or type that was promised is still one."""
    return _words(promised) <= _words(now)


def _words(kind: str) -> set[str]:
    return {
        f"one of {word}" if part.startswith("one of ") else part
        for part in kind.split("|")
        for word in part.removeprefix("one of ").split(",")
    }


def _request(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for parameter in operation["parameters"]:
        mark = "!" if parameter["required"] else ""
        yield f"{parameter['in']}:{parameter['name']}{mark}", _type(document, parameter["schema"])
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"type:{kind}", "body"
        yield from _fields(document, content["schema"], mark_required=True)


def _answer(document: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in answer.get("headers", {}):
        yield f"header:{name}", "string"
    for each in answer.get("x-errors", ()):
        yield f"error:{each['error']} {each['code'] or ''}".rstrip(), "code"
    for kind, content in answer.get("content", {}).items():
        yield f"type:{kind}", "body"
        if kind == "application/json":
            yield from _fields(document, content["schema"])


def _fields(
    document: Mapping[str, Any], schema: Any, prefix: str = "", *, mark_required: bool = False
) -> Iterator[tuple[str, str]]:
    schema = _resolved(document, schema)
    for choice in schema.get("anyOf", ()):
        yield from _fields(document, choice, prefix, mark_required=mark_required)
    if schema.get("type") == "array":
        yield f"{prefix}[]", _type(document, schema["items"])
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
    words = [schema["const"]] if "const" in schema else schema.get("enum")
    if words:
        return "one of " + ",".join(sorted(str(word) for word in words))
    kind = schema.get("type", "any")
    kind = "|".join(sorted(kind)) if isinstance(kind, list) else str(kind)
    return f"{kind}({schema['format']})" if "format" in schema else kind


def _resolved(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    found: Mapping[str, Any] = schema
    return found
