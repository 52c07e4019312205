"""Every screen of the widget, for everybody: on the narrowest phone, in the dark, from the right.

The user comes to each screen as users do; where the pipeline would have to be waited for, the
sandbox leads there. Two walks: English by day, Arabic by night. What is measured on each screen:

- axe finds nothing, in the scheme of the walk and, for colours, in the other one
- nothing is wider than 320 px, nor with letters of twice the size (WCAG 2.2: 1.4.4, 1.4.10)
- what is pressed is 44 px high and wide (2.5.5), but for links within a sentence
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Self

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from app.domain.evidence import DocumentType
from app.domain.partner import Mode
from app.domain.simulation import SimulatedOutcome, Simulation, simulation
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.portraits import load_portrait
from app.vision.image import encode_jpeg
from tests.journeys.conftest import House
from tests.journeys.steps import SLOW_MS

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
TARGET_PX = 44

WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  const isText = ($e) => $e.checkVisibility({ visibilityProperty: true })
    && !$e.closest(".kyc-visually-hidden, svg, .kyc-stage, .kyc-picture")
    && getComputedStyle($e).clipPath === "none" && getComputedStyle($e).display !== "inline";
  const isCut = ($e) => {
    const { left, right } = $e.getBoundingClientRect();
    return $e.scrollWidth > $e.clientWidth + 1 || left < -1 || right > width + 1;
  };
  const $texts = document.querySelectorAll("button, h1, h2, p, li, summary, dialog, ul, ol");
  return [
    ...(document.documentElement.scrollWidth > width ? ["the page"] : []),
    ...[...$texts].filter(($e) => isText($e) && isCut($e)).map(
      ($e) => `${$e.tagName}.${$e.className}: ${$e.textContent.trim().slice(0, 40)}`),
  ];
}"""
# Half faded in, any text is too pale.
AT_REST = """() => Promise.all(document.getAnimations()
  .filter(($a) => Number.isFinite($a.effect.getComputedTiming().endTime))
  .map(($a) => $a.finished.catch(() => null)))"""
TOO_SMALL = """(least) => {
  const $pressed = document.querySelectorAll(
    "button, summary, a[href], input:not([aria-hidden=true]), select, textarea");
  return [...$pressed].flatMap(($e) => {
    const { width, height } = $e.getBoundingClientRect();
    const isShown = $e.checkVisibility({ visibilityProperty: true }) && !$e.closest("p a");
    if (!isShown || (width >= least && height >= least)) return [];
    return [`${$e.tagName}.${$e.className} ${width}x${height}`];
  });
}"""


@dataclass
class Walk:
    """One browser page that goes from screen to screen, and what was wrong on them."""

    page: Page
    house: House
    locale: str
    scheme: str
    caller: PartnerCaller
    faults: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def on(self, page: Page) -> Self:
        """The same walk on another device."""
        return replace(self, page=page)

    def open(self, user: str, outcome: SimulatedOutcome | None = None, **options: Any) -> None:
        """The widget on a page of its own, for a user whom the sandbox brought to an outcome."""
        name = f"{user}-{self.locale}"
        if outcome:
            self.simulate(user, simulation(outcome, None))
        issued = self.house.services.issue_client_token(
            self.caller, ClientTokenRequest(name, locale=self.locale, **options)
        )
        base = f"{self.house.widget_url}/widget/s/{issued.session_id}"
        self.page.goto(f"{base}?theme={self.scheme}#c={issued.launch_code}", wait_until="commit")

    def simulate(self, user: str, wanted: Simulation) -> None:
        self.house.services.simulate_verification(self.caller, f"{user}-{self.locale}", wanted)

    def at(self, test_id: str, name: str = "") -> None:
        """Wait for the screen's mark and measure the screen."""
        self.page.get_by_test_id(test_id).filter(visible=True).first.wait_for()
        name = name or test_id
        self.seen.append(name)
        self.faults += [f"{name}: {fault}" for fault in self._measured()]

    def click(self, test_id: str) -> None:
        self.page.get_by_test_id(test_id).filter(visible=True).first.click()

    def _measured(self) -> Iterator[str]:
        yield from (f"axe {each}" for each in self._violations())
        other = "light" if self.scheme == "dark" else "dark"
        with self._changed(f"dataset.theme = '{other}'", f"dataset.theme = '{self.scheme}'"):
            colours = {"runOnly": ["color-contrast"]}
            yield from (f"axe {other} {each}" for each in self._violations(colours))
        yield from (f"wide {each}" for each in self.page.evaluate(WIDER_THAN_THE_SCREEN))
        yield from (f"small {each}" for each in self.page.evaluate(TOO_SMALL, TARGET_PX))
        with self._changed("style.fontSize = '200%'", "style.fontSize = ''"):
            yield from (f"zoomed {each}" for each in self.page.evaluate(WIDER_THAN_THE_SCREEN))

    def _violations(self, options: dict[str, Any] | None = None) -> Iterator[str]:
        self.page.evaluate(AT_REST)
        for found in Axe().run(self.page, options=options).response["violations"]:
            nodes = [(node["target"], node["failureSummary"]) for node in found["nodes"]]
            yield f"{found['id']} {nodes[:3]}"

    @contextmanager
    def _changed(self, change: str, back: str) -> Iterator[None]:
        self.page.evaluate(f"() => {{ document.documentElement.{change}; }}")
        yield
        self.page.evaluate(f"() => {{ document.documentElement.{back}; }}")


