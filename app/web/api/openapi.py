"""OpenAPI 3.1 of every declared operation, made from the same declarations that serve them."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from app.web.api.field_texts import describe
from app.web.api.openapi_answers import ERROR_SCHEMAS, REF, responses
from app.web.api.operations import (
    ANY_ID,
    DECLARATION,
    IDEMPOTENCY_HEADER,
    PATH_PATTERNS,
    URLENCODED,
)
from app.web.authentication import DECLARED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from pydantic import BaseModel
    from werkzeug.routing import Rule

    from app.web.api.operations import Operation

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# How a caller proves itself, by the rule that its blueprint declared; each entry is one way.
_PARTNER: list[dict[str, list[str]]] = [{"apiKey": []}, {"oauth2": []}]
_WIDGET: list[dict[str, list[str]]] = [{"clientToken": []}]
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "requires_no_authentication": [],
    "requires_partner": _PARTNER,
    "requires_widget": _WIDGET,
    "requires_partner_or_widget": [*_PARTNER, *_WIDGET],
    "requires_user": [*_WIDGET, {"userToken": []}],
}
_FACES = {
    "widget": "What the partner's backend asks: client tokens, status, sessions.",
    "partner": "Users, files and verifications for a partner's backend; errors are P-codes.",
    "profiles": "The signed-in user of the partner's app: tier, policies, eligibility.",
    "verifications": "The back office: verifications of customers by several providers.",
    "webhooks": "Where events go, and what became of them.",
    "oauth": "Access tokens for client credentials.",
    "sandbox": "Outcomes on demand, for test keys only.",
    "flow": "What the page in the frame asks, step by step; an app of your own may do the same.",
}


def document(app: Flask) -> dict[str, Any]:
    """The whole document; it names no host, so that it is the same wherever it is served."""
    operations = list(_operations(app))
    models = {model: None for _, _, declared in operations for model in _models(declared)}
    _, schemas = models_json_schema(list(models), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, declared in operations:
        path = _PARAMETER.sub(r"{\1}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method, declared)
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "KYC",
            "version": version("kyc-widget"),
            "description": "Self-hosted identity verification: one core, four faces.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in _FACES.items()],
        "paths": paths,
        "components": {
            "schemas": {**schemas.get("$defs", {}), **ERROR_SCHEMAS},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }
    describe(made)
    for text in _texts_taken(made):
        # No database keeps NUL; a pattern of the field's own leaves it out already.
        text.setdefault("pattern", "^[^\\u0000]*$")
    return made


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    # As registered: a face's calls come in the order in which they are made.
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], DECLARATION, None)
        if declared is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, declared


def _models(declared: Operation) -> Iterator[tuple[type[BaseModel], Any]]:
    for taken in (declared.body, declared.query, declared.form, declared.urlencoded):
        if taken is not None:
            yield taken, "validation"
    for given in declared.answers.values():
        if given is not None:
            yield given, "serialization"


def _operation(app: Flask, rule: Rule, method: str, declared: Operation) -> dict[str, Any]:
    endpoint = rule.endpoint
    blueprint = app.blueprints[endpoint.rpartition(".")[0]]
    view = app.view_functions[endpoint]
    rule_name = getattr(blueprint, DECLARED)
    own: list[dict[str, list[str]]] = [{way: []} if way else {} for way in declared.ways]
    answer: dict[str, Any] = {
        "operationId": f"{endpoint.replace('.', '_')}_{method.lower()}",
        "tags": [face_of(view.__module__)],
        "summary": declared.summary,
        "description": view.__doc__ or "",
        "security": [
            {
                name: [declared.scope.value] if name == "oauth2" and declared.scope else scopes
                for name, scopes in way.items()
            }
            for way in own or _SECURITY[rule_name]
        ],
        "parameters": _parameters(rule, declared),
        "responses": responses(app, rule, declared, rule_name),
    }
    body = _request_body(declared)
    return answer | ({"requestBody": body} if body else {})


def face_of(module: str) -> str:
    """The face that a view's module belongs to: `app.web.api.<face>…` or the widget's flow."""
    parts = module.split(".")
    return parts[3] if parts[2] == "api" else "flow"


def _parameters(rule: Rule, declared: Operation) -> list[dict[str, Any]]:
    found = [
        _parameter("path", name, {"type": "string", "pattern": f"^{_pattern(name)}$"}, True)
        for name in _PARAMETER.findall(rule.rule)
    ]
    if declared.query is not None:
        schema = declared.query.model_json_schema(ref_template=REF)
        found += [
            _parameter("query", name, _without_null(part), name in schema.get("required", ()))
            for name, part in schema["properties"].items()
        ]
    found += [
        _parameter(
            "header",
            name,
            {"type": "string", "pattern": f"^{pattern}$"},
            re.fullmatch(pattern, "") is None,
        )
        for name, pattern in declared.headers.items()
    ]
    if declared.creates:
        key = {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"}
        found.append(_parameter("header", IDEMPOTENCY_HEADER, key, False))
    return found


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A query string and a form have no null: what is optional there is left out."""
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    rest = {word: value for word, value in schema.items() if word not in {"anyOf", "default"}}
    return {**choices[0], **rest}


