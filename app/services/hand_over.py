"""Hand a verification over to another device, follow it there, and take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.applicant import ClientSession
from app.domain.errors import DomainError, ErrorCode
from app.domain.handoff import CODE_TTL, KEPT_FOR, OPEN, Handoff, HandoffStatus, may_hand_over
from app.domain.steps import Step
from app.services.progress import begin_change, load_progress, require_step

if TYPE_CHECKING:
    from app.domain.chance import Chance
    from app.security import HandoffCodes
    from app.services.callers import WidgetCaller
    from app.services.policies import Policies
    from app.services.progress import Progress
    from app.storage.unit_of_work import Storage, UnitOfWork

# Where there is something left to do that another device may be better at.
_UNFINISHED = (
    Step.CONSENT,
    Step.DOCUMENT_TYPE,
    Step.DOCUMENT_FRONT,
    Step.DOCUMENT_BACK,
    Step.SELFIE,
    Step.PROOF_OF_ADDRESS,
    Step.SUBMIT,
    Step.RETRY,
)


@dataclass(frozen=True)
class HandoffView:
    """How a handoff stands, and how far the verification has come meanwhile."""

    handoff: Handoff
    status: HandoffStatus
    progress: Progress


@dataclass(frozen=True)
class ShownHandoff:
    """A fresh handoff and the code that another device comes with, once."""

    view: HandoffView
    code: str = field(repr=False)


@dataclass(frozen=True)
class HandOver:
    """What the first device does; the other one comes by `JoinHandoff`."""

    storage: Storage
    chance: Chance
    policies: Policies
    codes: HandoffCodes

    def begin(self, caller: WidgetCaller) -> ShownHandoff:
        """A fresh code; whatever was begun before ends, on a phone too.

        Raises DomainError handoff_not_allowed after too many wrong numbers, or on the phone itself.
        """
        now = self.chance.now()
        with self.storage.writing() as uow:
            require_step(begin_change(uow, caller, self.policies), *_UNFINISHED)
            earlier = uow.handoffs.since(caller.applicant_id, now - KEPT_FOR)
            if not may_hand_over(earlier, caller.session_id):
                raise DomainError(ErrorCode.HANDOFF_NOT_ALLOWED)
            for each in earlier:
                self._end(uow, each)
            handoff = Handoff(
                self.chance.new_id("hof"),
                caller.partner_id,
                caller.applicant_id,
                caller.session_id,
                now,
                min(now + CODE_TTL, uow.client_sessions.get(caller.session_id).expires_at),
            )
            uow.handoffs.add(handoff)
            uow.commit()
            view = self._view(uow, caller, handoff)
        return ShownHandoff(view, self.codes.issue(handoff.id))

    def read(self, caller: WidgetCaller, handoff_id: str) -> HandoffView:
        """How it stands; the phone that took over may ask too."""
        with self.storage.reading() as uow:
            return self._view(uow, caller, _own(caller, uow.handoffs.get(handoff_id)))

    def choose(self, caller: WidgetCaller, handoff_id: str, number: int | None) -> HandoffView:
        """Let the phone in whose number it is; a wrong one ends the handoff, None says "none"."""
        now = self.chance.now()
        with self.storage.writing() as uow:
            handoff = _own(caller, uow.handoffs.lock(handoff_id))
            if handoff.choose(number, now):
                session = self._phone_session(uow, caller)
                handoff.give_to(session.id, session.expires_at)
                self._note(uow, handoff, "handoff.matched")
            elif handoff.ended_at == now and handoff.status is HandoffStatus.REFUSED:
                self._note(uow, handoff, "handoff.refused")
            uow.commit()
            return self._view(uow, caller, handoff)

    def take_back(self, caller: WidgetCaller, handoff_id: str) -> HandoffView:
        """Go on here; the phone's token is worth nothing from now on."""
        with self.storage.writing() as uow:
            handoff = _own(caller, uow.handoffs.lock(handoff_id))
            self._end(uow, handoff)
            uow.commit()
            return self._view(uow, caller, handoff)

    def _end(self, uow: UnitOfWork, handoff: Handoff) -> None:
        if handoff.status not in OPEN:
            return
        if handoff.phone_session_id is not None:
            uow.client_sessions.revoke(handoff.phone_session_id, self.chance.now())
            self._note(uow, handoff, "handoff.taken_back")
        handoff.end(HandoffStatus.TAKEN_BACK, self.chance.now())

    def _phone_session(self, uow: UnitOfWork, caller: WidgetCaller) -> ClientSession:
        """Like the session that lets it in, and no longer; no page may frame it."""
        first = uow.client_sessions.get(caller.session_id)
        session = ClientSession(
            self.chance.new_id("ses"),
            first.partner_id,
            first.applicant_id,
            [],
            # Its phone is let in by the choice: only a spare code of its own opens it again.
            self.chance.new_id("lnc"),
            self.chance.now(),
            first.expires_at,
            first.locale,
            first.payment_url,
            launched_at=self.chance.now(),
        )
        uow.client_sessions.add(session)
        return session

    def _note(self, uow: UnitOfWork, handoff: Handoff, action: str) -> None:
        uow.audit.append(handoff.applicant_id, action, handoff.id)

    def _view(self, uow: UnitOfWork, caller: WidgetCaller, handoff: Handoff) -> HandoffView:
        status = handoff.status_at(self.chance.now())
        return HandoffView(handoff, status, load_progress(uow, caller, self.policies))


def _own(caller: WidgetCaller, handoff: Handoff) -> Handoff:
    """The user's own handoff. Raises DomainError(not_found)."""
    if handoff.applicant_id != caller.applicant_id:
        raise DomainError(ErrorCode.NOT_FOUND)
    return handoff
