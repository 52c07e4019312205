"""The three text networks inside the rapidocr wheel, run by onnxruntime without its own code.

The package is found but never imported: its import configures logging and pulls in a downloader.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.onnx_session import open_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from app.vision.image import Image

LINE_HEIGHT_PX = 48  # what the recogniser was trained on
CLASSIFIER_WIDTH_PX = 192
MAX_LINE_WIDTH_PX = 1600  # a line longer than that is a ruling or a border, not text
_DETECTOR_STRIDE_PX = 32


class TextNetworksMissingError(Exception):
    """The rapidocr wheel with its weights is not installed."""


@dataclass(frozen=True, slots=True)
class LineProbabilities:
    """What the recogniser saw along one line: (T, C) float32, class 0 is the CTC blank."""

    values: NDArray[np.float32]


def recognise_lines(crops: Sequence[Image]) -> list[LineProbabilities]:
    """The class probabilities along each text line, in the order of the crops.

    Shapes and units: each crop (h, w, 3) uint8 RGB, one line of text, upright, about 10 % margin.
    Cost: about 65 ms for a 44-character line on one core.
    """
    results: list[LineProbabilities] = []
    session = _session("rec_small")
    for crop in crops:
        tensor = _normalised(_to_line_height(crop))
        output = session.run(None, {session.get_inputs()[0].name: tensor})[0]
        results.append(LineProbabilities(np.asarray(output[0], dtype=np.float32)))
    return results


@cache
def characters() -> tuple[str, ...]:
    """The recogniser's classes; index 0 is the blank, the last one the space."""
    listing = _session("rec_small").get_modelmeta().custom_metadata_map["character"]
    return ("", *listing.split("\n"), " ")


def upside_down_scores(crops: Sequence[Image]) -> list[float]:
    """The probability, for each line, that it stands on its head.

    Shapes and units: crops as in `recognise_lines`. Cost: about 3 ms a line on one core.
    """
    session = _session("mobile_v2.0_cls")
    scores = []
    for crop in crops:
        line = _to_line_height(crop)[:, :CLASSIFIER_WIDTH_PX]
        canvas = np.full((LINE_HEIGHT_PX, CLASSIFIER_WIDTH_PX, 3), 127, dtype=np.uint8)
        canvas[:, : line.shape[1]] = line
        output = session.run(None, {session.get_inputs()[0].name: _normalised(canvas)})[0]
        scores.append(float(output[0][1]))
    return scores


def text_probability_map(image: Image) -> NDArray[np.float32]:
    """Per-pixel probability of text, of the image's own height and width.

    Shapes and units: `image` (H, W, 3) uint8 RGB; the caller chooses the size, cost grows with it.
    Cost: 0.28 s for 640 x 480 px on one core.
    """
    height_px, width_px = image.shape[:2]
    size = (_to_stride(width_px), _to_stride(height_px))
    session = _session("det_small")
    tensor = _normalised(np.asarray(cv2.resize(image, size), dtype=np.uint8))
    output = session.run(None, {session.get_inputs()[0].name: tensor})[0]
    probabilities = cv2.resize(np.asarray(output[0, 0]), (width_px, height_px))
    return np.asarray(probabilities, dtype=np.float32)


def _to_stride(length_px: int) -> int:
    return max(_DETECTOR_STRIDE_PX, round(length_px / _DETECTOR_STRIDE_PX) * _DETECTOR_STRIDE_PX)


def _to_line_height(crop: Image) -> Image:
    height_px, width_px = crop.shape[:2]
    scaled_width_px = round(width_px * LINE_HEIGHT_PX / height_px)
    size = (min(max(scaled_width_px, 16), MAX_LINE_WIDTH_PX), LINE_HEIGHT_PX)
    interpolation = cv2.INTER_AREA if height_px > LINE_HEIGHT_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=interpolation), dtype=np.uint8)


def _normalised(image: Image) -> NDArray[np.float32]:
    # The networks were trained on BGR.
    tensor = image[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(tensor.transpose(2, 0, 1)[None])


@cache
def _session(name_part: str) -> onnxruntime.InferenceSession:
    return open_network(str(_weights_file(name_part)))


def _weights_file(name_part: str) -> Path:
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        message = "rapidocr is not installed"
        raise TextNetworksMissingError(message)
    found = sorted((Path(spec.origin).parent / "models").glob(f"*{name_part}*.onnx"))
    if not found:
        message = f"the rapidocr wheel carries no {name_part} weights"
        raise TextNetworksMissingError(message)
    return found[0]
