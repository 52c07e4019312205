"""The main job in a page in a page in a page, each of another origin."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Page, expect

from app.domain.evidence import DocumentType
from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import load_portrait
from app.vision.image import encode_jpeg
from tests.builders.host_pages import serving_hosts
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS, consent_and_choose, meet_challenge, upload

pytestmark = pytest.mark.browser

INNERMOST = """
<div id="here"></div>
<script src="{widget}/static/embed/v1.js"></script>
<script>
  window.seen = [];
  KycWidget.open({{
    container: "#here", widgetUrl: "{address}", launchCode: "{code}",
    onEvent: (event) => window.seen.push(event.type),
  }});
</script>
"""


def test_from_consent_to_payment_three_frames_deep(
    page: Page, house: House, tmp_path: Path
) -> None:
    attributes = specimen_attributes(Random(2), datetime.now(UTC).date())
    passport = tmp_path / "passport.jpg"
    paper = print_paper(DocumentType.PASSPORT, attributes, load_portrait("astronaut"))
    passport.write_bytes(encode_jpeg(paper.front))
    with ExitStack() as hosts:
        outer, middle, inner = (hosts.enter_context(serving_hosts()) for _ in range(3))
        origins = [f"http://127.0.0.1:{host.port}" for host in (outer, middle, inner)]
        partner = house.services.create_partner("Deep shop", Mode.TEST, origins)
        paid = inner.page("/paid", "<p>Paid.</p>")
        issued = house.services.issue_client_token(
            PartnerCaller(partner.partner_id, Mode.TEST),
            ClientTokenRequest("deep", locale="en", payment_url=paid),
        )
        address = f"{house.widget_url}/widget/s/{issued.session_id}"
        shown = INNERMOST.format(widget=house.widget_url, address=address, code=issued.launch_code)
        frame = '<iframe src="{}" allow="camera *" style="width: 480px; height: 760px"></iframe>'
        below = middle.page("/middle", frame.format(inner.page("/inner", shown)))
        page.goto(outer.page("/", frame.format(below)))

        innermost = page.frame_locator("iframe").frame_locator("iframe")
        widget = innermost.frame_locator("iframe")
        consent_and_choose(widget, "passport")
        upload(widget, passport)
        meet_challenge(widget)
        widget.get_by_test_id("continue").click(timeout=SLOW_MS)
        expect(widget.get_by_text("Paid.")).to_be_visible()
        seen = innermost.locator("body").evaluate("() => window.seen")
    for event in ("kyc.ready", "kyc.permission", "kyc.submitted", "kyc.status_changed"):
        assert event in seen
