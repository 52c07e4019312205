"""The reference in a browser: within its policy, accessible, and as wide as the screen."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import House

pytestmark = pytest.mark.browser
PAGES = ("/docs", "/docs/errors", "/docs/reasons", "/docs/events")


@pytest.fixture(params=[("light", 1280, 800), ("dark", 360, 740)], ids=["light-1280", "dark-360"])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width, height = request.param
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_everyone_can_read_it(reader: Page, house: House, path: str) -> None:
    asked: list[str] = []
    reports: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.on("console", lambda line: reports.append(line.text))
    reader.goto(f"{house.widget_url}{path}")
    assert reports == []
    assert [url for url in asked if not url.startswith(house.widget_url)] == []
    assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # One template makes all operations, and axe is slow over sixty: two of a face stand for all.
    reader.evaluate(
        "document.querySelectorAll('.docs-face .operation:nth-of-type(n + 3)')"
        ".forEach((each) => each.remove())"
    )
    found = Axe().run(reader).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [f"{each['id']}: {each['nodes'][0]['target']}" for each in serious] == []


def test_an_anchor_shows_its_operation_below_the_header(reader: Page, house: House) -> None:
    reader.goto(f"{house.widget_url}/docs#post-widget-client-tokens")
    title = reader.locator("#post-widget-client-tokens-title")
    top = title.bounding_box()
    header = reader.locator(".docs-top").bounding_box()
    assert top is not None
    assert header is not None
    assert max(header["y"] + header["height"], 0) <= top["y"] < 300


def test_print_leaves_out_what_only_a_screen_needs(reader: Page, house: House) -> None:
    reader.goto(f"{house.widget_url}/docs/errors")
    reader.emulate_media(media="print")
    assert not reader.locator(".docs-nav").is_visible()
    assert reader.locator("#rate_limited").is_visible()
