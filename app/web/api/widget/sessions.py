"""POST /widget/sessions: the gate before a payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify

from app.domain.errors import DomainError, ErrorCode
from app.services.callers import PartnerCaller
from app.web.api.widget.client_tokens import PartnerUserId
from app.web.authentication import authenticate_with, caller, requires_partner_or_widget
from app.web.bodies import Body, json_body
from app.web.services import services
from app.web.times import rfc3339

if TYPE_CHECKING:
    from flask import Response

sessions = authenticate_with(Blueprint("sessions", __name__), requires_partner_or_widget)


class SessionBody(Body):
    """The user is named by the backend; a widget's token names its own user."""

    partner_user_id: PartnerUserId | None = None


@sessions.post("/widget/sessions")
def open_session() -> tuple[Response, int]:
    """201 with a session for a verified user, 422 `kyc_required` for everyone else."""
    body, found = json_body(SessionBody), caller()
    if isinstance(found, PartnerCaller):
        if body.partner_user_id is None:
            raise DomainError(
                ErrorCode.VALIDATION_ERROR, fields={"partner_user_id": "Field required"}
            )
        opened = services().open_transaction_session(found.partner_id, body.partner_user_id)
    else:
        if body.partner_user_id not in {None, found.partner_user_id}:
            raise DomainError(ErrorCode.NOT_FOUND)
        opened = services().open_transaction_session(
            found.partner_id, found.partner_user_id, found.session_id
        )
    answer = {
        "session_id": opened.session_id,
        "partner_user_id": opened.partner_user_id,
        "expires_at": rfc3339(opened.expires_at),
        "payment_url": opened.payment_url,
    }
    return jsonify(answer), 201
