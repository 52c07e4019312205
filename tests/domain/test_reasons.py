import pytest

from app.domain.reasons import REASONS, ReasonCode


def test_every_code_has_its_row() -> None:
    assert set(REASONS) == set(ReasonCode)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_what_would_help_a_fraudster_is_shown_neutrally(code: ReasonCode) -> None:
    reason = REASONS[code]
    assert (reason.shown_as == code) == reason.user_visible


def test_duplicates_and_attacks_are_never_named_to_the_user() -> None:
    hidden = {code for code, reason in REASONS.items() if not reason.user_visible}
    assert {
        ReasonCode.DUPLICATE_FACE,
        ReasonCode.DUPLICATE_DOCUMENT,
        ReasonCode.NOT_LIVE,
        ReasonCode.REPLAY_SUSPECTED,
        ReasonCode.BLOCKLISTED,
    } <= hidden
