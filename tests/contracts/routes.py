"""The document, and the application that it describes, without any services behind them."""

from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from flask import Flask

from app.factory import create_app
from app.web.api.openapi import document

if TYPE_CHECKING:
    from app.wiring import Services


@cache
def the_application() -> Flask:
    """The routes alone: enough to be described, not to answer."""
    services = SimpleNamespace(settings=SimpleNamespace(max_upload_bytes=1))
    return create_app(cast("Services", services))


@cache
def the_document() -> dict[str, Any]:
    """What /openapi.json says."""
    return document(the_application())


def operations() -> list[str]:
    """Every `METHOD /path` of the document."""
    return [
        f"{method.upper()} {path}"
        for path, methods in the_document()["paths"].items()
        for method in methods
    ]
