import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.vision.sandbox import Sandbox
from tests.builders.databases import (
    clock,
    database_url,
    empty_postgres,
    postgres_url,
    sqlite_storage,
    sqlite_template,
    sqlite_url,
    storage,
)
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.suite_pace import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
)

__all__ = [
    "clock",
    "database_url",
    "empty_postgres",
    "postgres_url",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "sqlite_storage",
    "sqlite_template",
    "sqlite_url",
    "storage",
]

# The same examples in each run, so that a change is judged by what it changes, and no clock, so
# that a busy machine is no fault; others are tried with HYPOTHESIS_PROFILE=explore.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture
def kyc(
    tmp_path: Path, database_url: str, clock: StillClock, sandbox: Sandbox
) -> Iterator[Installation]:
    """An installation, once on SQLite and once on PostgreSQL where a server answers."""
    with an_installation(tmp_path / "state", database_url, clock, sandbox) as installation:
        yield installation


@pytest.fixture
def kyc_sqlite(
    tmp_path: Path, sqlite_url: str, clock: StillClock, sandbox: Sandbox
) -> Iterator[Installation]:
    """An installation on SQLite, for what no database can change."""
    with an_installation(tmp_path / "state", sqlite_url, clock, sandbox) as installation:
        yield installation
