"""The Python client against a live server, method by method, and against servers that fail."""

import inspect
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import PROJECT_FOLDER
from examples.clients.kyc_client import (
    Answer,
    KycAccessDenied,
    KycClient,
    KycError,
    KycNotFound,
    KycRequired,
    KycUnavailable,
)
from tests.examples.conftest import ORIGIN, LiveServer

pytestmark = pytest.mark.slow
QUESTION = {"verification_type": "kyc", "check_type": "identity", "provider": "builtin"}


@pytest.fixture
def kyc(live: LiveServer) -> KycClient:
    return KycClient(live.url, api_key=live.partner.api_key)


def test_it_is_short_and_every_method_is_tried_here() -> None:
    source = (PROJECT_FOLDER / "examples/clients/kyc_client.py").read_text("utf-8")
    assert len(source.splitlines()) <= 200
    methods = {name for name, _ in inspect.getmembers(KycClient, inspect.isfunction)}
    tests = Path(__file__).read_text("utf-8")
    missing = [name for name in methods if name[0] != "_" and f".{name}(" not in tests]
    assert missing == []


def test_the_widget_face(kyc: KycClient, live: LiveServer) -> None:
    user = f"user-{uuid4()}"
    with pytest.raises(KycRequired) as refused:
        kyc.open_session(user)
    assert refused.value.status == 422
    assert refused.value.body["requirements"]
    opened = kyc.create_client_token(user, payment_url=f"{ORIGIN}/pay", ttl_s=300)
    assert opened.status == 201
    widget = KycClient(live.url, token=opened["client_token"])
    assert widget.refresh_client_token()["client_token"]
    before = widget.kyc_status(user)
    assert before["status"] == "not_started"
    assert kyc.kyc_status(user, unlike=kyc.kyc_status(user))["status"] == "not_started"
    kyc.call("POST", f"/v1/sandbox/users/{user}/simulate", {"outcome": "verified"})
    assert kyc.kyc_status(user, unlike=before, wait_s=5)["status"] == "verified"
    assert kyc.open_session(user)["partner_user_id"] == user


def test_a_status_that_stays_is_the_one_that_is_known(kyc: KycClient) -> None:
    kyc.create_client_token("user-who-waits")
    known = kyc.kyc_status("user-who-waits")
    assert kyc.kyc_status("user-who-waits", unlike=known) is known


def test_the_partner_face(kyc: KycClient, specimens: Path) -> None:
    user = str(uuid4())
    assert kyc.create_user(user, firstName="Anna", riskLvl="LOW")["status"] == "ACTIVE"
    assert kyc.user(user)["kycStatus"] == "not_started"
    assert kyc.update_user(user, lastName="Eriksson").status == 200
    assert kyc.suspend_user(user)["status"] == "SUSPENDED"
    with pytest.raises(KycAccessDenied) as refused:
        kyc.create_kyc(user)
    assert refused.value.error == "user_suspended"
    assert kyc.suspend_user(user, undo=True)["status"] == "ACTIVE"
    assert kyc.create_kyc(user, returnUrl=f"{ORIGIN}/done").status == 201
    assert "/widget/s/" in kyc.kyc_redirect(user)
    picture = (specimens / "passport_front.jpg").read_bytes()
    added = kyc.add_file("kyc", user, picture, documentType="PASSPORT", side="FRONT")
    assert added["fileId"].startswith("cap_")
    declared = {
        "documentType": "PASSPORT",
        "documentNumber": "C01X00T47",
        "documentExpirationDate": "2035-01-31",
        "openAccountReason": "DAILY_USE",
        "incomeSource": "SALARY",
        "occupation": "IT",
        "riskLvl": "LOW",
    }
    assert kyc.add_verification(user, **declared).status == 201
    assert kyc.kyc(user)["status"] in {"pending", "failed", "verified"}
    assert kyc.delete_user(user)["message"] == "User deleted"
    with pytest.raises(KycNotFound) as gone:
        kyc.user(user)
    assert (gone.value.status, gone.value.code) == (400, "P412")


def test_a_fault_is_told_with_its_fields(kyc: KycClient) -> None:
    with pytest.raises(KycError) as refused:
        kyc.create_user("not-a-uuid")
    assert refused.value.code == "P403"
    assert "externalUserId" in refused.value.body["fields"]


def test_the_verifications_face(kyc: KycClient) -> None:
    customer = f"user-{uuid4()}"
    asked = [kyc.ask_about(customer, **QUESTION)["data"]["id"] for _ in range(3)]
    listed = kyc.customer_verifications(customer_id=customer, limit=2)
    assert [row["id"] for row in listed] == asked[::-1]
    decided = kyc.override(asked[0], "reject", "Not our customer")["data"]
    assert decided["status"] == "failed"
    assert kyc.customer_verification(asked[0])["data"]["reason"] == "Not our customer"


def test_an_access_token_is_bought_once(live: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = live.partner
    kyc = KycClient(live.url, client=(partner.client_id, partner.client_secret))
    sent: list[str] = []
    send = kyc._send

    def note(method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        sent.append(path)
        return send(method, path, data, headers)

    monkeypatch.setattr(kyc, "_send", note)
    for _ in range(3):
        assert kyc.create_client_token("user-of-oauth").status == 201
    assert sent.count("/oauth/token") == 1
    with pytest.raises(KycAccessDenied):
        KycClient(live.url, client=(partner.client_id, "wrong")).kyc_status("user-1")


@contextmanager
def failing_server(
    answers: list[tuple[int, dict[str, str]] | None],
) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers in turn, and none at all for None; the keys it saw."""
    keys: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Idempotency-Key"])
            answer = answers.pop(0)
            if answer is None:
                self.close_connection = True
                return
            status, headers = answer
            body = json.dumps({"error": "rate_limited" if status == 429 else ""}).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", keys
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_tries_again_with_the_same_key() -> None:
    now = {"Retry-After": "0"}
    with failing_server([(429, now), None, (503, now), (201, {})]) as (url, keys):
        kyc = KycClient(url, api_key="sk_test_0")
        assert kyc.create_client_token("user-1").status == 201
    assert len(keys) == 4
    assert len(set(keys)) == 1


def test_it_gives_up_in_the_end() -> None:
    now = {"Retry-After": "0"}
    with failing_server([(429, now)] * 4) as (url, keys), pytest.raises(KycUnavailable) as refused:
        KycClient(url, api_key="sk_test_0").create_client_token("user-1")
    assert len(keys) == 4
    assert refused.value.error == "rate_limited"


def test_nobody_there_is_an_error_of_its_own() -> None:
    kyc = KycClient("http://127.0.0.1:9", api_key="sk_test_0")
    kyc.retries = 0
    with pytest.raises(KycUnavailable) as refused:
        kyc.user("7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a01")
    assert refused.value.status == 0
