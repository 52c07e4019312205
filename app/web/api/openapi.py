"""OpenAPI 3.1 of every declared operation, made from the same declarations that serve them."""

from __future__ import annotations

import re
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from app.domain.errors import ErrorCode
from app.web.api.field_texts import describe
from app.web.api.operations import ANY_ID, DECLARATION, IDEMPOTENCY_HEADER, PATH_PATTERNS
from app.web.authentication import DECLARED
from app.web.errors import CATALOGUE, PROBLEM, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from pydantic import BaseModel
    from werkzeug.routing import Rule

    from app.web.api.operations import Operation

_REF = "#/components/schemas/{model}"
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
    _, schemas = models_json_schema(list(models), ref_template=_REF)
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
            "schemas": {**schemas.get("$defs", {}), **_ERROR_SCHEMAS},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }
    describe(made)
    return made


def _operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    # As registered: a face's calls come in the order in which they are made.
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], DECLARATION, None)
        if declared is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, declared


def _models(declared: Operation) -> Iterator[tuple[type[BaseModel], Any]]:
    for taken in (declared.body, declared.query, declared.form):
        if taken is not None:
            yield taken, "validation"
    for given in declared.answers.values():
        if given is not None:
            yield given, "serialization"


def _operation(app: Flask, rule: Rule, method: str, declared: Operation) -> dict[str, Any]:
    endpoint = rule.endpoint
    blueprint = app.blueprints[endpoint.rpartition(".")[0]]
    view = app.view_functions[endpoint]
    security = _SECURITY[getattr(blueprint, DECLARED)]
    answer: dict[str, Any] = {
        "operationId": f"{endpoint.replace('.', '_')}_{method.lower()}",
        "tags": [face_of(view.__module__)],
        "summary": declared.summary,
        "description": view.__doc__ or "",
        "security": [
            {name: [declared.scope.value] if name == "oauth2" and declared.scope else scopes}
            for way in security
            for name, scopes in way.items()
        ],
        "parameters": _parameters(rule, declared),
        "responses": _responses(app, rule.rule, declared, is_open=not security),
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
        schema = declared.query.model_json_schema(ref_template=_REF)
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
    """A query string has no null: what is optional there is left out."""
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
        named = {"$ref": _REF.format(model=declared.body.__name__)}
        required = bool(declared.body.model_json_schema().get("required"))
        return {"required": required, "content": {"application/json": {"schema": named}}}
    if declared.binary:
        whole = {"type": "string", "format": "binary"}
        return {"required": True, "content": {kind: {"schema": whole} for kind in declared.binary}}
    if not declared.file:
        return None
    form = declared.form.model_json_schema(ref_template=_REF) if declared.form else {}
    parts = {**form.get("properties", {}), "file": {"type": "string", "format": "binary"}}
    schema: dict[str, Any] = {
        "title": declared.form.__name__ if declared.form else "File",
        "type": "object",
        "properties": parts,
        "required": [*form.get("required", []), "file"],
        "additionalProperties": False,
    }
    part = {"schema": schema, "encoding": {"file": {"contentType": ", ".join(declared.file)}}}
    return {"required": True, "content": {"multipart/form-data": part}}


def _responses(
    app: Flask, path: str, declared: Operation, *, is_open: bool
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for status, model in declared.answers.items():
        found[str(status)] = {"description": HTTPStatus(status).phrase}
        if model is not None:
            schema = {"$ref": _REF.format(model=model.__name__)}
            found[str(status)]["content"] = {"application/json": {"schema": schema}}
    by_status: dict[int, dict[str, str | None]] = {}
    shape = shape_of(app, path)
    for code in sorted(_errors(declared, is_open=is_open)):
        status = CATALOGUE[code][0]
        p_code: str | None = None
        if shape is not None:
            status, body = shape(code, status, {"error": code.value, "message": ""})
            p_code = str(body["code"]) if body.get("code") else None
        by_status.setdefault(status, {})[code.value] = p_code
    dialect = "PartnerError" if shape is not None else "Error"
    for status, codes in sorted(by_status.items()):
        content = {
            "application/json": {"schema": {"$ref": _REF.format(model=dialect)}},
            PROBLEM: {"schema": {"$ref": _REF.format(model="Problem")}},
        }
        names = ", ".join(f"{p} ({error})" if p else error for error, p in codes.items())
        found[str(status)] = {
            "description": f"{HTTPStatus(status).phrase}: {names}",
            "content": content,
            "x-errors": [{"error": error, "code": p} for error, p in codes.items()],
        }
    return found


def _errors(declared: Operation, *, is_open: bool) -> set[ErrorCode]:
    found = {*declared.errors, ErrorCode.RETRY_LATER}
    if not is_open:
        found |= {ErrorCode.INVALID_API_KEY, ErrorCode.RATE_LIMITED}
    takes_input = (declared.body, declared.query, declared.form, declared.headers)
    if any(takes_input) or declared.creates:
        found.add(ErrorCode.VALIDATION_ERROR)
    if declared.scope is not None:
        found |= {ErrorCode.INSUFFICIENT_SCOPE, ErrorCode.SECRET_KEY_IN_BROWSER}
    if declared.creates:
        found |= {ErrorCode.IDEMPOTENCY_KEY_REUSED, ErrorCode.CONFLICT}
    return found | {ErrorCode.NOT_FOUND}


def _string(text: str, **more: object) -> dict[str, object]:
    return {"type": "string", "description": text, **more}


_FIELDS = {
    "error": _string("The code: stable for ever."),
    "message": _string("What to do, for a developer to read."),
    "request_id": _string("Tell this to support."),
}
_ERROR_SCHEMAS = {
    "Error": {"type": "object", "properties": _FIELDS, "required": ["error", "message"]},
    "PartnerError": {
        "type": "object",
        "properties": {
            **_FIELDS,
            "code": {"type": ["string", "null"], "pattern": "^P[0-9]{3}$"},
        },
        "required": ["code", "message"],
    },
    "Problem": {
        "type": "object",
        "properties": {
            **_FIELDS,
            "type": _string("Names the error.", format="uri"),
            "title": _string("The status in words."),
            "status": {"type": "integer"},
            "detail": _string("The message again."),
        },
        "required": ["type", "title", "status", "detail"],
    },
}
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
}
