"""A page that its browser killed goes on by a spare code: once, for half an hour, where it was."""

import threading
from typing import Any

from app.domain.policy import STANDARD_POLICY
from tests.builders.handoffs import show_code
from tests.builders.installation import ORIGIN, Installation
from tests.builders.partner_users import USER, create_user


def spare(kyc: Installation, bearer: dict[str, str]) -> str:
    answer = kyc.post("/widget/launch-codes", bearer)
    assert answer.status_code == 201, answer.json
    return str((answer.json or {})["launch_code"])


def launch(kyc: Installation, code: str, **more: bool) -> tuple[int, dict[str, Any]]:
    answer = kyc.client.post("/widget/launch", json={"launch_code": code} | more)
    return answer.status_code, dict(answer.json or {})


def test_it_lands_on_the_same_step_and_leads_on(kyc: Installation) -> None:
    issued = kyc.issue(return_url=f"{ORIGIN}/back")
    _, first = launch(kyc, issued["launch_code"])
    bearer = {"Authorization": f"Bearer {first['client_token']}"}
    code = spare(kyc, bearer)
    version = STANDARD_POLICY.consent_version
    kyc.post("/widget/consent", bearer, consent_version=version, accepted=True)
    status, again = launch(kyc, code)
    assert (status, again["state"]["step"]) == (200, "document_type")
    assert again["return_url"] == first["return_url"]
    # A frame asks for none: its page would get it.
    assert again["spare_code"] is None
    fresh = {"Authorization": f"Bearer {again['client_token']}"}
    # Neither token ends the other: a page that was copied, not killed, goes on as well.
    for each in (bearer, fresh):
        answer = kyc.post("/widget/document-type", each, document_type="passport")
        assert answer.status_code == 200


def test_it_works_once_however_many_try(kyc: Installation) -> None:
    code = spare(kyc, kyc.bearer())
    answers: list[int] = []
    all_here = threading.Barrier(20)

    def redeem() -> None:
        client = kyc.client.application.test_client()
        all_here.wait(30)
        answers.append(client.post("/widget/launch", json={"launch_code": code}).status_code)

    threads = [threading.Thread(target=redeem) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [400] * 19


def test_the_next_one_and_half_an_hour_end_it(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    bearer = kyc.bearer()
    old, new = spare(kyc, bearer), spare(kyc, bearer)
    assert launch(kyc, old)[1]["error"] == "launch_code_invalid"
    kyc.clock.move(seconds=29 * 60)
    status, launched = launch(kyc, new)
    assert status == 200
    late = spare(kyc, {"Authorization": f"Bearer {launched['client_token']}"})
    kyc.clock.move(seconds=31 * 60)
    assert launch(kyc, late)[1]["error"] == "launch_code_expired"


def test_the_partners_code_is_no_spare_one_and_stays_spent(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    issued = kyc.issue()
    _, launched = launch(kyc, issued["launch_code"])
    spare(kyc, {"Authorization": f"Bearer {launched['client_token']}"})
    assert launch(kyc, issued["launch_code"])[0] == 400


def test_a_phone_comes_back_by_its_own_until_it_is_called_back(kyc: Installation) -> None:
    devices = show_code(kyc, kyc.consented("passport"))
    phone = devices.phone()
    status, again = launch(kyc, spare(kyc, phone))
    assert (status, again["state"]["handoff"]["is_phone"]) == (200, True)
    code = spare(kyc, {"Authorization": f"Bearer {again['client_token']}"})
    devices.take_back()
    status, refused = launch(kyc, code)
    assert (status, refused["error"]) == (401, "continued_elsewhere")


def test_it_ends_with_the_user_and_with_the_session(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    create_user(kyc)
    code = spare(kyc, kyc.consented("passport", USER))
    kyc.client.post(f"/v1/user/{USER}/suspend", headers=kyc.key)
    assert launch(kyc, code)[1]["error"] == "launch_code_invalid"
    code = spare(kyc, kyc.bearer())
    # Each page in time for the next one, and yet not for ever: sessions last four hours.
    for _ in range(8):
        kyc.clock.move(seconds=29 * 60)
        code = launch(kyc, code, with_spare=True)[1]["spare_code"]
    kyc.clock.move(seconds=15 * 60)
    assert launch(kyc, code)[1]["error"] == "launch_code_expired"
