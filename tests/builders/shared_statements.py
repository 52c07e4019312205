"""SQL that is compiled once in a test process, not once for each test's database.

SQLAlchemy keeps compiled statements by engine and dialect. An installation has one of each for all
its life; the tests have thousands, and would compile the same queries for each.
"""

from functools import wraps
from typing import Any

from sqlalchemy import Engine

from app.storage.database import Database

_FIRST: dict[str, Engine] = {}


def share_statements() -> None:
    """Let every `Database` of this process from now on use what earlier ones have compiled."""
    build = Database.__init__

    @wraps(build)
    def build_sharing(self: Database, *arguments: Any, **options: Any) -> None:
        build(self, *arguments, **options)
        first = _FIRST.get(self._engine.dialect.name)
        # Until it has connected, a dialect does not know its server's version.
        if first is None or first.dialect.server_version_info is None:
            _FIRST[self._engine.dialect.name] = self._engine
            return
        self._engine.pool._dialect = first.dialect
        for engine in (self._engine, self.writing, self.migrating, self.reading):
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache

    Database.__init__ = build_sharing  # type: ignore[method-assign]
