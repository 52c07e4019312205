"""Routes of the webhooks: where events go, and what became of them."""

from collections.abc import Mapping
from typing import Any

from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Asking, Route

_ENDPOINTS, _DELIVERIES = "/v1/webhook-endpoints", "/v1/webhook-deliveries"
_ENDPOINT, _DELIVERY = f"{_ENDPOINTS}/<endpoint_id>", f"{_DELIVERIES}/<delivery_id>"


def _json(**body: Any) -> Asking:
    return lambda _: {"json": body}


def _of_endpoint(names: Mapping[str, str]) -> dict[str, Any]:
    return {"query_string": {"endpoint_id": names["endpoint_id"]}}


def _hooks(method: str, rule: str, answers: int, other: int, **rest: Any) -> Route:
    scope = "webhooks:manage"
    return Route(method, rule, Door.PARTNER, answers, scope, other, stage="verified", **rest)


WEBHOOK_ROUTES = (
    _hooks("POST", _ENDPOINTS, 201, 201, asks=_json(url="https://1.1.1.1/another")),
    _hooks("GET", _ENDPOINTS, 200, 200),
    _hooks("GET", _ENDPOINT, 200, 404),
    _hooks("PATCH", _ENDPOINT, 200, 404, asks=_json(paused=True)),
    _hooks("DELETE", _ENDPOINT, 204, 404),
    _hooks("POST", f"{_ENDPOINT}/rotate-secret", 200, 404),
    _hooks("POST", f"{_ENDPOINT}/retire-old-secret", 200, 404),
    _hooks("POST", f"{_ENDPOINT}/test", 202, 404),
    _hooks("POST", f"{_ENDPOINT}/replay-dead", 202, 404),
    _hooks("GET", _DELIVERIES, 200, 200, asks=_of_endpoint),
    _hooks("GET", _DELIVERY, 200, 404),
    _hooks("POST", f"{_DELIVERY}/replay", 202, 404),
)
