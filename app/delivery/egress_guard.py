"""The egress guard: which addresses a webhook may reach, and a connection to exactly those.

A name is resolved once, every answer is vetted, and the connection goes to a vetted address with
the name kept for SNI and certificate, so that a resolver that changes its mind changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from app.delivery.webhook_url import EgressRefused, WebhookUrl, parse_webhook_url

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int, float], Sequence[str]]
Dial = Callable[[tuple[str, int], float], socket.socket]

# `is_global` of Python 3.11 lets these through (tried); each of them reaches the inside, either by
# wrapping an IPv4 address or by being a cloud's own service on a public address.
_DENIED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT, and one cloud's metadata service
        "168.63.129.16/32",  # one cloud's host agent, on a public address
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "::/96",  # IPv4-compatible, loopback and unspecified
        "::ffff:0:0/96",  # IPv4-mapped
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "100::/64",
        "2001::/23",  # Teredo, ORCHID and other special purposes
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
        "fec0::/10",  # site-local
        "ff00::/8",
    )
)
_MAX_ANSWERS = 16
# Zero would mean a non-blocking socket, not one out of time.
_LEAST_TIMEOUT_S = 0.001


class NameNotResolved(OSError):
    """The host name has no address now; it may have one at the next attempt."""


@dataclass(frozen=True, slots=True)
class VettedTarget:
    """A URL with the addresses that it may be fetched from, none of them refused."""

    url: WebhookUrl
    addresses: tuple[str, ...]


def resolve_by_system(host: str, port: int, timeout_s: float) -> list[str]:
    """The addresses that the system's resolver gives, within the time."""
    found: list[str] = []
    faults: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as fault:
            faults.append(fault)
        else:
            found.extend(str(answer[4][0]) for answer in answers)

    # getaddrinfo knows no deadline, so it waits in a thread that nobody waits for.
    asking = threading.Thread(target=ask, daemon=True, name="resolve")
    asking.start()
    asking.join(timeout_s)
    if faults or not found:
        msg = "name not resolved"
        raise NameNotResolved(msg) from (faults[0] if faults else None)
    return list(dict.fromkeys(found))


def dial_by_system(address: tuple[str, int], timeout_s: float) -> socket.socket:
    """A TCP connection to a numeric address; no name is looked up and no proxy is asked."""
    return socket.create_connection(address, timeout=timeout_s)


class EgressGuard:
    """Vets URLs at registration and again, with the connection, at each attempt.

    `allow_networks` opens named networks to self-hosted installations: inside them http and any
    port (or only `allow_ports`) are allowed; outside them it is https on 443 and public addresses.
    """

    def __init__(
        self,
        *,
        allow_networks: Sequence[Network] = (),
        allow_ports: Collection[int] | None = None,
        resolve: Resolve = resolve_by_system,
        dial: Dial = dial_by_system,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_networks = tuple(allow_networks)
        self._allow_ports = allow_ports
        self._resolve = resolve
        self._dial = dial
        self._tls = tls or _strict_tls()
        self.monotonic = monotonic

    def vet(self, url: str, timeout_s: float = 5.0) -> VettedTarget:
        """The URL with its addresses, if every one of them may be reached.

        Raises:
            EgressRefused: for the URL's form, its port, or any single address.
            NameNotResolved: there is no answer at the moment.
        """
        parsed = parse_webhook_url(url)
        if not self._allow_networks and not parsed.is_public_form:
            # Nothing could make this URL good: not worth a question to the resolver.
            is_http = parsed.scheme == "http"
            raise EgressRefused("scheme_not_allowed" if is_http else "port_not_allowed")
        answers = self._resolve(parsed.host, parsed.port, timeout_s)
        if not answers:
            msg = "name not resolved"
            raise NameNotResolved(msg)
        # One bad answer among good ones is how rebinding begins: all of them must pass.
        addresses = tuple(self._vet_address(parsed, answer) for answer in answers[:_MAX_ANSWERS])
        return VettedTarget(parsed, addresses)

    def connect(self, target: VettedTarget, deadline_s: float) -> socket.socket:
        """A connection to the first vetted address that answers, TLS included for https.

        `deadline_s` is an instant of the guard's monotonic clock.

        Raises:
            EgressRefused: `peer_changed`, the connection ends elsewhere than it was sent.
            OSError: no address answers in time, or TLS fails.
        """
        fault: OSError = TimeoutError("no time left to connect")
        for address in target.addresses:
            if self.monotonic() >= deadline_s:
                break
            try:
                return self._connect_to(address, target.url, deadline_s)
            except OSError as error:
                fault = error
        raise fault

    def _connect_to(self, address: str, url: WebhookUrl, deadline_s: float) -> socket.socket:
        connection = self._dial((address, url.port), deadline_s - self.monotonic())
        try:
            _check_peer(connection, address)
            if url.scheme == "http":
                return connection
            # The handshake gets what dialling left over, not the same time once more.
            connection.settimeout(max(deadline_s - self.monotonic(), _LEAST_TIMEOUT_S))
            return self._tls.wrap_socket(connection, server_hostname=url.host)
        except BaseException:
            connection.close()
            raise

    def _vet_address(self, url: WebhookUrl, answer: str) -> str:
        try:
            address = ipaddress.ip_address(answer)
        except ValueError:
            raise EgressRefused("address_not_allowed") from None
        if any(_is_in(address, network) for network in self._allow_networks):
            if self._allow_ports is not None and url.port not in self._allow_ports:
                raise EgressRefused("port_not_allowed")
            return str(address)
        if not is_public_address(address):
            raise EgressRefused("address_not_allowed")
        if url.scheme != "https":
            raise EgressRefused("scheme_not_allowed")
        if not url.is_public_form:
            raise EgressRefused("port_not_allowed")
        return str(address)


def is_public_address(address: Address) -> bool:
    """Whether the address is out on the internet and cannot lead back inside."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False
    return address.is_global and not any(_is_in(address, network) for network in _DENIED)


def _check_peer(connection: socket.socket, address: str) -> None:
    peer = ipaddress.ip_address(connection.getpeername()[0])
    if peer != ipaddress.ip_address(address):
        raise EgressRefused("peer_changed")


def _is_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


@cache
def _strict_tls() -> ssl.SSLContext:
    """One for all guards of a process: to read the machine's certificates takes 30 ms."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
