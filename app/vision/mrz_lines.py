"""The project's own recogniser of MRZ lines: a small network that knows 37 characters and a face.

Weights, figures and how they were made: `weights/mrz_lines.md`.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.image import to_gray
from app.vision.mrz_emission import MrzEmission
from app.vision.onnx_session import open_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from app.vision.image import GrayImage, Image

LINE_HEIGHT_PX = 24
WIDTH_STRETCH = 4 / 3  # five steps a character leave room for the blank between two fillers
STEP_PX = 4
MAX_LINE_WIDTH_PX = 1600  # a line longer than that is a ruling or a border, not text
_MIN_LINE_WIDTH_PX = 32
_CONTRAST_REACH_PX = 65  # three characters
_WEIGHTS_FILE = Path(__file__).parent / "weights" / "mrz_lines.onnx"
WEIGHTS_SHA256 = "fa010baf935bdb9eff07d5863546eccc13eaa5788491ba4e967de5842d8c2c1e"


class MrzWeightsError(Exception):
    """The weights of the MRZ recogniser are not those that this version was measured with."""


def normalised_line(line: GrayImage) -> NDArray[np.float32]:
    """The line at even brightness and contrast, as the network is given it.

    Shapes and units: `line` (LINE_HEIGHT_PX, w) uint8; float32 of the same shape, mean about 0.
    """
    values = line.astype(np.float32)
    box = (_CONTRAST_REACH_PX, 2 * LINE_HEIGHT_PX + 1)
    values -= cv2.blur(values, box, borderType=cv2.BORDER_REFLECT)
    power = cv2.blur(values * values, box, borderType=cv2.BORDER_REFLECT)
    near = np.sqrt(np.maximum(power, 0))  # running sums leave tiny negatives
    return np.asarray(values / (0.7 * near + 0.3 * values.std() + 4.0), np.float32)


def read_mrz_lines(crops: Sequence[Image]) -> list[MrzEmission]:
    """What each line says, in the order of the crops.

    Shapes and units: each crop (h, w, 3) uint8 RGB, one line of dark text, upright, its capitals
    half to three quarters of the crop's height.
    Raises: MrzWeightsError when the weights beside this module are not the published ones.
    Cost: about 4 ms for a line of 44 characters on one core.
    """
    session = _session()
    emissions = []
    for crop in crops:
        tensor = normalised_line(_to_line_height(to_gray(crop)))[None, None]
        log_p = session.run(None, {"lines": tensor})[0][0]
        emissions.append(MrzEmission(np.asarray(log_p, dtype=np.float32)))
    return emissions


def _to_line_height(gray: GrayImage) -> GrayImage:
    height_px, width_px = gray.shape
    scaled_width_px = round(width_px * LINE_HEIGHT_PX / height_px * WIDTH_STRETCH)
    size = (min(max(scaled_width_px, _MIN_LINE_WIDTH_PX), MAX_LINE_WIDTH_PX), LINE_HEIGHT_PX)
    interpolation = cv2.INTER_AREA if height_px > LINE_HEIGHT_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=interpolation), dtype=np.uint8)


@cache
def _session() -> onnxruntime.InferenceSession:
    weights = _WEIGHTS_FILE.read_bytes()
    if sha256(weights).hexdigest() != WEIGHTS_SHA256:
        raise MrzWeightsError(_WEIGHTS_FILE.name)
    return open_network(weights)
