"""A rejected user is told when another try is possible, and takes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY
from app.domain.policy_text import policy_text
from app.domain.verification import Stage
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser


def a_partner_with_a_cool_down(house: House, name: str = "Patient shop") -> PartnerCaller:
    tiers = tuple(replace(tier, cool_down_s=3600) for tier in STANDARD_POLICY.tiers)
    policy = replace(STANDARD_POLICY, version=2, tiers=tiers)
    partner = house.services.create_partner(name, Mode.TEST, [house.shop_url])
    house.services.activate_policy(partner.partner_id, policy_text(policy), "test")
    return PartnerCaller(partner.partner_id, Mode.TEST)


def reject(house: House, caller: PartnerCaller, user: str, decided_at: datetime) -> None:
    with house.services.storage.writing() as uow:
        applicant = uow.applicants.by_user(caller.partner_id, user)
        assert applicant is not None
        verification = uow.verifications.lock(str(applicant.verification_id))
        verification.stage, verification.attempt = Stage.REJECTED, 3
        verification.consented_at = verification.decided_at = decided_at
        verification.consent_version = STANDARD_POLICY.consent_version
        uow.commit()


def test_a_rejected_user_waits_and_begins_again(page: Page, house: House) -> None:
    caller, now = a_partner_with_a_cool_down(house), datetime.now(UTC)
    issue = house.services.issue_client_token
    for user, decided_at in (("early", now), ("patient", now - timedelta(hours=2))):
        issue(caller, ClientTokenRequest(user))
        reject(house, caller, user, decided_at)
        issued = issue(caller, ClientTokenRequest(user))
        page.goto(f"{house.widget_url}/widget/s/{issued.session_id}#c={issued.launch_code}")
        rejected = page.get_by_test_id("step-rejected")
        rejected.wait_for()
        is_due = user == "patient"
        assert page.get_by_test_id("retry").is_visible() is is_due
        assert rejected.get_by_text("You can try again from").is_visible() is not is_due
    page.get_by_test_id("retry").click()
    page.get_by_test_id("step-document-type").wait_for()
