"""Introduce a test partner's user whose name asks for an outcome, at the first call of its app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.magic_users import magic_simulation

if TYPE_CHECKING:
    from app.services.callers import UserCaller
    from app.services.open_verification import OpenVerification
    from app.storage.unit_of_work import Storage


@dataclass(frozen=True)
class MeetUser:
    """A user signed in by the partner's own token may come here before anybody named it."""

    storage: Storage
    opening: OpenVerification

    def __call__(self, caller: UserCaller) -> None:
        """Add the user if its name has a meaning; all others stay unknown until they act."""
        if caller.applicant_id is not None or magic_simulation(caller.partner_user_id) is None:
            return
        try:
            with self.storage.writing() as uow:
                self.opening.known(uow, caller.partner_id, caller.partner_user_id)
                uow.commit()
        except DomainError as error:
            # Another first call of the same user was faster.
            if error.code is not ErrorCode.CONFLICT:
                raise
