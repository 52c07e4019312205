"""The camera page of a document: shutter, light, the right camera, and a file that never comes.

Cameras are canvases with what the tests draw on them; the clock is the browser's own, put forward.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from app.vision.image import encode_jpeg
from tests.journeys.conftest import House
from tests.journeys.steps import consent_and_choose, upload
from tests.journeys.test_screen_light import at_the_selfie
from tests.journeys.test_watchdogs import open_alone

pytestmark = pytest.mark.browser

# Two cameras: the first has no colour, the second has colours and a light that can be switched on.
CAMERAS = """
window.asked = [];
window.torch = false;
const drawn = (colours) => {
  const $canvas = document.createElement("canvas");
  Object.assign($canvas, { width: 640, height: 480 });
  const pen = $canvas.getContext("2d");
  const draw = () => colours.forEach((colour, i) => {
    pen.fillStyle = colour;
    pen.fillRect(0, i * 240, 640, 240);
  });
  setInterval(draw, 100);
  draw();
  return $canvas.captureStream(10);
};
const made = {
  infrared: () => drawn(["#777", "#aaa"]),
  colour: () => {
    const stream = drawn(["#a63", "#36a"]);
    const track = stream.getVideoTracks()[0];
    track.getCapabilities = () => ({ torch: true });
    track.applyConstraints = async ({ advanced }) => { window.torch = advanced[0].torch; };
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), deviceId: "colour", torch: window.torch });
    return stream;
  },
};
navigator.mediaDevices.getUserMedia = async ({ video, audio }) => {
  const wanted = video.deviceId?.exact ?? "infrared";
  window.asked.push([wanted, audio]);
  const stream = made[wanted]();
  const track = stream.getVideoTracks()[0];
  if (wanted === "infrared") track.getSettings = () => ({ deviceId: "infrared" });
  return stream;
};
navigator.mediaDevices.enumerateDevices = async () =>
  ["infrared", "colour"].map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
