"""Reason codes: why a capture must be retaken or a verification did not pass.

One table. A code is stable for ever; what may tip off a fraudster or reveal a third person is not
user-visible, and the user then reads the neutral sentence of `shown_as`.
"""

from dataclasses import dataclass
from enum import StrEnum


class ReasonStep(StrEnum):
    """The part of the flow that a reason sends the user back to."""

    DOCUMENT = "document"
    SELFIE = "selfie"
    SUBJECT = "subject"
    PROOF_OF_ADDRESS = "proof_of_address"


class ReasonCode(StrEnum):
    """Every reason that this product gives, grouped by step."""

    UNREADABLE_BLUR = "unreadable_blur"
    GLARE = "glare"
    TOO_DARK = "too_dark"
    CROPPED = "cropped"
    LOW_RESOLUTION = "low_resolution"
    NOT_A_DOCUMENT = "not_a_document"
    MULTIPLE_DOCUMENTS = "multiple_documents"
    WRONG_TYPE = "wrong_type"
    WRONG_SIDE = "wrong_side"
    SAME_SIDE_TWICE = "same_side_twice"
    SCREEN_OR_COPY = "screen_or_copy"
    BACK_MISSING = "back_missing"
    UNSUPPORTED_COUNTRY = "unsupported_country"
    UNSUPPORTED_TYPE = "unsupported_type"
    DOCUMENT_EXPIRED = "document_expired"
    MRZ_CHECK_DIGIT_MISMATCH = "mrz_check_digit_mismatch"
    MRZ_VISUAL_MISMATCH = "mrz_visual_mismatch"
    BARCODE_UNREADABLE = "barcode_unreadable"
    BARCODE_MISMATCH = "barcode_mismatch"
    TAMPERING_SUSPECTED = "tampering_suspected"
    PORTRAIT_MISSING = "portrait_missing"
    UNDERAGE = "underage"

    NO_FACE = "no_face"
    MULTIPLE_FACES = "multiple_faces"
    FACE_COVERED = "face_covered"
    TOO_BRIGHT = "too_bright"
    NOT_LIVE = "not_live"
    CHALLENGE_FAILED = "challenge_failed"
    CHALLENGE_TIMEOUT = "challenge_timeout"
    CHALLENGE_NOT_POSSIBLE = "challenge_not_possible"
    CHALLENGE_MET_LATE = "challenge_met_late"
    LIGHT_NOT_REFLECTED = "light_not_reflected"
    REPLAY_SUSPECTED = "replay_suspected"
    INJECTED_CAMERA_SUSPECTED = "injected_camera_suspected"
    HOLDER_MISMATCH = "holder_mismatch"

    DUPLICATE_DOCUMENT = "duplicate_document"
    DUPLICATE_PICTURE = "duplicate_picture"
    DUPLICATE_FACE = "duplicate_face"
    MANY_LINKED_USERS = "many_linked_users"
    NAME_MISMATCH = "name_mismatch"
    DATE_OF_BIRTH_MISMATCH = "date_of_birth_mismatch"
    DOCUMENT_NUMBER_MISMATCH = "document_number_mismatch"
    EXPIRY_DATE_MISMATCH = "expiry_date_mismatch"
    BLOCKLISTED = "blocklisted"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    CONSENT_DECLINED = "consent_declined"
    ABANDONED = "abandoned"
    REVIEWER_REJECTED = "reviewer_rejected"
    EXPIRED = "expired"

    POA_UNREADABLE = "poa_unreadable"
    POA_WRONG_TYPE = "poa_wrong_type"
    POA_NAME_NOT_FOUND = "poa_name_not_found"
    POA_ADDRESS_NOT_FOUND = "poa_address_not_found"
    POA_DATE_MISSING = "poa_date_missing"
    POA_TOO_OLD = "poa_too_old"
    POA_DATE_IN_FUTURE = "poa_date_in_future"
    POA_ISSUER_MISSING = "poa_issuer_missing"


@dataclass(frozen=True)
class Reason:
    """What one code means: to whom it is shown, what follows from it, what a developer reads."""

    code: ReasonCode
    step: ReasonStep
    action: str
    retryable: bool
    user_visible: bool
    developer_text: str

    @property
    def shown_as(self) -> str:
        """The code a user may see: the own one, or the neutral one of the step."""
        return self.code if self.user_visible else f"{self.step}_not_accepted"

    @property
    def text_key(self) -> str:
        """The key of the user's sentence in the catalogues of static/i18n."""
        return f"reason.{self.shown_as}"


_D, _S, _P = ReasonStep.DOCUMENT, ReasonStep.SELFIE, ReasonStep.SUBJECT
_A = ReasonStep.PROOF_OF_ADDRESS
_C = ReasonCode

