"""docs/webhooks.md says what the code does."""

import re
import sys
from collections.abc import Iterator
from typing import get_args

import pytest

from app.delivery import RefusalCode
from app.delivery.attempt import _FAULT_CODES
from app.domain.event import RETRY_DELAYS, EventType
from app.domain.partner import MAX_WEBHOOK_ENDPOINTS
from app.services import replay_webhooks
from app.services.jobs import DELIVER_WEBHOOK, EXAMINE
from app.settings import PROJECT_FOLDER
from examples.clients import webhook_signature
from tests.builders.hooked import ENDPOINTS, act, call, register
from tests.builders.installation import Installation
from tests.builders.receiver import Receiver
from tests.builders.submissions import submitted

PAGE = (PROJECT_FOLDER / "docs/webhooks.md").read_text("utf-8")
_UNITS = {"s": 1, "min": 60, "h": 3600}


def rows_under(heading: str) -> Iterator[list[str]]:
    """The rows of the first table with this heading, without the heading."""
    table = PAGE.partition(f"| {heading} |")[2].split("\n\n", 1)[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def words(cell: str) -> list[str]:
    return re.findall(r"`([a-z_.]+)`", cell)


def documented_data() -> dict[str, set[str]]:
    return {words(row[0])[0]: set(words(row[3])) for row in rows_under("type")}


def test_every_type_of_event_is_there_by_its_name() -> None:
    names = {words(row[0])[0]: row[1] for row in rows_under("type")}
    assert names == {event_type.value: event_type.display_name for event_type in EventType}


def test_the_data_are_those_that_are_sent(kyc_loop: Installation, receiver: Receiver) -> None:
    kyc = kyc_loop
    made = register(kyc, receiver.url)
    question = {
        "customer_id": "user-123",
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "builtin",
    }
    assert call(kyc, "POST", "/v1/customer-verifications", json=question).status_code == 201
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    user = "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a09"
    call(kyc, "POST", "/v1/user", json={"externalUserId": user})
    act(kyc, "suspend", "unsuspend", user=user)
    paper = f"/v1/sandbox/users/{user}/simulate-poa"
    assert call(kyc, "POST", paper, json={"stage": "verified"}).status_code == 200
    # Whatever is not sent by then is not sent any more.
    kyc.run_jobs(DELIVER_WEBHOOK)
    act(kyc, "delete", user=user)
    call(kyc, "POST", f"{ENDPOINTS}/{made['id']}/test", json={})
    kyc.run_jobs(DELIVER_WEBHOOK)
    common = {"partner_user_id", "version"}
    sent: dict[str, set[str]] = {}
    for event in receiver.events:
        data = set(event["data"])
        assert (event["type"] == EventType.TEST) is not (common <= data)
        assert sent.setdefault(event["type"], data - common) == data - common
    assert sent == documented_data()


def test_the_example_is_one_that_verifies() -> None:
    head, _, rest = PAGE.partition("POST /kyc-webhook\n")[2].partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    body = rest.partition("\n")[0].encode()
    secret = re.findall(r"whsec_[A-Za-z0-9+/=]+", PAGE)[0]
    now_s = int(headers["webhook-timestamp"])
    event = webhook_signature.verify_webhook(secret, headers, body, now_s=now_s)
    assert event["name"] == EventType(event["type"]).display_name
    assert set(event["data"]) == documented_data()[event["type"]] | {"partner_user_id", "version"}


def test_the_python_receiver_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    source = PAGE.partition("```python\n")[2].partition("```")[0]
    kept: list[object] = []
    names: dict[str, object] = {"keep_for_later": kept.append}
    monkeypatch.setitem(sys.modules, "webhook_signature", webhook_signature)
    exec(compile(source, "docs/webhooks.md", "exec"), names)  # noqa: S102 - our own page
    receive = names["receive"]
    assert callable(receive)
    assert receive({}, b"{}") == 401
    assert kept == []


def test_the_schedule_is_the_one_that_runs() -> None:
    (waits,) = rows_under("attempt")
    found = [int(number) * _UNITS[unit] for number, unit in (wait.split() for wait in waits[1:])]
    assert found == [0, *(delay.total_seconds() for delay in RETRY_DELAYS)]


def test_every_refusal_has_its_row() -> None:
    found = [word for row in rows_under("`refusal`") for word in words(row[0])]
    assert sorted(found) == sorted([*get_args(RefusalCode), "name_not_resolved"])


def test_every_error_of_an_attempt_has_its_row() -> None:
    found = {word for row in rows_under("`error`") for word in words(row[0])}
    assert {code for _, code in _FAULT_CODES} <= found
    rest = found - {code for _, code in _FAULT_CODES}
    sources = "".join(
        (PROJECT_FOLDER / f"app/{name}.py").read_text("utf-8")
        for name in (
            "delivery/attempt",
            "services/deliver_webhook",
            "services/sweep",
            "domain/event",
        )
    )
    assert [word for word in rest if f'"{word}"' not in sources] == []


def test_the_numbers_are_those_of_the_code() -> None:
    assert MAX_WEBHOOK_ENDPOINTS == 10
    assert "at most ten\nendpoints" in PAGE
    assert f"takes the {replay_webhooks._BATCH}" in PAGE


def test_every_call_is_there(kyc_loop: Installation) -> None:
    rules = kyc_loop.client.application.url_map.iter_rules()
    ours = {
        f"{method} {re.sub('<[a-z_]+>', '{id}', rule.rule)}"
        for rule in rules
        if rule.rule.startswith("/v1/webhook-")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {words_of.strip("`") for words_of, *_ in rows_under("call")}
    assert described == ours - {"POST /v1/webhook-endpoints"}
    assert "POST $KYC/v1/webhook-endpoints" in PAGE
