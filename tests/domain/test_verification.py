import pytest

from app.domain.errors import DomainError
from app.domain.verification import TRANSITIONS, KycStatus, Stage, status_of
from tests.domain.test_steps import a_verification


def test_an_unknown_applicant_has_not_started() -> None:
    assert status_of(None) is KycStatus.NOT_STARTED


@pytest.mark.parametrize("start", list(Stage))
@pytest.mark.parametrize("end", list(Stage))
def test_only_the_table_moves_a_verification(start: Stage, end: Stage) -> None:
    verification = a_verification(stage=start)
    if end in TRANSITIONS[start]:
        verification.move_to(end)
        assert verification.stage is end
    else:
        with pytest.raises(DomainError):
            verification.move_to(end)
        assert verification.stage is start


def test_verified_is_reached_only_from_an_examination_or_a_review() -> None:
    before = {stage for stage, ends in TRANSITIONS.items() if Stage.VERIFIED in ends}
    assert before == {Stage.EXAMINING, Stage.IN_REVIEW}


def test_a_retry_under_way_still_reads_as_failed() -> None:
    retrying = a_verification(stage=Stage.CAPTURING, attempt=1, reasons=["glare"])
    assert retrying.kyc_status is KycStatus.FAILED
    assert retrying.is_retryable


def test_a_rejection_is_not_retryable() -> None:
    rejected = a_verification(stage=Stage.REJECTED)
    assert rejected.kyc_status is KycStatus.FAILED
    assert not rejected.is_retryable
