"""The door of the sandbox: a live key finds nothing behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from app.services.simulate_verification import require_test_mode
from app.web.authentication import authenticate_with, partner_caller, requires_partner

if TYPE_CHECKING:
    from typing import Final

PREFIX: Final = "/v1/sandbox"


def sandbox_blueprint(name: str, module: str) -> Blueprint:
    """A blueprint whose views only run for partners in test mode; others read 404."""
    blueprint = authenticate_with(Blueprint(name, module), requires_partner)
    blueprint.before_request(_requires_test_mode)
    return blueprint


def _requires_test_mode() -> None:
    require_test_mode(partner_caller())
