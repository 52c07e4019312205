"""The product's own providers over stored rows, and how another one is added."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.capture import ChallengeStatus
from app.domain.checks import CheckCode, CheckResult, failed, inconclusive, passed
from app.domain.customer_verification import (
    CheckType,
    CustomerStatus,
    CustomerVerification,
    ProviderAnswer,
    VerificationType,
)
from app.domain.decision import required_checks
from app.domain.examination import Examination
from app.domain.examined_parts import AGE_CHECKS, HOLDER_CHECKS
from app.domain.partner import Mode
from app.domain.policy import TierStep
from app.domain.reasons import ReasonCode
from app.domain.verification import Stage
from app.services.callers import PartnerCaller
from app.services.create_customer_verification import CustomerQuestion
from app.services.refresh_customer_verification import RefreshCustomerVerification
from app.services.verification_providers import OWN_PROVIDERS, VerificationProviders
from app.services.verification_providers.builtin import BUILTIN
from app.services.verification_providers.document_upload import DOCUMENT_UPLOAD
from app.storage.unit_of_work import Storage, UnitOfWork
from tests.builders.installation import Installation
from tests.builders.moments import NOON
from tests.builders.rows import a_challenge, a_customer_question, seed

PENDING, VERIFIED, FAILED = (
    CustomerStatus.PENDING,
    CustomerStatus.VERIFIED,
    CustomerStatus.FAILED,
)
A_YEAR = NOON + timedelta(days=365)
DOCUMENT = [
    *(passed(code) for code in required_checks((TierStep.DOCUMENT,)) - AGE_CHECKS),
    passed(CheckCode.MRZ_CHECK_DIGITS),
]
OF_AGE = passed(CheckCode.HOLDER_AGE, minimum_age_years=21)
HOLDER = [passed(code) for code in sorted(HOLDER_CHECKS)]
NOT_LIVE = failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE)
UNCLEAR = inconclusive(CheckCode.PRESENCE)
ALL = [*DOCUMENT, OF_AGE, *HOLDER]
NO_SELFIE = [*DOCUMENT, OF_AGE]
REVIEWER = "jane.doe@bank.example"


def examined(
    storage: Storage,
    stage: Stage,
    checks: list[CheckResult] | None,
    *reasons: ReasonCode,
    reviewer: bool = False,
    **changes: Any,
) -> None:
    """The applicant's verification at this stage, after an examination that found this."""
    with storage.writing() as uow:
        seed(uow, Stage.CAPTURING)
    with storage.writing() as uow:
        uow.applicants.get("app_1").verification_id = "ver_1"
        verification = uow.verifications.get("ver_1")
        verification.stage = stage
        verification.reasons = [reason.value for reason in reasons]
        if stage is Stage.VERIFIED:
            verification.verified_at, verification.expires_at = NOON, A_YEAR
        if checks is not None:
            verification.attempt, verification.decided_at = 1, NOON
            verdict = Stage.IN_REVIEW if reviewer else stage
            add_examination(uow, "exm_1", checks, verdict.value)
        if reviewer:
            add_examination(uow, "exm_2", [], stage.value, REVIEWER)
        for name, value in changes.items():
            setattr(verification, name, value)
        uow.commit()


def add_examination(
    uow: UnitOfWork,
    row_id: str,
    checks: list[CheckResult],
    verdict: str,
    decided_by: str = "machine",
) -> None:
    stored = [check.as_json() for check in checks]
    uow.examinations.add(
        Examination(row_id, "ver_1", 1, stored, verdict, [], "h" * 64, {}, {}, NOON, decided_by)
    )


def ask(
    storage: Storage, check_type: CheckType, provider: Any = BUILTIN, again: bool = False
) -> ProviderAnswer:
    question = a_customer_question()
    question.check_type = check_type
    with storage.reading() as uow:
        answer: ProviderAnswer = (provider.refresh if again else provider.start)(uow, question)
    return answer


IDENTITY, SELFIE, AGE = CheckType.IDENTITY, CheckType.SELFIE, CheckType.AGE


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("check_type", [IDENTITY, CheckType.DOCUMENT, SELFIE, AGE])
def test_a_verified_customer_is_verified_in_every_part(
    storage: Storage, check_type: CheckType, again: bool
) -> None:
    examined(storage, Stage.VERIFIED, ALL)
    answer = ask(storage, check_type, again=again)
    assert (answer.status, answer.reference, answer.reason) == (VERIFIED, "ver_1", None)
    assert (answer.verified_at, answer.expires_at) == (NOON, A_YEAR)


