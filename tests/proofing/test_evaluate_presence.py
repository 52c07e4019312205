"""How verdicts become error rates; the presentations themselves are judged by `bench-presence`."""

from __future__ import annotations

from random import Random

import numpy as np

from app.proofing.evaluate_presence import Judged, error_rates_of, presence_table
from app.proofing.presence import judge_presence
from app.proofing.presence_trial import hold_trial
from app.specimens.stage.presentation_set import Presentation
from app.specimens.stage.presenters import InjectedStills
from app.vision.dlib_faces import DlibFaceEngine

GRAY = np.full((120, 160, 3), 128, np.uint8)


def judged(species: str, *verdicts: str) -> list[Judged]:
    return [Judged(species, verdict, is_acquired=True) for verdict in verdicts]  # type: ignore[arg-type]


def test_species_stand_apart_the_worst_first() -> None:
    found = error_rates_of(
        [
            *judged("bona_fide", "present", "present", "present", "inconclusive"),
            *judged("print", "attack", "inconclusive"),
            *judged("screen", "present", "attack"),
        ]
    )

    assert found["bpcer"]["errors"] == 1
    assert list(found["apcer"]) == ["screen", "print"]
    assert [rate["errors"] for rate in found["apcer"].values()] == [1, 0]
    assert (found["n_bona_fide"], found["n_attacks"]) == (4, 4)


def test_who_is_never_seen_counts_as_an_error_and_as_a_failure_to_acquire() -> None:
    found = error_rates_of([Judged("bona_fide", "inconclusive", is_acquired=False)])

    assert found["bpcer"]["errors"] == found["failure_to_acquire"]["errors"] == 1


def test_the_table_gives_counts_and_bounds() -> None:
    table = presence_table(error_rates_of(judged("print", *["attack"] * 20)))

    assert "| print | 20 | 0 | 0.0% (0.0% to 16.8%) |" in table


def test_a_trial_without_a_face_ends_with_the_window() -> None:
    nobody = InjectedStills({"center": GRAY}, fade_s=0.0)
    presentation = Presentation("nobody", nobody, interval_s=0.5, seed="1", patience_s=1.0)
    engine = DlibFaceEngine()

    trial = hold_trial(presentation, engine)

    assert trial.tracker.failure == "challenge_timeout"
    assert judge_presence(trial.frames, trial.dealt, engine).verdict != "present"


def test_a_trial_is_dealt_the_same_for_the_same_seed() -> None:
    deals = set()
    for _ in range(2):
        nobody = InjectedStills({"center": GRAY}, fade_s=0.0)
        presentation = Presentation("nobody", nobody, 0.5, f"{Random(1).random()}", 0.6)
        deals.add(hold_trial(presentation, DlibFaceEngine()).dealt)

    assert len(deals) == 1
