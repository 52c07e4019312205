from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.delivery import (
    WebhookSecretFault,
    new_webhook_private_key,
    new_webhook_secret,
    signature_headers,
    webhook_public_key,
)

BODY = '{"data":{"partner_user_id":"Ünï"},"type":"kyc.verified"}'.encode()


def _now() -> datetime:
    # The independent verifier reads the machine's own clock.
    return datetime.now(UTC)


def _secret(n_bytes: int) -> str:
    return "whsec_" + base64.b64encode(bytes(n_bytes)).decode()


def test_an_independent_library_accepts_the_signature() -> None:
    secret = new_webhook_secret()
    headers = signature_headers("evt_1", _now(), BODY, [secret])
    assert Webhook(secret).verify(BODY, headers)["type"] == "kyc.verified"


def test_while_rotating_both_secrets_verify() -> None:
    secrets = [new_webhook_secret(), new_webhook_secret()]
    headers = signature_headers("evt_1", _now(), BODY, secrets)
    for secret in secrets:
        assert Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("what", ["body", "id", "timestamp", "secret", "age"])
def test_an_independent_library_refuses_what_was_changed(what: str) -> None:
    secret, body = new_webhook_secret(), BODY
    at = _now() - timedelta(seconds=600 if what == "age" else 0)
    headers = signature_headers("evt_1", at, BODY, [secret])
    if what == "body":
        body = BODY.replace(b"verified", b"rejected")
    elif what == "id":
        headers["webhook-id"] = "evt_2"
    elif what == "timestamp":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    elif what == "secret":
        secret = new_webhook_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_ed25519_signatures_verify_with_the_public_key_beside_hmac() -> None:
    secret, private_key = new_webhook_secret(), new_webhook_private_key()
    headers = signature_headers("evt_1", _now(), BODY, [secret, private_key])
    assert Webhook(secret).verify(BODY, headers)
    version, signature = headers["webhook-signature"].split(" ")[1].split(",")
    assert version == "v1a"
    public = base64.b64decode(webhook_public_key(private_key).removeprefix("whpk_"))
    signed = f"evt_1.{headers['webhook-timestamp']}.".encode() + BODY
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), signed)


@pytest.mark.parametrize("n_bytes", [24, 64])
def test_secrets_at_the_limits_sign(n_bytes: int) -> None:
    assert signature_headers("evt_1", _now(), BODY, [_secret(n_bytes)])


@pytest.mark.parametrize(
    "secrets",
    [[], [_secret(32)] * 3, [_secret(23)], [_secret(65)], ["whsec_"], ["whsec_***"], ["x" * 40],
     [_secret(32)[6:]], ["whsk_" + _secret(31)[6:]]],
)  # fmt: skip
def test_secrets_of_another_form_are_refused_and_not_quoted(secrets: list[str]) -> None:
    with pytest.raises(WebhookSecretFault) as caught:
        signature_headers("evt_1", _now(), BODY, secrets)
    assert not any(len(secret) > 8 and secret in str(caught.value) for secret in secrets)


@pytest.mark.parametrize("event_id", ["", "evt.1", "evt_1\r\nx: y", "evt_ä"])
def test_an_event_id_that_could_be_misread_is_refused(event_id: str) -> None:
    with pytest.raises(ValueError, match="event id"):
        signature_headers(event_id, _now(), BODY, [_secret(32)])
