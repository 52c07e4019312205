"""GET /widget/users/{partner_user_id}/kyc-status, with ETag, 304 and a bounded long poll."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import REASONS, ReasonCode
from app.services.callers import PartnerCaller
from app.services.read_kyc_status import visible_reasons
from app.web.authentication import authenticate_with, caller, requires_partner_or_widget
from app.web.services import services
from app.web.times import rfc3339

if TYPE_CHECKING:
    from app.services.read_kyc_status import KycStatusView

kyc_status = authenticate_with(Blueprint("kyc_status", __name__), requires_partner_or_widget)

_MAX_WAIT_S = 25.0
_POLL_S = 0.4
# A waiting request holds a server thread, so only some of them may wait at a time; the others
# are answered at once and come again.
_WAITING_PLACES = threading.BoundedSemaphore(4)


@kyc_status.get("/widget/users/<partner_user_id>/kyc-status")
def read(partner_user_id: str) -> Response:
    """The status of one user of the calling partner, or of the token's own user."""
    found = caller()
    if not isinstance(found, PartnerCaller) and found.partner_user_id != partner_user_id:
        raise DomainError(ErrorCode.NOT_FOUND)
    view = _read_or_wait(found.partner_id, partner_user_id)
    etag = f"{view.version}-{view.status.value}"
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        response = jsonify(_answer(view, for_partner=isinstance(found, PartnerCaller)))
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _read_or_wait(partner_id: str, partner_user_id: str) -> KycStatusView:
    """The status at once, or as soon as it differs from the caller's ETag."""
    wait_s = min(request.args.get("wait", 0.0, type=float), _MAX_WAIT_S)
    view = services().read_kyc_status(partner_id, partner_user_id)
    if not wait_s > 0 or not _WAITING_PLACES.acquire(blocking=False):
        return view
    try:
        deadline = time.monotonic() + wait_s
        while _is_known(view) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            view = services().read_kyc_status(partner_id, partner_user_id)
    finally:
        _WAITING_PLACES.release()
    return view


def _is_known(view: KycStatusView) -> bool:
    return request.if_none_match.contains(f"{view.version}-{view.status.value}")


def _answer(view: KycStatusView, *, for_partner: bool) -> dict[str, object]:
    reasons = partner_reasons(view.reasons) if for_partner else visible_reasons(view.reasons)
    return {
        "partner_user_id": view.partner_user_id,
        "status": view.status.value,
        "verified_at": rfc3339(view.verified_at),
        "stage": view.stage,
        "retryable": view.is_retryable,
        "reasons": reasons,
        "tier": view.tier,
        "expires_at": rfc3339(view.expires_at),
        "version": view.version,
    }


def partner_reasons(codes: tuple[str, ...]) -> list[dict[str, object]]:
    """Reasons as the partner's backend reads them, in full."""
    return [
        {
            "code": code,
            "step": REASONS[ReasonCode(code)].step.value,
            "action": REASONS[ReasonCode(code)].action,
            "retryable": REASONS[ReasonCode(code)].retryable,
            "user_visible": REASONS[ReasonCode(code)].user_visible,
            "text_key": REASONS[ReasonCode(code)].text_key,
            "developer_text": REASONS[ReasonCode(code)].developer_text,
        }
        for code in codes
    ]
