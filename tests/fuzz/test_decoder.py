"""A small run of `make fuzz`, and what its mutations are."""

import random
from pathlib import Path

from tests.fuzz.decoder import run
from tests.fuzz.mutations import mutated, seeds


def test_mutated_files_harm_no_parent(tmp_path: Path) -> None:
    outcome = run(tmp_path, 2, seed=9303)
    assert outcome.is_clean, outcome
    assert outcome.files >= 5


def test_mutations_are_the_same_again_and_wrong_somewhere() -> None:
    files = [mutated(random.Random(seed)) for seed in range(50)]
    assert files == [mutated(random.Random(seed)) for seed in range(50)]
    assert len(set(files)) == 50
    assert sum(file in seeds() for file in files) <= 2
