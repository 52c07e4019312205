"""The demo merchant: its printer, its forms, and what it believes of a webhook."""

import base64
import json
import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from app.delivery import signature_headers
from app.factory import create_demo_app
from app.specimens.portraits import load_selfie
from app.vision.image import encode_jpeg
from app.vision.sandbox import Sandbox
from app.web.demo.backend import MerchantSettings

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()


@pytest.fixture
def shop(sandbox: Sandbox) -> FlaskClient:
    settings = MerchantSettings("http://localhost:1", "key", SECRET, "https://shop.test")
    client = create_demo_app(settings, sandbox, "secret").test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def csrf(shop: FlaskClient) -> dict[str, str]:
    page = shop.get("/", base_url="https://localhost").text
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return {"X-CSRFToken": found.group(1), "Referer": "https://localhost/"}


def printed(shop: FlaskClient, **fields: object) -> tuple[int, dict[str, str]]:
    form = {"document_type": "passport", "spoil": ""} | fields
    answer = shop.post(
        "/demo/specimens", data=form, headers=csrf(shop), base_url="https://localhost"
    )
    return answer.status_code, dict(answer.json or {})


def test_a_visitor_gets_a_passport_with_their_own_face(shop: FlaskClient) -> None:
    selfie = encode_jpeg(load_selfie("grace_hopper"), 92)
    status, urls = printed(shop, portrait=(BytesIO(selfie), "portrait.jpg"))
    assert status == 200
    picture = shop.get(urls["front_url"], base_url="https://localhost")
    assert picture.data[:3] == b"\xff\xd8\xff"
    assert urls["back_url"] is None


def test_a_card_has_two_sides(shop: FlaskClient) -> None:
    status, urls = printed(shop, document_type="id_card", sample="astronaut")
    assert status == 200
    assert urls["back_url"]


def test_a_portrait_without_a_face_says_so(shop: FlaskClient) -> None:
    wall = encode_jpeg(load_selfie("astronaut")[:60, :60].repeat(12, 0).repeat(12, 1), 90)
    status, body = printed(shop, portrait=(BytesIO(wall), "portrait.jpg"))
    assert status == 400
    assert "face" in body["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"document_type": "library_card"},
        {"spoil": "burnt"},
        {"sample": "nobody"},
        {"document_type": "drivers_license", "spoil": "wrong_check_digit"},
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(shop: FlaskClient, fields: dict[str, str]) -> None:
    assert printed(shop, **({"sample": "astronaut"} | fields))[0] == 400


def test_a_form_without_its_token_is_refused(shop: FlaskClient) -> None:
    assert shop.post("/pay", base_url="https://localhost").status_code == 400


def test_an_unsigned_webhook_is_not_believed(shop: FlaskClient) -> None:
    answer = shop.post("/webhooks", data=b"{}", base_url="https://localhost")
    assert answer.status_code == 401


def test_a_test_event_is_about_nobody_and_hides_no_other(shop: FlaskClient) -> None:
    for event_id, data in (
        ("evt_1", {"endpoint_id": "whe_1"}),
        ("evt_2", {"partner_user_id": "a"}),
    ):
        body = json.dumps({"type": "webhook.test", "data": data}).encode()
        headers = signature_headers(event_id, datetime.now(UTC), body, [SECRET])
        sent = shop.post("/webhooks", data=body, headers=headers, base_url="https://localhost")
        assert sent.status_code == 204
    found = shop.get("/demo/webhooks?partner_user_id=a", base_url="https://localhost")
    assert [event["id"] for event in found.json or []] == ["evt_2"]
