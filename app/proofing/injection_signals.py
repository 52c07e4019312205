"""Signs that frames came from somewhere else than a camera, each reported and none a gate.

Whoever controls the browser can avoid every one of them; what they show is the careless attempt.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.domain.frame_origin import CameraSource
from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits
from app.proofing.presence_signals import Signal, at_most
from app.vision.image import to_gray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.domain.frame_origin import FrameOrigin
    from app.proofing.presence_signals import PresenceFrame
    from app.vision.image import GrayImage, Image

_STAND_INS = frozenset({CameraSource.VIRTUAL, CameraSource.FILE})
_BLOCK_PX = 16
_LEAST_SPREAD = 2.0  # gray levels; in an even black or white no sensor shows noise
_LEAST_BLOCKS = 20
_PAIRS = 12


def injection_signals(frames: Sequence[PresenceFrame], origin: FrameOrigin) -> tuple[Signal, ...]:
    """What speaks for frames that no camera took. Cost: 3 ms a pair of frames, 12 pairs."""
    named = origin.camera not in {None, CameraSource.UNNAMED}
    return (
        _found("posted_without_page", 1.0 if origin.camera is None else 0.0),
        _found("camera_stand_in", float(origin.camera in _STAND_INS) if named else None),
        _found("frames_seen_before", origin.frames_seen_before / max(1, len(frames))),
        at_most(
            "failed_challenges",
            float(origin.challenges_failed),
            float(limits.MAX_FAILED_CHALLENGES),
            ReasonCode.CHALLENGE_MET_LATE,
        ),
        at_most(
            "frozen_noise",
            _frozen_noise(frames),
            limits.FROZEN_NOISE_SHARE,
            ReasonCode.REPLAY_SUSPECTED,
        ),
    )


def _found(name: str, score: float | None) -> Signal:
    return at_most(name, score, 0.0, ReasonCode.REPLAY_SUSPECTED)


def _frozen_noise(frames: Sequence[PresenceFrame]) -> float | None:
    """The share of textured blocks that stay the same to the last level from frame to frame."""
    pairs = list(pairwise(frames))
    shares = [
        _unchanged_share(before.image, after.image)
        for before, after in pairs[:: max(1, len(pairs) // _PAIRS)]
        if before.image.shape == after.image.shape
    ]
    known = [share for share in shares if share is not None]
    return float(np.median(known)) if known else None


def _unchanged_share(before: Image, after: Image) -> float | None:
    first, second = to_gray(before), to_gray(after)
    spread = _blocks(first).std(axis=(1, 3), dtype=np.float32)
    change = _blocks(np.asarray(cv2.absdiff(first, second), np.uint8)).max(axis=(1, 3))
    is_textured = spread > _LEAST_SPREAD
    if np.count_nonzero(is_textured) < _LEAST_BLOCKS:
        return None
    return float((change[is_textured] == 0).mean())


def _blocks(gray: GrayImage) -> GrayImage:
    """(rows, 16, columns, 16): the picture in squares, without what is left over."""
    rows, columns = gray.shape[0] // _BLOCK_PX, gray.shape[1] // _BLOCK_PX
    whole = gray[: rows * _BLOCK_PX, : columns * _BLOCK_PX]
    return whole.reshape(rows, _BLOCK_PX, columns, _BLOCK_PX)
