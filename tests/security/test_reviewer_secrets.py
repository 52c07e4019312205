"""Passwords, codes of an authenticator, recovery codes, and the QR code that carries a secret."""

import statistics
import time
from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import zxingcpp

from app.security.passwords import hash_password, is_password
from app.security.totp import (
    hash_recovery_code,
    is_recovery_code,
    new_recovery_codes,
    new_totp_secret,
    provisioning_uri,
    totp_code,
    totp_step,
)
from app.vision.qr_code import qr_svg

# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
_SECRET = b32encode(b"12345678901234567890").decode()
_VECTORS = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


def test_a_password_is_known_again_and_no_other() -> None:
    stored = hash_password("correct horse battery staple")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password("correct horse battery staple", stored)
    assert not is_password("correct horse battery stapl", stored)
    assert hash_password("correct horse battery staple") != stored


def test_nobody_s_password_costs_as_much_as_somebody_s() -> None:
    stored = hash_password("correct horse battery staple")
    took: dict[str | None, list[float]] = {stored: [], None: []}
    for _ in range(5):
        for each, times in took.items():
            began = time.thread_time()
            assert not is_password("wrong", each)
            times.append(time.thread_time() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.8 < known / unknown < 1.25


@pytest.mark.parametrize(("at_s", "code"), _VECTORS.items())
def test_the_codes_are_those_of_rfc_6238(at_s: int, code: str) -> None:
    now = datetime.fromtimestamp(at_s, UTC)
    assert totp_code(_SECRET, now) == code
    assert totp_step(_SECRET, code, now, 0) == at_s // 30


def test_a_code_is_good_for_a_step_to_either_side_and_once() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    code = totp_code(_SECRET, now)
    step = totp_step(_SECRET, code, now, 0)
    assert step is not None
    for off_s, is_good in ((-60, False), (-30, True), (30, True), (60, False)):
        found = totp_step(_SECRET, code, now + timedelta(seconds=off_s), 0)
        assert (found == step) is is_good
    assert totp_step(_SECRET, code, now, after=step) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert totp_step(_SECRET, code, datetime(2026, 11, 20, tzinfo=UTC), 0) is None


def test_recovery_codes_are_known_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    hashes = [hash_recovery_code(code) for code in codes]
    assert len(set(hashes)) == 10
    assert is_recovery_code(codes[3].upper().replace("-", " "), hashes)
    assert not is_recovery_code(codes[3][:-1] + "0", hashes)
    assert not is_recovery_code("", hashes)


def test_the_qr_code_says_what_an_authenticator_app_needs() -> None:
    secret = new_totp_secret()
    uri = provisioning_uri(secret, "anna@example.test", "KYC Ünïted")
    said = parse_qs(urlsplit(uri).query)
    assert (said["secret"], said["issuer"]) == ([secret], ["KYC Ünïted"])
    svg = qr_svg(uri, "QR code")
    assert "<script" not in svg
    (found,) = zxingcpp.read_barcodes(_painted(svg))
    assert found.text == uri


def _painted(svg: str) -> np.ndarray:
    """The picture that the SVG's own squares make."""
    side = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    picture = np.full((side, side), 255, np.uint8)
    for square in svg.split(' d="')[2].split('"', maxsplit=1)[0].split("M")[1:]:
        x, y = square.split("h")[0].split()
        picture[int(y), int(x)] = 0
    return np.kron(picture, np.ones((4, 4), np.uint8))
