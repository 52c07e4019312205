"""Public key sets that partners register: for their OAuth2 client and for their users' tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import GuestProtocol, Key

# Asymmetric only: whoever checks a signature must not be able to make one.
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
_MIN_RSA_BITS = 2048
_MAX_KEYS = 10
_OF_TYPE = {"EC": ("ES256",), "RSA": ("RS256", "PS256"), "OKP": ("EdDSA",)}


def check_public_keys(jwks: Mapping[str, Any]) -> dict[str, object]:
    """The set as it is stored. Raises DomainError(validation_error) saying what is wrong."""
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 0 < len(keys) <= _MAX_KEYS:
        raise _refused(f'Give a JWK set: {{"keys": [...]}} with 1 to {_MAX_KEYS} keys.')
    for key in keys:
        _check_key(key)
    if len(keys) > 1 and len({key.get("kid") for key in keys}) != len(keys):
        raise _refused("Each of several keys needs a kid of its own.")
    return {"keys": keys}


def key_set(jwks: Mapping[str, Any]) -> KeySet:
    """The stored set as keys."""
    return KeySet.import_key_set(dict(jwks))  # type: ignore[arg-type]


def algorithms_of(key: object) -> tuple[str, ...]:
    """The algorithms that fit a key's type, or the one that the key itself names."""
    if not isinstance(key, ECKey | RSAKey | OKPKey):
        return ()
    fitting = _OF_TYPE.get(key.key_type, ())
    named = key.as_dict(private=False).get("alg")
    return fitting if named is None else tuple(name for name in fitting if name == named)


def verify_with(token: str, jwks: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of a token that a key of the set signed, with an algorithm that fits that key.

    Raises:
        DomainError: `invalid_token` for every other token; nothing is said of the claims' meaning.
    """
    keys = key_set(jwks)
    allowed = sorted({name for key in keys.keys for name in algorithms_of(key)})

    def key_of(presented: GuestProtocol) -> Key:
        header = presented.headers()
        kid = header.get("kid")
        fitting = [key for key in keys.keys if kid in {None, key.kid}]
        if len(fitting) != 1 or header.get("alg") not in algorithms_of(fitting[0]):
            raise DomainError(ErrorCode.INVALID_TOKEN)
        key: Key = fitting[0]
        return key

    try:
        return jwt.decode(token, key_of, algorithms=allowed).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise DomainError(ErrorCode.INVALID_TOKEN) from None


def _check_key(key: Any) -> None:
    if not isinstance(key, dict) or key.get("kty") not in _OF_TYPE:
        raise _refused("Keys are EC P-256, RSA or Ed25519; shared secrets are not taken.")
    if any(name in key for name in ("d", "p", "q", "k")):
        raise _refused("This is a private key: it has left your hands. Make another, and register"
                       " only its public part.")  # fmt: skip
    try:
        (found,) = KeySet.import_key_set({"keys": [key]}).keys
    except (JoseError, ValueError, TypeError, KeyError):
        raise _refused("A key of the set cannot be read.") from None
    if isinstance(found, RSAKey) and found.public_key.key_size < _MIN_RSA_BITS:
        raise _refused(f"RSA keys need at least {_MIN_RSA_BITS} bits.")
    if isinstance(found, ECKey | OKPKey) and key.get("crv") not in {"P-256", "Ed25519"}:
        raise _refused("The curve must be P-256 or Ed25519.")
    if not algorithms_of(found):
        raise _refused(f"The key's alg must be one of {', '.join(ALGORITHMS)} and fit its type.")


def _refused(message: str) -> DomainError:
    return DomainError(ErrorCode.VALIDATION_ERROR, message)
