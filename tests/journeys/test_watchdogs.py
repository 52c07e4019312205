"""No wait is for ever: what does not come is told after its time, with a way on.

The clock is the browser's own, put forward; what should come is held back.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from app.domain.metric import DECISION_SECONDS
from app.domain.partner import Mode
from app.domain.simulation import SimulatedOutcome, simulation
from app.services.callers import PartnerCaller
from app.services.count_decision import MACHINE
from app.services.issue_client_token import ClientTokenRequest, IssuedClientToken
from tests.journeys.conftest import House
from tests.journeys.steps import consent_and_choose

pytestmark = pytest.mark.browser

NEVER_ASKED = "() => { navigator.mediaDevices.getUserMedia = () => new Promise(() => {}); }"
NO_PICTURE = "() => { navigator.mediaDevices.getUserMedia = async () => new MediaStream(); }"


@pytest.fixture
def page(calm_phone: Page) -> Page:
    calm_phone.clock.install()
    return calm_phone


def shop(house: House) -> PartnerCaller:
    with house.services.storage.reading() as uow:
        partner = uow.partners.by_name("Shop", Mode.TEST)
    assert partner is not None
    return PartnerCaller(partner.id, Mode.TEST)


def issue(house: House, user: str) -> IssuedClientToken:
    return house.services.issue_client_token(shop(house), ClientTokenRequest(user, locale="en"))


def open_alone(page: Page, house: House, user: str) -> None:
    issued = issue(house, user)
    page.goto(f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}")


def test_a_host_page_that_never_hands_over_the_code(page: Page, house: House) -> None:
    address = f"{house.widget_url}/widget/s/{issue(house, 'waits-for-host').session_id}"
    page.goto(house.shop_url)
    page.evaluate(
        "(address) => { const $frame = document.createElement('iframe'); $frame.src = address;"
        " $frame.id = 'bare'; document.body.replaceChildren($frame); }",
        address,
    )
    frame = page.frame_locator("#bare")
    frame.get_by_test_id("consent-accept").wait_for()
    # The widget's code has run by then, and waits.
    inside = page.frame(url=address)
    assert inside is not None
    inside.wait_for_load_state("load")
    page.clock.run_for(16_000)
    expect(frame.get_by_test_id("step-error")).to_contain_text("This page needs a link")


def test_code_of_later_steps_that_never_comes(page: Page, house: House) -> None:
    page.route("**/widget-later.js*", lambda _: None)
    open_alone(page, house, "waits-for-code")
    page.get_by_test_id("consent-accept").click()
    page.get_by_test_id("document-type-passport").click()
    page.get_by_test_id("step-launch").wait_for()
    page.clock.run_for(31_000)
    expect(page.get_by_test_id("step-error")).to_contain_text("No connection")
    expect(page.get_by_test_id("try-again")).to_be_visible()


def test_a_camera_that_is_never_asked_for_and_one_without_a_picture(
    page: Page, house: House
) -> None:
    open_alone(page, house, "waits-for-camera")
    consent_and_choose(page, "passport")
    page.evaluate(NEVER_ASKED)
    page.get_by_test_id("open-camera").click()
    waiting = page.locator("[data-waiting]")
    expect(waiting).to_have_text("Starting the camera…")
    page.clock.run_for(9_000)
    expect(waiting).to_contain_text("You can go on without it")
    expect(page.get_by_role("button", name="Upload a photo")).to_be_enabled()
    open_alone(page, house, "waits-for-picture")
    consent_and_choose(page, "passport")
    page.evaluate(NO_PICTURE)
    page.get_by_test_id("open-camera").click()
    expect(waiting).to_have_text("Starting the camera…")
    page.clock.run_for(9_000)
    expect(page.get_by_test_id("camera-fault")).to_contain_text("does not answer")
    expect(page.get_by_test_id("fault-upload")).to_be_visible()


def test_a_line_that_is_gone_is_told_at_once_and_given_up_in_time(page: Page, house: House) -> None:
    open_alone(page, house, "loses-the-line")
    page.get_by_test_id("consent-accept").wait_for()
    page.route("**/widget/consent", lambda route: route.abort())
    page.get_by_test_id("consent-accept").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Trying again")
    for _ in range(3):
        page.clock.run_for(4_500)
    expect(page.get_by_test_id("alert")).to_contain_text("No connection")
    page.unroute("**/widget/consent")
    page.get_by_test_id("consent-accept").click()
    page.get_by_test_id("step-document-type").wait_for()


def test_an_examination_says_how_long_it_takes_by_what_was_measured(
    page: Page, house: House
) -> None:
    user = "is-told-how-long"
    house.services.simulate_verification(
        shop(house), user, simulation(SimulatedOutcome.SUBMITTED, None)
    )
    with house.services.storage.writing() as uow:
        for _ in range(200):
            uow.tallies.observe(DECISION_SECONDS, 8.0, by=MACHINE)
        uow.commit()
    open_alone(page, house, user)
    expect(page.get_by_test_id("step-processing")).to_contain_text("Usually done in 15 seconds.")
    bar = page.get_by_test_id("wait")
    page.clock.run_for(15_000)
    expect(bar).to_have_attribute("aria-valuenow", re.compile("^8[0-9]$"))
    page.clock.run_for(600_000)
    expect(page.get_by_test_id("step-processing")).to_contain_text("longer than usual")


def test_an_examination_that_takes_long_says_so(page: Page, house: House) -> None:
    user = "waits-for-the-result"
    wanted = simulation(SimulatedOutcome.SUBMITTED, None)
    house.services.simulate_verification(shop(house), user, wanted)
    open_alone(page, house, user)
    page.get_by_test_id("step-processing").wait_for()
    page.clock.run_for("02:00:00")
    expect(page.get_by_test_id("step-processing")).to_contain_text("longer than usual")


def test_a_token_is_renewed_in_time_and_the_step_stays(page: Page, house: House) -> None:
    open_alone(page, house, "stays-long")
    consent_and_choose(page, "passport")
    with page.expect_response("**/client-tokens/refresh") as renewed:
        page.clock.run_for(800_000)
    fresh = renewed.value.json()["client_token"]
    expect(page.get_by_test_id("step-document-capture")).to_be_visible()
    page.get_by_test_id("back").click()
    with page.expect_request("**/widget/document-type") as asked:
        page.get_by_test_id("document-type-id_card").click()
    assert asked.value.headers["authorization"] == f"Bearer {fresh}"
    expect(page.get_by_role("heading", name="Front of your ID card")).to_be_visible()
