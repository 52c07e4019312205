"""Pictures that were accepted, and the presence challenge that some of them answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.domain.evidence import CaptureKind
from app.domain.frame_origin import CameraSource
from app.domain.presence import PresenceWay


@dataclass(eq=False)
class Capture:
    """A sealed picture. `sha256` is of the bytes as sent; `superseded_at` marks a replaced one.

    `perceptual_hash` is of where the ink of a document's side lies, under a mask of its run.
    `observation` holds measurements that identify nobody (landmark positions, quality numbers).
    `mark` is a keyed digest of a frame's pixels, equal only for the same frame of one partner.
    """

    id: str
    verification_id: str
    kind: CaptureKind
    object_name: str
    sha256: str
    width_px: int
    height_px: int
    received_at: datetime
    perceptual_hash: str | None = None
    challenge_id: str | None = None
    sequence: int | None = None
    observation: Mapping[str, object] = field(default_factory=dict)
    superseded_at: datetime | None = None
    mark: str | None = None


class ChallengeStatus(StrEnum):
    """How a presence challenge stands; every status but `open` is final."""

    OPEN = "open"
    MET = "met"
    FAILED = "failed"
    SUPERSEDED = "superseded"


@dataclass(eq=False)
class PresenceChallenge:
    """Prompts that the server dealt; `tracker` is the progress, timed by the server's clock.

    `camera` is what the page told of its camera; None when no page asked for the challenge.
    """

    id: str
    verification_id: str
    prompts: list[str]
    tracker: Mapping[str, object]
    dealt_at: datetime
    expires_at: datetime
    status: ChallengeStatus = ChallengeStatus.OPEN
    reasons: list[str] = field(default_factory=list)
    last_sequence: int = -1
    way: PresenceWay = PresenceWay.TURNS
    camera: CameraSource | None = None
