"""What a visitor of the demo shop does, step by step."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import FrameLocator, Locator, Page, expect

SLOW_MS = 120_000
# More would be needed nowhere: a screen has a dozen places at most, and the page around it as many.
MOST_TABS = 30


def print_paper(page: Page, shop_url: str, document_type: str, folder: Path) -> dict[str, Path]:
    """Print a specimen on the shop's page and download its sides."""
    page.goto(shop_url)
    page.get_by_test_id("printer-document-type").select_option(document_type)
    page.get_by_test_id("print").click()
    page.get_by_test_id("download-front").wait_for()
    sides = {}
    for side in ("front", "back"):
        link = page.get_by_test_id(f"download-{side}")
        if link.count():
            sides[side] = folder / f"{side}.jpg"
            address = urljoin(shop_url, link.get_attribute("href") or "")
            sides[side].write_bytes(page.request.get(address).body())
    return sides


def open_widget(page: Page) -> FrameLocator:
    """Press "Pay": the session call is answered with 422 and the widget opens."""
    page.get_by_test_id("pay").click()
    return page.frame_locator("iframe")


def consent_and_choose(frame: FrameLocator | Page, document_type: str) -> None:
    """Agree, and choose a document."""
    frame.get_by_test_id("consent-accept").click()
    frame.get_by_test_id(f"document-type-{document_type}").click()
    frame.get_by_test_id("step-document-capture").wait_for()


def upload(frame: FrameLocator | Page, picture: Path) -> None:
    """Upload a picture for the side that is asked for, and use it."""
    frame.get_by_test_id("file").first.set_input_files(picture)
    frame.get_by_test_id("use").click()


def meet_challenge(
    frame: FrameLocator | Page,
    then: str = "step-processing",
    start: str = "selfie-start",
    press: Callable[[Locator], None] = Locator.click,
) -> None:
    """Start the camera and let its person turn until the server is content.

    A recording does not wait for prompts, so now and then it runs out of time and begins again.
    """
    press(frame.get_by_test_id(start))
    ended = frame.get_by_test_id(then).or_(frame.get_by_test_id("selfie-again"))
    for _ in range(4):
        ended.filter(visible=True).first.wait_for(timeout=SLOW_MS)
        if frame.get_by_test_id(then).count():
            return
        press(frame.get_by_test_id("selfie-again"))
    frame.get_by_test_id(then).wait_for(timeout=SLOW_MS)


class Keyboard:
    """Somebody without a mouse: goes from one thing to the next, and presses Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Tab to the element, wherever the focus is now, and press Enter there."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def reach(self, target: Locator) -> None:
        """Tab until the element has the focus; it must come before long."""
        target = target.filter(visible=True)
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate("($e) => $e === $e.ownerDocument.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by Tab")

    def upload(self, frame: FrameLocator | Page, picture: Path) -> None:
        """Choose a picture by the button that opens the system's file dialog, and use it."""
        with self.page.expect_file_chooser() as chooser:
            self.press(frame.get_by_test_id("upload"))
        chooser.value.set_files(picture)
        self.press(frame.get_by_test_id("use"))


def pay(page: Page, frame: FrameLocator) -> None:
    """Go on to the payment page inside the frame, and pay."""
    frame.get_by_test_id("payment-page").wait_for()
    frame.get_by_test_id("confirm-payment").click()
    frame.get_by_test_id("back-to-shop").click()
    expect(page.get_by_test_id("session-badge")).to_have_text("201")
