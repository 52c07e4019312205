"""Reasons as answers carry them: in full for the partner's backend, as shown for the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.reasons import REASONS, ReasonCode
from app.services.read_kyc_status import visible_reasons
from app.web.bodies import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence


class VisibleReason(Answer):
    """A reason as the user may read it; `code` is neutral where the real one would help a fraud."""

    code: str
    step: str
    action: str


class PartnerReason(VisibleReason):
    """A reason as the partner's backend reads it."""

    retryable: bool
    user_visible: bool
    text_key: str
    developer_text: str


def reasons_for_user(codes: Sequence[str]) -> list[VisibleReason]:
    """What the user may read."""
    return [VisibleReason(**reason) for reason in visible_reasons(tuple(codes))]


def reasons_for_partner(codes: Sequence[str]) -> list[PartnerReason]:
    """Everything that the table says of these codes."""
    return [_in_full(ReasonCode(code)) for code in codes]


def _in_full(code: ReasonCode) -> PartnerReason:
    reason = REASONS[code]
    return PartnerReason(
        code=code.value,
        step=reason.step.value,
        action=reason.action,
        retryable=reason.retryable,
        user_visible=reason.user_visible,
        text_key=reason.text_key,
        developer_text=reason.developer_text,
    )
