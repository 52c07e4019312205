"""A page of its own that its browser killed: it goes on where it was, or says what to do."""

import pytest
from playwright.sync_api import Page, Route, expect

from app.services.issue_client_token import ClientTokenRequest
from tests.journeys.conftest import House
from tests.journeys.steps import consent_and_choose
from tests.journeys.test_watchdogs import shop

pytestmark = pytest.mark.browser

KEPT = "[history.state?.kyc, location.hash, localStorage.length + sessionStorage.length]"


def test_a_page_of_its_own_that_was_killed_goes_on_where_it_was(page: Page, house: House) -> None:
    request = ClientTokenRequest("killed-page", return_url=f"{house.shop_url}/back", locale="en")
    issued = house.services.issue_client_token(shop(house), request)
    page.goto(f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}")
    consent_and_choose(page, "passport")
    seen: set[str] = set()
    # The browser gives a tab that it had killed its history back, as it does when it is reloaded.
    for _ in range(2):
        kept, fragment, stored = page.evaluate(KEPT)
        assert kept["code"] not in {None, *seen}
        seen.add(kept["code"])
        assert (kept["back"], fragment, stored) == (f"{house.shop_url}/back", "", 0)
        page.reload()
        page.get_by_test_id("step-document-capture").wait_for()
    # Too late: the page says so, and knows the way back, though no server told it this time.
    page.route("**/widget/launch", _too_old)
    page.reload()
    expect(page.get_by_test_id("step-error")).to_contain_text("Your progress is kept")
    expect(page.get_by_test_id("try-again")).to_be_hidden()
    page.get_by_test_id("return").click()
    page.wait_for_url(f"{house.shop_url}/**")


def test_who_left_is_not_there_for_whoever_comes_next(page: Page, house: House) -> None:
    request = ClientTokenRequest("left-page", return_url=f"{house.shop_url}/back", locale="en")
    issued = house.services.issue_client_token(shop(house), request)
    page.goto(f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}")
    page.get_by_test_id("step-consent").wait_for()
    # Its code has come: until then there is nothing to leave.
    page.get_by_test_id("close").wait_for()
    assert page.evaluate(KEPT)[0]["code"]
    page.get_by_test_id("close").click()
    page.get_by_test_id("leave-confirm").click()
    page.wait_for_url(f"{house.shop_url}/**")
    page.go_back()
    expect(page.get_by_test_id("step-error")).to_contain_text("Go back to the website")
    expect(page.get_by_test_id("return")).to_be_visible()


def _too_old(route: Route) -> None:
    route.fulfill(status=400, json={"error": "launch_code_expired", "message": "Too old."})
