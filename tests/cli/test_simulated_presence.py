"""Runs of simulated presentations that are broken off, and gone on with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.cli.simulated_presence import judge_simulations, simulation_names
from app.specimens.stage.presentation_set import BONA_FIDE, SPECIES
from app.vision.dlib_faces import DlibFaceEngine

if TYPE_CHECKING:
    from pathlib import Path


def test_trials_that_were_held_are_not_held_again(tmp_path: Path) -> None:
    trials = tmp_path / "trials.jsonl"
    trials.write_text(
        '[7, "bona_fide", 0, "present", true]\n[7, "print_bent", 0, "attack", true]\n'
    )

    def unused() -> None:
        pytest.fail("nothing is left to judge")

    found = judge_simulations(
        [(7, "bona_fide", 0), (7, "print_bent", 0)],
        unused,  # type: ignore[arg-type]
        1,
        trials,
    )

    assert [(each.species, each.verdict) for each in found] == [
        ("bona_fide", "present"),
        ("print_bent", "attack"),
    ]


def test_each_trial_is_kept_as_soon_as_it_is_judged(tmp_path: Path) -> None:
    trials = tmp_path / "trials.jsonl"
    found = judge_simulations([(7, "injected_stills_switched", 0)], DlibFaceEngine, 1, trials)

    assert found[0].verdict != "present"
    assert trials.read_text() == f'[7, "injected_stills_switched", 0, "{found[0].verdict}", true]\n'
    assert (
        judge_simulations([(7, "injected_stills_switched", 0)], DlibFaceEngine, 1, trials) == found
    )


@pytest.mark.parametrize("line", ["{}", "nonsense", "[1, 2]", "7"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, line: str) -> None:
    trials = tmp_path / "trials.jsonl"
    trials.write_text(line + "\n")

    with pytest.raises(ValueError, match=r"trials\.jsonl holds something else"):
        judge_simulations([], DlibFaceEngine, 1, trials)


def test_a_broken_off_run_has_seen_its_share_of_each_species() -> None:
    first_half = simulation_names(1, 4, 12)[: 6 + 2 * (len(SPECIES) - 1)]
    shares = {name: sum(each[1] == name for each in first_half) for name in SPECIES}

    assert shares == {name: 6 if name == BONA_FIDE else 2 for name in SPECIES}
