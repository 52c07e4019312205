"""Put a policy file in force for a partner; what was in force before is kept as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.partner import PolicyRevision
from app.domain.policy_file import KnownCodes, PolicyFaults, read_policy
from app.standards.icao9303.states import issuing_states
from app.standards.iso3166 import COUNTRIES

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.domain.policy import Policy
    from app.storage.unit_of_work import Storage, UnitOfWork


def read_checked_policy(text: str) -> Policy:
    """The policy of a TOML text whose codes all exist. Raises PolicyFaults."""
    return read_policy(text, KnownCodes(frozenset(COUNTRIES), issuing_states()))


@dataclass(frozen=True)
class ActivatePolicy:
    """Versions only grow, so that the newest file is always the one in force."""

    storage: Storage
    chance: Chance

    def __call__(self, partner_id: str, text: str, actor: str) -> PolicyRevision:
        """The revision now in force. Raises PolicyFaults or DomainError(not_found)."""
        policy = read_checked_policy(text)
        with self.storage.writing() as uow:
            partner = uow.partners.lock(partner_id)
            _require_growth(uow, partner_id, policy.version)
            revision = PolicyRevision(
                self.chance.new_id("pol"),
                partner_id,
                policy.hash,
                policy.version,
                text,
                actor,
                self.chance.now(),
            )
            uow.policy_revisions.add(revision)
            partner.policy_hash = policy.hash
            uow.audit.append(
                actor=actor,
                action="policy.activated",
                subject_id=partner_id,
                facts={"version": policy.version, "policy_hash": policy.hash},
            )
            uow.commit()
        return revision


def _require_growth(uow: UnitOfWork, partner_id: str, version: int) -> None:
    newest = uow.policy_revisions.newest(partner_id)
    if newest is not None and version <= newest.version:
        raise PolicyFaults([f"version: must be more than {newest.version}, the one in force"])
