"""Who is to blame, when the browser has said that something is wrong."""

import pytest

from app.domain.frame_headers import allow_attribute, csp_sources, policy_allowlist, source_fits
from app.domain.host_page import HostFacts, HostFrame, find_blocks

WIDGET = "https://kyc.test/widget/preflight"
ALLOW = "camera https://kyc.test; fullscreen"


def facts(*frames: HostFrame, did_load: bool = True, camera: str | None = "ok") -> HostFacts:
    return HostFacts(frames, WIDGET, did_load, camera, is_own_frame=True)


def codes(found: HostFacts) -> list[str]:
    return [finding.code for finding in find_blocks(found)]


def test_what_works_is_not_argued_with() -> None:
    odd = HostFrame("http://shop.test/", {"permissions-policy": "camera=()"}, "", "")
    assert codes(facts(odd)) == []


def test_everything_that_blocks_is_told_from_the_page_downwards() -> None:
    top = HostFrame("http://shop.test/", {"permissions-policy": "camera=(self)"}, ALLOW)
    inner = HostFrame("https://frame.test/", {}, "microphone", "allow-scripts")
    assert codes(facts(top, inner, camera="SecurityError")) == [
        "insecure_page",
        "permissions_policy_header",
        "allow_wrong_origin",
        "sandbox",
        "allow_missing",
    ]


def test_a_frame_of_the_same_origin_needs_no_allow() -> None:
    top = HostFrame("https://shop.test/", {})
    inner = HostFrame("https://shop.test/inner", {}, ALLOW)
    assert codes(facts(top, inner, camera="NotFoundError")) == ["camera_refused"]


def test_what_nothing_explains_is_said_to_be_so() -> None:
    shop = HostFrame("https://shop.test/", {}, ALLOW)
    assert codes(facts(shop, did_load=False, camera=None)) == ["frame_blocked"]


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("", None),
        ("geolocation=()", None),
        ("camera=()", ()),
        ("camera=*", ("*",)),
        (
            'geolocation=(self), camera=(self "https://kyc.test"), fullscreen=*',
            ("self", "https://kyc.test"),
        ),
        ('Camera=("https://a.test/" "https://b.test")', ("https://a.test", "https://b.test")),
    ],
)
def test_permissions_policy(header: str, allowed: tuple[str, ...] | None) -> None:
    assert policy_allowlist(header, "camera") == allowed


@pytest.mark.parametrize(
    ("allow", "allowed"),
    [
        ("", None),
        ("microphone; fullscreen", None),
        ("camera", {"src"}),
        ("camera 'src'; fullscreen", {"src"}),
        ("fullscreen; camera https://kyc.test/ *", {"https://kyc.test", "*"}),
    ],
)
def test_allow(allow: str, allowed: set[str] | None) -> None:
    assert allow_attribute(allow) == allowed


@pytest.mark.parametrize(
    ("source", "fits"),
    [
        ("*", True),
        ("https:", True),
        ("http:", False),
        ("https://kyc.test", True),
        ("https://kyc.test/", True),
        ("kyc.test", True),
        ("https://*.test", True),
        ("https://*.kyc.test", False),
        ("http://kyc.test", False),
        ("https://kyc.test:8443", False),
        ("'self'", False),
        ("'none'", False),
    ],
)
def test_sources(source: str, fits: bool) -> None:
    assert source_fits(source, "https://kyc.test", "https://shop.test/pay") is fits


def test_directives() -> None:
    policy = "default-src 'none'; Frame-Src https://a.test *; img-src"
    assert csp_sources(policy, "frame-src") == ("https://a.test", "*")
    assert csp_sources(policy, "img-src") == ()
    assert csp_sources(policy, "child-src") is None
