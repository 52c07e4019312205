"""What is compressed, for whom, and what never is."""

import gzip

import pytest

from app.web.widget.assets import _MADE
from tests.builders.installation import Installation

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
FILES = ["/static/embed/v1.js", *(f"/widget/assets/{name}" for name in _MADE)]


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_the_same_in_both_encodings(kyc_sqlite: Installation, path: str) -> None:
    plain, packed = (kyc_sqlite.client.get(path, headers=headers) for headers in ({}, GZIP))
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert {answer.headers["Vary"] for answer in (plain, packed)} == {"Accept-Encoding"}
    plain.close()
    packed.close()


@pytest.mark.parametrize("path", FILES)
def test_a_browser_that_has_it_gets_nothing_twice(kyc_sqlite: Installation, path: str) -> None:
    packed = kyc_sqlite.client.get(path, headers=GZIP)
    headers = GZIP | {"If-None-Match": packed.headers["ETag"]}
    packed.close()
    again = kyc_sqlite.client.get(path, headers=headers)
    again.close()
    assert (again.status_code, again.data) == (304, b"")


def test_only_an_address_with_the_hash_lasts(kyc_sqlite: Installation) -> None:
    def lasting(address: str) -> str:
        return kyc_sqlite.client.get(address).headers["Cache-Control"]

    page = kyc_sqlite.client.get(kyc_sqlite.issue()["widget_url"].removeprefix("https://kyc.test"))
    exact = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert lasting(exact) == "public, max-age=31536000, immutable"
    assert lasting("/widget/assets/widget.css") == "no-cache"
    assert lasting("/widget/assets/widget.css?v=0123456789ab") == "no-cache"


def test_the_page_is_compressed_and_what_holds_a_token_is_not(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    issued = kyc.issue()
    page = kyc.client.get(issued["widget_url"].removeprefix("https://kyc.test"), headers=GZIP)
    assert page.headers["Content-Encoding"] == "gzip"
    body = {"launch_code": issued["launch_code"]}
    launched = kyc.client.post("/widget/launch", json=body, headers=GZIP)
    bearer = {"Authorization": f"Bearer {(launched.json or {})['client_token']}"}
    state = kyc.client.get("/widget/state", headers=GZIP | bearer)
    assert "Content-Encoding" not in launched.headers
    assert "Content-Encoding" not in state.headers


def test_a_name_that_is_not_there_is_not_found(kyc_sqlite: Installation) -> None:
    assert kyc_sqlite.client.get("/widget/assets/other.js").status_code == 404
