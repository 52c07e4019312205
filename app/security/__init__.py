"""Keys, tokens, signed links and sealing; every row they need is the caller's."""

from app.security.api_keys import (
    InvalidApiKey,
    Mode,
    NewApiKey,
    api_key_matches,
    hash_api_key,
    make_api_key,
    mode_of_api_key,
    prefix_for_display,
)
from app.security.client_tokens import ClientTokenClaims, ClientTokens
from app.security.envelope import Envelope, SealBroken, SealContext
from app.security.key_material import SECTIONS, RingKey, Section
from app.security.key_ring import KeyRing, KeyRingFault, UnknownKey
from app.security.links import Cursors, HandoffCodes, InvalidLink, LaunchCodes, SignedLinks
from app.security.lookup_digests import LookupDigests
from app.security.signed_tokens import InvalidToken

__all__ = [
    "SECTIONS",
    "ClientTokenClaims",
    "ClientTokens",
    "Cursors",
    "Envelope",
    "HandoffCodes",
    "InvalidApiKey",
    "InvalidLink",
    "InvalidToken",
    "KeyRing",
    "KeyRingFault",
    "LaunchCodes",
    "LookupDigests",
    "Mode",
    "NewApiKey",
    "RingKey",
    "SealBroken",
    "SealContext",
    "Section",
    "SignedLinks",
    "UnknownKey",
    "api_key_matches",
    "hash_api_key",
    "make_api_key",
    "mode_of_api_key",
    "prefix_for_display",
]
