"""GET /widget/users/{partner_user_id}/kyc-status, with ETag, 304 and a bounded long poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Scope
from app.domain.verification import KycStatus
from app.services.callers import PartnerCaller
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, caller, requires_partner_or_widget
from app.web.bodies import Answer, Body
from app.web.long_poll import WaitS, read_or_wait
from app.web.reasons import PartnerReason, VisibleReason, reasons_for_partner, reasons_for_user
from app.web.services import services
from app.web.times import Instant

if TYPE_CHECKING:
    from app.services.read_kyc_status import KycStatusView

kyc_status = authenticate_with(Blueprint("kyc_status", __name__), requires_partner_or_widget)


class KycStatusQuery(Body):
    """`wait` holds the answer back until the status differs from If-None-Match, in seconds."""

    wait: WaitS = 0


class KycStatusAnswer(Answer):
    """Where a user stands; `version` only grows."""

    partner_user_id: str
    status: KycStatus
    verified_at: Instant | None
    stage: str
    retryable: bool
    reasons: list[PartnerReason] | list[VisibleReason]
    tier: str | None
    expires_at: Instant | None
    version: int


@kyc_status.get("/widget/users/<partner_user_id>/kyc-status")
@operation(
    "Read where a user stands",
    query=KycStatusQuery,
    answers={200: KycStatusAnswer, 304: None},
    headers={"If-None-Match": r"[\x20-\x7e]{0,1000}"},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def read(partner_user_id: str, query: KycStatusQuery) -> Response:
    """The status of one user of the calling partner, or of the token's own user."""
    found = caller()
    if not isinstance(found, PartnerCaller) and found.partner_user_id != partner_user_id:
        raise DomainError(ErrorCode.NOT_FOUND)
    view = read_or_wait(
        lambda: services().read_kyc_status(found.partner_id, partner_user_id),
        _is_known,
        query.wait,
    )
    if _is_known(view):
        response = Response(status=304)
    else:
        answer = status_answer(view, for_partner=isinstance(found, PartnerCaller))
        response = Response(answer.model_dump_json(), mimetype="application/json")
    response.set_etag(_etag(view))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _etag(view: KycStatusView) -> str:
    return f"{view.version}-{view.status.value}"


def _is_known(view: KycStatusView) -> bool:
    return request.if_none_match.contains(_etag(view))


def status_answer(view: KycStatusView, *, for_partner: bool) -> KycStatusAnswer:
    """The view with the reasons that its reader may see."""
    reasons = reasons_for_partner(view.reasons) if for_partner else reasons_for_user(view.reasons)
    return KycStatusAnswer(
        partner_user_id=view.partner_user_id,
        status=view.status,
        verified_at=view.verified_at,
        stage=view.stage,
        retryable=view.is_retryable,
        reasons=reasons,
        tier=view.tier,
        expires_at=view.expires_at,
        version=view.version,
    )
