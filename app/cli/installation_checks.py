"""Whether this installation can do its work: each part is used once, in earnest."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, cast
from urllib.request import urlopen

from app.domain.errors import DomainError
from app.domain.frame_headers import policy_allowlist
from app.security.key_ring import KeyRingFault
from app.settings import SettingsError, read_settings
from app.storage.objects import FolderStore
from app.storage.schema import current, newest
from app.vision.decoding import UndecodableImageError
from app.vision.sandbox import Sandbox
from app.wiring import build, open_key_ring, system_chance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.domain.chance import Chance
    from app.proofing.examination import Examiner
    from app.settings import Settings

_PROBE = b"kyc doctor"
# One gray pixel as PNG.
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
# Tokens live for minutes: a clock further off than this refuses good ones or believes spent ones.
_CLOCK_SLACK_S = 30.0
_ANSWER_TIMEOUT_S = 5


@dataclass(frozen=True)
class Check:
    """How one part does, and what to do when it does not."""

    name: str
    is_well: bool
    sentence: str
    advice: str = ""


def check_installation(environment: Mapping[str, str]) -> list[Check]:
    """Every check in order; without settings that can be read there is nothing else to check."""
    try:
        settings = read_settings(environment)
    except SettingsError as error:
        return [Check("settings", False, fault, "See .env.example.") for fault in error.faults]
    chance = system_chance()
    checks: tuple[Callable[[Settings, Chance], Check], ...] = (
        _keys,
        _database,
        _objects,
        _sandbox,
        _faces,
        _clock,
        _page,
    )
    found = [Check("settings", True, f"read; state in {settings.state_dir}")]
    return found + [check(settings, chance) for check in checks]


def _keys(settings: Settings, chance: Chance) -> Check:
    try:
        ids = open_key_ring(settings, chance).ids()
    except (KeyRingFault, OSError) as error:
        advice = "Put the key ring back from your backup; without it nothing sealed can be read."
        return Check("keys", False, f"the key ring cannot be used: {error}", advice)
    return Check("keys", True, f"{sum(map(len, ids.values()))} keys in {len(ids)} sections")


def _database(settings: Settings, _: Chance) -> Check:
    try:
        at = current(settings.database_url)
    except DomainError:
        advice = "Start the database, and look at KYC_DATABASE_URL."
        return Check("database", False, "it does not answer", advice)
    if at != newest():
        sentence = f"it is at revision {at or 'none'}, this release needs {newest()}"
        return Check("database", False, sentence, "Run `kyc migrate`.")
    return Check("database", True, f"answers, at revision {at}")


def _objects(settings: Settings, chance: Chance) -> Check:
    name = chance.new_id("obj")
    try:
        store = FolderStore(settings.state_dir / "objects")
        store.put(name, _PROBE)
        is_kept = store.get(name) == _PROBE
        store.delete(name)
    except (DomainError, OSError):
        is_kept = False
    if is_kept:
        return Check("objects", True, "an object was written, read and removed")
    advice = "Let this user write to KYC_STATE_DIR, and see that its disk is not full."
    return Check("objects", False, f"nothing can be kept in {settings.state_dir}/objects", advice)


def _sandbox(_: Settings, __: Chance) -> Check:
    with Sandbox() as sandbox:
        try:
            sandbox.run("decode", _PICTURE)
        except UndecodableImageError as error:
            advice = "The decoder's confined child does not run: allow seccomp and user processes."
            return Check("sandbox", False, f"a good picture was refused: {error}", advice)
    return Check("sandbox", True, "a picture was decoded in the confined child")


def _faces(settings: Settings, chance: Chance) -> Check:
    try:
        examiner = cast("Examiner", build(settings, chance).examine_verification.examine)
        engine = examiner.engine
        return Check("faces", True, f"{engine.name}, weights {engine.model_hash[:12]}")
    except (SettingsError, KeyRingFault, OSError) as error:
        return Check("faces", False, f"no face engine: {error}", "Install its weights again.")


def _clock(settings: Settings, chance: Chance) -> Check:
    """Against the file system, which several machines may share, and the public address."""
    others = {"the state folder": _folder_time(settings)}
    answer = _ask_page(settings)
    if answer is not None and "date" in answer:
        others["the public address"] = parsedate_to_datetime(answer["date"]).timestamp()
    now = chance.now().timestamp()
    for name, moment in others.items():
        if abs(moment - now) > _CLOCK_SLACK_S:
            sentence = f"that of {name} is {moment - now:+.0f} s off"
            return Check("clock", False, sentence, "Keep every machine's clock by NTP.")
    return Check("clock", True, f"agrees with that of {' and '.join(others)}")


def _folder_time(settings: Settings) -> float:
    with NamedTemporaryFile(dir=settings.state_dir) as file:
        return Path(file.name).stat().st_mtime


def _page(settings: Settings, _: Chance) -> Check:
    """What a browser gets at the public address, through whatever stands before us."""
    headers = _ask_page(settings)
    if headers is None:
        sentence = f"nobody answers at {settings.public_url} as this installation does"
        advice = "Start `kyc serve`, and look at KYC_PUBLIC_URL and at the proxy before it."
        return Check("page", False, sentence, advice)
    faults = _header_faults(headers)
    if faults:
        advice = "A proxy changes the headers of /widget/: let them through as they are."
        return Check("page", False, "; ".join(faults), advice)
    return Check("page", True, f"{settings.public_url} answers, and lets the camera through")


def _ask_page(settings: Settings) -> Mapping[str, str] | None:
    """The headers of the preflight page, by lower-case names; None when it is not there."""
    address = f"{settings.public_url}/widget/preflight"
    try:
        with urlopen(address, timeout=_ANSWER_TIMEOUT_S) as answer:  # noqa: S310 - our own address
            return {name.lower(): value for name, value in answer.headers.items()}
    except (OSError, ValueError):
        return None


def _header_faults(headers: Mapping[str, str]) -> list[str]:
    allowlist = policy_allowlist(headers.get("permissions-policy", ""), "camera")
    faults = []
    if allowlist is not None and not {"self", "*"} & set(allowlist):
        faults.append("Permissions-Policy takes the camera away")
    if "x-frame-options" in headers:
        faults.append("X-Frame-Options forbids frames")
    if "content-security-policy" not in headers:
        faults.append("Content-Security-Policy is gone")
    if headers.get("cross-origin-resource-policy") != "cross-origin":
        faults.append("Cross-Origin-Resource-Policy is gone")
    return faults
