"""Going on with a verification on another device: shown as a code, matched by a number.

The second device shows a number, and the first one, where the user is known, chooses it among
three. That way round the holder of the verification decides who gets in: a bystander who
photographed the code holds a number that nobody asks for, and the owner, whose own phone is told
that the code is used, sees three strange ones and can say so. The other way round the bystander
would be asked, who has just seen the first screen.

Where the first device is the attacker's and the code came by mail, the person who scans it is to
be protected. A number alone does little for them, since a guess is right one time in three. So the
second device says first which site is asking, and to stop unless that site is open on a screen in
front of them; a guess is made once for each scan; and three wrong ones in a day end it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from app.domain.errors import DomainError, ErrorCode

# Long enough to fetch a phone from another room, and to find out how it scans.
CODE_TTL = timedelta(minutes=10)
# From the scan on everything is at hand: the number waits for a look and a click.
MATCH_TTL = timedelta(minutes=5)
WRONG_NUMBERS_A_DAY = 3
# Ended ones are kept this long, to count the wrong numbers among them.
KEPT_FOR = timedelta(days=1)
_CHOICES = 3


class HandoffStatus(StrEnum):
    """How far it has come; the words are the widget's too."""

    WAITING = "waiting"
    SCANNED = "scanned"
    ACTIVE = "active"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


OPEN = frozenset({HandoffStatus.WAITING, HandoffStatus.SCANNED, HandoffStatus.ACTIVE})


@dataclass(eq=False)
class Handoff:
    """One try to go on elsewhere. `session_id` shows the code, `phone_session_id` took over.

    `expires_at` is the end of what is waited for: the scan, the choice, then the phone's session.
    """

    id: str
    partner_id: str
    applicant_id: str
    session_id: str
    created_at: datetime
    expires_at: datetime
    status: HandoffStatus = HandoffStatus.WAITING
    number: int | None = field(repr=False, default=None)
    choices: list[int] = field(repr=False, default_factory=list)
    phone_session_id: str | None = None
    ended_at: datetime | None = None

    def status_at(self, now: datetime) -> HandoffStatus:
        """The status, with the time that has passed taken into account."""
        is_over = self.status in OPEN and self.expires_at <= now
        return HandoffStatus.EXPIRED if is_over else self.status

    def scan(self, now: datetime, random: Random) -> int:
        """Let one device in front of the door; the number that it shows.

        Raises DomainError handoff_code_used for whoever comes second, or handoff_code_expired.
        """
        status = self.status_at(now)
        if status is HandoffStatus.EXPIRED and self.status is HandoffStatus.WAITING:
            raise DomainError(ErrorCode.HANDOFF_CODE_EXPIRED)
        if status is not HandoffStatus.WAITING:
            raise DomainError(ErrorCode.HANDOFF_CODE_USED)
        # No two alike in either digit: 96 beside 99 is soon misread from across a desk.
        tens, ones = random.sample(range(1, 10), _CHOICES), random.sample(range(10), _CHOICES)
        self.choices = [10 * ten + one for ten, one in zip(tens, ones, strict=True)]
        self.number = random.choice(self.choices)
        self.status = HandoffStatus.SCANNED
        self.expires_at = now + MATCH_TTL
        return self.number

    def choose(self, number: int | None, now: datetime) -> bool:
        """Whether it is the number that the phone shows; None for none of them. Asked once."""
        if self.status_at(now) is not HandoffStatus.SCANNED:
            return False
        if number != self.number:
            self.end(HandoffStatus.REFUSED, now)
            return False
        return True

    def give_to(self, phone_session_id: str, until: datetime) -> None:
        """From here on the phone goes on, for as long as its session lasts."""
        self.status = HandoffStatus.ACTIVE
        self.phone_session_id = phone_session_id
        self.expires_at = until

    def end(self, status: HandoffStatus, now: datetime) -> None:
        """Close it for good; one that has ended stays as it ended."""
        if self.status in OPEN:
            self.status = status
            self.ended_at = now
            self.number, self.choices = None, []


def may_hand_over(newest: Sequence[Handoff], session_id: str) -> bool:
    """Whether this session may show a code, after those that its user began within a day."""
    refused = sum(each.status is HandoffStatus.REFUSED for each in newest)
    return refused < WRONG_NUMBERS_A_DAY and not any(
        each.phone_session_id == session_id for each in newest
    )
