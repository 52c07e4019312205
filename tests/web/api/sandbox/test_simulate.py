"""Outcomes on demand: every status, stage and reason, with the events and records of real runs."""

from itertools import pairwise

import pytest

from app.domain.decision import decide
from app.domain.examined_parts import stored_checks
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, Tier
from app.domain.reasons import REASONS, ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, outcomes_for
from app.domain.verification import KycStatus, Stage, Verification
from app.services.jobs import EXAMINE, SWEEP
from app.services.simulated_run import simulated_checks
from tests.builders.installation import Installation
from tests.builders.moments import NOON
from tests.builders.sandbox_calls import USER, events, simulate, simulated, status, told
from tests.builders.submissions import submitted

STAGE_OF = {
    "not_started": ("not_started", "none"),
    "capturing": ("not_started", "capturing"),
    "abandoned": ("not_started", "abandoned"),
    "submitted": ("pending", "submitted"),
    "examining": ("pending", "examining"),
    "in_review": ("pending", "in_review"),
    "verified": ("verified", "verified"),
    "retry_requested": ("failed", "retry_requested"),
    "rejected": ("failed", "rejected"),
    "expired": ("not_started", "expired"),
    "pending": ("pending", "submitted"),
    "failed": ("failed", "retry_requested"),
}


def current_run(kyc: Installation, user: str = USER) -> Verification:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        return uow.verifications.get(str(applicant.verification_id))


@pytest.mark.parametrize("outcome", SimulatedOutcome)
def test_every_outcome_is_one_call_away_from_a_new_user(
    kyc: Installation, outcome: SimulatedOutcome
) -> None:
    answer = simulated(kyc, outcome)
    assert (answer["status"], answer["stage"]) == STAGE_OF[outcome]
    assert status(kyc) == answer


def test_every_status_and_every_stage_that_the_outside_sees_is_reached() -> None:
    assert {status for status, _ in STAGE_OF.values()} == set(KycStatus)
    seen = {stage.value for stage in Stage} - {Stage.ERASED.value}
    assert {stage for _, stage in STAGE_OF.values()} == seen | {"none"}


@pytest.mark.parametrize("reason", ReasonCode)
def test_every_reason_is_reached(kyc_sqlite: Installation, reason: ReasonCode) -> None:
    for outcome in outcomes_for(reason):
        answer = simulated(kyc_sqlite, outcome, f"user-{outcome}", reason=reason)
        assert answer["reasons"][0]["code"] == reason
        assert answer["reasons"][0]["retryable"] is REASONS[reason].retryable
        assert status(kyc_sqlite, f"user-{outcome}") == answer
    assert outcomes_for(reason)


@pytest.mark.parametrize("before", SimulatedOutcome)
def test_from_everywhere_to_everywhere(kyc_sqlite: Installation, before: SimulatedOutcome) -> None:
    for after in SimulatedOutcome:
        check_the_way(kyc_sqlite, f"user-{after}", before, after)


def check_the_way(
    kyc: Installation, user: str, before: SimulatedOutcome, after: SimulatedOutcome
) -> None:
    first = simulated(kyc, before, user)
    answer = simulated(kyc, after, user)
    expected = STAGE_OF[after]
    if after == "not_started" and before != "not_started":
        expected = ("not_started", "capturing")
    if after == "capturing" and before in {"retry_requested", "failed"}:
        expected = ("failed", "capturing")
    assert (answer["status"], answer["stage"]) == expected
    assert answer["version"] >= first["version"]
    versions = [event.version for event in events(kyc, user)]
    assert all(older < newer for older, newer in pairwise(versions))
    if answer["status"] != first["status"]:
        assert told(kyc, user)[-1][0] == answer["status"]


@pytest.mark.parametrize("reason", [code for code in ReasonCode if not REASONS[code].retryable])
def test_a_retry_for_what_cannot_be_mended_is_refused(
    kyc_sqlite: Installation, reason: ReasonCode
) -> None:
    answer = simulate(kyc_sqlite, "retry_requested", reason=reason)
    assert answer.status_code == 400
    advice = (answer.json or {})["fields"]["reason"]
    assert advice.startswith(f"{reason} is possible with ")
    assert "rejected" in advice


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("verified", "glare"),
        ("capturing", "abandoned"),
        ("expired", "glare"),
        ("abandoned", "underage"),
        ("in_review", "reviewer_rejected"),
    ],
)
def test_an_impossible_pair_changes_nothing(
    kyc_sqlite: Installation, outcome: str, reason: str
) -> None:
    assert simulate(kyc_sqlite, outcome, reason=reason).status_code == 400
    assert events(kyc_sqlite) == []
    path = f"/widget/users/{USER}/kyc-status"
    assert kyc_sqlite.client.get(path, headers=kyc_sqlite.key).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"outcome": "erased"},
        {"outcome": "failed", "reason": "bad_luck"},
        {"outcome": "failed", "tier": "platinum"},
        {"outcome": "not_started", "tier": "platinum"},
        {"outcome": "failed", "because": "glare"},
    ],
)
def test_an_unknown_wish_is_a_fault(kyc_sqlite: Installation, body: dict[str, str]) -> None:
    path = f"/v1/sandbox/users/{USER}/simulate"
    answer = kyc_sqlite.client.post(path, json=body, headers=kyc_sqlite.key)
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "validation_error")


