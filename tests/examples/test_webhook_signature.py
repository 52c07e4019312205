"""The verify helpers, by one table for both languages: what is signed, and what is forged."""

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook

from app.delivery import (
    event_body,
    new_webhook_private_key,
    new_webhook_secret,
    signature_headers,
    webhook_public_key,
)
from app.settings import PROJECT_FOLDER
from examples.clients.webhook_signature import WebhookRefused, signed_content, verify_webhook

HELPER = PROJECT_FOLDER / "examples/clients/webhook-signature.ts"
DRIVER = Path(__file__).with_name("drive_webhook_signature.mjs")
CHECKS = PROJECT_FOLDER / ".locks/node"
TSC = CHECKS / "node_modules/.bin/tsc"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
OLD, NEW, OTHER = (
    "whsec_" + base64.b64encode(bytes([n]) * n_bytes).decode()
    for n, n_bytes in ((1, 24), (2, 32), (3, 64))
)
DATA = {"partner_user_id": "Ünï", "status": "verified", "version": 4}
BODY = event_body("kyc.status_changed", "KYC Verification Status", NOW, DATA)
RIGHT = "kyc.status_changed"


@dataclass(frozen=True)
class Case:
    """A request, the secrets that it is checked by, and the event's type or why it is refused."""

    name: str
    expected: str
    secrets: str | list[str]
    headers: dict[str, str]
    body: bytes = BODY
    now: float = NOW_S


def signed(*secrets: str, body: bytes = BODY, **changes: str) -> dict[str, str]:
    """The headers as they are sent; an empty change leaves one out."""
    headers = signature_headers("evt_1", NOW, body, secrets or [NEW])
    headers |= {f"webhook-{name}": value for name, value in changes.items()}
    return {name: value for name, value in headers.items() if value}


def by_hand(secret: str, timestamp: str, body: bytes = BODY) -> dict[str, str]:
    """Signed rightly over a timestamp that our sender would not write."""
    content = f"evt_1.{timestamp}.".encode() + body
    key = base64.b64decode(secret[6:])
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


V1 = signed()["webhook-signature"]
V1A = signed(new_webhook_private_key())["webhook-signature"]
JUNK = "v1," + base64.b64encode(bytes(32)).decode()
ARRAY, BROKEN, LATIN = b'["kyc.status_changed"]', b'{"type":', '{"type":"ü"}'.encode("latin-1")
CASES = [
    Case("signed", RIGHT, NEW, signed()),
    Case("headers in capitals", RIGHT, NEW, {k.title(): v for k, v in signed().items()}),
    Case("a list of one secret", RIGHT, [NEW], signed()),
    Case("a secret without its prefix", RIGHT, NEW[6:], signed()),
    Case("rotating, receiver has the old one", RIGHT, OLD, signed(NEW, OLD)),
    Case("rotating, receiver has the new one", RIGHT, NEW, signed(NEW, OLD)),
    Case("receiver has both, sender the old", RIGHT, [NEW, OLD], signed(OLD)),
    Case("receiver has both, sender the new", RIGHT, [OLD, NEW], signed(NEW)),
    Case("the longest secret", RIGHT, OTHER, signed(OTHER)),
    Case("beside an unknown version", RIGHT, NEW, signed(signature=f"v2,abc {V1}")),
    Case("beside an Ed25519 signature", RIGHT, NEW, signed(signature=f"{V1A} {V1}")),
    Case("beside a wrong one", RIGHT, NEW, signed(signature=f"{JUNK} {V1}")),
    Case("beside one that is no base64", RIGHT, NEW, signed(signature=f"v1,*** {V1}")),
    Case("five minutes old", RIGHT, NEW, signed(), now=NOW_S + 300),
    Case("five minutes ahead", RIGHT, NEW, signed(), now=NOW_S - 300),
    Case("older", "too_old", NEW, signed(), now=NOW_S + 301),
    Case("older by less than a second", "too_old", NEW, signed(), now=NOW_S + 300.5),
    Case("further ahead", "too_new", NEW, signed(), now=NOW_S - 301),
    Case("another secret", "signature_mismatch", OTHER, signed()),
    Case("no secret at all", "signature_mismatch", [], signed()),
    Case("a changed body", "signature_mismatch", NEW, signed(), BODY.replace(b"ver", b"rej")),
    Case("a body with a space more", "signature_mismatch", NEW, signed(), BODY + b" "),
    Case("an empty body", "signature_mismatch", NEW, signed(), b""),
    Case("another id", "signature_mismatch", NEW, signed(id="evt_2")),
    Case("another time", "signature_mismatch", NEW, signed(timestamp=str(NOW_S + 1))),
    Case("an id that takes over the time", "signature_mismatch", NEW, signed(id=f"evt_1.{NOW_S}")),
    Case("a wrong signature", "signature_mismatch", NEW, signed(signature=JUNK)),
    Case("half a signature", "signature_mismatch", NEW, signed(signature=V1[:24])),
    Case("an empty signature", "signature_mismatch", NEW, signed(signature="v1,")),
    Case("no version", "signature_mismatch", NEW, signed(signature=V1[3:])),
    Case("our signature as Ed25519", "signature_mismatch", NEW, signed(signature=f"v1a{V1[2:]}")),
    Case("signatures with commas", "signature_mismatch", NEW, signed(signature=f"{JUNK},{V1}")),
    Case("an Ed25519 signature alone", "signature_mismatch", NEW, signed(signature=V1A)),
    Case("no id", "headers_missing", NEW, signed(id="")),
    Case("no time", "headers_missing", NEW, signed(timestamp="")),
    Case("no signature", "headers_missing", NEW, signed(signature="")),
    Case("no headers", "headers_missing", NEW, {}),
    Case("a time in words", "timestamp_malformed", NEW, by_hand(NEW, "now")),
    Case("a negative time", "timestamp_malformed", NEW, by_hand(NEW, f"-{NOW_S}")),
    Case("a time with a fraction", "timestamp_malformed", NEW, by_hand(NEW, f"{NOW_S}.0")),
    Case("a time in hexadecimal", "timestamp_malformed", NEW, by_hand(NEW, hex(NOW_S))),
    Case("a time that is too long", "timestamp_malformed", NEW, by_hand(NEW, "1" * 13)),
    Case("milliseconds", "timestamp_malformed", NEW, by_hand(NEW, f"{NOW_S}000")),
    Case("signed, but a list", "body_malformed", NEW, signed(body=ARRAY), ARRAY),
    Case("signed, but no JSON", "body_malformed", NEW, signed(body=BROKEN), BROKEN),
    Case("signed, but no UTF-8", "body_malformed", NEW, signed(body=LATIN), LATIN),
    Case("a short secret", "secret_malformed", OLD[:-4], signed()),
    Case("a secret that is no base64", "secret_malformed", "whsec_" + "*" * 40, signed()),
    Case("a private key", "secret_malformed", new_webhook_private_key(), signed()),
    Case("one good secret, one bad", "secret_malformed", [NEW, "whsec_"], signed()),
]


