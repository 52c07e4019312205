"""Where webhooks may go: asked at registration, at each change, and again at each attempt."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.delivery import EgressGuard
from app.delivery.egress_guard import Resolve
from app.services.jobs import DELIVER_WEBHOOK
from app.wiring import _sender, _vetter
from tests.builders.egress_urls import (
    ACCEPTED,
    PUBLIC,
    REFUSED,
    RecordingDial,
    resolve,
)
from tests.builders.hooked import ENDPOINTS, call, data_of, listed, register, told
from tests.builders.installation import Installation

# Refused before anybody looks at what the URL says.
_NO_URL = {url for url, _ in REFUSED if not 0 < len(url) <= 2048 or "\0" in url}
HOOK = "https://hooks.partner.test/kyc"


@pytest.fixture
def dial() -> RecordingDial:
    return RecordingDial()


def guarded(kyc: Installation, dial: RecordingDial, resolver: Resolve) -> None:
    """Give the installation a guard that asks this resolver."""
    guard = EgressGuard(resolve=resolver, dial=dial)
    for name in ("register_webhook_endpoint", "change_webhook_endpoint"):
        use_case = replace(getattr(kyc.services, name), vet_url=_vetter(guard))
        object.__setattr__(kyc.services, name, use_case)
    deliver = replace(kyc.services.deliver_webhook, send=_sender(guard))
    object.__setattr__(kyc.services, "deliver_webhook", deliver)


@pytest.fixture
def kyc_guarded(kyc_loop: Installation, dial: RecordingDial) -> Iterator[Installation]:
    guarded(kyc_loop, dial, resolve)
    yield kyc_loop
    assert dial.asked == []


def refusals(kyc: Installation, method: str, path: str) -> Iterator[tuple[str, str, Any]]:
    for url, code in REFUSED:
        answer = call(kyc, method, path, json={"url": url})
        assert answer.status_code == 400, url
        yield url, code, answer.json


def expected(url: str, code: str, body: dict[str, Any]) -> bool:
    if url in _NO_URL:
        return body["error"] == "validation_error" and set(body["fields"]) == {"url"}
    # What to do is told, and nothing of the URL.
    return (body["error"], body["refusal"]) == ("url_not_allowed", code) and len(
        body["message"]
    ) > len("The webhook URL is refused. ")


def test_the_table_is_long_enough() -> None:
    assert len({url for url, _ in REFUSED} - _NO_URL) >= 60


def test_no_refused_url_is_registered(kyc_guarded: Installation) -> None:
    found = list(refusals(kyc_guarded, "POST", ENDPOINTS))
    assert [url for url, code, body in found if not expected(url, code, body)] == []
    assert data_of(call(kyc_guarded, "GET", ENDPOINTS)) == []


def test_no_endpoint_is_moved_to_a_refused_url(kyc_guarded: Installation) -> None:
    made = register(kyc_guarded, HOOK)
    path = f"{ENDPOINTS}/{made['id']}"
    found = list(refusals(kyc_guarded, "PATCH", path))
    assert [url for url, code, body in found if not expected(url, code, body)] == []
    assert data_of(call(kyc_guarded, "GET", path))["url"] == HOOK


def test_public_urls_are_registered(kyc_guarded: Installation) -> None:
    assert [register(kyc_guarded, url)["url"] for url in ACCEPTED] == ACCEPTED


def test_a_name_that_does_not_resolve_is_told_as_such(kyc_guarded: Installation) -> None:
    answer = call(kyc_guarded, "POST", ENDPOINTS, json={"url": "https://unknown.partner.test/"})
    assert (answer.status_code, (answer.json or {})["refusal"]) == (400, "name_not_resolved")


def test_a_name_that_moves_inside_after_registration_is_not_followed(
    kyc_loop: Installation, dial: RecordingDial
) -> None:
    kyc = kyc_loop
    answers = {"hooks.partner.test": [PUBLIC]}
    guarded(kyc, dial, lambda host, *_: answers[host])
    register(kyc, HOOK)
    for inside in ("127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1"):
        answers["hooks.partner.test"] = [PUBLIC, inside]
        # A new user's event each time, and the earlier ones that are due again.
        assert told(kyc, "suspend", user=f"7d6cbb4c-2a5e-4d4b-9d42-{len(listed(kyc)):012}") == 1
    assert dial.asked == []
    assert {row["last_error"] for row in listed(kyc)} == {"address_not_allowed"}
    assert {row["state"] for row in listed(kyc)} == {"pending"}


def test_an_answer_that_changes_between_the_check_and_the_connection_changes_nothing(
    kyc_loop: Installation, dial: RecordingDial
) -> None:
    kyc = kyc_loop
    flips = [[PUBLIC], [PUBLIC], ["127.0.0.1"]]
    guarded(kyc, dial, lambda *_: flips.pop(0))
    register(kyc, HOOK)
    told(kyc, "suspend")
    # Registered by the first answer, dialled by the second; the third was not asked for.
    assert dial.asked == [(PUBLIC, 443)]
    assert flips == [["127.0.0.1"]]
    assert [row["last_error"] for row in listed(kyc)] == ["connection_failed"]
    kyc.clock.move(seconds=5)
    kyc.run_jobs(DELIVER_WEBHOOK)
    assert dial.asked == [(PUBLIC, 443)]
    assert [row["last_error"] for row in listed(kyc)] == ["address_not_allowed"]
