import re
import threading
from random import Random
from typing import Any

import pytest

from app.domain.checks import CheckCode, failed, inconclusive
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER
from app.domain.reasons import ReasonCode
from app.services.jobs import EXAMINE, SWEEP
from tests.builders.handoffs import show_code
from tests.builders.installation import ORIGIN, Installation
from tests.builders.submissions import accepting, meet_challenge, send_side, submitted


def state(kyc: Installation, bearer: dict[str, str]) -> dict[str, object]:
    return dict(kyc.client.get("/widget/state", headers=bearer).json or {})


def test_a_launch_code_works_once_however_many_try(kyc: Installation) -> None:
    code = kyc.issue()["launch_code"]
    app, answers = kyc.client.application, []
    all_here = threading.Barrier(50)

    def redeem() -> None:
        client = app.test_client()
        all_here.wait(30)
        answers.append(client.post("/widget/launch", json={"launch_code": code}))

    threads = [threading.Thread(target=redeem) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 49
    refused = {(answer.json or {}).get("error") for answer in answers} - {None}
    assert refused == {"launch_code_used"}


def test_a_launch_code_opens_its_own_session_alone(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    codes = {user: kyc.issue(user)["launch_code"] for user in ("user-1", "user-2")}
    # The session of one code under the signature of the other.
    forged = f"{codes['user-2'].partition('.')[0]}.{codes['user-1'].partition('.')[2]}"
    assert forged not in codes.values()
    assert kyc.client.post("/widget/launch", json={"launch_code": forged}).status_code == 400
    for user, code in codes.items():
        launched = kyc.client.post("/widget/launch", json={"launch_code": code}).json or {}
        bearer = {"Authorization": f"Bearer {launched['client_token']}"}
        mine = kyc.client.get(f"/widget/users/{user}/kyc-status", headers=bearer)
        other = "user-2" if user == "user-1" else "user-1"
        theirs = kyc.client.get(f"/widget/users/{other}/kyc-status", headers=bearer)
        assert (mine.status_code, theirs.status_code) == (200, 404)


def test_a_launch_code_dies_after_a_minute(kyc_sqlite: Installation) -> None:
    code = kyc_sqlite.issue()["launch_code"]
    kyc_sqlite.clock.move(seconds=62)
    answer = kyc_sqlite.client.post("/widget/launch", json={"launch_code": code})
    assert (answer.json or {})["error"] == "launch_code_expired"


@pytest.mark.parametrize("code", ["", "x", "a.b.c", "ses_1.abc.def" * 30])
def test_a_made_up_launch_code_is_refused(kyc_sqlite: Installation, code: str) -> None:
    answer = kyc_sqlite.client.post("/widget/launch", json={"launch_code": code})
    assert answer.status_code == 400


def test_the_shell_is_framed_by_the_partner_alone(kyc: Installation) -> None:
    address = kyc.issue()["widget_url"].removeprefix("https://kyc.test")
    answer = kyc.client.get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert f"frame-ancestors {ORIGIN};" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "Set-Cookie" not in answer.headers
    assert "user-123" not in answer.text


def opens_with_consent(kyc: Installation, issued: dict[str, Any]) -> bool:
    page = kyc.client.get(issued["widget_url"].removeprefix("https://kyc.test")).text
    return 'data-opening="consent"' in page


def test_the_page_of_a_newcomer_shows_the_consent_text_at_once(kyc: Installation) -> None:
    first, again = kyc.issue(), kyc.issue()
    assert opens_with_consent(kyc, first)
    launched = kyc.client.post("/widget/launch", json={"launch_code": first["launch_code"]})
    bearer = {"Authorization": f"Bearer {(launched.json or {})['client_token']}"}
    assert (launched.json or {})["state"] == state(kyc, bearer)
    # A reload of the same page shows what its script finds: the code is spent.
    assert not opens_with_consent(kyc, first)
    assert opens_with_consent(kyc, again)


def test_whoever_has_begun_never_sees_a_wrong_first_step(kyc: Installation) -> None:
    kyc.consented()
    assert not opens_with_consent(kyc, kyc.issue())
    other = kyc.issue("user-2")
    show_code(kyc, kyc.bearer("user-2")).phone()
    assert not opens_with_consent(kyc, other)


def test_the_page_s_header_names_what_the_page_asks_for(kyc_sqlite: Installation) -> None:
    issued = kyc_sqlite.issue()
    answer = kyc_sqlite.client.get(issued["widget_url"].removeprefix("https://kyc.test"))
    named = re.findall(r"<([^>]+)>; rel=(?:module)?preload", answer.headers["Link"])
    assert len(named) == 2
    assert all(f'"{address}"' in answer.text for address in named)


def test_an_unknown_shell_is_not_found(kyc_sqlite: Installation) -> None:
    assert kyc_sqlite.client.get("/widget/s/ses_nobody").status_code == 404


def test_a_person_whose_session_is_over_reads_what_to_do(kyc_sqlite: Installation) -> None:
    address = kyc_sqlite.issue()["widget_url"].removeprefix("https://kyc.test")
    kyc_sqlite.clock.move(seconds=5 * 3600)
    browser = {"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "ar"}
    answer = kyc_sqlite.client.get(address, headers=browser)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "<script" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    # Programs are told as everywhere.
    assert (kyc_sqlite.client.get(address).json or {})["error"] == "not_found"


def test_consent_comes_first(kyc: Installation) -> None:
    bearer = kyc.bearer()
    answer = kyc.post("/widget/document-type", bearer, document_type="passport")
    assert (answer.status_code, (answer.json or {})["step"]) == (409, "consent")


def test_a_declined_consent_changes_nothing(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.bearer()
    version = STANDARD_POLICY.consent_version
    kyc_sqlite.post("/widget/consent", bearer, consent_version=version, accepted=False)
    assert state(kyc_sqlite, bearer)["step"] == "consent"


def test_the_same_upload_twice_is_one_capture(kyc: Installation) -> None:
    accepting(kyc)
    bearer = kyc.consented("passport")
    first, second = (send_side(kyc, bearer, "front") for _ in range(2))
    assert first.json["capture_id"] == second.json["capture_id"]


def test_another_document_drops_the_captures_of_the_first(kyc: Installation) -> None:
    accepting(kyc)
    bearer = kyc.consented("passport")
    send_side(kyc, bearer, "front")
    kyc.post("/widget/document-type", bearer, document_type="id_card")
    assert state(kyc, bearer)["accepted"] == []


def test_a_side_can_be_taken_again_before_submitting(kyc: Installation) -> None:
    accepting(kyc)
    bearer = kyc.consented("passport")
    send_side(kyc, bearer, "front")
    answer = kyc.client.delete("/widget/captures/front", headers=bearer)
    assert answer.json
    assert answer.json["state"]["step"] == "document_front"


def test_submitting_twice_is_once(kyc: Installation) -> None:
    bearer = submitted(kyc)
    assert kyc.post("/widget/submit", bearer).status_code == 202
    assert kyc.run_jobs(EXAMINE) == 1
    assert state(kyc, bearer)["step"] == "verified"


def test_nothing_is_submitted_before_it_is_complete(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.consented("passport")
    assert kyc_sqlite.post("/widget/submit", bearer).status_code == 409


def test_a_failed_selfie_keeps_the_document(kyc: Installation) -> None:
    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    bearer = submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert state(kyc, bearer)["step"] == "retry"
    after = (kyc.post("/widget/retry", bearer).json or {})["state"]
    assert (after["step"], after["accepted"]) == ("selfie", ["document_front"])
    assert after["kyc_status"] == "failed"


def test_a_failed_document_keeps_the_selfie(kyc: Installation) -> None:
    kyc.examination.checks.append(failed(CheckCode.IMAGE_QUALITY, ReasonCode.GLARE))
    bearer = submitted(kyc)
    kyc.run_jobs(EXAMINE)
    after = (kyc.post("/widget/retry", bearer).json or {})["state"]
    assert after["step"] == "document_front"
    kyc.examination.checks.pop()
    send_side(kyc, bearer, "front", b"\xff\xd8\xff another picture" + bytes(500))
    assert state(kyc, bearer)["step"] == "submit"
    kyc.post("/widget/submit", bearer)
    kyc.run_jobs(EXAMINE)
    assert state(kyc, bearer)["step"] == "verified"


def test_an_expired_document_asks_which_one_to_use(kyc_sqlite: Installation) -> None:
    expired = failed(CheckCode.DOCUMENT_NOT_EXPIRED, ReasonCode.DOCUMENT_EXPIRED)
    kyc_sqlite.examination.checks.append(expired)
    bearer = submitted(kyc_sqlite)
    kyc_sqlite.run_jobs(EXAMINE)
    after = (kyc_sqlite.post("/widget/retry", bearer).json or {})["state"]
    assert after["step"] == "document_type"


def test_attempts_run_out(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    kyc.examination.checks.append(failed(CheckCode.PRESENCE, ReasonCode.NOT_LIVE))
    bearer = submitted(kyc)
    for _ in range(2):
        kyc.run_jobs(EXAMINE)
        kyc.post("/widget/retry", bearer)
        meet_challenge(kyc, bearer)
        kyc.post("/widget/submit", bearer)
    kyc.run_jobs(EXAMINE)
    ended = state(kyc, bearer)
    assert (ended["step"], ended["retryable"], ended["attempts_left"]) == ("rejected", False, 0)
    assert kyc.post("/widget/retry", bearer).status_code == 409


def test_what_is_unclear_waits_for_a_person(kyc: Installation) -> None:
    kyc.examination.checks.append(inconclusive(CheckCode.HOLDER_COMPARISON))
    bearer = submitted(kyc)
    kyc.run_jobs(EXAMINE)
    assert state(kyc, bearer)["step"] == "in_review"
    assert state(kyc, bearer)["kyc_status"] == "pending"


def test_an_examination_that_is_late_goes_to_review(kyc: Installation) -> None:
    bearer = submitted(kyc)
    kyc.clock.move(seconds=STANDARD_TIER.expected_decision_s + 1)
    kyc.services.queue.enqueue_slot(SWEEP, 1, kyc.clock())
    kyc.run_jobs(SWEEP)
    assert state(kyc, bearer)["stage"] == "in_review"
    # The examination that comes after all changes nothing any more.
    kyc.run_jobs(EXAMINE)
    assert state(kyc, bearer)["stage"] == "in_review"


def test_a_closed_widget_goes_on_where_it_was(kyc: Installation) -> None:
    bearer = kyc.consented("id_card")
    assert (kyc.post("/widget/exit", bearer).json or {})["state"]["stage"] == "abandoned"
    again = kyc.bearer()
    assert state(kyc, again)["step"] == "document_front"
    accepting(kyc)
    assert send_side(kyc, again, "front").status_code == 201
    assert state(kyc, again)["stage"] == "capturing"


def test_the_challenge_is_dealt_by_chance(kyc_sqlite: Installation) -> None:
    guide = kyc_sqlite.services.deal_presence_challenge.guide
    deals = {tuple(guide.deal(Random(seed))) for seed in range(60)}
    assert len(deals) > 15


def test_only_the_first_prompt_is_told(kyc_sqlite: Installation) -> None:
    accepting(kyc_sqlite)
    bearer = kyc_sqlite.consented("passport")
    send_side(kyc_sqlite, bearer, "front")
    answer = kyc_sqlite.post("/widget/presence", bearer)
    assert "yaw" not in answer.text


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    submitted(kyc)
    key = kyc.another_partner().api_key
    token = kyc.client.post(
        "/widget/client-tokens", json={"partner_user_id": "user-123"}, headers={"x-api-key": key}
    ).json
    stranger = {"Authorization": f"Bearer {(token or {})['client_token']}"}
    assert state(kyc, stranger)["stage"] == "capturing"
    assert state(kyc, stranger)["accepted"] == []
