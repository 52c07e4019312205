"""The loader on a page of another origin: dialog, inline, element, and its whole contract."""

from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from app.cli.embed import embed_tag
from app.domain.partner import Mode
from app.domain.reasons import ReasonCode
from app.domain.simulation import SimulatedOutcome, Simulation
from app.domain.verification import Stage
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest, IssuedClientToken
from tests.journeys.conftest import House

pytestmark = pytest.mark.browser

FILLS_THE_SCREEN = """() => {
  const $frame = document.querySelector("dialog[aria-label] iframe");
  const { x, y, width, height } = $frame.getBoundingClientRect();
  return x === 0 && y === 0 && width === 360 && height === 740;
}"""

_KEEP_EVENTS = "window.seen = []; window.keep = (event) => seen.push(event); null"


def issue(house: House, user: str, **options: Any) -> IssuedClientToken:
    with house.services.storage.reading() as uow:
        partner = uow.partners.by_name("Shop", Mode.TEST)
    assert partner is not None
    caller = PartnerCaller(partner.id, Mode.TEST)
    return house.services.issue_client_token(caller, ClientTokenRequest(user, **options))


def options_for(house: House, user: str, **more: Any) -> dict[str, Any]:
    """What the partner's backend gives its page."""
    issued = issue(house, user)
    url = f"{house.widget_url}/widget/s/{issued.session_id}"
    return {"widgetUrl": url, "launchCode": issued.launch_code} | more


@pytest.fixture
def host(page: Page, house: House) -> Page:
    """A partner's page under a strict policy of its own, with the loader on it."""
    page.goto(house.shop_url)
    page.evaluate(_KEEP_EVENTS)
    return page


def opened(host: Page, options: dict[str, Any]) -> FrameLocator:
    """The widget, open at its first step."""
    host.evaluate(
        "options => { window.widget = KycWidget.open({ ...options, onEvent: keep }); }", options
    )
    frame = host.frame_locator("iframe[title]")
    frame.locator("[data-step]:not([data-testid=step-launch])").first.wait_for()
    return frame


def types(host: Page) -> list[str]:
    found: list[str] = host.evaluate("seen.map((event) => event.type)")
    return found


def wait_for(host: Page, event: str) -> None:
    for _ in range(100):
        if event in types(host):
            return
        host.wait_for_timeout(50)
    pytest.fail(f"no {event}, only {types(host)}")


def how_it_ended(host: Page) -> object:
    return host.evaluate("seen.find(({ type }) => type === 'kyc.exited').payload")


def test_the_dialog_keeps_the_focus_and_gives_it_back(host: Page, house: House) -> None:
    host.get_by_test_id("pay").focus()
    frame = opened(host, options_for(house, "user-dialog"))
    assert host.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    for _ in range(14):
        host.keyboard.press("Tab")
        # The background is inert: the focus is in the frame, in its dialog, or in the browser.
        assert host.evaluate("document.activeElement.closest('dialog, body') !== null")
        assert not host.evaluate("document.activeElement.matches('[data-testid=pay]')")
    frame.get_by_test_id("consent-accept").focus()
    host.keyboard.press("Escape")
    frame.get_by_test_id("leave-stay").click()
    expect(frame.get_by_test_id("step-consent")).to_be_visible()
    # Esc on the page's own side asks the same question.
    host.evaluate(
        "document.querySelector('dialog').dispatchEvent(new Event('cancel', {cancelable: true}))"
    )
    # The frame goes while it is clicked, which a click of Playwright's own would wait for.
    frame.get_by_test_id("leave-confirm").evaluate("$leave => setTimeout(() => $leave.click())")
    wait_for(host, "kyc.exited")
    assert how_it_ended(host) == {"step": "consent", "submitted": False}
    assert host.locator("iframe[title]").count() == 0
    assert host.evaluate("getComputedStyle(document.documentElement).overflow") != "hidden"
    assert host.evaluate("document.activeElement.matches('[data-testid=pay]')")


