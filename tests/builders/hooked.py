"""Endpoints and deliveries over HTTP, for tests that manage webhooks."""

from typing import Any

from werkzeug.test import TestResponse

from app.services.jobs import DELIVER_WEBHOOK
from tests.builders.installation import Installation
from tests.builders.partner_users import USER, create_user

ENDPOINTS = "/v1/webhook-endpoints"
DELIVERIES = "/v1/webhook-deliveries"


def call(kyc: Installation, method: str, path: str, **options: Any) -> TestResponse:
    """One request with the partner's key."""
    headers = kyc.key | options.pop("headers", {})
    return kyc.client.open(path, method=method, headers=headers, **options)


def data_of(answer: TestResponse, status: int = 200) -> Any:
    """The `data` of an answer that has this status."""
    assert answer.status_code == status, answer.json
    return (answer.json or {})["data"]


def error_of(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, (answer.json or {})["error"]


def register(kyc: Installation, url: str, **options: Any) -> dict[str, Any]:
    """A new endpoint, with its secret."""
    answer = call(kyc, "POST", ENDPOINTS, json={"url": url} | options)
    registered: dict[str, Any] = data_of(answer, 201)
    return registered


def listed(kyc: Installation, **query: Any) -> list[dict[str, Any]]:
    """A page of deliveries."""
    rows: list[dict[str, Any]] = data_of(call(kyc, "GET", DELIVERIES, query_string=query))
    return rows


def story(kyc: Installation, delivery_id: str) -> dict[str, Any]:
    """One delivery with its attempts."""
    found: dict[str, Any] = data_of(call(kyc, "GET", f"{DELIVERIES}/{delivery_id}"))
    return found


def act(kyc: Installation, *acts: str, user: str = USER) -> None:
    """Do these to a user, each of which is told: `suspend`, `unsuspend`, or `delete`."""
    for each in acts:
        path = f"/v1/user/{user}"
        answer = (
            call(kyc, "DELETE", path)
            if each == "delete"
            else call(kyc, "POST", f"{path}/{each}", json={})
        )
        assert answer.status_code == 200, answer.json


def told(kyc: Installation, *acts: str, user: str = USER) -> int:
    """The same to a new user, and everything due is sent; how many attempts there were."""
    assert create_user(kyc, user).status_code == 201
    act(kyc, *acts, user=user)
    return kyc.run_jobs(DELIVER_WEBHOOK)
