"""The console's one cookie: signed, of this host alone, and empty for everybody else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from app.web.services import services

if TYPE_CHECKING:
    from flask import Flask, Request

_NAME = "kyc_console"
# The browser holds this token; the database holds its hash, and ends it.
TOKEN = "token"  # noqa: S105 - the key in the cookie
PARTNER = "partner"
NEXT = "next"
SET_UP = "set_up"


class ConsoleCookie(SecureCookieSessionInterface):
    """Flask's session under the ring's `form` keys: rotation reaches running processes.

    Over https the name begins with `__Host-`, which browsers give to no other host, path or plain
    connection. Plain http, which only localhost may use, has neither prefix nor `Secure`.
    """

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        """The name, with the prefix where browsers accept it."""
        return f"__Host-{_NAME}" if _is_https() else _NAME

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        """Whether it travels over TLS only."""
        return _is_https()

    def get_cookie_httponly(self, app: Flask) -> bool:  # noqa: ARG002
        """No script reads it."""
        return True

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002
        """Lax, not Strict: the identity provider sends people back by a link of its own."""
        return "Lax"

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002
        """As `__Host-` asks for."""
        return "/"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says; without one no key is asked for, so that probes need none."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:  # noqa: ARG002
        """Signs by the newest key, reads by all live ones; SHA-256 in place of Flask's SHA-1."""
        return URLSafeTimedSerializer(
            list(reversed(services().keys.secrets("form"))),
            salt="kyc.console.v1",
            serializer=self.serializer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


def _is_https() -> bool:
    return services().settings.public_url.startswith("https:")
