"""Which passwords reviewers may choose: long ones that do not follow from the account.

Source: NIST SP 800-63B, 3.1.1: length and a list of expected words, no rules of composition, no
expiry.
"""

import unicodedata
from collections.abc import Iterable

from app.domain.errors import DomainError, ErrorCode

MIN_PASSWORD_CHARS = 12
# Longer ones only cost time; a passphrase of ten words has about seventy characters.
MAX_PASSWORD_CHARS = 256
_MIN_DISTINCT = 6
_MIN_WORD_CHARS = 4
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_EXPECTED = ("password", "passwort", "letmein", "welcome", "reviewer", "console", "qwerty")
_MIN_OWN_CHARS = 8


def normal_password(text: str) -> str:
    """The same characters however a keyboard composed them (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", text)


def check_password(password: str, words: Iterable[str]) -> None:
    """Raise DomainError(validation_error) for one that is short, or easy to expect.

    `words` are what an attacker knows of the account: address, name, company.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        raise _refused(f"Use at least {MIN_PASSWORD_CHARS} characters; four random words do well.")
    if len(password) > MAX_PASSWORD_CHARS:
        raise _refused(f"Use at most {MAX_PASSWORD_CHARS} characters.")
    if len(set(password)) < _MIN_DISTINCT:
        raise _refused("Use more than a few different characters.")
    if len(_without_expected(password.casefold(), words)) < _MIN_OWN_CHARS:
        raise _refused("Most of this is your own name, a common password or a row of keys.")


def _without_expected(text: str, words: Iterable[str]) -> str:
    """What is left when everything that is tried first is taken out."""
    known = sorted({part for word in words for part in _parts(word)} | {*_EXPECTED}, key=len)
    for word in reversed(known):
        text = text.replace(word, "")
    for run in _RUNS:
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                piece = run[start : start + length]
                text = text.replace(piece, "").replace(piece[::-1], "")
    return text


def _parts(word: str) -> list[str]:
    spaced = "".join(each if each.isalnum() else " " for each in word.casefold())
    return [part for part in spaced.split() if len(part) >= _MIN_WORD_CHARS]


def _refused(sentence: str) -> DomainError:
    return DomainError(ErrorCode.VALIDATION_ERROR, fields={"password": sentence})
