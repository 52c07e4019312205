"""Webhooks: the endpoints that a partner registers, and what became of each delivery."""

from app.web.api.webhooks.deliveries import deliveries
from app.web.api.webhooks.endpoints import endpoints

BLUEPRINTS = (endpoints, deliveries)

__all__ = ["BLUEPRINTS"]
