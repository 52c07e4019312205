from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.proofing.error_rates import det_points, error_rate, threshold_at_fmr
from app.proofing.evaluate_faces import evaluate_faces
from app.proofing.face_cross_validation import cross_validated
from app.proofing.measure_face_scale import measure_face_scale
from app.specimens.head import turn_head
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("errors", "trials", "lower", "upper"),
    [(0, 100, 0.0, 0.0362), (5, 100, 0.0164, 0.1128), (100, 100, 0.9638, 1.0)],
)
def test_the_bounds_are_those_of_clopper_and_pearson(
    errors: int, trials: int, lower: float, upper: float
) -> None:
    rate = error_rate(errors, trials)

    assert rate.rate == errors / trials
    assert (rate.lower, rate.upper) == pytest.approx((lower, upper), abs=1e-4)


def test_without_trials_nothing_is_known() -> None:
    assert error_rate(0, 0).as_dict() == {
        "errors": 0, "trials": 0, "rate": None, "lower": 0.0, "upper": 1.0,
    }  # fmt: skip


def test_the_threshold_lets_through_no_more_than_the_target() -> None:
    non_mated = np.linspace(0, 1, 1000)

    for target in (0.0, 0.001, 0.05):
        assert np.mean(non_mated >= threshold_at_fmr(non_mated, target)) <= target


def test_the_curve_trades_one_error_for_the_other() -> None:
    chance = np.random.default_rng(2)
    points = det_points(chance.normal(0.6, 0.1, 300), chance.normal(0.2, 0.1, 300))

    assert np.all(np.diff([point["fmr"] for point in points]) <= 0)
    assert np.all(np.diff([point["fnmr"] for point in points]) >= 0)


def test_a_list_of_pairs_is_measured_with_its_failures_to_acquire(tmp_path: Path) -> None:
    pictures = {
        "a0.jpg": load_selfie("astronaut"),
        "a1.jpg": turn_head(load_selfie("astronaut"), 10),
        "g0.jpg": load_selfie("grace_hopper"),
        "none.jpg": np.full((300, 300, 3), 120, np.uint8),
    }
    for name, picture in pictures.items():
        (tmp_path / name).write_bytes(encode_jpeg(picture))
    manifest = tmp_path / "pairs.csv"
    rows = ["reference,probe,mated", "a0.jpg,a1.jpg,1", "a0.jpg,g0.jpg,0", "a0.jpg,none.jpg,1"]
    manifest.write_text("\n".join(rows), encoding="utf-8")

    found = evaluate_faces(manifest, DlibFaceEngine())

    assert (found["n_mated"], found["n_non_mated"]) == (1, 1)
    assert (found["fnmr"]["errors"], found["fmr"]["errors"]) == (0, 0)
    assert (found["failure_to_acquire"]["errors"], found["fnmr_with_failures"]["errors"]) == (1, 1)


def test_a_threshold_is_counted_on_other_pairs_than_it_was_chosen_on() -> None:
    mated, non_mated = np.linspace(0.5, 0.9, 400), np.linspace(0.0, 0.4, 400)
    scores = np.concatenate([mated, non_mated])
    scores[:4] = np.nan
    is_mated = np.arange(800) < 400

    rates = cross_validated(scores, is_mated)

    assert rates["wrong decisions"]["errors"] >= 4
    # The lower half chooses the threshold for the upper half of the strangers and lets it all in.
    assert rates["fmr at fmr 0.01"]["errors"] >= 198
    assert cross_validated(scores, np.ones(800, bool)) == {}


def test_a_scale_needs_many_strangers(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encode_jpeg(load_selfie("astronaut")))
    (tmp_path / "g.jpg").write_bytes(encode_jpeg(load_selfie("grace_hopper")))
    manifest = tmp_path / "people.csv"
    manifest.write_text("path,person\na.jpg,a\ng.jpg,g\n", encoding="utf-8")

    with pytest.raises(ValueError, match="1 pairs of different people"):
        measure_face_scale(manifest, DlibFaceEngine())
