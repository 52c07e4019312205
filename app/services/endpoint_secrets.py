"""A webhook endpoint's signing secrets: made here, sealed at once, and shown to the caller once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.partner import SignatureScheme, WebhookEndpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.chance import Chance
    from app.security.vault import Vault

_KIND = "webhook_secret"


@dataclass(frozen=True)
class EndpointSecrets:
    """A tool of the use cases that add or change endpoints, inside of their transaction.

    `make_secret` gives what signs and what verifies: the same secret twice, or two halves of a key.
    """

    chance: Chance
    vault: Vault
    make_secret: Callable[[SignatureScheme], tuple[str, str]]

    def new_endpoint(
        self, partner_id: str, url: str, scheme: SignatureScheme = SignatureScheme.HMAC
    ) -> tuple[WebhookEndpoint, str]:
        """An endpoint of the partner, not stored yet, and what its signatures are verified by."""
        endpoint_id = self.chance.new_id("whe")
        wrapped_key = self.vault.new_wrapped_key(partner_id, endpoint_id)
        endpoint = WebhookEndpoint(endpoint_id, partner_id, url, wrapped_key, [], self.chance.now())
        signing, verifying = self.make_secret(scheme)
        endpoint.sign_with(self.vault.seal_text(endpoint, _KIND, signing), scheme)
        return endpoint, verifying

    def rotate(self, endpoint: WebhookEndpoint) -> str:
        """What verifies the endpoint's new signatures; the old ones go on beside them for a day."""
        signing, verifying = self.make_secret(endpoint.signature_scheme)
        endpoint.rotate(self.vault.seal_text(endpoint, _KIND, signing), self.chance.now())
        return verifying

    def live(self, endpoint: WebhookEndpoint) -> list[str]:
        """The secrets that sign at this moment, newest first."""
        sealed = endpoint.signing_secrets(self.chance.now())
        return [self.vault.unseal_text(endpoint, _KIND, text) for text in sealed]
