"""Is the document what was asked for, complete, valid today, and acceptable to the policy."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.domain.checks import (
    CheckCode,
    failed,
    inconclusive,
    not_applicable,
    passed,
)
from app.domain.evidence import DocumentType, Side, sides_of
from app.domain.reasons import ReasonCode
from app.proofing.attribute_validation import best_value
from app.proofing.attributes import AttributeName, Zone
from app.proofing.name_forms import compact

if TYPE_CHECKING:
    from app.domain.checks import (
        CheckResult,
    )
    from app.domain.policy import Tier
    from app.proofing.document_reading import DocumentReading, SideReading

# Drawn cards, 6: two photographs of a front share every line, a front and its back at most one of
# seven. A text misread in four lines of ten is still the same side.
_LEAST_LINES = 5
_SAME_PRINT = 0.6


def validate_evidence(
    reading: DocumentReading, chosen: DocumentType, tier: Tier, today: date
) -> list[CheckResult]:
    """The checks of soundness, in the order in which a person would make them."""
    return [
        _document_found(reading),
        _document_type(reading, chosen),
        _document_sides(reading, chosen),
        _mrz_read(reading, chosen),
        _mrz_check_digits(reading),
        _barcode_read(reading, chosen),
        _not_expired(reading, today),
        _issuing_state(reading, tier),
        _holder_age(reading, tier, today),
    ]


def expiry_of(reading: DocumentReading) -> date | None:
    """The day after which the document is void, by its most trustworthy zone."""
    return _date(reading, AttributeName.DATE_OF_EXPIRY)


def number_of(reading: DocumentReading) -> str | None:
    """The document's number by its most trustworthy zone, in capitals without spaces."""
    found = best_value(reading.attributes, AttributeName.DOCUMENT_NUMBER)
    return None if found is None else compact(found.value)


def _document_found(reading: DocumentReading) -> CheckResult:
    if any(not side.has_content for side in reading.sides.values()):
        return failed(CheckCode.DOCUMENT_FOUND, ReasonCode.NOT_A_DOCUMENT)
    return passed(CheckCode.DOCUMENT_FOUND)


def _document_type(reading: DocumentReading, chosen: DocumentType) -> CheckResult:
    found = reading.document_type
    if found is None:
        return inconclusive(CheckCode.DOCUMENT_TYPE, recognised=None)
    if found is not chosen:
        return failed(CheckCode.DOCUMENT_TYPE, ReasonCode.WRONG_TYPE, recognised=found.value)
    return passed(CheckCode.DOCUMENT_TYPE, recognised=found.value)


def _document_sides(reading: DocumentReading, chosen: DocumentType) -> CheckResult:
    """Each side is there, and what belongs on the back is not on the front."""
    missing = [side for side in sides_of(chosen) if side not in reading.sides]
    if missing:
        return failed(CheckCode.DOCUMENT_SIDES, ReasonCode.BACK_MISSING)
    front, back = reading.sides[Side.FRONT], reading.sides.get(Side.BACK)
    if back is not None:
        if _is_same_side(front, back):
            return failed(CheckCode.DOCUMENT_SIDES, ReasonCode.SAME_SIDE_TWICE)
        is_swapped = front.barcode_text is not None and back.barcode_text is None
        has_td1_in_front = front.mrz is not None and len(front.mrz.mrz.lines) == 3
        if is_swapped or (has_td1_in_front and back.mrz is None):
            return failed(CheckCode.DOCUMENT_SIDES, ReasonCode.WRONG_SIDE)
    return passed(CheckCode.DOCUMENT_SIDES)


def _is_same_side(one: SideReading, other: SideReading) -> bool:
    """Whether both pictures carry the same barcode, the same MRZ or mostly the same print."""
    if one.barcode_text is not None and other.barcode_text is not None:
        return one.barcode_text.text == other.barcode_text.text
    if one.mrz is not None and other.mrz is not None:
        return one.mrz.mrz.lines == other.mrz.mrz.lines
    texts = [{compact(line.text) for line in side.lines} for side in (one, other)]
    fewest = min(len(each) for each in texts)
    return fewest >= _LEAST_LINES and len(texts[0] & texts[1]) >= _SAME_PRINT * fewest


