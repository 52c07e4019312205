"""Each step over a database that is in use: no row is lost, and the release before goes on.

`test_schema.py` takes the same steps without rows.
"""

from collections.abc import Iterator

import pytest

from app.storage.database import Database
from app.storage.schema import downgrade, migrate, newest
from tests.builders.databases import scratch_postgres
from tests.builders.seeded_rows import Rows, SeededRows, Tables

# The first release has all of these: no older one ever ran on what they make. What the code
# before wrote would be refused by some of them.
FIRST_RELEASE = 22


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('steps') / 'kyc.sqlite3'}"
        return
    with scratch_postgres("steps") as scratch:
        yield scratch


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = Database(url)
    yield opened
    opened.dispose()


@pytest.mark.slow
def test_no_step_up_or_down_loses_a_row(url: str, database: Database) -> None:
    last = int(newest() or "0")
    migrate(url, "0001")
    rows = SeededRows(database)
    # The tables of each revision and what stood in them, by its number.
    kept: dict[int, tuple[Tables, Rows]] = {}
    tables = rows.tables()
    for number in range(1, last):
        rows.fill(tables, tables.tables)
        kept[number] = (tables, rows.read(tables))
        migrate(url, f"{number + 1:04}")
        tables = rows.tables()
        assert _missing(kept[number][1], rows.read(tables)) == [], f"up to {number + 1:04}"
    rows.fill(tables, tables.tables)
    for number in range(last - 1, 0, -1):
        # SQLite gives no table away that an idle connection still looks at.
        database.dispose()
        downgrade(url, "-1")
        tables, before = kept[number]
        found = rows.read(tables)
        lost = [name for name in found if not set(before[name]) <= set(found[name])]
        assert lost == [], f"back to {number:04}"


def test_the_release_before_reads_and_writes_on_the_new_schema(
    url: str, database: Database
) -> None:
    migrate(url, f"{FIRST_RELEASE:04}")
    rows = SeededRows(database)
    for number in range(FIRST_RELEASE, int(newest() or "0")):
        # What the code of the release before knows of its tables.
        known = rows.tables()
        rows.fill(known, known.tables)
        before = rows.read(known)
        migrate(url, f"{number + 1:04}")
        assert rows.read(known) == before
        rows.fill(known, known.tables)
        after = rows.read(known)
        assert {name: len(found) for name, found in after.items()} == {
            name: len(found) + 1 for name, found in before.items()
        }


def test_a_step_that_the_release_before_cannot_live_with_is_noticed(
    url: str, database: Database
) -> None:
    """The rule of the test above bites: an obligatory column is one that old code leaves out."""
    migrate(url)
    rows = SeededRows(database)
    known = rows.tables()
    with database.migrating.begin() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE device_sighting ADD COLUMN model TEXT NOT NULL DEFAULT 'x'"
        )
        if database.is_postgres:
            connection.exec_driver_sql("ALTER TABLE device_sighting ALTER model DROP DEFAULT")
        else:
            connection.exec_driver_sql("ALTER TABLE device_sighting DROP COLUMN last_seen_at")
    with pytest.raises(Exception, match=r"model|last_seen_at"):
        rows.fill(known, known.tables)


def _missing(before: Rows, after: Rows) -> list[str]:
    """The tables that lack a row of before, by what of its columns is still there."""
    missing = []
    for name, found in before.items():
        columns = {column for row in after.get(name, []) for column, _ in row}
        cut = {tuple(pair for pair in row if pair[0] in columns) for row in found}
        names = {column for row in found for column, _ in row}
        seen = {tuple(pair for pair in row if pair[0] in names) for row in after.get(name, [])}
        if not columns or not cut <= seen:
            missing.append(name)
    return missing
