"""Two devices: a computer in the shop's page, and a phone that comes with the code it shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, FrameLocator, Page, expect

from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from tests.journeys.conftest import House
from tests.journeys.steps import (
    SLOW_MS,
    consent_and_choose,
    meet_challenge,
    open_widget,
    print_paper,
    upload,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    yield page
    context.close()


def scan(frame: FrameLocator, folder: Path) -> str:
    """The link that a phone's camera reads from the screen."""
    frame.get_by_test_id("qr").wait_for()
    frame.get_by_test_id("qr").evaluate("image => image.decode()")
    picture = folder / "screen.png"
    frame.get_by_test_id("qr").screenshot(path=picture)
    with Image.open(picture) as image:
        (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(code.text)


def show_code(frame: FrameLocator) -> None:
    consent_and_choose(frame, "passport")
    frame.get_by_test_id("hand-over-quiet").click()


def come(phone: Page, link: str) -> str:
    """Open the link; the number that the phone shows."""
    phone.goto(link)
    phone.get_by_test_id("handoff-join").click()
    shown = phone.get_by_test_id("handoff-number")
    shown.wait_for()
    return shown.inner_text()


def choose(frame: FrameLocator, number: str) -> None:
    choices = frame.get_by_test_id("handoff-choice")
    # Until they are shown the buttons hold nothing, or the numbers of an earlier code.
    choices.filter(has_text=number).wait_for()
    choices.filter(has_text=number).click()


def grave(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_the_phone_does_it_all_and_the_computer_pays(
    page: Page, phone: Page, house: House, tmp_path: Path
) -> None:
    reports: list[str] = []
    for each in (page, phone):
        each.on("console", lambda line: reports.append(line.text))
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    show_code(frame)
    link = scan(frame, tmp_path)
    assert grave(page) == []
    number = come(phone, link)
    assert "#" not in phone.url
    choose(frame, number)
    frame.get_by_test_id("handoff-on-phone").wait_for()
    assert grave(page) == []
    upload(phone, sides["front"])
    phone.get_by_test_id("step-selfie").wait_for()
    expect(phone.get_by_test_id("hand-over-quiet")).to_be_hidden()
    expect(frame.locator("[aria-current=step]")).to_have_text("Look into the camera")
    meet_challenge(phone)
    # The computer pays; the phone, which shares the result, leads nowhere.
    page.frame_locator("iframe").get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)
    phone.get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)
    expect(phone.get_by_test_id("continue")).to_be_hidden()
    frame.get_by_test_id("continue").click()
    frame.get_by_test_id("payment-page").wait_for()
    # Handed in by the phone, and told by the frame all the same.
    expect(page.get_by_test_id("events")).to_contain_text("kyc.submitted")
    assert [text for text in reports if "Content Security" in text or "Trusted" in text] == []


def test_taking_back_lands_on_the_phone_s_step(
    page: Page, phone: Page, house: House, tmp_path: Path
) -> None:
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    show_code(frame)
    link = scan(frame, tmp_path)
    number = come(phone, link)
    # Whoever photographed the screen is second, and is told so.
    late = phone.context.new_page()
    late.goto(link)
    late.get_by_test_id("handoff-join").click()
    late.get_by_test_id("handoff-join-over").wait_for()
    choose(frame, number)
    upload(phone, sides["front"])
    phone.get_by_test_id("step-selfie").wait_for()
    # A page that was loaded anew knows of the phone, too.
    page.reload()
    frame = open_widget(page)
    frame.get_by_test_id("handoff-take-back").click()
    frame.get_by_test_id("step-selfie").wait_for()
    phone.get_by_test_id("step-continued-elsewhere").wait_for()


def test_the_host_page_is_told_and_a_wrong_number_lets_nobody_in(
    page: Page, phone: Page, house: House, tmp_path: Path
) -> None:
    frame = open_listening(page, house)
    show_code(frame)
    number = come(phone, scan(frame, tmp_path))
    choices = frame.get_by_test_id("handoff-choice")
    # Before the numbers come, every choice is one without this number.
    choices.filter(has_text=number).wait_for()
    choices.filter(has_not_text=number).first.click()
    frame.get_by_test_id("handoff-over").wait_for()
    phone.get_by_test_id("handoff-join-over").wait_for()
    frame.get_by_test_id("handoff-again").click()
    choose(frame, come(phone, scan(frame, tmp_path)))
    phone.get_by_test_id("step-document-capture").wait_for()
    frame.get_by_test_id("handoff-take-back").click()
    frame.get_by_test_id("step-document-capture").wait_for()
    told = page.evaluate("seen.filter(({type}) => type === 'kyc.handoff').map((e) => e.payload)")
    again = ("waiting", "scanned", "active", "taken_back")
    assert told == [{"status": word} for word in ("waiting", "scanned", "refused", *again)]


def open_listening(page: Page, house: House) -> FrameLocator:
    """The widget on the shop's page, with everything that it tells kept in `seen`."""
    with house.services.storage.reading() as uow:
        shop = uow.partners.by_name("Shop", Mode.TEST)
    assert shop is not None
    issued = house.services.issue_client_token(
        PartnerCaller(shop.id, Mode.TEST), ClientTokenRequest("user-handoff")
    )
    page.goto(house.shop_url)
    page.evaluate(
        "options => { window.seen = [];"
        " KycWidget.open({ ...options, onEvent: (event) => seen.push(event) }); }",
        {
            "widgetUrl": f"{house.widget_url}/widget/s/{issued.session_id}",
            "launchCode": issued.launch_code,
        },
    )
    return page.frame_locator("iframe[title]")
