"""The main job in a real browser: a stranger's page, our frame, a camera, and the payment page."""

import os
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from app.domain.verification import Stage
from app.specimens.clips import flat_photo_clip, write_mjpeg
from app.specimens.portraits import load_portrait
from tests.journeys.conftest import House, launch
from tests.journeys.steps import (
    SLOW_MS,
    Keyboard,
    consent_and_choose,
    meet_challenge,
    open_widget,
    pay,
    print_paper,
    upload,
)

pytestmark = pytest.mark.browser


def test_a_passport_holder_is_verified_and_pays(page: Page, house: House, tmp_path: Path) -> None:
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    expect(page.get_by_test_id("session-badge")).to_have_text("422")
    consent_and_choose(frame, "passport")
    upload(frame, sides["front"])
    meet_challenge(frame)
    frame.get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)
    frame.get_by_test_id("continue").click()
    pay(page, frame)
    expect(page.get_by_test_id("status-badge")).to_have_text("verified")
    expect(page.get_by_test_id("webhooks")).to_contain_text("signature valid")
    # The frame itself is as bare as promised.
    assert not [c for c in page.context.cookies() if c.get("domain") == "localhost"]


def test_by_keyboard_alone_and_when_returning_straight_to_payment(
    page: Page, house: House, tmp_path: Path
) -> None:
    sides = print_paper(page, house.shop_url, "drivers_license", tmp_path)
    keyboard = Keyboard(page)
    keyboard.press(page.get_by_test_id("pay"))
    frame = page.frame_locator("iframe")
    keyboard.press(frame.get_by_test_id("consent-accept"))
    keyboard.press(frame.get_by_test_id("document-type-drivers_license"))
    keyboard.upload(frame, sides["front"])
    expect(page.get_by_test_id("events")).to_contain_text("document_back")
    keyboard.upload(frame, sides["back"])
    frame.get_by_test_id("step-selfie").wait_for(timeout=SLOW_MS)
    meet_challenge(frame, press=keyboard.press)
    frame.get_by_test_id("continue").wait_for(timeout=SLOW_MS)
    keyboard.press(frame.get_by_test_id("continue"))
    pay(page, frame)
    page.reload()
    again = open_widget(page)
    again.get_by_test_id("payment-page").wait_for()
    assert again.get_by_test_id("step-verified").count() == 0


def test_a_reload_lands_on_the_same_step(page: Page, house: House, tmp_path: Path) -> None:
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, sides["front"])
    frame.get_by_test_id("step-selfie").wait_for()
    page.reload()
    open_widget(page).get_by_test_id("step-selfie").wait_for()


def test_a_picture_of_nothing_is_refused_with_what_to_do(
    page: Page, house: House, tmp_path: Path
) -> None:
    (tmp_path / "page.jpg").write_text("<html>not a picture</html>")
    page.goto(house.shop_url)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, tmp_path / "page.jpg")
    expect(frame.get_by_text("JPEG", exact=False).first).to_be_visible()
    expect(frame.get_by_test_id("step-document-capture")).to_be_visible()


def test_a_print_held_to_the_camera_does_not_pass(
    playwright: Playwright, house: House, tmp_path: Path
) -> None:
    moves = ("center", "yaw_left", "center", "yaw_right", "center")
    camera = tmp_path / "flat.mjpeg"
    write_mjpeg(flat_photo_clip(load_portrait("astronaut"), moves, 30), camera)
    browser = launch(playwright, camera)
    page = browser.new_page()
    page.set_default_timeout(SLOW_MS)
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, sides["front"])
    frame.get_by_test_id("selfie-start").click()
    frame.get_by_test_id("presence-failed").wait_for(timeout=SLOW_MS)
    expect(frame.get_by_test_id("step-processing")).to_have_count(0)
    browser.close()


def test_a_refused_camera_leaves_a_way_on(browser: Browser, house: House) -> None:
    # Another context of the same browser, whose frame may not use the camera at all.
    page = browser.new_page()
    page.set_default_timeout(SLOW_MS)
    page.add_init_script(
        "if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError'));"
    )
    page.goto(house.shop_url)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    frame.get_by_test_id("open-camera").click()
    expect(frame.get_by_test_id("camera-fault").first).to_be_visible()
    expect(frame.get_by_test_id("fault-upload")).to_be_visible()
    page.close()


def test_a_killed_worker_does_not_stop_the_verification(
    page: Page, house: House, tmp_path: Path
) -> None:
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, sides["front"])
    frame.get_by_test_id("step-selfie").wait_for()
    meet_challenge(frame)
    _kill_worker_in_mid_examination(house)
    frame.get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)


def _kill_worker_in_mid_examination(house: House) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with house.services.storage.reading() as uow:
            if uow.verifications.at_stage(Stage.EXAMINING):
                break
        time.sleep(0.05)
    else:
        pytest.fail("no examination began")
    time.sleep(1)
    os.kill(_worker_pid(house), signal.SIGKILL)


def _worker_pid(house: House) -> int:
    state = f"KYC_STATE_DIR={house.environment['KYC_STATE_DIR']}".encode()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in command and state in environment:
            return int(process.name)
    pytest.fail("no worker is running")
