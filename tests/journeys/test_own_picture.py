"""What is wrong is shown on the user's own picture: at once by the server's place for it, later by
the picture that this page remembers. The answers are made up here; the pictures are real files.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from app.vision.image import encode_jpeg
from tests.journeys.conftest import House
from tests.journeys.steps import consent_and_choose
from tests.journeys.test_watchdogs import open_alone

pytestmark = pytest.mark.browser

REGION = {"x": 0.5, "y": 0.25, "width": 0.25, "height": 0.5}
GLARE = {"code": "glare", "step": "document", "action": "retake_document", "region": REGION}
# The marked place in fractions of the picture that is shown.
PLACE = """($mark) => {
  const mark = $mark.getBoundingClientRect();
  const picture = document.querySelector("[data-preview]").getBoundingClientRect();
  return [(mark.x - picture.x) / picture.width, (mark.y - picture.y) / picture.height,
    mark.width / picture.width, mark.height / picture.height];
}"""


@pytest.fixture
def page(calm_phone: Page) -> Page:
    return calm_phone


def test_the_spot_is_marked_and_a_retry_shows_the_very_picture(
    page: Page, house: House, tmp_path: Path
) -> None:
    for width in (400, 500):
        picture = np.full((300, width, 3), 128, np.uint8)
        (tmp_path / f"{width}.jpg").write_bytes(encode_jpeg(picture))
    open_alone(page, house, "sees-the-spot")
    with page.expect_response("**/widget/document-type") as chosen:
        consent_and_choose(page, "passport")
    state: dict[str, Any] = chosen.value.json()["state"]
    sent: list[str] = []

    def looked_at(route: Route) -> None:
        sent.append(route.request.method)
        # The line breaks once; the page sends the picture again by itself.
        if len(sent) == 1:
            route.abort("connectionreset")
        elif len(sent) == 2:
            route.fulfill(json={"accepted": False, "reasons": [GLARE], "state": state})
        else:
            failed = {**state, "step": "retry", "reasons": [GLARE], "kyc_status": "failed"}
            route.fulfill(status=201, json={"accepted": True, "reasons": [], "state": failed})

    page.route("**/widget/captures", looked_at)
    page.get_by_test_id("file").set_input_files(tmp_path / "400.jpg")
    page.get_by_test_id("use").click()
    expect(page.get_by_test_id("reasons").filter(visible=True)).to_contain_text("reflection")
    assert sent == ["POST"] * 2
    place = page.locator(".kyc-picture__region").evaluate(PLACE)
    assert place == pytest.approx([*REGION.values()], abs=0.02)
    page.get_by_test_id("file").set_input_files(tmp_path / "500.jpg")
    page.get_by_test_id("use").click()
    own = page.get_by_test_id("own-picture")
    expect(own).to_be_visible()
    assert own.evaluate("($own) => $own.naturalWidth") == 500
    expect(page.get_by_test_id("step-retry")).to_contain_text("reflection")
