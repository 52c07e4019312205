"""The form a webhook URL must have, before any name is resolved."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, urlsplit

RefusalCode = Literal[
    "url_malformed",
    "scheme_not_allowed",
    "userinfo_not_allowed",
    "fragment_not_allowed",
    "host_not_allowed",
    "host_not_ascii",
    "port_not_allowed",
    "address_not_allowed",
    "peer_changed",
]

_ADVICE: dict[RefusalCode, str] = {
    "url_malformed": "Send an absolute URL of at most 2048 ASCII characters, without spaces.",
    "scheme_not_allowed": "Send an https URL.",
    "userinfo_not_allowed": "Leave out the user name and password; check our signature instead.",
    "fragment_not_allowed": "Leave out the part from # on: it is never sent.",
    "host_not_allowed": "Name the host by its full domain name, or a public address in full.",
    "host_not_ascii": "Write an international domain name in its ASCII form, xn--…",
    "port_not_allowed": "Use port 443.",
    "address_not_allowed": "The host must have public addresses only.",
    "peer_changed": "The connection ended at another address than the one that was checked.",
}
_MAX_URL_CHARS = 2048
_HTTPS_PORT = 443
_HTTP_PORT = 80
_MAX_HOST_CHARS = 253
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Resolvers take 127.1, 0x7f.1 and 2130706433 for 127.0.0.1 (tried): a last label that is a
# number, in any base, makes the host an address in disguise.
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BRACKETED = re.compile(r"\[[^\[\]]+\](?::[0-9]*)?")
_UNSAFE_CHARACTER = re.compile(r"[^\x21-\x7e]|[\\\"<>^`{|}]")


class EgressRefused(Exception):
    """The URL leads where this server must not go; `code` is stable and holds nothing of it."""

    def __init__(self, code: RefusalCode) -> None:
        self.code: RefusalCode = code
        super().__init__(code)

    @property
    def advice(self) -> str:
        """What to do about it, for a developer to read."""
        return _ADVICE[self.code]


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """A URL taken apart; the target may hold a partner's token and is not represented."""

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str = field(repr=False)

    @property
    def is_public_form(self) -> bool:
        """Whether it is https on 443, the only form for addresses out on the internet."""
        return self.scheme == "https" and self.port == _HTTPS_PORT

    @property
    def host_header(self) -> str:
        """The Host header's value: brackets for IPv6, the port only when it is unusual."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = _HTTPS_PORT if self.scheme == "https" else _HTTP_PORT
        return host if self.port == default else f"{host}:{self.port}"


def parse_webhook_url(url: str) -> WebhookUrl:
    """The parts of a URL that two parsers cannot read in two ways.

    Raises:
        EgressRefused: with the first rule that the URL breaks.
    """
    if not 0 < len(url) <= _MAX_URL_CHARS:
        raise EgressRefused("url_malformed")
    try:
        parts = urlsplit(url)
        # Both properties parse lazily and raise then.
        host, port = parts.hostname, parts.port
    except ValueError:
        raise EgressRefused("url_malformed") from None
    _refuse_ambiguity(url, parts.netloc)
    scheme = _scheme(parts)
    _refuse_extras(url, parts.netloc)
    if port == 0 or parts.netloc.endswith(":"):
        raise EgressRefused("port_not_allowed")
    if port is None:
        port = _HTTPS_PORT if scheme == "https" else _HTTP_PORT
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookUrl(scheme, _host(host or "", is_bracketed="[" in parts.netloc), port, target)


def _refuse_ambiguity(url: str, netloc: str) -> None:
    if not netloc.isascii():
        # Unicode digits and full stops resolve as ASCII ones; a punycode host is welcome.
        raise EgressRefused("host_not_ascii")
    if _UNSAFE_CHARACTER.search(url):
        raise EgressRefused("url_malformed")


def _refuse_extras(url: str, netloc: str) -> None:
    if "@" in netloc:
        raise EgressRefused("userinfo_not_allowed")
    if "[" in netloc and not _BRACKETED.fullmatch(netloc):
        # urlsplit overlooks what stands before and behind the brackets; other parsers do not.
        raise EgressRefused("host_not_allowed")
    if "#" in url:
        raise EgressRefused("fragment_not_allowed")


def _scheme(parts: SplitResult) -> Literal["http", "https"]:
    if parts.scheme == "https":
        return "https"
    if parts.scheme == "http":
        return "http"
    raise EgressRefused("scheme_not_allowed")


def _host(host: str, *, is_bracketed: bool) -> str:
    """The host in lower case: a name, or an address in its one canonical form."""
    if is_bracketed:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError:
            raise EgressRefused("host_not_allowed") from None
        if address.scope_id is not None:
            raise EgressRefused("host_not_allowed")
        return address.compressed
    name = host.removesuffix(".")
    labels = name.split(".")
    if not 0 < len(name) <= _MAX_HOST_CHARS or not all(_LABEL.fullmatch(part) for part in labels):
        raise EgressRefused("host_not_allowed")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        try:
            # Four plain decimal numbers only; the library refuses leading zeros.
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise EgressRefused("host_not_allowed") from None
    return name
