"""What each field of the API means, in one glossary: a word means the same wherever it stands.

Keys are field names in lower snake, whichever way a face writes them; `Model.field` speaks for one
model only. /openapi.json carries text and example, /docs shows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USER_ID = "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a01"
VERIFICATION_ID = "0199a0b0-6f1c-7a53-8d0e-5c1f6a2b9e44"
_PAST, _LATER = "2026-01-31T09:30:00Z", "2027-01-31T09:30:00Z"
_HASH = "301e65ea8c0d6d0a5b9d1c2b7f4f0e6a9c1d2b3a4f5e6d7c8b9a0f1e2d3c4b5a"

# name -> (what it means, an example)
# fmt: off
TEXTS: dict[str, tuple[str, Any]] = {
    # Headers
    "idempotency_key": ("Makes a repeated request harmless: the same key and body get the first answer again.", "5f0c6a1e-order-1042"),
    "x_device_id": ("Any opaque name that the app keeps for its installation, 8 to 128 visible characters.", "6f1c9a0e-4a51-4b0a-9d3c-2f5f0c9b7a11"),
    "x_frame_sequence": ("The number of the frame, growing by one.", "0"),

    # Who
    "partner_user_id": ("Your name for the user.", "user-123"),
    "external_user_id": ("Your id for the user, a UUID.", USER_ID),
    "customer_id": ("Your name for the customer: the partner_user_id or externalUserId of the other faces.", "user-123"),
    "organization_id": ("Your own id as a partner.", "prt_01m7yf4d5wq8k2n6"),
    "actor_id": ("Who asked: a key, an OAuth2 client or an operator.", "key_01m7yf4d5wq8k2n6"),
    "publishable_key": ("The key that may stand in a page.", "pk_test_2f6c1d"),

    # Opening the widget
    "origins": ("Where the widget may be framed; a part of the registered origins.", ["https://shop.example"]),
    "tier": ("The tier of your policy; the default tier when left out.", "standard"),
    "locale": ("The language of the widget, such as `en` or `ar`.", "en"),
    "claimed": ("What you know of the user; compared with the document, never shown.", None),
    "payment_url": ("Where the verified user goes on to; on one of your origins.", "https://shop.example/pay"),
    "return_url": ("Where a page of its own leads back at the end or on leaving; on one of your origins.", "https://shop.example/done"),
    "redirect_url": ("Ask this for a redirect to the widget, then send the user there.", f"https://kyc.example/v1/user/{USER_ID}/kyc/redirect"),
    "ttl_s": ("Seconds that the token lives.", 900),
    "client_token": ("The user's bearer token, for the widget face and the profiles face.", "eyJhbGciOiJFUzI1NiJ9.eyJz…"),
    "launch_code": ("Opens the widget once, within a minute.", "WyJzZXNfMDFtN3lmNGQ1dyJd…"),
    "with_spare": ("Whether to answer with a code that opens this page again.", True),
    "spare_code": ("Opens this page again, once, within half an hour; null when it was not asked for.", "WyJzZXNfMDFtN3lmNGQ1dyJd…"),
    "spare_code_answer.launch_code": ("Opens this page again, once, within half an hour.", "WyJzZXNfMDFtN3lmNGQ1dyJd…"),
    "widget_url": ("The address of the widget for this session.", "https://kyc.example/widget/s/ses_01m7yf4d5wq8k2n6"),
    "launch_url": ("The address with the launch code in its fragment: opens the widget by itself, once.", "https://kyc.example/widget/s/ses_01m7yf4d5wq8k2n6#c=WyJzZX…"),
    "handoff_id": ("The handoff to another device.", "hof_01m7yf4d5wq8k2n6"),
    "handoff_answer.status": ("How the handoff stands.", "waiting"),
    "shown_handoff_answer.status": ("How the handoff stands.", "waiting"),
    "join_answer.status": ("How the handoff stands; `scanned` until a number is chosen.", "active"),
    "handoff_code": ("From the fragment of the link, after `#h=`; works once, within ten minutes.", "WyJob2ZfMDFtN3lmNGQ1dyJd…"),
    "handoff": ("The handoff by which a phone goes on; null while none does.", None),
    "is_phone": ("Whether this token is that phone's.", False),
    "choices": ("Three numbers, one of them the phone's; empty unless a phone shows one.", [27, 64, 91]),
    "choice_body.number": ("The number that the phone shows; null when it is none of them.", 64),
    "scan_answer.number": ("The number to show; it is chosen on the first device.", 64),
    "claim": ("Asks for the token once the number was chosen.", "WyJob2ZfMDFtN3lmNGQ1dyJd…"),
    "link": ("Opens the widget on another device, once.", "https://kyc.example/widget/s/ses_01m7yf4d5wq8k2n6#h=WyJob2…"),
    "qr_code": ("The link as a picture: a data URL of an SVG.", "data:image/svg+xml;base64,PHN2Zy…"),
    "session_id": ("The session.", "ses_01m7yf4d5wq8k2n6"),
    "mode": ("Whether the key is a test key or a live one.", "test"),
    "origin_allowed": ("Whether the asking page may open the widget.", True),

    # Where a user stands
    "status": ("Where the user stands.", "verified"),
    "kyc_status": ("Where the user stands.", "verified"),
    "stage": ("The status in finer steps; new ones may be added.", "verified"),
    "verified_at": ("When it was verified; null until then.", _PAST),
    "expires_at": ("Until when it holds.", _LATER),
    "retryable": ("Whether the user can mend it in the widget.", False),
    "reasons": ("Why, if something was wrong.", []),
    "version": ("Only grows; drop what is older than what you have seen.", 4),
    "wait": ("Seconds to hold the answer back while the status is that of If-None-Match.", 25),
    "kyc_tier": ("The tier that the user is verified at; null before that.", "standard"),
    "requested_tier": ("The tier that the current run aims at.", "standard"),
    "current_tier": ("The tier that the user holds; null for none.", "standard"),
    "required_tier": ("The lowest tier that opens the product.", "standard"),
    "risk_state": ("What binds most: a suspension, a review, or your own risk level.", "normal"),
    "trusted_device": ("What is known of the device that X-Device-Id names.", None),
    "known": ("Whether the device was first seen for this user at least a day ago.", True),
    "first_seen_at": ("The first sighting.", "2026-01-28T08:00:00Z"),
    "last_seen_at": ("The last sighting.", _PAST),
    "count": ("The number of sightings.", 9),

    # Reasons
    "code": ("The code; see the list of reasons.", "glare"),
    "step": ("The part of the flow that it sends the user back to.", "document"),
    "action": ("What the user can do.", "retake_document"),
    "user_visible": ("Whether the user may know this code.", True),
    "text_key": ("The key of the user's sentence in the catalogues.", "reason.glare"),
    "developer_text": ("What it means, for a developer to read.", "A reflection hides part of the document."),
    "region": ("Where in the picture, as fractions of its width and height.", None),
    "x": ("Left edge, 0 to 1.", 0.12),
    "y": ("Top edge, 0 to 1.", 0.4),
    "width": ("Width, 0 to 1.", 0.3),
    "height": ("Height, 0 to 1.", 0.2),

    # A user of the partner face
    "first_name": ("Given names.", "Anna Maria"),
    "last_name": ("Family name.", "Eriksson"),
    "given_name": ("Given names.", "Anna Maria"),
    "family_name": ("Family name.", "Eriksson"),
    "email": ("Email address.", "anna@mail.example"),
    "phone": ("Telephone number.", "+49 30 1234567"),
    "date_of_birth": ("Date of birth.", "1974-08-12"),
    "address": ("Where the user lives.", None),
    "street": ("Street and number.", "Zenith Road 1"),
    "postal_code": ("Postal code.", "10115"),
    "city": ("Town.", "Berlin"),
    "country": ("ISO 3166, two capital letters.", "DE"),
    "risk_lvl": ("Your own risk level for the user.", "LOW"),
    "created_at": ("When it was created.", _PAST),
    "updated_at": ("When it last changed.", _PAST),
    "suspended_at": ("When the user was suspended; null for an active one.", None),
    "message": ("What was done.", "User deleted"),
    "user_answer.status": ("`ACTIVE` or `SUSPENDED`.", "ACTIVE"),
    "kyc_file_answer.message": ("What was done.", "KYC file added successfully"),
    "add_verification_answer.message": ("What was done.", "Verification documents to user added successfully"),

    # Files and verifications by API
    "document_type": ("The kind of document.", "passport"),
    "add_verification.document_type": ("The kind of document.", "PASSPORT"),
    "kyc_file_form.document_type": ("The kind of document.", "PASSPORT"),
    "kyc_file_answer.document_type": ("The kind of document.", "PASSPORT"),
    "side": ("What the picture shows; a passport's data page is its front.", "front"),
    "kyc_file_form.side": ("What the picture shows; a passport's data page is its front.", "FRONT"),
    "kyc_file_answer.side": ("What the picture shows.", "FRONT"),
    "file": ("The file itself, up to 10 MB.", "passport_front.jpg"),
    "file_id": ("The stored file.", "cap_01m7yf4d5wq8k2n6"),
    "document_number": ("The number on the document.", "L898902C3"),
    "document_expiration_date": ("The date of expiry on the document.", "2031-04-15"),
    "open_account_reason": ("A word in capitals such as `DAILY_USE`.", "DAILY_USE"),
    "income_source": ("A word in capitals such as `SALARY`.", "SALARY"),
    "occupation": ("A word in capitals such as `IT`.", "IT"),

    "poa_file_form.document_type": ("What you call the paper; the examination reads for itself what it is.", "UTILITY_BILL"),
    "poa_file_form.file": ("The paper itself, up to 10 MB.", "proof_of_address_utility_en.pdf"),
    "poa_file_answer.message": ("What was done.", "POA file added successfully"),
    "poa_file_answer.file_id": ("The stored paper.", "poa_01m7yf4d5wq8k2n6"),
    "poa_answer.file_id": ("The newest paper; null before the first one.", "poa_01m7yf4d5wq8k2n6"),
    "poa_answer.stage": ("`none`, `pending`, `in_review`, `verified`, `failed` or `expired`.", "verified"),
    "pages": ("How many pages the file has.", 1),
    "added_at": ("When the paper came; null before the first one.", _PAST),
    "decided_at": ("When it was decided; null until then.", _PAST),
    "proof_of_address": ("How far the proof of address has come; null where the tier asks for none.", None),
    "widget_proof.status": ("How the newest paper stands.", "pending"),
    "max_age_days": ("How many days ago the paper may have been issued at most.", 90),
    "summary_answer.proof_of_address": ("How far the proof of address has come.", "missing"),

    # Policies and eligibility
    "document_id": ("The id of the text in your policy.", "terms_of_use"),
    "policy_answer.id": ("The id of the text in your policy.", "terms_of_use"),
    "title": ("What it is called.", "Terms of use"),
    "language": ("The language, such as `de`; else Accept-Language decides.", "de"),
    "text": ("The text; null when it is at `url`.", "…"),
    "url": ("Where the text is; null when it is in `text`.", None),
    "hash": ("SHA-256 over all that the user is shown.", _HASH),
    "required": ("Whether the user must accept it.", True),
    "accepted_at": ("When the user first accepted this version.", _PAST),
    "policy_answer.version": ("The version that is current.", "2026-11"),
    "accept_body.version": ("The version that you showed.", "2026-11"),
    "acceptance_answer.version": ("The version that was accepted.", "2026-11"),
    "product": ("A product of your policy.", "card"),
    "currency": ("ISO 4217, three capital letters.", "EUR"),
    "eligible": ("Whether the product may be used now.", True),
    "outcome": ("The outcome.", "verified"),
    "eligibility_answer.outcome": ("Yes, not yet, being decided, or no.", "eligible"),
    "missing": ("What the user has yet to do.", []),

    # Verifications face
    "id": ("The id.", VERIFICATION_ID),
    "customer_verification_id": ("The verification's id, a UUID.", VERIFICATION_ID),
    "verification_type": ("What the customer is verified for.", "kyc"),
    "check_type": ("The part that is looked at.", "identity"),
    "provider": ("Who answers: `builtin`, `document_upload`, `manual`, or one that you added.", "builtin"),
    "provider_reference": ("The provider's own reference.", None),
    "reason": ("A reason code, or a person's own words.", None),
    "override_customer_verification_body.reason": ("Why: a reason code or your own words.", "Seen in person at the branch"),
    "override_customer_verification_body.status": ("The act, or the status that follows from it.", "approve"),
    "result_payload": ("What the provider told besides; nothing that identifies a person.", {}),
    "last_checked_at": ("When the provider was last asked.", _PAST),
    "occurred_after": ("Created at this moment or later, RFC 3339.", _PAST),
    "occurred_before": ("Created before this moment, RFC 3339.", _LATER),
    "parameter.status": ("Only those that stand like this.", "verified"),
    "parameter.customer_id": ("Only those about this customer.", "user-123"),
    "parameter.verification_type": ("Only those of this type.", "kyc"),
    "limit": ("Rows on a page.", 50),
    "cursor": ("The `next_cursor` of the page before.", "WyIyMDI2LTAxLTMxVDA5…"),
    "next_cursor": ("Give this as `cursor` for the next page; null on the last.", None),
    "data": ("What was asked for.", None),

    # Sandbox
    "seconds": ("How much time passes.", 86400),
    "simulate_body.outcome": ("Where the user is brought to.", "failed"),
    "simulate_body.reason": ("Why; the outcome's usual reason when left out.", "glare"),
    "simulate_poa_body.stage": ("Where the paper is brought to.", "failed"),
    "simulate_poa_body.reason": ("Why it failed, or what a person looks at.", "poa_too_old"),
    "outcomes": ("The outcomes.", None),
    "meaning": ("What the outcome means.", "The user is verified."),
    "default_reason": ("The reason when none is named.", None),
    "magic_users": ("Users whose outcome is fixed by their name.", None),

    # The flow in the frame
    "state": ("Where the user stands in the flow.", None),
    "consent_version": ("The version of the consent text.", "2026-01"),
    "accepted": ("Whether it was accepted.", True),
    "state.accepted": ("The sides and steps that are there.", ["front"]),
    "state.step": ("What comes next.", "selfie"),
    "state.kyc_status": ("Where the user stands.", "not_started"),
    "state.stage": ("The status in finer steps.", "capturing"),
    "document_types": ("What the user may choose from.", ["passport", "id_card"]),
    "sides": ("The sides that the document needs.", ["front"]),
    "attempts_left": ("Submissions left before a failure is final.", 3),
    "retry_at": ("When a rejected user may begin again; null when a person must allow it.", None),
    "typical_wait_s": (
        "Seconds within which four of five examinations ended; null before there were ten, or now.",
        15,
    ),
    "expected_by": ("When a decision is expected.", None),
    "source": ("Where the picture came from: `camera` or `file`.", "file"),
    "fault": ("What the browser refused, or did not give.", "denied"),
    "capture_id": ("The picture; null when it was not accepted.", "cap_01m7yf4d5wq8k2n6"),
    "sha256": ("SHA-256 of what was received.", _HASH),
    "presence_ways": ("How presence may be shown: by `turns` of the head, or by a `still` look that a person judges.", ["turns", "still"]),
    "presence_light": ("Whether the screen is to show colours after the turns.", False),
    "bears_light": ("False for a user who wants no changing colours; a person then judges.", True),
    "light": ("The colour that the whole page is to show now; null for none.", "#f78d61"),
    "way": ("Which of `presence_ways` the user takes.", "turns"),
    "camera": ("The name that the browser gives the camera; it is not kept.", "FaceTime HD"),
    "challenge_id": ("The challenge.", "chl_01m7yf4d5wq8k2n6"),
    "prompt": ("What the person is asked to do now.", "yaw_left"),
    "prompt_index": ("The number of the prompt, from 0.", 0),
    "prompts_total": ("How many prompts there are.", 4),
    "prompt_deadline_s": ("Seconds left for this prompt.", 12.0),
    "frame_interval_ms": ("Send a frame this often.", 150),
    "hint": ("What is in the way, if anything.", None),
    "hint_region": ("Where in the frame, as it was sent and not mirrored; null where the hint has no place.", None),
    "frame_answer.status": ("`open`, `met` or `failed`.", "open"),

    # Webhooks
    "endpoint_id": ("The endpoint.", "whe_01m7yf4d5wq8k2n6"),
    "delivery_id": ("The delivery of one event to one endpoint.", "whd_01m7yf4d5wq8k2n6"),
    "event_id": ("The event: its `webhook-id`.", "evt_01m7yf4d5wq8k2n6"),
    "event_type": ("The type of the event.", "kyc.status_changed"),
    "event_types": ("The events that are sent there; every event when the list is empty.", ["kyc.status_changed"]),
    "event_data": ("The `data` of the event.", {"partner_user_id": "user-123", "status": "verified", "version": 4}),
    "description": ("Your own note.", "Orders, production"),
    "paused": ("Whether nothing new is sent there for now.", False),
    "signature": ("How events are signed: `v1` with a secret (HMAC), `v1a` with our own key (Ed25519).", "v1"),
    "secret": ("What you verify by: the secret `whsec_…`, or the public key `whpk_…`; shown this once.", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    "secret_created_at": ("When the newest secret was made.", _PAST),
    "old_secret_until": ("Until when events are signed with the old secret too; null when there is none.", None),
    "disabled_at": ("Since when nothing is sent there; null for an endpoint in use.", None),
    "replayed": ("How many are under way again.", 12),
    "left": ("How many are left for another call.", 0),
    "created_after": ("Created at this moment or later, RFC 3339.", _PAST),
    "created_before": ("Created before this moment, RFC 3339.", _LATER),
    "attempts": ("Each attempt, the first one first.", None),
    "attempt_count": ("How often it was tried, replays included.", 1),
    "next_attempt_at": ("When it is tried next; null when it is not.", None),
    "delivered_at": ("When the endpoint took it; null until then.", _PAST),
    "last_status": ("The HTTP status of the last attempt; null when there was none.", 204),
    "last_error": ("What went wrong at last; null when nothing did.", None),
    "number": ("The number of the attempt, from 1.", 1),
    "at": ("When it was tried.", _PAST),
    "duration_ms": ("How long it took.", 84),
    "webhook_endpoint_data.status": ("Whether events are sent there.", "active"),
    "new_secret_data.status": ("Whether events are sent there.", "active"),
    "webhook_endpoint_data.url": ("Where events are sent.", "https://shop.example/kyc-webhook"),
    "new_secret_data.url": ("Where events are sent.", "https://shop.example/kyc-webhook"),
    "register_webhook_endpoint_body.url": ("Where events are sent: https, on a public host.", "https://shop.example/kyc-webhook"),
    "webhook_delivery_data.state": ("`pending`, `delivered` or `dead`.", "delivered"),
    "webhook_delivery_story_data.state": ("`pending`, `delivered` or `dead`.", "delivered"),
    "parameter.state": ("Only those that stand like this.", "dead"),
    "list_webhook_deliveries_query.state": ("Only those that stand like this.", "dead"),
    "webhook_attempt_data.outcome": ("How it ended: `delivered`, `retry`, `gone` or `refused`.", "delivered"),
    "webhook_attempt_data.status": ("The HTTP status; null when no answer came.", 204),
    "webhook_attempt_data.error": ("What went wrong; null when nothing did.", None),

    # OAuth2
    "grant_type": ("Always `client_credentials`.", "client_credentials"),
    "scope": ("Scopes, separated by spaces; all that you may have when left out.", "kyc:read kyc:write"),
    "token_answer.scope": ("The scopes that were granted.", "kyc:read kyc:write"),
    "client_assertion_type": ("With `client_assertion` only: how you prove who you are without a secret.", None),
    "client_assertion": ("A JWT that you signed, instead of id and secret.", None),
    "access_token": ("Send it as `Authorization: Bearer …`.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJz…"),
    "token_type": ("Always `Bearer`.", "Bearer"),
    "expires_in": ("Seconds that it lives.", 600),
    "token": ("The access token to end.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJz…"),
    "token_type_hint": ("What kind of token it is.", None),
    "keys": ("Public keys, each a JWK.", [{"kty": "EC", "crv": "P-256", "kid": "k1", "x": "…", "y": "…"}]),
    "issuer": ("Who gives the tokens; their `iss`.", "https://kyc.example"),
    "token_endpoint": ("Where tokens are given.", "https://kyc.example/oauth/token"),
    "revocation_endpoint": ("Where tokens are ended.", "https://kyc.example/oauth/revoke"),
    "jwks_uri": ("Where the public keys of tokens are.", "https://kyc.example/oauth/jwks.json"),
    "grant_types_supported": ("The ways to a token.", ["client_credentials"]),
    "response_types_supported": ("None: nobody signs in here.", []),
    "scopes_supported": ("The scopes.", ["kyc:read", "kyc:write", "webhooks:manage"]),
    "token_endpoint_auth_methods_supported": ("How a client proves who it is.", ["client_secret_basic", "private_key_jwt"]),
    "token_endpoint_auth_signing_alg_values_supported": ("How an assertion may be signed.", ["ES256", "RS256", "PS256", "EdDSA"]),
    "service_documentation": ("This reference.", "https://kyc.example/docs"),
    "if_none_match": ("The ETag of the answer that you have.", '"4-verified"'),

    # Errors
    "error": ("The code: stable for ever.", "validation_error"),
    "request_id": ("Tell this to support.", "5d41402abc4b2a76"),
    "type": ("Names the error.", "https://kyc.example/docs/errors#validation_error"),
    "detail": ("The message again.", "The request is not valid; see `fields`."),
    "partner_error.code": ("The P-code; null where this face has never named one.", "P403"),
}
# fmt: on
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def describe(document: Mapping[str, Any]) -> None:
    """Write text and example into every property and parameter of an OpenAPI document."""
    for model, name, schema in fields_of(document):
        found = TEXTS.get(f"{_snake(model)}.{_snake(name)}") or TEXTS.get(_snake(name))
        if found is None:
            continue
        text, example = found
        schema.setdefault("description", text)
        if example is not None:
            schema.setdefault("examples", [example])


def fields_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(model, field, schema) of every property; a parameter's model is the word `parameter`."""
    for model, schema in document["components"]["schemas"].items():
        for name, part in schema.get("properties", {}).items():
            yield model, name, part
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                yield "parameter", parameter["name"], parameter["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                model = content["schema"].get("title", "")
                for name, part in content["schema"].get("properties", {}).items():
                    yield model, name, part


def _snake(name: str) -> str:
    return _CAPITAL.sub("_", name).replace("-", "_").lower()
