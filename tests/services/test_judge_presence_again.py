"""A presence challenge is judged again from its sealed frames; the look is audited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.errors import DomainError
from app.domain.frame_origin import NOTHING_KNOWN
from app.domain.presence import PresenceWay
from app.services.jobs import EXAMINE
from tests.builders.submissions import submitted

if TYPE_CHECKING:
    from tests.builders.installation import Installation


class Judge:
    """Remembers what it was asked to judge, and finds it inconclusive."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def __call__(self, frames: Any, dealt: Any, _tier: Any, **options: Any) -> CheckResult:
        self.seen.append((frames, dealt, options))
        return CheckResult(CheckCode.PRESENCE, Outcome.INCONCLUSIVE)


def verification_id(kyc: Installation) -> str:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        return str(applicant.verification_id)


def test_the_judge_gets_the_sealed_frames_and_what_was_dealt(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    judge = Judge()
    subject = verification_id(kyc)

    judged = replace(kyc.services.judge_presence_again, judge=judge)(subject, "anna")

    ((frames, dealt, options),) = judge.seen
    (evidence,) = kyc.examination.seen
    assert [frame.jpeg for frame in frames] == [frame.jpeg for frame in evidence.frames]
    assert list(dealt) == list(evidence.prompts)
    assert options == {
        "recording_tolerated": True,
        "observes_anew": False,
        "way": PresenceWay.TURNS,
        "origin": NOTHING_KNOWN,
    }
    assert (judged.n_frames, judged.now.outcome) == (1, Outcome.INCONCLUSIVE)
    with kyc.services.storage.reading() as uow:
        actions = [(line.actor, line.action) for line in uow.audit.for_subject(subject)]
    assert ("anna", "presence.judged_again") in actions


def test_a_verification_without_frames_is_not_found(kyc: Installation) -> None:
    submitted(kyc)
    subject = verification_id(kyc)
    with kyc.services.storage.writing() as uow:
        challenge = uow.challenges.current(subject)
        assert challenge is not None
        for capture in uow.captures.frames(challenge.id):
            capture.challenge_id = None
        uow.commit()

    with pytest.raises(DomainError):
        replace(kyc.services.judge_presence_again, judge=Judge())(subject, "anna")
