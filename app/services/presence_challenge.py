"""Deal a presence challenge and watch its frames come in, timed by the server's clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.capture import Capture, ChallengeStatus, PresenceChallenge
from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import CaptureKind
from app.domain.frame_origin import camera_source
from app.domain.partner import Mode
from app.domain.presence import PresenceWay
from app.domain.steps import Step
from app.services.progress import begin_change, load_progress, require_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from random import Random

    from app.domain.chance import Chance
    from app.domain.intake import ObservedFrame
    from app.domain.presence import TrackedPrompt
    from app.domain.verification import Verification
    from app.security import LookupDigests
    from app.security.vault import Vault
    from app.services.callers import ApplicantCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

_MARK = "presence_frame"


class PresenceGuide(Protocol):
    """Deals prompts and follows the answers; pure but for the dice it is handed."""

    def deal(
        self, dice: Random, way: PresenceWay = ..., *, with_light: bool = ...
    ) -> Sequence[str]: ...

    def start(
        self,
        prompts: Sequence[str],
        now: datetime,
        *,
        recording_tolerated: bool,
        way: PresenceWay = ...,
    ) -> TrackedPrompt: ...

    def advance(
        self,
        tracker: Mapping[str, object],
        observation: Mapping[str, object],
        now: datetime,
        *,
        way: PresenceWay = ...,
    ) -> TrackedPrompt: ...


class ObserveFrame(Protocol):
    """Decodes a frame in a sandboxed child and finds its face; DomainError for a bad file."""

    def __call__(self, payload: bytes) -> ObservedFrame: ...


@dataclass(frozen=True)
class DealtChallenge:
    """A new challenge; only its first prompt is told."""

    challenge_id: str
    first: TrackedPrompt


@dataclass(frozen=True)
class FrameAnswer:
    """What to tell the user after a frame; the progress comes along once the challenge ends."""

    tracked: TrackedPrompt
    progress: Progress | None


@dataclass(frozen=True)
class _Receipt:
    sequence: int
    received_at: datetime
    payload: bytes


@dataclass(frozen=True)
class DealPresenceChallenge:
    """One open challenge a verification: dealing a new one closes the one before."""

    storage: Storage
    chance: Chance
    policies: Policies
    guide: PresenceGuide
    lifetime_s: int

    def __call__(
        self,
        caller: ApplicantCaller,
        way: PresenceWay = PresenceWay.TURNS,
        *,
        bears_light: bool = True,
        camera: str | None = None,
    ) -> DealtChallenge:
        """A fresh random challenge, bound to the caller's verification.

        Colours are dealt where the policy asks for them and the user does not mind (`bears_light`).
        `camera` is the name of the page's camera, of which only what it gives away is kept; None
        when no page asks.
        Raises: DomainError(validation_error) for a way that the policy does not offer.
        """
        now = self.chance.now()
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            require_step(progress, Step.SELFIE)
            _require_offered(progress, way)
            self._check_count(uow, progress)
            if progress.challenge is not None:
                progress.challenge.status = ChallengeStatus.SUPERSEDED
            with_light = progress.tier.presence_light and bears_light
            prompts = list(self.guide.deal(self.chance.random, way, with_light=with_light))
            first = self.guide.start(
                prompts, now, recording_tolerated=caller.mode is Mode.TEST, way=way
            )
            challenge = PresenceChallenge(
                self.chance.new_id("chl"),
                progress.verification.id,
                prompts,
                first.tracker,
                now,
                now + timedelta(seconds=self.lifetime_s),
                way=way,
                camera=None if camera is None else camera_source(camera),
            )
            uow.challenges.add(challenge)
            uow.commit()
        return DealtChallenge(challenge.id, first)

    def _check_count(self, uow: UnitOfWork, progress: Progress) -> None:
        # Each submission buys a fresh allowance, so a retry after a failed decision is possible.
        verification = progress.verification
        allowed = progress.tier.max_presence_challenges * (verification.attempt + 1)
        if uow.challenges.count(verification.id, verification.begun_anew_at) >= allowed:
            raise DomainError(ErrorCode.TOO_MANY_ATTEMPTS)


@dataclass(frozen=True)
class ObservePresenceFrame:
    """Takes frames in order, each once; a closed challenge takes no answer any more."""

    storage: Storage
    chance: Chance
    policies: Policies
    vault: Vault
    objects: ObjectStore
    guide: PresenceGuide
    observe: ObserveFrame
    digests: LookupDigests

    def __call__(
        self, caller: ApplicantCaller, challenge_id: str, sequence: int, payload: bytes
    ) -> FrameAnswer:
        """The prompt to show next. Raises DomainError(challenge_closed | frame_out_of_order)."""
        # Taken before the decoding: the server's own work must not count against the user.
        received_at = self.chance.now()
        with self.storage.reading() as uow:
            progress = load_progress(uow, caller, self.policies)
            _open_challenge(progress, challenge_id, sequence, received_at)
        frame = self.observe(payload)
        with self.storage.writing() as uow:
            progress = begin_change(uow, caller, self.policies)
            challenge = _open_challenge(progress, challenge_id, sequence, received_at)
            tracked = self._track(challenge, frame, received_at)
            challenge.last_sequence = sequence
            self._store(
                uow,
                progress.verification,
                challenge,
                replace(frame, observation={**frame.observation, **tracked.taken_under}),
                _Receipt(sequence, received_at, payload),
            )
            uow.commit()
            if challenge.status is ChallengeStatus.OPEN:
                return FrameAnswer(tracked, None)
            return FrameAnswer(tracked, load_progress(uow, caller, self.policies))

    def _track(
        self, challenge: PresenceChallenge, frame: ObservedFrame, now: datetime
    ) -> TrackedPrompt:
        tracked = self.guide.advance(challenge.tracker, frame.observation, now, way=challenge.way)
        challenge.tracker = tracked.tracker
        challenge.status = ChallengeStatus(tracked.status)
        challenge.reasons = list(tracked.reasons)
        return tracked

    def _store(
        self,
        uow: UnitOfWork,
        verification: Verification,
        challenge: PresenceChallenge,
        frame: ObservedFrame,
        receipt: _Receipt,
    ) -> None:
        capture = Capture(
            self.chance.new_id("cap"),
            verification.id,
            CaptureKind.PRESENCE_FRAME,
            self.chance.new_id("obj"),
            hashlib.sha256(receipt.payload).hexdigest(),
            frame.width_px,
            frame.height_px,
            receipt.received_at,
            challenge_id=challenge.id,
            sequence=receipt.sequence,
            observation=dict(frame.observation),
            mark=self._mark(verification, frame),
        )
        sealed = self.vault.seal(verification, capture.kind, capture.id, frame.jpeg)
        self.objects.put(capture.object_name, sealed)
        uow.captures.add(capture)

    def _mark(self, verification: Verification, frame: ObservedFrame) -> str | None:
        """Without a face it may be any covered lens: such pictures are all alike."""
        if not frame.observation.get("face_count"):
            return None
        pixels = str(frame.observation["pixel_digest"])
        return self.digests.digest(_MARK, verification.partner_id, pixels)


def _require_offered(progress: Progress, way: PresenceWay) -> None:
    offered = progress.tier.presence_ways
    if way not in offered:
        known = ", ".join(each.value for each in offered)
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields={"way": f"Choose one of {known}"})


def _open_challenge(
    progress: Progress, challenge_id: str, sequence: int, now: datetime
) -> PresenceChallenge:
    challenge = progress.challenge
    if challenge is None or challenge.id != challenge_id:
        raise DomainError(ErrorCode.CHALLENGE_CLOSED)
    if challenge.status is not ChallengeStatus.OPEN:
        raise DomainError(ErrorCode.CHALLENGE_CLOSED, status=challenge.status.value)
    if now >= challenge.expires_at:
        raise DomainError(ErrorCode.CHALLENGE_CLOSED, status="expired")
    if sequence <= challenge.last_sequence:
        raise DomainError(ErrorCode.FRAME_OUT_OF_ORDER, last_sequence=challenge.last_sequence)
    return challenge
