"""What keeps the widget's frame or its camera from working on a partner's page, and what to do.

The browser is the judge: it says whether the frame loaded and the camera opened. Headers and
attributes only name who is to blame.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.domain.frame_headers import (
    allow_attribute,
    csp_sources,
    policy_allowlist,
    source_fits,
)
from app.domain.origins import is_local_origin, origin_of

_NEEDED_FLAGS = {
    "allow-scripts": "nothing in the frame runs",
    "allow-same-origin": "the browser gives the camera to no frame without an origin",
    "allow-forms": "the payment page's form cannot be sent",
}


@dataclass(frozen=True)
class HostFrame:
    """One document above the widget, and the frame element in it that leads on towards it.

    `headers` have lower-case names. `sandbox` is None for an element without the attribute.
    """

    url: str
    headers: Mapping[str, str]
    allow: str = ""
    sandbox: str | None = None


@dataclass(frozen=True)
class HostFacts:
    """What was seen: the documents from the page down to the widget's parent, and the widget.

    `camera` is "ok" or the name of the browser's refusal, None when it could not be asked.
    `is_own_frame` is false for a frame that was added only to look.
    """

    frames: tuple[HostFrame, ...]
    widget_url: str
    did_load: bool
    camera: str | None
    is_own_frame: bool
    widget_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One thing that blocks: its code, the document that is to blame, and the way out."""

    code: str
    url: str
    sentence: str
    advice: str


def find_blocks(facts: HostFacts) -> list[Finding]:
    """Everything that blocks, from the page downwards; empty when frame and camera work."""
    if facts.did_load and facts.camera == "ok":
        return []
    found = [*_of_frames(facts), *_of_widget(facts)]
    if not found:
        found.append(_unexplained(facts))
    return found


def _of_frames(facts: HostFacts) -> Iterator[Finding]:
    widget = str(origin_of(facts.widget_url))
    children = [*(str(origin_of(frame.url)) for frame in facts.frames[1:]), widget]
    for frame, child in zip(facts.frames, children, strict=True):
        yield from _insecure(frame)
        yield from _sandboxed(frame)
        yield from _policy_header(frame, child)
        yield from _not_allowed(frame, child)
        if not facts.did_load and child == widget:
            yield from _frame_source(frame, child)
            yield from _isolated(frame, facts.widget_headers)


def _insecure(frame: HostFrame) -> Iterator[Finding]:
    origin = origin_of(frame.url)
    if origin and origin.startswith("http://") and not is_local_origin(origin):
        yield Finding(
            "insecure_page",
            frame.url,
            "The page is sent over plain http, where browsers give no camera to anything in it.",
            "Serve it over https, and redirect http there.",
        )


def _sandboxed(frame: HostFrame) -> Iterator[Finding]:
    if frame.sandbox is None:
        return
    flags = frame.sandbox.lower().split()
    missing = [flag for flag in _NEEDED_FLAGS if flag not in flags]
    if missing:
        reasons = "; ".join(f"without {flag} {_NEEDED_FLAGS[flag]}" for flag in missing)
        yield Finding(
            "sandbox",
            frame.url,
            f"The frame has a sandbox attribute: {reasons}.",
            "Take the attribute away, or give it allow-scripts allow-same-origin allow-forms.",
        )


def _policy_header(frame: HostFrame, child: str) -> Iterator[Finding]:
    allowlist = policy_allowlist(frame.headers.get("permissions-policy", ""), "camera")
    own = str(origin_of(frame.url))
    if allowlist is None or "*" in allowlist:
        return
    named = {own if entry == "self" else entry for entry in allowlist}
    if own not in named or child not in named:
        yield Finding(
            "permissions_policy_header",
            frame.url,
            f"Its header Permissions-Policy gives the camera to {_listed(named)}, which takes it"
            f" from {child} whatever the frame's allow attribute says.",
            f'Send Permissions-Policy: camera=(self "{child}"), or no camera directive.',
        )


