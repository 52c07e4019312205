"""The default face engine: dlib's detector and points, and its network run by onnxruntime."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import dlib
import numpy as np

from app.vision.dlib_network import CHIP_PX, DlibNetwork
from app.vision.face_alignment import align
from app.vision.faces import Face
from app.vision.image import Box, resize_to_fit
from app.vision.score_scale import ScoreScale

if TYPE_CHECKING:
    from app.vision.faces import Embedding, Facing, Landmarks
    from app.vision.image import Image

PREDICTOR_FILE = "shape_predictor_5_face_landmarks.dat"
RECOGNISER_FILE = "dlib_face_recognition_resnet_model_v1.dat"
_DETECTION_SIDE_PX = 1000  # HOG finds faces of 80 px and more, so larger pictures only cost time
_SMALL_SIDE_PX = 500
_UPSAMPLED_SIDE_PX = 1300  # above it an upsampled search takes more than a second
# Where the five points lie in an aligned face without margins.
# Source: dlib, `get_face_chip_details`, average shape of five points.
AVERAGE_FACE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)[[2, 3, 1, 0, 4]]
# Turn in degrees and whether mirrored, of the views that are averaged. On the evaluation data (LFW,
# 994 mated pairs) they lower the FNMR at a FMR of 1e-3 from 5.6 to 3.7 %; six views give 3.7 too.
_VIEWS = ((0.0, False), (0.0, True), (6.0, True), (-6.0, False))
_MARGIN = 0.25  # beside the face, as a share of its size: dlib's own
# Evaluation data: 8.1 million pairs of different people among 4,032 pictures of LFW.
_SCALE = ScoreScale((0.5194, 0.5828, 0.6284, 0.6658, 0.6991))


# The detector's window has 80 px, and upsampling makes that of 40. What is narrower shows no face;
# of a single column the library says that it is no picture at all.
_SMALLEST_SIDE_PX = 40
# Which of its five parts saw a face: two are for turned heads, two for such as lean. Evaluation
# data: of 731 faces of LFW whose nose stands aside by 0.05 or more 380 are seen from a side, none
# from the wrong one (95 % bound 0.8 %); of 758 that look nearly straight 78 are, 6 from the wrong.
_FACING: tuple[Facing, ...] = ("ahead", "right", "left", "ahead", "ahead")


class DlibFaceEngine:
    """HOG detector, five-point predictor and 128-d ResNet of dlib, loaded on first use.

    The weights are those of the `face_recognition_models` package (CC0). Its 68-point file is never
    opened, because its training data excludes commercial use.

    Cost: detection 25 ms at 640 x 480, embedding 25 ms, on one core.
    """

    name = "dlib-resnet-v1"

    def __init__(
        self, detection_side_px: int = _DETECTION_SIDE_PX, *, may_upsample: bool = True
    ) -> None:
        self._detection_side_px = detection_side_px
        self._may_upsample = may_upsample
        self._points = FivePoints()
        self._lock = Lock()  # dlib's detector keeps scratch buffers: one caller at a time

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over both weight files, hexadecimal."""
        digest = hashlib.sha256()
        for file_name in (PREDICTOR_FILE, RECOGNISER_FILE):
            digest.update(weights_path(file_name).read_bytes())
        return digest.hexdigest()

    def detect(self, image: Image) -> list[Face]:
        """The faces in the picture, largest first.

        Shapes and units: `image` (H, W, 3) uint8 RGB, upright; boxes and landmarks in its px.
        Returns: an empty list when no face of at least 40 px (in 1000 px) looks at the camera.
        """
        small = np.ascontiguousarray(self._sized(image))
        factor = image.shape[1] / small.shape[1]
        with self._lock:
            found = self._find_boxes(small)
        faces = [self._describe(small, *each, factor) for each in found]
        return sorted(faces, key=lambda face: face.box.width_px, reverse=True)

    def embed(self, image: Image, face: Face) -> Embedding:
        """The 128 features of one face, the mean over several views of it, of length 1.

        Shapes and units: `image` (H, W, 3) uint8 RGB, the picture that `face` was found in.
        """
        chips = [_view(image, face.anchors, *view) for view in _VIEWS]
        features = self._network.describe(np.stack(chips)).mean(axis=0)
        return np.asarray(features / np.linalg.norm(features), dtype=np.float64)

    def compare(self, probe: Embedding, reference: Embedding) -> float:
        """The score on the common scale, from the distance of the features."""
        return _SCALE.score(1.0 - float(np.linalg.norm(probe - reference)))

    def load(self) -> None:
        """Read all weights now rather than at the first picture."""
        self.load_detector()
        _ = self._network

    def load_detector(self) -> None:
        """Read only what finds faces."""
        self._points.load()
        _ = self._detector

    @cached_property
    def _detector(self) -> Any:  # dlib ships no types
        return dlib.get_frontal_face_detector()

    @cached_property
    def _network(self) -> DlibNetwork:
        return DlibNetwork(weights_path(RECOGNISER_FILE))

    def _sized(self, image: Image) -> Image:
        if self._may_upsample and max(image.shape[:2]) <= _SMALL_SIDE_PX:
            # Whole pixels are coarse for the five points of a small face.
            doubled = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
            return np.asarray(doubled, dtype=np.uint8)
        return resize_to_fit(image, self._detection_side_px)

    def _find_boxes(self, image: Image) -> list[tuple[Any, float, int]]:
        if min(image.shape[:2]) < _SMALLEST_SIDE_PX:
            return []
        boxes, scores, parts = self._detector.run(image, 0, 0.0)
        if not boxes and self._may_upsample and max(image.shape[:2]) <= _UPSAMPLED_SIDE_PX:
            boxes, scores, parts = self._detector.run(image, 1, 0.0)
        return list(zip(boxes, scores, parts, strict=True))

    def _describe(
        self, image: Image, rectangle: Any, score: float, part: int, factor: float
    ) -> Face:
        box = Box(rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())
        points = self._points.find(image, box) * factor
        return Face(box.scaled(factor), points, score, points, _FACING[part])


def _view(image: Image, points: Landmarks, turn_deg: float, mirrored: bool) -> Image:
    angle = np.radians(turn_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    template = (AVERAGE_FACE + _MARGIN) / (2 * _MARGIN + 1) - 0.5
    chip = align(image, points, (template @ turn + 0.5) * CHIP_PX, CHIP_PX)
    return chip[:, ::-1] if mirrored else chip


class FivePoints:
    """dlib's predictor of five points in the box of a face."""

    def find(self, image: Image, box: Box) -> Landmarks:
        """The five points, from left to right and the nose, in px of the picture."""
        rectangle = dlib.rectangle(box.left_px, box.top_px, box.right_px, box.bottom_px)
        shape = self._predictor(image, rectangle)
        points = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64)
        # dlib: right eye of the picture outer, inner; left eye outer, inner; nose base.
        return points[[2, 3, 1, 0, 4]]

    def load(self) -> None:
        """Read the weights now rather than at the first picture."""
        _ = self._predictor

    @cached_property
    def _predictor(self) -> Any:
        return dlib.shape_predictor(str(weights_path(PREDICTOR_FILE)))


def weights_path(file_name: str) -> Path:
    """Where the registry package keeps one of its weight files."""
    # Importing the package would pull in pkg_resources; only its folder is wanted.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        message = "The package face-recognition-models is not installed."
        raise FileNotFoundError(message)
    return Path(next(iter(spec.submodule_search_locations))) / "models" / file_name
