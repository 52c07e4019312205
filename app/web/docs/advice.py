"""What an integrator does about each error; the sentence itself is that of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_C = ErrorCode
_NEW_PICTURE = (
    "Let the user take or choose another picture. Sending the same one again fails again."
)

ADVICE: Mapping[ErrorCode, str] = {
    _C.VALIDATION_ERROR: "Read `fields`: it names every faulty field at once, and what is wrong"
    " with it. Some calls list what is `possible` instead.",
    _C.INVALID_API_KEY: "Check that the whole key is sent, that it was not revoked, and that it"
    " belongs to this installation. An access token may also have run out: get the next one.",
    _C.SECRET_KEY_IN_BROWSER: "The call had an Origin header, so a page made it. Move the call to"
    " your server, and rotate the key.",
    _C.INSUFFICIENT_SCOPE: "`scope` names what is missing. Use another key, or ask for this scope"
    " when you get the access token.",
    _C.INVALID_TOKEN: "Get a new token from your backend and try once more. It may have been"
    " revoked, or be of another installation.",
    _C.TOKEN_EXPIRED: "Get a new token from your backend. A running widget refreshes its token by"
    " itself.",
    _C.LAUNCH_CODE_INVALID: "Ask for a new client token, and pass its launch code on unchanged.",
    _C.LAUNCH_CODE_EXPIRED: "A launch code lives for a minute: ask for it when the user presses"
    " the button, not when the page is made.",
    _C.LAUNCH_CODE_USED: "A launch code works once. Ask for a new client token for each opening,"
    " also after a reload.",
    _C.HANDOFF_CODE_INVALID: "Pass the code on unchanged from the fragment of the link. Else show"
    " a new one on the first device.",
    _C.HANDOFF_CODE_EXPIRED: "A code lives for ten minutes. Show a new one on the first device.",
    _C.HANDOFF_CODE_USED: "A code lets one device in. If it was not the user's, somebody else has"
    " the code: choose none of the numbers on the first device, and show a new one.",
    _C.HANDOFF_NOT_ALLOWED: "A phone that took over hands nothing on; nor does anybody after three"
    " wrong numbers within a day.",
    _C.CONTINUED_ELSEWHERE: "The user took the verification back to the first device. This token"
    " is worth nothing any more; tell the user to go on there.",
    _C.ORIGIN_NOT_ALLOWED: "Send origins, payment_url and return_url on origins that were"
    " registered with the partner, with scheme and port.",
    _C.NOT_FOUND: "Check the address and the id. What belongs to another partner, or to the other"
    " mode, is not there for you either.",
    _C.USER_NOT_FOUND: "Create the user by POST /v1/user first; check the id if you did.",
    _C.USER_SUSPENDED: "You suspended this user. Nothing can be opened until you unsuspend.",
    _C.ALREADY_VERIFIED: "Nothing is left to do at this tier. Ask for a session, or name a higher"
    " tier.",
    _C.KYC_NOT_VALID: "The declared document has expired, or the verification ended. Let the user"
    " send a valid document.",
    _C.MISSING_FILES: "`missing` names the sides. Add them by POST /v1/user/kyc-file, then send"
    " this call again.",
    _C.DOCUMENT_NUMBER_TAKEN: "Check the number. If it is right, two of your users hold one"
    " document: let a person look at both.",
    _C.TOO_MANY_VERIFICATIONS: "Wait for the webhook of the verification that is under way. If the"
    " attempts are used up, you may allow another try.",
    _C.METHOD_NOT_ALLOWED: "Compare method and path with the reference.",
    _C.KYC_REQUIRED: "Open the widget for this user: POST /widget/client-tokens. `requirements`"
    " says what is missing.",
    _C.WRONG_STEP: "Read GET /widget/state and go on with its `step`. Another tab or device may"
    " have gone on meanwhile.",
    _C.CONSENT_VERSION_UNKNOWN: "Show the text of the version that GET /widget/state names, and"
    " send that version.",
    _C.POLICY_VERSION_OUTDATED: "Read the policies again, show the user the new text, and send its"
    " version.",
    _C.UNSUPPORTED_TYPE: "Offer what `document_types` in GET /widget/state lists; your policy says"
    " what it is.",
    _C.EMPTY_FILE: _NEW_PICTURE,
    _C.FILE_TOO_LARGE: "Make the picture smaller; 2,000 pixels along the longer edge are plenty.",
    _C.UNSUPPORTED_MEDIA_TYPE: "Send JPEG, PNG or WebP. What counts is the content, not the name.",
    _C.HEIC_NOT_ENABLED: "Send JPEG, or install `kyc-widget[heic]` on the server. iPhones'"
    " browsers send JPEG by themselves where HEIC is not asked for.",
    _C.TOO_MANY_PIXELS: "Make the picture smaller; 2,000 pixels along the longer edge are plenty.",
    _C.ANIMATED_IMAGE: _NEW_PICTURE,
    _C.TRUNCATED_IMAGE: "Send the whole file; an upload was cut off, or the file is damaged.",
    _C.DECODER_FAILED: _NEW_PICTURE,
    _C.DECODER_TIMEOUT: _NEW_PICTURE,
    _C.PDF_ENCRYPTED: "Ask the user for the file without a password, or for a photograph of the"
    " printed page.",
    _C.PDF_NO_PAGES: "Ask the user to download the file again.",
    _C.PDF_TOO_MANY_PAGES: "Ask for the pages that show name, address, issuer and date; the first"
    " of them are read.",
    _C.PDF_PAGE_TOO_LARGE: "Ask for a photograph of the printed page instead.",
    _C.PDF_DAMAGED: "Ask the user to download the file again, and send it unchanged.",
    _C.TOO_MANY_CAPTURES: "The run has taken all the pictures that your policy allows. A new run"
    " counts from zero.",
    _C.TOO_MANY_ATTEMPTS: "Wait until `retry_at` if there is one; else allow another try, or help"
    " the user in another way.",
    _C.CHALLENGE_CLOSED: "Begin a new challenge by POST /widget/presence.",
    _C.FRAME_OUT_OF_ORDER: "Count X-Frame-Sequence up by one with each frame, and send one frame"
    " at a time.",
    _C.IDEMPOTENCY_KEY_REUSED: "Make a new key for each new request. Repeat a request with the"
    " same key only with the very same body.",
    _C.URL_NOT_ALLOWED: "Use https on port 443 of a public host. In a closed network, the operator"
    " of this installation names the networks that may be reached.",
    _C.TOO_MANY_ENDPOINTS: "Delete an endpoint that you no longer use, then register this one.",
    _C.RATE_LIMITED: "Wait as many seconds as Retry-After says, then send the same request again.",
    _C.CONFLICT: "Read the object and decide again. `possible` lists the changes that may be made"
    " from where it stands.",
    _C.RETRY_LATER: "Send the same request again after Retry-After, with the same Idempotency-Key"
    " if it creates something.",
    _C.INTERNAL_ERROR: "Try again once. If it happens again, tell us the `request_id`: it finds"
    " the fault in our log.",
}
