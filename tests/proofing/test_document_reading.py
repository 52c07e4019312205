"""A whole document, from photographs of its sides to attributes and checks."""

from functools import cache
from random import Random

import cv2
import numpy as np
import pytest

from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.evidence import DocumentType, Side, sides_of
from app.domain.policy import STANDARD_TIER, Tier
from app.domain.reasons import ReasonCode
from app.proofing.attribute_validation import best_value, validate_attributes
from app.proofing.attributes import AttributeName, Zone, value_of
from app.proofing.document_reading import DocumentReading, read_document, read_side
from app.proofing.evidence_validation import validate_evidence
from app.proofing.reading_report import reading_report
from app.specimens.photograph import photograph
from app.vision.image import Image
from tests.builders.specimen_photographs import TODAY, photographed, specimen


@cache
def _reading(kind: str, *spoils: str, turn: int = 0) -> DocumentReading:
    images = {
        side: photographed(kind, *spoils, side=side.value, turn=turn)[0]
        for side in sides_of(DocumentType(kind))
    }
    return read_document(images, TODAY, DocumentType(kind))


def _checks(
    reading: DocumentReading, kind: str, policy: Tier = STANDARD_TIER
) -> dict[CheckCode, CheckResult]:
    results = [
        *validate_evidence(reading, DocumentType(kind), policy, TODAY),
        *validate_attributes(reading, {}),
    ]
    return {result.code: result for result in results}


@pytest.mark.parametrize(
    ("kind", "turn"),
    [("passport", 0), ("passport", 90), ("id_card", 180), ("drivers_license", 270)],
)
def test_a_sound_document_passes_every_check(kind: str, turn: int) -> None:
    reading = _reading(kind, turn=turn)
    assert reading.document_type is DocumentType(kind)
    outcomes = {result.outcome for result in _checks(reading, kind).values()}
    assert outcomes <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("kind", ["passport", "id_card", "drivers_license"])
def test_the_printed_text_says_what_the_machine_zone_says(kind: str) -> None:
    attributes, printed = _reading(kind).attributes, specimen(kind).attributes
    found = {
        name: getattr(value_of(attributes, name, Zone.VIZ), "value", None)
        for name in (
            AttributeName.FAMILY_NAME,
            AttributeName.GIVEN_NAMES,
            AttributeName.DATE_OF_BIRTH,
            AttributeName.DATE_OF_EXPIRY,
        )
    }
    assert list(found.values()) == [
        printed.family_name,
        printed.given_names,
        printed.date_of_birth.isoformat(),
        printed.date_of_expiry.isoformat(),
    ]


def test_a_turned_document_comes_out_upright() -> None:
    upright = _reading("passport", turn=90).sides[Side.FRONT].upright
    printed = specimen("passport").front
    small = [cv2.resize(each, (60, 42)).astype(np.float32) for each in (upright, printed)]
    alike = float(np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1])
    turned = float(np.corrcoef(small[0][::-1, ::-1].ravel(), small[1].ravel())[0, 1])
    assert alike > 0.5
    assert alike > turned


@pytest.mark.parametrize(
    ("spoil", "code", "reason"),
    [
        ("expired", CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED),
        ("wrong_check_digit", CheckCode.MRZ_CHECK_DIGITS, ReasonCode.MRZ_CHECK_DIGIT_MISMATCH),
        ("mrz_visual_mismatch", CheckCode.MRZ_VIZ_AGREEMENT, ReasonCode.MRZ_VISUAL_MISMATCH),
    ],
)
def test_a_spoiled_passport_fails_the_check_of_its_fault(
    spoil: str, code: CheckCode, reason: ReasonCode
) -> None:
    result = _checks(_reading("passport", spoil), "passport")[code]
    assert (result.outcome, result.reason) == (Outcome.FAILED, reason)


def test_another_type_than_chosen_is_recognised() -> None:
    result = _checks(_reading("passport"), "id_card")[CheckCode.DOCUMENT_TYPE]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.WRONG_TYPE)


def test_a_missing_back_is_asked_for() -> None:
    front = photographed("id_card")[0]
    reading = read_document({Side.FRONT: front}, TODAY, DocumentType.ID_CARD)
    result = _checks(reading, "id_card")[CheckCode.DOCUMENT_SIDES]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.BACK_MISSING)


