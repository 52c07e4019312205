"""Turning a rectified document upright by what is printed on it, never by metadata."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.vision.rectification import quad_size_px, quarter_turned, rectify
from app.vision.text import find_text_lines
from app.vision.text_networks import upside_down_scores

if TYPE_CHECKING:
    from app.vision.image import Image, Quad

MAX_VOTERS = 8
MIN_VOTERS = 3
MIN_VOTER_ASPECT = 2.5


@dataclass(frozen=True, slots=True)
class Orientation:
    """How many clockwise quarter turns bring the picture upright, and how sure that is (0 to 1)."""

    quarter_turns: int
    score: float


def orientation_by_text(image: Image) -> Orientation | None:
    """The turn that sets the printed lines upright, None when there are too few lines to tell.

    Shapes and units: `image` (H, W, 3) uint8 RGB, rectified, at any of the four turns.
    Cost: 0.3 s on one core.
    """
    voters = _voters(find_text_lines(image))
    upright = [quad for quad in voters if _is_across(quad)]
    is_sideways = len(upright) * 2 < len(voters)
    chosen = [quad for quad in voters if _is_across(quad) != is_sideways]
    if len(chosen) < MIN_VOTERS:
        return None
    if is_sideways:
        turned = quarter_turned(image, 1)
        chosen = _voters(find_text_lines(turned))
        if len(chosen) < MIN_VOTERS:
            return None
        votes = upside_down_scores([rectify(turned, quad) for quad in chosen])
    else:
        votes = upside_down_scores([rectify(image, quad) for quad in chosen])
    share_upside_down = float(np.mean(votes))
    half_turns = 2 if share_upside_down > 0.5 else 0  # noqa: PLR2004 -- the majority
    return Orientation(
        (int(is_sideways) + half_turns) % 4, max(share_upside_down, 1 - share_upside_down)
    )


def _voters(quads: list[Quad]) -> list[Quad]:
    """The longest lines of about the usual height: captions and headings, not signatures."""
    sized = [(quad_size_px(quad), quad) for quad in quads]
    lines = [(size, quad) for size, quad in sized if size[0] >= MIN_VOTER_ASPECT * size[1]]
    lines.sort(key=lambda each: -each[0][0])
    return [quad for _, quad in lines[:MAX_VOTERS]]


def _is_across(quad: Quad) -> bool:
    along = quad[1] - quad[0]
    return abs(float(along[0])) >= abs(float(along[1]))
