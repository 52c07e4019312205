from app.domain.event import RETRY_DELAYS, retry_delay


def test_waits_only_grow() -> None:
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)


def test_after_the_last_wait_an_event_is_dead() -> None:
    assert retry_delay(len(RETRY_DELAYS)) == RETRY_DELAYS[-1]
    assert retry_delay(len(RETRY_DELAYS) + 1) is None