@pytest.fixture(params=[("en", "light"), ("ar", "dark")], ids=["english-light", "arabic-dark"])
def walk(browser: Browser, house: House, request: pytest.FixtureRequest) -> Iterator[Walk]:
    locale, scheme = request.param
    context = browser.new_context(
        viewport=NARROWEST, color_scheme=scheme, reduced_motion="reduce", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    created = house.services.create_partner(request.node.name, Mode.TEST, [house.shop_url])
    reports: list[str] = []
    page.on("console", lambda line: reports.append(line.text) if line.type == "error" else None)
    yield Walk(page, house, locale, scheme, PartnerCaller(created.partner_id, Mode.TEST))
    context.close()
    assert [text for text in reports if "Content Security" in text or "Trusted" in text] == []


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("papers")

    def paper(name: str) -> Path:
        path = folder / f"{name}.jpg"
        if not path.exists():
            attributes = specimen_attributes(Random(2), datetime.now(UTC).date())
            printed = print_paper(DocumentType.PASSPORT, attributes, load_portrait("astronaut"))
            front = printed.front if name == "good" else printed.front // 20
            path.write_bytes(encode_jpeg(front))
        return path

    return paper


SPOILT = """() => {
  const $step = document.querySelector("[data-step] .kyc-step__body");
  const $button = document.createElement("button");
  $button.style.cssText = "width: 20px; height: 20px; padding: 0";
  const $line = document.createElement("p");
  $line.textContent = "longer than the screen ".repeat(9);
  $line.style.whiteSpace = "nowrap";
  const $pale = document.createElement("p");
  $pale.textContent = "pale";
  $pale.style.cssText = "color: #bbb; background: #fff";
  $step.prepend($pale, $button, $line);
}"""


def test_what_is_measured_would_be_found(walk: Walk) -> None:
    walk.open("spoilt")
    walk.at("step-consent")
    assert walk.faults == []
    walk.page.evaluate(SPOILT)
    walk.at("step-consent")
    found = " ".join(walk.faults)
    for fault in ("axe button-name", "axe color-contrast", "wide P", "zoomed P", "small BUTTON"):
        assert fault in found, walk.faults


def test_every_screen_is_for_everybody(walk: Walk, papers: Callable[[str], Path]) -> None:
    _first_steps(walk)
    _pictures(walk, papers("good"))
    _selfie(walk)
    _another_device(walk)
    _ends(walk)
    assert walk.faults == []


def _first_steps(walk: Walk) -> None:
    walk.open("walker", return_url=f"{walk.house.shop_url}/back")
    walk.page.locator("summary").click()
    walk.at("step-consent")
    walk.click("consent-decline")
    walk.at("alert", "declined")
    walk.click("close")
    walk.at("leave-stay")
    walk.click("leave-stay")
    walk.click("consent-accept")
    walk.at("step-document-type")
    walk.click("document-type-passport")
    walk.at("step-document-capture")


def _pictures(walk: Walk, passport: Path) -> None:
    walk.page.clock.install()
    walk.click("open-camera")
    walk.at("automatic")
    walk.page.clock.run_for(9_000)
    walk.at("shutter")
    walk.click("shutter")
    walk.at("use")
    # The camera shows a person and no paper.
    walk.click("use")
    walk.at("reasons", "refused picture")
    _break_camera(walk.page)
    walk.click("retake")
    walk.at("camera-fault", "document without a camera")
    walk.page.get_by_test_id("file").set_input_files(passport)
    walk.click("use")


def _selfie(walk: Walk) -> None:
    walk.at("step-selfie")
    walk.click("selfie-start")
    walk.at("camera-fault", "selfie without a camera")
    _mend_camera(walk.page)
    answer = {"status": "open", "prompt": "yaw_left", "prompt_index": 1, "prompts_total": 3}
    walk.page.route("**/frames", lambda route: _answer(route, {**answer, "hint": "too_dark"}))
    walk.click("fault-retry")
    walk.page.locator("[data-testid=presence-hint]:not(:empty)").wait_for()
    walk.at("presence-prompt")
    walk.page.unroute("**/frames")
    failed = {
        **answer,
        "status": "failed",
        "hint": None,
        "reasons": [{"code": "challenge_timeout"}],
    }
    walk.page.route("**/frames", lambda route: _answer(route, failed))
    walk.at("presence-failed")
    walk.page.unroute("**/frames")


def _another_device(walk: Walk) -> None:
    _break_camera(walk.page)
    walk.click("selfie-again")
    walk.click("hand-over-fault")
    walk.page.get_by_test_id("qr").wait_for()
    walk.at("step-handoff")
    phone = walk.on(walk.page.context.new_page())
    phone.page.set_default_timeout(SLOW_MS)
    phone.page.goto(walk.page.get_by_test_id("handoff-link").input_value())
    phone.at("step-handoff-join")
    phone.click("handoff-join")
    phone.at("handoff-number")
    number = phone.page.get_by_test_id("handoff-number").inner_text()
    chosen = walk.page.get_by_test_id("handoff-choice").filter(has_text=number)
    chosen.wait_for()
    walk.at("handoff-choice")
    chosen.click()
    walk.at("handoff-on-phone")
    walk.click("handoff-take-back")
    phone.at("step-continued-elsewhere")
    phone.page.close()


def _ends(walk: Walk) -> None:
    outcomes = {
        SimulatedOutcome.SUBMITTED: "step-processing",
        SimulatedOutcome.IN_REVIEW: "step-in-review",
        SimulatedOutcome.VERIFIED: "step-verified",
        SimulatedOutcome.RETRY_REQUESTED: "step-retry",
        SimulatedOutcome.REJECTED: "step-rejected",
    }
    for outcome, test_id in outcomes.items():
        walk.open(f"is-{outcome}", outcome, return_url=f"{walk.house.shop_url}/back")
        walk.at(test_id)
    with _led_to(walk.page, "proof_of_address"):
        walk.open("paper", tier="enhanced")
        walk.at("step-proof-of-address")
    walk.page.route(
        "**/widget/state", lambda route: _answer(route, {"error": "token_expired"}, 401)
    )
    walk.page.route("**/widget/launch", lambda route: _answer(route, {"error": "broken"}, 500))
    walk.open("unlucky")
    walk.at("step-error")
    walk.page.unroute("**/widget/launch")
    walk.click("try-again")
    walk.at("step-session-expired")


@contextmanager
def _led_to(page: Page, step: str) -> Iterator[None]:
    """The server says what it says, but for the step: the sandbox takes nobody to a paper's."""

    def changed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["state"]["step"] = step
        route.fulfill(response=answer, json=body)

    page.route("**/widget/launch", changed)
    yield
    page.unroute("**/widget/launch")


def _answer(route: Route, body: dict[str, Any], status: int = 200) -> None:
    route.fulfill(status=status, json=body)


def _break_camera(page: Page) -> None:
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia ="
        " () => Promise.reject(new DOMException('', 'NotFoundError')); }"
    )


def _mend_camera(page: Page) -> None:
    page.evaluate("() => { delete navigator.mediaDevices.getUserMedia; }")
