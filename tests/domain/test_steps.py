from datetime import UTC, datetime

import pytest

from app.domain.evidence import CaptureKind, DocumentType
from app.domain.reasons import ReasonCode, ReasonStep
from app.domain.steps import Step, needs_other_document, next_step, steps_to_repeat
from app.domain.verification import Stage, Verification

NOW = datetime(2026, 1, 2, tzinfo=UTC)
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


def test_consent_comes_before_everything() -> None:
    assert next_step(a_verification(), [FRONT], presence_met=True) is Step.CONSENT


def test_a_passport_has_no_back() -> None:
    assert next_step(consented(DocumentType.PASSPORT), [FRONT], presence_met=False) is Step.SELFIE


@pytest.mark.parametrize("kind", [DocumentType.ID_CARD, DocumentType.DRIVERS_LICENSE])
def test_cards_need_both_sides(kind: DocumentType) -> None:
    assert next_step(consented(kind), [], presence_met=False) is Step.DOCUMENT_FRONT
    assert next_step(consented(kind), [FRONT], presence_met=False) is Step.DOCUMENT_BACK
    assert next_step(consented(kind), [FRONT, BACK], presence_met=True) is Step.SUBMIT


def test_a_document_taken_again_keeps_the_selfie() -> None:
    assert next_step(consented(DocumentType.PASSPORT), [], presence_met=True) is Step.DOCUMENT_FRONT


@pytest.mark.parametrize("stage", set(Stage) - {Stage.CAPTURING, Stage.ABANDONED, Stage.EXPIRED})
def test_a_stage_after_capture_has_its_own_page(stage: Stage) -> None:
    verification = a_verification(stage=stage)
    assert next_step(verification, [], presence_met=False) not in {
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
