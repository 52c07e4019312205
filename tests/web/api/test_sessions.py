from app.services.jobs import EXAMINE, SWEEP
from tests.builders.installation import ORIGIN, Installation
from tests.builders.sandbox_calls import simulated
from tests.builders.submissions import submitted

PATH = "/widget/sessions"
MESSAGE = "User must complete KYC verification before transacting"


def call(kyc: Installation, user: str = "user-123") -> tuple[int, dict[str, object]]:
    answer = kyc.client.post(PATH, json={"partner_user_id": user}, headers=kyc.key)
    return answer.status_code, dict(answer.json or {})


def test_a_newcomer_is_sent_to_the_widget(kyc: Installation) -> None:
    status, body = call(kyc)
    assert status == 422
    assert body["error"] == "kyc_required"
    assert body["message"] == MESSAGE
    assert body["partner_user_id"] == "user-123"
    assert body["requirements"] == ["document", "selfie"]


def test_a_tier_with_a_proof_of_address_says_so(kyc_sqlite: Installation) -> None:
    kyc_sqlite.issue(tier="enhanced")
    assert call(kyc_sqlite)[1]["requirements"] == ["document", "selfie", "proof_of_address"]
    simulated(kyc_sqlite, "retry_requested", reason="poa_too_old")
    assert call(kyc_sqlite)[1]["requirements"] == ["proof_of_address"]


def test_a_verified_user_gets_a_session(kyc: Installation) -> None:
    submitted(kyc)
    assert call(kyc)[1]["requirements"] == ["wait_for_decision"]
    kyc.run_jobs(EXAMINE)
    status, body = call(kyc)
    assert status == 201
    assert str(body["session_id"]).startswith("txs_")
    assert body["expires_at"] == "2026-11-20T12:30:00Z"


def test_the_widget_learns_where_to_pay(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    bearer = kyc.bearer(payment_url=f"{ORIGIN}/pay")
    answer = kyc.post(PATH, bearer)
    assert answer.status_code == 201
    assert (answer.json or {})["payment_url"] == f"{ORIGIN}/pay"


def test_a_verification_that_has_expired_opens_nothing(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    kyc.clock.move(seconds=366 * 86_400)
    assert call(kyc)[0] == 422
    kyc.services.queue.enqueue_slot(SWEEP, 1, kyc.clock())
    kyc.run_jobs(SWEEP)
    path = "/widget/users/user-123/kyc-status"
    answer = kyc.client.get(path, headers=kyc.key).json or {}
    assert (answer["status"], answer["stage"]) == ("not_started", "expired")


def test_a_backend_must_name_the_user(kyc_sqlite: Installation) -> None:
    answer = kyc_sqlite.client.post(PATH, json={}, headers=kyc_sqlite.key)
    assert answer.status_code == 400


def test_a_token_opens_no_session_for_somebody_else(kyc: Installation) -> None:
    submitted(kyc, user="user-456")
    kyc.run_jobs(EXAMINE)
    answer = kyc.post(PATH, kyc.bearer("user-123"), partner_user_id="user-456")
    assert answer.status_code == 404


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    other = {"x-api-key": kyc.another_partner().api_key}
    answer = kyc.client.post(PATH, json={"partner_user_id": "user-123"}, headers=other)
    assert answer.status_code == 422


def test_problem_details_on_request(kyc_sqlite: Installation) -> None:
    headers = kyc_sqlite.key | {"Accept": "application/problem+json"}
    answer = kyc_sqlite.client.post(PATH, json={"partner_user_id": "u"}, headers=headers)
    body = answer.get_json(force=True)
    assert answer.content_type == "application/problem+json"
    assert (body["status"], body["error"], body["detail"]) == (422, "kyc_required", MESSAGE)
