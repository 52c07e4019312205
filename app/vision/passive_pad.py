"""Passive presentation attack detection: networks that judge single pictures of a face.

They know the prints and screens that they were trained on and generalise badly, so that what they
say is reported and never decides. Used only where an operator has installed their weights.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.vision.model_cards import MINIFASNET_V1SE, MINIFASNET_V2
from app.vision.onnx_session import open_network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import onnxruntime
    from numpy.typing import NDArray

    from app.vision.faces import Landmarks
    from app.vision.image import Image
    from app.vision.model_folder import ModelFolder

# How far around the face each network was trained to look. Source: the names of its weights.
_CARDS = {MINIFASNET_V2: 2.7, MINIFASNET_V1SE: 4.0}
_SIDE_PX = 80
_BONA_FIDE = 1  # of three classes; the two others are attacks
# The detector's box that the crops start from, in outer eye distances: its width and height, and
# how far its middle lies under that of the eyes. YuNet's boxes of 314 frontal faces of LFW: medians
# (standard deviations 0.10, 0.17, 0.07). dlib's are squares, with which the networks do worse.
_BOX_WIDTH, _BOX_HEIGHT, _BOX_BELOW = 1.63, 2.16, 0.25


@dataclass(frozen=True, slots=True)
class PadNetwork:
    """One network: how many times the face's box it looks at, and a function that reads it."""

    crop_factor: float
    read: Callable[[], bytes]


class PassivePad:
    """The mean of several networks, as their authors use them.

    Weights are read at the first picture. Cost: 10 ms a picture for the two networks.
    """

    def __init__(self, name: str, networks: Sequence[PadNetwork]) -> None:
        self.name = name
        self._networks = tuple(networks)

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 over all weight files, hexadecimal."""
        return hashlib.sha256(b"".join(each.read() for each in self._networks)).hexdigest()

    def pad_score(self, image: Image, landmarks: Landmarks) -> float:
        """The probability of a bona fide presentation, 0 to 1; 0.5 is the authors' own bound.

        Shapes and units: `image` (H, W, 3) uint8 RGB; `landmarks` (5, 2) px in the order of
        `vision.faces.Landmarks`, of a face that looks ahead.
        Raises: ModelDamagedError, where the weights were replaced since they were found.
        """
        shares = [
            _softmax(session.run(None, {session.get_inputs()[0].name: _crop(image, box)})[0][0])
            for session, box in (
                (session, _box(image, landmarks, network.crop_factor))
                for network, session in zip(self._networks, self._sessions, strict=True)
            )
        ]
        return float(np.mean(shares, axis=0)[_BONA_FIDE])

    @cached_property
    def _sessions(self) -> list[onnxruntime.InferenceSession]:
        return [open_network(network.read()) for network in self._networks]


def installed_passive_pad(folder: ModelFolder) -> PassivePad | None:
    """The networks where all of them are installed whole, else None. Cost: 10 ms."""
    if any(folder.state(card) != "installed" for card in _CARDS):
        return None
    networks = [PadNetwork(factor, partial(folder.read, card)) for card, factor in _CARDS.items()]
    return PassivePad("+".join(card.name for card in _CARDS), networks)


def _box(image: Image, landmarks: Landmarks, factor: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what a network looks at, moved and shrunk into the picture.

    Source: Silent-Face-Anti-Spoofing, `src/generate_patches.py`.
    """
    height_px, width_px = image.shape[:2]
    eyes_px = float(np.hypot(*(landmarks[3] - landmarks[0])))
    middle = landmarks[:4].mean(axis=0) + np.array([0.0, _BOX_BELOW * eyes_px])
    face = np.maximum(np.array([_BOX_WIDTH, _BOX_HEIGHT]) * eyes_px, 1.0)
    most = np.array([width_px - 1, height_px - 1])
    size = face * min(factor, *(most / face))
    start = np.clip(middle - size / 2, 0, most - size)
    left, top = (int(edge) for edge in start)
    right, bottom = (int(edge) + 1 for edge in start + size)
    return left, top, right, bottom


def _crop(image: Image, box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    left, top, right, bottom = box
    crop = cv2.resize(image[top:bottom, left:right], (_SIDE_PX, _SIDE_PX))
    # The networks take raw values of BGR; with RGB they take a screen for a face.
    return np.ascontiguousarray(crop[:, :, ::-1].transpose(2, 0, 1)[None], dtype=np.float32)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    grown = np.exp(np.asarray(logits, np.float64) - float(logits.max()))
    return np.asarray(grown / grown.sum())
