"""Every reason that the sandbox can give is told to the user, in words that say what to do."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.domain.partner import Mode
from app.domain.reasons import REASONS, ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, simulation
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from app.settings import PROJECT_FOLDER
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser

ENGLISH = json.loads((PROJECT_FOLDER / "static/i18n/en.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("outcome", "screen"),
    [
        (SimulatedOutcome.RETRY_REQUESTED, "step-retry"),
        (SimulatedOutcome.REJECTED, "step-rejected"),
    ],
)
def test_each_reason_is_told_and_says_what_to_do(
    calm_phone: Page, house: House, outcome: SimulatedOutcome, screen: str
) -> None:
    created = house.services.create_partner(f"Telling shop, {outcome}", Mode.TEST, [house.shop_url])
    caller = PartnerCaller(created.partner_id, Mode.TEST)
    codes = sorted(_told_alone(outcome))
    assert len(codes) >= 4
    for code in codes:
        user = f"{outcome}-{code}"
        house.services.simulate_verification(caller, user, simulation(outcome, code))
        issued = house.services.issue_client_token(caller, ClientTokenRequest(user, locale="en"))
        address = f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}"
        calm_phone.goto(address, wait_until="commit")
        calm_phone.get_by_test_id(screen).wait_for()
        shown = REASONS[code].shown_as
        line = calm_phone.locator(f"[data-reason-code={shown}]")
        expect(line).to_contain_text(ENGLISH[f"reason.{shown}.title"])
        expect(line).to_contain_text(ENGLISH[f"reason.{shown}.action"])
        if shown != code:
            expect(calm_phone.locator(f"[data-reason-code={code}]")).to_have_count(0)


def _told_alone(outcome: SimulatedOutcome) -> Iterator[ReasonCode]:
    """One code for each sentence: several neutral ones stand for what would tip off a fraudster.

    Those that could be mended are told on the screen that offers it.
    """
    told = set()
    for code in sorted(RULES[outcome].reasons):
        is_final = simulation(outcome, code).reasons == (code,)
        if is_final and REASONS[code].shown_as not in told:
            told.add(REASONS[code].shown_as)
            yield code
