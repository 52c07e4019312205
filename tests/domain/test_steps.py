from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.evidence import CaptureKind, DocumentType
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Tier
from app.domain.reasons import ReasonCode, ReasonStep
from app.domain.steps import Step, needs_other_document, next_step, steps_to_repeat
from app.domain.verification import Stage, Verification

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WITHOUT_A_PAGE = {Stage.CAPTURING, Stage.ABANDONED, Stage.EXPIRED, Stage.ERASED}
FRONT, BACK = CaptureKind.DOCUMENT_FRONT, CaptureKind.DOCUMENT_BACK


def a_verification(**changes: object) -> Verification:
    values: dict[str, object] = {
        "id": "ver_1",
        "partner_id": "prt_1",
        "applicant_id": "app_1",
        "tier": "standard",
        "created_at": NOW,
        "wrapped_key": b"",
    }
    return Verification(**(values | changes))  # type: ignore[arg-type]


def consented(document_type: DocumentType | None) -> Verification:
    return a_verification(consented_at=NOW, document_type=document_type)


def step_of(
    verification: Verification,
    accepted: list[CaptureKind],
    *,
    presence_met: bool,
    tier: Tier = STANDARD_TIER,
    address_proved: bool = False,
) -> Step:
    return next_step(
        verification, accepted, tier, presence_met=presence_met, address_proved=address_proved
    )


def test_a_tier_without_a_selfie_asks_for_none() -> None:
    basic = STANDARD_POLICY.tier("basic")
    passport = consented(DocumentType.PASSPORT)
    assert step_of(passport, [FRONT], presence_met=False, tier=basic) is Step.SUBMIT


def test_a_proof_of_address_comes_last() -> None:
    enhanced = STANDARD_POLICY.tier("enhanced")
    passport = consented(DocumentType.PASSPORT)
    assert step_of(passport, [FRONT], presence_met=False, tier=enhanced) is Step.SELFIE
    found = step_of(passport, [FRONT], presence_met=True, tier=enhanced)
    assert found is Step.PROOF_OF_ADDRESS
    whole = step_of(passport, [FRONT], presence_met=True, tier=enhanced, address_proved=True)
    assert whole is Step.SUBMIT


def test_a_document_that_the_tier_no_longer_takes_is_chosen_anew() -> None:
    licences = replace(STANDARD_TIER, document_types=(DocumentType.DRIVERS_LICENSE,))
    passport = consented(DocumentType.PASSPORT)
    assert step_of(passport, [FRONT], presence_met=True, tier=licences) is Step.DOCUMENT_TYPE


def test_consent_comes_before_everything() -> None:
    assert step_of(a_verification(), [FRONT], presence_met=True) is Step.CONSENT


def test_a_passport_has_no_back() -> None:
    assert step_of(consented(DocumentType.PASSPORT), [FRONT], presence_met=False) is Step.SELFIE


@pytest.mark.parametrize("kind", [DocumentType.ID_CARD, DocumentType.DRIVERS_LICENSE])
def test_cards_need_both_sides(kind: DocumentType) -> None:
    assert step_of(consented(kind), [], presence_met=False) is Step.DOCUMENT_FRONT
    assert step_of(consented(kind), [FRONT], presence_met=False) is Step.DOCUMENT_BACK
    assert step_of(consented(kind), [FRONT, BACK], presence_met=True) is Step.SUBMIT


def test_a_document_taken_again_keeps_the_selfie() -> None:
    assert step_of(consented(DocumentType.PASSPORT), [], presence_met=True) is Step.DOCUMENT_FRONT


@pytest.mark.parametrize(
    "stage", set(Stage) - {Stage.CAPTURING, Stage.ABANDONED, Stage.EXPIRED, Stage.ERASED}
)
def test_a_stage_after_capture_has_its_own_page(stage: Stage) -> None:
    verification = a_verification(stage=stage)
    assert step_of(verification, [], presence_met=False) not in {
        Step.CONSENT,
        Step.SUBMIT,
    }


def test_only_the_failed_part_is_repeated() -> None:
    assert steps_to_repeat([ReasonCode.GLARE]) == {ReasonStep.DOCUMENT}
    assert steps_to_repeat([ReasonCode.HOLDER_MISMATCH]) == {ReasonStep.SELFIE}
    assert steps_to_repeat([ReasonCode.GLARE, ReasonCode.NOT_LIVE]) == {
        ReasonStep.DOCUMENT,
        ReasonStep.SELFIE,
    }


def test_an_expired_document_asks_for_another_one() -> None:
    assert needs_other_document([ReasonCode.DOCUMENT_EXPIRED])
    assert not needs_other_document([ReasonCode.GLARE])


def test_a_name_mismatch_asks_for_the_document_again() -> None:
    assert steps_to_repeat([ReasonCode.NAME_MISMATCH]) == {ReasonStep.DOCUMENT}
