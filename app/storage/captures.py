"""Rows of sealed pictures and of the presence challenges that frames answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from app.domain.capture import Capture, ChallengeStatus, PresenceChallenge
from app.domain.evidence import CaptureKind
from app.domain.frame_origin import CameraSource
from app.domain.presence import PresenceWay
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
    Column("way", WordOf(PresenceWay), nullable=False, server_default=PresenceWay.TURNS.value),
    Column("camera", WordOf(CameraSource)),
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
    Column("mark", String(64)),
    Index(None, "verification_id", "kind"),
    Index(None, "mark"),
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

    def all_for(self, verification_id: str) -> list[Capture]:
        """Every capture that is kept, replaced ones included."""
        table = capture_table.c
        statement = select(Capture).where(table.verification_id == verification_id)
        return list(self._session.scalars(statement.order_by(table.received_at, table.id)))

    def ids(self) -> list[str]:
        """Every capture's id."""
        return list(self._session.scalars(select(capture_table.c.id)))

    def delete(self, captures: Sequence[Capture]) -> None:
        """Delete these rows; the challenges that frames answered stay."""
        names = [capture.id for capture in captures]
        self._session.execute(delete(capture_table).where(capture_table.c.id.in_(names)))

    def object_names(self, verification_id: str) -> list[str]:
        """The sealed objects of every capture there ever was."""
        table = capture_table.c
        statement = select(table.object_name).where(table.verification_id == verification_id)
        return list(self._session.scalars(statement))

    def forget(self, verification_id: str) -> None:
        """Delete the rows of a verification, and of its challenges."""
        for table in (capture_table, presence_challenge_table):
            self._session.execute(delete(table).where(table.c.verification_id == verification_id))

    def count(self, verification_id: str, since: datetime | None = None) -> int:
        """How many document captures came since then; frames are bounded by their challenge."""
        table = capture_table.c
        statement = select(func.count()).where(
            table.verification_id == verification_id, table.kind != CaptureKind.PRESENCE_FRAME
        )
        if since is not None:
            statement = statement.where(table.received_at > since)
        return self._session.scalar(statement) or 0

    def frames(self, challenge_id: str) -> list[Capture]:
        """The frames of a presence challenge in their sequence."""
        table = capture_table.c
        statement = (
            select(Capture).where(table.challenge_id == challenge_id).order_by(table.sequence)
        )
        return list(self._session.scalars(statement))

    def count_seen_before(self, challenge: PresenceChallenge) -> int:
        """How many frames of a challenge an earlier one had too, to the pixel."""
        table, other = capture_table.c, capture_table.alias("other")
        seen = (
            select(table.id)
            .join(other, other.c.mark == table.mark)
            .join(presence_challenge_table, presence_challenge_table.c.id == other.c.challenge_id)
            .where(
                table.challenge_id == challenge.id,
                other.c.challenge_id != challenge.id,
                presence_challenge_table.c.dealt_at < challenge.dealt_at,
            )
            .distinct()
        )
        return self._session.scalar(select(func.count()).select_from(seen.subquery())) or 0


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

    def before(
        self, challenge: PresenceChallenge, since: datetime | None = None
    ) -> list[PresenceChallenge]:
        """The challenges that were dealt to the same verification before this one."""
        table = presence_challenge_table.c
        statement = select(PresenceChallenge).where(
            table.verification_id == challenge.verification_id, table.dealt_at < challenge.dealt_at
        )
        if since is not None:
            statement = statement.where(table.dealt_at > since)
        return list(self._session.scalars(statement.order_by(table.dealt_at)))

    def forget_trackers(self, verification_id: str) -> None:
        """Take away how the answers went; that a challenge was met or not stays."""
        table = presence_challenge_table.c
        self._session.execute(
            update(presence_challenge_table)
            .where(table.verification_id == verification_id)
            .values(tracker={}, row_version=table.row_version + 1)
        )

    def count(self, verification_id: str, since: datetime | None = None) -> int:
        """How many challenges were dealt since then."""
        table = presence_challenge_table.c
        statement = select(func.count()).where(table.verification_id == verification_id)
        if since is not None:
            statement = statement.where(table.dealt_at > since)
        return self._session.scalar(statement) or 0
