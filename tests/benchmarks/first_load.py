"""make bench-first-load: when the first step can be used on a slow line and a slow processor."""

import argparse
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

from app.domain.partner import Mode
from app.services.callers import PartnerCaller
from app.services.issue_client_token import ClientTokenRequest
from tests.benchmarks.live_server import LiveServer, live_server
from tests.builders.slow_line import open_on_slow_line


def main() -> None:
    """Print minimum, median and maximum of both moments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=9)
    count = parser.parse_args().count
    with live_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        found = [open_on_slow_line(browser, _address(server, each)) for each in range(count)]
        browser.close()
    _say("first contents shown", [each.shown_ms for each in found])
    _say("a press at once passed on", [each.press_answered_ms for each in found])


def _address(server: LiveServer, number: int) -> str:
    with server.services.storage.reading() as uow:
        partner = uow.partners.by_name("Bench", Mode.TEST)
    assert partner is not None
    issued = server.services.issue_client_token(
        PartnerCaller(partner.id, Mode.TEST), ClientTokenRequest(f"user-{number}")
    )
    return f"{server.url}/widget/s/{issued.session_id}#c={issued.launch_code}"


def _say(name: str, ms: list[float]) -> None:
    sys.stdout.write(
        f"{name:28} n {len(ms)}  {min(ms):6.0f}  {statistics.median(ms):6.0f}  {max(ms):6.0f} ms\n"
    )


if __name__ == "__main__":
    main()
