"""The two other ways through: a document shown to the camera, and a second try."""

from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, Playwright, expect

from app.domain.evidence import DocumentType
from app.specimens.attributes import specimen_attributes
from app.specimens.clips import write_mjpeg
from app.specimens.papers import print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait
from tests.journeys.conftest import House, launch
from tests.journeys.steps import SLOW_MS, consent_and_choose, meet_challenge, open_widget, upload
from tests.journeys.steps import print_paper as print_at_the_shop

pytestmark = pytest.mark.browser


def _passport(today: date) -> list[object]:
    paper = print_paper(
        DocumentType.PASSPORT, specimen_attributes(Random(2), today), load_portrait("astronaut")
    )
    return [photograph(paper.front, chance=Random(2))[0]] * 10


def test_a_passport_shown_to_the_camera_is_taken_by_itself_and_accepted(
    playwright: Playwright, house: House, tmp_path: Path
) -> None:
    camera = tmp_path / "passport.mjpeg"
    write_mjpeg(_passport(datetime.now(UTC).date()), camera, 92)  # type: ignore[arg-type]
    browser = launch(playwright, camera)
    page = browser.new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto(house.shop_url)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    frame.get_by_test_id("open-camera").click()
    # Nobody presses anything: it lies still in the guide.
    frame.get_by_test_id("use").click()
    frame.get_by_test_id("step-selfie").wait_for()
    browser.close()


def test_an_expired_passport_asks_for_another_document(
    page: Page, house: House, tmp_path: Path
) -> None:
    page.goto(house.shop_url)
    page.get_by_test_id("printer-spoil").select_option("expired")
    page.get_by_test_id("print").click()
    link = page.get_by_test_id("download-front")
    link.wait_for()
    expired = tmp_path / "expired.jpg"
    expired.write_bytes(page.request.get(house.shop_url + str(link.get_attribute("href"))).body())
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, expired)
    frame.get_by_test_id("step-selfie").wait_for()
    meet_challenge(frame)
    frame.get_by_test_id("step-retry").wait_for(timeout=SLOW_MS)
    expect(frame.get_by_test_id("step-retry")).to_contain_text("expired")
    own = frame.get_by_role("img", name="Your own picture of it")
    expect(own).to_be_visible()
    assert own.evaluate("($img) => $img.naturalWidth > 500")
    expect(page.get_by_test_id("status-badge")).to_have_text("failed")
    frame.get_by_test_id("retry").click()
    frame.get_by_test_id("document-type-passport").wait_for()
    user = page.locator("body").get_attribute("data-partner-user-id")
    good = print_at_the_shop(page, f"{house.shop_url}/?user={user}", "passport", tmp_path)
    again = open_widget(page)
    again.get_by_test_id("document-type-passport").click()
    upload(again, good["front"])
    # The selfie was good: it is not asked for again.
    again.get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)
