"""Whether values agree, and what that means for the checks."""

from collections.abc import Mapping

import pytest

from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.evidence import DocumentType
from app.domain.reasons import ReasonCode
from app.proofing.attribute_validation import Agreement, agreement, validate_attributes
from app.proofing.attributes import Attribute, AttributeName, Zone
from app.proofing.document_reading import DocumentReading

N = AttributeName


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        (N.FAMILY_NAME, "MÜLLER", "MUELLER", Agreement.MATCH),
        (N.FAMILY_NAME, "Müller", "MULLER", Agreement.MATCH),
        (N.FAMILY_NAME, "O'CONNOR", "OCONNOR", Agreement.MATCH),
        (N.GIVEN_NAMES, "ANNA MARIA", "ANNA", Agreement.PARTIAL_MATCH),
        (N.FAMILY_NAME, "ERIKSSON", "ERIKS5ON", Agreement.PARTIAL_MATCH),
        (N.FAMILY_NAME, "ERIKSSON", "SMITH", Agreement.NO_MATCH),
        (N.FAMILY_NAME, "ERIKSSON", None, Agreement.NO_DATA),
        (N.FAMILY_NAME, "", "ERIKSSON", Agreement.NO_DATA),
        (N.DATE_OF_BIRTH, "1974-08-12", "1974-08-12", Agreement.MATCH),
        (N.DATE_OF_BIRTH, "1990-04-03", "1990-03-04", Agreement.PARTIAL_MATCH),
        (N.DATE_OF_BIRTH, "1974-08-12", "1974-08-13", Agreement.NO_MATCH),
        (N.DOCUMENT_NUMBER, "L898902C3", "L8989O2C3", Agreement.MATCH),
        (N.DOCUMENT_NUMBER, "L898902C3", "X123456", Agreement.NO_MATCH),
    ],
)
def test_two_values_agree_as_people_would_say(
    name: AttributeName, one: str | None, other: str | None, expected: Agreement
) -> None:
    assert agreement(name, one, other) is expected
    assert agreement(name, other, one) is expected


def test_a_name_that_was_cut_for_lack_of_room_agrees_in_part() -> None:
    full, cut = "PAPANDROPOULOUS CONSTANTINOPOULOS", "PAPANDROPOULOUS CONST"
    assert agreement(N.FAMILY_NAME, full, cut, is_truncated=True) is Agreement.PARTIAL_MATCH


def _checks(
    attributes: list[Attribute], claimed: Mapping[str, str]
) -> dict[CheckCode, CheckResult]:
    reading = DocumentReading({}, tuple(attributes), DocumentType.PASSPORT)
    return {result.code: result for result in validate_attributes(reading, claimed)}


_NAME = Attribute(N.FAMILY_NAME, Zone.MRZ, "ERIKSSON")
_BORN = Attribute(N.DATE_OF_BIRTH, Zone.MRZ, "1974-08-12")


def test_what_was_not_claimed_is_not_checked() -> None:
    assert all(
        each.outcome is Outcome.NOT_APPLICABLE for each in _checks([_NAME, _BORN], {}).values()
    )


def test_another_name_than_claimed_fails_with_its_reason() -> None:
    result = _checks([_NAME], {"family_name": "SMITH"})[CheckCode.CLAIMED_NAME]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.NAME_MISMATCH)


def test_another_date_of_birth_than_claimed_fails_with_its_reason() -> None:
    result = _checks([_BORN], {"date_of_birth": "1980-01-31"})[CheckCode.CLAIMED_DATE_OF_BIRTH]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.DATE_OF_BIRTH_MISMATCH)


def test_a_claim_that_the_document_does_not_speak_of_is_inconclusive() -> None:
    result = _checks([], {"family_name": "SMITH"})[CheckCode.CLAIMED_NAME]
    assert result.outcome is Outcome.INCONCLUSIVE


def test_a_check_carries_field_names_and_no_values() -> None:
    result = _checks([_NAME], {"family_name": "SMITH"})[CheckCode.CLAIMED_NAME]
    assert result.detail == {"fields": {"family_name": "no_match"}}
