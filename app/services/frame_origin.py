"""What is known of where the frames of a challenge came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.frame_origin import NOTHING_KNOWN, FrameOrigin

if TYPE_CHECKING:
    from app.domain.capture import PresenceChallenge
    from app.storage.unit_of_work import UnitOfWork


def frame_origin(uow: UnitOfWork, challenge: PresenceChallenge | None) -> FrameOrigin:
    """What the page told when the challenge was dealt, and what came before it."""
    if challenge is None:
        return NOTHING_KNOWN
    begun_anew_at = uow.verifications.get(challenge.verification_id).begun_anew_at
    return FrameOrigin(
        challenge.camera,
        uow.captures.count_seen_before(challenge),
        sum(_was_given_up(each) for each in uow.challenges.before(challenge, begun_anew_at)),
    )


def _was_given_up(challenge: PresenceChallenge) -> bool:
    """Whether a turn had been asked for and not all were made, for whatever reason it ended."""
    tracker = challenge.tracker
    step, turns = tracker.get("step_index"), tracker.get("turns")
    if not isinstance(step, int) or not isinstance(turns, (list, tuple)):
        return False  # a look without turns, or long ago: nothing was asked, or nothing is known
    return 0 < step < 2 * len(turns)
