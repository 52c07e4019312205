"""A paper that shows where an applicant lives: what is claimed, and what its examination found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.domain.checks import CheckResult
from app.domain.reasons import ReasonCode

PaperVerdict = Literal["verified", "review", "failed"]


@dataclass(frozen=True, repr=False)
class Address:
    """Where the partner says that the applicant lives; what is not known is None.

    `line1` is street and house number, in either order; `country` is ISO 3166 alpha-2.
    """

    line1: str | None = None
    line2: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


@dataclass(frozen=True, repr=False)
class PaperClaim:
    """What a proof of address must say."""

    given_name: str | None = None
    family_name: str | None = None
    address: Address | None = None


@dataclass(frozen=True)
class PaperExamination:
    """What one paper says; `reasons` are those of the verdict, most important first.

    `issuer` is the name as printed and `issued_on` the day as read, for the reviewer. `paper_type`
    is one of `app.proofing.paper_issuer.PAPER_TYPES`, None when the words of none stand there.
    """

    checks: tuple[CheckResult, ...]
    reasons: tuple[ReasonCode, ...]
    issuer: str | None = field(repr=False)
    issued_on: date | None = field(repr=False)
    paper_type: str | None
    n_pages: int
    verdict: PaperVerdict


def paper_claim(facts: Mapping[str, str | None]) -> PaperClaim:
    """The claim in what a partner told of a user: given_name, family_name, street, and so on."""
    address = Address(
        line1=facts.get("street"),
        line2=facts.get("street_2"),
        postal_code=facts.get("postal_code"),
        city=facts.get("city"),
        region=facts.get("region"),
        country=facts.get("country"),
    )
    is_known = any((address.line1, address.postal_code, address.city))
    return PaperClaim(
        facts.get("given_name"), facts.get("family_name"), address if is_known else None
    )
