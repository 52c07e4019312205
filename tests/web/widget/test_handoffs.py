import re
import threading
from base64 import b64decode

import cv2
import numpy as np
import pytest

from app.domain.errors import DomainError
from app.domain.limits import USER_HANDOFFS
from app.services.jobs import EXAMINE, SWEEP
from tests.builders.handoffs import TwoDevices, show_code
from tests.builders.installation import Installation
from tests.builders.partner_users import USER, create_user
from tests.builders.submissions import accepting, meet_challenge, send_side


def state(kyc: Installation, bearer: dict[str, str]) -> dict[str, object]:
    return dict(kyc.client.get("/widget/state", headers=bearer).json or {})


def shown(kyc: Installation, document_type: str | None = "passport") -> TwoDevices:
    return show_code(kyc, kyc.consented(document_type))


def wrong(kyc: Installation) -> TwoDevices:
    """A handoff in which a number was chosen that the phone does not show."""
    devices = shown(kyc)
    number = devices.scan().json["number"]
    devices.choose(10 if number != 10 else 11)
    return devices


def test_the_phone_goes_on_where_the_first_device_was(kyc: Installation) -> None:
    accepting(kyc)
    devices = shown(kyc)
    phone = devices.phone()
    found = state(kyc, phone)
    assert (found["step"], found["handoff"]) == (
        "document_front",
        {"handoff_id": devices.handoff_id, "is_phone": True},
    )
    assert send_side(kyc, phone, "front").status_code == 201
    assert devices.read()["state"]["step"] == "selfie"
    assert state(kyc, devices.first)["handoff"] == {
        "handoff_id": devices.handoff_id,
        "is_phone": False,
    }


def test_what_the_phone_finished_both_devices_see(kyc: Installation) -> None:
    accepting(kyc)
    devices = shown(kyc)
    phone = devices.phone()
    send_side(kyc, phone, "front")
    meet_challenge(kyc, phone)
    assert kyc.post("/widget/submit", phone).status_code == 202
    kyc.run_jobs(EXAMINE)
    assert [state(kyc, bearer)["step"] for bearer in (phone, devices.first)] == ["verified"] * 2


