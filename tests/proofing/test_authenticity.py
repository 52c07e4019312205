"""Signs of a forgery send a verification to people, with their reason and never alone further."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import pytest

from app.domain.checks import CheckCode, CheckResult, Outcome, failed, inconclusive, passed
from app.domain.decision import SIGNS_FOR_PEOPLE, Verdict, decide, required_checks
from app.domain.evidence import DocumentType, Side
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Tier
from app.domain.reasons import ReasonCode
from app.proofing.authenticity import authenticity_checks
from app.proofing.evaluate_authenticity import authenticity_table, evaluate_authenticity
from app.proofing.intake import Intake
from app.specimens.attack_set import BONA_FIDE, SPECIES, attack_set
from app.specimens.copies import laser_copy
from app.specimens.photograph import photograph
from app.specimens.sensor import Sensor, exposed, linear
from app.vision.image import encode_jpeg
from app.vision.localisation import locate_document
from tests.builders.specimen_photographs import TODAY, specimen

if TYPE_CHECKING:
    from app.vision.image import Image
    from app.vision.sandbox import Sandbox

CLEAN = [passed(code) for code in required_checks(STANDARD_TIER.steps)] + [
    passed(CheckCode.MRZ_CHECK_DIGITS)
]
SIGN = inconclusive(CheckCode.SCREEN_PATTERN, ReasonCode.SCREEN_OR_COPY)


def seen(card: Image) -> Image:
    chance = Random(3)
    scene, _ = photograph(card, chance=chance, size_px=(1200, 900))
    return exposed(linear(scene), Sensor(), chance)


def checked(picture: Image, **traces: str) -> dict[CheckCode, CheckResult]:
    checks = authenticity_checks(
        {Side.FRONT: picture},
        {Side.FRONT: locate_document(picture)},
        {Side(side): trace for side, trace in traces.items()},
    )
    return {check.code: check for check in checks}


def test_a_sound_photograph_bears_no_sign() -> None:
    checks = checked(seen(specimen("id_card").front), front="none")

    assert checks.keys() == SIGNS_FOR_PEOPLE - {
        CheckCode.DUPLICATE_DOCUMENT,
        CheckCode.DUPLICATE_PICTURE,
        CheckCode.DUPLICATE_FACE,
        CheckCode.USER_VELOCITY,
    }
    assert {check.outcome for check in checks.values()} == {Outcome.PASSED}


def test_a_gray_copy_on_a_coloured_table_is_told_by_the_paper_alone() -> None:
    copy = laser_copy(specimen("id_card").front, 85.6, chance=Random(1), lines_per_inch=None)
    check = checked(seen(copy))[CheckCode.COLOUR_RANGE]

    assert (check.outcome, check.reason) == (Outcome.INCONCLUSIVE, ReasonCode.SCREEN_OR_COPY)
    assert check.score is not None
    assert check.threshold is not None
    assert check.score < check.threshold


def test_a_back_may_be_black_on_white() -> None:
    gray = np.full((900, 1200, 3), 200, np.uint8)
    checks = authenticity_checks({Side.BACK: gray}, {}, {})

    outcomes = {check.code: check.outcome for check in checks}
    assert outcomes[CheckCode.COLOUR_RANGE] is Outcome.NOT_APPLICABLE
    assert outcomes[CheckCode.SOFTWARE_TRACES] is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("trace", "outcome"),
    [("none", "passed"), ("other", "passed"), ("screenshot", "passed"),
     ("editor", "inconclusive"), ("generator", "inconclusive")],
)  # fmt: skip
def test_an_editor_in_the_metadata_is_a_sign(trace: str, outcome: str) -> None:
    check = checked(seen(specimen("id_card").front), front=trace)[CheckCode.SOFTWARE_TRACES]

    assert (check.outcome, check.detail) == (outcome, {"front": trace})


def test_the_word_reaches_the_capture_and_the_metadata_does_not(sandbox: Sandbox) -> None:
    exif = PIL.Image.Exif()
    exif[0x0131] = "Adobe Photoshop 25.0 of A. Forger"
    buffer = BytesIO()
    PIL.Image.fromarray(seen(specimen("id_card").front)).save(buffer, "JPEG", exif=exif)

    taken = Intake(sandbox).inspect_document(
        buffer.getvalue(), DocumentType.ID_CARD, Side.FRONT, None
    )

    assert taken.measurements["software_trace"] == "editor"
    assert b"Photoshop" not in taken.jpeg
    assert "Forger" not in str(taken.measurements)


@pytest.mark.parametrize("tier", STANDARD_POLICY.tiers, ids=lambda tier: tier.name)
@pytest.mark.parametrize("attempt", [1, 3, 9])
def test_a_sign_alone_is_for_people_at_every_attempt(tier: Tier, attempt: int) -> None:
    clean = [passed(code) for code in required_checks(tier.steps)]
    vouched = [*clean, passed(CheckCode.MRZ_CHECK_DIGITS), SIGN]
    decision = decide(vouched, tier, attempt=attempt)

    assert decision.verdict is Verdict.IN_REVIEW
    assert decision.reasons == (ReasonCode.SCREEN_OR_COPY,)


def test_a_sign_does_not_keep_from_a_retry_nor_is_it_told_then() -> None:
    unclear = inconclusive(CheckCode.MRZ_READ, ReasonCode.UNREADABLE_BLUR)
    decision = decide([*CLEAN, SIGN, unclear], STANDARD_TIER, attempt=1)
    last = decide([*CLEAN, SIGN, unclear], STANDARD_TIER, attempt=STANDARD_TIER.max_attempts)
    blurred = failed(CheckCode.IMAGE_QUALITY, ReasonCode.GLARE)

    assert (decision.verdict, decision.reasons) == (
        Verdict.RETRY_REQUESTED,
        (ReasonCode.UNREADABLE_BLUR,),
    )
    assert last.verdict is Verdict.IN_REVIEW
    assert set(last.reasons) == {ReasonCode.UNREADABLE_BLUR, ReasonCode.SCREEN_OR_COPY}
    assert decide([*CLEAN, SIGN, blurred], STANDARD_TIER, attempt=1).reasons == (ReasonCode.GLARE,)


def test_the_evaluation_counts_errors_of_both_kinds() -> None:
    sound = seen(specimen("id_card").front)
    gray = np.repeat(sound.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)

    found = evaluate_authenticity(
        [(BONA_FIDE, sound), (BONA_FIDE, gray), ("copy", gray), ("copy", sound)]
    )

    assert found["n"] == 4
    for species in (BONA_FIDE, "copy"):
        assert found["species"][species]["signs"]["colour_range"] == 1
        assert found["species"][species]["error"]["errors"] == 1
    assert "| copy | 2 | 0 | 1 | 0 | 0 | 1: 50.0%" in authenticity_table(found)


def test_the_drawn_set_is_the_same_for_the_same_seed() -> None:
    first, again = (next(iter(attack_set(1, 5, TODAY))) for _ in range(2))

    assert first.species == SPECIES[0] == BONA_FIDE
    assert encode_jpeg(first.picture) == encode_jpeg(again.picture)
    assert len(set(SPECIES)) == len(SPECIES)
