from datetime import timedelta

import pytest

from app.domain.event import EventType
from app.domain.partner import (
    OLD_SECRET_LIFETIME,
    DisabledReason,
    EndpointStatus,
    SignatureScheme,
    WebhookEndpoint,
)
from tests.builders.moments import NOON
from tests.builders.rows import an_endpoint

A_SECOND = timedelta(seconds=1)


def rotated(scheme: SignatureScheme = SignatureScheme.HMAC) -> WebhookEndpoint:
    endpoint = an_endpoint()
    endpoint.sealed_secrets = []
    endpoint.sign_with("first", scheme)
    endpoint.rotate("second", NOON)
    return endpoint


@pytest.mark.parametrize("scheme", SignatureScheme)
def test_both_secrets_sign_for_a_day_newest_first(scheme: SignatureScheme) -> None:
    endpoint = rotated(scheme)
    assert endpoint.signature_scheme is scheme
    end = NOON + OLD_SECRET_LIFETIME
    assert endpoint.signing_secrets(end - A_SECOND) == ["second", "first"]
    assert endpoint.old_secret_until(end - A_SECOND) == end
    assert endpoint.signing_secrets(end) == ["second"]
    assert endpoint.old_secret_until(end) is None


def test_a_third_secret_drops_the_first() -> None:
    endpoint = rotated()
    endpoint.rotate("third", NOON + A_SECOND)
    assert endpoint.signing_secrets(NOON + A_SECOND) == ["third", "second"]


def test_a_retired_secret_signs_no_more() -> None:
    endpoint = rotated()
    endpoint.retire_old_secret()
    assert endpoint.signing_secrets(NOON) == ["second"]


def test_an_endpoint_stands_as_it_was_left() -> None:
    endpoint = an_endpoint()
    assert endpoint.status is EndpointStatus.ACTIVE
    for reason in (DisabledReason.PAUSED, DisabledReason.GONE):
        endpoint.disable(reason, NOON)
        assert endpoint.status.value == reason.value
        assert not endpoint.is_deleted
    endpoint.enable()
    assert (endpoint.status, endpoint.disabled_at) == (EndpointStatus.ACTIVE, None)
    endpoint.disable(DisabledReason.DELETED, NOON)
    assert endpoint.is_deleted


def test_without_a_choice_every_event_is_wanted() -> None:
    endpoint = an_endpoint()
    assert all(endpoint.wants(event_type) for event_type in EventType)
    endpoint.event_types = [EventType.USER_DELETED.value]
    assert [each for each in EventType if endpoint.wants(each)] == [EventType.USER_DELETED]
