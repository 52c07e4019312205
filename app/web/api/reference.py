"""GET /openapi.json: what machines read of all faces; /docs is made of the same document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, jsonify

from app.web.api.openapi import document
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.compression import compressible

if TYPE_CHECKING:
    from typing import Any

    from flask import Response

reference = authenticate_with(Blueprint("reference", __name__), requires_no_authentication)

_CACHE = "kyc_openapi"


@reference.get("/openapi.json")
@compressible
def openapi() -> Response:
    """The document."""
    response = jsonify(openapi_document())
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def openapi_document() -> dict[str, Any]:
    """The document of this application, made once a process."""
    extensions = current_app.extensions
    if _CACHE not in extensions:
        extensions[_CACHE] = document(current_app)
    found: dict[str, Any] = extensions[_CACHE]
    return found
