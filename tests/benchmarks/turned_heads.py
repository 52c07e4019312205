"""How far a head may be turned and is still found, by both engines.

`python -m tests.benchmarks.turned_heads YUNET PICTURE…` takes YuNet's weights and pictures of one
person each who looks ahead; those of the `demo` extra come beside them. Cost: 6 s a person.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.proofing.error_rates import error_rate
from app.specimens.portraits import PASSPORT_FRAMING, PORTRAIT_NAMES, load_portrait
from app.specimens.stage.pose import Pose
from app.specimens.stage.solid_head import SolidHead
from app.specimens.stage.surroundings import any_camera, any_room
from app.vision.decoding import decode_image
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.image import resize_to_fit
from app.vision.opencv_faces import OpenCvFaceEngine
from app.vision.pose import estimate_pose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.vision.faces import Face, FaceEngine
    from app.vision.image import Image

YAWS_DEG = (0, 10, 20, 30, 40, 45, 50, 55, 60)
_MOST_NOSE_SHIFT = 0.08  # who looks aside already is turned farther than told
_PEOPLE = 40
_NEAR_PX = 140  # from the middle of the picture, where the head is


def portraits(pictures: list[Path], engine: FaceEngine) -> Iterator[Image]:
    """Faces framed as passports have them, of whoever looks ahead."""
    yield from (load_portrait(name) for name in PORTRAIT_NAMES)
    for path in pictures:
        picture = resize_to_fit(decode_image(path.read_bytes()).pixels, 1280)
        faces = engine.detect(picture)
        if faces and abs(estimate_pose(faces[0].landmarks).nose_ratio) <= _MOST_NOSE_SHIFT:
            yield _framed(picture, faces[0])


def _framed(picture: Image, face: Face) -> Image:
    framing = PASSPORT_FRAMING
    half_px = framing.eye_span * framing.width_px / 2
    middle = (framing.eye_middle * framing.width_px, framing.eye_line * framing.height_px)
    eyes = np.array([[middle[0] - half_px, middle[1]], [middle[0] + half_px, middle[1]]])
    way = cv2.getAffineTransform(_with_third(face.landmarks[[0, 3]]), _with_third(eyes))
    size = (framing.width_px, framing.height_px)
    framed = cv2.warpAffine(
        picture, way, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(framed, np.uint8)


def _with_third(eyes: np.ndarray) -> np.ndarray:
    """Two points and one below the first, as far as they are apart."""
    x, y = eyes[1] - eyes[0]
    return np.array([*eyes, eyes[0] + (-y, x)], np.float32)


def turned(portrait: Image, number: int) -> Iterator[tuple[int, Image]]:
    """The head turned to both sides, in a room and before a camera of its own."""
    chance = Random(f"yaw/{number}")
    head, camera, room = SolidHead(portrait), any_camera(chance), any_room(chance)
    noise, distance_cm = np.random.default_rng(number), chance.uniform(38, 62)
    for yaw_deg in YAWS_DEG:
        for side in (1, -1) if yaw_deg else (1,):
            scene = room.background.copy()
            pose = Pose(z_cm=distance_cm, yaw_deg=side * yaw_deg)
            head.show(scene, camera, pose, sun=room.sun, ambient=room.ambient)
            yield yaw_deg, camera.picture(scene, noise)


def _is_there(face: Face) -> bool:
    across = (face.box.left_px + face.box.right_px) / 2 - 320
    down = (face.box.top_px + face.box.bottom_px) / 2 - 240
    return max(abs(across), abs(down)) <= _NEAR_PX


def main(yunet: Path, pictures: list[Path]) -> None:
    """Turn every head, and count by angle what either engine finds."""
    engines: dict[str, FaceEngine] = {
        "yunet": OpenCvFaceEngine("yunet", yunet.read_bytes, bytes, None),
        "dlib": DlibFaceEngine(),
    }
    trials, found = Counter[int](), Counter[tuple[str, int]]()
    for number, portrait in enumerate(portraits(pictures, engines["yunet"])):
        if number == _PEOPLE:
            break
        for yaw_deg, image in turned(portrait, number):
            trials[yaw_deg] += 1
            for name, engine in engines.items():
                found[name, yaw_deg] += any(_is_there(face) for face in engine.detect(image))
    for name in engines:
        for yaw_deg, count in trials.items():
            print(name, yaw_deg, error_rate(found[name, yaw_deg], count).as_dict())  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
