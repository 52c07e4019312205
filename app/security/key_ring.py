"""The key ring: every secret of an installation, newest first, with rotation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_bytes
from typing import TYPE_CHECKING, Self

import structlog

from app.security.key_command import KeyCommandFault
from app.security.key_file import KeyFile, KeyFileFault, Stamp
from app.security.key_material import (
    SECTIONS,
    Clock,
    Randomness,
    RingKey,
    SecretSection,
    Section,
    SigningSection,
    key_from_json,
    key_to_json,
    make_key,
)

if TYPE_CHECKING:
    from pathlib import Path

Sections = Mapping[Section, tuple[RingKey, ...]]

KEYS_NOT_READ_AGAIN = "key_ring_not_read_again"
_FORMAT_VERSION = 1
_ASKED_EVERY_S = 300

log = structlog.get_logger(__name__)


class KeyRingFault(Exception):
    """The ring's text is not usable; `faults` lists every reason and no key material."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("key ring: " + "; ".join(faults))


class UnknownKey(LookupError):
    """No live key of the section has this id."""


@dataclass
class KeySource:
    """Where the ring's text is asked for, and when it was asked for last."""

    load: Callable[[], str]
    timer: Callable[[], float]
    asked_at: float

    def is_due(self) -> bool:
        """Whether it is time to ask again; says so once, whatever comes of it."""
        now = self.timer()
        if now - self.asked_at < _ASKED_EVERY_S:
            return False
        self.asked_at = now
        return True


class KeyRing:
    """Keys by section; the first live one makes, all live ones verify.

    A ring opened from a file notices when the file is replaced, so that `kyc keys rotate` reaches
    running processes without a restart; one from a command is asked for again.
    """

    def __init__(
        self,
        sections: Sections,
        *,
        file: KeyFile | None = None,
        stamp: Stamp | None = None,
        clock: Clock | None = None,
        randomness: Randomness = token_bytes,
        source: KeySource | None = None,
    ) -> None:
        self._sections = sections
        self._source = source
        self._file = file
        self._stamp = stamp
        self._clock = clock
        self._randomness = randomness

    @classmethod
    def from_text(cls, text: str) -> Self:
        """A fixed ring from the JSON of KYC_KEYS or KYC_KEYS_FILE."""
        return cls(_parse(text))

    @classmethod
    def from_source(cls, load: Callable[[], str], timer: Callable[[], float]) -> Self:
        """The ring that a command prints, asked again every few minutes so that rotation arrives.

        Raises KeyRingFault when there is none to begin with; later the last good one stays.
        """
        source = KeySource(load, timer, timer())
        return cls(_asked(source), source=source)

    @classmethod
    def open(cls, path: Path, clock: Clock, randomness: Randomness = token_bytes) -> Self:
        """The ring of the file, which is created with fresh keys on first use."""
        file = KeyFile(path)
        file.create_once(lambda: _render(_fresh(clock, randomness)))
        sections, stamp = _load(file)
        return cls(sections, file=file, stamp=stamp, clock=clock, randomness=randomness)

    def live(self, section: Section) -> tuple[RingKey, ...]:
        """The keys that still verify, newest first; never empty."""
        return tuple(key for key in self._current()[section] if not key.is_retired)

    def newest(self, section: Section) -> RingKey:
        """The key that makes new things."""
        return self.live(section)[0]

    def find(self, section: Section, kid: str) -> RingKey:
        """The live key with this id, else UnknownKey."""
        for key in self.live(section):
            if key.kid == kid:
                return key
        msg = f"{section} has no live key with that id"
        raise UnknownKey(msg)

    def secrets(self, section: SecretSection) -> tuple[bytes, ...]:
        """The live secrets, newest first (Flask: the first is SECRET_KEY, the rest fallbacks)."""
        return tuple(key.secret for key in self.live(section))

    def public_jwks(self, section: SigningSection) -> dict[str, list[dict[str, object]]]:
        """The JWK set to publish: public halves of the live keys."""
        return {
            "keys": [
                {
                    **key.ec_key.as_dict(private=False),
                    "kid": key.kid,
                    "use": "sig",
                    "alg": "ES256",
                }
                for key in self.live(section)
            ]
        }

    def ids(self) -> dict[Section, list[str]]:
        """Every key's id by section, newest first, retired ones included."""
        return {section: [key.kid for key in keys] for section, keys in self._current().items()}

    def rotate(self, section: Section) -> str:
        """Put a fresh key first, keep the others for verification; returns the new id."""
        file, clock = self._writable()
        with file.exclusive():
            sections, _ = _load(file)
            key = make_key(section, clock, self._randomness)
            self._store(file, {**sections, section: (key, *sections[section])})
        return key.kid

    def retire(self, section: Section, kid: str) -> None:
        """Stop accepting one key; its material stays in the file. The last live one is refused."""
        file, _ = self._writable()
        with file.exclusive():
            sections, _ = _load(file)
            if kid not in {key.kid for key in sections[section] if not key.is_retired}:
                msg = f"{section} has no live key with that id"
                raise UnknownKey(msg)
            keys = tuple(
                replace(key, is_retired=True) if key.kid == kid else key
                for key in sections[section]
            )
            if all(key.is_retired for key in keys):
                raise KeyRingFault([f"{section} would be left without a live key: rotate it first"])
            self._store(file, {**sections, section: keys})

    def __repr__(self) -> str:
        return f"KeyRing({self.ids()})"

    def _current(self) -> Sections:
        if self._file is not None and self._file.stamp() != self._stamp:
            self._sections, self._stamp = _load(self._file)
        if self._source is not None and self._source.is_due():
            try:
                self._sections = _asked(self._source)
            except KeyRingFault as fault:
                log.warning(KEYS_NOT_READ_AGAIN, faults=len(fault.faults))
        return self._sections

    def _writable(self) -> tuple[KeyFile, Clock]:
        if self._file is None or self._clock is None:
            raise KeyRingFault(["it is kept elsewhere: rotate the keys there"])
        return self._file, self._clock

    def _store(self, file: KeyFile, sections: Sections) -> None:
        file.replace(_render(sections))
        self._sections, self._stamp = _load(file)


