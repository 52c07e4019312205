"""Register the public keys by which a partner's own user tokens are checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from app.storage.unit_of_work import Storage

_MAX_CHARS = 500


@dataclass(frozen=True)
class RegisterUserKeys:
    """An issuer belongs to one partner of the installation; registering again replaces the keys."""

    storage: Storage
    check_keys: Callable[[Mapping[str, Any]], dict[str, object]]

    def __call__(
        self, partner_id: str, issuer: str, jwks: Mapping[str, Any], audience: str | None = None
    ) -> None:
        """Keep issuer, audience and keys. Raises DomainError(validation_error | conflict)."""
        checked = self.check_keys(jwks)
        if not 0 < len(issuer) <= _MAX_CHARS or len(audience or "") > _MAX_CHARS:
            raise DomainError(ErrorCode.VALIDATION_ERROR, "The issuer is the iss of the tokens.")
        with self.storage.writing() as uow:
            holder = uow.partners.by_user_issuer(issuer)
            if holder is not None and holder.id != partner_id:
                raise DomainError(ErrorCode.CONFLICT, "Another partner has this issuer.")
            partner = uow.partners.get(partner_id)
            partner.user_jwt_issuer = issuer
            partner.user_jwt_audience = audience
            partner.user_jwks = checked
            uow.audit.append("cli", "user_keys.registered", partner_id)
            uow.commit()