# code, step, action, retryable, user-visible, developer text
# fmt: off
_ROWS: tuple[tuple[ReasonCode, ReasonStep, str, bool, bool, str], ...] = (
    (_C.UNREADABLE_BLUR, _D, "retake_document", True, True, "The picture is too blurred to read."),
    (_C.GLARE, _D, "retake_document", True, True, "A reflection hides part of the document."),
    (_C.TOO_DARK, _D, "retake_document", True, True, "The picture is too dark to read."),
    (_C.CROPPED, _D, "retake_document", True, True, "Part of the document is cut off."),
    (_C.LOW_RESOLUTION, _D, "retake_document", True, True, "Too few pixels on the document."),
    (_C.NOT_A_DOCUMENT, _D, "retake_document", True, True, "No identity document was recognised."),
    (_C.MULTIPLE_DOCUMENTS, _D, "retake_document", True, True, "Two documents in one picture."),
    (_C.WRONG_TYPE, _D, "retake_document", True, True, "Another document type than the chosen."),
    (_C.WRONG_SIDE, _D, "retake_document", True, True, "The other side was asked for."),
    (_C.SAME_SIDE_TWICE, _D, "retake_document", True, True, "Front and back are the same side."),
    (_C.SCREEN_OR_COPY, _D, "retake_document", True, False, "Looks like a screen or a copy."),
    (_C.BACK_MISSING, _D, "retake_document", True, True, "The back side was not captured."),
    (_C.UNSUPPORTED_COUNTRY, _D, "other_document", True, True, "Issuing state not allowed."),
    (_C.UNSUPPORTED_TYPE, _D, "other_document", True, True, "Document type not allowed."),
    (_C.DOCUMENT_EXPIRED, _D, "other_document", True, True, "The document has expired."),
    (_C.MRZ_CHECK_DIGIT_MISMATCH, _D, "retake_document", True, True, "An MRZ check digit fails."),
    (_C.MRZ_VISUAL_MISMATCH, _D, "retake_document", True, False, "MRZ and printed text disagree."),
    (_C.BARCODE_UNREADABLE, _D, "retake_document", True, True, "The barcode could not be read."),
    (_C.BARCODE_MISMATCH, _D, "retake_document", True, False, "Barcode and print disagree."),
    (_C.TAMPERING_SUSPECTED, _D, "retake_document", True, False, "Signs of an edited document."),
    (_C.PORTRAIT_MISSING, _D, "retake_document", True, True, "No portrait on the document."),
    (_C.UNDERAGE, _P, "none", False, True, "The holder is younger than the policy allows."),
    (_C.NO_FACE, _S, "retake_selfie", True, True, "No face in the selfie."),
    (_C.MULTIPLE_FACES, _S, "retake_selfie", True, True, "More than one face in the selfie."),
    (_C.FACE_COVERED, _S, "retake_selfie", True, True, "Part of the face is covered."),
    (_C.TOO_BRIGHT, _S, "retake_selfie", True, True, "The face is overexposed."),
    (_C.NOT_LIVE, _S, "retake_selfie", True, False, "The presentation was judged an attack."),
    (_C.CHALLENGE_FAILED, _S, "retake_selfie", True, True, "The asked movements were not made."),
    (_C.CHALLENGE_TIMEOUT, _S, "retake_selfie", True, True, "The challenge ran out of time."),
    (_C.CHALLENGE_NOT_POSSIBLE, _S, "retake_selfie", True, True, "They cannot do the challenge."),
    (_C.CHALLENGE_MET_LATE, _S, "retake_selfie", True, True, "Met only after too many tries."),
    (_C.LIGHT_NOT_REFLECTED, _S, "retake_selfie", True, True, "No screen light on the face."),
    (_C.REPLAY_SUSPECTED, _S, "retake_selfie", True, False, "Frames repeat like a recording."),
    (_C.INJECTED_CAMERA_SUSPECTED, _S, "retake_selfie", True, False, "The camera looks replaced."),
    (_C.HOLDER_MISMATCH, _S, "retake_selfie", True, True, "Selfie and portrait do not match."),
    (_C.DUPLICATE_DOCUMENT, _P, "none", False, False, "Another user holds this document."),
    (_C.DUPLICATE_PICTURE, _P, "none", False, False, "Another user sent this picture."),
    (_C.DUPLICATE_FACE, _P, "none", False, False, "Another user has this face."),
    (_C.MANY_LINKED_USERS, _P, "none", False, False, "Many users share what it came with."),
    (_C.NAME_MISMATCH, _P, "other_document", True, True, "Not the name that was claimed."),
    (_C.DATE_OF_BIRTH_MISMATCH, _P, "other_document", True, True, "Not the claimed birth date."),
    (_C.DOCUMENT_NUMBER_MISMATCH, _P, "other_document", True, True, "Not the declared number."),
    (_C.EXPIRY_DATE_MISMATCH, _P, "other_document", True, True, "Not the declared expiry date."),
    (_C.BLOCKLISTED, _P, "none", False, False, "On a list of the partner."),
    (_C.TOO_MANY_ATTEMPTS, _P, "contact_support", False, True, "No attempts are left."),
    (_C.CONSENT_DECLINED, _P, "give_consent", True, True, "The user declined the consent."),
    (_C.ABANDONED, _P, "continue", True, True, "The flow was left unfinished."),
    (_C.REVIEWER_REJECTED, _P, "contact_support", False, True, "A reviewer rejected it."),
    (_C.EXPIRED, _P, "start_again", True, True, "The verification is older than allowed."),
    (_C.POA_UNREADABLE, _A, "retake_proof_of_address", True, True, "Too little text can be read."),
    (_C.POA_WRONG_TYPE, _A, "other_proof_of_address", True, True, "Its kind proves no address."),
    (_C.POA_NAME_NOT_FOUND, _A, "other_proof_of_address", True, True, "It lacks the user's name."),
    (_C.POA_ADDRESS_NOT_FOUND, _A, "other_proof_of_address", True, True, "It lacks the address."),
    (_C.POA_DATE_MISSING, _A, "retake_proof_of_address", True, True, "No date of issue was found."),
    (_C.POA_TOO_OLD, _A, "other_proof_of_address", True, True, "Issued longer ago than allowed."),
    (_C.POA_DATE_IN_FUTURE, _A, "other_proof_of_address", True, True, "Dated later than today."),
    (_C.POA_ISSUER_MISSING, _A, "retake_proof_of_address", True, True, "It names no issuer."),
)
# fmt: on
REASONS: dict[ReasonCode, Reason] = {row[0]: Reason(*row) for row in _ROWS}
