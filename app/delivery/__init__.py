"""Webhook bodies, their signatures, where they may go, and one attempt to bring them there."""

from app.delivery.attempt import AttemptResult, Outcome, deliver_once
from app.delivery.egress_guard import EgressGuard, NameNotResolved, VettedTarget
from app.delivery.payload import MAX_BODY_BYTES, event_body
from app.delivery.signature import (
    WebhookSecretFault,
    new_webhook_private_key,
    new_webhook_secret,
    signature_headers,
    webhook_public_key,
)
from app.delivery.webhook_url import EgressRefused, RefusalCode, WebhookUrl, parse_webhook_url

__all__ = [
    "MAX_BODY_BYTES",
    "AttemptResult",
    "EgressGuard",
    "EgressRefused",
    "NameNotResolved",
    "Outcome",
    "RefusalCode",
    "VettedTarget",
    "WebhookSecretFault",
    "WebhookUrl",
    "deliver_once",
    "event_body",
    "new_webhook_private_key",
    "new_webhook_secret",
    "parse_webhook_url",
    "signature_headers",
    "webhook_public_key",
]
