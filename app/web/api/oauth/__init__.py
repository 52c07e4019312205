"""OAuth2: tokens for client credentials, their revocation, and what clients discover."""

from app.web.api.oauth.discovery import discovery
from app.web.api.oauth.endpoints import oauth

BLUEPRINTS = (oauth, discovery)

__all__ = ["BLUEPRINTS"]
