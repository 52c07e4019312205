"""What can be simulated: every reason has an outcome, and every way is one that real runs take."""

import pytest

from app.domain.errors import DomainError
from app.domain.magic_users import MAGIC_NAMES, MAGIC_UUIDS, magic_simulation
from app.domain.reasons import REASONS, ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, outcomes_for, simulation, way
from app.domain.verification import TRANSITIONS, KycStatus, Stage

STAGES = [stage for stage in Stage if stage is not Stage.ERASED]


@pytest.mark.parametrize("reason", ReasonCode)
def test_every_reason_can_be_had(reason: ReasonCode) -> None:
    outcomes = outcomes_for(reason)
    assert outcomes, f"{reason} belongs to no outcome of RULES"
    for outcome in outcomes:
        assert simulation(outcome, reason).reasons[0] is reason


def test_every_outcome_has_a_rule_and_every_stage_an_outcome() -> None:
    assert set(RULES) == set(SimulatedOutcome)
    assert {simulation(outcome).stage for outcome in SimulatedOutcome} == set(STAGES)
    assert {simulation(outcome).status for outcome in SimulatedOutcome} == set(KycStatus)


@pytest.mark.parametrize("reason", ReasonCode)
def test_what_cannot_be_mended_is_never_asked_again(reason: ReasonCode) -> None:
    if not REASONS[reason].retryable:
        with pytest.raises(DomainError):
            simulation(SimulatedOutcome.RETRY_REQUESTED, reason)
        assert simulation(SimulatedOutcome.REJECTED, reason).reasons == (reason,)


def test_a_rejection_for_what_could_be_mended_was_the_last_attempt() -> None:
    wanted = simulation(SimulatedOutcome.REJECTED, ReasonCode.GLARE)
    assert wanted.reasons == (ReasonCode.GLARE, ReasonCode.TOO_MANY_ATTEMPTS)


def test_failed_leaves_it_to_the_reason() -> None:
    stage_of = {r: simulation(SimulatedOutcome.FAILED, r).stage for r in RULES["failed"].reasons}
    assert stage_of[ReasonCode.GLARE] is Stage.RETRY_REQUESTED
    assert stage_of[ReasonCode.UNDERAGE] is Stage.REJECTED


def test_an_impossible_pair_says_what_is_possible() -> None:
    with pytest.raises(DomainError) as caught:
        simulation(SimulatedOutcome.VERIFIED, ReasonCode.EXPIRED)
    assert caught.value.facts["fields"] == {
        "reason": "expired is possible with expired; verified takes no reason"
    }


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("target", STAGES)
def test_a_way_passes_only_stages_that_follow_each_other(stage: Stage, target: Stage) -> None:
    passed = way(stage, target)
    if passed is not None:
        assert passed[-1] is target
        for before, after in zip((stage, *passed), passed, strict=False):
            assert after in TRANSITIONS[before]


@pytest.mark.parametrize("target", [stage for stage in STAGES if stage is not Stage.CAPTURING])
def test_a_new_run_leads_everywhere(target: Stage) -> None:
    assert way(Stage.CAPTURING, target)


@pytest.mark.parametrize(
    ("name", "stage", "reasons"),
    [
        ("sandbox-verified", Stage.VERIFIED, []),
        ("sandbox-verified-alice", Stage.VERIFIED, []),
        ("sandbox-verified-glare", Stage.VERIFIED, []),
        ("sandbox-failed", Stage.RETRY_REQUESTED, ["unreadable_blur"]),
        ("sandbox-failed-not_live", Stage.RETRY_REQUESTED, ["not_live"]),
        ("sandbox-failed-not_live-7", Stage.RETRY_REQUESTED, ["not_live"]),
        ("sandbox-failed-underage", Stage.REJECTED, ["underage"]),
        ("sandbox-rejected", Stage.REJECTED, ["reviewer_rejected"]),
        ("sandbox-rejected-glare", Stage.REJECTED, ["glare", "too_many_attempts"]),
        ("sandbox-pending-3", Stage.SUBMITTED, []),
        ("sandbox-review-tampering_suspected", Stage.IN_REVIEW, ["tampering_suspected"]),
        ("sandbox-expired", Stage.EXPIRED, ["expired"]),
        ("00000000-0000-4000-8000-000000000001", Stage.VERIFIED, []),
        ("00000000-0000-4000-8000-000000000003", Stage.REJECTED, ["reviewer_rejected"]),
        ("00000000-0000-4000-8000-000000000010", Stage.RETRY_REQUESTED, ["unreadable_blur"]),
        ("00000000-0000-4000-8000-000000000030", Stage.REJECTED, ["underage"]),
        ("00000000-0000-4000-8000-000000000047", Stage.REJECTED, ["reviewer_rejected"]),
    ],
)
def test_a_magic_name_is_an_outcome(name: str, stage: Stage, reasons: list[str]) -> None:
    found = magic_simulation(name)
    assert found is not None
    assert (found.stage, list(found.reasons)) == (stage, reasons)


@pytest.mark.parametrize(
    "name",
    [
        "user-123",
        "sandbox",
        "sandbox-",
        "sandbox-verifiedalice",
        "Sandbox-verified",
        "my-sandbox-verified",
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000099",
        "00000000-0000-4000-8000-000000000101",
        "erased/app_1",
    ],
)
def test_other_names_are_only_names(name: str) -> None:
    assert magic_simulation(name) is None


def test_every_magic_user_that_is_listed_works() -> None:
    for user in (*MAGIC_NAMES, *MAGIC_UUIDS.values()):
        assert magic_simulation(user.partner_user_id) == simulation(user.outcome, user.reason)


def test_every_reason_of_a_failure_has_a_numbered_user() -> None:
    numbered = {user.reason for user in MAGIC_UUIDS.values()} - {None}
    missing = sorted(RULES[SimulatedOutcome.FAILED].reasons - numbered)
    assert missing == [], f"append {missing} to _NUMBERED in app/domain/magic_users.py"
