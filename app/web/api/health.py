"""GET /healthz and /readyz: is the process up, and can it do its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify

from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.services import services

if TYPE_CHECKING:
    from flask import Response

health = authenticate_with(Blueprint("health", __name__), requires_no_authentication)


@health.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when database, storage, keys and queue are fit for work, else 503 naming what is not."""
    faults = services().readiness()
    answer = {"status": "unavailable" if faults else "ok", "faults": faults}
    return jsonify(answer), 503 if faults else 200
