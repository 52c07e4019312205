"""A page of its own leads back to the partner, with a hint; in a frame it stays where it is."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from app.services.issue_client_token import ClientTokenRequest
from tests.journeys.conftest import House
from tests.journeys.test_another_try import a_partner_with_a_cool_down, reject

pytestmark = pytest.mark.browser


def test_who_is_rejected_or_leaves_comes_back_to_the_app(
    page: Page, house: House, tmp_path: Path
) -> None:
    caller = a_partner_with_a_cool_down(house, "Inviting shop")
    address = f"{house.shop_url}/?order=7"
    page.set_viewport_size({"width": 360, "height": 740})

    def opened(user: str) -> str:
        request = ClientTokenRequest(user, return_url=address)
        issued = house.services.issue_client_token(caller, request)
        page.goto(f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}")
        return issued.session_id

    def came_back_with(session: str, kyc_status: str) -> None:
        page.wait_for_url(f"{house.shop_url}/**")
        assert parse_qs(urlsplit(page.url).query) == {
            "order": ["7"],
            "kyc_session": [session],
            "kyc_status": [kyc_status],
        }

    session = opened("leaves")
    page.get_by_test_id("close").click()
    page.get_by_test_id("leave-confirm").click()
    came_back_with(session, "not_started")
    opened("rejected")
    reject(house, caller, "rejected", datetime.now(UTC))
    session = opened("rejected")
    page.get_by_test_id("return").wait_for()
    page.screenshot(path=tmp_path / "rejected.png")
    page.get_by_test_id("return").click()
    came_back_with(session, "failed")
