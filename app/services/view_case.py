"""Show a case to a reviewer: evidence, what was read and found, and all that happened."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DOCUMENT_KINDS, CaptureKind
from app.domain.proof_of_address import ProofOfAddress
from app.domain.reasons import ReasonCode
from app.domain.review_case import CaseKind, case_kind
from app.domain.verification import Stage
from app.services.add_proof_of_address import PAGE
from app.services.decide_case import NOTE, state_of
from app.services.duplicate_documents import HOLDER_FOUND
from app.services.duplicate_faces import DUPLICATE_FOUND
from app.services.examine_proof_of_address import FINDINGS
from app.services.examine_verification import READINGS
from app.services.link_graph import link_graph
from app.services.review_queue import find_case, is_waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.domain.capture import Capture, PresenceChallenge
    from app.domain.chance import Chance
    from app.domain.examination import Examination
    from app.domain.presence import PresenceWay
    from app.domain.review_case import ReviewClaim
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.callers import ReviewerCaller
    from app.services.create_applicant import Profiles
    from app.services.link_graph import LinkedUser
    from app.storage.audit import AuditLine
    from app.storage.objects import ObjectStore
    from app.storage.unit_of_work import Storage, UnitOfWork

# The frames of a challenge number some hundred; these show the person and the movement.
_MAX_FRAMES = 5


@dataclass(frozen=True)
class Note:
    """A reviewer's words on a decision; None where they can no longer be read."""

    reviewer_id: str
    written_at: datetime
    text: str | None = field(repr=False)


@dataclass(frozen=True)
class Linked:
    """The case of another user whose face was taken for the same."""

    case_id: str
    partner_user_id: str = field(repr=False)


@dataclass(frozen=True)
class ViewedCase:
    """A case as the page shows it. `readings` are attributes by zone, `told` by the partner.

    `selfies` are frames of the presence challenge, the most frontal first, or a still selfie;
    `presence_way` is how the challenge was answered, None where there was none.
    `seen` names the state of the case, for whoever decides it.
    """

    case: Verification | ProofOfAddress
    kind: CaseKind
    partner_user_id: str = field(repr=False)
    documents: Sequence[Capture]
    selfies: Sequence[Capture]
    presence_way: PresenceWay | None
    pages: int
    examination: Examination | None
    history: Sequence[Examination]
    readings: Mapping[str, Mapping[str, str]] = field(repr=False)
    told: Mapping[str, str] = field(repr=False)
    findings: Mapping[str, object] = field(repr=False)
    notes: Sequence[Note] = field(repr=False)
    claim: ReviewClaim | None
    is_waiting: bool
    seen: str
    names: Mapping[str, str] = field(repr=False)
    linked: Mapping[str, Linked]
    graph: Sequence[LinkedUser]


