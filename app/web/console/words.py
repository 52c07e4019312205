"""What checks, outcomes, reasons and deeds are called at the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.checks import CheckCode
from app.domain.reasons import REASONS, ReasonCode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_C = CheckCode
CHECKS: Mapping[CheckCode, str] = {
    _C.CAPTURES_DECODED: "Pictures open",
    _C.IMAGE_QUALITY: "Pictures are good enough",
    _C.DOCUMENT_FOUND: "Shows a document",
    _C.DOCUMENT_TYPE: "Is the chosen type",
    _C.DOCUMENT_SIDES: "All sides are there",
    _C.MRZ_READ: "Machine-readable zone read",
    _C.MRZ_CHECK_DIGITS: "Check digits hold",
    _C.BARCODE_READ: "Barcode read",
    _C.DOCUMENT_NOT_EXPIRED: "Has not expired",
    _C.ISSUING_STATE_ALLOWED: "Issuing state is accepted",
    _C.HOLDER_AGE: "Holder is old enough",
    _C.MRZ_VIZ_AGREEMENT: "Print agrees with the machine-readable zone",
    _C.BARCODE_VIZ_AGREEMENT: "Print agrees with the barcode",
    _C.CLAIMED_NAME: "Name is as told",
    _C.CLAIMED_DATE_OF_BIRTH: "Date of birth is as told",
    _C.CLAIMED_DOCUMENT_NUMBER: "Document number is as told",
    _C.CLAIMED_DATE_OF_EXPIRY: "Expiry date is as told",
    _C.CLAIMED_COUNTRY: "Country is as told",
    _C.PORTRAIT_FOUND: "Portrait found",
    _C.SCREEN_PATTERN: "No sign of a screen",
    _C.COLOUR_RANGE: "No sign of a gray copy",
    _C.PAINTED_PATCH: "No sign of painting over",
    _C.CUT_OUT_EDGE: "No sign of a part laid on",
    _C.SOFTWARE_TRACES: "No trace of picture software",
    _C.PRESENCE: "A live person answered the prompts",
    _C.HOLDER_COMPARISON: "Selfie is the holder",
    _C.DUPLICATE_DOCUMENT: "No other user holds this document",
    _C.DUPLICATE_PICTURE: "No other user sent this picture",
    _C.DUPLICATE_FACE: "No other user has this face",
    _C.USER_VELOCITY: "Few users share a document, picture or device",
    _C.PROOF_OF_ADDRESS: "Proof of address",
    _C.PAPER_READABLE: "Paper can be read",
    _C.PAPER_TYPE: "Kind of paper is accepted",
    _C.PAPER_NAME: "Paper names the person",
    _C.PAPER_ADDRESS: "Paper names the address",
    _C.PAPER_DATE: "Paper is recent",
    _C.PAPER_ISSUER: "Paper names its issuer",
}
# Of these a low score is good; of all others a high one.
LOW_IS_GOOD = frozenset({_C.SCREEN_PATTERN, _C.PAINTED_PATCH, _C.CUT_OUT_EDGE, _C.DUPLICATE_FACE})
_WORDS: Mapping[str, str] = {
    "passed": "passed",
    "failed": "failed",
    "inconclusive": "unclear",
    "not_applicable": "does not apply",
    "missing": "not shown",
    "match": "agrees",
    "partial_match": "agrees in part",
    "no_match": "differs",
    "no_data": "nothing to compare",
    "verified": "verified",
    "in_review": "left to people",
    "retry_requested": "another try asked for",
    "rejected": "rejected",
    "pending": "with the machine",
    "submitted": "handed in",
    "examining": "being examined",
    "capturing": "taking pictures",
    "abandoned": "abandoned",
    "expired": "expired",
    "identity": "Identity",
    "proof_of_address": "Proof of address",
    "passport": "Passport",
    "id_card": "ID card",
    "drivers_license": "Driver's licence",
    "document_front": "Front",
    "document_back": "Back",
    "turns": "turns of the head",
    "still": "a look without turning",
    "left_to_people": "left to people",
    "presence_frame": "Challenge",
    "selfie": "Selfie",
    "family_name": "Family name",
    "given_names": "Given names",
    "given_name": "Given name",
    "date_of_birth": "Date of birth",
    "date_of_expiry": "Date of expiry",
    "document_expires_on": "Date of expiry",
    "machine": "the machine",
    "sandbox": "the sandbox",
    "partner": "the partner",
    "cli": "the command line",
    "document": "the same document",
    "picture": "the same picture",
    "device": "the same device",
    "face": "the same face",
}
_DEEDS: Mapping[str, str] = {
    "case.viewed": "looked at the case",
    "case.picture_viewed": "looked at a picture",
    "case.claimed": "took the case",
    "case.released": "gave the case back",
    "verification.reviewed": "decided",
    "verification.decided": "examined and decided",
    "verification.duplicate_document": "found the document of another user",
    "verification.duplicate_face": "found the face of another user",
    "verification.sent_to_review": "sent to review",
    "verification.submitted_by_partner": "handed in",
    "consent.by_partner": "had the person's consent",
    "proof_of_address.reviewed": "decided",
    "proof_of_address.examined": "examined",
    "proof_of_address.viewed": "looked at the pages",
    "proof_of_address.sent_to_review": "sent to review",
}


def word_of(code: object) -> str:
    """The word for a code; of an unknown one its own letters, readable."""
    text = str(code)
    return _WORDS.get(text) or text.replace("_", " ").capitalize()


def deed_of(action: str) -> str:
    """What somebody did, after their name."""
    return _DEEDS.get(action) or action.replace(".", " ").replace("_", " ")


def reason_text(code: str) -> str:
    """The sentence of a reason."""
    return REASONS[ReasonCode(code)].developer_text if code in set(ReasonCode) else word_of(code)


def instant(moment: datetime | None) -> str:
    """A moment in UTC, to the minute; empty for none."""
    return moment.strftime("%-d %b %Y, %H:%M UTC") if moment else ""


def score_text(code: CheckCode, score: float, threshold: float) -> str:
    """A score beside the threshold that it needs."""
    direction = "under" if code in LOW_IS_GOOD else "or more"
    needed = f"under {threshold:g}" if direction == "under" else f"{threshold:g} or more"
    return f"{score:.3f}, good is {needed}"
