from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.vision.model_cards import MINIFASNET_V1SE, MINIFASNET_V2
from app.vision.model_folder import ModelFolder
from app.vision.passive_pad import PadNetwork, PassivePad, installed_passive_pad
from tests.builders.tiny_networks import pad_network

if TYPE_CHECKING:
    from pathlib import Path

    from app.vision.image import Image

NETWORK = pad_network()
# Outer corners 40 px apart, so that the box is 65 x 86 px around (200, 150).
POINTS = np.array([[180, 140], [193, 140], [207, 140], [220, 140], [200, 165]], np.float64)


def _pad(*factors: float) -> PassivePad:
    return PassivePad("tiny", [PadNetwork(factor, lambda: NETWORK) for factor in factors])


def _picture() -> Image:
    """A blue face in red surroundings, each of which the tiny network knows."""
    picture = np.zeros((300, 400, 3), np.uint8)
    picture[..., 0] = 120
    picture[100:200, 160:240] = (0, 0, 120)
    return picture


def test_the_networks_see_the_face_as_far_around_as_each_was_taught() -> None:
    near, far = (_pad(factor).pad_score(_picture(), POINTS) for factor in (1.0, 4.0))

    assert near > 0.99  # with the colours the other way round it would be the other way round
    assert far < 0.01
    assert _pad(1.0, 4.0).pad_score(_picture(), POINTS) == pytest.approx((near + far) / 2)


def test_a_face_at_the_border_or_larger_than_the_picture_is_judged_too() -> None:
    corner = POINTS - POINTS.min(axis=0)
    scores = [_pad(2.7).pad_score(_picture(), points) for points in (corner, 8 * POINTS)]

    assert all(0 <= score <= 1 for score in scores)


class _Stick(ModelFolder):
    """A folder that holds the tiny network under the name of every card."""

    def state(self, _: object) -> str:  # type: ignore[override]
        return "installed"

    def read(self, _: object) -> bytes:
        return NETWORK


def test_it_is_off_until_all_of_its_networks_are_installed_whole(tmp_path: Path) -> None:
    folder = ModelFolder(tmp_path)
    assert installed_passive_pad(folder) is None
    for card in (MINIFASNET_V2, MINIFASNET_V1SE):
        folder.file_of(card).write_bytes(NETWORK)
    assert installed_passive_pad(folder) is None  # damaged: never run

    found = installed_passive_pad(_Stick(tmp_path))

    assert found is not None
    assert found.name == "minifasnet-v2+minifasnet-v1se"
    assert len(found.model_hash) == 64
    assert found.pad_score(_picture(), POINTS) < 0.01
