"""make bench-webhooks: pages of 100 deliveries at any depth, and what an event costs to send."""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from app.cli.environment import log_to_stderr
from app.domain.event import DeliveryFilter, DeliveryState, Event, EventType
from app.domain.partner import Mode
from app.settings import read_settings
from app.storage.applicants import applicant_table
from app.storage.events import event_table
from app.storage.partners import webhook_endpoint_table
from app.storage.schema import migrate
from app.storage.webhook_deliveries import webhook_delivery_table
from app.wiring import Services, build
from tests.benchmarks.customer_verifications import _batches, _line

_PAGE = 100
_DEPTHS = (0.0, 0.1, 0.5, 0.9, 0.999)
_EVENTS_OF_USER = 20
_ENDPOINTS = 4
# Rare words on purpose: a filter that matches little is what makes lists slow.
_TYPES = {EventType.STATUS_CHANGED: 700, EventType.FILE_ADDED: 298, EventType.USER_DELETED: 2}
_STATES = {DeliveryState.DELIVERED: 980, DeliveryState.PENDING: 15, DeliveryState.DEAD: 5}
_A_MONTH_S = 30 * 86_400


class Seeded:
    """One partner's deliveries over a month, `now` at their end."""

    def __init__(self, services: Services, rows: int) -> None:
        self.now = datetime.now(UTC)
        self.rows = rows
        self._services = services
        self._dice = random.Random(1)
        name = f"Bench {random.random()}"
        created = services.create_partner(name, Mode.TEST, ["http://localhost:8081"])
        self.partner_id = created.partner_id
        self._stem = created.partner_id[-8:]

    def fill(self) -> None:
        """Users, their events, and one delivery of each."""
        users = max(1, self.rows // _EVENTS_OF_USER)
        database = self._services.storage.database
        with database.writing.begin() as connection:
            connection.execute(insert(webhook_endpoint_table), list(self._endpoints()))
            for batch in _batches(self._users(users), users):
                connection.execute(insert(applicant_table), batch)
            for batch in _batches(self._events(), self.rows):
                connection.execute(insert(event_table), batch)
            for batch in _batches(self._deliveries(), self.rows):
                connection.execute(insert(webhook_delivery_table), batch)
        if database.is_postgres:
            # What autovacuum does by itself after so many rows; SQLite is left as it is installed.
            with database.writing.begin() as connection:
                connection.execute(text("ANALYZE"))

    def endpoint(self, number: int) -> str:
        """The id of one of the endpoints."""
        return f"whe_{self._stem}{number}"

    def newest_event_of(self, user: int) -> Event:
        """An event that all others of the user came before."""
        return Event(
            "evt_next",
            self.partner_id,
            f"app_{self._stem}{user}",
            EventType.STATUS_CHANGED,
            _EVENTS_OF_USER + 1,
            {},
            self.now,
        )

    def moment(self, number: int) -> datetime:
        """When the event of this number was told."""
        return self.now - timedelta(seconds=_A_MONTH_S * (1 - number / self.rows))

    def _endpoints(self) -> Iterator[dict[str, object]]:
        for number in range(_ENDPOINTS):
            yield {
                "id": self.endpoint(number),
                "partner_id": self.partner_id,
                "url": "https://shop.example/hook",
                "wrapped_key": b"",
                "sealed_secrets": [],
                "created_at": self.now,
                "event_types": [],
            }

    def _users(self, count: int) -> Iterator[dict[str, object]]:
        for number in range(count):
            yield {
                "id": f"app_{self._stem}{number}",
                "partner_id": self.partner_id,
                "partner_user_id": f"user-{number}",
                "created_at": self.now,
                "version": _EVENTS_OF_USER,
                "wrapped_key": b"",
                "row_version": 1,
            }

    def _events(self) -> Iterator[dict[str, object]]:
        users = max(1, self.rows // _EVENTS_OF_USER)
        for number in range(self.rows):
            yield {
                "id": f"evt_{self._stem}{number}",
                "partner_id": self.partner_id,
                "applicant_id": f"app_{self._stem}{number % users}",
                "type": EventType.STATUS_CHANGED,
                "version": number // users + 1,
                "data": {"status": "pending"},
                "created_at": self.moment(number),
            }

    def _deliveries(self) -> Iterator[dict[str, object]]:
        for number in range(self.rows):
            (kind,) = self._dice.choices(list(_TYPES), list(_TYPES.values()))
            (state,) = self._dice.choices(list(_STATES), list(_STATES.values()))
            yield {
                "id": f"whd_{self._stem}{number:09}",
                "partner_id": self.partner_id,
                "event_id": f"evt_{self._stem}{number}",
                "event_type": kind,
                "endpoint_id": self.endpoint(self._dice.randrange(_ENDPOINTS)),
                "created_at": self.moment(number),
                "state": state,
                "attempts": 1,
                "earlier_attempts": 0,
                "row_version": 1,
            }


def filters(seeded: Seeded) -> Iterator[tuple[str, DeliveryFilter]]:
    """Every way of asking, with a name."""
    mine, endpoint = seeded.partner_id, seeded.endpoint(1)
    yield "no filter", DeliveryFilter(mine)
    yield "endpoint_id", DeliveryFilter(mine, endpoint)
    for state in DeliveryState:
        yield f"state={state}", DeliveryFilter(mine, state=state)
        yield f"endpoint_id state={state}", DeliveryFilter(mine, endpoint, state)
    for kind in _TYPES:
        yield f"event_type={kind}", DeliveryFilter(mine, event_type=kind)
    rare = (DeliveryState.DEAD, EventType.USER_DELETED)
    yield "state=dead event_type=user.deleted", DeliveryFilter(mine, None, *rare)
    yield "endpoint_id and both", DeliveryFilter(mine, endpoint, *rare)
    span = seeded.moment(seeded.rows // 4), seeded.moment(seeded.rows // 2)
    yield "created_after created_before", DeliveryFilter(mine, None, None, None, *span)
    yield "all of them", DeliveryFilter(mine, endpoint, *rare, *span)


def measure(
    services: Services, seeded: Seeded, wanted: DeliveryFilter, repeats: int
) -> list[float]:
    """Milliseconds of pages at all depths."""
    taken = []
    for depth in _DEPTHS:
        after = (seeded.moment(int(seeded.rows * (1 - depth))), "whd_z") if depth else None
        for _ in range(repeats):
            started = time.perf_counter()
            with services.storage.reading() as uow:
                uow.deliveries.page(wanted, after, _PAGE + 1)
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def asking_for_order(services: Services, seeded: Seeded, repeats: int) -> list[float]:
    """Milliseconds of the question whether an earlier event of the user was tried."""
    taken = []
    users = max(1, seeded.rows // _EVENTS_OF_USER)
    for number in range(repeats):
        event = seeded.newest_event_of(number * 7919 % users)
        started = time.perf_counter()
        with services.storage.reading() as uow:
            since = seeded.now - timedelta(minutes=15)
            uow.deliveries.has_untried_before(event, seeded.endpoint(1), since)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    url = os.environ.get("KYC_DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(
            {"KYC_STATE_DIR": folder} | ({"KYC_DATABASE_URL": url} if url else {})
        )
        log_to_stderr(settings)
        migrate(settings.database_url)
        services = build(settings)
        seeded = Seeded(services, options.rows)
        seeded.fill()
        kind = Path(settings.database_url.partition(":")[0]).name
        print(f"{kind}: {options.rows} deliveries")  # noqa: T201
        for name, wanted in filters(seeded):
            print(_line(name, measure(services, seeded, wanted, options.repeats)))  # noqa: T201
        taken = asking_for_order(services, seeded, options.repeats * 5)
        print(_line("is an earlier event untried", taken))  # noqa: T201
        services.storage.database.dispose()


if __name__ == "__main__":
    main()