def _pattern(name: str) -> str:
    return PATH_PATTERNS.get(name, ANY_ID)


def _parameter(place: str, name: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": dict(schema)}


def _request_body(declared: Operation) -> dict[str, Any] | None:
    if declared.body is not None:
        named = {"$ref": REF.format(model=declared.body.__name__)}
        required = bool(declared.body.model_json_schema().get("required"))
        return {"required": required, "content": {"application/json": {"schema": named}}}
    if declared.urlencoded is not None:
        schema = _form_schema(declared.urlencoded)
        return {"required": True, "content": {URLENCODED: {"schema": schema}}}
    if declared.binary:
        whole = {"type": "string", "format": "binary"}
        return {"required": True, "content": {kind: {"schema": whole} for kind in declared.binary}}
    if not declared.file:
        return None
    schema = _form_schema(declared.form) if declared.form else {"title": "File", "type": "object"}
    schema |= {
        "properties": schema.get("properties", {})
        | {"file": {"type": "string", "format": "binary"}},
        "required": [*schema.get("required", []), "file"],
        "additionalProperties": False,
    }
    part = {"schema": schema, "encoding": {"file": {"contentType": ", ".join(declared.file)}}}
    return {"required": True, "content": {"multipart/form-data": part}}


def _form_schema(form: type[BaseModel]) -> dict[str, Any]:
    made = form.model_json_schema(ref_template=REF)
    made.pop("$defs", None)  # among the document's schemas
    properties = {name: _without_null(part) for name, part in made["properties"].items()}
    return {**made, "properties": properties}


def _texts_taken(made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas of free text in requests; files, dates and fixed words are no such text."""
    models, seen = made["components"]["schemas"], set()
    open_ends = [
        part["schema"]
        for methods in made["paths"].values()
        for operation in methods.values()
        for part in (
            *operation["parameters"],
            *operation.get("requestBody", {}).get("content", {}).values(),
        )
    ]
    while open_ends:
        schema = open_ends.pop()
        if "$ref" in schema and schema["$ref"] not in seen:
            seen.add(schema["$ref"])
            open_ends.append(models[schema["$ref"].rsplit("/", 1)[1]])
        if schema.get("type") == "string" and not schema.keys() & {"format", "enum", "const"}:
            yield schema
        open_ends += [*schema.get("anyOf", ()), *schema.get("properties", {}).values()]
        open_ends += [schema["items"]] if "items" in schema else []


_SCOPES = {
    "kyc:read": "Read users and verifications",
    "kyc:write": "Open the widget, change users and verifications",
    "webhooks:manage": "Register endpoints, replay deliveries",
}
_SECURITY_SCHEMES = {
    "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "oauth2": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": _SCOPES}},
    },
    "clientToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "userToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "clientSecret": {"type": "http", "scheme": "basic"},
}
