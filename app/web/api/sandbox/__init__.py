"""The sandbox: outcomes on demand and time that passes, for test keys only."""

from app.web.api.sandbox.outcomes import outcomes
from app.web.api.sandbox.users import users

BLUEPRINTS = (users, outcomes)

__all__ = ["BLUEPRINTS"]
