"""/console/cases/{case_id}: look at a case, take it, decide it, and see who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, session

from app.domain.errors import DomainError, ErrorCode
from app.domain.reasons import REASONS, ReasonCode
from app.domain.review_case import MAX_NOTE_CHARS, CaseKind
from app.services.decide_case import CaseDecision, reasons_for
from app.web.authentication import authenticate_with
from app.web.console.door import requires_reviewer, reviewer
from app.web.console.findings import attribute_rows, check_lines
from app.web.console.pages import go_to, page, register_pages, sentence_of
from app.web.console.words import deed_of
from app.web.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

cases = authenticate_with(Blueprint("console_cases", __name__), requires_reviewer)
register_pages(cases)

_DONE = "done"
_VERDICTS = {
    CaseKind.IDENTITY: (
        ("verified", "Verify", "The user may transact."),
        ("retry_requested", "Ask for another try", "The user mends what the reasons say."),
        ("rejected", "Reject", "Final, until the partner allows another try."),
    ),
    CaseKind.PROOF_OF_ADDRESS: (
        ("verified", "Accept", "The paper proves the address."),
        ("failed", "Refuse", "The user is asked for another paper."),
    ),
}


@cases.get("/console/cases/<case_id>")
def show(case_id: str) -> Response:
    """Evidence, readings, checks, history; and the form, for whoever holds the case."""
    return _page(case_id, {})


@cases.post("/console/cases/<case_id>/claim")
def claim(case_id: str) -> AnyResponse:
    """Keep other reviewers away for a while."""
    try:
        services().review_desk.claim(reviewer(), case_id)
    except DomainError as error:
        return _conflict(case_id, error)
    return go_to("console_cases.show", case_id=case_id)


@cases.post("/console/cases/<case_id>/release")
def release(case_id: str) -> AnyResponse:
    """Give it back."""
    try:
        services().review_desk.release(reviewer(), case_id)
    except DomainError as error:
        return _conflict(case_id, error)
    return go_to("console_queue.show")


@cases.post("/console/cases/<case_id>/decision")
def decide(case_id: str) -> AnyResponse:
    """The decision; the user and the partner are told at once."""
    form = request.form
    codes = [code for code in form.getlist("reasons") if code in set(ReasonCode)]
    decision = CaseDecision(
        form.get("verdict", ""),
        [ReasonCode(code) for code in dict.fromkeys(codes)],
        form.get("note", ""),
        form.get("seen", ""),
    )
    try:
        services().review_desk.decide(reviewer(), case_id, decision)
    except DomainError as error:
        if error.code is ErrorCode.VALIDATION_ERROR:
            fields = error.facts.get("fields")
            faults = fields if isinstance(fields, dict) else {"verdict": sentence_of(error)}
            return _page(case_id, faults, 400)
        return _conflict(case_id, error)
    session[_DONE] = decision.verdict
    return go_to("console_cases.show", case_id=case_id)


@cases.get("/console/cases/<case_id>/audit")
def show_audit(case_id: str) -> Response:
    """Every look and every deed, in order."""
    entries, names = services().review_desk.audit(reviewer(), case_id)
    return page("audit", entries=entries, names=names, case_id=case_id, deed_of=deed_of)


def _conflict(case_id: str, error: DomainError) -> Response:
    """The case as it is now, and why nothing was done."""
    if error.code is not ErrorCode.CONFLICT:
        raise error
    return _page(case_id, {}, 409, sentence=sentence_of(error))


def _page(
    case_id: str, faults: Mapping[str, str], status: int = 200, sentence: str = ""
) -> Response:
    caller = reviewer()
    viewed = services().review_desk.view(caller, case_id)
    checks = viewed.examination.checks if viewed.examination else ()
    if viewed.kind is CaseKind.PROOF_OF_ADDRESS:
        checks = getattr(viewed.case, "checks", ())
    reasons = [REASONS[code] for code in reasons_for(viewed.kind)]
    return page(
        "case",
        status,
        viewed=viewed,
        case=viewed.case,
        rows=attribute_rows(checks, viewed.readings, viewed.told),
        checks=check_lines(checks),
        reasons=reasons,
        verdicts=_VERDICTS[viewed.kind],
        holds=viewed.claim is not None and viewed.claim.reviewer_id == caller.reviewer_id,
        faults=faults,
        sentence=sentence,
        form=request.form,
        done=session.pop(_DONE, None) if status == 200 else None,
        max_note=MAX_NOTE_CHARS,
        now=services().chance.now(),
    )
