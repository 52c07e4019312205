"""A tier that asks for a proof of address: document, selfie, and a bill as a PDF."""

from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.domain.evidence import DocumentType
from app.domain.partner import Mode
from app.specimens.attributes import SpecimenAttributes, specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import load_portrait
from app.specimens.proof_of_address import PaperFormat, paper_file, print_proof_of_address
from app.vision.image import encode_jpeg
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS, consent_and_choose, meet_challenge, upload

pytestmark = pytest.mark.browser

USER = "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a77"


def bill(person: SpecimenAttributes, today: date, folder: Path, *spoil: str) -> Path:
    """A utility's bill as the PDF that its customers download."""
    letter = print_proof_of_address("utility", "en", person, today, Random(4), spoil)
    path = folder / f"bill{'-'.join(spoil)}.pdf"
    path.write_bytes(paper_file(letter, PaperFormat.PDF, Random(4)))
    return path


def passport(person: SpecimenAttributes, folder: Path) -> Path:
    paper = print_paper(DocumentType.PASSPORT, person, load_portrait("astronaut"))
    path = folder / "passport.jpg"
    path.write_bytes(encode_jpeg(paper.front))
    return path


def open_widget(page: Page, house: House, person: SpecimenAttributes) -> dict[str, str]:
    """The widget on a page of its own, for a user whom the partner knows; the partner's header."""
    created = house.services.create_partner("Bank", Mode.TEST, [house.shop_url])
    key = {"x-api-key": created.api_key}

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = page.request.post(house.widget_url + path, data=body, headers=key)
        assert answer.status == 201, answer.text()
        return dict(answer.json())

    first, last = person.given_names.title(), person.family_name.title()
    home = {
        "street": person.street.title(),
        "postalCode": person.postal_code,
        "city": person.city.title(),
    }
    names = {"externalUserId": USER, "firstName": first, "lastName": last}
    post("/v1/user", {**names, "address": home})
    issued = post("/widget/client-tokens", {"partner_user_id": USER, "tier": "enhanced"})
    page.goto(f"{issued['widget_url']}#c={issued['launch_code']}")
    return key


def test_a_bill_is_the_last_thing_that_is_asked_for(
    page: Page, house: House, tmp_path: Path
) -> None:
    today = datetime.now(UTC).date()
    person = specimen_attributes(Random(2), today)
    key = open_widget(page, house, person)
    expect(page.get_by_test_id("step-consent")).to_contain_text("paper with your address")
    consent_and_choose(page, "passport")
    upload(page, passport(person, tmp_path))
    page.get_by_test_id("step-selfie").wait_for(timeout=SLOW_MS)
    meet_challenge(page, then="step-proof-of-address")
    expect(page.get_by_test_id("step-proof-of-address")).to_contain_text("last 90 days")

    # What cannot be opened is told at once, and nothing is lost.
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + bytes(100))
    page.get_by_test_id("file").set_input_files(broken)
    expect(page.get_by_test_id("paper-file")).to_contain_text("broken.pdf")
    page.get_by_test_id("use").click()
    expect(page.get_by_test_id("alert")).to_contain_text("could not be opened")

    # An old bill is read by a worker, and only the bill is asked for again.
    upload(page, bill(person, today, tmp_path, "old_date"))
    page.get_by_test_id("step-retry").wait_for(timeout=SLOW_MS)
    expect(page.get_by_test_id("step-retry")).to_contain_text("too old")
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("reasons")).to_contain_text("too old")
    upload(page, bill(person, today, tmp_path))
    page.get_by_test_id("step-verified").wait_for(timeout=SLOW_MS)
    told = page.request.get(f"{house.widget_url}/v1/user/{USER}/poa", headers=key).json()
    assert (told["status"], told["reasons"]) == ("verified", [])
