"""The way of those who cannot turn their head: offered by the policy, ended by a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.domain.checks import CheckCode, inconclusive
from app.domain.intake import ObservedFrame
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.domain.presence import PresenceWay
from app.domain.reasons import ReasonCode
from app.services.jobs import EXAMINE
from tests.builders.submissions import JPEG, accepting, meet_challenge, send_side, submitted

if TYPE_CHECKING:
    from tests.builders.installation import Installation

FACE = {
    "face_count": 1, "width_px": 640, "height_px": 480, "pixel_digest": "0", "brightness": 120.0,
    "sharpness": 80.0, "box": (220, 140, 420, 340), "landmarks": ((0.0, 0.0),) * 5,
    "detector_score": 1.0, "nose_ratio": 0.2, "yaw_deg": 0.0, "roll_deg": 0.0,
}  # fmt: skip


@pytest.fixture
def seeing(kyc: Installation) -> Installation:
    """An installation to which every frame shows a face that is turned aside."""
    services = kyc.services
    watch = replace(
        services.observe_presence_frame, observe=lambda _: ObservedFrame(JPEG, 640, 480, FACE)
    )
    object.__setattr__(services, "observe_presence_frame", watch)
    return kyc


def at_the_selfie(kyc: Installation) -> dict[str, str]:
    accepting(kyc)
    bearer = kyc.consented("passport")
    assert send_side(kyc, bearer, "front").status_code == 201
    return bearer


def deal(kyc: Installation, bearer: dict[str, str], way: object) -> Any:
    return kyc.client.post("/widget/presence", json={"way": way}, headers=bearer)


def send_frame(kyc: Installation, bearer: dict[str, str], challenge_id: str, number: int) -> Any:
    return kyc.client.post(
        f"/widget/presence/{challenge_id}/frames",
        data=JPEG,
        headers={**bearer, "X-Frame-Sequence": str(number), "Content-Type": "image/jpeg"},
    )


def test_a_look_is_met_without_any_turn_and_leads_on(seeing: Installation) -> None:
    bearer = at_the_selfie(seeing)
    dealt = deal(seeing, bearer, "still")
    assert (dealt.status_code, dealt.json["prompt"]) == (201, "center")

    answers = []
    for number in range(1, 30):
        answers.append(send_frame(seeing, bearer, dealt.json["challenge_id"], number).json)
        if answers[-1]["status"] != "open":
            break
        seeing.clock.move(seconds=0.3)

    assert {answer["prompt"] for answer in answers} == {"center"}
    assert answers[-1]["status"] == "met"
    # 3 to 5 seconds of frames, 0.3 s apart.
    assert 10 < len(answers) < 19
    assert answers[-1]["state"]["step"] == "submit"


def test_the_way_is_kept_and_told_to_whoever_examines(kyc: Installation) -> None:
    bearer = at_the_selfie(kyc)
    meet_challenge(kyc, bearer, "still")
    assert kyc.post("/widget/submit", bearer).status_code == 202
    check = inconclusive(CheckCode.PRESENCE, ReasonCode.CHALLENGE_NOT_POSSIBLE)
    kyc.examination.checks = [
        each for each in kyc.examination.checks if each.code is not CheckCode.PRESENCE
    ] + [check]
    kyc.run_jobs(EXAMINE)

    (evidence,) = kyc.examination.seen
    assert evidence.presence_way is PresenceWay.STILL
    status = kyc.client.get("/widget/users/user-123/kyc-status", headers=bearer).json or {}
    assert (status["status"], status["stage"]) == ("pending", "in_review")
    assert [reason["code"] for reason in status["reasons"]] == ["challenge_not_possible"]


def test_the_usual_way_is_told_too(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)
    (evidence,) = kyc.examination.seen
    assert evidence.presence_way is PresenceWay.TURNS


def test_a_policy_may_leave_it_out(kyc: Installation) -> None:
    bearer = at_the_selfie(kyc)
    offered = kyc.client.get("/widget/state", headers=bearer).json or {}
    assert offered["presence_ways"] == ["turns", "still"]
    strict = replace(
        STANDARD_POLICY,
        version=2,
        tiers=tuple(replace(tier, presence_without_turns=False) for tier in STANDARD_POLICY.tiers),
    )
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(strict), "anna")

    state = kyc.client.get("/widget/state", headers=bearer).json or {}
    assert state["presence_ways"] == ["turns"]
    refused = deal(kyc, bearer, "still")
    assert refused.status_code == 400
    assert "way" in refused.text
    assert deal(kyc, bearer, "turns").status_code == 201


@pytest.mark.parametrize("way", ["light", "", None, 1])
def test_a_way_that_nobody_knows_is_refused(kyc: Installation, way: object) -> None:
    bearer = at_the_selfie(kyc)
    assert deal(kyc, bearer, way).status_code == 400


def shining(kyc: Installation) -> None:
    tiers = tuple(replace(tier, presence_light=True) for tier in STANDARD_POLICY.tiers)
    policy = replace(STANDARD_POLICY, version=2, tiers=tiers)
    kyc.services.activate_policy(kyc.partner.partner_id, policy_text(policy), "anna")


@pytest.mark.parametrize("bears_light", [True, False])
def test_light_is_dealt_where_the_policy_asks_and_the_user_does_not_mind(
    seeing: Installation, *, bears_light: bool
) -> None:
    shining(seeing)
    bearer = at_the_selfie(seeing)
    state = seeing.client.get("/widget/state", headers=bearer).json or {}
    assert state["presence_light"] is True
    dealt = seeing.client.post(
        "/widget/presence", json={"way": "still", "bears_light": bears_light}, headers=bearer
    ).json
    assert dealt["light"] is None

    colours: list[str | None] = []
    for number in range(1, 80):
        answer = send_frame(seeing, bearer, dealt["challenge_id"], number).json
        colours.append(answer["light"])
        if answer["status"] != "open":
            break
        seeing.clock.move(seconds=0.3)

    assert answer["status"] == "met"
    assert any(colours) is bears_light
    with seeing.services.storage.reading() as uow:
        frames = uow.captures.frames(dealt["challenge_id"])
    lit = [frame.observation["light"] for frame in frames if "light" in frame.observation]
    assert len(set(lit)) > 2 if bears_light else not lit


def test_no_light_is_dealt_unless_the_policy_asks(kyc: Installation) -> None:
    bearer = at_the_selfie(kyc)
    challenge_id = deal(kyc, bearer, "turns").json["challenge_id"]
    with kyc.services.storage.reading() as uow:
        prompts = uow.challenges.get(challenge_id).prompts
    assert not [prompt for prompt in prompts if prompt.startswith("light")]