def test_on_a_phone_the_dialog_is_the_whole_screen(host: Page, house: House) -> None:
    host.set_viewport_size({"width": 360, "height": 740})
    opened(host, options_for(house, "user-phone"))
    # It opens with a movement, at the end of which it must be there.
    host.wait_for_function(FILLS_THE_SCREEN)


def test_inline_it_stands_in_its_container_as_tall_as_its_content(host: Page, house: House) -> None:
    host.evaluate(
        "document.body.prepend(Object.assign(document.createElement('main'), { id: 'here' }))"
    )
    frame = opened(host, options_for(house, "user-inline", container="#here"))
    expect(frame.locator("html")).to_have_attribute("data-presentation", "inline")
    wait_for(host, "kyc.resize")
    frame.get_by_test_id("consent-accept").click()
    frame.get_by_test_id("document-type-passport").click()
    frame.get_by_test_id("open-camera").click()
    wait_for(host, "kyc.permission")
    content = frame.locator("[data-shell]").evaluate(
        "shell => shell.getBoundingClientRect().height"
    )
    box = host.locator("#here > iframe").bounding_box()
    assert box is not None
    assert abs(box["height"] - content) <= 1
    assert host.locator("dialog[aria-label]").count() == 0
    host.evaluate("widget.close()")
    wait_for(host, "kyc.exited")
    assert host.locator("#here > iframe").count() == 0
    assert types(host)[0] == "kyc.ready"
    assert {"kyc.step_started", "kyc.step_completed", "kyc.status_changed"} <= set(types(host))
    sequence = host.evaluate("seen.map((event) => event.seq)")
    assert sequence == sorted(set(sequence))


def test_the_element_opens_speaks_and_ends_with_its_place(host: Page, house: House) -> None:
    given = options_for(house, "user-element")
    host.evaluate(
        """given => {
          const $widget = document.createElement("kyc-widget");
          for (const type of ["kyc.ready", "kyc.step_started", "kyc.error"])
            document.addEventListener(type, (event) => seen.push(event.detail));
          document.body.prepend($widget);
          $widget.setAttribute("widget-url", given.widgetUrl);
          $widget.setAttribute("launch-code", given.launchCode);
        }""",
        given,
    )
    frame = host.frame_locator("kyc-widget iframe")
    frame.get_by_test_id("step-consent").wait_for()
    wait_for(host, "kyc.step_started")
    host.evaluate("document.querySelector('kyc-widget').setAttribute('locale', 'ar')")
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    host.evaluate("document.querySelector('kyc-widget').setAttribute('theme', 'dark')")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    host.evaluate("document.querySelector('kyc-widget').remove()")
    assert host.locator("iframe[title]").count() == 0
    assert "kyc.error" not in types(host)


def test_the_language_changes_where_the_user_stands(host: Page, house: House) -> None:
    frame = opened(host, options_for(house, "user-language", locale="ar"))
    expect(frame.locator("html")).to_have_attribute("lang", "ar")
    frame.get_by_test_id("consent-accept").click()
    frame.get_by_test_id("step-document-type").wait_for()
    arabic = frame.get_by_test_id("step-document-type").inner_text()
    close = frame.get_by_test_id("close").inner_text()
    host.evaluate("widget.setLocale('en-GB')")
    expect(frame.locator("html")).to_have_attribute("dir", "ltr")
    expect(frame.get_by_test_id("step-document-type")).not_to_have_text(arabic)
    assert frame.get_by_test_id("close").inner_text() != close
    # Words that only scripts say come from the same catalogue, and the flow goes on.
    frame.get_by_test_id("document-type-passport").click()
    expect(frame.get_by_test_id("step-document-capture")).to_contain_text("passport")
    host.evaluate("widget.setLocale('<script>')")
    expect(frame.locator("html")).to_have_attribute("lang", "en")