@pytest.mark.parametrize(
    "stage", [Stage.CAPTURING, Stage.ABANDONED, Stage.SUBMITTED, Stage.EXAMINING, Stage.EXPIRED]
)
@pytest.mark.parametrize("check_type", [IDENTITY, CheckType.DOCUMENT, SELFIE, AGE])
def test_what_is_not_decided_is_pending(
    sqlite_storage: Storage, stage: Stage, check_type: CheckType
) -> None:
    examined(sqlite_storage, stage, None)
    assert ask(sqlite_storage, check_type).status is PENDING


def test_the_payload_names_the_part_and_nobody(storage: Storage) -> None:
    examined(storage, Stage.VERIFIED, ALL)
    payload = ask(storage, AGE).result_payload
    assert payload == {
        "verification_id": "ver_1",
        "tier": "standard",
        "stage": "verified",
        "decided_by": "machine",
        "decided_at": "2026-11-20T12:00:00Z",
        "policy_hash": "h" * 64,
        "checks": [{"code": "holder_age", "outcome": "passed", "reason": None}],
        "minimum_age_years": 21,
    }
    parts = {
        check_type: {check["code"] for check in ask(storage, check_type).result_payload["checks"]}  # type: ignore[attr-defined]
        for check_type in (IDENTITY, CheckType.DOCUMENT, SELFIE)
    }
    assert parts[SELFIE] == {"presence", "holder_comparison"}
    assert parts[IDENTITY] == parts[CheckType.DOCUMENT] | parts[SELFIE]
    assert "holder_age" not in parts[IDENTITY]


def test_a_tier_without_a_selfie_proves_a_document_and_an_age_but_no_identity(
    storage: Storage,
) -> None:
    examined(storage, Stage.VERIFIED, NO_SELFIE)
    found = {part: ask(storage, part).status for part in (*CheckType,) if BUILTIN.may(*kind(part))}
    assert found == {
        IDENTITY: PENDING,
        SELFIE: PENDING,
        CheckType.PROOF_OF_ADDRESS: PENDING,
        CheckType.DOCUMENT: VERIFIED,
        AGE: VERIFIED,
    }


def kind(part: CheckType) -> tuple[VerificationType, CheckType]:
    return (VerificationType.AGE if part is AGE else VerificationType.KYC), part


@pytest.mark.parametrize("stage", [Stage.RETRY_REQUESTED, Stage.REJECTED])
def test_a_sound_document_stands_for_a_month_when_only_its_holder_fails(
    storage: Storage, stage: Stage
) -> None:
    examined(storage, stage, [*NO_SELFIE, NOT_LIVE], ReasonCode.NOT_LIVE)
    answer = ask(storage, CheckType.DOCUMENT)
    assert (answer.status, answer.verified_at) == (VERIFIED, NOON)
    assert answer.expires_at == NOON + timedelta(days=30)
    others = {ask(storage, part).status for part in (IDENTITY, SELFIE, AGE)}
    assert others == {FAILED if stage is Stage.REJECTED else PENDING}
    assert ask(storage, IDENTITY).reason == "not_live"


@pytest.mark.parametrize(
    ("checks", "reason"),
    [
        (
            [*ALL, failed(CheckCode.MRZ_VIZ_AGREEMENT, ReasonCode.MRZ_VISUAL_MISMATCH)],
            ReasonCode.MRZ_VISUAL_MISMATCH,
        ),
        (
            [*ALL, failed(CheckCode.CLAIMED_NAME, ReasonCode.NAME_MISMATCH)],
            ReasonCode.NAME_MISMATCH,
        ),
        # What only the decision knows of: every check of the document passed.
        (ALL, ReasonCode.DUPLICATE_DOCUMENT),
        (ALL, ReasonCode.BLOCKLISTED),
    ],
)
def test_a_document_that_is_doubted_stands_for_nothing(
    sqlite_storage: Storage, checks: list[CheckResult], reason: ReasonCode
) -> None:
    examined(sqlite_storage, Stage.REJECTED, checks, reason)
    answer = ask(sqlite_storage, CheckType.DOCUMENT)
    assert (answer.status, answer.reason) == (FAILED, reason.value)


