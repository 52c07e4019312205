"""Who calls: the identities that a use case acts for, as the doors have established them."""

from dataclasses import dataclass, field

from app.domain.partner import Mode, Scope
from app.domain.reviewer import ReviewerRole


@dataclass(frozen=True)
class PartnerCaller:
    """A partner's backend with a live credential; `actor` names it in the audit."""

    partner_id: str
    mode: Mode
    scopes: frozenset[Scope] = frozenset(Scope)
    actor: str = "partner"


@dataclass(frozen=True)
class ApplicantCaller:
    """Whoever acts for one applicant: the widget, or the partner's backend with files."""

    partner_id: str
    mode: Mode
    applicant_id: str
    partner_user_id: str


@dataclass(frozen=True)
class WidgetCaller(ApplicantCaller):
    """The widget of one applicant with a live client token."""

    session_id: str
    locale: str


@dataclass(frozen=True)
class ReviewerCaller:
    """A signed-in reviewer of one partner in one mode."""

    partner_id: str
    partner_name: str
    mode: Mode
    reviewer_id: str
    name: str = field(repr=False)
    role: ReviewerRole
    session_id: str

    @property
    def may_decide(self) -> bool:
        """Whether the role goes beyond looking."""
        return self.role is ReviewerRole.REVIEWER


@dataclass(frozen=True)
class UserCaller:
    """The signed-in user of a partner's app, perhaps one whom nobody has named to us yet.

    `session_id` is that of the widget session whose client token the app came with.
    """

    partner_id: str
    mode: Mode
    partner_user_id: str
    applicant_id: str | None = None
    session_id: str | None = None
