"""make bench-enumeration: whether a stranger can tell by time which names exist.

Each pair asks for something of somebody who is there and of somebody who is not, in turn, and
must be answered alike. What is compared is the processor time of the whole process, because the
clock on the wall tells more of the neighbours than of us.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Mode
from app.domain.reviewer import ReviewerRole
from app.factory import create_app
from app.log_redaction import configure_logging
from app.security.totp import totp_code
from app.settings import read_settings
from app.storage.schema import migrate
from app.wiring import Services, build

_ORIGIN = "https://shop.test"
_ROUNDS_FOR_WARMTH = 3
_RESAMPLES = 2000


@dataclass(frozen=True)
class Pair:
    """Two askings that a stranger must not be able to tell apart, each with its expected status."""

    name: str
    known: Callable[[int], int]
    unknown: Callable[[int], int]
    status: int
    share: float = 1.0
    """Of the count that is asked for: what takes long is asked less often."""


def measure(pair: Pair, count: int) -> tuple[list[float], list[float]]:
    """Processor milliseconds of so many askings of each kind, taken in turn."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(-_ROUNDS_FOR_WARMTH, count):
        sides = [(0, pair.known), (1, pair.unknown)]
        for side, ask in sides if number % 2 else reversed(sides):
            started = time.process_time()
            status = ask(number + _ROUNDS_FOR_WARMTH)
            ms = (time.process_time() - started) * 1000
            if status != pair.status:
                raise AssertionError(f"{pair.name}: answered {status}")
            if number >= 0:
                took[side].append(ms)
    return took


def line(name: str, known: list[float], unknown: list[float]) -> str:
    """The medians, their gap as a share, and the 95 % interval of the gap by resampling."""
    dice = random.Random(9303)

    def gap(some: list[float], others: list[float]) -> float:
        return statistics.median(some) / statistics.median(others) - 1

    gaps = sorted(
        gap(dice.choices(known, k=len(known)), dice.choices(unknown, k=len(unknown)))
        for _ in range(_RESAMPLES)
    )
    low, high = gaps[int(0.025 * _RESAMPLES)], gaps[int(0.975 * _RESAMPLES)]
    return (
        f"{name:42} n {len(known):4}  known {statistics.median(known):7.3f} ms"
        f"  unknown {statistics.median(unknown):7.3f} ms"
        f"  gap {gap(known, unknown):+.1%} ({low:+.1%} to {high:+.1%})\n"
    )


def pairs(services: Services, client: FlaskClient) -> list[Pair]:
    """Every door at which a stranger may try names."""
    mine = services.create_partner("Mine", Mode.TEST, [_ORIGIN])
    other = services.create_partner("Other", Mode.TEST, [_ORIGIN])
    _set_up(services, mine.partner_id, "known@bench.test")
    issued = client.post(
        "/widget/client-tokens",
        json={"partner_user_id": "user-mine"},
        headers={"x-api-key": mine.api_key},
    )
    bearer = {"Authorization": f"Bearer {(issued.json or {})['client_token']}"}
    for partner, user in ((mine, "user-neighbour"), (other, "user-foreign")):
        client.post(
            "/widget/client-tokens",
            json={"partner_user_id": user},
            headers={"x-api-key": partner.api_key},
        )

    def status(headers: dict[str, str], user: str) -> Callable[[int], int]:
        return lambda _: client.get(f"/widget/users/{user}/kyc-status", headers=headers).status_code

    def sign_in(email: str) -> Callable[[int], int]:
        def ask(_: int) -> int:
            try:
                services.review_desk.sign_in(
                    mine.partner_id, email, "wrong password", "000000", "192.0.2.1"
                )
            except DomainError as error:
                return 401 if error.code is ErrorCode.INVALID_TOKEN else 500
            return 200

        return ask

    def key(prefix: str) -> Callable[[int], int]:
        def ask(number: int) -> int:
            headers = {"x-api-key": f"{prefix}{number:06x}"}
            return client.get("/widget/users/user-mine/kyc-status", headers=headers).status_code

        return ask

    return [
        Pair(
            "another user of my partner, by my token",
            status(bearer, "user-neighbour"),
            status(bearer, "user-nobody-12"),
            404,
        ),
        Pair(
            "another partner's user, by my key",
            status({"x-api-key": mine.api_key}, "user-foreign"),
            status({"x-api-key": mine.api_key}, "user-nobodyx"),
            404,
        ),
        Pair(
            "a key that begins like a good one",
            key(mine.api_key[:-6]),
            key("sk_test_" + "0" * (len(mine.api_key) - 14)),
            401,
        ),
        Pair(
            "a reviewer's address at the sign-in",
            sign_in("known@bench.test"),
            sign_in("other@bench.test"),
            401,
            share=0.1,
        ),
    ]


def _set_up(services: Services, partner_id: str, email: str) -> None:
    """A reviewer with a password and an authenticator."""
    desk = services.review_desk
    invited = desk.invite(partner_id, email, "Known", ReviewerRole.REVIEWER, "bench")
    secret = desk.set_up.begin(invited.token).totp_secret
    desk.set_up.finish(
        invited.token, "correct horse battery staple", totp_code(secret, services.chance.now())
    )


def main() -> None:
    """Print one line for each pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        configure_logging(nowhere)
        settings = read_settings(
            {"KYC_STATE_DIR": str(Path(folder)), "KYC_RATE_LIMIT_FACTOR": "1000"}
        )
        migrate(settings.database_url)
        services = build(settings)
        client = create_app(services).test_client()
        for pair in pairs(services, client):
            sys.stdout.write(line(pair.name, *measure(pair, round(options.count * pair.share))))
            sys.stdout.flush()
        services.storage.database.dispose()


if __name__ == "__main__":
    main()
