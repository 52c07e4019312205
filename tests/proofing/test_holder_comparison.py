from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.proofing.holder_comparison import compare_holder, decide
from app.proofing.holder_likelihood import log10_likelihood_ratio
from app.proofing.operating_points import HOLDER_MATCH_SCORE, HOLDER_NON_MATCH_SCORE, POINTS
from app.specimens.head import turn_head
from app.specimens.portraits import load_portrait, load_selfie
from app.vision.dlib_faces import DlibFaceEngine

ENGINE = DlibFaceEngine()
BLANK = np.full((480, 640, 3), 90, np.uint8)


def test_the_holder_matches_also_when_the_document_lies_sideways() -> None:
    lying = np.ascontiguousarray(np.rot90(load_portrait("astronaut"), -1))
    probes = [turn_head(load_selfie("astronaut"), angle) for angle in (-8, 0, 8)]

    comparison = compare_holder([BLANK, lying], probes, ENGINE)

    assert (comparison.decision, comparison.portrait_turns) == ("match", 1)
    assert comparison.portrait_box is not None


def test_another_person_does_not_match() -> None:
    probes = [load_selfie("grace_hopper")]

    assert compare_holder([load_portrait("astronaut")], probes, ENGINE).decision == "non_match"


def test_a_face_as_small_as_a_ghost_image_confirms_and_never_refutes() -> None:
    page = np.full((900, 1300, 3), 235, np.uint8)
    ghost = cv2.resize(load_portrait("astronaut"), (240, 240 * 9 // 7))
    page[300 : 300 + ghost.shape[0], 700 : 700 + ghost.shape[1]] = ghost

    holder = compare_holder([page], [load_selfie("astronaut")], ENGINE)
    stranger = compare_holder([page], [load_selfie("grace_hopper")], ENGINE)

    assert holder.decision == "match"
    assert (stranger.decision, stranger.comparison_score < 0.4) == ("inconclusive", True)


def test_the_likelihood_ratio_grows_with_the_score_to_what_was_measured() -> None:
    name = ENGINE.name
    assert log10_likelihood_ratio(0.6, name) == pytest.approx(1.41)
    assert log10_likelihood_ratio(0.4, name) == pytest.approx(-0.31)
    assert [log10_likelihood_ratio(score, name) for score in (-1, 2)] == [-3, 3]
    assert log10_likelihood_ratio(0.6, "another engine") is None


def test_one_bad_frame_decides_nothing() -> None:
    probes = [load_selfie("astronaut"), load_selfie("astronaut"), load_selfie("grace_hopper")]

    assert compare_holder([load_portrait("astronaut")], probes, ENGINE).decision == "match"


def test_a_tier_moves_the_points_that_decide() -> None:
    points = {**POINTS, "holder_match_score": 0.8, "holder_non_match_score": 0.2}
    score = (HOLDER_MATCH_SCORE + 0.8) / 2
    assert (decide(score), decide(score, points)) == ("match", "inconclusive")
    assert (decide(0.3), decide(0.3, points)) == ("non_match", "inconclusive")

    nobody = compare_holder([BLANK], [], ENGINE, points)
    assert nobody.threshold == 0.8


def test_a_missing_face_is_inconclusive() -> None:
    no_portrait = compare_holder([BLANK], [load_selfie("astronaut")], ENGINE)
    no_probe = compare_holder([load_portrait("astronaut")], [BLANK], ENGINE)

    assert (no_portrait.decision, no_portrait.portrait_box) == ("inconclusive", None)
    assert (no_probe.decision, no_probe.comparison_score) == ("inconclusive", None)


@pytest.mark.parametrize(
    ("score", "decision"),
    [
        (HOLDER_MATCH_SCORE, "match"),
        (HOLDER_MATCH_SCORE - 0.001, "inconclusive"),
        (HOLDER_NON_MATCH_SCORE, "inconclusive"),
        (HOLDER_NON_MATCH_SCORE - 0.001, "non_match"),
    ],
)
def test_between_the_operating_points_a_person_decides(score: float, decision: str) -> None:
    assert decide(score) == decision


def test_the_quality_of_both_pictures_is_told_beside_the_score() -> None:
    dark = (load_selfie("astronaut") // 4).astype(np.uint8)

    found = compare_holder([load_portrait("astronaut")], [load_selfie("astronaut"), dark], ENGINE)
    nobody = compare_holder([load_portrait("astronaut")], [BLANK], ENGINE)

    assert found.portrait_quality is not None
    assert found.selfie_quality is not None
    assert found.portrait_quality.single_face_present == 1
    middle = min(found.probe_scores) == found.probe_scores[1]
    assert (found.selfie_quality.luminance_mean < 0.2) == middle
    assert (nobody.portrait_quality is None, nobody.selfie_quality) == (False, None)
