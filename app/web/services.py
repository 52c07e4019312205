"""How a view reaches the use cases: the wiring puts them on the application once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from app.wiring import Services

EXTENSION = "kyc"


def services() -> Services:
    """The use cases of this application."""
    return cast("Services", current_app.extensions[EXTENSION])