def test_the_events_are_those_of_a_real_run(kyc: Installation) -> None:
    simulated(kyc, "verified")
    assert told(kyc) == [("pending", "submitted"), ("verified", "verified")]
    simulated(kyc, "failed", reason="not_live")
    assert told(kyc)[2:] == [
        ("not_started", "expired"),
        ("pending", "submitted"),
        ("failed", "retry_requested"),
    ]
    assert events(kyc)[-1].data["reasons"] == ["not_live"]


def test_a_webhook_is_due_for_each_event(kyc: Installation) -> None:
    services = kyc.services
    hooked = services.create_partner("Hooked", Mode.TEST, ["https://h.test"], "https://1.1.1.1/kyc")
    simulate(kyc, "verified", key={"x-api-key": hooked.api_key})
    with services.storage.reading() as uow:
        applicant = uow.applicants.by_user(hooked.partner_id, USER)
        assert applicant is not None
        found = [uow.deliveries.for_event(e.id) for e in uow.events.for_applicant(applicant.id)]
    assert [len(deliveries) for deliveries in found] == [1, 1]


def test_the_record_says_that_nobody_looked(kyc: Installation) -> None:
    simulated(kyc, "rejected", reason="duplicate_face")
    run = current_run(kyc)
    with kyc.services.storage.reading() as uow:
        (examination,) = uow.examinations.all_for(run.id)
        (line,) = uow.audit.for_subject(run.id)
        assert uow.captures.live(run.id) == []
    assert (examination.decided_by, examination.verdict) == ("sandbox", "rejected")
    assert list(examination.reasons) == ["duplicate_face"]
    assert examination.policy_hash == STANDARD_POLICY.hash
    assert (line.action, line.actor) == ("verification.simulated", caller_name(kyc))


def caller_name(kyc: Installation) -> str:
    return kyc.services.authenticate_partner(kyc.partner.api_key).actor


@pytest.mark.parametrize("tier", STANDARD_POLICY.tiers, ids=lambda tier: tier.name)
def test_the_machine_would_verify_by_the_simulated_checks(tier: Tier) -> None:
    stored = stored_checks(check.as_json() for check in simulated_checks(tier))
    assert decide(stored, tier, attempt=1).verdict == "verified"


def test_verified_holds_as_long_as_the_tier_says(kyc: Installation) -> None:
    answer = simulated(kyc, "verified", tier="enhanced")
    assert answer["tier"] == "enhanced"
    assert answer["verified_at"] == NOON.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer["expires_at"] == "2027-11-20T12:00:00Z"
    session = kyc.client.post("/widget/sessions", json={"partner_user_id": USER}, headers=kyc.key)
    assert session.status_code == 201


def test_a_failed_step_up_leaves_the_user_verified_at_the_lower_tier(kyc: Installation) -> None:
    simulated(kyc, "verified", tier="basic")
    answer = simulated(kyc, "rejected", tier="standard", reason="holder_mismatch")
    assert (answer["status"], answer["stage"]) == ("verified", "rejected")
    assert answer["tier"] == "basic"
    assert simulated(kyc, "verified", tier="standard")["tier"] == "standard"


def test_another_tier_than_the_waiting_one_begins_a_new_run(kyc: Installation) -> None:
    simulated(kyc, "in_review", tier="enhanced")
    before = current_run(kyc)
    assert simulated(kyc, "verified", tier="basic")["tier"] == "basic"
    with kyc.services.storage.reading() as uow:
        assert uow.verifications.get(before.id).stage is Stage.RETRY_REQUESTED
        assert uow.verifications.at_stage(Stage.IN_REVIEW) == []


def test_the_same_wish_again_changes_nothing(kyc: Installation) -> None:
    for outcome in ("in_review", "verified", "rejected", "expired", "abandoned"):
        once = simulated(kyc, outcome, f"user-{outcome}")
        assert simulated(kyc, outcome, f"user-{outcome}") == once


def test_a_further_failure_is_a_further_attempt_and_one_is_always_left(kyc: Installation) -> None:
    for _ in range(4):
        answer = simulated(kyc, "retry_requested", reason="no_face")
        assert answer["retryable"] is True
    assert told(kyc) == [("pending", "submitted"), ("failed", "retry_requested")] * 4
    state = kyc.client.post("/widget/retry", json={}, headers=kyc.bearer())
    assert state.status_code == 200


