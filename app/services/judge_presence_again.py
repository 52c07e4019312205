"""Judge a presence challenge again, from the frames that were sealed when it was performed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.domain.checks import CheckCode
from app.domain.errors import DomainError, ErrorCode
from app.domain.examination import FrameEvidence
from app.domain.partner import Mode
from app.services.frame_origin import frame_origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.domain.capture import Capture, PresenceChallenge
    from app.domain.checks import CheckResult
    from app.domain.frame_origin import FrameOrigin
    from app.domain.policy import Tier
    from app.domain.presence import PresenceWay
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.policies import Policies
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage


class JudgePresence(Protocol):
    """Judges frames in the order of their arrival against what was dealt."""

    def __call__(
        self,
        frames: Sequence[FrameEvidence],
        dealt: Sequence[str],
        tier: Tier,
        *,
        recording_tolerated: bool,
        observes_anew: bool,
        way: PresenceWay,
        origin: FrameOrigin,
    ) -> CheckResult: ...


@dataclass(frozen=True)
class JudgedAgain:
    """The check of the last examination, if there was one, beside the one of now."""

    challenge: PresenceChallenge
    n_frames: int
    before: Mapping[str, object] | None
    now: CheckResult


@dataclass(frozen=True)
class JudgePresenceAgain:
    """Changes nothing but the audit, which keeps who looked."""

    storage: Storage
    policies: Policies
    vault: Vault
    objects: ObjectStore
    judge: JudgePresence

    def __call__(
        self, verification_id: str, reviewer: str, *, observes_anew: bool = False
    ) -> JudgedAgain:
        """The last challenge of a verification, judged by the engine of now.

        With `observes_anew` the faces are sought once more; without it the numbers that were taken
        when each frame came in are used, and the same engine comes to the same verdict.
        Raises: DomainError(not_found) for a verification without frames, or whose frames are gone.
        """
        with self.storage.writing() as uow:
            verification = uow.verifications.get(verification_id)
            challenge = uow.challenges.current(verification_id)
            captures = uow.captures.frames(challenge.id) if challenge else []
            if challenge is None or not captures:
                raise DomainError(ErrorCode.NOT_FOUND)
            origin = frame_origin(uow, challenge)
            mode = uow.partners.get(verification.partner_id).mode
            tier = self.policies.of(uow, verification.partner_id).rules_for(verification.tier)
            examination = uow.examinations.latest(verification_id)
            uow.audit.append(reviewer, "presence.judged_again", verification_id)
            uow.commit()
        now = self.judge(
            [self._frame(verification, capture) for capture in captures],
            challenge.prompts,
            tier,
            recording_tolerated=mode is Mode.TEST,
            observes_anew=observes_anew,
            way=challenge.way,
            origin=origin,
        )
        before = _presence_of(examination.checks) if examination else None
        return JudgedAgain(challenge, len(captures), before, now)

    def _frame(self, verification: Verification, capture: Capture) -> FrameEvidence:
        sealed = self.objects.get(capture.object_name)
        jpeg = self.vault.unseal(verification, capture.kind, capture.id, sealed)
        return FrameEvidence(jpeg, capture.received_at, capture.observation)


def _presence_of(checks: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    return next((check for check in checks if check["code"] == CheckCode.PRESENCE), None)
