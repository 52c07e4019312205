"""POST /widget/client-tokens and …/refresh."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, jsonify
from pydantic import Field, StringConstraints

from app.services.issue_client_token import ClientTokenRequest
from app.web.authentication import (
    authenticate_with,
    partner_caller,
    requires_partner,
    requires_widget,
    widget_caller,
)
from app.web.bodies import Body, json_body
from app.web.services import services
from app.web.times import rfc3339

if TYPE_CHECKING:
    from flask import Response

client_tokens = authenticate_with(Blueprint("client_tokens", __name__), requires_partner)
refreshes = authenticate_with(Blueprint("client_token_refreshes", __name__), requires_widget)

PartnerUserId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:@|~+=-]{1,128}$")]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\"'<>\\]{1,2000}$")]


class Claimed(Body):
    """What the partner believes about the user; compared with the document, never shown."""

    given_name: _Name | None = None
    family_name: _Name | None = None
    date_of_birth: date | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")] | None = None


class ClientTokenBody(Body):
    """The request of POST /widget/client-tokens."""

    partner_user_id: PartnerUserId
    origins: Annotated[list[str], Field(min_length=1, max_length=10)] | None = None
    tier: Annotated[str, StringConstraints(pattern=r"^standard$")] = "standard"
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    claimed: Claimed = Claimed()
    payment_url: _Url | None = None
    ttl_s: Annotated[int, Field(ge=60, le=900)] | None = None


@client_tokens.post("/widget/client-tokens")
def issue() -> tuple[Response, int]:
    """A client token and launch code for one user of the calling partner."""
    body = json_body(ClientTokenBody)
    issued = services().issue_client_token(
        partner_caller(),
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
            ttl_s=body.ttl_s,
        ),
    )
    answer = {
        "client_token": issued.client_token,
        "launch_code": issued.launch_code,
        "expires_at": rfc3339(issued.expires_at),
        "widget_url": f"{services().settings.public_url}/widget/s/{issued.session_id}",
    }
    return _no_store(answer), 201


@refreshes.post("/widget/client-tokens/refresh")
def refresh() -> tuple[Response, int]:
    """The next token of a live one."""
    launched = services().launch_widget.refresh(widget_caller())
    answer = {
        "client_token": launched.client_token,
        "expires_at": rfc3339(launched.expires_at),
    }
    return _no_store(answer), 201


def _no_store(answer: dict[str, str]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response
