"""The first step of the widget on a slow line, as Chrome's "Slow 3G" of WebPageTest has it.

400 kbit/s down, 400 ms for every request, and a processor made six times slower. Connecting is not
in it: there is no TLS on a test's machine.
"""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

_SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
_PRESS_AT_ONCE = """
new MutationObserver((_, observer) => {
  const $accept = document.querySelector("[data-opening] [data-testid=consent-accept]");
  if (!$accept) return;
  observer.disconnect();
  $accept.click();
}).observe(document, { childList: true, subtree: true });
"""


@dataclass(frozen=True)
class FirstStep:
    """Milliseconds from the opening: first contents shown, and a press at once passed on."""

    shown_ms: float
    press_answered_ms: float


def make_slow(page: Page) -> None:
    """Put the page on the slow line and the slow processor; frames of other sites are not."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", _SLOW_LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 6})


def open_on_slow_line(browser: Browser, address: str) -> FirstStep:
    """Open a hosted address, press its first button at once, and wait for the step after."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    make_slow(page)
    page.add_init_script(_PRESS_AT_ONCE)
    page.goto(address, wait_until="commit")
    page.get_by_test_id("step-document-type").wait_for()
    found = FirstStep(
        page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"),
        page.evaluate(
            "performance.getEntriesByType('resource').find("
            "(entry) => entry.name.endsWith('/widget/consent')).startTime"
        ),
    )
    context.close()
    return found
