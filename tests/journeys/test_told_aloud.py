"""The instructions before the camera, told aloud and by a buzz: by the device alone, if wished."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.conftest import House
from tests.journeys.test_screen_light import at_the_selfie

pytestmark = pytest.mark.browser

# What the device can: a motor that buzzes, and these voices.
DEVICE = """(voices) => {
  window.said = [];
  window.buzzed = [];
  Object.defineProperty(navigator, "vibrate", { value: (form) => window.buzzed.push(form) });
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices,
    addEventListener: () => {},
    removeEventListener: () => {},
    cancel: () => {},
    speak: ({ text, voice }) => window.said.push([text, voice.name]),
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""
OWN = {"name": "own", "lang": "en-GB", "localService": True}
STRANGERS = {"name": "stranger's", "lang": "en-US", "localService": False}


def at_the_first_turn(page: Page, house: House, user: str, voices: list[dict[str, Any]]) -> None:
    """Before the button that starts the camera; then the server asks for a turn, and no more."""
    page.add_init_script(f"({DEVICE})({json.dumps(voices)})")
    answer = {"status": "open", "prompt": "yaw_left", "prompt_index": 1, "prompts_total": 3}

    def asks(route: Route) -> None:
        route.fulfill(status=200, json=answer | {"hint": "turn_more", "light": None})

    page.route("**/frames", asks)
    page.goto(at_the_selfie(house, user)[0])
    page.get_by_test_id("selfie-start").wait_for()


def start(page: Page) -> None:
    page.get_by_test_id("selfie-start").click()
    expect(page.get_by_test_id("presence-prompt")).to_have_text(
        "Turn your head slowly to your left"
    )


def test_instructions_are_read_by_the_devices_own_voice_when_it_is_wished(
    page: Page, house: House
) -> None:
    at_the_first_turn(page, house, "listens", [STRANGERS, OWN])
    expect(page.get_by_test_id("aloud")).not_to_be_checked()
    page.get_by_test_id("aloud").check()
    start(page)
    expect(page.get_by_test_id("presence-hint")).to_have_text("A little further")
    said = page.evaluate("said")
    assert ["Turn your head slowly to your left", "own"] in said
    assert {voice for _, voice in said} == {"own"}
    assert page.evaluate("buzzed.length") >= 1


def test_nothing_is_read_or_buzzed_unasked(browser: Browser, house: House) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    at_the_first_turn(page, house, "reads", [STRANGERS])
    # No voice of the device's own: its user is not offered a stranger's.
    expect(page.get_by_test_id("voice-offer")).to_be_hidden()
    start(page)
    assert page.evaluate("[said, buzzed]") == [[], []]
    context.close()