"""
# Another program has it.
COLOUR_IN_USE = """() => {
  const ask = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (wish.video.deviceId?.exact === "colour") throw new DOMException("", "NotReadableError");
    return ask(wish);
  };
}"""


@pytest.fixture
def page(calm_phone: Page) -> Page:
    return calm_phone


def at_the_camera(page: Page, house: House, user: str) -> None:
    """Open the widget and its camera for the photo page of a passport."""
    open_alone(page, house, user)
    consent_and_choose(page, "passport")
    page.get_by_test_id("open-camera").click()
    page.get_by_test_id("automatic").wait_for()


def test_the_button_is_given_after_eight_seconds_of_hints(page: Page, house: House) -> None:
    page.clock.install()
    at_the_camera(page, house, "takes-it-by-hand")
    # The camera shows a person and no paper.
    expect(page.get_by_test_id("capture-hint")).to_have_text("Fit the document inside the frame")
    expect(page.get_by_test_id("shutter")).to_be_hidden()
    page.clock.run_for(9_000)
    expect(page.get_by_test_id("automatic")).to_be_hidden()
    page.get_by_test_id("shutter").click()
    page.get_by_test_id("use").wait_for()


def test_a_camera_without_colour_is_passed_over_and_the_light_is_offered_where_it_is(
    page: Page, house: House
) -> None:
    page.add_init_script(CAMERAS)
    at_the_camera(page, house, "has-two-cameras")
    torch = page.get_by_test_id("torch")
    expect(torch).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("asked") == [["infrared", False], ["colour", False]]
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "true")
    # Whoever wants the other one gets it: it has no light, and the choice is kept.
    page.get_by_test_id("switch-camera").click()
    page.get_by_test_id("automatic").wait_for()
    expect(torch).to_be_hidden()
    assert page.evaluate("asked.at(-1)") == ["infrared", False]


def test_another_camera_begins_the_look_anew(page: Page, house: House) -> None:
    page.add_init_script(CAMERAS)
    begun: list[str] = []

    def asks(route: Route) -> None:
        begun.append(route.request.url.rsplit("/", 2)[1])
        answer = {"status": "open", "prompt": "center", "prompt_index": 0, "prompts_total": 3}
        route.fulfill(status=200, json=answer | {"hint": "no_face", "light": None})

    page.route("**/frames", asks)
    page.goto(at_the_selfie(house, "has-two-front-cameras")[0])
    page.get_by_test_id("selfie-start").click()
    expect(page.get_by_test_id("presence-hint")).not_to_be_empty()
    assert page.evaluate("asked") == [["infrared", False], ["colour", False]]
    switch = page.get_by_test_id("switch-camera")
    with page.expect_response("**/widget/presence"):
        switch.click()
    with page.expect_request("**/frames"):
        pass
    assert page.evaluate("asked.at(-1)") == ["infrared", False]
    # One that cannot be opened is told, and trying again is for the one that could.
    page.evaluate(COLOUR_IN_USE)
    switch.click()
    expect(page.get_by_test_id("camera-fault")).to_be_visible()
    with page.expect_response("**/widget/presence"):
        page.get_by_test_id("fault-retry").click()
    with page.expect_request("**/frames"):
        pass
    assert page.evaluate("asked.at(-1)") == ["infrared", False]
    # The server follows one picture: each time a challenge of its own.
    assert len(set(begun)) == 3


def test_a_file_chooser_that_never_opens_is_told_with_a_way_on(page: Page, house: House) -> None:
    page.clock.install()
    open_alone(page, house, "has-a-dead-chooser")
    consent_and_choose(page, "passport")
    # As in a web view whose app does not answer: nothing opens, nothing is cancelled.
    page.evaluate("() => { HTMLInputElement.prototype.click = () => {}; }")
    page.get_by_test_id("upload").filter(visible=True).click()
    page.clock.run_for(4_500)
    alert = page.get_by_test_id("alert")
    expect(alert).to_contain_text("Take the photo with the camera on this page")
    expect(alert).to_be_focused()
    page.get_by_test_id("open-camera").click()
    page.get_by_test_id("automatic").wait_for()
    expect(alert).to_be_hidden()


def test_a_chooser_that_is_open_is_waited_for(page: Page, house: House) -> None:
    page.clock.install()
    open_alone(page, house, "looks-for-the-file")
    consent_and_choose(page, "passport")
    page.evaluate(
        """() => {
          HTMLInputElement.prototype.click = () => { document.hasFocus = () => false; };
        }"""
    )
    page.get_by_test_id("upload").filter(visible=True).click()
    page.clock.run_for(60_000)
    expect(page.get_by_test_id("alert")).to_be_hidden()
    # The chooser closed, and the app forgot to say so.
    page.evaluate("() => { document.hasFocus = () => true; }")
    page.clock.run_for(5_000)
    expect(page.get_by_test_id("alert")).to_contain_text("No picture arrived")


def test_a_slow_upload_tells_how_much_has_left(page: Page, house: House, tmp_path: Path) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (400, 900, 3), dtype=np.uint8)
    (tmp_path / "large.jpg").write_bytes(encode_jpeg(noise, 80))
    open_alone(page, house, "sends-slowly")
    consent_and_choose(page, "passport")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
    devtools.send("Network.emulateNetworkConditions", slow)
    upload(page, tmp_path / "large.jpg")
    expect(page.get_by_test_id("checking")).to_have_text(re.compile(r"Sent: \d+%"))
    expect(page.get_by_test_id("checking")).to_have_text("Checking your photo…")


def test_an_upload_that_stands_still_is_tried_again(
    page: Page, house: House, tmp_path: Path
) -> None:
    (tmp_path / "small.jpg").write_bytes(encode_jpeg(np.zeros((900, 1200, 3), np.uint8)))
    page.clock.install()
    open_alone(page, house, "stands-still")
    consent_and_choose(page, "passport")
    page.route("**/widget/captures", lambda _: None)
    upload(page, tmp_path / "small.jpg")
    page.get_by_test_id("checking").wait_for()
    # Its last byte may leave while the clock runs, and the answer is waited for from then on.
    for _ in range(2):
        page.clock.run_for(61_000)
    expect(page.get_by_test_id("toast")).to_contain_text("Trying again")
