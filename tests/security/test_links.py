from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from itsdangerous import URLSafeTimedSerializer

from app.domain.errors import DomainError
from app.security import Cursors, HandoffCodes, InvalidLink, KeyRing, LaunchCodes, SignedLinks

if TYPE_CHECKING:
    from tests.security.conftest import SettableClock


@pytest.fixture
def codes(keys: KeyRing, clock: SettableClock) -> LaunchCodes:
    return LaunchCodes(keys, clock)


def _refusal(codes: LaunchCodes, code: str) -> str:
    with pytest.raises(InvalidLink) as caught:
        codes.read(code)
    return caught.value.fault


def test_a_launch_code_gives_back_session_and_jti(codes: LaunchCodes) -> None:
    assert codes.read(codes.issue("ses_1", "jti_1")) == ("ses_1", "jti_1")


def test_a_launch_code_lives_sixty_seconds(codes: LaunchCodes, clock: SettableClock) -> None:
    code = codes.issue("ses_1", "jti_1")
    clock.advance(60)
    assert codes.read(code)
    clock.advance(1)
    assert _refusal(codes, code) == "expired"


def test_a_spare_code_lives_half_an_hour_and_is_no_launch_code(
    codes: LaunchCodes, clock: SettableClock
) -> None:
    code = codes.issue_spare("ses_1", "jti_1")
    assert _refusal(codes, code) == "malformed"
    assert codes.read_spare(codes.issue("ses_1", "jti_1")) is None
    clock.advance(1800)
    assert codes.read_spare(code) == ("ses_1", "jti_1")
    clock.advance(1)
    with pytest.raises(InvalidLink) as caught:
        codes.read_spare(code)
    assert caught.value.fault == "expired"


def test_a_launch_code_from_the_future_is_refused(codes: LaunchCodes, clock: SettableClock) -> None:
    code = codes.issue("ses_1", "jti_1")
    clock.advance(-10)
    assert _refusal(codes, code) == "expired"


def test_a_code_outlives_rotation_and_dies_with_its_key(codes: LaunchCodes, keys: KeyRing) -> None:
    code, old_kid = codes.issue("ses_1", "jti_1"), keys.newest("link").kid
    keys.rotate("link")
    assert codes.read(code)
    assert codes.read(codes.issue("ses_2", "jti_2"))
    keys.retire("link", old_kid)
    assert _refusal(codes, code) == "malformed"


def test_new_codes_are_signed_with_the_newest_key(codes: LaunchCodes, keys: KeyRing) -> None:
    old_kid = keys.newest("link").kid
    keys.rotate("link")
    code = codes.issue("ses_1", "jti_1")
    keys.retire("link", old_kid)
    assert codes.read(code) == ("ses_1", "jti_1")


def test_a_text_of_another_purpose_is_refused(
    codes: LaunchCodes, keys: KeyRing, clock: SettableClock
) -> None:
    resume = SignedLinks(keys, "resume", clock).issue("ses_1", "jti_1")
    assert _refusal(codes, resume) == "malformed"


def test_the_librarys_default_digest_is_refused(codes: LaunchCodes, keys: KeyRing) -> None:
    weak = URLSafeTimedSerializer(list(keys.secrets("link")), salt="kyc.link.launch.v1")
    assert _refusal(codes, str(weak.dumps(["ses_1", "jti_1"]))) == "malformed"


@pytest.mark.parametrize("code", ["", ".", "a.b.c", "ä", "\0", "x" * 5000, "e30.AA.AA"])
def test_garbage_is_refused(codes: LaunchCodes, code: str) -> None:
    assert _refusal(codes, code) == "malformed"


def test_every_changed_character_is_refused(codes: LaunchCodes) -> None:
    code = codes.issue("ses_1", "jti_1")
    # The last character of a 32-byte digest carries unused bits: its look-alikes decode alike.
    for at in range(len(code) - 1):
        changed = code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]
        with pytest.raises(InvalidLink):
            codes.read(changed)


def test_a_cursor_stays_in_its_list(keys: KeyRing, clock: SettableClock) -> None:
    cursors = Cursors(keys, clock)
    cursor = cursors.issue("verifications:prt_1", ["2026-03-01T12:00:00Z", "ver_1"])
    clock.advance(86400)
    assert cursors.read("verifications:prt_1", cursor, 2) == ("2026-03-01T12:00:00Z", "ver_1")
    with pytest.raises(InvalidLink):
        cursors.read("verifications:prt_2", cursor, 2)
    with pytest.raises(InvalidLink):
        cursors.read("verifications:prt_1", cursor, 1)


def test_a_handoff_code_and_a_claim_are_two_things(keys: KeyRing, clock: SettableClock) -> None:
    codes = HandoffCodes(keys, clock)
    code, claim = codes.issue("hof_1"), codes.issue_claim("hof_1")
    assert codes.read(code) == codes.read_claim(claim) == "hof_1"
    for read, text in ((codes.read, claim), (codes.read_claim, code), (codes.read, "e30.AA.AA")):
        with pytest.raises(DomainError, match="handoff_code_invalid"):
            read(text)


def test_a_handoff_code_lives_for_ten_minutes_and_a_claim_for_six(
    keys: KeyRing, clock: SettableClock
) -> None:
    codes = HandoffCodes(keys, clock)
    for text, read, lasts_s in (
        (codes.issue("hof_1"), codes.read, 600),
        (codes.issue_claim("hof_1"), codes.read_claim, 360),
    ):
        clock.advance(lasts_s)
        assert read(text) == "hof_1"
        clock.advance(1)
        with pytest.raises(DomainError, match="handoff_code_expired"):
            read(text)
        clock.advance(-lasts_s - 1)