def test_a_token_that_ends_in_mid_flow_is_renewed_by_the_page(host: Page, house: House) -> None:
    fresh = issue(house, "user-refresh")
    host.evaluate(
        """fresh => { window.asked = 0; window.refreshToken = async () => (asked += 1, fresh); }""",
        {"client_token": fresh.client_token, "expires_at": fresh.expires_at.isoformat()},
    )
    given = options_for(house, "user-refresh")
    host.evaluate(
        "given => { window.widget = KycWidget.open({ ...given, onEvent: keep, refreshToken }); }",
        given,
    )
    frame = host.frame_locator("iframe[title]")
    frame.get_by_test_id("step-consent").wait_for()
    spent = {"status": 401, "json": {"error": "token_expired", "message": "spent"}}
    host.route("**/widget/consent", lambda route: route.fulfill(**spent), times=1)
    frame.get_by_test_id("consent-accept").click()
    wait_for(host, "kyc.token_expiring")
    frame.get_by_test_id("step-consent").wait_for()
    frame.get_by_test_id("consent-accept").click()
    frame.get_by_test_id("step-document-type").wait_for()
    assert host.evaluate("asked") == 1


def test_a_step_to_repeat_is_told(host: Page, house: House) -> None:
    issued = issue(house, "user-retry")
    with house.services.storage.reading() as uow:
        session = uow.client_sessions.get(issued.session_id)
    caller = PartnerCaller(session.partner_id, Mode.TEST)
    wanted = Simulation(
        SimulatedOutcome.RETRY_REQUESTED, Stage.RETRY_REQUESTED, (ReasonCode.GLARE,)
    )
    house.services.simulate_verification(caller, "user-retry", wanted)
    opened(host, options_for(house, "user-retry"))
    assert {"kyc.retry_available", "kyc.status_changed"} <= set(types(host))


def test_a_page_that_waits_for_a_reviewer_can_be_closed(host: Page, house: House) -> None:
    issued = issue(house, "user-review")
    with house.services.storage.reading() as uow:
        session = uow.client_sessions.get(issued.session_id)
    caller = PartnerCaller(session.partner_id, Mode.TEST)
    wanted = Simulation(SimulatedOutcome.IN_REVIEW, Stage.IN_REVIEW)
    house.services.simulate_verification(caller, "user-review", wanted)
    frame = opened(host, options_for(house, "user-review"))
    button = frame.get_by_test_id("step-in-review").get_by_test_id("close")
    button.evaluate("$close => setTimeout(() => $close.click())")
    wait_for(host, "kyc.exited")
    # Closed, and handed in before: two things, as the host page is told.
    assert how_it_ended(host) == {"step": "in_review", "submitted": True}


def test_a_spent_code_and_bad_options_are_errors_and_not_exceptions(
    host: Page, house: House
) -> None:
    given = options_for(house, "user-spent")
    opened(host, given)
    host.evaluate("widget.destroy()")
    opened(host, given)
    wait_for(host, "kyc.error")
    codes = "seen.filter((e) => e.type === 'kyc.error').map((e) => e.payload.code)"
    assert host.evaluate(codes) == ["launch_code_used"]
    for bad in (
        {},
        {"widgetUrl": "javascript:1", "launchCode": "x"},
        given | {"container": "#nowhere"},
    ):
        host.evaluate("bad => { KycWidget.open({ ...bad, onEvent: keep }).close(); }", bad)
    host.wait_for_timeout(50)
    assert host.evaluate(codes) == ["launch_code_used", *["bad_options"] * 3]


