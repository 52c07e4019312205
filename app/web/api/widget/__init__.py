"""The widget face: what the partner's backend and the widget itself ask for."""

from app.web.api.widget.client_tokens import client_tokens, refreshes
from app.web.api.widget.kyc_status import kyc_status
from app.web.api.widget.page_partner import page_partner
from app.web.api.widget.sessions import sessions

BLUEPRINTS = (client_tokens, refreshes, kyc_status, sessions, page_partner)

__all__ = ["BLUEPRINTS"]
