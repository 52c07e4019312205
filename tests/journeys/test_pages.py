"""What holds on every page: accessible, within its policy, framed by nobody else."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS, consent_and_choose, open_widget

pytestmark = pytest.mark.browser


@pytest.fixture(params=[("light", 1280), ("dark", 360)], ids=["light-1280", "dark-360"])
def styled_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, width = request.param
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": width, "height": 780},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    yield page
    context.close()


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]


def test_neither_the_shop_nor_the_frame_in_it_shuts_anyone_out(
    styled_page: Page, house: House
) -> None:
    """The first step in its dialog; each step by itself is in test_every_step."""
    page = styled_page
    reports: list[str] = []
    page.on("console", lambda line: reports.append(line.text) if line.type == "error" else None)
    page.goto(house.shop_url)
    assert _violations(page) == []
    open_widget(page).get_by_test_id("step-consent").wait_for()
    assert _violations(page) == []
    assert [text for text in reports if "Content Security" in text or "Trusted" in text] == []


def test_the_frame_stores_nothing(page: Page, house: House) -> None:
    page.goto(house.shop_url)
    frame = open_widget(page)
    consent_and_choose(frame, "id_card")
    inside = next(f for f in page.frames if f.url.startswith(house.widget_url))
    # Chromium keeps storage from a frame of another site; where it is given, it must be empty.
    stored = inside.evaluate(
        "(() => { try { return localStorage.length + sessionStorage.length }"
        " catch { return 0 } })() + document.cookie.length"
    )
    assert stored == 0
    assert "#" not in inside.url


def test_a_page_of_another_origin_cannot_frame_the_widget(page: Page, house: House) -> None:
    page.goto(house.shop_url)
    open_widget(page).get_by_test_id("step-consent").wait_for()
    address = next(f.url for f in page.frames if f.url.startswith(house.widget_url))
    stranger = page.context.new_page()
    # The widget's own origin serves as the stranger here: it is not on the partner's list either.
    stranger.goto(f"{house.widget_url}/healthz")
    refused = page.request.get(address).headers["content-security-policy"]
    assert f"frame-ancestors {house.shop_url}" in refused


def test_it_opens_as_a_page_of_its_own_with_the_code_in_the_fragment(
    page: Page, house: House
) -> None:
    page.goto(house.shop_url)
    with page.expect_response("**/demo/client-token") as answer:
        page.get_by_test_id("pay").click()
    page.frame_locator("iframe").get_by_test_id("step-consent").wait_for()
    user = page.locator("body").get_attribute("data-partner-user-id")
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    fresh = page.request.post(
        f"{house.shop_url}/demo/client-token",
        data={"partner_user_id": user},
        headers={"X-CSRFToken": token},
    ).json()
    assert answer.value.status == 201
    alone = page.context.new_page()
    alone.goto(f"{fresh['widget_url']}#c={fresh['launch_code']}")
    alone.get_by_test_id("step-consent").wait_for()
    assert "#" not in alone.url