def test_a_reviewer_who_rejects_rejects_the_document_too(sqlite_storage: Storage) -> None:
    reasons = [ReasonCode.TOO_MANY_ATTEMPTS]
    examined(sqlite_storage, Stage.REJECTED, [*NO_SELFIE, UNCLEAR], *reasons, reviewer=True)
    answer = ask(sqlite_storage, CheckType.DOCUMENT)
    assert (answer.status, answer.reason) == (FAILED, "too_many_attempts")


def test_a_review_is_waited_for(sqlite_storage: Storage) -> None:
    examined(sqlite_storage, Stage.IN_REVIEW, [*NO_SELFIE, UNCLEAR])
    for part in (IDENTITY, CheckType.DOCUMENT, SELFIE, AGE):
        assert ask(sqlite_storage, part).status is PENDING


def test_a_reviewer_settles_what_the_machine_left_open(storage: Storage) -> None:
    checks = [*NO_SELFIE, UNCLEAR, passed(CheckCode.HOLDER_COMPARISON)]
    examined(storage, Stage.VERIFIED, checks, reviewer=True)
    answer = ask(storage, IDENTITY)
    assert answer.status is VERIFIED
    assert answer.result_payload["decided_by"] == "reviewer"
    assert REVIEWER not in str(answer)
    assert ask(storage, AGE).result_payload["minimum_age_years"] == 21


def test_a_reviewer_cannot_settle_a_selfie_that_was_never_taken(sqlite_storage: Storage) -> None:
    examined(sqlite_storage, Stage.VERIFIED, [*NO_SELFIE], reviewer=True)
    assert ask(sqlite_storage, IDENTITY).status is PENDING
    assert ask(sqlite_storage, CheckType.DOCUMENT).status is VERIFIED


@pytest.mark.parametrize("is_met", [False, True])
def test_without_a_machines_record_the_challenge_says_whether_there_was_a_selfie(
    sqlite_storage: Storage, is_met: bool
) -> None:
    examined(sqlite_storage, Stage.VERIFIED, None, reviewer=True)
    with sqlite_storage.writing() as uow:
        challenge = a_challenge()
        challenge.status = ChallengeStatus.MET if is_met else ChallengeStatus.FAILED
        uow.challenges.add(challenge)
        uow.commit()
    assert ask(sqlite_storage, IDENTITY).status is (VERIFIED if is_met else PENDING)


def test_an_underage_holder_fails(storage: Storage) -> None:
    minor = failed(CheckCode.HOLDER_AGE, ReasonCode.UNDERAGE, minimum_age_years=21)
    examined(storage, Stage.REJECTED, [*DOCUMENT, minor, *HOLDER], ReasonCode.UNDERAGE)
    answer = ask(storage, AGE)
    assert (answer.status, answer.reason) == (FAILED, "underage")
    assert answer.result_payload["minimum_age_years"] == 21
    # Too young to be a customer, and still the holder of a sound document.
    assert ask(storage, CheckType.DOCUMENT).status is VERIFIED


def test_a_step_up_under_way_leaves_what_is_held(storage: Storage) -> None:
    examined(storage, Stage.VERIFIED, ALL)
    with storage.writing() as uow:
        verification = uow.verifications.get("ver_1")
        verification.step_up("plus")
        verification.stage = Stage.RETRY_REQUESTED
        verification.reasons = ["not_live"]
        add_examination(uow, "exm_9", [*NO_SELFIE, NOT_LIVE], "retry_requested")
        uow.commit()
    answer = ask(storage, IDENTITY)
    assert (answer.status, answer.expires_at) == (VERIFIED, A_YEAR)
    assert answer.result_payload["tier"] == "standard"


@pytest.mark.parametrize("check_type", [CheckType.DOCUMENT, AGE])
def test_document_upload_answers_from_files_alone(storage: Storage, check_type: CheckType) -> None:
    examined(storage, Stage.VERIFIED, ALL)
    assert ask(storage, check_type, DOCUMENT_UPLOAD).status is PENDING
    with storage.writing() as uow:
        uow.verifications.get("ver_1").declared = b"sealed"
        uow.commit()
    answer = ask(storage, check_type, DOCUMENT_UPLOAD, again=True)
    assert (answer.status, answer.reference) == (VERIFIED, "ver_1")


