from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from app.storage.columns import METADATA
from app.storage.database import Database
from app.storage.schema import current, downgrade, is_current, migrate, newest
from tests.builders.databases import scratch_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('empty') / 'kyc.sqlite3'}"
        return
    with scratch_postgres("schema") as url:
        yield url


def test_migrations_go_up_down_and_up_again(empty_url: str) -> None:
    assert current(empty_url) is None
    migrate(empty_url)
    assert current(empty_url) == newest()
    downgrade(empty_url, "base")
    assert _tables(empty_url) == {"alembic_version"}
    migrate(empty_url)
    assert is_current(empty_url)


def test_every_single_step_can_be_taken_back(empty_url: str) -> None:
    for number in range(1, int(newest() or "0") + 1):
        migrate(empty_url, f"{number:04}")
        assert not is_current(empty_url) or f"{number:04}" == newest()
        after = _structure(empty_url)
        downgrade(empty_url, "-1")
        assert _structure(empty_url) != after
        migrate(empty_url, f"{number:04}")
        assert _structure(empty_url) == after


def test_migrations_build_exactly_the_mapped_tables(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.reading.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, METADATA)
    database.dispose()
    assert differences == []


def test_a_step_that_fails_leaves_the_old_schema(empty_url: str) -> None:
    migrate(empty_url, "0006")
    database = Database(empty_url)
    with database.migrating.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE rate_counter (in_the_way INTEGER)")
    with pytest.raises(Exception, match="rate_counter"):
        migrate(empty_url)
    assert current(empty_url) == "0006"
    database.dispose()


def _tables(url: str) -> set[str]:
    database = Database(url)
    with database.reading.begin() as connection:
        names = set(inspect(connection).get_table_names())
    database.dispose()
    return names


def _structure(url: str) -> set[tuple[str, str, str]]:
    """(table, column, whether it may be NULL) of everything."""
    database = Database(url)
    with database.reading.begin() as connection:
        found = inspect(connection)
        columns = {
            (table, column["name"], str(column["nullable"]))
            for table in found.get_table_names()
            for column in found.get_columns(table)
        }
    database.dispose()
    return columns
