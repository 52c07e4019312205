"""Cursors of lists: signed, and good only for the list and the filters that they came from."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.web.services import services

if TYPE_CHECKING:
    from app.web.bodies import Body


def scope_of(name: str, partner_id: str, query: Body) -> str:
    """Names one list of one partner, by its filters; `query` has a cursor and a limit besides."""
    filters = query.model_dump_json(exclude={"cursor", "limit"})
    digest = hashlib.sha256(filters.encode()).hexdigest()
    return f"{name}|{partner_id}|{digest}"


def cursor_after(scope: str, position: tuple[datetime, str] | None) -> str | None:
    """The cursor that goes on behind this row; None at the end of the list."""
    if position is None:
        return None
    moment, row_id = position
    return services().cursors.issue(scope, [moment.astimezone(UTC).isoformat(), row_id])


def position_of(scope: str, cursor: str | None) -> tuple[datetime, str] | None:
    """Where a page goes on. Raises DomainError(validation_error) for another list's cursor."""
    if cursor is None:
        return None
    try:
        moment, row_id = services().cursors.read(scope, cursor, 2)
    except DomainError:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR,
            fields={"cursor": "Send the next_cursor of a page with these same filters"},
        ) from None
    return datetime.fromisoformat(moment), row_id
