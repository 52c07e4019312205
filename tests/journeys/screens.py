"""Every screen of the widget as a picture, on a phone and on a desk: `make screens`.

The walk is that of `test_every_step`, by a device that has everything: two cameras, a light, a
voice. One sheet is made for each look and size, small enough to be kept in docs/screens. With
`LOCALES=he,ja FOLDER=/tmp/screens` the same is made of other languages, elsewhere, and with each
screen in full beside its sheet.
"""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageDraw
from playwright.sync_api import Browser

from app.domain.partner import Mode
from app.domain.theme import USUAL
from app.services.callers import PartnerCaller
from app.settings import PROJECT_FOLDER
from tests.journeys import test_every_step as every_step
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS
from tests.journeys.test_every_step import AT_REST, Walk, papers
from tests.journeys.test_screen_light import at_the_selfie

__all__ = ["papers"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

FOLDER = Path(os.environ.get("FOLDER", PROJECT_FOLDER / "docs/screens"))
LOCALES = os.environ.get("LOCALES", "en,ar").split(",")
IS_KEPT = "FOLDER" not in os.environ
SIZES = {"phone": (360, 740), "desk": (1280, 800)}
# The widths of one screen on a sheet, and how many stand in a row.
THUMBS = {"phone": (180, 9), "desk": (400, 5)}
NAMES = {"ar": "arabic"}
GROUND, INK, GAP, LINE = "#dfe4ee", "#101828", 12, 18
DEVICE = """() => {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  MediaDevices.prototype.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    const [track] = stream.getVideoTracks();
    track.getCapabilities = () => ({ torch: true });
    return stream;
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    ["front", "rear"].map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
  const voices = ["en", "ar", "he", "ja", "tr", "cs"].map(
    (lang) => ({ name: lang, lang, localService: true }));
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, addEventListener: () => {}, removeEventListener: () => {},
    cancel: () => {}, speak: () => {} } });
}"""


@dataclass
class Photographer(Walk):
    """Walks as everybody does, and takes each screen in each size and look."""

    schemes: tuple[str, ...] = ("light",)
    taken: dict[tuple[str, str], list[tuple[str, Image.Image]]] = field(default_factory=dict)

    def at(self, test_id: str, name: str = "") -> None:
        """Wait for the screen's mark and take its picture."""
        self.page.get_by_test_id(test_id).filter(visible=True).first.wait_for()
        # No button is shown as if it were pointed at.
        self.page.mouse.move(0, 0)
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in self.schemes:
                self.page.evaluate(
                    "(theme) => { document.documentElement.dataset.theme = theme; }", scheme
                )
                self.page.evaluate(AT_REST)
                shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
                self.taken.setdefault((size, scheme), []).append((name or test_id, shot))
        # The next screen comes up as on a phone, and not where a taller one had been scrolled to.
        self.page.set_viewport_size(dict(zip(("width", "height"), SIZES["phone"], strict=True)))


@pytest.fixture(params=LOCALES)
def photographer(
    browser: Browser, house: House, request: pytest.FixtureRequest
) -> Iterator[Photographer]:
    width, height = SIZES["phone"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.add_init_script(f"({DEVICE})()")
    created = house.services.create_partner(request.node.name, Mode.TEST, [house.shop_url])
    locale = request.param
    schemes = ("light", "dark") if locale == "en" else ("light",)
    caller = PartnerCaller(created.partner_id, Mode.TEST)
    yield Photographer(page, house, locale, "light", caller, schemes=schemes)
    context.close()


def test_screens(photographer: Photographer, papers: Callable[[str], Path]) -> None:
    walk = photographer
    every_step._first_steps(walk)
    every_step._pictures(walk, papers("good"))
    every_step._selfie(walk)
    every_step._another_device(walk)
    every_step._ends(walk)
    _choices(walk)
    for (size, scheme), shots in walk.taken.items():
        look = scheme if walk.locale == "en" else NAMES.get(walk.locale, walk.locale)
        _save(f"{size}-{look}", size, shots)


def _choices(walk: Photographer) -> None:
    """What is chosen before the look: light, voice, another way."""
    address, _ = at_the_selfie(walk.house, f"chooses-{walk.locale}")
    page, _, code = address.partition("#")
    walk.page.goto(f"{page}?locale={walk.locale}#{code}")
    walk.at("step-selfie", "choices before the look")
    walk.click("selfie-cannot-turn")
    walk.at("selfie-still", "who cannot turn the head")


def _save(name: str, size: str, shots: list[tuple[str, Image.Image]]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    width, in_a_row = THUMBS[size]
    full_width, full_height = SIZES[size]
    height = round(width * full_height / full_width)
    rows = -(-len(shots) // in_a_row)
    step_x, step_y = width + GAP, height + LINE + GAP
    sheet = Image.new("RGB", (in_a_row * step_x + GAP, rows * step_y + GAP), GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, (caption, shot) in enumerate(shots):
        left, top = GAP + number % in_a_row * step_x, GAP + number // in_a_row * step_y
        pen.text((left, top), caption.removeprefix("step-").replace("-", " "), INK)
        sheet.paste(shot.resize((width, height), Image.Resampling.LANCZOS), (left, top + LINE))
        if not IS_KEPT:
            shot.save(FOLDER / f"{name}-{number:02}.png")
    _with_few_colours(sheet).save(FOLDER / f"{name}.png", optimize=True)


def _with_few_colours(sheet: Image.Image) -> Image.Image:
    """The commonest colours and all of the palette's: a green shield is rare on white screens."""
    named = [ImageColor.getrgb(str(each)) for scheme in USUAL.values() for each in scheme.values()]
    common = sheet.quantize(256 - len(named), Image.Quantize.MEDIANCUT).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [*common[: 3 * (256 - len(named))], *(part for each in named for part in each)]
    )
    return sheet.quantize(palette=palette, dither=Image.Dither.NONE)
