"""The examination of a paper that shows where the applicant lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.checks import CheckCode, CheckResult, Outcome, failed, inconclusive, passed
from app.domain.proof_of_address import PaperExamination
from app.domain.reasons import ReasonCode
from app.proofing.attribute_validation import Agreement
from app.proofing.name_forms import name_words
from app.proofing.paper_address import address_agreement
from app.proofing.paper_dates import PrintedDay, Standing, is_future, issue_day, printed_days
from app.proofing.paper_issuer import Issuer, find_issuer, is_identity_document, paper_type
from app.proofing.paper_names import name_agreement
from app.proofing.paper_text import joined, read_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, timedelta

    from app.domain.proof_of_address import PaperClaim, PaperVerdict
    from app.proofing.paper_text import PaperText
    from app.vision.image import Image

# 176 drawn papers as pictures, photographs and PDFs: 19 lines and 305 letters at least, median
# confidence 0.988 and more. 8 blurred by 0.6 mm and 8 blank ones: 3 lines and 28 letters at most,
# 0.705 and less. What is read of one blurred by 0.45 mm scores 0.68 and agrees with nothing.
MIN_LINES = 6
MIN_LETTERS = 60
MIN_CONFIDENCE = 0.90
_MONTH_FIRST = frozenset({"US", "FM", "MH", "PW"})


def examine_paper(
    pages: Sequence[Image], n_pages: int, claim: PaperClaim, today: date, max_age: timedelta
) -> PaperExamination:
    """Read the pages and compare them with the claim.

    Shapes and units: each page (H, W, 3) uint8 RGB at any quarter turn; `n_pages` are those of the
    file, of which only the first are here.
    Cost: 3 to 4 s a page on one core; the second page is read only when the first lacks something.
    """
    read: list[PaperText] = []
    found = judge_text(joined(read), n_pages, claim, today, max_age)
    for number, page in enumerate(pages):
        read.append(read_page(page, number))
        found = judge_text(joined(read), n_pages, claim, today, max_age)
        if found.verdict == "verified":
            break
    return found


def judge_text(
    text: PaperText, n_pages: int, claim: PaperClaim, today: date, max_age: timedelta
) -> PaperExamination:
    """The examination of what was read."""
    readable = _readable_check(text)
    if readable.outcome is Outcome.FAILED:
        return _concluded([readable], None, None, None, n_pages)
    if is_identity_document(text):
        wrong = failed(CheckCode.PAPER_TYPE, ReasonCode.POA_WRONG_TYPE, kind="identity_document")
        return _concluded([readable, wrong], None, None, None, n_pages)
    issuer = find_issuer(text, _own_words(claim))
    kind = paper_type(text.lines, issuer)
    country = claim.address.country if claim.address else None
    days = printed_days(text.lines, month_first=country in _MONTH_FIRST)
    issued = issue_day(days)
    checks = [
        readable,
        _type_check(kind, issuer),
        _name_check(text, claim),
        _address_check(text, claim),
        _date_check(issued, days, today, max_age),
        _issuer_check(kind, issuer),
    ]
    name = None if issuer is None else issuer.name
    return _concluded(checks, name, _likeliest(issued, today, max_age), kind, n_pages)


def _readable_check(text: PaperText) -> CheckResult:
    is_enough = len(text.lines) >= MIN_LINES and text.n_letters >= MIN_LETTERS
    is_readable = is_enough and text.confidence >= MIN_CONFIDENCE
    return CheckResult(
        CheckCode.PAPER_READABLE,
        Outcome.PASSED if is_readable else Outcome.FAILED,
        text.confidence,
        MIN_CONFIDENCE,
        None if is_readable else ReasonCode.POA_UNREADABLE,
        {"n_lines": len(text.lines), "n_letters": text.n_letters},
    )


def _concluded(
    checks: Sequence[CheckResult],
    issuer: str | None,
    issued_on: date | None,
    kind: str | None,
    n_pages: int,
) -> PaperExamination:
    """One clear fault fails the paper; what is unclear goes to a person."""
    outcomes = {check.outcome for check in checks}
    verdict: PaperVerdict = "verified"
    decisive = Outcome.PASSED
    if Outcome.FAILED in outcomes:
        verdict, decisive = "failed", Outcome.FAILED
    elif Outcome.INCONCLUSIVE in outcomes:
        verdict, decisive = "review", Outcome.INCONCLUSIVE
    told = [check.reason for check in checks if check.outcome is decisive and check.reason]
    reasons = tuple(dict.fromkeys(told))
    return PaperExamination(tuple(checks), reasons, issuer, issued_on, kind, n_pages, verdict)


def _type_check(kind: str | None, issuer: Issuer | None) -> CheckResult:
    if kind is not None:
        return passed(CheckCode.PAPER_TYPE, kind=kind)
    if issuer is not None:
        # Somebody's letter of a kind that no word of ours names: a person knows more words.
        return inconclusive(CheckCode.PAPER_TYPE, ReasonCode.POA_WRONG_TYPE)
    return failed(CheckCode.PAPER_TYPE, ReasonCode.POA_WRONG_TYPE)


def _issuer_check(kind: str | None, issuer: Issuer | None) -> CheckResult:
    if issuer is not None and (issuer.is_sure or kind is not None):
        return passed(CheckCode.PAPER_ISSUER, by_name=issuer.is_sure)
    # A letterhead may be a drawing: where the text is of a known kind a person looks at it.
    judged = failed if kind is None and issuer is None else inconclusive
    return judged(CheckCode.PAPER_ISSUER, ReasonCode.POA_ISSUER_MISSING)


def _name_check(text: PaperText, claim: PaperClaim) -> CheckResult:
    found = name_agreement(claim.given_name, claim.family_name, text.lines)
    return _compared(CheckCode.PAPER_NAME, found, ReasonCode.POA_NAME_NOT_FOUND, {})


def _address_check(text: PaperText, claim: PaperClaim) -> CheckResult:
    found, parts = address_agreement(claim.address, text.lines)
    return _compared(CheckCode.PAPER_ADDRESS, found, ReasonCode.POA_ADDRESS_NOT_FOUND, parts)


def _compared(
    code: CheckCode, found: Agreement, reason: ReasonCode, parts: dict[str, Agreement]
) -> CheckResult:
    fields = {name: each.value for name, each in parts.items()}
    if found is Agreement.MATCH:
        return passed(code, agreement=found.value, fields=fields)
    if found is Agreement.NO_MATCH:
        return failed(code, reason, agreement=found.value, fields=fields)
    told = reason if found is Agreement.PARTIAL_MATCH else None
    return inconclusive(code, told, agreement=found.value, fields=fields)


def _date_check(
    issued: PrintedDay | None, days: Sequence[PrintedDay], today: date, max_age: timedelta
) -> CheckResult:
    code = CheckCode.PAPER_DATE
    if issued is None:
        return _without_date(days, today, max_age)
    ages = {_age(day, today, max_age) for day in issued.days}
    facts: dict[str, object] = {
        "standing": issued.standing.name.lower(),
        "n_readings": len(issued.days),
    }
    if ages <= {"fresh", "future"} and "fresh" in ages:
        # Of two readings one cannot be: no paper is issued ahead of its day.
        return passed(code, **facts)
    if "fresh" in ages:
        return inconclusive(code, ReasonCode.POA_TOO_OLD, **facts)
    if ages == {"future"}:
        return failed(code, ReasonCode.POA_DATE_IN_FUTURE, **facts)
    return failed(code, ReasonCode.POA_TOO_OLD, **facts)


def _without_date(days: Sequence[PrintedDay], today: date, max_age: timedelta) -> CheckResult:
    """A paper all of whose dates are old is old, whichever of them it was issued on."""
    code = CheckCode.PAPER_DATE
    ages = {_age(day, today, max_age) for each in days for day in each.days}
    if ages == {"old"}:
        return failed(code, ReasonCode.POA_TOO_OLD, n_dates=len(days))
    # A date that nothing is said of may be the one: a person sees what belongs to it.
    is_unclear = any(each.standing is Standing.UNKNOWN for each in days)
    judged = inconclusive if is_unclear else failed
    return judged(code, ReasonCode.POA_DATE_MISSING, n_dates=len(days))


def _age(day: date, today: date, max_age: timedelta) -> str:
    if is_future(day, today):
        return "future"
    return "fresh" if today - day <= max_age else "old"


def _likeliest(issued: PrintedDay | None, today: date, max_age: timedelta) -> date | None:
    if issued is None:
        return None
    fresh = [day for day in issued.days if _age(day, today, max_age) == "fresh"]
    return (fresh or list(issued.days))[0]


def _own_words(claim: PaperClaim) -> frozenset[str]:
    """Words of the applicant's name that are long enough to know them by."""
    names = " ".join(filter(None, (claim.given_name, claim.family_name)))
    return frozenset(word for word in name_words(names) if len(word) > 3)
