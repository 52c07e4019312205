"""A live installation, the demo merchant on another origin, and Debian's chromium with a camera.

The camera is a file that the specimen printer made. Its person turns left and right for ever, so
the challenge is answered by a recording: test partners tolerate that, live ones do not.
"""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from app.cli.environment import build_services
from app.cli.local_server import free_port, local_environment, serving
from app.domain.partner import Mode
from app.factory import create_demo_app
from app.settings import read_settings
from app.specimens.clips import sweep_clip, write_mjpeg
from app.vision.sandbox import Sandbox
from app.web.demo.backend import MerchantSettings
from app.wiring import Services
from tests.journeys.steps import SLOW_MS

# A wait bounds a hang; how fast things are is measured elsewhere. Busy machines are slow.
expect.set_options(timeout=SLOW_MS)

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@dataclass
class House:
    """Addresses of the two servers, the use cases behind them, and the server's log."""

    shop_url: str
    widget_url: str
    services: Services
    log: Path
    environment: dict[str, str]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[House]:
    state_dir = tmp_path_factory.mktemp("house")
    port, shop_port = free_port(), free_port()
    shop_url, environment = f"http://127.0.0.1:{shop_port}", local_environment(state_dir, port)
    services = build_services(read_settings(environment))
    created = services.create_partner("Shop", Mode.TEST, [shop_url], f"{shop_url}/webhooks")
    widget_url = services.settings.public_url
    merchant = MerchantSettings(widget_url, created.api_key, created.webhook_secret or "", shop_url)
    app = create_demo_app(merchant, sandbox, "journey")
    shop = waitress.create_server(app, host="127.0.0.1", port=shop_port)
    threading.Thread(target=shop.run, daemon=True).start()
    log = state_dir / "server.log"
    with serving(environment, port, log):
        yield House(shop_url, widget_url, services, log, environment)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def head_camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("camera") / "head.mjpeg"
    write_mjpeg(sweep_clip("astronaut"), path)
    return path


def launch(playwright: Playwright, camera: Path | None) -> Browser:
    """Chromium with this file as its camera, or with none at all."""
    flags = list(FLAGS)
    if camera is None:
        flags = [flag for flag in flags if "fake-device" not in flag]
    else:
        flags.append(f"--use-file-for-fake-video-capture={camera}")
    return playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, head_camera: Path) -> Iterator[Browser]:
    started = launch(playwright, head_camera)
    yield started
    started.close()


@pytest.fixture
def calm_phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone whose user has asked for less movement."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(SLOW_MS)
    yield opened
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(SLOW_MS)
    yield opened
    context.close()
