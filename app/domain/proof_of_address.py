"""A paper that shows where an applicant lives: what is claimed, and what its examination found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from app.domain.checks import CheckCode, CheckResult, failed, inconclusive, passed
from app.domain.errors import DomainError, ErrorCode
from app.domain.policy import Policy, Tier, TierStep
from app.domain.reasons import ReasonCode
from app.domain.verification import KycStatus

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


class ProofStatus(StrEnum):
    """Where a proof of address stands."""

    PENDING = "pending"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"
    ERASED = "erased"


_S = ProofStatus
PROOF_TRANSITIONS: Mapping[ProofStatus, frozenset[ProofStatus]] = {
    _S.PENDING: frozenset({_S.VERIFIED, _S.FAILED, _S.IN_REVIEW}),
    _S.IN_REVIEW: frozenset({_S.VERIFIED, _S.FAILED}),
    _S.VERIFIED: frozenset({_S.EXPIRED}),
    # Another paper is another proof.
    _S.FAILED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.ERASED: frozenset(),
}
_WORDS: Mapping[ProofStatus, KycStatus] = {
    _S.PENDING: KycStatus.PENDING,
    _S.IN_REVIEW: KycStatus.PENDING,
    _S.VERIFIED: KycStatus.VERIFIED,
    _S.FAILED: KycStatus.FAILED,
    _S.EXPIRED: KycStatus.NOT_STARTED,
    _S.ERASED: KycStatus.NOT_STARTED,
}
_OF_VERDICT: Mapping[PaperVerdict, ProofStatus] = {
    "verified": _S.VERIFIED,
    "review": _S.IN_REVIEW,
    "failed": _S.FAILED,
}


@dataclass(eq=False)
class ProofOfAddress:
    """One paper of an applicant; of several the newest counts. Changed only by the use cases.

    Its pages lie sealed under `wrapped_key` in the objects of `object_names`, and so do the
    `findings`: issuer, day of issue and type. `sha256` is that of the file as it came. `n_pages`
    counts all pages of the file, of which the first are kept. `expected_by` is set while the
    machine or a person is waited for.
    """

    id: str
    partner_id: str
    applicant_id: str
    created_at: datetime
    wrapped_key: bytes = field(repr=False)
    sha256: str = field(repr=False)
    object_names: list[str]
    n_pages: int
    expected_by: datetime | None = None
    status: ProofStatus = ProofStatus.PENDING
    reasons: list[str] = field(default_factory=list)
    checks: list[Mapping[str, object]] = field(default_factory=list)
    findings: bytes | None = field(repr=False, default=None)
    examined_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    policy_hash: str | None = None
    expires_at: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the machine or a person still looks at it."""
        return self.status in {ProofStatus.PENDING, ProofStatus.IN_REVIEW}

    @property
    def may_stand(self) -> bool:
        """Whether no other paper is wanted, for now; the sweep marks the end of what was so."""
        return self.is_under_way or self.status is ProofStatus.VERIFIED

    def move_to(self, status: ProofStatus) -> None:
        """Change the status. Raises DomainError(conflict) when the table does not allow it."""
        if status not in PROOF_TRANSITIONS[self.status]:
            raise DomainError(
                ErrorCode.CONFLICT, "This proof of address is decided.", status=self.status.value
            )
        self.status = status

    def forget(self) -> None:
        """Destroy the key of everything that was sealed, and what else tells of the paper."""
        self.wrapped_key = b""
        self.sha256 = ""
        self.object_names = []
        self.findings = None

    def erase(self) -> None:
        """Forget the paper, and that anything came of it."""
        self.forget()
        self.expected_by = None
        self.status = ProofStatus.ERASED


def proof_word(proof: ProofOfAddress | None) -> KycStatus:
    """The word for the outside."""
    return KycStatus.NOT_STARTED if proof is None else _WORDS[proof.status]


def proof_status_of(verdict: PaperVerdict, tier: Tier) -> ProofStatus:
    """Where a verdict leads; a tier without reviews asks for another paper instead."""
    status = _OF_VERDICT[verdict]
    if status is ProofStatus.IN_REVIEW and not tier.review_unclear:
        return ProofStatus.FAILED
    return status


def proof_tier(policy: Policy, run_tier: str | None) -> Tier:
    """The tier whose rules a paper is examined by.

    That of the applicant's run when it asks for a proof of address, else the lowest tier that
    does, else the default one.
    """
    asking = sorted((tier for tier in policy.tiers if _asks(tier)), key=lambda tier: tier.level)
    return next((tier for tier in asking if tier.name == run_tier), (*asking, policy.tier(None))[0])


def _asks(tier: Tier) -> bool:
    return TierStep.PROOF_OF_ADDRESS in tier.steps


def proof_check(proof: ProofOfAddress | None) -> CheckResult:
    """What a proof of address says to the verification of a tier that asks for one.

    While somebody still looks at it, or a newer policy asks for what nobody was asked for, the
    check is inconclusive without a reason, for there is nothing that the applicant could mend.
    """
    code = CheckCode.PROOF_OF_ADDRESS
    if proof is None or proof.is_under_way or proof.status is ProofStatus.ERASED:
        return inconclusive(code, status=proof.status.value if proof else "missing")
    if proof.status is ProofStatus.VERIFIED:
        return passed(code)
    if proof.status is ProofStatus.FAILED:
        return failed(code, ReasonCode((*proof.reasons, ReasonCode.POA_UNREADABLE)[0]))
    return failed(code, ReasonCode.POA_TOO_OLD)
