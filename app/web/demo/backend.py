"""What a partner's backend does: it calls the API with its key and keeps signed webhooks."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.web.demo.webhook_signature import is_signed

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_S = 15.0
_KEPT_WEBHOOKS = 50


@dataclass(frozen=True)
class MerchantSettings:
    """What a partner is given, and where the shop stands."""

    api_url: str
    api_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    shop_url: str


class MerchantBackend:
    """Speaks to the widget's API for the shop. It knows nothing that a partner would not."""

    def __init__(self, settings: MerchantSettings) -> None:
        self.settings = settings
        self._webhooks: deque[dict[str, object]] = deque(maxlen=_KEPT_WEBHOOKS)
        self._lock = threading.Lock()

    def call_session(self, user: str) -> tuple[int, dict[str, object]]:
        """POST /widget/sessions: 201 for a verified user, 422 for everyone else."""
        return self._call("POST", "/widget/sessions", {"partner_user_id": user})

    def buy_launch_code(self, user: str) -> tuple[int, dict[str, object]]:
        """POST /widget/client-tokens; the page is given the launch code and the address only."""
        body = {"partner_user_id": user, "payment_url": f"{self.settings.shop_url}/pay"}
        status, answer = self._call("POST", "/widget/client-tokens", body)
        if status != 201:
            return status, answer
        return status, {name: answer[name] for name in ("launch_code", "widget_url")}

    def read_status(self, user: str) -> dict[str, object]:
        """GET kyc-status; a user nobody has heard of yet reads as an error body."""
        path = f"/widget/users/{urllib.parse.quote(user, safe='')}/kyc-status"
        return self._call("GET", path, None)[1]

    def take_webhook(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep the event if its signature holds and it is not old; what a receiver must check."""
        if not is_signed(self.settings.webhook_secret, headers, body, time.time()):
            return False
        event = {
            "id": headers["webhook-id"],
            "received_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "verified": True,
            "body": json.loads(body),
        }
        with self._lock:
            # Delivery is at least once: the same id may come twice.
            if all(kept["id"] != event["id"] for kept in self._webhooks):
                self._webhooks.appendleft(event)
        return True

    def webhooks_of(self, user: str) -> list[dict[str, object]]:
        """Webhooks received for one user, newest first."""
        with self._lock:
            return [event for event in self._webhooks if _user_of(event) == user]

    def _call(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> tuple[int, dict[str, object]]:
        request = urllib.request.Request(  # noqa: S310 - the configured API, http(s) only
            self.settings.api_url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-api-key": self.settings.api_key, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


def _user_of(event: Mapping[str, object]) -> object:
    """Whom an event is about; a test event is about nobody."""
    body = event["body"]
    return body["data"].get("partner_user_id") if isinstance(body, dict) else None
