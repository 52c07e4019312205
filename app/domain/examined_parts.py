"""What the stored checks of an examination say of a part of it: the document, or its holder."""

from collections.abc import Iterable, Mapping, Sequence

from app.domain.checks import CheckCode, CheckResult, Outcome, passed
from app.domain.decision import Verdict, decide
from app.domain.policy import Tier, TierStep
from app.domain.reasons import ReasonCode

HOLDER_CHECKS = frozenset({CheckCode.PRESENCE, CheckCode.HOLDER_COMPARISON})
AGE_CHECKS = frozenset({CheckCode.HOLDER_AGE})
# Of the holder too, but made only where the policy asks for it.
DUPLICATE_CHECKS = frozenset({CheckCode.DUPLICATE_FACE, CheckCode.USER_VELOCITY})
PAPER_CHECKS = frozenset(
    {
        CheckCode.PROOF_OF_ADDRESS,
        CheckCode.PAPER_READABLE,
        CheckCode.PAPER_TYPE,
        CheckCode.PAPER_NAME,
        CheckCode.PAPER_ADDRESS,
        CheckCode.PAPER_DATE,
        CheckCode.PAPER_ISSUER,
    }
)
DOCUMENT_CHECKS = (
    frozenset(CheckCode) - HOLDER_CHECKS - DUPLICATE_CHECKS - AGE_CHECKS - PAPER_CHECKS
)
_DOCUMENT_ALONE = Tier(steps=(TierStep.DOCUMENT,))


def stored_checks(
    checks: Iterable[Mapping[str, object]], codes: frozenset[CheckCode] = frozenset(CheckCode)
) -> list[CheckResult]:
    """The checks of a stored examination with these codes; scores and details stay there."""
    known = [check for check in checks if str(check["code"]) in codes]
    return [
        CheckResult(
            CheckCode(str(check["code"])),
            Outcome(str(check["outcome"])),
            reason=ReasonCode(str(check["reason"])) if check.get("reason") else None,
        )
        for check in known
    ]


def is_document_sound(checks: Sequence[CheckResult]) -> bool:
    """Whether the document's own checks would verify it, whoever held it up and at what age."""
    document = [check for check in checks if check.code in DOCUMENT_CHECKS]
    of_age = [passed(code) for code in AGE_CHECKS]
    return decide([*document, *of_age], _DOCUMENT_ALONE, attempt=1).verdict is Verdict.VERIFIED


def is_holder_present(checks: Sequence[CheckResult]) -> bool:
    """Whether a live person was found to be the document's holder."""
    return {check.code for check in checks if check.outcome is Outcome.PASSED} >= HOLDER_CHECKS
