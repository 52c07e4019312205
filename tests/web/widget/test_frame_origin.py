"""What is kept of where frames came from: findings, marks, and no name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app.domain.frame_origin import NOTHING_KNOWN, CameraSource, FrameOrigin
from app.domain.intake import ObservedFrame
from app.services.frame_origin import frame_origin
from app.services.jobs import EXAMINE
from tests.builders.submissions import JPEG, accepting, send_side, submitted

if TYPE_CHECKING:
    from tests.builders.installation import Installation

FACE = {
    "face_count": 1, "width_px": 640, "height_px": 480, "pixel_digest": "0", "brightness": 120.0,
    "sharpness": 80.0, "box": (220, 140, 420, 340), "landmarks": ((0.0, 0.0),) * 5,
    "detector_score": 1.0, "nose_ratio": 0.0, "yaw_deg": 0.0, "roll_deg": 0.0,
}  # fmt: skip


@pytest.fixture
def film(kyc: Installation) -> dict[str, Any]:
    """What the next frame shows, to be changed by a test."""
    shown: dict[str, Any] = dict(FACE)
    services = kyc.services
    watch = replace(
        services.observe_presence_frame,
        observe=lambda _: ObservedFrame(JPEG, 640, 480, dict(shown)),
    )
    object.__setattr__(services, "observe_presence_frame", watch)
    return shown


def at_the_selfie(kyc: Installation, user: str = "user-123") -> dict[str, str]:
    accepting(kyc)
    bearer = kyc.consented("passport", user)
    assert send_side(kyc, bearer, "front").status_code == 201
    return bearer


def deal(kyc: Installation, bearer: dict[str, str], **told: object) -> str:
    answer = kyc.client.post("/widget/presence", json=told, headers=bearer)
    assert answer.status_code == 201
    return str((answer.json or {})["challenge_id"])


def send_frame(kyc: Installation, bearer: dict[str, str], challenge_id: str, number: int) -> None:
    answer = kyc.client.post(
        f"/widget/presence/{challenge_id}/frames",
        data=JPEG,
        headers={**bearer, "X-Frame-Sequence": str(number), "Content-Type": "image/jpeg"},
    )
    assert answer.status_code == 200


def origin_of(kyc: Installation, challenge_id: str) -> FrameOrigin:
    with kyc.services.storage.reading() as uow:
        return frame_origin(uow, uow.challenges.get(challenge_id))


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"camera": "OBS Virtual Camera"}, CameraSource.VIRTUAL),
        ({"camera": "Camera of Jane Doe"}, CameraSource.DEVICE),
        ({"camera": ""}, CameraSource.UNNAMED),
        ({}, None),
    ],
)
def test_of_a_camera_only_is_kept_what_its_name_gives_away(
    kyc: Installation, told: dict[str, str], kept: CameraSource | None
) -> None:
    challenge_id = deal(kyc, at_the_selfie(kyc), **told)

    with kyc.services.storage.reading() as uow:
        challenge = uow.challenges.get(challenge_id)
    assert challenge.camera is kept
    assert "Jane" not in repr(challenge)


def test_the_name_of_a_camera_has_an_end(kyc: Installation) -> None:
    answer = kyc.client.post(
        "/widget/presence", json={"camera": "x" * 201}, headers=at_the_selfie(kyc)
    )

    assert answer.status_code == 400


def test_frames_of_another_challenge_are_known_again(
    kyc: Installation, film: dict[str, Any]
) -> None:
    first = at_the_selfie(kyc, "user-1")
    before = deal(kyc, first)
    film["pixel_digest"] = "a"
    send_frame(kyc, first, before, 1)
    kyc.clock.move(seconds=60)
    second = at_the_selfie(kyc, "user-2")
    again = deal(kyc, second)
    for number, pixels in enumerate("abca", start=1):
        film["pixel_digest"] = pixels
        send_frame(kyc, second, again, number)

    assert origin_of(kyc, again).frames_seen_before == 2
    assert origin_of(kyc, before).frames_seen_before == 0


@pytest.mark.usefixtures("film")
def test_a_mark_is_keyed_and_goes_with_the_frame(kyc: Installation) -> None:
    bearer = at_the_selfie(kyc)
    send_frame(kyc, bearer, deal(kyc, bearer), 1)
    digests = kyc.services.observe_presence_frame.digests

    with kyc.services.storage.writing() as uow:
        (frame,) = (each for each in uow.captures.all_for(_subject(kyc)) if each.challenge_id)
        assert frame.mark == digests.digest("presence_frame", kyc.partner.partner_id, "0")
        assert frame.mark != digests.digest("presence_frame", "prt_another", "0")
        uow.captures.forget(_subject(kyc))
        uow.commit()
    with kyc.services.storage.reading() as uow:
        assert uow.captures.all_for(_subject(kyc)) == []


def test_pictures_of_a_covered_lens_are_all_alike_and_bear_no_mark(
    kyc: Installation, film: dict[str, Any]
) -> None:
    film["face_count"] = 0
    bearer = at_the_selfie(kyc)
    send_frame(kyc, bearer, deal(kyc, bearer), 1)

    with kyc.services.storage.reading() as uow:
        frames = [each for each in uow.captures.all_for(_subject(kyc)) if each.challenge_id]
    assert [frame.mark for frame in frames] == [None]


def test_the_examination_is_told(kyc: Installation) -> None:
    submitted(kyc)
    kyc.run_jobs(EXAMINE)

    (evidence,) = kyc.examination.seen
    assert evidence.frame_origin == NOTHING_KNOWN


def test_challenges_that_were_given_up_are_counted(kyc: Installation) -> None:
    """However they ended: who leaves the page before a wrong turn counts has seen a deal too."""
    bearer = at_the_selfie(kyc)
    for tracker in (
        {"step_index": 0, "turns": ["yaw_left"]},  # the camera never saw a face
        {"step_index": 1, "turns": ["yaw_left"]},
        {"step_index": 3, "turns": ["yaw_left", "yaw_left"]},
        {"step_index": 2, "turns": ["yaw_left"]},  # met
        {"length_s": 4.0},  # a look
        {},
    ):
        challenge_id = deal(kyc, bearer)
        with kyc.services.storage.writing() as uow:
            uow.challenges.lock(challenge_id).tracker = tracker
            uow.commit()
        kyc.clock.move(seconds=60)

    assert origin_of(kyc, deal(kyc, bearer)).challenges_failed == 2


def _subject(kyc: Installation) -> str:
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, "user-123")
        assert applicant is not None
        return str(applicant.verification_id)
