"""A reviewer from the set-up link to a decision; and what everybody can read and reach."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.partner import Mode
from app.domain.reviewer import ReviewerRole
from app.domain.verification import Stage
from app.security.totp import totp_code
from app.services.create_partner import PartnerCreated
from app.services.invite_reviewer import Invitation
from app.specimens.simulated_applicant import SimulatedApplicant
from tests.builders.receiver import Receiver
from tests.builders.review_cases import PASSWORD, send_files, today, verification_of
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS

pytestmark = pytest.mark.browser

Check = Callable[[Page], None] | None
# Whom a reviewer verifies, whom one asks for another try, and whose case is only looked at.
VERIFIED, RETRIED, LOOKED_AT = (f"7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3b0{end}" for end in "123")


@dataclass(frozen=True)
class Desk:
    """A partner whose users' files the worker of the house leaves to people."""

    partner: PartnerCreated
    receiver: Receiver


@pytest.fixture(scope="module")
def desk(house: House) -> Iterator[Desk]:
    with Receiver() as receiver:
        create = house.services.create_partner
        partner = create("Reviewed shop", Mode.TEST, [house.shop_url], receiver.url)
        for user in (VERIFIED, RETRIED, LOOKED_AT):
            person = SimulatedApplicant("astronaut", seed=ord(user[-1]), today=today())
            send_files(house.widget_url, partner.api_key, user, person)
        yield Desk(partner, receiver)


def invite(house: House, desk: Desk, name: str) -> Invitation:
    partner_id, email = desk.partner.partner_id, f"{name}@example.test"
    return house.services.review_desk.invite(partner_id, email, name, ReviewerRole.REVIEWER, "test")


def set_up_and_sign_in(page: Page, house: House, invited: Invitation, check: Check = None) -> None:
    """Password, authenticator, recovery codes; then in, by the first of those codes."""
    page.goto(f"{house.widget_url}/console/set-up/{invited.token}")
    expect(page).to_have_url(f"{house.widget_url}/console/set-up")
    _look(page, check)
    page.get_by_text("It cannot scan?").click()
    secret = page.get_by_test_id("totp-secret").inner_text().replace(" ", "")
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("code").fill(totp_code(secret, datetime.now(UTC)))
    page.get_by_test_id("finish").click()
    code = page.get_by_test_id("recovery-codes").locator("li").first.inner_text()
    _look(page, check)
    page.get_by_test_id("go-on").click()
    _look(page, check)
    page.get_by_test_id("email").fill(invited.reviewer.email)
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("code").fill(code)
    page.get_by_test_id("sign-in").click()


def open_case(page: Page, house: House, desk: Desk, user: str) -> str:
    """From the queue, once the worker has left the user's run to people."""
    case_id = verification_of(house.services, desk.partner.partner_id, user)
    link = page.locator(f'a[href="/console/cases/{case_id}"]')
    for _ in range(120):
        page.goto(f"{house.widget_url}/console")
        if link.count():
            link.click()
            return case_id
        page.wait_for_timeout(500)
    raise AssertionError("nothing came to review")


def _look(page: Page, check: Check) -> None:
    if check is not None:
        check(page)


def test_from_the_set_up_link_to_a_verified_user(page: Page, house: House, desk: Desk) -> None:
    set_up_and_sign_in(page, house, invite(house, desk, "anna"))
    open_case(page, house, desk, VERIFIED)
    expect(page.get_by_test_id("checks")).to_contain_text("A live person answered")
    for picture in ("document-picture", "selfie-picture"):
        found = page.get_by_test_id(picture)
        assert found.evaluate("each => each.complete && each.naturalWidth > 300")
    page.get_by_test_id("document-picture").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("Selfie")
    page.keyboard.press("Escape")
    page.get_by_test_id("claim").click()
    page.get_by_test_id("verdict-verified").check()
    page.get_by_test_id("decide").click()
    expect(page.get_by_test_id("alert")).to_contain_text("Decided: verified")
    answer = page.request.get(
        f"{house.widget_url}/widget/users/{VERIFIED}/kyc-status",
        headers={"x-api-key": desk.partner.api_key},
    )
    assert answer.json()["status"] == "verified"
    for _ in range(80):
        told = [each["data"] for each in desk.receiver.events]
        if any(each.get("status") == "verified" for each in told):
            break
        page.wait_for_timeout(250)
    assert [each["partner_user_id"] for each in told if each.get("status") == "verified"] == [
        VERIFIED
    ]
    page.get_by_test_id("audit").click()
    expect(page.get_by_test_id("audit")).to_contain_text("looked at a picture")
    log = house.log.read_text()
    assert "/console/cases/<case_id>/decision" in log
    assert [word for word in ("anna@example", VERIFIED, "SPECIM") if word in log] == []


def test_it_works_without_javascript(browser: Browser, house: House, desk: Desk) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    set_up_and_sign_in(page, house, invite(house, desk, "omar"))
    case_id = open_case(page, house, desk, RETRIED)
    page.get_by_test_id("claim").click()
    page.get_by_test_id("verdict-retry_requested").check()
    page.get_by_test_id("reason-glare").check()
    page.get_by_test_id("decide").click()
    expect(page.get_by_test_id("state")).to_contain_text("another try")
    context.close()
    with house.services.storage.reading() as uow:
        assert uow.verifications.get(case_id).stage is Stage.RETRY_REQUESTED


@pytest.mark.parametrize(("scheme", "width", "height"), [("light", 1280, 800), ("dark", 360, 740)])
def test_everyone_can_use_it(
    browser: Browser, house: House, desk: Desk, scheme: str, width: int, height: int
) -> None:
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    reports: list[str] = []
    page.on("console", lambda line: reports.append(line.text))
    set_up_and_sign_in(page, house, invite(house, desk, scheme), fits_and_is_accessible)
    page.get_by_role("heading", name="wait").wait_for()
    fits_and_is_accessible(page)
    open_case(page, house, desk, LOOKED_AT)
    fits_and_is_accessible(page)
    page.get_by_test_id("claim").click()
    page.get_by_test_id("decision").wait_for()
    fits_and_is_accessible(page)
    # Right to left as a reviewer's browser extension or a translated page would have it.
    page.evaluate("document.documentElement.dir = 'rtl'")
    fits_and_is_accessible(page)
    page.get_by_test_id("release").click()
    page.get_by_role("heading", name="wait").wait_for()
    open_case(page, house, desk, LOOKED_AT)
    page.get_by_test_id("audit").click()
    fits_and_is_accessible(page)
    context.close()
    assert [text for text in reports if "Content Security" in text or "Trusted" in text] == []


def fits_and_is_accessible(page: Page) -> None:
    """As wide as the screen, and without a serious fault."""
    # A click that leads to another page ends when that page begins, before it has an element.
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['target']}" for each in found] == []
