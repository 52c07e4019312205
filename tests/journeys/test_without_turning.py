"""Who cannot turn the head finds another way with the keyboard alone, and a person decides."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.domain.partner import Mode
from tests.journeys.conftest import House
from tests.journeys.steps import (
    consent_and_choose,
    meet_challenge,
    open_widget,
    print_paper,
    upload,
)

pytestmark = pytest.mark.browser


def test_who_cannot_turn_the_head_looks_and_is_left_to_a_person(
    page: Page, house: House, tmp_path: Path
) -> None:
    sides = print_paper(page, house.shop_url, "passport", tmp_path)
    frame = open_widget(page)
    consent_and_choose(frame, "passport")
    upload(frame, sides["front"])
    cannot_turn = frame.get_by_role("button", name="I cannot turn my head")
    frame.get_by_test_id("selfie-start").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if cannot_turn.evaluate("element => element === document.activeElement"):
            break
    expect(cannot_turn).to_be_focused()
    page.keyboard.press("Enter")
    heading = frame.get_by_role("heading", name="Without turning your head")
    expect(heading).to_be_focused()
    expect(frame.get_by_test_id("selfie-still")).to_contain_text("A person then looks")

    frame.get_by_test_id("still-back").click()
    expect(frame.get_by_role("heading", name="Now a look into the camera")).to_be_focused()
    cannot_turn.click()

    meet_challenge(frame, then="step-in-review", start="still-start")
    user = str(page.locator("body").get_attribute("data-partner-user-id"))
    with house.services.storage.reading() as uow:
        shop = uow.partners.by_name("Shop", Mode.TEST)
        assert shop is not None
        applicant = uow.applicants.by_user(shop.id, user)
        assert applicant is not None
        run = uow.verifications.get(str(applicant.verification_id))
        challenge = uow.challenges.current(run.id)
    assert run.reasons == ["challenge_not_possible"]
    assert challenge is not None
    assert challenge.way == "still"