def _mrz_read(reading: DocumentReading, chosen: DocumentType) -> CheckResult:
    if reading.mrz is not None:
        mrz = reading.mrz
        return passed(
            CheckCode.MRZ_READ,
            format=mrz.mrz.format.value,
            confidence=round(mrz.confidence, 3),
        )
    if chosen is DocumentType.DRIVERS_LICENSE or reading.barcode is not None:
        return not_applicable(CheckCode.MRZ_READ)
    return inconclusive(CheckCode.MRZ_READ, ReasonCode.UNREADABLE_BLUR)


def _mrz_check_digits(reading: DocumentReading) -> CheckResult:
    if reading.mrz is None:
        return not_applicable(CheckCode.MRZ_CHECK_DIGITS)
    digits = reading.mrz.mrz.check_digits
    wrong = [digit.name for digit in digits if not digit.is_valid]
    if wrong:
        return failed(
            CheckCode.MRZ_CHECK_DIGITS, ReasonCode.MRZ_CHECK_DIGIT_MISMATCH, failing=wrong
        )
    return passed(CheckCode.MRZ_CHECK_DIGITS, count=len(digits))


def _barcode_read(reading: DocumentReading, chosen: DocumentType) -> CheckResult:
    if reading.barcode is not None:
        return passed(CheckCode.BARCODE_READ, aamva_version=reading.barcode.aamva_version)
    if chosen is not DocumentType.DRIVERS_LICENSE:
        return not_applicable(CheckCode.BARCODE_READ)
    # Many countries print none: after the last try a person looks at the licence.
    return inconclusive(CheckCode.BARCODE_READ, ReasonCode.BARCODE_UNREADABLE)


def _not_expired(reading: DocumentReading, today: date) -> CheckResult:
    expires_on = expiry_of(reading)
    if expires_on is None:
        return inconclusive(CheckCode.DOCUMENT_NOT_EXPIRED)
    if expires_on < today:
        return failed(CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED)
    return passed(CheckCode.DOCUMENT_NOT_EXPIRED)


def _issuing_state(reading: DocumentReading, tier: Tier) -> CheckResult:
    if not tier.allowed_states and not tier.denied_states:
        return not_applicable(CheckCode.ISSUING_STATE_ALLOWED)
    state = best_value(reading.attributes, AttributeName.ISSUING_STATE)
    if state is None:
        return inconclusive(CheckCode.ISSUING_STATE_ALLOWED)
    is_allowed = not tier.allowed_states or state.value in tier.allowed_states
    if not is_allowed or state.value in tier.denied_states:
        return failed(CheckCode.ISSUING_STATE_ALLOWED, ReasonCode.UNSUPPORTED_COUNTRY)
    return passed(CheckCode.ISSUING_STATE_ALLOWED)


def _holder_age(reading: DocumentReading, tier: Tier, today: date) -> CheckResult:
    born = best_value(reading.attributes, AttributeName.DATE_OF_BIRTH)
    # Kept with the check: the tier may ask for another age tomorrow.
    asked = tier.minimum_age_years
    if born is None:
        return inconclusive(CheckCode.HOLDER_AGE, minimum_age_years=asked)
    if _age(date.fromisoformat(born.value), today) >= asked:
        return passed(CheckCode.HOLDER_AGE, minimum_age_years=asked)
    is_proven = born.zone is Zone.BARCODE or (reading.mrz is not None and reading.mrz.is_valid)
    if not is_proven:
        # Too young ends the verification for good: a misread year must not.
        return inconclusive(CheckCode.HOLDER_AGE, minimum_age_years=asked)
    return failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE, minimum_age_years=asked)


def _age(born: date, today: date) -> int:
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (0 if had_birthday else 1)


def _date(reading: DocumentReading, name: AttributeName) -> date | None:
    found = best_value(reading.attributes, name)
    return date.fromisoformat(found.value) if found else None
