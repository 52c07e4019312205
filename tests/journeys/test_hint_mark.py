"""What a hint is about is framed on the mirror that the user looks into."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import House
from tests.journeys.test_screen_light import at_the_selfie

pytestmark = pytest.mark.browser

# To the left in the frame as it was sent, a little above its middle.
REGION = {"x": 0.3, "y": 0.35, "width": 0.1, "height": 0.1}
ANSWER = {
    "status": "open",
    "prompt": "center",
    "prompt_index": 0,
    "prompts_total": 3,
    "light": None,
}
PLACE = """() => {
  const mark = document.querySelector("[data-hint-mark]").getBoundingClientRect();
  const video = document.querySelector("[data-video]").getBoundingClientRect();
  return [
    (mark.left + mark.width / 2 - video.left) / video.width,
    (mark.top + mark.height / 2 - video.top) / video.height,
  ];
}"""


def test_the_mark_lies_on_the_mirrored_side(page: Page, house: House) -> None:
    hints = [("face_covered", REGION), ("too_dark", None)]

    def answers(route: Route) -> None:
        hint, region = hints[0]
        route.fulfill(status=200, json=ANSWER | {"hint": hint, "hint_region": region})

    page.route("**/frames", answers)
    page.goto(at_the_selfie(house, "covers")[0])
    page.get_by_test_id("selfie-start").click()
    mark = page.get_by_test_id("hint-mark")
    expect(mark).to_be_visible()
    across, down = page.evaluate(PLACE)
    # The camera's picture is wider than the oval, so that what lies aside lies farther aside there.
    assert 0.6 < across < 0.95
    assert 0.3 < down < 0.5

    hints.pop(0)
    expect(page.get_by_test_id("presence-hint")).to_have_text("It is too dark. Find more light")
    expect(mark).to_be_hidden()
