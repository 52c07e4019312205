"""What is nearly right is refused, alike on every face."""

from io import BytesIO
from typing import Any

import pytest

from tests.builders.installation import Installation
from tests.builders.partner_users import USER, create_user

PATH = "/v1/sandbox/users/user-123/advance-time"


def send(kyc: Installation, path: str, body: str) -> Any:
    headers = {**kyc.key, "Content-Type": "application/json"}
    return kyc.client.post(path, data=body, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        '{"seconds": "60"}',
        '{"seconds": 60.5}',
        '{"seconds": true}',
        '{"seconds": NaN}',
        '{"seconds": 1e999}',
        '{"seconds": ' + "[" * 100_000 + "}",
        '{"seconds": ' + "9" * 5000 + "}",
        "[60]",
        '"60"',
        "",
    ],
)
def test_a_number_is_a_number(kyc_sqlite: Installation, body: str) -> None:
    kyc_sqlite.issue()
    assert send(kyc_sqlite, PATH, body).status_code == 400


def test_a_whole_number_may_have_a_point(kyc_sqlite: Installation) -> None:
    kyc_sqlite.issue()
    assert send(kyc_sqlite, PATH, '{"seconds": 60.0}').status_code == 200


@pytest.mark.parametrize("date", ["0", "19740812", '"12.08.1974"', "true"])
def test_a_date_is_written_as_one(kyc_sqlite: Installation, date: str) -> None:
    create_user(kyc_sqlite)
    headers = {**kyc_sqlite.key, "Content-Type": "application/json"}
    body = f'{{"dateOfBirth": {date}}}'
    answer = kyc_sqlite.client.patch(f"/v1/user/{USER}", data=body, headers=headers)
    assert (answer.status_code, (answer.json or {})["fields"].keys()) == (400, {"dateOfBirth"})


@pytest.mark.parametrize("word", ['"yes"', "1", '"true"'])
def test_consent_is_true_or_false(kyc_sqlite: Installation, word: str) -> None:
    headers = {**kyc_sqlite.bearer(), "Content-Type": "application/json"}
    body = f'{{"consent_version": "2026-01", "accepted": {word}}}'
    answer = kyc_sqlite.client.post("/widget/consent", data=body, headers=headers)
    assert (answer.json or {})["fields"].keys() == {"accepted"}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"side": ["front", "back"]}, "side"),
        ({"file": [(BytesIO(b"a"), "a.jpg"), (BytesIO(b"b"), "b.jpg")]}, "file"),
        ({"other": (BytesIO(b"a"), "a.jpg")}, "other"),
    ],
)
def test_a_form_says_everything_once(
    kyc_sqlite: Installation, more: dict[str, Any], fault: str
) -> None:
    bearer = kyc_sqlite.consented("passport")
    data = {"side": "front", "file": (BytesIO(b"a"), "a.jpg")} | more
    answer = kyc_sqlite.client.post("/widget/captures", data=data, headers=bearer)
    answer.request.environ["wsgi.input"].close()
    assert (answer.status_code, (answer.json or {})["fields"].keys()) == (400, {fault})


@pytest.mark.parametrize("method", ["DELETE", "GET", "PATCH", "PUT", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/user/kyc", "/v1/user/verification", "/widget/sessions"])
def test_another_method_is_told_which_one_to_use(
    kyc_sqlite: Installation, path: str, method: str
) -> None:
    answer = kyc_sqlite.client.open(path, method=method, headers=kyc_sqlite.key)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_options_tell_what_the_very_path_takes(kyc_sqlite: Installation) -> None:
    answer = kyc_sqlite.client.options("/v1/user/verification", headers=kyc_sqlite.key)
    assert set(answer.allow) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": ["client_credentials", "client_credentials"]},
        {"grant_type": "client_credentials", "scope": 'kyc:read "x"'},
        {"grant_type": "client_credentials", "scope": "kyc:read\x00"},
        {"grant_type": "client_credentials", "client_assertion_type": "jwt"},
    ],
)
def test_a_client_says_everything_once_and_well(
    kyc_sqlite: Installation, form: dict[str, Any]
) -> None:
    partner = kyc_sqlite.partner
    secret = (partner.client_id, partner.client_secret)
    answer = kyc_sqlite.client.post("/oauth/token", data=form, auth=secret)
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "invalid_request")


def test_a_client_sends_a_form(kyc_sqlite: Installation) -> None:
    partner = kyc_sqlite.partner
    secret = (partner.client_id, partner.client_secret)
    body = {"grant_type": "client_credentials"}
    assert kyc_sqlite.client.post("/oauth/token", json=body, auth=secret).status_code == 400
    assert kyc_sqlite.client.post("/oauth/token", data=body, auth=secret).status_code == 200
