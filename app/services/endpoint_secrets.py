"""A webhook endpoint's signing secrets: made here, sealed at once, and shown to the caller once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.partner import WebhookEndpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Chance
    from app.security.vault import Vault

_KIND = "webhook_secret"


@dataclass(frozen=True)
class EndpointSecrets:
    """A tool of the use cases that add or change endpoints, inside of their transaction."""

    chance: Chance
    vault: Vault
    make_secret: Callable[[], str]

    def new_endpoint(self, partner_id: str, url: str) -> tuple[WebhookEndpoint, str]:
        """An endpoint of the partner, not stored yet, and its secret."""
        endpoint_id = self.chance.new_id("whe")
        wrapped_key = self.vault.new_wrapped_key(partner_id, endpoint_id)
        endpoint = WebhookEndpoint(endpoint_id, partner_id, url, wrapped_key, [], self.chance.now())
        secret = self.make_secret()
        endpoint.sealed_secrets = [self.vault.seal_text(endpoint, _KIND, secret)]
        return endpoint, secret

    def rotate(self, endpoint: WebhookEndpoint) -> str:
        """The endpoint's new secret; the one before it goes on beside it for a day."""
        secret = self.make_secret()
        endpoint.rotate(self.vault.seal_text(endpoint, _KIND, secret), self.chance.now())
        return secret

    def live(self, endpoint: WebhookEndpoint) -> list[str]:
        """The secrets that sign at this moment, newest first."""
        sealed = endpoint.signing_secrets(self.chance.now())
        return [self.vault.unseal_text(endpoint, _KIND, text) for text in sealed]
