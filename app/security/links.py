"""Signed links: launch codes, resume links and cursors that need no row to be believed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from app.domain.errors import DomainError, ErrorCode
from app.domain.handoff import CODE_TTL, MATCH_TTL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.security.key_material import Clock
    from app.security.key_ring import KeyRing

InvalidLinkCode = Literal["malformed", "expired"]

LAUNCH_CODE_TTL_S = 60
# A phone call or the camera's app may kill the page behind it; whoever is away for longer goes
# back to the partner's page.
SPARE_CODE_TTL_S = 1800
HANDOFF_CODE_TTL_S = int(CODE_TTL.total_seconds())
# Outlives the choice by a moment, so that a token whose answer was lost can be asked for again.
HANDOFF_CLAIM_TTL_S = int(MATCH_TTL.total_seconds()) + 60
# Signed texts travel in URLs; anything longer was not made here.
_MAX_LINK_CHARS = 2048


class InvalidLink(DomainError):
    """The signed text is refused; `fault` tells a late one from a wrong one."""

    def __init__(self, fault: InvalidLinkCode) -> None:
        self.fault: InvalidLinkCode = fault
        is_late = fault == "expired"
        super().__init__(
            ErrorCode.LAUNCH_CODE_EXPIRED if is_late else ErrorCode.LAUNCH_CODE_INVALID
        )


class SignedLinks:
    """Signs small lists of strings for one purpose; a text of one purpose is void for another."""

    def __init__(self, keys: KeyRing, purpose: str, clock: Clock) -> None:
        self._keys = keys
        self._purpose = purpose
        self._clock = clock

    def issue(self, *parts: str) -> str:
        """A URL-safe signed text of the parts, stamped with the time."""
        signed = self._serializer().dumps(list(parts))
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, text: str, n_parts: int, max_age_s: int | None) -> tuple[str, ...]:
        """The parts again; no age limit when `max_age_s` is None.

        Raises:
            InvalidLink: wrong signature, purpose or shape (`malformed`), or too old (`expired`).
        """
        if len(text) > _MAX_LINK_CHARS:
            raise InvalidLink("malformed")
        try:
            parts = self._serializer().loads(text, max_age=max_age_s)
        except SignatureExpired:
            raise InvalidLink("expired") from None
        except (BadData, ValueError):
            raise InvalidLink("malformed") from None
        if not isinstance(parts, list) or len(parts) != n_parts:
            raise InvalidLink("malformed")
        if not all(isinstance(part, str) for part in parts):
            raise InvalidLink("malformed")
        return tuple(parts)

    def _serializer(self) -> URLSafeTimedSerializer:
        # itsdangerous signs with the last of the list, the ring's first is the newest; its
        # defaults (SHA-1, plain concatenation) are overridden.
        return URLSafeTimedSerializer(
            list(reversed(self._keys.secrets("link"))),
            salt=f"kyc.link.{self._purpose}.v1",
            signer=_signer_at(self._clock),
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


class LaunchCodes:
    """Codes that buy a client token once; the caller's row makes it once.

    The partner's code lives for a minute. A spare one is what an open page keeps in case that its
    browser kills it: half an hour.
    """

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._links = SignedLinks(keys, "launch", clock)
        self._spares = SignedLinks(keys, "spare_launch", clock)

    def issue(self, session_id: str, jti: str) -> str:
        """A code for the session; `jti` is the id of the row that is struck out on use."""
        return self._links.issue(session_id, jti)

    def read(self, code: str) -> tuple[str, str]:
        """(session_id, jti) of a code not older than a minute, else InvalidLink."""
        session_id, jti = self._links.read(code, 2, LAUNCH_CODE_TTL_S)
        return session_id, jti

    def issue_spare(self, session_id: str, jti: str) -> str:
        """A spare code; it is void as soon as the row names another `jti`."""
        return self._spares.issue(session_id, jti)

    def read_spare(self, code: str) -> tuple[str, str] | None:
        """(session_id, jti) of a spare code that lives still; None for a code of another kind.

        Raises InvalidLink for a spare one that is too old.
        """
        try:
            session_id, jti = self._spares.read(code, 2, SPARE_CODE_TTL_S)
        except InvalidLink as refused:
            if refused.fault == "malformed":
                return None
            raise
        return session_id, jti


class HandoffCodes:
    """Codes that another device comes with, and claims for the one that came first.

    A code is worth nothing after its first use, which the caller's row sees to; a claim is what
    that device alone holds while it waits to be let in.
    """

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._codes = SignedLinks(keys, "handoff", clock)
        self._claims = SignedLinks(keys, "handoff_claim", clock)

    def issue(self, handoff_id: str) -> str:
        """The code of a handoff."""
        return self._codes.issue(handoff_id)

    def read(self, code: str) -> str:
        """The handoff of a code. Raises DomainError handoff_code_invalid | handoff_code_expired."""
        return _handoff_of(self._codes, code, HANDOFF_CODE_TTL_S)

    def issue_claim(self, handoff_id: str) -> str:
        """The claim of the device that has used the code."""
        return self._claims.issue(handoff_id)

    def read_claim(self, claim: str) -> str:
        """The handoff of a claim. Raises DomainError as `read` does."""
        return _handoff_of(self._claims, claim, HANDOFF_CLAIM_TTL_S)


class Cursors:
    """Opaque, signed page cursors, bound to the list they belong to (`scope`)."""

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._links = SignedLinks(keys, "cursor", clock)

    def issue(self, scope: str, position: Sequence[str]) -> str:
        """A cursor that stands after `position` in the list `scope`."""
        return self._links.issue(scope, *position)

    def read(self, scope: str, cursor: str, n_position: int) -> tuple[str, ...]:
        """The position again; a cursor of another list is InvalidLink."""
        found, *position = self._links.read(cursor, n_position + 1, None)
        if found != scope:
            raise InvalidLink("malformed")
        return tuple(position)


def _handoff_of(links: SignedLinks, text: str, max_age_s: int) -> str:
    try:
        return links.read(text, 1, max_age_s)[0]
    except InvalidLink as refused:
        is_late = refused.fault == "expired"
        code = ErrorCode.HANDOFF_CODE_EXPIRED if is_late else ErrorCode.HANDOFF_CODE_INVALID
        raise DomainError(code) from None


def _signer_at(clock: Clock) -> type[TimestampSigner]:
    """A signer with this clock: itsdangerous takes its time from the signer's class."""

    class ClockedSigner(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock().timestamp())

    return ClockedSigner
