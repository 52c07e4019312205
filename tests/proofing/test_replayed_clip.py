"""A recording answers a dealt challenge by chance only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.proofing.evaluate_presence import evaluate_presence
from app.proofing.presence_signals import PresenceFrame
from app.proofing.replayed_clip import judge_replays, play
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.face_observation import FaceObservation
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from pathlib import Path

GRAY = np.full((48, 64, 3), 128, np.uint8)
ENGINE = DlibFaceEngine()
POINTS = ((260.0, 200.0), (290.0, 200.0), (350.0, 200.0), (380.0, 200.0), (320.0, 240.0))
LEFT, RIGHT = "yaw_left:900", "yaw_right:900"


def clip(*ratios: float) -> list[PresenceFrame]:
    """A head that looks where each number says for two seconds, ten frames a second."""
    seen = [ratio for ratio in ratios for _ in range(20)]
    return [
        PresenceFrame(
            place / 10,
            FaceObservation(
                face_count=1,
                width_px=640,
                height_px=480,
                pixel_digest=str(place),
                brightness=120.0,
                sharpness=50.0,
                box=(220, 140, 420, 340),
                landmarks=POINTS,
                detector_score=1.0,
                nose_ratio=ratio,
            ),
            GRAY,
        )
        for place, ratio in enumerate(seen)
    ]


def test_a_recording_meets_the_deal_that_it_happens_to_show() -> None:
    turning = clip(0, 0.2, 0, -0.2, 0, 0.2, 0, -0.2)

    shown, tracker = play(turning, (LEFT, RIGHT) * 2, 0)
    assert tracker.met
    assert [frame.at_s for frame in shown[:3]] == pytest.approx([0, 0.1, 0.2])
    assert play(turning, (LEFT,) * 10, 0)[1].failure == "challenge_failed"


def test_a_recording_goes_round_and_begins_anywhere() -> None:
    swinging = clip(0, 0.2, 0, -0.2)

    shown, tracker = play(swinging, (RIGHT, LEFT) * 2, 40)

    assert tracker.met
    assert len(shown) > len(swinging)


def test_what_answers_no_deal_is_not_judged_any_further() -> None:
    class Unused:
        """An engine that nothing may be asked of."""

    found = list(judge_replays(clip(0), Unused(), 3, "still"))  # type: ignore[arg-type]

    assert found == ["inconclusive"] * 3


@pytest.fixture(scope="module")
def empty_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    (folder / "clip").mkdir()
    for number in range(2):
        (folder / "clip" / f"{number}.jpg").write_bytes(encode_jpeg(GRAY))
    return folder


def test_every_clip_without_a_challenge_of_its_own_is_played_to_each_deal(
    empty_room: Path,
) -> None:
    manifest = empty_room / "clips.csv"
    manifest.write_text(
        'path,species,challenge\nclip,bona_fide,\nclip,screen,"yaw_left,yaw_right"\n'
    )

    found = evaluate_presence(manifest, ENGINE, deals=5)

    trials = {name: rate["trials"] for name, rate in found["apcer"].items()}
    assert trials == {"bona_fide_replayed": 5, "screen": 1}
    assert found["n_bona_fide"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,kind\na,b\n", "needs the columns path,species"),
        ("path,species\ngone.webm,screen\n", "line 2: there are no frames"),
        ("path,species,challenge\nclip,screen,up\n", "line 2: A challenge consists of"),
    ],
)
def test_a_faulty_manifest_says_what_is_wrong_and_where(
    empty_room: Path, text: str, said: str
) -> None:
    manifest = empty_room / "faulty.csv"
    manifest.write_text(text)

    with pytest.raises(ValueError, match=said):
        evaluate_presence(manifest, ENGINE)
