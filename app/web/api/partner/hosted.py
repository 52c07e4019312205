"""Method B: create a verification, send the user to the hosted widget, read the status."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response
from pydantic import StringConstraints

from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.web.api.operations import operation
from app.web.api.widget.client_tokens import Locale, TierName, Url
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import CamelAnswer, CamelBody
from app.web.reasons import PartnerReason, reasons_for_partner
from app.web.services import services
from app.web.times import Instant

hosted = authenticate_with(Blueprint("partner_hosted", __name__), requires_partner)

_Status = Annotated[str, StringConstraints(pattern="^(not_started|pending|verified|failed)$")]


class CreateKyc(CamelBody):
    """The request of POST /v1/user/kyc; `return_url` must lie on one of the partner's origins."""

    external_user_id: UUID
    tier: TierName | None = None
    locale: Locale | None = None
    return_url: Url | None = None


class KycAnswer(CamelAnswer):
    """Where the user's KYC stands, and where to send the user."""

    external_user_id: str
    status: _Status
    stage: str
    tier: str | None
    retryable: bool
    reasons: list[PartnerReason]
    verified_at: Instant | None
    expires_at: Instant | None
    redirect_url: str


@hosted.post("/v1/user/kyc")
@operation(
    "Create a KYC verification",
    body=CreateKyc,
    answers={201: KycAnswer},
    errors=(
        ErrorCode.USER_NOT_FOUND,
        ErrorCode.USER_SUSPENDED,
        ErrorCode.ALREADY_VERIFIED,
        ErrorCode.ORIGIN_NOT_ALLOWED,
    ),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def create_kyc(body: CreateKyc) -> KycAnswer:
    """Open a verification for a user; redirect the user next."""
    user = str(body.external_user_id)
    services().open_hosted_verification(
        partner_caller(), user, body.tier, body.locale, body.return_url
    )
    return _answer(user)


@hosted.get("/v1/user/<external_user_id>/kyc/redirect")
@operation(
    "Redirect to the hosted widget",
    answers={302: None},
    errors=(ErrorCode.USER_NOT_FOUND, ErrorCode.USER_SUSPENDED, ErrorCode.ALREADY_VERIFIED),
    scope=Scope.KYC_WRITE,
)
def redirect_to_widget(external_user_id: str) -> Response:
    """302 to the widget with a one-time launch code that lives for a minute."""
    launched = services().open_hosted_verification.launch(
        partner_caller(), external_user_id.lower()
    )
    base = services().settings.public_url
    # The code is in the fragment: it reaches no server log and no referrer.
    address = f"{base}/widget/s/{launched.session_id}#c={launched.launch_code}"
    return Response(status=302, headers={"Location": address})


@hosted.get("/v1/user/<external_user_id>/kyc")
@operation(
    "Read a user's KYC status",
    answers={200: KycAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def read_kyc(external_user_id: str) -> KycAnswer:
    """The status now."""
    return _answer(external_user_id.lower())


def _answer(external_user_id: str) -> KycAnswer:
    view = services().read_kyc_status(partner_caller().partner_id, external_user_id)
    base = services().settings.public_url
    return KycAnswer(
        external_user_id=external_user_id,
        status=view.status.value,
        stage=view.stage,
        tier=view.tier,
        retryable=view.is_retryable,
        reasons=reasons_for_partner(view.reasons),
        verified_at=view.verified_at,
        expires_at=view.expires_at,
        redirect_url=f"{base}/v1/user/{external_user_id}/kyc/redirect",
    )
