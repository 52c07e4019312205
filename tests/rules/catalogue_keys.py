"""Which sentences the widget and the server behind it can ask for, told from their sources."""

import re
from collections.abc import Iterator
from functools import cache
from typing import get_args

from app.domain.errors import ErrorCode
from app.domain.evidence import DocumentType, sides_of
from app.domain.reasons import REASONS
from app.proofing.presence_tracker import CENTER, Hint, Turn
from app.proofing.screen_light import LIGHT
from app.settings import PROJECT_FOLDER

_FOLDERS = ("templates/widget", "templates/components", "static/widget", "app/web")
_TWO_SENTENCES = (".title", ".text")


@cache
def sources() -> str:
    """All that can name a sentence: pages, scripts and what serves them."""
    return "\n".join(
        path.read_text("utf-8")
        for folder in _FOLDERS
        for path in sorted((PROJECT_FOLDER / folder).rglob("*"))
        if path.suffix in {".py", ".js", ".html"}
    )


def written_keys() -> set[str]:
    """The keys that stand in full in a call of `text`."""
    return set(re.findall(r"""\btext\(\s*["']([a-z_.]*[a-z_])["']""", sources()))


def quoted_keys() -> set[str]:
    """What stands in quotes and looks like a key: some go through a variable first."""
    return set(re.findall(r"""["'`]([a-z_]+(?:\.[a-z_]+)+)["'`]""", sources()))


def composed_keys() -> set[str]:
    """The keys that are put together from a code."""
    return {*_of_captures(), *_of_presence(), *_of_faults(), *_of_handoff()}


def _of_captures() -> Iterator[str]:
    for document in DocumentType:
        yield from (f"document.{document}", f"document.{document}.hint")
        yield from (f"capture.title.{document}.{side}" for side in sides_of(document))
    for shown in ("passport.front", "front", "back"):
        yield f"capture.lead.{shown}"
    for part in ("caption", "upload", "upload_other", "preview_alt", "use"):
        yield from (f"capture.{part}", f"paper.{part}")


def _of_presence() -> Iterator[str]:
    yield from (f"prompt.{prompt}" for prompt in (CENTER, LIGHT, *get_args(Turn)))
    yield from (f"hint.{hint}" for hint in (*get_args(Hint), "connection"))
    for code in re.findall(r'new CameraFault\("([a-z_]+)"\)', sources()):
        yield from (f"camera.fault.{code}{part}" for part in _TWO_SENTENCES)


def _of_faults() -> Iterator[str]:
    named = {key for key in quoted_keys() if re.fullmatch(r"error\.[a-z_]+", key)} - written_keys()
    coded = [f"error.{code}" for code in ErrorCode if re.match("handoff_|pdf_|too_many_cap", code)]
    for stem in (*named, *coded):
        yield from (f"{stem}{part}" for part in _TWO_SENTENCES)
    for stem in ("reason.other", *(reason.text_key for reason in REASONS.values())):
        yield from (f"{stem}.title", f"{stem}.action")


def _of_handoff() -> Iterator[str]:
    for phase in ("choose", "phone"):
        yield from (f"handoff.{phase}.title", f"handoff.{phase}.lead")
    for end in ("refused", "expired", "join.refused", "join.expired", "join.taken_back"):
        yield from (f"handoff.{end}{part}" for part in _TWO_SENTENCES)
    yield from (f"handoff.track.{part}" for part in ("document", "selfie", "paper", "sent"))
