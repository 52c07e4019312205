"""Pictures that are no usable picture of one document, each drawn by code."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np

from app.specimens.photograph import photograph
from tests.builders.specimen_photographs import specimen

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.vision.image import Image

_WORDS = ("the", "rain", "fell", "over", "a", "town", "while", "nobody", "asked", "for", "letters")


def bare_table() -> Image:
    """A wooden table and nothing on it."""
    dice = np.random.default_rng(1)
    grain = dice.standard_normal((300, 400)).astype(np.float32)
    drawn_out = cv2.resize(cv2.GaussianBlur(grain, (0, 0), sigmaX=48, sigmaY=2), (1600, 1200))
    tones = 0.5 + 0.2 * drawn_out[..., None] / drawn_out.std()
    noise = 2.5 * dice.standard_normal((1200, 1600, 1))
    wood = np.multiply((56, 52, 42), np.clip(tones, 0, 1)) + noise + (120, 84, 54)
    return np.clip(wood, 0, 255).astype(np.uint8)


def blank_page() -> Image:
    """An even sheet that fills the picture."""
    return np.full((1200, 1600, 3), 235, np.uint8)


def blank_page_on_a_table() -> Image:
    """An empty sheet on a table."""
    return photograph(np.full((1400, 1000, 3), 240, np.uint8), chance=Random(1))[0]


def fur() -> Image:
    """Hair all over, and two eyes: as near as a drawing comes to a cat."""
    hair = np.random.default_rng(4).standard_normal((1200, 1600)).astype(np.float32)
    strands = cv2.filter2D(hair, -1, np.eye(31, dtype=np.float32) / 31)
    tones = 120 + 55 * strands / strands.std()
    picture = np.clip(tones[..., None] * (1.0, 0.8, 0.55), 0, 255).astype(np.uint8)
    for x in (560, 1040):
        cv2.ellipse(picture, (x, 520), (110, 80), 0, 0, 360, (190, 200, 60), -1)
        cv2.ellipse(picture, (x, 520), (28, 76), 0, 0, 360, (15, 15, 10), -1)
    return picture


def page_of_text(rows: int = 60) -> Image:
    """A page of prose without a table around it."""
    page = np.full((2200, 1600, 3), 245, np.uint8)
    dice = Random(3)
    for row in range(rows):
        line = " ".join(dice.choice(_WORDS) for _ in range(17))
        place = (110, 120 + row * 33)
        cv2.putText(
            page, line[:88], place, cv2.FONT_HERSHEY_TRIPLEX, 0.72, (30, 30, 30), 1, cv2.LINE_AA
        )
    return page


def two_documents(
    kinds: tuple[str, str] = ("passport", "id_card"), seed: int = 1, *, stacked: bool = False
) -> Image:
    """Two documents on one table, side by side or one above the other."""
    size_px = (1400, 900) if stacked else (1000, 1200)
    halves = [
        photograph(specimen(kind).front, chance=Random(seed + place), size_px=size_px)[0]
        for place, kind in enumerate(kinds)
    ]
    return np.vstack(halves) if stacked else np.hstack(halves)


def thumbnail() -> Image:
    """A card in a picture of 200 pixels."""
    picture = photograph(specimen("id_card").front, chance=Random(1))[0]
    return np.asarray(cv2.resize(picture, (200, 150), interpolation=cv2.INTER_AREA), np.uint8)


def forty_megapixels() -> Image:
    """A usable photograph of 39.9 megapixels."""
    picture = photograph(specimen("id_card").front, chance=Random(1))[0]
    return np.asarray(cv2.resize(picture, (7296, 5472), interpolation=cv2.INTER_CUBIC), np.uint8)


def cut_off(kind: str, border: str, seed: int = 5, share: float = 1 / 6) -> Image:
    """A photograph in which a share of the document lies beyond one border."""
    picture, corners = photograph(specimen(kind).front, chance=Random(seed))
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    across, down = round((right - left) * share), round((bottom - top) * share)
    cuts = {
        "left": np.s_[:, round(left) + across :],
        "top": np.s_[round(top) + down :],
        "right": np.s_[:, : round(right) - across],
        "bottom": np.s_[: round(bottom) - down],
    }
    return np.ascontiguousarray(picture[cuts[border]])


BAD_PICTURES: dict[str, tuple[Callable[[], Image], list[str]]] = {
    "no document": (bare_table, ["not_a_document"]),
    "blank page": (blank_page, ["not_a_document"]),
    "blank page on a table": (blank_page_on_a_table, ["not_a_document"]),
    "fur": (fur, ["not_a_document"]),
    "page of text": (page_of_text, ["not_a_document"]),
    "two documents": (two_documents, ["multiple_documents"]),
    "thumbnail of 200 pixels": (thumbnail, ["low_resolution"]),
    "40 megapixels": (forty_megapixels, []),
}
"""What each shows, and the reasons that must be given."""
