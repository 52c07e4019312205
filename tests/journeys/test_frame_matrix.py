"""The ways in which a partner's page breaks the widget's frame, each found by `kyc doctor`.

The installation answers on localhost, partners' pages on 127.0.0.1: other origins that the browser
trusts without TLS. `merchant.test` is this machine too, by a name that it does not trust.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Playwright

from app.cli.host_browser import look_at
from app.domain.host_page import find_blocks
from tests.builders.command_line import kyc_process
from tests.builders.host_pages import HostServer, serving_hosts
from tests.journeys.conftest import CHROMIUM, FLAGS, House

pytestmark = pytest.mark.browser

ALLOW = 'allow="camera {widget}"'
NOT_ALLOWED = "NotAllowedError"


class Case(NamedTuple):
    """A page: the frame's attributes and the page's headers; what is found, what the camera says.

    `widget_headers` are those of an installation behind a proxy that changes them.
    """

    attributes: str = ALLOW
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    found: tuple[str, ...] = ()
    camera: str | None = "ok"
    widget_headers: dict[str, str] | None = None


CASES = {
    "no allow": Case("", found=("allow_missing",), camera=NOT_ALLOWED),
    "allow camera": Case('allow="camera"'),
    "allow camera for the widget": Case(),
    "allow camera for another": Case(
        'allow="camera https://other.test"', found=("allow_wrong_origin",), camera=NOT_ALLOWED
    ),
    "header takes it from all": Case(
        headers={"Permissions_Policy": "camera=()"},
        found=("permissions_policy_header",),
        camera=NOT_ALLOWED,
    ),
    "header keeps it for the page": Case(
        headers={"Permissions_Policy": "geolocation=(), camera=(self)"},
        found=("permissions_policy_header",),
        camera=NOT_ALLOWED,
    ),
    "header names the widget": Case(headers={"Permissions_Policy": 'camera=(self "{widget}")'}),
    "widget's own header takes it": Case(
        found=("widget_permissions_policy",),
        camera=NOT_ALLOWED,
        widget_headers={"Permissions_Policy": "camera=()"},
    ),
    "widget's own header keeps it": Case(widget_headers={"Permissions_Policy": "camera=(self)"}),
    "sandbox with scripts only": Case(
        f'{ALLOW} sandbox="allow-scripts"', found=("sandbox",), camera="SecurityError"
    ),
    "sandbox as documented": Case(f'{ALLOW} sandbox="allow-scripts allow-same-origin allow-forms"'),
    "widget may be framed by another": Case(
        found=("frame_ancestors",),
        camera=None,
        widget_headers={"Content_Security_Policy": "frame-ancestors https://other.test"},
    ),
    "widget may be framed by this page": Case(
        widget_headers={"Content_Security_Policy": "frame-ancestors {host}"}
    ),
    "isolated page": Case(headers={"Cross_Origin_Embedder_Policy": "require-corp"}),
    "isolated page without credentials": Case(
        headers={"Cross_Origin_Embedder_Policy": "credentialless"}
    ),
    "isolated page, headers dropped": Case(
        headers={"Cross_Origin_Embedder_Policy": "require-corp"},
        found=("coep",),
        camera=None,
        widget_headers={"X_Nothing": "here"},
    ),
    "page's policy frames nobody else": Case(
        headers={"Content_Security_Policy": "frame-src 'self' https://other.test"},
        found=("csp_frame_src",),
        camera=None,
    ),
    "proxy adds X-Frame-Options": Case(
        found=("x_frame_options",), camera=None, widget_headers={"X_Frame_Options": "DENY"}
    ),
}


@pytest.fixture(scope="module")
def hosts() -> Iterator[HostServer]:
    with serving_hosts() as served:
        yield served


@pytest.fixture(scope="module")
def looker(playwright: Playwright) -> Iterator[Browser]:
    flags = [*FLAGS, "--host-resolver-rules=MAP merchant.test 127.0.0.1"]
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield started
    started.close()


def origin(hosts: HostServer) -> str:
    return f"http://127.0.0.1:{hosts.port}"


@pytest.mark.parametrize("name", CASES)
def test_each_way_is_named(looker: Browser, house: House, hosts: HostServer, name: str) -> None:
    case, widget = CASES[name], house.widget_url
    with serving_hosts() as proxy:
        if case.widget_headers is not None:
            headers = {
                key: value.replace("{host}", origin(hosts))
                for key, value in case.widget_headers.items()
            }
            proxy.page("/widget/preflight", "<p>widget</p>", **headers)
            widget = f"http://localhost:{proxy.port}"
        attributes = case.attributes.replace("{widget}", widget)
        page = hosts.page(
            "/shop",
            f'<iframe src="{widget}/widget/preflight" {attributes}></iframe>',
            **{key: value.replace("{widget}", widget) for key, value in case.headers.items()},
        )
        facts = look_at(looker, page, widget)
    found = find_blocks(facts)
    assert tuple(finding.code for finding in found) == case.found
    assert facts.camera == case.camera
    assert facts.is_own_frame
    assert all(finding.advice and finding.url for finding in found)


@pytest.mark.parametrize("allows", [True, False])
def test_three_frames_deep_the_one_that_blocks_is_named(
    looker: Browser, house: House, hosts: HostServer, allows: bool
) -> None:
    allow = f'allow="camera {house.widget_url}"'
    with serving_hosts() as between, serving_hosts() as inner:
        innermost = inner.page(
            "/inner", f'<iframe src="{house.widget_url}/widget/preflight" {allow}></iframe>'
        )
        outer = f'{allow[:-1]} http://127.0.0.1:{inner.port}"'
        middle = between.page("/middle", f'<iframe src="{innermost}" {outer}></iframe>')
        top_allow = 'allow="camera *"' if allows else ""
        top = hosts.page("/deep", f'<iframe src="{middle}" {top_allow}></iframe>')
        facts = look_at(looker, top, house.widget_url)
    assert [frame.url for frame in facts.frames] == [top, middle, innermost]
    found = [(finding.code, finding.url) for finding in find_blocks(facts)]
    assert found == ([] if allows else [("allow_missing", top)])


def test_a_page_over_plain_http_is_named(looker: Browser, house: House, hosts: HostServer) -> None:
    hosts.page("/plain", "<p>no frame yet</p>")
    url = f"http://merchant.test:{hosts.port}/plain"
    facts = look_at(looker, url, house.widget_url)
    assert not facts.is_own_frame
    assert [finding.code for finding in find_blocks(facts)] == ["insecure_page"]
    assert facts.camera != "ok"


def test_a_page_that_opens_the_widget_later_is_looked_at_as_the_loader_would(
    looker: Browser, house: House
) -> None:
    facts = look_at(looker, house.shop_url, house.widget_url)
    assert (facts.is_own_frame, facts.did_load, facts.camera) == (False, True, "ok")
    assert find_blocks(facts) == []


def test_the_preflight_page_says_it_in_the_frame(
    looker: Browser, house: House, hosts: HostServer
) -> None:
    page = looker.new_page()
    address = f"{house.widget_url}/widget/preflight"
    assert _said(page, hosts, address, 'allow="camera"') == "ok"
    assert _said(page, hosts, address, "") == "policy"
    assert _said(page, hosts, address, 'allow="camera" sandbox="allow-scripts"') == "origin"
    page.goto(hosts.page("/mute", f'<iframe src="{address}" sandbox=""></iframe>'))
    assert "Nothing runs" in page.frame_locator("iframe").get_by_role("status").inner_text()
    page.goto(address)
    page.get_by_role("button", name="Try the camera").click()
    page.get_by_text("the camera opened").wait_for()
    page.close()


def _said(page: Page, hosts: HostServer, address: str, attributes: str) -> str | None:
    page.goto(hosts.page("/said", f'<iframe src="{address}" {attributes}></iframe>'))
    root = page.frame_locator("iframe").locator("html[data-preflight]")
    return root.get_attribute("data-preflight")


def test_the_command_says_it_with_its_exit_code(
    house: House, hosts: HostServer, tmp_path: Path
) -> None:
    page = hosts.page(
        "/command", f'<iframe src="{house.widget_url}/widget/preflight" sandbox></iframe>'
    )
    blocked = kyc_process(tmp_path, "doctor", page, "--widget", house.widget_url, "--json")
    report = json.loads(blocked.stdout)
    assert (blocked.returncode, report["ok"], report["frame_depth"]) == (1, False, 1)
    assert {"sandbox", "allow_missing"} == {each["code"] for each in report["findings"]}
    fine = kyc_process(tmp_path, "doctor", house.shop_url, "--widget", house.widget_url)
    assert (fine.returncode, fine.stdout.splitlines()[-1]) == (
        0,
        "ok   the frame loads and the camera opens",
    )
