"""/v1/webhook-deliveries: list, read with all attempts, replay."""

from __future__ import annotations

from flask import Blueprint

from app.domain.errors import ErrorCode
from app.domain.event import DeliveryFilter
from app.domain.partner import Scope
from app.web.api.operations import operation
from app.web.api.paging import cursor_after, position_of, scope_of
from app.web.api.webhooks.shapes import (
    ListWebhookDeliveriesQuery,
    WebhookDeliveryAnswer,
    WebhookDeliveryData,
    WebhookDeliveryListAnswer,
    WebhookDeliveryStoryAnswer,
    WebhookDeliveryStoryData,
)
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import EmptyBody
from app.web.services import services

deliveries = authenticate_with(Blueprint("webhook_deliveries", __name__), requires_partner)


@deliveries.get("/v1/webhook-deliveries")
@operation(
    "List the deliveries of events, newest first",
    query=ListWebhookDeliveriesQuery,
    answers={200: WebhookDeliveryListAnswer},
    scope=Scope.WEBHOOKS_MANAGE,
)
def list_all(query: ListWebhookDeliveriesQuery) -> WebhookDeliveryListAnswer:
    """A page; `state=dead` lists the dead letters."""
    partner_id = partner_caller().partner_id
    scope = scope_of("webhook_deliveries", partner_id, query)
    page = services().list_webhook_deliveries(
        DeliveryFilter(
            partner_id,
            query.endpoint_id,
            query.state,
            query.event_type,
            query.created_after,
            query.created_before,
        ),
        position_of(scope, query.cursor),
        query.limit,
    )
    return WebhookDeliveryListAnswer(
        data=[WebhookDeliveryData.of(row) for row in page.rows],
        next_cursor=cursor_after(scope, page.last),
    )


@deliveries.get("/v1/webhook-deliveries/<delivery_id>")
@operation(
    "Read a delivery with all its attempts",
    answers={200: WebhookDeliveryStoryAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.WEBHOOKS_MANAGE,
)
def read(delivery_id: str) -> WebhookDeliveryStoryAnswer:
    """What was to be told, and what came of each attempt."""
    story = services().read_webhook_delivery(partner_caller().partner_id, delivery_id)
    return WebhookDeliveryStoryAnswer(data=WebhookDeliveryStoryData.telling(story))


@deliveries.post("/v1/webhook-deliveries/<delivery_id>/replay")
@operation(
    "Send an event again",
    body=EmptyBody,
    answers={202: WebhookDeliveryAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    scope=Scope.WEBHOOKS_MANAGE,
    creates=True,
)
def replay(delivery_id: str) -> WebhookDeliveryAnswer:
    """The delivery, due at once; the event keeps its id, so that a receiver may know it again."""
    delivery = services().replay_delivery(partner_caller(), delivery_id)
    return WebhookDeliveryAnswer(data=WebhookDeliveryData.of(delivery))
