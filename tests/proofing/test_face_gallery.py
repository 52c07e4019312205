"""The search in memory, beside one that compares pair by pair, and its threshold."""

import numpy as np
import pytest

from app.proofing.face_gallery import FaceGallery, packed
from app.proofing.operating_points import HOLDER_MATCH_SCORE, duplicate_face_score
from app.vision.dlib_faces import DlibFaceEngine

ENGINE = DlibFaceEngine()


def drawn(count: int) -> np.ndarray:
    rows = np.random.default_rng(7).standard_normal((count, 128))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_nearest_of_all_is_found_with_the_score_of_its_engine() -> None:
    rows = drawn(300)
    gallery = FaceGallery(ENGINE)
    for number, row in enumerate(rows[:200]):
        gallery.put(f"app_{number}", packed(row))
    for probe in rows[200:]:
        scores = [ENGINE.compare(probe, row) for row in rows[:200]]
        candidate = gallery.find(packed(probe), "app_other", 0.01)
        assert candidate is not None
        assert candidate.applicant_id == f"app_{int(np.argmax(scores))}"
        # What two bytes a feature lose.
        assert candidate.comparison_score == pytest.approx(max(scores), abs=0.003)
        assert (candidate.compared, candidate.threshold) == (200, duplicate_face_score(200, 0.01))


def test_rows_that_go_leave_the_others_in_their_place() -> None:
    rows = [packed(row) for row in drawn(100)]
    gallery = FaceGallery(ENGINE)
    for number, row in enumerate(rows):
        gallery.put(f"app_{number}", row)
    for number in (99, 0, 50, 50, 3):
        gallery.drop(f"app_{number}")
    assert len(gallery) == 96
    gallery.put("app_4", rows[0])
    nearest = {n: gallery.find(rows[n], "app_other", 0.01) for n in (0, 1, 4, 50, 98)}
    names = {n: found.applicant_id for n, found in nearest.items() if found and found.is_same}
    assert names == {0: "app_4", 1: "app_1", 98: "app_98"}


def test_an_applicant_is_not_compared_with_itself() -> None:
    rows = [packed(row) for row in drawn(2)]
    gallery = FaceGallery(ENGINE)
    assert gallery.find(rows[0], "app_0", 0.01) is None
    gallery.put("app_0", rows[0])
    assert gallery.find(rows[0], "app_0", 0.01) is None
    gallery.put("app_1", rows[1])
    candidate = gallery.find(rows[0], "app_0", 0.01)
    assert candidate is not None
    assert (candidate.applicant_id, candidate.compared, candidate.is_same) == ("app_1", 1, False)


def test_the_threshold_keeps_the_alarms_of_a_search_at_the_same_number() -> None:
    assert duplicate_face_score(1, 0.2) == HOLDER_MATCH_SCORE
    thresholds = [duplicate_face_score(10**n, 0.01) for n in range(1, 7)]
    assert thresholds == [0.6, 0.8, 1.0, 1.2, 1.4, 1.6]
    # A score of 0.2 n is reached by one pair of strangers in 10 ** n.
    expected = [10**n * 10 ** (-score / 0.2) for n, score in enumerate(thresholds, 1)]
    assert expected == pytest.approx([0.01] * 6)
