"""POST /widget/client-tokens and …/refresh, and POST /widget/launch-codes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Blueprint
from pydantic import Field, StringConstraints

from app.domain.errors import ErrorCode
from app.domain.limits import CLIENT_TOKENS_OF_USER
from app.domain.partner import Scope
from app.services.issue_client_token import ClientTokenRequest
from app.web.api.operations import operation
from app.web.authentication import (
    authenticate_with,
    partner_caller,
    requires_partner,
    requires_widget,
    widget_caller,
)
from app.web.bodies import WORDS, Answer, Body, EmptyBody
from app.web.services import services
from app.web.times import Instant

client_tokens = authenticate_with(Blueprint("client_tokens", __name__), requires_partner)
refreshes = authenticate_with(Blueprint("client_token_refreshes", __name__), requires_widget)

PartnerUserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@|~+=-]{1,128}$")]
TierName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=WORDS, max_length=100)]
Locale = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]
_ORIGIN = r"^[Hh][Tt]{2}[Pp][Ss]?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$"
Origin = Annotated[str, StringConstraints(pattern=_ORIGIN, max_length=300)]
# Spelt out, for the readers of patterns do not agree on what is a space; controls go with them.
_SPACES = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff"
Url = Annotated[str, StringConstraints(pattern=rf"^https?://[^{_SPACES}\"'<>\\]{{1,2000}}$")]


class Claimed(Body):
    """What the partner believes about the user; compared with the document, never shown."""

    given_name: _Name | None = None
    family_name: _Name | None = None
    date_of_birth: date | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")] | None = None


class ClientTokenBody(Body):
    """The request of POST /widget/client-tokens."""

    partner_user_id: PartnerUserId
    origins: Annotated[list[Origin], Field(min_length=1, max_length=10)] | None = None
    tier: TierName | None = None
    locale: Locale | None = None
    claimed: Claimed = Claimed()
    payment_url: Url | None = None
    return_url: Url | None = None
    ttl_s: Annotated[int, Field(ge=60, le=900)] | None = None


class ClientTokenAnswer(Answer):
    """A token for the backend's own calls, and a one-time code that opens the page."""

    client_token: str
    launch_code: str
    expires_at: Instant
    widget_url: str


class SpareCodeAnswer(Answer):
    """What opens the page again, once, should its browser kill it."""

    launch_code: str


class RefreshAnswer(Answer):
    """The next token."""

    client_token: str
    expires_at: Instant


@client_tokens.post("/widget/client-tokens")
@operation(
    "Open the widget for a user: a client token and a one-time launch code",
    body=ClientTokenBody,
    answers={201: ClientTokenAnswer},
    errors=(ErrorCode.ORIGIN_NOT_ALLOWED, ErrorCode.USER_SUSPENDED),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def issue(body: ClientTokenBody) -> ClientTokenAnswer:
    """A client token and launch code for one user of the calling partner."""
    found = partner_caller()
    services().rate_limits.count(
        CLIENT_TOKENS_OF_USER, f"{found.partner_id}|{body.partner_user_id}"
    )
    issued = services().issue_client_token(
        found,
        ClientTokenRequest(
            partner_user_id=body.partner_user_id,
            origins=body.origins,
            tier=body.tier,
            locale=body.locale,
            claimed={
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in body.claimed.model_dump(exclude_none=True).items()
            },
            payment_url=body.payment_url,
            return_url=body.return_url,
            ttl_s=body.ttl_s,
        ),
    )
    return ClientTokenAnswer(
        client_token=issued.client_token,
        launch_code=issued.launch_code,
        expires_at=issued.expires_at,
        widget_url=f"{services().settings.public_url}/widget/s/{issued.session_id}",
    )


@refreshes.post("/widget/client-tokens/refresh")
@operation(
    "Buy the next client token with a live one", answers={201: RefreshAnswer}, body=EmptyBody
)
def refresh() -> RefreshAnswer:
    """The next token of a live one."""
    launched = services().launch_widget.refresh(widget_caller())
    return RefreshAnswer(client_token=launched.client_token, expires_at=launched.expires_at)


@refreshes.post("/widget/launch-codes")
@operation(
    "Buy a launch code for a page that may be lost, with its live token",
    answers={201: SpareCodeAnswer},
    body=EmptyBody,
)
def spare_code() -> SpareCodeAnswer:
    """Works once, within half an hour; whatever code there was before is void."""
    return SpareCodeAnswer(launch_code=services().launch_widget.spare_code(widget_caller()))
