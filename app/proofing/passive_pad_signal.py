"""What passive networks say of a clip: reported beside the other signs, and never a gate."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from app.domain.reasons import ReasonCode
from app.proofing.operating_points import PASSIVE_PAD_SCORE
from app.proofing.presence_signals import at_least, frontal_frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.proofing.presence_signals import PresenceFrame, Signal
    from app.vision.passive_pad import PassivePad


def passive_pad_signal(frames: Sequence[PresenceFrame], passive_pad: PassivePad) -> Signal:
    """The middle score of four frames in which the face looks ahead; higher is more bona fide.

    Returns: inconclusive without a face. Cost: 40 ms.
    """
    scores = [
        passive_pad.pad_score(frame.image, frame.observation.points)
        for frame in frontal_frames(frames)
        if frame.observation.landmarks
    ]
    score = median(scores) if scores else None
    return at_least("passive_pad", score, PASSIVE_PAD_SCORE, ReasonCode.NOT_LIVE)