@dataclass(frozen=True)
class ViewCase:
    """Unseals what was read for one reviewer, whose look is kept in the audit."""

    storage: Storage
    chance: Chance
    vault: Vault
    profiles: Profiles

    def __call__(self, caller: ReviewerCaller, case_id: str) -> ViewedCase:
        """The case. Raises DomainError(not_found), for another partner's as well."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            case = find_case(uow, caller, case_id)
            applicant = uow.applicants.get(case.applicant_id)
            history = uow.examinations.all_for(case.id)
            # What people decide is recorded beside what the machine found, with no checks.
            examined = [each for each in history if each.checks]
            claim = uow.review_claims.look(case.id)
            notes = uow.review_notes.for_case(case.id)
            challenge = uow.challenges.current(case.id)
            documents, selfies = _pictures(uow, case, challenge)
            seen = state_of(uow, case)
            linked = {
                ReasonCode.DUPLICATE_FACE.value: _linked(
                    uow, case.id, DUPLICATE_FOUND, "resembles"
                ),
                ReasonCode.DUPLICATE_DOCUMENT.value: _linked(uow, case.id, HOLDER_FOUND, "holder"),
            }
            graph = link_graph(uow, applicant.id)
            names = {each.id: each.name for each in uow.reviewers.for_partner(caller.partner_id)}
            uow.audit.append(caller.reviewer_id, "case.viewed", case.id)
            uow.commit()
        examination = examined[-1] if examined else None
        return ViewedCase(
            case,
            case_kind(case.id),
            applicant.partner_user_id,
            documents,
            selfies,
            challenge.way if challenge else None,
            len(case.object_names) if isinstance(case, ProofOfAddress) else 0,
            examination,
            history,
            self._readings(case, examination),
            self._told(case, self.profiles.read(applicant)),
            self._findings(case),
            [
                Note(each.reviewer_id, each.written_at, self._note(case, each.id, each.sealed_text))
                for each in notes
            ],
            claim if claim is not None and claim.is_live(now) else None,
            is_waiting(case),
            seen,
            names,
            {reason: other for reason, other in linked.items() if other is not None},
            graph,
        )

    def _readings(
        self, case: Verification | ProofOfAddress, examination: Examination | None
    ) -> dict[str, dict[str, str]]:
        if examination is None or examination.readings is None:
            return {}
        found = self.vault.unseal_if_kept(case, READINGS, "", examination.readings)
        readings: dict[str, dict[str, str]] = json.loads(found) if found else {}
        return readings

    def _told(
        self, case: Verification | ProofOfAddress, profile: Mapping[str, str]
    ) -> dict[str, str]:
        told: dict[str, object] = dict(profile)
        if not isinstance(case, ProofOfAddress):
            for kind in ("claimed", "declared"):
                sealed = getattr(case, kind)
                told |= self.vault.unseal_json(case, kind, sealed) if sealed else {}
        return {name: str(value) for name, value in told.items() if value}

    def _findings(self, case: Verification | ProofOfAddress) -> dict[str, object]:
        if not isinstance(case, ProofOfAddress) or case.findings is None:
            return {}
        return self.vault.unseal_json(case, FINDINGS, case.findings)

    def _note(self, case: Verification | ProofOfAddress, note_id: str, sealed: bytes) -> str | None:
        found = self.vault.unseal_if_kept(case, NOTE, note_id, sealed)
        return None if found is None else found.decode()


@dataclass(frozen=True)
class ViewPicture:
    """Unseals one picture of a case, and keeps in the audit who saw it."""

    storage: Storage
    vault: Vault
    objects: ObjectStore

    def capture(self, caller: ReviewerCaller, case_id: str, capture_id: str) -> bytes:
        """A JPEG file. Raises DomainError(not_found), for a picture of another case as well."""
        with self.storage.writing() as uow:
            case = find_case(uow, caller, case_id)
            capture = uow.captures.get(capture_id)
            if capture.verification_id != case.id:
                raise DomainError(ErrorCode.NOT_FOUND)
            facts = {"capture_id": capture.id, "kind": capture.kind.value}
            uow.audit.append(caller.reviewer_id, "case.picture_viewed", case.id, facts)
            uow.commit()
        sealed = self.objects.get(capture.object_name)
        return self._open(case, capture.kind, capture.id, sealed)

    def page(self, caller: ReviewerCaller, case_id: str, number: int) -> bytes:
        """A page of a paper as a JPEG file, counted from 1. Raises DomainError(not_found)."""
        with self.storage.writing() as uow:
            case = find_case(uow, caller, case_id)
            names = case.object_names if isinstance(case, ProofOfAddress) else []
            if not 0 < number <= len(names):
                raise DomainError(ErrorCode.NOT_FOUND)
            facts = {"page": number}
            uow.audit.append(caller.reviewer_id, "case.picture_viewed", case.id, facts)
            uow.commit()
        name = names[number - 1]
        return self._open(case, PAGE, name, self.objects.get(name))

    def _open(
        self, case: Verification | ProofOfAddress, kind: str, name: str, sealed: bytes
    ) -> bytes:
        found = self.vault.unseal_if_kept(case, kind, name, sealed)
        if found is None:
            raise DomainError(ErrorCode.NOT_FOUND)
        return found


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit with its facts read."""

    line: AuditLine
    facts: Mapping[str, object]


@dataclass(frozen=True)
class ReadCaseAudit:
    """All that anybody did with a case, the machine included."""

    storage: Storage

    def __call__(
        self, caller: ReviewerCaller, case_id: str
    ) -> tuple[Sequence[AuditEntry], Mapping[str, str]]:
        """The lines in order, and what reviewers are called. Raises DomainError(not_found)."""
        with self.storage.reading() as uow:
            case = find_case(uow, caller, case_id)
            lines = uow.audit.for_subject(case.id)
            names = {each.id: each.name for each in uow.reviewers.for_partner(caller.partner_id)}
        return [AuditEntry(line, json.loads(line.facts)) for line in lines], names


def _linked(uow: UnitOfWork, case_id: str, action: str, fact: str) -> Linked | None:
    """None where nothing was found again, or where nothing of that user is there to look at."""
    found = [line for line in uow.audit.for_subject(case_id) if line.action == action]
    if not found:
        return None
    other = uow.verifications.get(json.loads(found[-1].facts)[fact])
    if other.stage is Stage.ERASED or other.submitted_at is None:
        return None
    return Linked(other.id, uow.applicants.get(other.applicant_id).partner_user_id)


def _pictures(
    uow: UnitOfWork, case: Verification | ProofOfAddress, challenge: PresenceChallenge | None
) -> tuple[list[Capture], list[Capture]]:
    if isinstance(case, ProofOfAddress):
        return [], []
    live = uow.captures.live(case.id)
    documents = [each for each in live if each.kind in DOCUMENT_KINDS]
    still = [each for each in live if each.kind is CaptureKind.SELFIE]
    frames = uow.captures.frames(challenge.id) if challenge else []
    return documents, _telling(frames) or still


def _telling(frames: Sequence[Capture]) -> list[Capture]:
    """The most frontal frame, then some over the whole challenge."""
    if not frames:
        return []
    faces = [each for each in frames if each.observation.get("face_count") == 1]
    frontal = min(faces or frames, key=_turned_by)
    others = [each for each in frames if each is not frontal]
    step = max(1, len(others) // (_MAX_FRAMES - 1))
    return [frontal, *others[step // 2 :: step][: _MAX_FRAMES - 1]]


def _turned_by(capture: Capture) -> float:
    ratio = capture.observation.get("nose_ratio", 1.0)
    return abs(ratio) if isinstance(ratio, int | float) else 1.0