def test_the_user_goes_on_in_the_widget_from_a_simulated_failure(kyc: Installation) -> None:
    simulated(kyc, "retry_requested", reason="glare")
    bearer = submitted_after_retry(kyc)
    kyc.run_jobs(EXAMINE)
    assert status(kyc)["status"] == "verified"
    assert kyc.client.get("/widget/state", headers=bearer).status_code == 200


def submitted_after_retry(kyc: Installation) -> dict[str, str]:
    kyc.post("/widget/retry", kyc.bearer())
    return submitted(kyc)


def test_a_simulated_submission_is_not_examined(kyc: Installation) -> None:
    simulated(kyc, "submitted")
    assert kyc.run_jobs(EXAMINE) == 0
    assert status(kyc)["stage"] == "submitted"


def test_a_worker_leaves_alone_what_was_simulated_over(kyc: Installation) -> None:
    submitted(kyc)
    simulated(kyc, "rejected", reason="underage")
    assert kyc.run_jobs(EXAMINE) == 1
    assert status(kyc)["stage"] == "rejected"


def test_pictures_of_a_run_are_neither_read_nor_destroyed(kyc: Installation) -> None:
    submitted(kyc)
    run = current_run(kyc)
    simulated(kyc, "not_started")
    with kyc.services.storage.reading() as uow:
        assert uow.verifications.get(run.id).wrapped_key == run.wrapped_key
        assert uow.captures.live(run.id) != []
    assert kyc.examination.seen == []


def test_what_the_back_office_asked_follows(kyc: Installation) -> None:
    asked = {
        "customer_id": USER,
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "builtin",
    }
    path = "/v1/customer-verifications"
    row = (kyc.client.post(path, json=asked, headers=kyc.key).json or {})["data"]
    assert row["status"] == "pending"
    simulated(kyc, "verified")
    found = kyc.client.get(f"{path}/{row['id']}", headers=kyc.key).json or {}
    assert found["data"]["status"] == "verified"


def test_a_suspended_user_stays_suspended(kyc: Installation) -> None:
    simulated(kyc, "pending")
    kyc.services.suspend_applicant(kyc.services.authenticate_partner(kyc.partner.api_key), USER)
    assert simulated(kyc, "verified")["status"] == "verified"
    session = kyc.client.post("/widget/sessions", json={"partner_user_id": USER}, headers=kyc.key)
    assert (session.status_code, (session.json or {})["error"]) == (403, "user_suspended")


def test_a_repeated_call_with_its_key_is_one_attempt(kyc: Installation) -> None:
    key = kyc.key | {"Idempotency-Key": "one"}
    first = simulate(kyc, "retry_requested", key=key)
    again = simulate(kyc, "retry_requested", key=key)
    assert first.json == again.json
    assert told(kyc) == [("pending", "submitted"), ("failed", "retry_requested")]


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    simulated(kyc, "verified")
    other = {"x-api-key": kyc.another_partner().api_key}
    path = f"/widget/users/{USER}/kyc-status"
    assert kyc.client.get(path, headers=other).status_code == 404
    assert simulate(kyc, "rejected", key=other).status_code == 200
    assert status(kyc)["status"] == "verified"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/sandbox/users/user-123/simulate", {"outcome": "verified"}),
        ("POST", "/v1/sandbox/users/user-123/simulate", {"outcome": "nonsense"}),
        ("POST", "/v1/sandbox/users/user-123/advance-time", {"seconds": 1}),
        ("GET", "/v1/sandbox/outcomes", None),
    ],
)
def test_with_a_live_key_there_is_no_sandbox(
    kyc_sqlite: Installation, method: str, path: str, body: dict[str, object] | None
) -> None:
    live = {"x-api-key": kyc_sqlite.another_partner(Mode.LIVE).api_key}
    answer = kyc_sqlite.client.open(path, method=method, json=body, headers=live)
    assert (answer.status_code, (answer.json or {})["error"]) == (404, "not_found")


def test_the_list_of_outcomes_is_what_simulate_takes(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    listed = kyc.client.get("/v1/sandbox/outcomes", headers=kyc.key).json or {}
    assert [row["outcome"] for row in listed["outcomes"]] == list(SimulatedOutcome)
    assert [row["code"] for row in listed["reasons"]] == list(ReasonCode)
    for row in listed["outcomes"]:
        answer = simulated(kyc, row["outcome"], f"user-{row['outcome']}")
        assert answer["status"] == row["status"]
        assert answer["stage"] in {row["stage"], "none"}
        first = next((reason["code"] for reason in answer["reasons"]), None)
        assert first == row["default_reason"]
        assert set(row["reasons"]) == set(RULES[row["outcome"]].reasons)


def test_an_overdue_examination_goes_to_review_by_the_sweep(kyc: Installation) -> None:
    simulated(kyc, "examining")
    now = kyc.clock.move(seconds=STANDARD_POLICY.tier(None).expected_decision_s)
    kyc.services.queue.enqueue_slot(SWEEP, 1, now)
    assert kyc.run_jobs(SWEEP) == 1
    assert status(kyc)["stage"] == "in_review"
