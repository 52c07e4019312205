"""The same frames end in the same check, however often they are judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.examination import FrameEvidence
from app.domain.policy import Tier
from app.proofing.presence_check import PresenceJudge
from app.specimens.clips import head_clip
from app.specimens.portraits import load_selfie
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import observe_frame
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from app.vision.sandbox import Sandbox

ENGINE = DlibFaceEngine()
BEGAN = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def frames() -> list[FrameEvidence]:
    clip = head_clip(load_selfie("astronaut"), ("center", "yaw_left"), 5)
    return [
        FrameEvidence(
            encode_jpeg(image, 90),
            BEGAN + timedelta(seconds=place / 5),
            observe_frame(image, ENGINE).as_dict(),
        )
        for place, image in enumerate(clip)
    ]


def test_the_same_engine_comes_to_the_same_check(
    sandbox: Sandbox, frames: list[FrameEvidence]
) -> None:
    judge = PresenceJudge(sandbox, ENGINE)
    once, again, anew = (
        judge(frames, ["yaw_left"], Tier(), recording_tolerated=True, observes_anew=anew)
        for anew in (False, False, True)
    )

    assert once == again
    assert once.detail["verdict"] == anew.detail["verdict"] == "present"
