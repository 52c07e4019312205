"""A small OpenID Connect provider on the loopback: what a real one does for one person."""

import base64
import hashlib
import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "kyc-console", "a secret of the two"


@cache
def _own_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "p1", "use": "sig"})


class Provider:
    """Signs in whoever comes; `claims` changes what the ID token says, `key` who signs it."""

    def __init__(self) -> None:
        self.key = self.published = _own_key()
        self.claims: dict[str, Any] = {}
        self.algorithms = ["RS256", "HS256", "none"]
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(provider.read(urlsplit(self.path).path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(provider.sell(form, self.headers.get("Authorization", "")))

            def _answer(self, content: dict[str, Any] | None) -> None:
                self.send_response(400 if content is None else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(content or {"error": "invalid_grant"}).encode())

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"

    def read(self, path: str) -> dict[str, Any] | None:
        """Metadata and keys."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": self.algorithms,
            }
        return {"keys": [self.published.as_dict(private=False)]} if path == "/keys" else None

    def authorize(self, address: str) -> str:
        """What the person's browser is sent back to, once it has signed in there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        self.codes["a-code"] = asked
        return f"{asked['redirect_uri']}?code=a-code&state={asked['state']}"

    def sell(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once, to whoever knows the verifier and the client's secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or authorization != f"Basic {wanted}":
            return None
        if challenge != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "person-1",
            "email": "Anna@example.test",
            "email_verified": True,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        } | self.claims
        header = {"alg": "RS256", "kid": "p1"}
        id_token = jwt.encode(header, claims, self.key)
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": id_token}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