_BY_HAND = """
async ({ url, code, session, wrong }) => {
  const origin = new URL(url).origin;
  const $frame = document.createElement("iframe");
  const ready = new Promise((resolve) => addEventListener("message", function once(event) {
    if (event.source !== $frame.contentWindow) return;
    removeEventListener("message", once);
    resolve({ origin: event.origin, data: event.data });
  }));
  $frame.src = url;
  document.body.append($frame);
  const announced = await ready;
  const channel = new MessageChannel();
  const answers = [];
  channel.port1.onmessage = ({ data }) => answers.push(data);
  const envelope = (seq, type, payload, more = {}) =>
    ({ source: "kyc-widget", version: 1, session, seq, type, payload, ...more });
  const init = envelope(1, "kyc.init", { launch_code: code });
  for (const change of wrong) {
    const { port2 } = new MessageChannel();
    $frame.contentWindow.postMessage({ ...init, ...change }, origin, [port2]);
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  const before = answers.length;
  $frame.contentWindow.postMessage(init, origin, [channel.port2]);
  const until = async (fits) => {
    while (!answers.some(fits)) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(({ type }) => type === "kyc.step_started");
  // Out of order, of another session, without a payload: nothing comes of them.
  channel.port1.postMessage(envelope(1, "kyc.close", {}));
  channel.port1.postMessage(envelope(5, "kyc.close", {}, { session: "ses_other" }));
  channel.port1.postMessage(envelope(6, "kyc.close", null));
  channel.port1.postMessage(envelope("7", "kyc.close", {}));
  await new Promise((resolve) => setTimeout(resolve, 150));
  const unmoved = answers.every(({ type }) => type !== "kyc.exited");
  channel.port1.postMessage(envelope(8, "kyc.close", {}));
  await until(({ type }) => type === "kyc.exited");
  return { announced, before, unmoved, answers };
}
"""


def test_the_frame_heeds_only_its_page_in_order_and_in_shape(host: Page, house: House) -> None:
    issued = issue(house, "user-by-hand")
    found = host.evaluate(
        _BY_HAND,
        {
            "url": f"{house.widget_url}/widget/s/{issued.session_id}",
            "code": issued.launch_code,
            "session": issued.session_id,
            "wrong": [
                {"source": "other"},
                {"version": 2},
                {"session": "ses_other"},
                {"seq": 0},
                {"seq": 1.5},
                {"payload": None},
                {"type": "kyc.launch"},
            ],
        },
    )
    assert found["announced"]["origin"] == house.widget_url
    assert found["announced"]["data"]["type"] == "kyc.ready"
    assert (found["before"], found["unmoved"]) == (0, True)
    for message in found["answers"]:
        assert set(message) == {"source", "version", "session", "seq", "type", "payload"}
        assert message["session"] == issued.session_id
    assert "user-by-hand" not in str(found)


def test_the_loader_heeds_only_its_frame(host: Page, house: House) -> None:
    frame = opened(host, options_for(house, "user-forged"))
    forged = {
        "source": "kyc-widget",
        "version": 1,
        "session": "x",
        "payload": {},
        "type": "kyc.exited",
    }
    host.evaluate("forged => postMessage({ ...forged, seq: 99 }, location.origin)", forged)
    host.evaluate("forged => postMessage({ ...forged, type: 'kyc.ready', seq: 100 }, '*')", forged)
    host.wait_for_timeout(100)
    expect(frame.get_by_test_id("step-consent")).to_be_visible()
    assert "kyc.exited" not in types(host)
    assert types(host).count("kyc.ready") == 1


def test_the_printed_tag_loads_and_a_changed_file_does_not(browser: Browser, house: House) -> None:
    tag = embed_tag(house.widget_url)
    address, integrity = (tag.split(f'{name}="')[1].split('"')[0] for name in ("src", "integrity"))
    # The payment page has no loader yet, and would let nobody add one.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{house.shop_url}/pay")
    load = """([src, integrity]) => new Promise((resolve) => {
      const $script = document.createElement("script");
      Object.assign($script, { src, integrity, crossOrigin: "anonymous" });
      $script.onload = () => resolve(typeof KycWidget);
      $script.onerror = () => resolve("refused");
      document.body.append($script);
    })"""
    other = integrity[:-4] + ("AAAA" if integrity[-4:] != "AAAA" else "BBBB")
    assert page.evaluate(load, [address, integrity]) == "object"
    page.reload()
    assert page.evaluate(load, [address, other]) == "refused"
    assert page.evaluate("typeof KycWidget") == "undefined"
    context.close()
