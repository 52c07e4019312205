"""POST /widget/sessions: the gate before a payment."""

from __future__ import annotations

from flask import Blueprint

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Scope
from app.services.callers import PartnerCaller
from app.web.api.operations import operation
from app.web.api.widget.client_tokens import PartnerUserId
from app.web.authentication import authenticate_with, caller, requires_partner_or_widget
from app.web.bodies import Answer, Body
from app.web.services import services
from app.web.times import Instant

sessions = authenticate_with(Blueprint("sessions", __name__), requires_partner_or_widget)


class SessionBody(Body):
    """The user is named by the backend; a widget's token names its own user."""

    partner_user_id: PartnerUserId | None = None


class SessionAnswer(Answer):
    """A session in which the user may transact."""

    session_id: str
    partner_user_id: str
    expires_at: Instant
    payment_url: str | None


@sessions.post("/widget/sessions")
@operation(
    "Open a session in which a verified user may transact",
    body=SessionBody,
    answers={201: SessionAnswer},
    errors=(ErrorCode.KYC_REQUIRED, ErrorCode.NOT_FOUND, ErrorCode.USER_SUSPENDED),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def open_session(body: SessionBody) -> SessionAnswer:
    """201 with a session for a verified user, 422 `kyc_required` for everyone else."""
    found = caller()
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
    return SessionAnswer(
        session_id=opened.session_id,
        partner_user_id=opened.partner_user_id,
        expires_at=opened.expires_at,
        payment_url=opened.payment_url,
    )
