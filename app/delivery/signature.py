"""Standard Webhooks signatures: HMAC-SHA256 (`v1`) and Ed25519 (`v1a`)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

# Source: Standard Webhooks specification, "Signature scheme": prefixes and key lengths.
SECRET_PREFIX = "whsec_"  # noqa: S105 - public, only says the kind
PRIVATE_KEY_PREFIX = "whsk_"
PUBLIC_KEY_PREFIX = "whpk_"
_MIN_SECRET_BYTES = 24
_MAX_SECRET_BYTES = 64
_NEW_SECRET_BYTES = 32
_ED25519_BYTES = 32
# The old and the new one while a partner rotates.
_MAX_LIVE_SECRETS = 2


class WebhookSecretFault(ValueError):
    """A signing secret is not of the form Standard Webhooks asks for."""


def new_webhook_secret(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh `whsec_` secret of 32 bytes, to be shown to the partner once."""
    return SECRET_PREFIX + base64.b64encode(randomness(_NEW_SECRET_BYTES)).decode()


def new_webhook_private_key(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A fresh `whsk_` Ed25519 key: partners verify with its public half and hold no secret."""
    return PRIVATE_KEY_PREFIX + base64.b64encode(randomness(_ED25519_BYTES)).decode()


def webhook_public_key(private_key: str) -> str:
    """The `whpk_` text a partner verifies `v1a` signatures with."""
    public = _ed25519(private_key).public_key().public_bytes_raw()
    return PUBLIC_KEY_PREFIX + base64.b64encode(public).decode()


def signature_headers(
    event_id: str, attempted_at: datetime, body: bytes, live_secrets: Sequence[str]
) -> dict[str, str]:
    """The three webhook headers of one attempt, signed with every live secret.

    The id is the event's and stays the same over all attempts; the time is the attempt's.

    Raises:
        WebhookSecretFault: no secret, more than two, or one of a wrong form.
        ValueError: an id with a dot or outside printable ASCII, or a naive time.

    Source: Standard Webhooks specification, "Webhook headers", "Signature scheme".
    """
    if not 1 <= len(live_secrets) <= _MAX_LIVE_SECRETS:
        msg = f"one or {_MAX_LIVE_SECRETS} live secrets are needed"
        raise WebhookSecretFault(msg)
    # A dot in the id would let one id's tail be read as another's timestamp.
    if not event_id or "." in event_id or not (event_id.isascii() and event_id.isprintable()):
        msg = "an event id is printable ASCII without a dot"
        raise ValueError(msg)
    if attempted_at.tzinfo is None:
        msg = "the time of an attempt needs its offset"
        raise ValueError(msg)
    timestamp = str(int(attempted_at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in live_secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    if secret.startswith(PRIVATE_KEY_PREFIX):
        return "v1a," + base64.b64encode(_ed25519(secret).sign(signed)).decode()
    digest = hmac.digest(_hmac_key(secret), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def _hmac_key(secret: str) -> bytes:
    key = _decode(secret, SECRET_PREFIX)
    if not _MIN_SECRET_BYTES <= len(key) <= _MAX_SECRET_BYTES:
        msg = f"a webhook secret has {_MIN_SECRET_BYTES} to {_MAX_SECRET_BYTES} bytes"
        raise WebhookSecretFault(msg)
    return key


def _ed25519(private_key: str) -> Ed25519PrivateKey:
    seed = _decode(private_key, PRIVATE_KEY_PREFIX)
    if len(seed) != _ED25519_BYTES:
        msg = f"an Ed25519 key has {_ED25519_BYTES} bytes"
        raise WebhookSecretFault(msg)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _decode(text: str, prefix: str) -> bytes:
    msg = f"a webhook secret is {prefix} and base64"
    if not text.startswith(prefix):
        raise WebhookSecretFault(msg)
    try:
        return base64.b64decode(text[len(prefix) :], validate=True)
    except (ValueError, binascii.Error):
        raise WebhookSecretFault(msg) from None
