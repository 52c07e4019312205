"""POST /profiles/api/v1/eligibility/check/: may this user use a product, and what is missing."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from app.domain.eligibility import EligibilityOutcome, EligibilityReason
from app.web.api.operations import operation
from app.web.api.profiles.door import profiles_blueprint
from app.web.api.profiles.policies import CountryCode
from app.web.authentication import user_caller
from app.web.bodies import Answer, Body
from app.web.services import services

eligibility = profiles_blueprint("profiles_eligibility", __name__)


class EligibilityBody(Body):
    """A product of the partner's policy, a country (ISO 3166 alpha-2), a currency (ISO 4217)."""

    product: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    country: CountryCode
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class EligibilityAnswer(Answer):
    """`not_eligible` is a rejection, `in_review` waits for us, `not_yet` waits for the user."""

    eligible: bool
    outcome: EligibilityOutcome
    product: str
    country: str
    currency: str
    required_tier: str | None
    current_tier: str | None
    reasons: list[EligibilityReason]
    missing: list[str]


@eligibility.post("/eligibility/check/", strict_slashes=False)
@operation(
    "Check whether the user may use a product in a country and currency",
    body=EligibilityBody,
    answers={200: EligibilityAnswer},
)
def check_eligibility(body: EligibilityBody) -> EligibilityAnswer:
    """The answer of the partner's policy; nothing is created by asking."""
    found, held_tier = services().check_eligibility(
        user_caller(), body.product, body.country, body.currency
    )
    return EligibilityAnswer(
        eligible=found.outcome is EligibilityOutcome.ELIGIBLE,
        outcome=found.outcome,
        product=body.product,
        country=body.country,
        currency=body.currency,
        required_tier=found.required_tier,
        current_tier=held_tier,
        reasons=list(found.reasons),
        missing=[str(each) for each in found.missing],
    )