def _not_allowed(frame: HostFrame, child: str) -> Iterator[Finding]:
    if child == origin_of(frame.url):
        return
    allowed = allow_attribute(frame.allow)
    advice = f'Write allow="camera {child}" on the frame; the loader v1.js does it by itself.'
    if allowed is None:
        yield Finding(
            "allow_missing", frame.url, f"Its frame of {child} has no allow for the camera.", advice
        )
    elif not {child, "*", "src"} & allowed:
        yield Finding(
            "allow_wrong_origin",
            frame.url,
            f"Its frame's allow gives the camera to {_listed(allowed)}, not to {child}.",
            advice,
        )


def _frame_source(frame: HostFrame, child: str) -> Iterator[Finding]:
    policy = frame.headers.get("content-security-policy", "")
    for directive in ("frame-src", "child-src", "default-src"):
        sources = csp_sources(policy, directive)
        if sources is None:
            continue
        if not any(source_fits(source, child, frame.url) for source in sources):
            yield Finding(
                "csp_frame_src",
                frame.url,
                f"Its Content-Security-Policy lets {directive} be {_listed(sources)} only.",
                f"Add {child} to frame-src.",
            )
        return


def _isolated(frame: HostFrame, widget: Mapping[str, str]) -> Iterator[Finding]:
    embedder = frame.headers.get("cross-origin-embedder-policy", "").split(";")[0].strip()
    if embedder in {"require-corp", "credentialless"} and (
        "cross-origin-embedder-policy" not in widget
        or widget.get("cross-origin-resource-policy") != "cross-origin"
    ):
        yield Finding(
            "coep",
            frame.url,
            f"The page is isolated (Cross-Origin-Embedder-Policy: {embedder}), and the widget's"
            " answer lacks the headers that such pages ask for.",
            "A proxy before the installation drops them: let Cross-Origin-Embedder-Policy and"
            " Cross-Origin-Resource-Policy through.",
        )


def _of_widget(facts: HostFacts) -> Iterator[Finding]:
    headers, url = facts.widget_headers, facts.widget_url
    refusal = headers.get("x-frame-options")
    if refusal and not facts.did_load:
        yield Finding(
            "x_frame_options",
            url,
            f"The widget's answer says X-Frame-Options: {refusal}, which it never does itself.",
            "A proxy before the installation adds it: take it off for /widget/.",
        )
    ancestors = csp_sources(headers.get("content-security-policy", ""), "frame-ancestors")
    if ancestors is not None and not facts.did_load:
        for frame in facts.frames:
            origin = str(origin_of(frame.url))
            if not any(source_fits(source, origin, url) for source in ancestors):
                yield Finding(
                    "frame_ancestors",
                    frame.url,
                    f"The widget may be framed by {_listed(ancestors)} only, not by {origin}.",
                    "Register the origin for the partner, exactly as it is spelt here.",
                )
    allowlist = policy_allowlist(headers.get("permissions-policy", ""), "camera")
    if allowlist is not None and not {"self", "*"} & set(allowlist):
        yield Finding(
            "widget_permissions_policy",
            url,
            "The widget's own answer takes the camera away by Permissions-Policy.",
            "A proxy before the installation writes it anew: let camera=(self) through.",
        )


def _unexplained(facts: HostFacts) -> Finding:
    last = facts.frames[-1].url
    if not facts.did_load:
        return Finding(
            "frame_blocked",
            last,
            "The browser does not load the frame, and no header or attribute says why.",
            "Look into the browser's console, and whether the installation answers.",
        )
    return Finding(
        "camera_refused",
        last,
        f"The frame loads, but its camera is refused: {facts.camera}.",
        "Open the address of the frame as a page of its own and try the camera there.",
    )


def _listed(names: "tuple[str, ...] | set[str]") -> str:
    return ", ".join(sorted(names)) or "nobody"