def answer_of(case: Case) -> str:
    """What the Python helper says: the event's type, or why not."""
    try:
        event = verify_webhook(case.secrets, case.headers, case.body, now_s=case.now)
    except WebhookRefused as refused:
        return refused.reason
    except ValueError as fault:
        return "secret_malformed" if NEW not in str(fault) else "secret_told"
    return str(event["type"]) if event["data"] == DATA else "another_event"


PRIVATE_KEY, OTHER_PRIVATE_KEY = new_webhook_private_key(), new_webhook_private_key()
PUBLIC_KEY = webhook_public_key(PRIVATE_KEY)
BY_KEY = signed(PRIVATE_KEY)
# Python's standard library has no Ed25519; Web Crypto has it.
ED25519_CASES = [
    Case("signed by a key", RIGHT, PUBLIC_KEY, BY_KEY),
    Case("one of two keys", RIGHT, [NEW, PUBLIC_KEY], BY_KEY),
    Case("rotating from a secret to a key", RIGHT, PUBLIC_KEY, signed(NEW, PRIVATE_KEY)),
    Case("another key", "signature_mismatch", PUBLIC_KEY, signed(OTHER_PRIVATE_KEY)),
    Case("a changed body", "signature_mismatch", PUBLIC_KEY, BY_KEY, BODY + b" "),
    Case(
        "an HMAC with the public key",
        "signature_mismatch",
        PUBLIC_KEY,
        by_hand(f"whsec_{PUBLIC_KEY[5:]}", str(NOW_S)),
    ),
    Case("a short key", "secret_malformed", PUBLIC_KEY[:-4], BY_KEY),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_python(case: Case) -> None:
    assert answer_of(case) == case.expected


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The helper as JavaScript, compiled by the project's own settings."""
    if not TSC.exists() or shutil.which("node") is None:
        pytest.skip("node or its TypeScript is not installed; `make lint` installs it")
    folder = tmp_path_factory.mktemp("webhook-signature")
    config = {
        "extends": str(CHECKS / "tsconfig.json"),
        "compilerOptions": {
            "noEmit": False,
            "outDir": str(folder),
            "rootDir": str(HELPER.parent),
        },
        "files": [str(HELPER)],
        "include": [],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config))
    (folder / "package.json").write_text('{"type": "module"}')
    command = [TSC, "--project", folder / "tsconfig.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return folder / "webhook-signature.js"


def test_typescript(compiled: Path) -> None:
    cases = [
        {
            "secrets": case.secrets,
            "headers": case.headers,
            "body": base64.b64encode(case.body).decode(),
            "now": case.now,
        }
        for case in [*CASES, *ED25519_CASES]
    ]
    done = subprocess.run(
        ["node", DRIVER, compiled],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    wrong = [
        (case.name, case.expected, answer)
        for case, answer in zip([*CASES, *ED25519_CASES], answers, strict=True)
        if answer != case.expected
    ]
    assert wrong == []


def test_typescript_needs_nothing_but_the_platform() -> None:
    source = HELPER.read_text("utf-8")
    assert not re.search(r"^\s*import\b|\brequire\(|\bany\b|\benum\b", source, re.MULTILINE)


def test_what_another_sender_signs_is_believed_by_the_machine_s_clock() -> None:
    secret = new_webhook_secret()
    now = datetime.now(UTC)
    text = BODY.decode()
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", now, text),
    }
    assert verify_webhook(secret, headers, BODY)["type"] == RIGHT
    with pytest.raises(WebhookRefused, match="too_old"):
        verify_webhook(secret, headers, BODY, now_s=time.time() + 5, tolerance_s=2)


def test_an_ed25519_signature_is_made_over_the_signed_content() -> None:
    private_key = new_webhook_private_key()
    headers = signed(private_key)
    key = base64.b64decode(webhook_public_key(private_key).removeprefix("whpk_"))
    signature = base64.b64decode(headers["webhook-signature"].removeprefix("v1a,"))
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_content(headers, BODY))
