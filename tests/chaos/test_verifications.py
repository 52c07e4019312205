"""A small run of `make chaos`: whole verifications through kills of web and worker processes."""

from pathlib import Path

import pytest

from tests.chaos.verifications import run


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_stuck_through_kills(tmp_path: Path) -> None:
    outcome = run(tmp_path, f"sqlite:///{tmp_path / 'kyc.sqlite3'}", count=12, kills=3)
    assert outcome.is_clean, outcome
    assert sum(outcome.kills.values()) == 3
