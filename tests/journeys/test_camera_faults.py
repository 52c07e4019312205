"""Why there is no camera, told apart: each has advice of its own, and a way on."""

import pytest
from playwright.sync_api import Page, expect

from app.web.texts import catalogue
from tests.journeys.conftest import House
from tests.journeys.steps import consent_and_choose
from tests.journeys.test_watchdogs import open_alone

pytestmark = pytest.mark.browser

# What the browser throws, what it remembers of the user's answer, and what the user is told.
FAULTS = (
    ("NotAllowedError", "Permission dismissed", "prompt", "dismissed"),
    ("NotAllowedError", "Permission denied", "denied", "denied"),
    ("NotAllowedError", "Permission denied", "prompt", "dismissed"),
    ("NotAllowedError", "Permission denied by Permissions Policy", "denied", "blocked_by_policy"),
    ("NotFoundError", "", "granted", "not_found"),
    ("SecurityError", "", "denied", "blocked_by_policy"),
    ("NotReadableError", "", "granted", "in_use"),
)
FAILING = """([name, message, state]) => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException(message, name); };
  navigator.permissions.query = async () => ({ state });
}"""
NO_CAMERA_HERE = "() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
# A listener is told before the buttons are, another after them: what is asked for between the two
# is asked for in the press itself.
LISTENING = """() => {
  window.asked = [];
  let isPressed = false;
  addEventListener("click", () => { isPressed = true; }, true);
  addEventListener("click", () => { isPressed = false; });
  navigator.mediaDevices.getUserMedia = async (wish) => {
    window.asked.push([isPressed, wish.audio]);
    throw new DOMException("", "NotReadableError");
  };
}"""
SHOWN_INLINE = """() => [...document.querySelectorAll("template")].map(($t) => $t.content)
  .flatMap((root) => [...root.querySelectorAll("video")])
  .map(($video) => $video.hasAttribute("playsinline") && $video.hasAttribute("muted"))"""


@pytest.fixture
def page(calm_phone: Page) -> Page:
    return calm_phone


def test_each_fault_of_the_camera_is_told_apart_with_a_way_on(page: Page, house: House) -> None:
    _, texts = catalogue("en")
    open_alone(page, house, "has-camera-faults")
    consent_and_choose(page, "passport")
    button = "open-camera"
    for *thrown, told in FAULTS:
        page.evaluate(FAILING, thrown)
        page.get_by_test_id(button).filter(visible=True).click()
        _told(page, texts[f"camera.fault.{told}.title"])
        button = "fault-retry"
    page.evaluate(NO_CAMERA_HERE)
    page.get_by_test_id(button).filter(visible=True).click()
    _told(page, texts["camera.fault.insecure_context.title"])


def test_the_camera_alone_is_asked_for_and_in_the_press_itself(page: Page, house: House) -> None:
    open_alone(page, house, "presses")
    consent_and_choose(page, "passport")
    page.evaluate(LISTENING)
    page.get_by_test_id("open-camera").click()
    page.get_by_test_id("fault-retry").filter(visible=True).click()
    page.get_by_test_id("camera-fault").filter(visible=True).wait_for()
    # An await before it would cost the gesture on iOS; a microphone is nobody's business.
    assert page.evaluate("asked") == [[True, False], [True, False]]
    shown = page.evaluate(SHOWN_INLINE)
    assert len(shown) >= 3
    assert all(shown)


def _told(page: Page, title: str) -> None:
    fault = page.get_by_test_id("camera-fault").filter(visible=True)
    expect(fault).to_contain_text(title)
    expect(page.get_by_test_id("fault-upload")).to_be_visible()
