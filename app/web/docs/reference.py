"""The OpenAPI document as a reader wants it: faces, their operations, and an example of each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from app.web.docs.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.web.docs.schemas import Field

_TITLES = {"flow": "The flow in the frame", "oauth": "OAuth2"}
_PLACES = ("path", "query", "header")
_FORM = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"
# What stands in the Authorization header or instead of it, by security scheme.
_CREDENTIALS = {
    "apiKey": ("secret key", "x-api-key: $KYC_API_KEY"),
    "oauth2": ("access token", "Authorization: Bearer $KYC_ACCESS_TOKEN"),
    "clientToken": ("client token", "Authorization: Bearer $KYC_CLIENT_TOKEN"),
    "userToken": ("your user's own token", "Authorization: Bearer $USER_TOKEN"),
    "clientSecret": ("client secret", ""),
}
_BASIC = ' \\\n  -u "$KYC_CLIENT_ID:$KYC_CLIENT_SECRET"'
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Reply:
    """One answer; `errors` are pairs of error code and P-code, None where there is none."""

    status: str
    phrase: str
    fields: tuple[Field, ...]
    example: Any
    errors: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class OperationPage:
    """Everything to be said of one operation."""

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    credentials: tuple[str, ...]
    scopes: tuple[str, ...]
    rate_limits: tuple[str, ...]
    parameters: Mapping[str, tuple[Field, ...]]
    body_type: str
    body: tuple[Field, ...]
    curl: str
    answers: tuple[Reply, ...]
    errors: tuple[Reply, ...]


@dataclass(frozen=True)
class Face:
    """One face with its operations, in the order in which they are made."""

    name: str
    title: str
    text: str
    operations: tuple[OperationPage, ...]


def read_faces(
    document: Mapping[str, Any], rate_limits: Mapping[tuple[str, str], tuple[str, ...]]
) -> list[Face]:
    """The faces that have operations, in the document's order.

    `rate_limits` are by method and by the rule of the route.
    """
    by_path = {
        (method, _PARAMETER.sub(r"{\1}", rule)): texts
        for (method, rule), texts in rate_limits.items()
    }
    schemas = Schemas(document["components"]["schemas"])
    pages: dict[str, list[OperationPage]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            limits = by_path.get((method.upper(), path), ())
            page = _page(schemas, method.upper(), path, operation, limits)
            pages.setdefault(operation["tags"][0], []).append(page)
    return [
        Face(
            tag["name"],
            _TITLES.get(tag["name"], tag["name"].capitalize()),
            tag["description"],
            tuple(pages[tag["name"]]),
        )
        for tag in document["tags"]
        if tag["name"] in pages
    ]


def anchor_of(method: str, path: str) -> str:
    """Where an operation stands on the page: `get-v1-user-external_user_id-kyc`."""
    return "-".join([method.lower(), *re.findall(r"[\w.-]+", path)])


def _page(
    schemas: Schemas,
    method: str,
    path: str,
    operation: Mapping[str, Any],
    rate_limits: tuple[str, ...],
) -> OperationPage:
    ways = [name for way in operation["security"] for name in way]
    body_type, body = _body(operation)
    replies = [_reply(schemas, *found) for found in operation["responses"].items()]
    return OperationPage(
        anchor=anchor_of(method, path),
        method=method,
        path=path,
        summary=operation["summary"],
        text=operation["description"],
        credentials=tuple(_CREDENTIALS[name][0] for name in ways),
        scopes=tuple(scope for way in operation["security"] for scope in way.get("oauth2", ())),
        rate_limits=rate_limits,
        parameters=_parameters(schemas, operation),
        body_type=body_type,
        body=tuple(_with_media_types(field, operation) for field in schemas.fields(body)),
        curl="".join(_curl(schemas, method, path, operation)),
        answers=tuple(reply for reply in replies if not reply.errors),
        errors=tuple(reply for reply in replies if reply.errors),
    )


def _parameters(schemas: Schemas, operation: Mapping[str, Any]) -> Mapping[str, tuple[Field, ...]]:
    found = {
        place: tuple(
            schemas.field(each["name"], each["schema"], required=each["required"])
            for each in operation["parameters"]
            if each["in"] == place
        )
        for place in _PLACES
    }
    return {place: fields for place, fields in found.items() if fields}


def _with_media_types(field: Field, operation: Mapping[str, Any]) -> Field:
    """The field of a form, with what it may hold when it is a file."""
    form = operation["requestBody"]["content"].get(_FORM, {})
    kinds = form.get("encoding", {}).get(field.name, {}).get("contentType")
    return field if kinds is None else replace(field, limits=(*field.limits, kinds))


def _body(operation: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    for part in content.values():
        return ", ".join(content), part.get("schema", {})
    return "", {}


def _reply(schemas: Schemas, status: str, response: Mapping[str, Any]) -> Reply:
    errors = tuple((each["error"], each["code"]) for each in response.get("x-errors", ()))
    phrase = response["description"].partition(":")[0]
    content = response.get("content", {}).get("application/json")
    if errors or content is None:
        return Reply(status, phrase, (), None, errors)
    schema = content["schema"]
    example = schemas.example(schema, whole=True)
    return Reply(status, phrase, schemas.fields(schema), example, errors)


def _curl(schemas: Schemas, method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """The call as a line of a shell."""
    yield "curl" + (f" -X {method}" if method != "GET" else "")
    yield f' "$KYC_URL{_address(schemas, path, operation)}"'
    ways = [name for way in operation["security"] for name in way]
    if ways and ways[0] == "clientSecret":
        yield _BASIC
    headers = [_CREDENTIALS[ways[0]][1]] if ways and _CREDENTIALS[ways[0]][1] else []
    headers += [
        f"{each['name']}: {schemas.example(each['schema'], whole=True)}"
        for each in operation["parameters"]
        if each["in"] == "header"
    ]
    body_type, body = _body(operation)
    if body_type not in {"", _FORM, _URLENCODED}:
        headers.append(f"content-type: {body_type.partition(',')[0]}")
    for header in headers:
        yield f' \\\n  -H "{header}"'
    if not body_type:
        return
    example = schemas.example(body, whole=False)
    if body_type == _URLENCODED:
        for name, value in example.items():
            yield f" \\\n  -d '{name}={value}'"
    elif body_type == _FORM:
        for name, value in example.items():
            yield f" \\\n  -F {name}={'@' if name == 'file' else ''}{value}"
    elif body_type == "application/json":
        yield f" \\\n  -d '{json.dumps(example, indent=2, ensure_ascii=False)}'"
    else:
        yield " \\\n  --data-binary @frame.jpg"


def _address(schemas: Schemas, path: str, operation: Mapping[str, Any]) -> str:
    values = {
        (each["in"], each["name"]): schemas.example(each["schema"], whole=True)
        for each in operation["parameters"]
    }
    for (place, name), value in values.items():
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value)))
    query = {
        each["name"]: values["query", each["name"]]
        for each in operation["parameters"]
        if each["in"] == "query" and each["required"]
    }
    return path + (f"?{urlencode(query)}" if query else "")
