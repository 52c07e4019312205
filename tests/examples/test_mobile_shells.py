"""The shells for apps cannot be compiled here; what can be read of them is held."""

import re
from pathlib import Path

import pytest

from app.settings import PROJECT_FOLDER

FOLDER = PROJECT_FOLDER / "examples" / "mobile"
SHELLS = sorted(path for path in FOLDER.iterdir() if path.suffix != ".md")
_COMMENT = re.compile(r"(?m)(^|\s)//.*$|/\*.*?\*/")

# What each must have, for the platform's own reasons.
NEEDED = {
    "CustomTabActivity.kt": (
        "CustomTabsIntent",
        'scheme == "https"',
        "autoVerify",
        "singleTask",
        'state.putBoolean("opened", wasOpened)',
    ),
    "KycWebViewActivity.kt": (
        "grant(arrayOf(PermissionRequest.RESOURCE_VIDEO_CAPTURE))",
        "onShowFileChooser",
        "checkSelfPermission(Manifest.permission.CAMERA)",
        "mediaPlaybackRequiresUserGesture = false",
        "allowFileAccess = false",
        "onReceiveValue(null)",
        ".deny()",
    ),
    "KycWebViewController.swift": (
        "NSCameraUsageDescription",
        "allowsInlineMediaPlayback = true",
        "requestMediaCapturePermissionFor",
        "asking == kycOrigin && type == .camera ? .grant : .deny",
    ),
    "KycWebView.tsx": (
        "PermissionsAndroid.PERMISSIONS.CAMERA",
        "allowsInlineMediaPlayback",
        "originWhitelist={[KYC_ORIGIN, PAYMENT_ORIGIN]}",
        'mixedContentMode="never"',
    ),
}
# What opens a hole, or is known to be wrong.
FORBIDDEN = (
    r"addJavascriptInterface",
    r"grant\(\s*request\.(getResources|resources)",
    r"http://",
    r"file://",
    r"RECORD_AUDIO|RESOURCE_AUDIO_CAPTURE|NSMicrophone|type == \.microphone",
    r"setAllowUniversalAccessFromFileURLs|allowUniversalAccessFromFileURLs = true",
    r"onReceivedSslError|proceed\(\)",
    r"injectedJavaScript|onMessage|WKScriptMessageHandler|evaluateJavaScript",
    r"[?&](token|launch_code|c)=",
    r"FLAG_ACTIVITY_NO_HISTORY",
    r'originWhitelist=\{\["\*"\]\}',
)


def test_there_is_one_for_each_platform() -> None:
    assert {path.name for path in SHELLS} == set(NEEDED)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"({path.name})" in readme for path in SHELLS)
    assert "not been compiled" in readme


@pytest.mark.parametrize("path", SHELLS, ids=lambda path: path.name)
def test_it_is_short_and_has_what_its_platform_needs(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 150
    assert [part for part in NEEDED[path.name] if part not in text] == []
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")


@pytest.mark.parametrize("path", SHELLS, ids=lambda path: path.name)
def test_it_opens_no_hole(path: Path) -> None:
    code = _COMMENT.sub("", path.read_text("utf-8"))
    assert [hole for hole in FORBIDDEN if re.search(hole, code)] == []


@pytest.mark.parametrize("path", SHELLS, ids=lambda path: path.name)
def test_it_keeps_to_one_installation_and_puts_the_code_into_the_fragment(path: Path) -> None:
    text = path.read_text("utf-8")
    assert '"https://kyc.example"' in text
    assert re.search(r"[Ff]ragment|#c=", text)
    assert "c=" in text
