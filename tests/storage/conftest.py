from tests.builders.databases import (
    clock,
    database_url,
    postgres_url,
    sqlite_storage,
    sqlite_template,
    sqlite_url,
    storage,
)

__all__ = [
    "clock",
    "database_url",
    "postgres_url",
    "sqlite_storage",
    "sqlite_template",
    "sqlite_url",
    "storage",
]
