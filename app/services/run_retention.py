"""Apply every partner's terms of retention, in short transactions of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.retention import EVIDENCE, DestructionCause, RecordKind, due_by
from app.services.jobs import RETENTION

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.retention import Due
    from app.services.destroy_evidence import DestroyEvidence
    from app.services.policies import Policies
    from app.storage.jobs import ClaimedJob
    from app.storage.unit_of_work import Storage

_BATCH = 100
# A job must end well before the worker's wall limit; what is left waits for the next one.
_JOB_LASTS = timedelta(seconds=60)
_DELETED = (
    RecordKind.DEVICES,
    RecordKind.LINK_TRAITS,
    RecordKind.LINKS,
    RecordKind.SESSIONS,
    RecordKind.EVENTS,
)


@dataclass(frozen=True)
class RunRetention:
    """May be stopped at any moment and begun again: each row's own dates say whether it is due."""

    storage: Storage
    chance: Chance
    policies: Policies
    destroy: DestroyEvidence

    def __call__(self, claimed: ClaimedJob) -> None:
        """Run one job of kind `retention`; what takes too long goes on in another one."""
        is_done = self._work(Counter(), self.chance.now() + _JOB_LASTS)
        with self.storage.writing() as uow:
            uow.jobs.finish(claimed)
            if not is_done:
                uow.jobs.enqueue(RETENTION, "rest")
            uow.commit()

    def run(self) -> dict[RecordKind, int]:
        """Destroy all that is due; how many rows of each kind were."""
        counts: Counter[RecordKind] = Counter()
        self._work(counts, None)
        return {kind: counts[kind] for kind in RecordKind}

    def due(self) -> dict[RecordKind, int]:
        """How many rows of each kind are due; nothing is changed."""
        with self.storage.reading() as uow:
            dues = list(self._dues())
            return {
                kind: sum(uow.records_due.count(kind, due) for due in dues) for kind in RecordKind
            }

    def _work(self, counts: Counter[RecordKind], until: datetime | None) -> bool:
        """Whether all was looked at; False when the time was up before."""
        for due in self._dues():
            for kind in RecordKind:
                while self._batch(kind, due, counts):
                    if until is not None and self.chance.now() >= until:
                        return False
        return True

    def _batch(self, kind: RecordKind, due: Due, counts: Counter[RecordKind]) -> bool:
        """Whether something was destroyed, so that there may be more."""
        if kind in _DELETED:
            deleted = self._delete(kind, due)
            counts[kind] += deleted
            return deleted > 0
        with self.storage.reading() as uow:
            ids = uow.records_due.ids(kind, due, _BATCH)
        before = counts.total()
        for row_id in ids:
            counts.update(self._destroy_one(kind, row_id, due))
        return counts.total() > before

    def _destroy_one(self, kind: RecordKind, row_id: str, due: Due) -> Collection[RecordKind]:
        """The kinds that went with one row."""
        cause = DestructionCause.RETENTION
        if kind in EVIDENCE:
            return self.destroy.of_verification(row_id, due, cause)
        if kind is RecordKind.PROOFS_OF_ADDRESS:
            return [kind] if self.destroy.of_paper(row_id, due, cause) else []
        if kind is RecordKind.FACE_TEMPLATES:
            return [kind] if self._forget_face(row_id, due) else []
        return [kind] if self._forget_profile(row_id, due) else []

    def _forget_face(self, applicant_id: str, due: Due) -> bool:
        with self.storage.writing() as uow:
            uow.applicants.lock(applicant_id)
            if not uow.records_due.is_due(RecordKind.FACE_TEMPLATES, applicant_id, due):
                return False
            uow.face_templates.forget(applicant_id)
            uow.audit.append("machine", "applicant.face_template_destroyed", applicant_id)
            uow.commit()
        return True

    def _forget_profile(self, applicant_id: str, due: Due) -> bool:
        with self.storage.writing() as uow:
            applicant = uow.applicants.lock(applicant_id)
            if not uow.records_due.is_due(RecordKind.PROFILES, applicant_id, due):
                return False
            applicant.wrapped_key, applicant.profile = b"", None
            uow.document_digests.forget(applicant_id)
            uow.audit.append("machine", "applicant.profile_destroyed", applicant_id)
            uow.commit()
        return True

    def _delete(self, kind: RecordKind, due: Due) -> int:
        with self.storage.writing() as uow:
            deleted = uow.records_due.delete(kind, due, _BATCH)
            if deleted:
                facts = {"kind": kind.value, "count": deleted}
                uow.audit.append("machine", "records.deleted", due.partner_id, facts)
                uow.commit()
        return deleted

    def _dues(self) -> Iterator[Due]:
        now = self.chance.now()
        with self.storage.reading() as uow:
            partners = uow.partners.ids()
            rules = [(each, self.policies.of(uow, each)) for each in partners]
        for partner_id, policy in rules:
            yield due_by(partner_id, policy, now)
