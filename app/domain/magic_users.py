"""Users of test partners whose name says what becomes of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.reasons import ReasonCode
from app.domain.simulation import RULES, SimulatedOutcome, Simulation, simulation

_PREFIX = "sandbox-"
_UUIDS = "00000000-0000-4000-8000-0000000000"
_O, _C = SimulatedOutcome, ReasonCode

MAGIC_WORDS: Mapping[str, SimulatedOutcome] = {
    "verified": _O.VERIFIED,
    "failed": _O.FAILED,
    "rejected": _O.REJECTED,
    "pending": _O.PENDING,
    "review": _O.IN_REVIEW,
    "expired": _O.EXPIRED,
}
_OUTCOMES = (*MAGIC_WORDS.values(), _O.ABANDONED)
_FIRST_REASON = 10
# A number is never given anew: append here.
_NUMBERED = (
    _C.UNREADABLE_BLUR, _C.GLARE, _C.TOO_DARK, _C.CROPPED, _C.LOW_RESOLUTION, _C.NOT_A_DOCUMENT,
    _C.WRONG_TYPE, _C.WRONG_SIDE, _C.SAME_SIDE_TWICE, _C.SCREEN_OR_COPY, _C.BACK_MISSING,
    _C.UNSUPPORTED_COUNTRY, _C.UNSUPPORTED_TYPE, _C.DOCUMENT_EXPIRED, _C.MRZ_CHECK_DIGIT_MISMATCH,
    _C.MRZ_VISUAL_MISMATCH, _C.BARCODE_UNREADABLE, _C.BARCODE_MISMATCH, _C.TAMPERING_SUSPECTED,
    _C.PORTRAIT_MISSING, _C.UNDERAGE, _C.NO_FACE, _C.MULTIPLE_FACES, _C.FACE_COVERED,
    _C.TOO_BRIGHT, _C.NOT_LIVE, _C.CHALLENGE_FAILED, _C.CHALLENGE_TIMEOUT, _C.REPLAY_SUSPECTED,
    _C.INJECTED_CAMERA_SUSPECTED, _C.HOLDER_MISMATCH, _C.DUPLICATE_DOCUMENT, _C.DUPLICATE_FACE,
    _C.NAME_MISMATCH, _C.DATE_OF_BIRTH_MISMATCH, _C.BLOCKLISTED, _C.TOO_MANY_ATTEMPTS,
    _C.REVIEWER_REJECTED, _C.DOCUMENT_NUMBER_MISMATCH, _C.EXPIRY_DATE_MISMATCH,
    _C.POA_UNREADABLE, _C.POA_WRONG_TYPE, _C.POA_NAME_NOT_FOUND, _C.POA_ADDRESS_NOT_FOUND,
    _C.POA_DATE_MISSING, _C.POA_TOO_OLD, _C.POA_DATE_IN_FUTURE, _C.POA_ISSUER_MISSING,
    _C.MULTIPLE_DOCUMENTS, _C.LIGHT_NOT_REFLECTED, _C.DUPLICATE_PICTURE, _C.MANY_LINKED_USERS,
)  # fmt: skip


@dataclass(frozen=True)
class MagicUser:
    """A name, and what is asked for by it."""

    partner_user_id: str
    outcome: SimulatedOutcome
    reason: ReasonCode | None = None


MAGIC_NAMES = tuple(MagicUser(f"{_PREFIX}{word}", outcome) for word, outcome in MAGIC_WORDS.items())


def _numbered() -> dict[str, MagicUser]:
    def user(number: int, outcome: SimulatedOutcome, reason: ReasonCode | None) -> MagicUser:
        return MagicUser(f"{_UUIDS}{number:02}", outcome, reason)

    outcomes = [user(1 + n, outcome, None) for n, outcome in enumerate(_OUTCOMES)]
    reasons = [user(_FIRST_REASON + n, _O.FAILED, reason) for n, reason in enumerate(_NUMBERED)]
    return {each.partner_user_id: each for each in (*outcomes, *reasons)}


MAGIC_UUIDS: Mapping[str, MagicUser] = _numbered()
"""For the faces whose users are named by UUIDs."""


def magic_simulation(partner_user_id: str) -> Simulation | None:
    """What becomes of a test partner's user of this name; None for all other names.

    `sandbox-<word>`, `sandbox-<word>-<anything>` and `sandbox-<word>-<reason>[-<anything>]`;
    what is not a reason of the outcome is only a name.
    """
    numbered = MAGIC_UUIDS.get(partner_user_id)
    if numbered is not None:
        return simulation(numbered.outcome, numbered.reason)
    if not partner_user_id.startswith(_PREFIX):
        return None
    word, *rest = partner_user_id.removeprefix(_PREFIX).split("-")
    outcome = MAGIC_WORDS.get(word)
    if outcome is None:
        return None
    named = rest[0] if rest else ""
    reason = next((code for code in RULES[outcome].reasons if code == named), None)
    return simulation(outcome, reason)
