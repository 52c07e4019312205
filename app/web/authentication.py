"""Authentication, declared on every blueprint; a blueprint that declares none fails a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import PartnerCaller, WidgetCaller
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

DECLARED = "kyc_authentication"


def authenticate_with(blueprint: Blueprint, rule: Callable[[], None]) -> Blueprint:
    """Make the rule run before every view of the blueprint."""
    blueprint.before_request(rule)
    setattr(blueprint, DECLARED, rule.__name__)
    return blueprint


def requires_no_authentication() -> None:
    """Open to everyone, on purpose."""


def requires_partner() -> None:
    """A partner's secret key in `x-api-key`."""
    g.caller = _partner()


def requires_widget() -> None:
    """A client token in `Authorization: Bearer`."""
    g.caller = _widget()


def requires_partner_or_widget() -> None:
    """Either of the two; the view asks which one it was."""
    g.caller = _partner() if "x-api-key" in request.headers else _widget()


def caller() -> PartnerCaller | WidgetCaller:
    """Whoever passed the rule of this blueprint."""
    found: PartnerCaller | WidgetCaller = g.caller
    return found


def partner_caller() -> PartnerCaller:
    """The partner, where only partners get in."""
    found = caller()
    if not isinstance(found, PartnerCaller):
        raise DomainError(ErrorCode.INVALID_API_KEY)
    return found


def widget_caller() -> WidgetCaller:
    """The widget, where only widgets get in."""
    found = caller()
    if not isinstance(found, WidgetCaller):
        raise DomainError(ErrorCode.INVALID_TOKEN)
    return found


def _partner() -> PartnerCaller:
    key = request.headers.get("x-api-key", "")
    if not key:
        raise DomainError(ErrorCode.INVALID_API_KEY)
    if "Origin" in request.headers:
        raise DomainError(ErrorCode.SECRET_KEY_IN_BROWSER)
    return services().authenticate_partner(key)


def _widget() -> WidgetCaller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DomainError(ErrorCode.INVALID_TOKEN)
    return services().authenticate_widget(token)
