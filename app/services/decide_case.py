"""A reviewer decides a case that is held, as it was when it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from app.domain.decision import REASONS_FOR_PEOPLE, Verdict
from app.domain.errors import DomainError, ErrorCode
from app.domain.proof_of_address import ProofStatus
from app.domain.reasons import REASONS
from app.domain.review_case import MAX_NOTE_CHARS, CaseKind, ReviewNote, case_kind
from app.services.decide_proof_of_address import is_of_papers
from app.services.review_queue import find_case, require_claim, require_decider

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.chance import Chance
    from app.domain.proof_of_address import ProofOfAddress
    from app.domain.reasons import ReasonCode
    from app.domain.verification import Verification
    from app.security.vault import Vault
    from app.services.callers import ReviewerCaller
    from app.services.decide_proof_of_address import DecideProofOfAddress
    from app.services.decide_review import DecideReview
    from app.storage.unit_of_work import Storage, UnitOfWork

NOTE = "review_note"
Word = TypeVar("Word", Verdict, ProofStatus)


@dataclass(frozen=True)
class CaseDecision:
    """What the form says: the verdict's word, its reasons, a note, and what was looked at."""

    verdict: str
    reasons: Sequence[ReasonCode]
    note: str
    seen: str


@dataclass(frozen=True)
class DecideCase:
    """Claim, note and decision are kept together or not at all."""

    storage: Storage
    chance: Chance
    vault: Vault
    decide_review: DecideReview
    decide_proof: DecideProofOfAddress

    def __call__(self, caller: ReviewerCaller, case_id: str, decision: CaseDecision) -> None:
        """Decide. Raises DomainError not_found, insufficient_scope, validation_error, conflict."""
        require_decider(caller)
        with self.storage.reading() as uow:
            find_case(uow, caller, case_id)
        act = self._act(caller, case_id, decision)
        with self.storage.as_one(lambda _: None) as whole:
            with self.storage.writing() as uow:
                case = find_case(uow, caller, case_id)
                require_claim(uow, caller, case_id, self.chance.now())
                if decision.seen != state_of(uow, case):
                    raise DomainError(
                        ErrorCode.CONFLICT, "This case has changed since you opened it."
                    )
                uow.review_claims.forget(case_id)
                self._keep_note(uow, caller, case, decision.note)
                uow.commit()
            act()
            if whole.unit_of_work is not None:
                whole.unit_of_work.commit()

    def _act(
        self, caller: ReviewerCaller, case_id: str, decision: CaseDecision
    ) -> Callable[[], object]:
        """The decision of the case's own kind, with its words checked."""
        if len(decision.note) > MAX_NOTE_CHARS:
            raise _refused("note", f"At most {MAX_NOTE_CHARS} characters.")
        reasons = list(decision.reasons)
        if case_kind(case_id) is CaseKind.PROOF_OF_ADDRESS:
            status = _word(ProofStatus, decision.verdict, "verified", "failed")
            reasons = [] if status is ProofStatus.VERIFIED else reasons
            _require_reasons(reasons, needed=status is not ProofStatus.VERIFIED)
            return lambda: self.decide_proof(case_id, status, reasons, caller.reviewer_id)
        verdict = _word(Verdict, decision.verdict, "verified", "retry_requested", "rejected")
        reasons = [] if verdict is Verdict.VERIFIED else reasons
        _require_reasons(reasons, needed=verdict is not Verdict.VERIFIED)
        if verdict is Verdict.RETRY_REQUESTED:
            final = [code.value for code in reasons if not REASONS[code].retryable]
            if final:
                raise _refused("reasons", f"Another try mends nothing of {', '.join(final)}.")
        return lambda: self.decide_review(case_id, verdict, reasons, caller.reviewer_id)

    def _keep_note(
        self,
        uow: UnitOfWork,
        caller: ReviewerCaller,
        case: Verification | ProofOfAddress,
        text: str,
    ) -> None:
        if not text.strip():
            return
        note_id = self.chance.new_id("nte")
        sealed = self.vault.seal(case, NOTE, note_id, text.strip().encode())
        uow.review_notes.add(
            ReviewNote(
                note_id, case.id, case.partner_id, caller.reviewer_id, self.chance.now(), sealed
            )
        )


def state_of(uow: UnitOfWork, case: Verification | ProofOfAddress) -> str:
    """Names what a reviewer looked at: another examination or attempt is another state."""
    if case_kind(case.id) is CaseKind.PROOF_OF_ADDRESS:
        proof = uow.proofs_of_address.get(case.id)
        return f"{proof.status.value}-{proof.examined_at and proof.examined_at.isoformat()}"
    run = uow.verifications.get(case.id)
    examination = uow.examinations.latest(run.id)
    return f"{run.stage.value}-{run.attempt}-{examination.id if examination else ''}"


def reasons_for(kind: CaseKind) -> list[ReasonCode]:
    """The reasons that a decision of this kind of case may have."""
    is_paper = kind is CaseKind.PROOF_OF_ADDRESS
    # What only brings a case to people is no answer of theirs.
    answers = [code for code in REASONS if code not in REASONS_FOR_PEOPLE]
    return [code for code in answers if is_of_papers(code) == is_paper or _is_of_both(code)]


def _is_of_both(code: ReasonCode) -> bool:
    return is_of_papers(code) and REASONS[code].step.value == "subject"


def _require_reasons(reasons: Sequence[ReasonCode], *, needed: bool) -> None:
    if needed and not reasons:
        raise _refused("reasons", "Choose at least one reason; the user and the partner read it.")


def _word(words: type[Word], text: str, *allowed: str) -> Word:
    if text not in allowed:
        raise _refused("verdict", "Choose a decision.")
    return words(text)


def _refused(field: str, sentence: str) -> DomainError:
    return DomainError(ErrorCode.VALIDATION_ERROR, fields={field: sentence})
