"""The profiles face: what the partner's app asks for its signed-in user."""

from app.web.api.profiles.compliance import compliance
from app.web.api.profiles.eligibility import eligibility
from app.web.api.profiles.policies import policies
from app.web.api.profiles.verification import verification

BLUEPRINTS = (verification, compliance, policies, eligibility)

__all__ = ["BLUEPRINTS"]
