"""The policy that a partner's decisions are made by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.policy import STANDARD_POLICY

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.domain.policy import Policy
    from app.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Policies:
    """Reads the active revision of a partner; what was read once is kept by its hash."""

    read_policy: Callable[[str], Policy]
    _by_hash: dict[str, Policy] = field(default_factory=dict, init=False, repr=False)

    def of(self, uow: UnitOfWork, partner_id: str) -> Policy:
        """The partner's active policy, the standard one until it activates its own."""
        digest = uow.partners.get(partner_id).policy_hash
        if digest is None:
            return STANDARD_POLICY
        if digest not in self._by_hash:
            revision = uow.policy_revisions.by_hash(partner_id, digest)
            policy = self.read_policy(revision.text)
            # A newer release may know rules that the file could not name; decisions go on
            # recording the hash that was activated.
            vars(policy)["hash"] = digest
            self._by_hash[digest] = policy
        return self._by_hash[digest]
