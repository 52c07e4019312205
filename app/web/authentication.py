"""Authentication, declared on every blueprint; a blueprint that declares none fails a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import PartnerCaller, UserCaller, WidgetCaller
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from app.domain.partner import Scope

DECLARED = "kyc_authentication"


def authenticate_with(blueprint: Blueprint, rule: Callable[[], None]) -> Blueprint:
    """Make the rule run before every view of the blueprint."""
    blueprint.before_request(rule)
    setattr(blueprint, DECLARED, rule.__name__)
    return blueprint


def requires_no_authentication() -> None:
    """Open to everyone, on purpose."""


def requires_partner() -> None:
    """A partner's secret key in `x-api-key`, or its access token in `Authorization: Bearer`."""
    g.caller = _partner()


def requires_widget() -> None:
    """A client token in `Authorization: Bearer`."""
    g.caller = _widget()


def requires_partner_or_widget() -> None:
    """Either of the two; the view asks which one it was."""
    is_widget = "x-api-key" not in request.headers and services().is_client_token(_bearer())
    g.caller = _widget() if is_widget else _partner()


def requires_user() -> None:
    """The signed-in user of a partner's app: a client token, or a token of the partner's own."""
    g.caller = services().authenticate_user(_required_bearer())


def require_scope(scope: Scope) -> None:
    """Raise DomainError(insufficient_scope) for a partner without it; users have no scopes."""
    found = g.get("caller")
    if isinstance(found, PartnerCaller) and scope not in found.scopes:
        raise DomainError(ErrorCode.INSUFFICIENT_SCOPE, scope=scope.value)


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


def user_caller() -> UserCaller:
    """The user, where only users get in."""
    found: object = g.caller
    if not isinstance(found, UserCaller):
        raise DomainError(ErrorCode.INVALID_TOKEN)
    return found


def _partner() -> PartnerCaller:
    key, token = request.headers.get("x-api-key", ""), _bearer()
    if not key and not token:
        raise DomainError(ErrorCode.INVALID_API_KEY)
    if "Origin" in request.headers:
        raise DomainError(ErrorCode.SECRET_KEY_IN_BROWSER)
    if key:
        return services().authenticate_partner(key)
    return services().authenticate_access_token(token)


def _widget() -> WidgetCaller:
    return services().authenticate_widget(_required_bearer())


def _required_bearer() -> str:
    token = _bearer()
    if not token:
        raise DomainError(ErrorCode.INVALID_TOKEN)
    return token


def _bearer() -> str:
    """The token of the Authorization header; empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""
