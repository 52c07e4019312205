"""make bench-lists: pages of 100 customer verifications at any depth, by every filter."""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text

from app.cli.environment import log_to_stderr
from app.domain.customer_verification import (
    CHECK_TYPES,
    CustomerStatus,
    CustomerVerificationFilter,
    VerificationType,
)
from app.domain.partner import Mode
from app.factory import create_app
from app.settings import read_settings
from app.storage.applicants import applicant_table
from app.storage.customer_verifications import customer_verification_table
from app.storage.schema import migrate
from app.wiring import Services, build

_BATCH = 10_000
_PAGE = 100
_DEPTHS = (0.0, 0.1, 0.5, 0.9, 0.999)
_KINDS = list(VerificationType)
# Rare kinds and statuses on purpose: a filter that matches little is what makes lists slow.
_KIND_WEIGHTS = (849, 50, 100, 1)
_STATUS_WEIGHTS = {
    CustomerStatus.PENDING: 100,
    CustomerStatus.VERIFIED: 600,
    CustomerStatus.FAILED: 150,
    CustomerStatus.EXPIRED: 150,
}
_ROW = customer_verification_table.c


@dataclass(frozen=True)
class Seeded:
    """One partner's rows over a year, `now` at their end, and a few that lapsed unswept."""

    partner_id: str
    api_key: str
    now: datetime
    customers: int


