"""All stages over real pictures: what passes, and what each spoilt thing fails by."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from app.domain.checks import Outcome
from app.domain.decision import Verdict, decide
from app.domain.evidence import DocumentType, Side
from app.domain.examination import Evidence, ExaminationFindings, FrameEvidence
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Tier
from app.proofing.examination import Examiner
from app.proofing.intake import Intake
from app.proofing.presence_guide import Guide
from app.specimens.simulated_applicant import SimulatedApplicant
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.sandbox import Sandbox

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROMPTS = ["yaw_left", "yaw_right", "yaw_left", "yaw_right", "yaw_left"]
# Cost: each examination takes some seconds, so each fact is asked of one that exists already.


@pytest.fixture(scope="module")
def engine() -> DlibFaceEngine:
    return DlibFaceEngine()


def answered(person: SimulatedApplicant, sandbox: Sandbox) -> list[FrameEvidence]:
    """The frames of a person who follows the guide, seven a second."""
    intake, guide, frames = Intake(sandbox), Guide(), []
    tracked = guide.start(PROMPTS, NOON, recording_tolerated=False)
    for number in range(90):
        now = NOON + timedelta(milliseconds=150 * (number + 1))
        seen = intake.observe_frame(person.frame(tracked.prompt))
        frames.append(FrameEvidence(seen.jpeg, now, seen.observation))
        tracked = guide.advance(tracked.tracker, seen.observation, now)
        if tracked.status != "open":
            break
    return frames


@pytest.fixture(scope="module")
def head(sandbox: Sandbox) -> list[FrameEvidence]:
    person = SimulatedApplicant("astronaut", seed=3, today=TODAY)
    return answered(person, sandbox)


def examined(
    sandbox: Sandbox,
    engine: DlibFaceEngine,
    frames: list[FrameEvidence],
    documents: dict[Side, bytes],
    kind: DocumentType = DocumentType.PASSPORT,
    claimed: dict[str, str] | None = None,
    tier: Tier = STANDARD_TIER,
) -> ExaminationFindings:
    evidence = Evidence(kind, documents, frames, PROMPTS, NOON, False, claimed or {}, TODAY)
    return Examiner(sandbox, engine)(evidence, tier)


@cache
def photographs(kind: DocumentType, *spoil: str, name: str = "astronaut") -> dict[Side, bytes]:
    return SimulatedApplicant(name, seed=3, today=TODAY).photographs(kind, spoil)


def outcome(findings: ExaminationFindings, code: str) -> tuple[str, str | None]:
    check = next(check for check in findings.checks if check.code == code)
    return check.outcome.value, check.reason.value if check.reason else None


@pytest.mark.parametrize("kind", list(DocumentType))
def test_an_honest_person_is_verified(
    sandbox: Sandbox, engine: DlibFaceEngine, head: list[FrameEvidence], kind: DocumentType
) -> None:
    person = SimulatedApplicant("astronaut", seed=3, today=TODAY).attributes
    claimed = {"family_name": person.family_name.lower(), "given_name": person.given_names}
    pictures = photographs(kind)
    findings = examined(sandbox, engine, head, pictures, kind, claimed)
    assert {side: len(found) for side, found in findings.pictures.items()} == dict.fromkeys(
        pictures, 32
    )
    bad = [c for c in findings.checks if c.outcome in {Outcome.FAILED, Outcome.INCONCLUSIVE}]
    assert bad == []
    assert decide(findings.checks, STANDARD_TIER, attempt=1).verdict is Verdict.VERIFIED
    assert findings.document_expires_on == person.date_of_expiry
    assert all(len(found) >= 5 for found in findings.model_hashes.values())


@pytest.mark.parametrize(
    ("spoil", "check", "reason"),
    [
        ("expired", "document_not_expired", "document_expired"),
        ("wrong_check_digit", "mrz_check_digits", "mrz_check_digit_mismatch"),
        ("mrz_visual_mismatch", "mrz_viz_agreement", "mrz_visual_mismatch"),
        ("other_portrait", "holder_comparison", "holder_mismatch"),
    ],
)
def test_one_spoilt_thing_fails_by_its_own_name(
    sandbox: Sandbox,
    engine: DlibFaceEngine,
    head: list[FrameEvidence],
    spoil: str,
    check: str,
    reason: str,
) -> None:
    findings = examined(sandbox, engine, head, photographs(DocumentType.PASSPORT, spoil))
    assert outcome(findings, check) == ("failed", reason)
    failed = [c.code.value for c in findings.checks if c.outcome is Outcome.FAILED]
    assert failed == [check]


def test_another_document_than_the_chosen_is_told(
    sandbox: Sandbox, engine: DlibFaceEngine, head: list[FrameEvidence]
) -> None:
    passport = photographs(DocumentType.PASSPORT)[Side.FRONT]
    documents = {Side.FRONT: passport, Side.BACK: photographs(DocumentType.ID_CARD)[Side.BACK]}
    findings = examined(sandbox, engine, head, documents, DocumentType.ID_CARD)
    assert outcome(findings, "document_type") == ("failed", "wrong_type")


def test_a_claim_that_is_not_on_the_paper_fails(
    sandbox: Sandbox, engine: DlibFaceEngine, head: list[FrameEvidence]
) -> None:
    claimed = {"family_name": "Somebody", "date_of_birth": "1901-02-03", "country": "UTO"}
    documents = photographs(DocumentType.PASSPORT)
    findings = examined(sandbox, engine, head, documents, claimed=claimed)
    assert outcome(findings, "claimed_name") == ("failed", "name_mismatch")
    assert outcome(findings, "claimed_date_of_birth") == ("failed", "date_of_birth_mismatch")
    assert outcome(findings, "claimed_country") == ("passed", None)


def test_a_print_in_the_hand_never_meets_the_challenge(sandbox: Sandbox) -> None:
    attacker = SimulatedApplicant("astronaut", seed=3, today=TODAY, flat=True)
    intake, guide = Intake(sandbox), Guide()
    tracked = guide.start(PROMPTS, NOON, recording_tolerated=False)
    for number in range(90):
        now = NOON + timedelta(milliseconds=150 * (number + 1))
        seen = intake.observe_frame(attacker.frame(tracked.prompt))
        tracked = guide.advance(tracked.tracker, seen.observation, now)
    assert tracked.status == "failed"


def test_frames_that_were_never_asked_for_are_not_presence(
    sandbox: Sandbox, engine: DlibFaceEngine
) -> None:
    still = SimulatedApplicant("astronaut", seed=3, today=TODAY)
    intake = Intake(sandbox)
    frames = []
    for number in range(8):
        seen = intake.observe_frame(still.frame("center"))
        at = NOON + timedelta(milliseconds=150 * number)
        frames.append(FrameEvidence(seen.jpeg, at, seen.observation))
    findings = examined(sandbox, engine, frames, photographs(DocumentType.PASSPORT))
    assert outcome(findings, "presence")[0] != "passed"
    assert decide(findings.checks, STANDARD_TIER, attempt=1).verdict is not Verdict.VERIFIED


def test_a_tier_without_a_selfie_looks_at_the_document_alone(
    sandbox: Sandbox, engine: DlibFaceEngine
) -> None:
    basic = STANDARD_POLICY.tier("basic")
    findings = examined(sandbox, engine, [], photographs(DocumentType.PASSPORT), tier=basic)
    assert {"presence", "holder_comparison"}.isdisjoint(check.code for check in findings.checks)
    assert decide(findings.checks, basic, attempt=1).verdict is Verdict.VERIFIED


def test_the_tier_s_thresholds_reach_the_checks_and_are_told(
    sandbox: Sandbox, engine: DlibFaceEngine, head: list[FrameEvidence]
) -> None:
    strict = replace(
        STANDARD_TIER,
        thresholds={"holder_match_score": 0.8, "presence_three_dimensionality": 0.03},
    )
    findings = examined(sandbox, engine, head, photographs(DocumentType.PASSPORT), tier=strict)
    told = {check.code: check.threshold for check in findings.checks}
    assert (told["holder_comparison"], told["presence"]) == (0.8, 0.03)
