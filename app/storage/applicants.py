"""Applicants and the sessions opened for them."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    select,
    update,
)
from sqlalchemy import UniqueConstraint as Unique

from app.domain.applicant import Applicant, ClientSession, RiskLevel, TransactionSession
from app.storage.columns import MAPPING, METADATA, Id, UtcDateTime, WordOf
from app.storage.repository import LockableRepository, Repository

applicant_table = Table(
    "applicant",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("partner_user_id", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    # No foreign key: the verification points at its applicant, and a circle of keys cannot be
    # built or dropped on SQLite.
    Column("verification_id", Id),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("profile", LargeBinary),
    Column("risk_level", WordOf(RiskLevel)),
    Column("suspended_at", UtcDateTime),
    Column("erased_at", UtcDateTime),
    Column("row_version", Integer, nullable=False),
    Unique("partner_id", "partner_user_id"),
)
client_session_table = Table(
    "client_session",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False, index=True),
    Column("origins", JSON, nullable=False),
    Column("launch_jti", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("locale", String(35)),
    Column("payment_url", Text),
    Column("return_url", Text),
    Column("launched_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)
transaction_session_table = Table(
    "transaction_session",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("partner_id", ForeignKey("partner.id"), nullable=False),
    Column("applicant_id", ForeignKey("applicant.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
MAPPING.map_imperatively(Applicant, applicant_table, version_id_col=applicant_table.c.row_version)
MAPPING.map_imperatively(ClientSession, client_session_table)
MAPPING.map_imperatively(TransactionSession, transaction_session_table)


class Applicants(LockableRepository[Applicant]):
    """One row per partner and partner's user."""

    row_type = Applicant

    def by_user(self, partner_id: str, partner_user_id: str) -> Applicant | None:
        """The partner's applicant of this name, if any."""
        table = applicant_table.c
        return self._session.scalar(
            select(Applicant).where(
                table.partner_id == partner_id, table.partner_user_id == partner_user_id
            )
        )


class ClientSessions(Repository[ClientSession]):
    """Openings of the widget."""

    row_type = ClientSession

    def mark_launched(self, session_id: str, now: datetime) -> bool:
        """Whether this call, and no other one before, used up the launch code."""
        table = client_session_table.c
        won = self._session.scalar(
            update(ClientSession)
            .where(table.id == session_id, table.launched_at.is_(None), table.revoked_at.is_(None))
            .values(launched_at=now)
            .returning(table.id),
            execution_options={"synchronize_session": "fetch"},
        )
        return won is not None

    def use_spare(self, session_id: str, jti: str, next_jti: str) -> bool:
        """Whether this call, and no other one before, used up the spare code of this `jti`."""
        table = client_session_table.c
        won = self._session.scalar(
            update(ClientSession)
            .where(table.id == session_id, table.launch_jti == jti, table.revoked_at.is_(None))
            .values(launch_jti=next_jti)
            .returning(table.id),
            execution_options={"synchronize_session": "fetch"},
        )
        return won is not None

    def newest(self, applicant_id: str) -> ClientSession | None:
        """The session that was opened last, ended or not."""
        table = client_session_table.c
        statement = (
            select(ClientSession)
            .where(table.applicant_id == applicant_id)
            .order_by(table.created_at.desc(), table.id.desc())
            .limit(1)
        )
        return self._session.scalar(statement)

    def revoke_all(self, applicant_id: str, now: datetime) -> None:
        """End every session of an applicant that is still live."""
        table = client_session_table.c
        self._session.execute(
            update(ClientSession)
            .where(table.applicant_id == applicant_id, table.revoked_at.is_(None))
            .values(revoked_at=now),
            execution_options={"synchronize_session": "fetch"},
        )

    def forget_addresses(self, applicant_id: str) -> None:
        """Take away where the partner wanted the user to go on: an address may name the user."""
        table = client_session_table.c
        self._session.execute(
            update(ClientSession)
            .where(table.applicant_id == applicant_id)
            .values(payment_url=None, return_url=None),
            execution_options={"synchronize_session": "fetch"},
        )

    def revoke(self, session_id: str, now: datetime) -> None:
        """End the session; the first moment of revocation is the one that stays."""
        table = client_session_table.c
        self._session.execute(
            update(ClientSession)
            .where(table.id == session_id, table.revoked_at.is_(None))
            .values(revoked_at=now),
            execution_options={"synchronize_session": "fetch"},
        )


class TransactionSessions(Repository[TransactionSession]):
    """Sessions in which verified applicants may transact."""

    row_type = TransactionSession

    def end_all(self, applicant_id: str, now: datetime) -> None:
        """Let every session of an applicant end now."""
        table = transaction_session_table.c
        self._session.execute(
            update(TransactionSession)
            .where(table.applicant_id == applicant_id, table.expires_at > now)
            .values(expires_at=now),
            execution_options={"synchronize_session": "fetch"},
        )
