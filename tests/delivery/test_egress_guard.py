from __future__ import annotations

import socket
import threading
from ipaddress import ip_network

import pytest

from app.delivery import EgressGuard, EgressRefused, NameNotResolved, deliver_once
from app.delivery.egress_guard import resolve_by_system
from tests.builders.egress_urls import (
    ACCEPTED,
    PUBLIC,
    PUBLIC_V6,
    REFUSED,
    RecordingDial,
    resolve,
)


def test_the_table_is_long_enough() -> None:
    assert len({url for url, _ in REFUSED}) >= 60


@pytest.mark.parametrize(("url", "code"), REFUSED)
def test_no_connection_is_made_for_a_refused_url(url: str, code: str) -> None:
    dial = RecordingDial()
    result = deliver_once(url, b"{}", {}, EgressGuard(resolve=resolve, dial=dial))
    assert (result.outcome, result.error_code) == ("refused", code)
    assert dial.asked == []


@pytest.mark.parametrize("url", ACCEPTED)
def test_a_public_https_url_is_dialled_at_its_vetted_addresses(url: str) -> None:
    dial = RecordingDial()
    result = deliver_once(url, b"{}", {}, EgressGuard(resolve=resolve, dial=dial))
    assert (result.outcome, result.error_code) == ("retry", "connection_failed")
    assert dial.asked
    assert set(dial.asked) <= {(PUBLIC, 443), (PUBLIC_V6, 443)}


def test_a_resolver_that_changes_its_mind_is_asked_once_and_not_followed() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    dial = RecordingDial()
    guard = EgressGuard(resolve=lambda *_: next(answers), dial=dial)
    deliver_once("https://rebind.partner.test/", b"{}", {}, guard)
    assert dial.asked == [(PUBLIC, 443)]
    assert next(answers) == ["127.0.0.1"]


def test_a_name_without_an_answer_may_be_tried_again() -> None:
    guard = EgressGuard(resolve=resolve, dial=RecordingDial())
    with pytest.raises(NameNotResolved):
        guard.vet("https://unknown.partner.test/")
    result = deliver_once("https://unknown.partner.test/", b"{}", {}, guard)
    assert (result.outcome, result.error_code) == ("retry", "dns_failed")


def test_a_connection_that_ends_elsewhere_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def dial_elsewhere(_: tuple[str, int], timeout_s: float) -> socket.socket:
            return socket.create_connection(("127.0.0.1", port), timeout_s)

        guard = EgressGuard(resolve=resolve, dial=dial_elsewhere)
        result = deliver_once("https://hooks.partner.test/", b"{}", {}, guard)
    assert (result.outcome, result.error_code) == ("refused", "peer_changed")


def test_an_allowed_network_opens_http_and_ports_for_itself_only() -> None:
    guard = EgressGuard(allow_networks=[ip_network("10.1.0.0/16")], resolve=resolve)
    assert guard.vet("http://inside.partner.test:8080/").addresses == ("10.1.2.3",)
    for url, code in (
        ("http://hooks.partner.test/", "scheme_not_allowed"),
        ("https://hooks.partner.test:8443/", "port_not_allowed"),
        ("https://10.2.0.1/", "address_not_allowed"),
        ("https://localhost/", "address_not_allowed"),
        ("https://half.partner.test/", "address_not_allowed"),
    ):
        with pytest.raises(EgressRefused) as caught:
            guard.vet(url)
        assert caught.value.code == code


def test_allowed_ports_narrow_an_allowed_network() -> None:
    guard = EgressGuard(
        allow_networks=[ip_network("10.1.0.0/16")], allow_ports=(443, 8443), resolve=resolve
    )
    assert guard.vet("https://inside.partner.test:8443/")
    with pytest.raises(EgressRefused, match="port_not_allowed"):
        guard.vet("http://inside.partner.test:6379/")


def test_a_url_is_not_shown_with_its_query() -> None:
    target = EgressGuard(resolve=resolve).vet("https://hooks.partner.test/?token=MARKED")
    assert "MARKED" not in repr(target)


def test_the_systems_resolver_is_left_behind_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(10) and [])
    with pytest.raises(NameNotResolved):
        resolve_by_system("slow.partner.test", 443, 0.05)
    release.set()


def test_the_systems_resolver_finds_numeric_addresses() -> None:
    assert resolve_by_system("127.0.0.1", 443, 5) == ["127.0.0.1"]
