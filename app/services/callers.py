"""Who calls: the identities that a use case acts for, as the doors have established them."""

from dataclasses import dataclass

from app.domain.partner import Mode


@dataclass(frozen=True)
class PartnerCaller:
    """A partner's backend with a live secret key."""

    partner_id: str
    mode: Mode


@dataclass(frozen=True)
class WidgetCaller:
    """The widget of one applicant with a live client token."""

    partner_id: str
    mode: Mode
    session_id: str
    applicant_id: str
    partner_user_id: str
    locale: str