def test_the_link_leads_to_the_page_and_the_picture_says_the_link(kyc: Installation) -> None:
    answer = kyc.post("/widget/handoffs", kyc.consented("passport")).json or {}
    page, _, code = answer["link"].partition("#h=")
    assert code
    assert kyc.client.get(page.removeprefix("https://kyc.test")).status_code == 200
    kind, _, picture = answer["qr_code"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    # Read by another library than the one that drew it.
    found, *_ = cv2.QRCodeDetector().detectAndDecode(rendered(b64decode(picture).decode()))
    assert found == answer["link"]


def rendered(svg: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The modules of the picture, eight pixels each."""
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    image = np.full((side, side), 255, np.uint8)
    for words in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        x, y, width = map(int, words)
        image[y, x : x + width] = 0
    return np.kron(image, np.ones((8, 8), np.uint8))


def test_of_many_phones_one_gets_a_number(kyc: Installation) -> None:
    devices = shown(kyc)
    answers = []

    def scan() -> None:
        client = kyc.client.application.test_client()
        body = {"handoff_code": devices.code}
        answer = client.post("/widget/handoffs/scan", json=body)
        answers.append((answer.status_code, (answer.json or {}).get("error")))

    threads = [threading.Thread(target=scan) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=str) == [(200, None)] + [(400, "handoff_code_used")] * 7


def test_three_numbers_are_offered_and_only_the_phone_knows_which(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    assert devices.read()["choices"] == []
    scanned = devices.scan().json
    choices = devices.read()["choices"]
    assert len(set(choices)) == 3
    assert scanned["number"] in choices
    assert "number" not in devices.read()


def test_no_token_is_given_before_the_match(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    claim = devices.scan().json["claim"]
    assert devices.join(claim) == {"status": "scanned", "client_token": None, "expires_at": None}


@pytest.mark.parametrize("chosen", ["another", "none"])
def test_a_wrong_number_ends_the_handoff(kyc: Installation, chosen: str) -> None:
    devices = shown(kyc)
    scanned = devices.scan().json
    others = [each for each in devices.read()["choices"] if each != scanned["number"]]
    assert devices.choose(others[0] if chosen == "another" else None)["status"] == "refused"
    # There is no second guess.
    assert devices.choose(scanned["number"])["status"] == "refused"
    assert devices.join(scanned["claim"])["client_token"] is None
    assert devices.scan().json["error"] == "handoff_code_used"


def test_three_wrong_numbers_in_a_day_are_the_last(kyc: Installation) -> None:
    for _ in range(3):
        devices = wrong(kyc)
    answer = kyc.post("/widget/handoffs", devices.first)
    assert (answer.status_code, (answer.json or {})["error"]) == (403, "handoff_not_allowed")
    kyc.clock.move(seconds=86_401)
    assert kyc.post("/widget/handoffs", kyc.bearer()).status_code == 201


def test_a_phone_hands_nothing_on(kyc_sqlite: Installation) -> None:
    phone = shown(kyc_sqlite).phone()
    answer = kyc_sqlite.post("/widget/handoffs", phone)
    assert (answer.json or {})["error"] == "handoff_not_allowed"


def test_taking_back_ends_the_phone_s_token(kyc: Installation) -> None:
    accepting(kyc)
    devices = shown(kyc)
    phone = devices.phone()
    send_side(kyc, phone, "front")
    taken = devices.take_back()
    assert (taken["status"], taken["state"]["step"]) == ("taken_back", "selfie")
    for path in ("/widget/state", f"/widget/handoffs/{devices.handoff_id}"):
        answer = kyc.client.get(path, headers=phone)
        assert (answer.status_code, (answer.json or {})["error"]) == (401, "continued_elsewhere")
    assert kyc.post("/widget/client-tokens/refresh", phone).status_code == 401
    assert state(kyc, devices.first)["handoff"] is None
    assert devices.take_back()["status"] == "taken_back"


def test_a_new_code_calls_the_phone_back(kyc: Installation) -> None:
    devices = shown(kyc)
    phone = devices.phone()
    again = show_code(kyc, devices.first)
    assert kyc.client.get("/widget/state", headers=phone).status_code == 401
    assert again.phone()


def test_closing_the_first_page_ends_nothing_on_the_phone(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    phone = devices.phone()
    kyc_sqlite.post("/widget/exit", devices.first)
    assert state(kyc_sqlite, phone)["stage"] == "capturing"


def test_a_reloaded_first_device_can_take_back_too(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    phone = devices.phone()
    reloaded = kyc_sqlite.bearer()
    assert state(kyc_sqlite, reloaded)["handoff"] == {
        "handoff_id": devices.handoff_id,
        "is_phone": False,
    }
    devices.first = reloaded
    devices.take_back()
    assert kyc_sqlite.client.get("/widget/state", headers=phone).status_code == 401


def test_a_code_lives_for_ten_minutes(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    kyc_sqlite.clock.move(seconds=601)
    assert devices.scan().json["error"] == "handoff_code_expired"
    assert devices.read()["status"] == "expired"


def test_a_number_waits_for_five_minutes(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    scanned = devices.scan().json
    kyc_sqlite.clock.move(seconds=301)
    assert devices.choose(scanned["number"])["status"] == "expired"
    assert devices.join(scanned["claim"])["status"] == "expired"


@pytest.mark.parametrize("code", ["x", "a.b.c", "launch"])
def test_a_made_up_code_is_refused(kyc_sqlite: Installation, code: str) -> None:
    text = kyc_sqlite.issue()["launch_code"] if code == "launch" else code
    answer = kyc_sqlite.client.post("/widget/handoffs/scan", json={"handoff_code": text})
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "handoff_code_invalid")


def test_a_code_is_no_claim(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    answer = kyc_sqlite.client.post("/widget/handoffs/join", json={"claim": devices.code})
    assert (answer.json or {})["error"] == "handoff_code_invalid"


def test_what_is_handed_in_is_handed_over_no_more(kyc_sqlite: Installation) -> None:
    accepting(kyc_sqlite)
    bearer = kyc_sqlite.consented("passport")
    send_side(kyc_sqlite, bearer, "front")
    meet_challenge(kyc_sqlite, bearer)
    kyc_sqlite.post("/widget/submit", bearer)
    assert kyc_sqlite.post("/widget/handoffs", bearer).status_code == 409


def test_a_suspended_user_s_phone_is_out(kyc_sqlite: Installation) -> None:
    create_user(kyc_sqlite)
    bearer = kyc_sqlite.consented("passport", USER)
    phone = show_code(kyc_sqlite, bearer).phone()
    kyc_sqlite.client.post(f"/v1/user/{USER}/suspend", headers=kyc_sqlite.key)
    answer = kyc_sqlite.client.get("/widget/state", headers=phone)
    assert (answer.json or {})["error"] == "invalid_token"


def test_codes_are_shown_a_limited_number_of_times(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.consented("passport")
    for _ in range(USER_HANDOFFS.hits):
        assert kyc_sqlite.post("/widget/handoffs", bearer).status_code == 201
    assert kyc_sqlite.post("/widget/handoffs", bearer).status_code == 429


def test_an_unchanged_handoff_is_not_told_again(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    path = f"/widget/handoffs/{devices.handoff_id}"
    tag = kyc_sqlite.client.get(path, headers=devices.first).headers["ETag"]
    known = devices.first | {"If-None-Match": tag}
    assert kyc_sqlite.client.get(path, headers=known).status_code == 304
    devices.scan()
    assert kyc_sqlite.client.get(f"{path}?wait=5", headers=known).status_code == 200


def test_both_ends_are_in_the_audit_and_no_number_is(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    devices.phone()
    devices.take_back()
    told = {each.handoff_id: lines(kyc_sqlite, each) for each in (devices, wrong(kyc_sqlite))}
    assert [*told.values()] == [
        [("handoff.matched", "{}"), ("handoff.taken_back", "{}")],
        [("handoff.refused", "{}")],
    ]


def lines(kyc: Installation, devices: TwoDevices) -> list[tuple[str, str]]:
    with kyc.services.storage.reading() as uow:
        return [(line.action, line.facts) for line in uow.audit.for_subject(devices.handoff_id)]


def is_there(kyc: Installation, devices: TwoDevices) -> bool:
    with kyc.services.storage.reading() as uow:
        try:
            return bool(uow.handoffs.get(devices.handoff_id))
        except DomainError:
            return False


def test_old_handoffs_are_swept_away(kyc_sqlite: Installation) -> None:
    devices = shown(kyc_sqlite)
    for slot, (hours, left) in enumerate([(23, True), (2, False)]):
        kyc_sqlite.clock.move(seconds=hours * 3600)
        kyc_sqlite.services.queue.enqueue_slot(SWEEP, slot, kyc_sqlite.clock())
        kyc_sqlite.run_jobs(SWEEP)
        assert is_there(kyc_sqlite, devices) is left


def test_an_erased_user_leaves_none(kyc_sqlite: Installation) -> None:
    create_user(kyc_sqlite)
    devices = show_code(kyc_sqlite, kyc_sqlite.consented("passport", USER))
    kyc_sqlite.client.delete(f"/v1/user/{USER}", headers=kyc_sqlite.key)
    assert not is_there(kyc_sqlite, devices)
    assert devices.scan().json["error"] == "handoff_code_invalid"


def test_another_partner_cannot_see_it(kyc: Installation) -> None:
    devices = shown(kyc)
    key = {"x-api-key": kyc.another_partner().api_key}
    body = {"partner_user_id": "user-123"}
    issued = kyc.client.post("/widget/client-tokens", json=body, headers=key).json or {}
    stranger = {"Authorization": f"Bearer {issued['client_token']}"}
    path = f"/widget/handoffs/{devices.handoff_id}"
    assert kyc.client.get(path, headers=stranger).status_code == 404
    assert kyc.post(f"{path}/take-back", stranger).status_code == 404
