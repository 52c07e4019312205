"""The page as a lamp: told before, shown in the dealt order, and never to who wants none of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.capture import Capture, PresenceChallenge
from app.domain.evidence import CaptureKind, DocumentType
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.proofing.screen_light import LIGHTS, is_light, screen_code
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS

pytestmark = pytest.mark.browser


def at_the_selfie(house: House, user: str) -> tuple[str, str]:
    """The widget's address for a user whose document is there, and the verification."""
    services = house.services
    tiers = tuple(replace(tier, presence_light=True) for tier in STANDARD_POLICY.tiers)
    policy = replace(STANDARD_POLICY, version=2, tiers=tiers)
    partner = services.create_partner(f"Lamp shop of {user}", Mode.TEST, [house.shop_url])
    services.activate_policy(partner.partner_id, policy_text(policy), "test")
    caller = PartnerCaller(partner.partner_id, Mode.TEST)
    issued = services.issue_client_token(caller, ClientTokenRequest(user))
    now = datetime.now(UTC)
    with services.storage.writing() as uow:
        applicant = uow.applicants.by_user(partner.partner_id, user)
        assert applicant is not None
        run = uow.verifications.lock(str(applicant.verification_id))
        run.consented_at, run.consent_version = now, STANDARD_POLICY.consent_version
        run.document_type = DocumentType.PASSPORT
        names = services.chance.new_id("cap"), services.chance.new_id("obj")
        front = CaptureKind.DOCUMENT_FRONT
        uow.captures.add(Capture(names[0], run.id, front, names[1], "0" * 64, 1600, 1200, now))
        uow.commit()
    return f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}", run.id


def challenge_of(house: House, verification_id: str) -> PresenceChallenge:
    with house.services.storage.reading() as uow:
        challenge = uow.challenges.current(verification_id)
    assert challenge is not None
    return challenge


def look(page: Page) -> None:
    """The way without turns, which a recording answers at once."""
    page.get_by_test_id("selfie-cannot-turn").click()
    page.get_by_test_id("still-start").click()


def test_the_page_shows_the_dealt_colours_and_then_none(page: Page, house: House) -> None:
    address, verification_id = at_the_selfie(house, "lit")
    page.goto(address)
    expect(page.get_by_test_id("light-offer")).to_contain_text("changes colour softly")
    expect(page.get_by_test_id("without-light")).not_to_be_checked()
    look(page)
    prompt = page.get_by_test_id("presence-prompt")
    expect(prompt).to_have_text("Keep looking while the colours change", timeout=SLOW_MS)
    expect(page.locator("html")).to_have_attribute("data-light", "")
    shown = page.evaluate("document.documentElement.style.getPropertyValue('--kyc-light')")
    assert shown in {screen_code(light) for light in LIGHTS}
    page.get_by_test_id("step-processing").wait_for(timeout=SLOW_MS)
    expect(page.locator("html")).not_to_have_attribute("data-light", "")

    challenge = challenge_of(house, verification_id)
    with house.services.storage.reading() as uow:
        frames = uow.captures.frames(challenge.id)
    lit = {frame.observation["light"] for frame in frames if "light" in frame.observation}
    assert lit == {each.split(":")[0][6:] for each in challenge.prompts if is_light(each)}


def test_who_wants_less_motion_is_dealt_no_colours(browser: Browser, house: House) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    address, verification_id = at_the_selfie(house, "calm")
    page.goto(address)
    expect(page.get_by_test_id("without-light")).to_be_checked(timeout=SLOW_MS)
    look(page)
    page.get_by_test_id("step-processing").wait_for(timeout=SLOW_MS)
    context.close()

    assert not [each for each in challenge_of(house, verification_id).prompts if is_light(each)]
