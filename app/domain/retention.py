"""What is kept how long: kinds of records, and the moments before which they are due to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.applicant_link import LinkKind
from app.domain.policy import Policy
from app.domain.verification import Stage


class RecordKind(StrEnum):
    """What retention destroys, each by its own term."""

    CAPTURES = "captures"
    PRESENCE_FRAMES = "presence_frames"
    READINGS = "readings"
    CLAIMS = "claims"
    PROOFS_OF_ADDRESS = "proofs_of_address"
    PROFILES = "profiles"
    DEVICES = "devices"
    LINK_TRAITS = "link_traits"
    LINKS = "links"
    FACE_TEMPLATES = "face_templates"
    SESSIONS = "sessions"
    EVENTS = "events"


# What lies sealed under the data key of one verification.
EVIDENCE = frozenset(
    {RecordKind.CAPTURES, RecordKind.PRESENCE_FRAMES, RecordKind.READINGS, RecordKind.CLAIMS}
)
# What a policy may let go with the decision.
FORGETTABLE = (EVIDENCE | {RecordKind.PROOFS_OF_ADDRESS}) - {RecordKind.CLAIMS}

# Somebody, or the machine, still looks at it: nothing of it goes.
UNDER_WAY = frozenset({Stage.SUBMITTED, Stage.EXAMINING, Stage.IN_REVIEW})
# The user may still send what is missing.
UNFINISHED = frozenset({Stage.CAPTURING, Stage.ABANDONED})
# No other picture can change the decision.
CONCLUDED = frozenset({Stage.VERIFIED, Stage.REJECTED, Stage.EXPIRED})


class DestructionCause(StrEnum):
    """Why evidence was destroyed."""

    RETENTION = "retention"
    FORGET_AT_DECISION = "forget_at_decision"
    ERASURE = "erasure"


@dataclass(frozen=True)
class Due:
    """For one partner: what is dated at or before these moments is due.

    `concluded` is the same for users who are verified or rejected, of whom a policy may let some
    kinds go at once. Of what links users, only these `link_kinds` wait for their term.
    """

    partner_id: str
    before: Mapping[RecordKind, datetime]
    concluded: Mapping[RecordKind, datetime]
    unfinished: datetime
    link_kinds: frozenset[LinkKind] = frozenset()


def due_by(partner_id: str, policy: Policy, now: datetime) -> Due:
    """What a policy lets go at this moment.

    Without a search for duplicates nobody needs what it compares: it goes at once.
    """
    retention = policy.retention
    days = {
        RecordKind.CAPTURES: retention.captures_days,
        RecordKind.PRESENCE_FRAMES: retention.presence_frames_days,
        RecordKind.READINGS: retention.readings_days,
        RecordKind.CLAIMS: retention.profile_days,
        RecordKind.PROOFS_OF_ADDRESS: retention.proofs_of_address_days,
        RecordKind.PROFILES: retention.profile_days,
        RecordKind.DEVICES: retention.devices_days,
        RecordKind.LINK_TRAITS: retention.links_days,
        RecordKind.LINKS: retention.links_days,
        RecordKind.FACE_TEMPLATES: retention.face_templates_days if policy.duplicates.faces else 0,
        RecordKind.SESSIONS: retention.sessions_days,
        RecordKind.EVENTS: retention.webhooks_days,
    }
    before = {kind: now - timedelta(days=number) for kind, number in days.items()}
    at_once = FORGETTABLE if retention.forget_at_decision else frozenset()
    return Due(
        partner_id,
        before,
        before | dict.fromkeys(at_once, now),
        now - timedelta(days=retention.unfinished_days),
        policy.duplicates.links,
    )
