"""Whether straight edges around the face move: reported, and never a gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.domain.reasons import ReasonCode
from app.proofing.operating_points import MOVING_BORDER
from app.proofing.presence_signals import at_most
from app.vision.moving_border import moving_border

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.proofing.presence_signals import PresenceFrame, Signal

_PAIRS = 8
_APART = 4  # frames, some 0.6 to 1.1 s: no hand holds still for so long


def border_signal(frames: Sequence[PresenceFrame]) -> Signal:
    """The length of straight edges that move, in widths of the face, the mean over eight pairs.

    Returns: inconclusive without a face, or where nothing behind it can be tracked. Cost: 0.25 s.
    """
    seen = [frame for frame in frames if frame.observation.box is not None]
    pairs = list(zip(seen, seen[_APART:], strict=False))
    lengths = [
        moving_border(first.image, second.image, first.observation.box)
        for first, second in pairs[:: max(1, -(-len(pairs) // _PAIRS))]
        if first.observation.box is not None and first.image.shape == second.image.shape
    ]
    known = [length for length in lengths if length is not None]
    score = float(np.mean(known)) if known else None
    return at_most("moving_border", score, MOVING_BORDER, ReasonCode.NOT_LIVE)
