"""Create a partner with its first key and, if wanted, its webhook endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.oauth_client import OAuthClient
from app.domain.origins import parse_origin
from app.domain.partner import ApiKey, Mode, Partner, Scope
from app.services.grant_access import NewClient

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.domain.chance import Chance
    from app.security import NewApiKey
    from app.services.endpoint_secrets import EndpointSecrets
    from app.storage.unit_of_work import Storage, UnitOfWork


@dataclass(frozen=True)
class PartnerCreated:
    """Shown once: the secrets are stored as a hash or sealed."""

    partner_id: str
    mode: Mode
    api_key: str = field(repr=False)
    publishable_key: str
    client_id: str
    client_secret: str = field(repr=False)
    webhook_secret: str | None = field(repr=False, default=None)

    def as_json(self) -> dict[str, object]:
        """What `kyc partner create --json` prints."""
        return {
            "partner_id": self.partner_id,
            "mode": self.mode.value,
            "api_key": self.api_key,
            "publishable_key": self.publishable_key,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "webhook_secret": self.webhook_secret,
        }


@dataclass(frozen=True)
class CreatePartner:
    """Adds a partner; origins must be exact, the webhook URL must pass the egress guard."""

    storage: Storage
    chance: Chance
    endpoint_secrets: EndpointSecrets
    make_api_key: Callable[[Mode], NewApiKey]
    make_publishable_key: Callable[[Mode], str]
    make_client_secret: Callable[[], str]
    hash_secret: Callable[[str], str]
    vet_url: Callable[[str], None]

    def __call__(
        self, name: str, mode: Mode, origins: Sequence[str], webhook_url: str | None = None
    ) -> PartnerCreated:
        """The new partner's ids and secrets."""
        exact = [parse_origin(origin, allow_localhost=mode is Mode.TEST) for origin in origins]
        if webhook_url is not None:
            self.vet_url(webhook_url)
        now = self.chance.now()
        partner = Partner(self.chance.new_id("prt"), name, mode, now, exact)
        partner.publishable_key = self.make_publishable_key(mode)
        with self.storage.writing() as uow:
            if uow.partners.by_name(name, mode) is not None:
                raise DomainError(ErrorCode.CONFLICT, "A partner of this name exists already.")
            uow.partners.add(partner)
            key = self._add_key(uow, partner)
            client = self._add_client(uow, partner)
            secret = webhook_url and self._add_endpoint(uow, partner, webhook_url)
            uow.audit.append(actor="cli", action="partner.created", subject_id=partner.id)
            uow.commit()
        return PartnerCreated(
            partner.id,
            mode,
            key,
            partner.publishable_key,
            client.client_id,
            client.client_secret,
            secret,
        )

    def _add_client(self, uow: UnitOfWork, partner: Partner) -> NewClient:
        secret = self.make_client_secret()
        client = OAuthClient(
            self.chance.new_id("cli"),
            partner.id,
            [self.hash_secret(secret)],
            [scope.value for scope in Scope],
            self.chance.now(),
        )
        uow.oauth_clients.add(client)
        return NewClient(client.id, secret)

    def _add_key(self, uow: UnitOfWork, partner: Partner) -> str:
        key = self.make_api_key(partner.mode)
        uow.api_keys.add(
            ApiKey(
                self.chance.new_id("key"),
                partner.id,
                key.digest,
                key.display_prefix,
                self.chance.now(),
            )
        )
        return key.text

    def _add_endpoint(self, uow: UnitOfWork, partner: Partner, url: str) -> str:
        endpoint, secret = self.endpoint_secrets.new_endpoint(partner.id, url)
        uow.webhook_endpoints.add(endpoint)
        return secret
