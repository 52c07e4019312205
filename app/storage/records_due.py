"""Which records a partner's policy lets go by now; a legal hold keeps all there is of a user."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from app.domain.event import DeliveryState
from app.domain.evidence import CaptureKind
from app.domain.proof_of_address import ProofStatus
from app.domain.retention import CONCLUDED, EVIDENCE, UNDER_WAY, UNFINISHED, Due, RecordKind
from app.domain.verification import Stage
from app.storage.applicant_links import applicant_link_table, link_trait_table
from app.storage.applicants import (
    applicant_table,
    client_session_table,
    transaction_session_table,
)
from app.storage.captures import capture_table
from app.storage.columns import METADATA
from app.storage.devices import device_sighting_table
from app.storage.document_digests import document_digest_table
from app.storage.events import event_table
from app.storage.examinations import examination_table
from app.storage.face_templates import face_template_table
from app.storage.legal_holds import legal_hold_table
from app.storage.proofs_of_address import proof_of_address_table
from app.storage.review_cases import review_note_table
from app.storage.verifications import verification_table
from app.storage.webhook_deliveries import webhook_attempt_table, webhook_delivery_table

Condition = ColumnElement[bool]

_V = verification_table.c
_C = capture_table.c
_A = applicant_table.c
_X = examination_table.c
_P = proof_of_address_table.c
_E = event_table.c
_D = webhook_delivery_table.c
_DECIDED_PAPERS = (ProofStatus.VERIFIED, ProofStatus.FAILED, ProofStatus.EXPIRED)


class RecordsDue:
    """Reads what is due of each kind; deletes the kinds that lie under no data key."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ids(self, kind: RecordKind, due: Due, limit: int) -> list[str]:
        """Rows to work on: verifications for evidence, proofs of address, or applicants."""
        found = _DUE[kind](due)
        return list(self._session.scalars(found.order_by(*found.selected_columns).limit(limit)))

    def count(self, kind: RecordKind, due: Due) -> int:
        """How many rows are due."""
        counted = select(func.count()).select_from(_DUE[kind](due).subquery())
        return self._session.scalar(counted) or 0

    def evidence(self, verification_id: str, due: Due) -> frozenset[RecordKind]:
        """What is due of one verification."""
        return frozenset(kind for kind in EVIDENCE if self.is_due(kind, verification_id, due))

    def is_due(self, kind: RecordKind, row_id: str, due: Due) -> bool:
        """Whether one row is due."""
        found = _DUE[kind](due)
        (key,) = found.selected_columns
        return self._session.scalar(found.where(key == row_id)) is not None

    def delete(self, kind: RecordKind, due: Due, limit: int) -> int:
        """Delete up to so many rows of devices, links, sessions or events; returns how many."""
        found = self._session.execute(_DUE[kind](due).limit(limit)).all()
        for table, key in _DELETED[kind]:
            if table is webhook_attempt_table:
                of_events = _D.event_id.in_([row[0] for row in found])
                condition = table.c.delivery_id.in_(select(_D.id).where(of_events))
            else:
                columns = tuple_(*(table.c[name] for name in key))
                condition = columns.in_([tuple(row) for row in found])
            self._session.execute(delete(table).where(condition))
        return len(found)


def _is_free(applicant_id: ColumnElement[Any]) -> Condition:
    return ~exists().where(legal_hold_table.c.applicant_id == applicant_id)


def _has_captures(*conditions: Condition) -> Condition:
    return exists().where(_C.verification_id == _V.id, *conditions)


def _pictures(kind: RecordKind, of_kind: Condition, due: Due) -> Select[Any]:
    before, is_quiet = due.before[kind], ~_has_captures(_C.received_at > due.unfinished)
    never_decided = and_(
        _V.decided_at.is_(None),
        *(
            or_(date.is_(None), date <= due.unfinished)
            for date in (_V.created_at, _V.consented_at, _V.begun_anew_at)
        ),
    )
    return select(_V.id).where(
        _V.partner_id == due.partner_id,
        or_(
            and_(_V.stage.in_(CONCLUDED), _V.decided_at <= due.concluded[kind]),
            and_(_V.stage == Stage.RETRY_REQUESTED, _V.decided_at <= before),
            and_(_V.stage.in_(UNFINISHED), is_quiet, or_(never_decided, _V.decided_at <= before)),
        ),
        _has_captures(of_kind),
        _is_free(_V.applicant_id),
    )


def _captures(due: Due) -> Select[Any]:
    return _pictures(RecordKind.CAPTURES, _C.kind != CaptureKind.PRESENCE_FRAME, due)


def _presence_frames(due: Due) -> Select[Any]:
    return _pictures(RecordKind.PRESENCE_FRAMES, _C.kind == CaptureKind.PRESENCE_FRAME, due)


def _readings(due: Due) -> Select[Any]:
    kind = RecordKind.READINGS
    has_readings = exists().where(_X.verification_id == _V.id, _X.readings.is_not(None))
    has_notes = exists().where(review_note_table.c.case_id == _V.id)
    return select(_V.id).where(
        _V.partner_id == due.partner_id,
        or_(
            and_(_V.stage.in_(CONCLUDED), _V.decided_at <= due.concluded[kind]),
            and_(_V.stage.not_in(UNDER_WAY), _V.decided_at <= due.before[kind]),
        ),
        or_(has_readings, has_notes),
        _is_free(_V.applicant_id),
    )


