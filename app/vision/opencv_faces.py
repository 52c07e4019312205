"""The second face engine: OpenCV's YuNet detector and an embedding network as ONNX."""

from __future__ import annotations

import hashlib
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from app.vision.dlib_faces import FivePoints
from app.vision.face_alignment import align
from app.vision.faces import Face
from app.vision.image import Box, resize_to_fit
from app.vision.onnx_session import open_network

if TYPE_CHECKING:
    from collections.abc import Callable

    import onnxruntime
    from numpy.typing import NDArray

    from app.vision.faces import Embedding
    from app.vision.image import Image
    from app.vision.score_scale import ScoreScale

CHIP_PX = 112
# Where YuNet's points lie in an aligned face: the person's right eye, left eye, nose, right and
# left corner of the mouth. Source: OpenCV, `FaceRecognizerSF::alignCrop`; ArcFace's template.
_TEMPLATE = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ]
)
# A selfie's face is found at the first size in 3 ms; only small faces need the larger ones.
_SIDES_PX = (256, 640, 1280)
_LARGE_ENOUGH_PX = 32  # at that size YuNet's points are still good to a pixel
_MIN_SCORE = 0.6
_MAX_OVERLAP = 0.3
_MAX_FACES = 100
_KEPT_DETECTORS = 8  # one a size of picture
# YuNet begins at 0.6 and gives lying portraits up to 0.85, upright ones 0.93: spread so that
# dlib's 0.5, from which on a face is sure, lies between the two.
_SCORE_SPAN = 0.56
# dlib's predictor was taught on the boxes of dlib's detector. On 1,150 pictures of LFW these have
# 0.97 times the side of YuNet's box and lie around the middle of its points; the five points then
# differ by 0.5 % of the outer eye distance.
_DLIB_BOX_SIDE = 0.97
_DLIB_BOX_SHIFT = (-0.026, -0.014)


class OpenCvFaceEngine:
    """YuNet for the boxes, dlib's five points in them, and one ONNX network for the features.

    Both weight files are given as functions that read them, so that nothing is loaded or hashed
    before the first picture. Without a `scale` the scores are the raw cosines.

    Cost: detection 5 ms at 640 x 480, 20 ms where the faces are small, on one core.
    """

    def __init__(
        self,
        name: str,
        read_detector: Callable[[], bytes],
        read_embedder: Callable[[], bytes],
        scale: ScoreScale | None,
    ) -> None:
        self.name = name
        self._read_detector = read_detector
        self._read_embedder = read_embedder
        self._scale = scale
        self._points = FivePoints()
        self._detectors: dict[tuple[int, int], Any] = {}
        self._lock = Lock()  # a detector keeps its last picture: one caller at a time

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over both weight files and the scale of the scores, hexadecimal."""
        digest = hashlib.sha256(self._read_detector() + self._read_embedder())
        digest.update(repr(self._scale).encode())
        return digest.hexdigest()

    def detect(self, image: Image) -> list[Face]:
        """The faces in the picture, largest first.

        Shapes and units: `image` (H, W, 3) uint8 RGB, upright; boxes and landmarks in its px.
        """
        found: NDArray[np.float64] = np.zeros((0, 15))
        for side_px in _SIDES_PX:
            small = np.ascontiguousarray(resize_to_fit(image, side_px))
            seen = self._find(small)
            if len(seen):
                found = seen * _to_picture(image, small)
            if small.shape == image.shape or (len(seen) and seen[:, 2].max() >= _LARGE_ENOUGH_PX):
                break
        faces = [self._describe(image, row) for row in found]
        return sorted(faces, key=lambda face: face.box.width_px, reverse=True)

    def embed(self, image: Image, face: Face) -> Embedding:
        """The features of one face and its mirror image, averaged, of length 1.

        Shapes and units: `image` (H, W, 3) uint8 RGB, the picture that `face` was found in.
        """
        chip = align(image, face.anchors, _TEMPLATE, CHIP_PX)
        views = np.stack([chip, chip[:, ::-1]]).transpose(0, 3, 1, 2)
        session = self._session
        features = [
            session.run(None, {session.get_inputs()[0].name: view[np.newaxis]})[0][0]
            for view in np.ascontiguousarray(views, dtype=np.float32)
        ]
        mean = np.mean([one / np.linalg.norm(one) for one in features], axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)

    def compare(self, probe: Embedding, reference: Embedding) -> float:
        """The score on the common scale, from the cosine; the cosine itself without a scale."""
        cosine = float(probe @ reference)
        return cosine if self._scale is None else self._scale.score(cosine)

    def load(self) -> None:
        """Read all weights now rather than at the first picture."""
        self._points.load()
        _ = self._detector_weights, self._session

    @cached_property
    def _detector_weights(self) -> NDArray[np.uint8]:
        return np.frombuffer(self._read_detector(), np.uint8)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        return open_network(self._read_embedder())

    def _find(self, image: Image) -> NDArray[np.float64]:
        size = (image.shape[1], image.shape[0])
        with self._lock:
            if size not in self._detectors:
                # Setting another size makes OpenCV plan the network anew, which costs a detection.
                newest = dict(list(self._detectors.items())[1 - _KEPT_DETECTORS :])
                self._detectors = {**newest, size: self._make(size)}
            _, rows = self._detectors[size].detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        return np.zeros((0, 15)) if rows is None else np.asarray(rows, dtype=np.float64)

    def _make(self, size: tuple[int, int]) -> Any:
        weights = self._detector_weights
        nothing = np.zeros(0, np.uint8)
        return cv2.FaceDetectorYN.create(
            "onnx", weights, nothing, size, _MIN_SCORE, _MAX_OVERLAP, _MAX_FACES
        )

    def _describe(self, image: Image, row: NDArray[np.float64]) -> Face:
        points = row[4:14].reshape(5, 2)
        left, top, width, height = row[:4].tolist()
        box = Box(round(left), round(top), round(left + width), round(top + height))
        score = (float(row[14]) - _MIN_SCORE) / _SCORE_SPAN
        return Face(box, self._points.find(image, _dlib_box(row)), score, points)


def _to_picture(image: Image, small: Image) -> NDArray[np.float64]:
    across, down = image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]
    return np.array([*(across, down) * 7, 1.0])


def _dlib_box(row: NDArray[np.float64]) -> Box:
    side = _DLIB_BOX_SIDE * float(np.sqrt(row[2] * row[3]))
    x, y = row[4:14].reshape(5, 2).mean(axis=0) + np.multiply(_DLIB_BOX_SHIFT, side)
    edges = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    return Box(*(round(float(edge)) for edge in edges))
