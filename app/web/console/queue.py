"""GET /console: what waits for this partner's reviewers; and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, session

from app.domain.errors import DomainError
from app.domain.reasons import ReasonCode
from app.domain.review_case import CaseKind
from app.web.api.paging import cursor_after, position_of
from app.web.authentication import authenticate_with
from app.web.console.cookie import PARTNER
from app.web.console.door import requires_reviewer, reviewer
from app.web.console.pages import go_to, page, register_pages
from app.web.services import services

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

queue = authenticate_with(Blueprint("console_queue", __name__), requires_reviewer)
register_pages(queue)

_PAGE = 25


@queue.get("/console")
def show() -> Response:
    """A page of the queue, by kind and reason; anything else in the address is passed over."""
    caller, kind, reason = reviewer(), _kind(), _reason()
    scope = f"console|{caller.partner_id}|{kind}|{reason}"
    try:
        after = position_of(scope, request.args.get("cursor"))
    except DomainError:
        after = None
    found = services().review_desk.queue(caller, _PAGE, kind, reason, after)
    return page(
        "queue",
        found=found,
        kind=kind,
        reason=reason,
        reasons=sorted(ReasonCode),
        kinds=list(CaseKind),
        cursor=cursor_after(scope, found.after),
        is_first=after is None,
        now=services().chance.now(),
    )


@queue.post("/console/sign-out")
def sign_out() -> AnyResponse:
    """End this session, or with `everywhere` all of the account's."""
    everywhere = request.form.get("everywhere") == "1"
    services().review_desk.sign_out(reviewer(), everywhere=everywhere)
    partner_id = reviewer().partner_id
    session.clear()
    session[PARTNER] = partner_id
    return go_to("console_entrance.show_sign_in")


def _kind() -> CaseKind | None:
    asked = request.args.get("kind", "")
    return CaseKind(asked) if asked in set(CaseKind) else None


def _reason() -> ReasonCode | None:
    asked = request.args.get("reason", "")
    return ReasonCode(asked) if asked in set(ReasonCode) else None