def _claims(due: Due) -> Select[Any]:
    return select(_V.id).where(
        _V.partner_id == due.partner_id,
        or_(_V.claimed.is_not(None), _V.declared.is_not(None)),
        _V.stage.not_in(UNDER_WAY),
        func.coalesce(_V.decided_at, _V.created_at) <= due.before[RecordKind.CLAIMS],
        _is_free(_V.applicant_id),
    )


def _proofs_of_address(due: Due) -> Select[Any]:
    return select(_P.id).where(
        _P.partner_id == due.partner_id,
        _P.status.in_(_DECIDED_PAPERS),
        _P.decided_at <= due.concluded[RecordKind.PROOFS_OF_ADDRESS],
        func.length(_P.wrapped_key) > 0,
        _is_free(_P.applicant_id),
    )


def _profiles(due: Due) -> Select[Any]:
    before = due.before[RecordKind.PROFILES]
    still_needed = exists().where(
        _V.applicant_id == _A.id,
        or_(
            _V.stage.in_(UNDER_WAY),
            func.coalesce(_V.decided_at, _V.created_at) > before,
        ),
    )
    has_digest = exists().where(document_digest_table.c.applicant_id == _A.id)
    return select(_A.id).where(
        _A.partner_id == due.partner_id,
        or_(_A.profile.is_not(None), has_digest),
        _A.created_at <= before,
        ~still_needed,
        _is_free(_A.id),
    )


def _devices(due: Due) -> Select[Any]:
    table = device_sighting_table.c
    return (
        select(table.applicant_id, table.digest)
        .join(applicant_table, _A.id == table.applicant_id)
        .where(
            _A.partner_id == due.partner_id,
            table.last_seen_at <= due.before[RecordKind.DEVICES],
            _is_free(table.applicant_id),
        )
    )


def _link_traits(due: Due) -> Select[Any]:
    table = link_trait_table.c
    return select(table.applicant_id, table.digest).where(
        table.partner_id == due.partner_id,
        or_(table.seen_at <= due.before[RecordKind.LINK_TRAITS], table.kind.not_in(due.link_kinds)),
        _is_free(table.applicant_id),
    )


def _links(due: Due) -> Select[Any]:
    table = applicant_link_table.c
    return select(table.applicant_id, table.other_id, table.kind).where(
        table.partner_id == due.partner_id,
        or_(table.seen_at <= due.before[RecordKind.LINKS], table.kind.not_in(due.link_kinds)),
        _is_free(table.applicant_id),
        _is_free(table.other_id),
    )


def _face_templates(due: Due) -> Select[Any]:
    table = face_template_table.c
    return select(table.applicant_id).where(
        table.partner_id == due.partner_id,
        table.sealed.is_not(None),
        table.kept_at <= due.before[RecordKind.FACE_TEMPLATES],
        _is_free(table.applicant_id),
    )


def _sessions(due: Due) -> Select[Any]:
    before = due.before[RecordKind.SESSIONS]
    widget, paying = client_session_table.c, transaction_session_table.c
    ended = [
        select(table.id.label("id")).where(
            table.partner_id == due.partner_id,
            table.expires_at <= before,
            _is_free(table.applicant_id),
            *(~exists().where(pointing == table.id) for pointing in _pointing_at(table.id)),
        )
        for table in (widget, paying)
    ]
    return select(ended[0].union_all(ended[1]).subquery().c.id)


def _pointing_at(key: Column[Any]) -> list[Column[Any]]:
    """Columns of any table that refer to this key; their rows have terms of their own."""
    return [
        column for table in METADATA.tables.values() for column in table.c if column.references(key)
    ]


def _events(due: Due) -> Select[Any]:
    waits = exists().where(_D.event_id == _E.id, _D.state == DeliveryState.PENDING)
    return select(_E.id).where(
        _E.partner_id == due.partner_id,
        _E.created_at <= due.before[RecordKind.EVENTS],
        ~waits,
        or_(_E.applicant_id.is_(None), _is_free(_E.applicant_id)),
    )


_DUE: Mapping[RecordKind, Callable[[Due], Select[Any]]] = {
    RecordKind.CAPTURES: _captures,
    RecordKind.PRESENCE_FRAMES: _presence_frames,
    RecordKind.READINGS: _readings,
    RecordKind.CLAIMS: _claims,
    RecordKind.PROOFS_OF_ADDRESS: _proofs_of_address,
    RecordKind.PROFILES: _profiles,
    RecordKind.DEVICES: _devices,
    RecordKind.LINK_TRAITS: _link_traits,
    RecordKind.LINKS: _links,
    RecordKind.FACE_TEMPLATES: _face_templates,
    RecordKind.SESSIONS: _sessions,
    RecordKind.EVENTS: _events,
}
# Whatever points at a row goes before it.
_DELETED: Mapping[RecordKind, tuple[tuple[Table, tuple[str, ...]], ...]] = {
    RecordKind.DEVICES: ((device_sighting_table, ("applicant_id", "digest")),),
    RecordKind.LINK_TRAITS: ((link_trait_table, ("applicant_id", "digest")),),
    RecordKind.LINKS: ((applicant_link_table, ("applicant_id", "other_id", "kind")),),
    RecordKind.SESSIONS: ((client_session_table, ("id",)), (transaction_session_table, ("id",))),
    RecordKind.EVENTS: (
        (webhook_attempt_table, ()),
        (webhook_delivery_table, ("event_id",)),
        (event_table, ("id",)),
    ),
}
