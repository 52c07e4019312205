"""Whom the server takes for the client: the connection, or what a trusted proxy says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, request
from werkzeug.test import Client

from app.cli.serve import behind_proxy, listen
from app.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

SAID = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}


def client_seen(environment: Mapping[str, str]) -> str:
    """The address that a page sees when a request from this machine says `SAID`."""
    app = Flask(__name__)
    app.add_url_rule("/", "who", lambda: request.remote_addr or "")
    server = listen(app, "127.0.0.1", 0, **behind_proxy(read_settings(environment)))
    try:
        here = {"REMOTE_ADDR": "127.0.0.1"}
        answer = Client(server.application).get("/", headers=SAID, environ_overrides=here)
        return answer.get_data(as_text=True)
    finally:
        server.close()


def test_nobody_is_believed_by_default() -> None:
    assert client_seen({}) == "127.0.0.1"


@pytest.mark.parametrize("address", ["127.0.0.1", "*"])
def test_a_trusted_proxy_is_believed_one_hop_far(address: str) -> None:
    assert client_seen({"KYC_TRUSTED_PROXY": address}) == "198.51.100.7"


def test_behind_two_proxies_the_one_before_counts() -> None:
    hops = {"KYC_TRUSTED_PROXY": "127.0.0.1", "KYC_TRUSTED_PROXY_HOPS": "2"}
    assert client_seen(hops) == "203.0.113.9"


def test_somebody_elses_word_is_not_taken() -> None:
    assert client_seen({"KYC_TRUSTED_PROXY": "10.0.0.5"}) == "127.0.0.1"
