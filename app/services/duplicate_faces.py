"""Notice that another user of the same partner has this face.

A worker keeps each partner's templates unsealed in its memory, reads only what changed since its
last search, and compares with all of them. A test partner and a live one are two partners.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from app.domain.applicant_link import LinkKind
from app.domain.checks import CheckCode, CheckResult, Outcome, not_applicable
from app.domain.errors import DomainError, ErrorCode
from app.domain.face_template import FaceTemplate
from app.domain.reasons import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.examination import ExaminationFindings
    from app.domain.face_template import FaceCandidate, FaceModel
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.storage.unit_of_work import Storage, UnitOfWork

# The action of the audit line that names the other user's verification.
DUPLICATE_FOUND = "verification.duplicate_face"
_KIND = "face_template"
_BATCH = 5000
# A job must end well before the worker's wall limit; the next attempt goes on from here.
_LOADING_LASTS = timedelta(seconds=60)


class Gallery(Protocol):
    """Unsealed templates of one model in memory, by applicant."""

    @property
    def model(self) -> FaceModel:
        """The only model whose templates may be put here."""

    def put(self, applicant_id: str, features: bytes) -> None:
        """Add or replace an applicant's template."""

    def drop(self, applicant_id: str) -> None:
        """Let go of an applicant's template."""

    def find(self, features: bytes, but: str, false_alarms: float) -> FaceCandidate | None:
        """The nearest template of anybody but this applicant."""


@dataclass
class _Shelf:
    """One partner's gallery, and the revision up to which it was read."""

    gallery: Gallery
    revision: int = 0


@dataclass(frozen=True)
class DuplicateFaces:
    """Searches and keeps templates; one process uses it from one thread at a time."""

    storage: Storage
    chance: Chance
    vault: Vault
    open_gallery: Callable[[], Gallery]
    _shelves: dict[str, _Shelf] = field(default_factory=dict, init=False, repr=False)

    def prepare(self, verification_id: str) -> None:
        """Read what is new of its partner, outside of any transaction that others wait for.

        Raises DomainError(retry_later) when there is more than can be read now.
        """
        with self.storage.reading() as uow:
            partner_id = uow.verifications.get(verification_id).partner_id
        until = self.chance.now() + _LOADING_LASTS
        while self.read_batch(partner_id):
            if self.chance.now() >= until:
                raise DomainError(ErrorCode.RETRY_LATER)

    def read_batch(self, partner_id: str) -> bool:
        """Whether anything had changed at this partner, so that there may be more."""
        with self.storage.reading() as uow:
            return self._read(uow, partner_id, self._shelf(partner_id))

    def examined(
        self,
        uow: UnitOfWork,
        applicant: Applicant,
        verification: Verification,
        findings: ExaminationFindings,
        false_alarms: float,
    ) -> ExaminationFindings:
        """The findings with what the search says, the face kept; call it with both rows locked.

        `false_alarms` is how many a search among strangers may raise on average. A face of whose
        presence nothing is known is neither searched nor kept.
        """
        features = findings.live_face
        if features is None or not _is_present(findings):
            return findings
        uow.face_templates.hold(applicant.partner_id)
        shelf = self._shelf(applicant.partner_id)
        while self._read(uow, applicant.partner_id, shelf):
            pass
        candidate = shelf.gallery.find(features, applicant.id, false_alarms)
        self._keep(uow, applicant, shelf.gallery.model, features)
        if candidate is not None and candidate.is_same:
            self._note(uow, verification, candidate)
        return replace(findings, checks=[*findings.checks, _check(candidate)])

    def seal(self, template: FaceTemplate, features: bytes) -> bytes:
        """The features under the template's own key, bound to its applicant and its model."""
        return self.vault.seal(template, _KIND, _name(template), features)

    def features(self, template: FaceTemplate) -> bytes:
        """A template unsealed: two bytes a feature, little-endian float16."""
        return self.vault.unseal(template, _KIND, _name(template), template.sealed or b"")

    def _shelf(self, partner_id: str) -> _Shelf:
        if partner_id not in self._shelves:
            self._shelves[partner_id] = _Shelf(self.open_gallery())
        return self._shelves[partner_id]

    def _read(self, uow: UnitOfWork, partner_id: str, shelf: _Shelf) -> bool:
        changed = uow.face_templates.changes(partner_id, shelf.revision, _BATCH)
        for template in changed:
            if template.sealed is None or template.model != shelf.gallery.model:
                shelf.gallery.drop(template.applicant_id)
            else:
                shelf.gallery.put(template.applicant_id, self.features(template))
            shelf.revision = template.revision
        return bool(changed)

    def _keep(
        self, uow: UnitOfWork, applicant: Applicant, model: FaceModel, features: bytes
    ) -> None:
        template_id, partner_id = self.chance.new_id("fct"), applicant.partner_id
        template = FaceTemplate(
            template_id,
            applicant.id,
            partner_id,
            model,
            uow.face_templates.next_revision(partner_id),
            self.chance.now(),
            self.vault.new_wrapped_key(partner_id, template_id),
            None,
        )
        uow.face_templates.keep(replace(template, sealed=self.seal(template, features)))

    def _note(self, uow: UnitOfWork, verification: Verification, found: FaceCandidate) -> None:
        """Whom it resembles stands in the audit alone: checks are told to the person as well."""
        runs = uow.verifications.for_applicant(found.applicant_id)
        # A run that was begun anew since has nothing to look at yet.
        seen = [run for run in runs if run.submitted_at is not None] or runs
        facts = {"resembles": seen[-1].id, "comparison_score": found.comparison_score}
        uow.audit.append("machine", DUPLICATE_FOUND, verification.id, facts)
        uow.applicant_links.add(
            verification.partner_id,
            verification.applicant_id,
            {found.applicant_id},
            LinkKind.FACE,
            self.chance.now(),
        )


def _name(template: FaceTemplate) -> str:
    return f"{template.applicant_id}/{template.model.engine}/{template.model.model_hash}"


def _is_present(findings: ExaminationFindings) -> bool:
    return any(
        check.code is CheckCode.PRESENCE and check.outcome is Outcome.PASSED
        for check in findings.checks
    )


def _check(candidate: FaceCandidate | None) -> CheckResult:
    if candidate is None:
        return not_applicable(CheckCode.DUPLICATE_FACE, compared=0)
    return CheckResult(
        CheckCode.DUPLICATE_FACE,
        Outcome.INCONCLUSIVE if candidate.is_same else Outcome.PASSED,
        candidate.comparison_score,
        candidate.threshold,
        ReasonCode.DUPLICATE_FACE if candidate.is_same else None,
        {"compared": candidate.compared},
    )
