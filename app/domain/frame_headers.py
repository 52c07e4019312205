"""What headers and attributes say of frames: Permissions-Policy, allow, Content-Security-Policy."""

import re
from urllib.parse import urlsplit

from app.domain.origins import origin_of


def policy_allowlist(header: str, feature: str) -> tuple[str, ...] | None:
    """Who has a feature by a Permissions-Policy header: origins, `self`, `*`; None: not said."""
    for part in re.split(r",(?![^(]*\))", header):
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == feature:
            value = value.strip()
            inner = value[1:-1] if value.startswith("(") and value.endswith(")") else value
            return tuple(entry.strip('"').rstrip("/") for entry in inner.split())
    return None


def csp_sources(header: str, directive: str) -> tuple[str, ...] | None:
    """The sources of a directive of a Content-Security-Policy header; None when it has none."""
    for part in header.split(";"):
        words = part.split()
        if words and words[0].lower() == directive:
            return tuple(words[1:])
    return None


def allow_attribute(allow: str) -> set[str] | None:
    """Who has the camera by an allow attribute; `src` stands for the frame's own address."""
    for part in allow.split(";"):
        words = part.split()
        if words and words[0].lower() == "camera":
            named = {word.strip("'\"").rstrip("/").lower() for word in words[1:]}
            return named or {"src"}
    return None


def source_fits(source: str, origin: str, page: str) -> bool:
    """Whether a CSP source covers an origin: `*`, 'self', a scheme, a host with `*.` or exact."""
    word, parts = source.lower().rstrip("/"), urlsplit(origin)
    if word in {"*", origin, f"{parts.scheme}:"}:
        return True
    if word == "'self'":
        return origin == origin_of(page)
    scheme, _, host = word.rpartition("://")
    if scheme and scheme != parts.scheme:
        return False
    if host.startswith("*."):
        return parts.netloc.endswith(host[1:])
    return host == parts.netloc
