"""Rows of sealed pictures and of the presence challenges that frames answer."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    func,
    select,
)

from app.domain.capture import Capture, ChallengeStatus, PresenceChallenge
from app.domain.evidence import CaptureKind
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository, Repository

presence_challenge_table = Table(
    "presence_challenge",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("verification_id", ForeignKey("verification.id"), nullable=False),
    Column("prompts", JSON, nullable=False),
    Column("tracker", JSON, nullable=False),
    Column("dealt_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("status", WordOf(ChallengeStatus), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("last_sequence", Integer, nullable=False),
    Column("row_version", Integer, nullable=False),
    Index(None, "verification_id", "dealt_at"),
)
capture_table = Table(
    "capture",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("verification_id", ForeignKey("verification.id"), nullable=False),
    Column("kind", WordOf(CaptureKind), nullable=False),
    Column("object_name", String(80), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("perceptual_hash", String(64)),
    Column("challenge_id", ForeignKey("presence_challenge.id")),
    Column("sequence", Integer),
    Column("observation", JSON, nullable=False),
    Column("superseded_at", UtcDateTime),
    Index(None, "verification_id", "kind"),
    # A frame number is taken once; NULLs, which document captures have, never collide.
    Index(None, "challenge_id", "sequence", unique=True),
)
MAPPING.map_imperatively(
    PresenceChallenge,
    presence_challenge_table,
    version_id_col=presence_challenge_table.c.row_version,
)
MAPPING.map_imperatively(Capture, capture_table)


class Captures(Repository[Capture]):
    """Accepted pictures."""

    row_type = Capture

    def live(self, verification_id: str, kind: CaptureKind | None = None) -> list[Capture]:
        """Captures that were not replaced, in order of arrival; of one kind when given."""
        table = capture_table.c
        statement = select(Capture).where(
            table.verification_id == verification_id, table.superseded_at.is_(None)
        )
        if kind is not None:
            statement = statement.where(table.kind == kind)
        return list(self._session.scalars(statement.order_by(table.received_at, table.id)))

    def count(self, verification_id: str) -> int:
        """How many document captures there ever were; frames are bounded by their challenge."""
        table = capture_table.c
        statement = select(func.count()).where(
            table.verification_id == verification_id, table.kind != CaptureKind.PRESENCE_FRAME
        )
        return self._session.scalar(statement) or 0

    def frames(self, challenge_id: str) -> list[Capture]:
        """The frames of a presence challenge in their sequence."""
        table = capture_table.c
        statement = (
            select(Capture).where(table.challenge_id == challenge_id).order_by(table.sequence)
        )
        return list(self._session.scalars(statement))


class Challenges(LockableRepository[PresenceChallenge]):
    """Presence challenges that were dealt."""

    row_type = PresenceChallenge

    def current(self, verification_id: str) -> PresenceChallenge | None:
        """The newest challenge that was not superseded, if any."""
        table = presence_challenge_table.c
        return self._session.scalar(
            select(PresenceChallenge)
            .where(
                table.verification_id == verification_id,
                table.status != ChallengeStatus.SUPERSEDED,
            )
            .order_by(table.dealt_at.desc(), table.id.desc())
            .limit(1)
        )

    def count(self, verification_id: str) -> int:
        """How many challenges were ever dealt."""
        statement = select(func.count()).where(
            presence_challenge_table.c.verification_id == verification_id
        )
        return self._session.scalar(statement) or 0
