"""Rate limits: who asks too often is told when to come back, and others are not slowed down."""

from dataclasses import replace

import pytest

from app.domain.errors import DomainError
from app.domain.limits import KEY_READS, USER_UPLOADS, RateLimit
from tests.builders.installation import Installation
from tests.builders.submissions import accepting, send_side

FEW = RateLimit("few", 3, 60)


def count(kyc: Installation, limit: RateLimit, subject: str, times: int) -> None:
    for _ in range(times):
        kyc.services.rate_limits.count(limit, subject)


@pytest.mark.parametrize("shared", [False, True])
def test_one_hit_too_many_is_refused_until_the_window_ends(kyc: Installation, shared: bool) -> None:
    limit = replace(FEW, shared=shared)
    count(kyc, limit, "user-1", 3)
    with pytest.raises(DomainError) as raised:
        count(kyc, limit, "user-1", 1)
    assert raised.value.facts["retry_after_s"] == 60
    count(kyc, limit, "user-2", 3)
    kyc.clock.move(seconds=60)
    count(kyc, limit, "user-1", 3)


def test_a_shared_limit_is_one_for_all_processes(kyc: Installation) -> None:
    limit = replace(FEW, shared=True)
    count(kyc, limit, "user-1", 3)
    other_process = replace(kyc.services.rate_limits)
    with pytest.raises(DomainError):
        other_process.count(limit, "user-1")


def test_memory_is_bounded_however_many_subjects_come(kyc_sqlite: Installation) -> None:
    limits = kyc_sqlite.services.rate_limits
    for number in range(100_050):
        limits.count(FEW, str(number))
    assert len(limits._local.windows) <= 100_000


def test_an_upload_too_many_gets_429_with_retry_after(kyc_sqlite: Installation) -> None:
    accepting(kyc_sqlite)
    bearer = kyc_sqlite.consented("passport")
    assert send_side(kyc_sqlite, bearer, "front").status_code == 201
    subject = f"{kyc_sqlite.partner.partner_id}|user-123"
    count(kyc_sqlite, USER_UPLOADS, subject, USER_UPLOADS.hits - 1)
    refused = send_side(kyc_sqlite, bearer, "front")
    assert (refused.status_code, refused.json["error"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600


def test_a_key_that_asks_too_often_is_slowed_down_alone(kyc_sqlite: Installation) -> None:
    kyc_sqlite.issue()
    count(kyc_sqlite, KEY_READS, kyc_sqlite.partner.partner_id, KEY_READS.hits)
    path = "/widget/users/user-123/kyc-status"
    assert kyc_sqlite.client.get(path, headers=kyc_sqlite.key).status_code == 429
    other = {"x-api-key": kyc_sqlite.another_partner().api_key}
    assert kyc_sqlite.client.get(path, headers=other).status_code == 404
