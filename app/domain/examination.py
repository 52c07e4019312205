"""One examination: the evidence it looks at, what it finds, and the record that is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.checks import CheckResult
from app.domain.evidence import DocumentType, Side
from app.domain.frame_origin import NOTHING_KNOWN, FrameOrigin
from app.domain.presence import PresenceWay


@dataclass(frozen=True)
class FrameEvidence:
    """One frame of the challenge with the time at which the server received it."""

    jpeg: bytes = field(repr=False)
    received_at: datetime
    observation: Mapping[str, object]


@dataclass(frozen=True)
class Evidence:
    """Everything that one examination looks at, unsealed in memory only.

    `recording_tolerated` is true for test partners, whose camera may be a recording. Files by
    API come without frames; a still `selfie` then shows the face, and nobody's presence.
    `presence_way` is the way that the user took to show presence, `frame_origin` what is known of
    where the frames came from.
    `software_traces` is what the metadata of the documents' files said before it was dropped: one
    word of `app.vision.software_trace` a side.
    """

    document_type: DocumentType
    documents: Mapping[Side, bytes] = field(repr=False)
    frames: Sequence[FrameEvidence] = field(repr=False)
    prompts: Sequence[str]
    prompts_dealt_at: datetime | None
    recording_tolerated: bool
    claimed: Mapping[str, str] = field(repr=False)
    today: date
    selfie: bytes | None = field(repr=False, default=None)
    software_traces: Mapping[Side, str] = field(default_factory=dict)
    presence_way: PresenceWay = PresenceWay.TURNS
    frame_origin: FrameOrigin = NOTHING_KNOWN


@dataclass(frozen=True)
class ExaminationFindings:
    """What the stages found; `document_expires_on` bounds how long a verification holds.

    `document_number` is as read, for a keyed digest only. `readings` are the attributes by zone,
    for the eyes of a reviewer. `live_face` are the features of the face of the frames, `pictures`
    the hashes of the documents' pictures (16 pieces of two bytes), for a search of duplicates.
    """

    checks: Sequence[CheckResult]
    stage_ms: Mapping[str, float]
    model_hashes: Mapping[str, str]
    document_expires_on: date | None
    document_number: str | None = field(repr=False, default=None)
    readings: Mapping[str, Mapping[str, str]] = field(repr=False, default_factory=dict)
    live_face: bytes | None = field(repr=False, default=None)
    pictures: Mapping[Side, bytes] = field(repr=False, default_factory=dict)


@dataclass(eq=False)
class Examination:
    """Checks (as JSON, nothing personal), the verdict, and the hashes that make it repeatable.

    `readings` are sealed under the key of the verification.
    """

    id: str
    verification_id: str
    attempt: int
    checks: Sequence[Mapping[str, object]]
    verdict: str
    reasons: Sequence[str]
    policy_hash: str
    model_hashes: Mapping[str, str]
    stage_ms: Mapping[str, float]
    decided_at: datetime
    decided_by: str = "machine"
    readings: bytes | None = field(repr=False, default=None)
