"""A partner's page in a headless browser: its frames, their headers, and whether the camera opens.

Imported only where a page is looked at: Playwright is an extra of its own.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

from app.domain.host_page import HostFacts, HostFrame
from app.domain.origins import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ElementHandle, Frame, Page, Response

_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    # A camera that is there and that nobody has to be asked for: what is refused, a page refused.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
_PAGE_TIMEOUT_MS = 20_000
_FRAME_TIMEOUT_MS = 8_000
_OPEN_CAMERA = """async () => {
  if (!navigator.mediaDevices) return isSecureContext ? "no camera support" : "InsecureContext";
  const late = new Promise((resolve) => setTimeout(() => resolve("no answer"), 5000));
  const opening = navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => {
    stream.getTracks().forEach((track) => track.stop());
    return "ok";
  }, (error) => error.name);
  return Promise.race([opening, late]);
}"""
# As the loader v1.js makes it, so that what is found is what a user of the loader meets.
_ADD_FRAME = """([src, origin]) => {
  const $frame = document.createElement("iframe");
  $frame.allow = `camera ${origin}; fullscreen`;
  $frame.src = src;
  document.body.append($frame);
}"""


class HostUnreachable(Exception):
    """The page does not load at all; the text says why in the browser's words."""


class NoBrowser(Exception):
    """There is no chromium on this machine."""


@contextmanager
def a_browser(*, is_root: bool) -> Iterator[Browser]:
    """The system's chromium with a camera of its own. Raises NoBrowser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if path is None:
        raise NoBrowser
    # Chromium's own sandbox does not start for root, as in most containers.
    flags = [*_FLAGS, *(["--no-sandbox"] if is_root else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def look_at(browser: Browser, url: str, widget_origin: str) -> HostFacts:
    """The facts of one page; a frame is added where it has none yet. Raises HostUnreachable."""
    context = browser.new_context()
    try:
        page = context.new_page()
        headers = _keep_headers(page)
        try:
            page.goto(url, timeout=_PAGE_TIMEOUT_MS)
        except BrowserError as error:
            raise HostUnreachable(str(error).splitlines()[0]) from None
        element = _find_frame(page, widget_origin)
        is_own = element is not None
        if element is None:
            element = _add_frame(page, widget_origin)
        return _facts(element, headers, widget_origin, is_own=is_own)
    finally:
        context.close()


def _keep_headers(page: Page) -> dict[str, dict[str, str]]:
    """The headers of each document, by address, filled while the page loads."""
    kept: dict[str, dict[str, str]] = {}

    def keep(response: Response) -> None:
        if response.request.resource_type == "document":
            kept[_bare(response.url)] = dict(response.headers)

    page.on("response", keep)
    return kept


def _find_frame(page: Page, widget_origin: str) -> ElementHandle | None:
    """The page's own frame of the widget, however deep it lies."""
    page.wait_for_timeout(300)
    for frame in page.frames:
        for element in frame.query_selector_all("iframe[src]"):
            if origin_of(str(element.evaluate("$frame => $frame.src"))) == widget_origin:
                return element
    return None


def _add_frame(page: Page, widget_origin: str) -> ElementHandle:
    address = f"{widget_origin}/widget/preflight"
    page.evaluate(_ADD_FRAME, [address, widget_origin])
    return page.query_selector_all("iframe")[-1]


def _facts(
    element: ElementHandle, headers: dict[str, dict[str, str]], widget_origin: str, *, is_own: bool
) -> HostFacts:
    address = str(element.evaluate("$frame => $frame.src"))
    content = element.content_frame()
    did_load = content is not None and _loads(content, widget_origin)
    frames: list[HostFrame] = []
    above: ElementHandle | None = element
    while above is not None:
        owner = above.owner_frame()
        if owner is None:
            break
        frames.append(_host_frame(owner, above, headers))
        above = owner.frame_element() if owner.parent_frame else None
    camera = str(content.evaluate(_OPEN_CAMERA)) if content and did_load else None
    return HostFacts(
        tuple(reversed(frames)), address, did_load, camera, is_own, headers.get(_bare(address), {})
    )


def _loads(frame: Frame, widget_origin: str) -> bool:
    """Whether the widget's document comes; an error page in its place has another address."""
    waited_ms = 0
    while waited_ms < _FRAME_TIMEOUT_MS:
        if frame.url.startswith("chrome-error:"):
            return False
        if origin_of(frame.url) == widget_origin:
            frame.wait_for_load_state("load", timeout=_FRAME_TIMEOUT_MS)
            return True
        frame.page.wait_for_timeout(100)
        waited_ms += 100
    return False


def _host_frame(
    owner: Frame, element: ElementHandle, headers: dict[str, dict[str, str]]
) -> HostFrame:
    allow = element.get_attribute("allow") or ""
    return HostFrame(
        owner.url, headers.get(_bare(owner.url), {}), allow, element.get_attribute("sandbox")
    )


def _bare(url: str) -> str:
    return url.partition("#")[0]
