from collections.abc import Iterator
from pathlib import Path

import pytest

from app.vision.sandbox import Sandbox
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.receiver import LOOPBACK, Receiver

# Tests register more in a second than a partner does in an hour.
ENVIRONMENT = {**LOOPBACK, "KYC_RATE_LIMIT_FACTOR": "100"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


@pytest.fixture
def kyc(
    tmp_path: Path, database_url: str, clock: StillClock, sandbox: Sandbox
) -> Iterator[Installation]:
    """An installation that sends to the loopback, on both databases."""
    with an_installation(
        tmp_path / "state", database_url, clock, sandbox, **ENVIRONMENT
    ) as started:
        yield started


@pytest.fixture
def kyc_loop(
    tmp_path: Path, sqlite_url: str, clock: StillClock, sandbox: Sandbox
) -> Iterator[Installation]:
    """The same on SQLite, for what no database can change."""
    with an_installation(tmp_path / "state", sqlite_url, clock, sandbox, **ENVIRONMENT) as started:
        yield started
