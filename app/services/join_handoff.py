"""The other device: comes with the code, shows a number, and is let in or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.handoff import HandoffStatus
from app.domain.limits import HANDOFF_JOINS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app.domain.chance import Chance
    from app.domain.handoff import Handoff
    from app.security import HandoffCodes
    from app.services.launch_widget import LaunchedWidget, LaunchWidget
    from app.services.rate_limits import RateLimits
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class ScannedHandoff:
    """What the device shows, and what it asks with from now on."""

    number: int
    claim: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class JoinedHandoff:
    """How it stands; with the token when the number was chosen."""

    status: HandoffStatus
    launched: LaunchedWidget | None = field(repr=False, default=None)


@dataclass(frozen=True)
class JoinHandoff:
    """Nobody is known here yet: a code and then a claim, both signed, are all there is."""

    storage: Storage
    chance: Chance
    codes: HandoffCodes
    launch: LaunchWidget
    limits: RateLimits

    def scan(self, code: str) -> ScannedHandoff:
        """The number for whoever comes first. Raises DomainError handoff_code_…."""
        handoff_id = self.codes.read(code)
        self.limits.count(HANDOFF_JOINS, handoff_id)
        with self.storage.writing() as uow:
            # Held for change, so that of two phones one is second.
            handoff = _known(lambda: uow.handoffs.lock(handoff_id))
            number = handoff.scan(self.chance.now(), self.chance.random)
            uow.commit()
        return ScannedHandoff(number, self.codes.issue_claim(handoff.id), handoff.expires_at)

    def collect(self, claim: str) -> JoinedHandoff:
        """The token, once the number was chosen; a lost answer may be asked for again."""
        handoff_id = self.codes.read_claim(claim)
        self.limits.count(HANDOFF_JOINS, handoff_id)
        with self.storage.reading() as uow:
            handoff = _known(lambda: uow.handoffs.get(handoff_id))
            status = handoff.status_at(self.chance.now())
            if status is not HandoffStatus.ACTIVE or handoff.phone_session_id is None:
                return JoinedHandoff(status)
            session = uow.client_sessions.get(handoff.phone_session_id)
            return JoinedHandoff(status, self.launch.token_for(uow, session))


def _known(find: Callable[[], Handoff]) -> Handoff:
    """The handoff, unless its user was erased meanwhile."""
    try:
        return find()
    except DomainError as error:
        # A database that is away says nothing of the code.
        if error.code is not ErrorCode.NOT_FOUND:
            raise
        raise DomainError(ErrorCode.HANDOFF_CODE_INVALID) from None