@pytest.mark.parametrize("provider", OWN_PROVIDERS, ids=lambda provider: provider.name)
def test_every_own_provider_knows_nothing_of_a_newcomer(
    sqlite_storage: Storage, provider: Any
) -> None:
    with sqlite_storage.writing() as uow:
        seed(uow)
    assert ask(sqlite_storage, CheckType.DOCUMENT, provider) == ProviderAnswer(PENDING)


def test_two_providers_of_one_name_are_a_mistake_of_the_wiring() -> None:
    with pytest.raises(ValueError, match="same name"):
        VerificationProviders((BUILTIN, BUILTIN))


@dataclass
class Registry:
    """A provider as docs/verifications-face.md describes one: asks elsewhere, by a job."""

    name: str = "company_registry"
    known: dict[str, ProviderAnswer] = field(default_factory=dict)

    def may(self, verification_type: VerificationType, check_type: CheckType) -> bool:
        kinds = {VerificationType.KYB, VerificationType.BUSINESS_ENTITY}
        return verification_type in kinds and check_type is CheckType.REGISTRATION

    def start(self, uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        uow.jobs.enqueue("ask_company_registry", question.id)
        return ProviderAnswer(PENDING, reference="file-1")

    def refresh(self, _uow: UnitOfWork, question: CustomerVerification) -> ProviderAnswer:
        return self.known.get(question.id, ProviderAnswer(PENDING))


def test_another_provider_is_added_and_told_of_like_the_own_ones(kyc: Installation) -> None:
    services = kyc.services
    registry = Registry()
    providers = VerificationProviders((*OWN_PROVIDERS, registry))
    create = replace(services.create_customer_verification, providers=providers)
    refresh = RefreshCustomerVerification(services.chance, providers)
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    asked = CustomerQuestion(
        "company-9", VerificationType.KYB, CheckType.REGISTRATION, "company_registry"
    )
    question = create(caller, asked)
    assert (question.status, question.provider_reference) == (PENDING, "file-1")

    claimed = services.queue.claim(kyc.clock(), 60, ["ask_company_registry"])
    assert claimed is not None
    registry.known[question.id] = ProviderAnswer(
        VERIFIED, result_payload={"register": "GB"}, expires_at=NOON + timedelta(days=90)
    )
    with services.storage.writing() as uow:
        refresh(uow, claimed.subject_id)
        uow.jobs.finish(claimed)
        uow.commit()
    with services.storage.reading() as uow:
        found = uow.customer_verifications.get(question.id)
        events = uow.events.for_applicant(found.applicant_id)
    assert (found.status, found.provider_reference) == (VERIFIED, "file-1")
    assert found.result_payload == {"register": "GB"}
    assert [event.data["status"] for event in events] == ["verified"]


def test_a_late_answer_leaves_an_operators_decision(kyc: Installation) -> None:
    services = kyc.services
    registry = Registry()
    providers = VerificationProviders((*OWN_PROVIDERS, registry))
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    create = replace(services.create_customer_verification, providers=providers)
    question = create(
        caller,
        CustomerQuestion("co", VerificationType.KYB, CheckType.REGISTRATION, registry.name),
    )
    override = services.override_customer_verification
    override(caller, question.id, FAILED, "struck_off")
    registry.known[question.id] = ProviderAnswer(VERIFIED)
    with services.storage.writing() as uow:
        RefreshCustomerVerification(services.chance, providers)(uow, question.id)
        uow.commit()
    with services.storage.reading() as uow:
        found = uow.customer_verifications.get(question.id)
    assert (found.status, found.reason) == (FAILED, "struck_off")


def test_a_provider_that_is_gone_leaves_its_questions_to_people(kyc: Installation) -> None:
    services = kyc.services
    caller = PartnerCaller(kyc.partner.partner_id, Mode.TEST)
    asked = CustomerQuestion("u", VerificationType.KYC, CheckType.DOCUMENT, "manual")
    question = services.create_customer_verification(caller, asked)
    without = replace(services.refresh_customer_verification, providers=VerificationProviders(()))
    with services.storage.writing() as uow:
        without(uow, question.id)
        uow.commit()
    with services.storage.reading() as uow:
        assert uow.customer_verifications.get(question.id).status is PENDING