def _asked(source: KeySource) -> Sections:
    try:
        return _parse(source.load())
    except KeyCommandFault as fault:
        raise KeyRingFault([str(fault)]) from None


def _fresh(clock: Clock, randomness: Randomness) -> Sections:
    return {section: (make_key(section, clock, randomness),) for section in SECTIONS}


def _load(file: KeyFile) -> tuple[Sections, Stamp]:
    try:
        text, stamp = file.read()
    except KeyFileFault as fault:
        raise KeyRingFault([str(fault)]) from None
    except OSError as error:
        raise KeyRingFault([f"{file.path.name} cannot be read ({error.strerror})"]) from None
    return _parse(text), stamp


def _render(sections: Sections) -> str:
    stored = {section: [key_to_json(key) for key in keys] for section, keys in sections.items()}
    return json.dumps({"version": _FORMAT_VERSION, "sections": stored}, indent=1) + "\n"


def _parse(text: str) -> Sections:
    try:
        document = json.loads(text)
    except ValueError as error:
        # json's own message and its chained document would quote the keys.
        at = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise KeyRingFault([f"is not JSON{at}"]) from None
    if not isinstance(document, dict) or document.get("version") != _FORMAT_VERSION:
        raise KeyRingFault([f"needs version {_FORMAT_VERSION}"])
    stored = document.get("sections")
    if not isinstance(stored, dict):
        raise KeyRingFault(["needs an object named sections"])
    faults: list[str] = []
    if set(stored) - set(SECTIONS):
        faults.append(f"has {len(set(stored) - set(SECTIONS))} unknown section(s)")
    sections = {
        section: _parse_section(section, stored.get(section), faults) for section in SECTIONS
    }
    if faults:
        raise KeyRingFault(faults)
    return sections


def _parse_section(section: Section, stored: object, faults: list[str]) -> tuple[RingKey, ...]:
    if not isinstance(stored, list):
        faults.append(f"{section} is missing or not a list")
        return ()
    keys: list[RingKey] = []
    for position, entry in enumerate(stored):
        try:
            keys.append(key_from_json(section, entry))
        except ValueError as fault:
            faults.append(f"{section}[{position}] {fault}")
    if len({key.kid for key in keys}) < len(keys):
        faults.append(f"{section} has two keys with one id")
    if len(keys) == len(stored) and all(key.is_retired for key in keys):
        faults.append(f"{section} has no live key")
    return tuple(keys)
