"""The verifications face: what a back office asks and decides about customers."""

from app.web.api.verifications.customer_verifications import customer_verifications

BLUEPRINTS = (customer_verifications,)

__all__ = ["BLUEPRINTS"]
