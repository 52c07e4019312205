"""What the page sees in the live picture before it takes it: run by Node, on drawn photographs."""

import base64
import json
import subprocess
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import cv2
import numpy as np
import pytest

from app.settings import PROJECT_FOLDER
from app.specimens.photograph import photograph
from app.specimens.spoils import Spoil, spoil_picture
from app.vision.image import Image
from app.web.bundle import join_modules

WIDTH, HEIGHT = 480, 360
# As in static/css/capture.css on a camera of 4:3.
GUIDE = {"x": 0.07, "y": 0.138, "width": 0.86, "height": 0.723}
MEASURE = """
const { GreyPicture, tilesOf, lightOf, sharpnessOf, glareOf, motionOf, edgesAlong } =
  module_picture_measures;
let before = [];
console.log(JSON.stringify(given.pictures.map((text) => {
  const levels = new Uint8ClampedArray(Buffer.from(text, "base64"));
  const picture = new GreyPicture(levels, given.width, given.height);
  const tiles = tilesOf(picture);
  const look = {
    light: lightOf(tiles),
    sharpness: sharpnessOf(tiles),
    glare: glareOf(tiles),
    edges: edgesAlong(picture, given.guide, 0.12),
    motion: motionOf(before, tiles),
  };
  before = tiles;
  return { ...look, hint: module_live_look.hintFor(look) };
})));
"""


@cache
def card_on_a_table() -> Image:
    """A card with lines of print, photographed."""
    card = np.full((630, 1000, 3), 225, np.uint8)
    for row in range(60, 600, 45):
        sentence = "SPECIMEN 0123456789 ABCDEF"
        cv2.putText(card, sentence, (40, row), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (40, 50, 70), 3)
    picture, _ = photograph(card, chance=Random(3), size_px=(960, 720))
    return picture


def looks_at(*pictures: Image) -> list[dict[str, Any]]:
    """What each picture measures, one after the other."""
    given = {"pictures": [_sent(each) for each in pictures], "guide": GUIDE}
    given |= {"width": WIDTH, "height": HEIGHT}
    bundle = join_modules(PROJECT_FOLDER / "static/widget", "live-look.js")
    answer = subprocess.run(
        ["node", "--input-type=module"],
        input=f"{bundle}\nconst given = {json.dumps(given)};{MEASURE}",
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(answer.stdout)
    return found


def _sent(picture: Image) -> str:
    small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return base64.b64encode(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).tobytes()).decode()


def _moved(x: float, y: float, size: float = 1.0) -> Callable[[Image], Image]:
    """The photograph with everything in it that much to the right, down and larger."""

    def change(picture: Image) -> Image:
        height, width = picture.shape[:2]
        centre = (1 - size) / 2
        shift = ((x + centre) * width, (y + centre) * height)
        matrix = np.array([[size, 0, shift[0]], [0, size, shift[1]]], np.float32)
        kept = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(kept, np.uint8)

    return change


def _table(picture: Image) -> Image:
    return np.asarray(cv2.resize(picture[-20:], (960, 720)), np.uint8)


FAULTS: dict[str, tuple[Callable[[Image], Image], str]] = {
    "night": (lambda picture: spoil_picture(picture, Spoil.DARK), "too_dark"),
    "a reflection": (lambda picture: spoil_picture(picture, Spoil.GLARE), "glare"),
    "blurred": (lambda picture: spoil_picture(picture, Spoil.BLUR), "blurred"),
    "half as large": (_moved(0, 0, 0.5), "fit"),
    "half outside": (_moved(0.3, 0.25), "fit"),
    "no paper": (_table, "fit"),
}


@pytest.fixture(scope="module")
def looks() -> dict[str, dict[str, Any]]:
    """The second of two looks at each picture; of the good one the first, too."""
    good = card_on_a_table()
    spoilt = [change(good) for change, _ in FAULTS.values()]
    found = looks_at(*(picture for each in (good, *spoilt) for picture in (each, each)))
    return {"first": found[0], **dict(zip(["good", *FAULTS], found[1::2], strict=True))}


def test_a_paper_in_the_guide_is_worth_taking_at_the_second_look(
    looks: dict[str, dict[str, Any]],
) -> None:
    assert looks["good"]["hint"] is None
    assert looks["good"]["motion"] == 0
    # Nothing was there to compare the first look with.
    assert looks["first"]["hint"] == "hold_still"


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_by_its_own_hint(looks: dict[str, dict[str, Any]], fault: str) -> None:
    assert looks[fault]["hint"] == FAULTS[fault][1], looks[fault]


def test_a_paper_on_its_way_into_the_guide_is_waited_for() -> None:
    good = card_on_a_table()
    moving = looks_at(_moved(0.04, 0.03)(good), good)[1]
    assert moving["hint"] == "hold_still"
    assert looks_at(_moved(0.002, 0)(good), good)[1]["hint"] is None


def test_each_measure_goes_by_what_it_is_named_for(looks: dict[str, dict[str, Any]]) -> None:
    good = looks["good"]
    assert good["edges"] == 4
    assert looks["no paper"]["edges"] == 0
    assert looks["blurred"]["sharpness"] < good["sharpness"] / 5
    assert looks["a reflection"]["glare"] > 0.07 > good["glare"] == 0
    assert looks["night"]["light"]["high"] < 40 < good["light"]["high"]
