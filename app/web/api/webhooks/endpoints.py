"""/v1/webhook-endpoints: register, read, change, end, rotate, try, replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from app.domain.errors import ErrorCode
from app.domain.limits import WEBHOOK_TRIALS
from app.domain.partner import Scope
from app.services.change_webhook_endpoint import EndpointChanges
from app.web.api.operations import operation
from app.web.api.webhooks.shapes import (
    ChangeWebhookEndpointBody,
    DeadReplayedAnswer,
    NewSecretAnswer,
    NewSecretData,
    RegisterWebhookEndpointBody,
    WebhookDeliveryAnswer,
    WebhookDeliveryData,
    WebhookEndpointAnswer,
    WebhookEndpointData,
    WebhookEndpointListAnswer,
)
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import EmptyBody
from app.web.services import services

if TYPE_CHECKING:
    from app.domain.partner import WebhookEndpoint
    from app.services.register_webhook_endpoint import EndpointWithSecret

endpoints = authenticate_with(Blueprint("webhook_endpoints", __name__), requires_partner)

_ONE = "/v1/webhook-endpoints/<endpoint_id>"


@endpoints.post("/v1/webhook-endpoints")
@operation(
    "Register a webhook endpoint",
    body=RegisterWebhookEndpointBody,
    answers={201: NewSecretAnswer},
    errors=(ErrorCode.URL_NOT_ALLOWED, ErrorCode.TOO_MANY_ENDPOINTS),
    scope=Scope.WEBHOOKS_MANAGE,
    limit=WEBHOOK_TRIALS,
    creates=True,
)
def register(body: RegisterWebhookEndpointBody) -> NewSecretAnswer:
    """The endpoint with its signing secret, which is shown this once."""
    registered = services().register_webhook_endpoint(
        partner_caller(), body.url, body.event_types, body.description, body.signature
    )
    return _with_secret(registered)


@endpoints.get("/v1/webhook-endpoints")
@operation(
    "List the webhook endpoints",
    answers={200: WebhookEndpointListAnswer},
    scope=Scope.WEBHOOKS_MANAGE,
)
def list_all() -> WebhookEndpointListAnswer:
    """Every endpoint that is not deleted, oldest first."""
    now = services().chance.now()
    found = services().list_webhook_endpoints(partner_caller().partner_id)
    return WebhookEndpointListAnswer(data=[WebhookEndpointData.of(each, now) for each in found])


@endpoints.get(_ONE)
@operation(
    "Read a webhook endpoint",
    answers={200: WebhookEndpointAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.WEBHOOKS_MANAGE,
)
def read(endpoint_id: str) -> WebhookEndpointAnswer:
    """One endpoint without its secrets."""
    return _answer(services().read_webhook_endpoint(partner_caller().partner_id, endpoint_id))


@endpoints.patch(_ONE)
@operation(
    "Change, pause or resume a webhook endpoint",
    body=ChangeWebhookEndpointBody,
    answers={200: WebhookEndpointAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.URL_NOT_ALLOWED),
    scope=Scope.WEBHOOKS_MANAGE,
    limit=WEBHOOK_TRIALS,
)
def change(endpoint_id: str, body: ChangeWebhookEndpointBody) -> WebhookEndpointAnswer:
    """The endpoint as it is now; `paused: false` also opens one that answered 410."""
    changes = EndpointChanges(body.url, body.event_types, body.description, body.paused)
    return _answer(services().change_webhook_endpoint(partner_caller(), endpoint_id, changes))


@endpoints.delete(_ONE)
@operation(
    "Delete a webhook endpoint",
    answers={204: None},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.WEBHOOKS_MANAGE,
)
def delete(endpoint_id: str) -> Response:
    """Send nothing there any more; its deliveries can still be read."""
    services().delete_webhook_endpoint(partner_caller(), endpoint_id)
    return Response(status=204)


@endpoints.post(f"{_ONE}/rotate-secret")
@operation(
    "Give a webhook endpoint a new signing secret",
    body=EmptyBody,
    answers={200: NewSecretAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    scope=Scope.WEBHOOKS_MANAGE,
    creates=True,
)
def rotate_secret(endpoint_id: str) -> NewSecretAnswer:
    """The new secret, shown this once; the old one signs beside it for 24 hours."""
    return _with_secret(services().rotate_webhook_secret(partner_caller(), endpoint_id))


@endpoints.post(f"{_ONE}/retire-old-secret")
@operation(
    "Sign with the newest secret alone",
    body=EmptyBody,
    answers={200: WebhookEndpointAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.WEBHOOKS_MANAGE,
)
def retire_old_secret(endpoint_id: str) -> WebhookEndpointAnswer:
    """The endpoint; without an old secret nothing changes."""
    return _answer(services().retire_old_secret(partner_caller(), endpoint_id))


@endpoints.post(f"{_ONE}/test")
@operation(
    "Send a test event",
    body=EmptyBody,
    answers={202: WebhookDeliveryAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    scope=Scope.WEBHOOKS_MANAGE,
    limit=WEBHOOK_TRIALS,
    creates=True,
)
def send_test(endpoint_id: str) -> WebhookDeliveryAnswer:
    """The delivery, which is under way; read it again to see what came of it."""
    delivery = services().send_test_event(partner_caller(), endpoint_id)
    return WebhookDeliveryAnswer(data=WebhookDeliveryData.of(delivery))


@endpoints.post(f"{_ONE}/replay-dead")
@operation(
    "Send an endpoint's dead letters again",
    body=EmptyBody,
    answers={202: DeadReplayedAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    scope=Scope.WEBHOOKS_MANAGE,
    creates=True,
)
def replay_dead(endpoint_id: str) -> DeadReplayedAnswer:
    """The oldest 500 at a time; call again while `left` is more than 0."""
    return DeadReplayedAnswer.of(services().replay_dead(partner_caller(), endpoint_id))


def _answer(endpoint: WebhookEndpoint) -> WebhookEndpointAnswer:
    return WebhookEndpointAnswer(data=WebhookEndpointData.of(endpoint, services().chance.now()))


def _with_secret(found: EndpointWithSecret) -> NewSecretAnswer:
    now = services().chance.now()
    return NewSecretAnswer(data=NewSecretData.with_secret(found.endpoint, found.secret, now))