def seed(services: Services, rows: int, unswept: int) -> Seeded:
    """The rows; `unswept` of them have lapsed since the last sweep."""
    partner = services.create_partner(
        f"Bench {random.random()}", Mode.TEST, ["http://localhost:8081"]
    )
    now = datetime.now(UTC)
    found = Seeded(partner.partner_id, partner.api_key, now, max(1, rows // 10))
    with services.storage.database.writing.begin() as connection:
        for batch in _batches(_applicants(found), found.customers):
            connection.execute(insert(applicant_table), batch)
        for batch in _batches(_rows(services, found, rows, unswept), rows):
            connection.execute(insert(customer_verification_table), batch)
    if services.storage.database.is_postgres:
        # What autovacuum does by itself after so many rows; SQLite is left as it is installed.
        with services.storage.database.writing.begin() as connection:
            connection.execute(text("ANALYZE"))
    return found


def _batches(rows: Iterator[dict[str, object]], count: int) -> Iterator[list[dict[str, object]]]:
    for start in range(0, count, _BATCH):
        yield [next(rows) for _ in range(min(_BATCH, count - start))]


def _customer(seeded: Seeded, number: int) -> str:
    return f"app_{seeded.partner_id[-8:]}{number}"


def _applicants(seeded: Seeded) -> Iterator[dict[str, object]]:
    for number in range(seeded.customers):
        yield {
            "id": _customer(seeded, number),
            "partner_id": seeded.partner_id,
            "partner_user_id": f"user-{number}",
            "created_at": seeded.now,
            "version": 1,
            "wrapped_key": b"",
            "row_version": 1,
        }


def _rows(
    services: Services, seeded: Seeded, count: int, unswept: int
) -> Iterator[dict[str, object]]:
    dice = random.Random(1)
    statuses, weights = list(_STATUS_WEIGHTS), list(_STATUS_WEIGHTS.values())
    late = set(dice.sample(range(count), unswept))
    for number in range(count):
        created_at = seeded.now - timedelta(seconds=31_536_000 * (1 - number / count))
        (kind,) = dice.choices(_KINDS, _KIND_WEIGHTS)
        (status,) = dice.choices(statuses, weights)
        ends = timedelta(seconds=-1) if number in late else timedelta(days=dice.randrange(1, 365))
        yield {
            "id": services.chance.new_uuid(),
            "partner_id": seeded.partner_id,
            "applicant_id": _customer(seeded, dice.randrange(seeded.customers)),
            "actor_id": "key_bench",
            "verification_type": kind,
            "check_type": CHECK_TYPES[kind][0],
            "provider": "builtin",
            "created_at": created_at,
            "updated_at": created_at,
            "status": status,
            "expires_at": None if status is CustomerStatus.FAILED else seeded.now + ends,
            "last_checked_at": created_at,
            "verified_at": created_at if status is CustomerStatus.VERIFIED else None,
            "provider_reference": "ver_bench",
            "reason": None,
            "result_payload": {
                "verification_id": "ver_bench",
                "checks": [
                    {"code": f"check_{n}", "outcome": "passed", "reason": None} for n in range(15)
                ],
            },
            "row_version": 1,
        }


def filters(seeded: Seeded) -> Iterator[tuple[str, CustomerVerificationFilter]]:
    """Every way of asking, with a name."""
    whole = CustomerVerificationFilter(seeded.partner_id, seeded.now)
    yield "no filter", whole
    for status in CustomerStatus:
        yield f"status={status}", replace(whole, status=status)
    for kind in VerificationType:
        yield f"verification_type={kind}", replace(whole, verification_type=kind)
        for status in (CustomerStatus.VERIFIED, CustomerStatus.EXPIRED):
            both = replace(whole, verification_type=kind, status=status)
            yield f"verification_type={kind} status={status}", both
    months = seeded.now - timedelta(days=300), seeded.now - timedelta(days=30)
    times = replace(whole, occurred_after=months[0], occurred_before=months[1])
    yield "occurred_after occurred_before", times
    rare = replace(times, status=CustomerStatus.FAILED, verification_type=VerificationType.KYB)
    yield "all but the customer", rare
    customer = replace(whole, applicant_id=_customer(seeded, 7))
    yield "customer_id", customer
    yield "customer_id status", replace(customer, status=CustomerStatus.VERIFIED)


def measure(services: Services, wanted: CustomerVerificationFilter, repeats: int) -> list[float]:
    """Milliseconds of pages at all depths; the slowest of each depth's repeats counts too."""
    taken = []
    for depth in _DEPTHS:
        after = _position(services, wanted, depth)
        for _ in range(repeats):
            started = time.perf_counter()
            with services.storage.reading() as uow:
                uow.customer_verifications.page(wanted, after, _PAGE + 1)
            taken.append((time.perf_counter() - started) * 1000)
    return taken


def _position(
    services: Services, wanted: CustomerVerificationFilter, depth: float
) -> tuple[datetime, str] | None:
    """Where so much of the partner's rows lies behind, in the middle of the list."""
    if depth == 0:
        return None
    with services.storage.database.reading.begin() as connection:
        first, last = connection.execute(
            select(func.max(_ROW.created_at), func.min(_ROW.created_at)).where(
                _ROW.partner_id == wanted.partner_id
            )
        ).one()
    return first - (first - last) * depth, "8"


def over_http(services: Services, seeded: Seeded, repeats: int) -> list[float]:
    """Milliseconds of whole requests in this process, page after page from the middle on."""
    client = create_app(services).test_client()
    headers = {"x-api-key": seeded.api_key}
    middle = (seeded.now - timedelta(days=180)).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = {"limit": str(_PAGE), "occurred_before": middle}
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        answer = client.get("/v1/customer-verifications", query_string=query, headers=headers)
        taken.append((time.perf_counter() - started) * 1000)
        body = answer.get_json()
        if answer.status_code != 200 or len(body["data"]) != _PAGE:
            raise RuntimeError("the list did not answer a full page")
        query["cursor"] = body["next_cursor"]
    return taken


def _line(name: str, taken: list[float]) -> str:
    ordered = sorted(taken)
    p95 = ordered[int(len(ordered) * 0.95)]
    return (
        f"  {name:46} median {statistics.median(ordered):6.2f} ms"
        f"  p95 {p95:6.2f} ms  max {ordered[-1]:6.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--unswept", type=int, default=1_000)
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
        seeded = seed(services, options.rows, options.unswept)
        kind = Path(settings.database_url.partition(":")[0]).name
        print(f"{kind}: {options.rows} rows, {options.unswept} lapsed and unswept")  # noqa: T201
        for name, wanted in filters(seeded):
            print(_line(name, measure(services, wanted, options.repeats)))  # noqa: T201
        taken = over_http(services, seeded, options.repeats * 5)
        print(_line("over HTTP, page after page", taken))  # noqa: T201
        services.storage.database.dispose()


if __name__ == "__main__":
    main()