def test_swapped_sides_are_recognised() -> None:
    images = {
        Side.FRONT: photographed("drivers_license", side="back")[0],
        Side.BACK: photographed("drivers_license", side="front")[0],
    }
    reading = read_document(images, TODAY)
    result = _checks(reading, "drivers_license")[CheckCode.DOCUMENT_SIDES]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.WRONG_SIDE)


@pytest.mark.parametrize("side", ["front", "back"])
def test_two_photographs_of_one_side_are_recognised(side: str) -> None:
    images = {
        Side.FRONT: photographed("id_card", side=side)[0],
        Side.BACK: photograph(specimen("id_card").sides[Side(side)], chance=Random(7))[0],
    }
    reading = read_document(images, TODAY, DocumentType.ID_CARD)
    result = _checks(reading, "id_card")[CheckCode.DOCUMENT_SIDES]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.SAME_SIDE_TWICE)


def test_a_state_outside_the_policy_is_refused() -> None:
    policy = Tier(allowed_states=("DEU",))
    result = _checks(_reading("passport"), "passport", policy)[CheckCode.ISSUING_STATE_ALLOWED]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.UNSUPPORTED_COUNTRY)


def test_a_state_that_the_policy_denies_is_refused_and_no_other() -> None:
    reading = _reading("passport")
    state = best_value(reading.attributes, AttributeName.ISSUING_STATE)
    assert state is not None
    denied = _checks(reading, "passport", Tier(denied_states=(state.value,)))
    other = _checks(reading, "passport", Tier(denied_states=("PRK",)))
    found = denied[CheckCode.ISSUING_STATE_ALLOWED]
    assert (found.outcome, found.reason) == (Outcome.FAILED, ReasonCode.UNSUPPORTED_COUNTRY)
    assert other[CheckCode.ISSUING_STATE_ALLOWED].outcome is Outcome.PASSED


def test_a_holder_below_the_policy_s_age_is_refused() -> None:
    policy = Tier(minimum_age_years=120)
    result = _checks(_reading("passport"), "passport", policy)[CheckCode.HOLDER_AGE]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.UNDERAGE)


def _page_of_prose() -> Image:
    page = np.full((900, 1200, 3), 240, dtype=np.uint8)
    for line, y in enumerate(range(60, 880, 70)):
        text = f"the quick brown fox jumps over the lazy dog and then sleeps {line}"
        cv2.putText(page, text, (30, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (20, 20, 20), 2)
    return page


_NOISE = np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        np.full((600, 800, 3), 235, dtype=np.uint8),
        np.zeros((1, 1, 3), dtype=np.uint8),
        np.zeros((3, 900, 3), dtype=np.uint8),
        cv2.resize(_NOISE, (1200, 900), interpolation=cv2.INTER_CUBIC),
        _page_of_prose(),
    ],
    ids=["blank", "one pixel", "thread", "noise", "prose"],
)
def test_a_picture_of_something_else_is_no_document(image: Image) -> None:
    reading = read_document({Side.FRONT: image}, TODAY, DocumentType.PASSPORT)
    result = _checks(reading, "passport")[CheckCode.DOCUMENT_FOUND]
    assert (result.outcome, result.reason) == (Outcome.FAILED, ReasonCode.NOT_A_DOCUMENT)
    assert reading.attributes == ()


def test_a_picture_of_unknown_side_is_reported_by_what_is_on_it() -> None:
    report = reading_report(photographed("id_card", side="back")[0], None, TODAY)
    assert (report["document_type"], report["side"]) == ("id_card", "back")
    mrz = report["mrz"]
    assert isinstance(mrz, dict)
    assert mrz["valid"] is True
    assert mrz["lines"] == list(specimen("id_card").mrz_lines)


def test_a_reading_shows_no_value_in_its_repr() -> None:
    assert specimen("passport").attributes.family_name not in repr(_reading("passport"))


def test_a_mirrored_document_is_read_the_right_way_round() -> None:
    image, _ = photographed("passport")
    side = read_side(np.ascontiguousarray(image[:, ::-1]))
    assert side.mrz is not None
    assert not side.mrz.is_mirrored
    assert side.mrz.is_valid
    assert any("SPECIMEN" in line.text for line in side.lines)
