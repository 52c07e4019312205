"""The users' sentences, one JSON catalogue a language in static/i18n."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from app.settings import PROJECT_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import LanguageAccept

FALLBACK = "en"
_FOLDER = PROJECT_FOLDER / "static" / "i18n"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
# Java, and with it older Android and many a backend, still writes tags that ISO 639 withdrew in
# 1989.
_OLD_TAGS = {"iw": "he"}


def choose_language(wishes: Iterable[str | None], accepted: LanguageAccept) -> str:
    """The first wish that there is a catalogue for, else what the browser likes best, else English.

    A wish is a language tag such as `pt-BR`; its first part will do where the whole is not there.
    """
    known = {name.lower(): name for name in languages()}
    # Quality 0 says which languages are not wanted. The list comes with the best liked first.
    liked = (tag for tag, quality in accepted if quality > 0)
    for wish in (*filter(None, wishes), *liked):
        for tag in (wish.lower(), _main_part(wish)):
            if tag in known:
                return known[tag]
    return FALLBACK


def catalogue(locale: str) -> tuple[str, Mapping[str, str]]:
    """The best language for a locale, and its sentences; English where there is no other."""
    wanted = (locale, _main_part(locale), FALLBACK)
    language = next(name for name in wanted if name in languages())
    return language, _load(language)


def _main_part(tag: str) -> str:
    """The language of a tag, by the name that it has today."""
    part = tag.lower().partition("-")[0]
    return _OLD_TAGS.get(part, part)


@cache
def languages() -> frozenset[str]:
    """The languages that have a catalogue."""
    return frozenset(path.stem for path in _FOLDER.glob("*.json"))


def direction(language: str) -> str:
    """The writing direction for `dir`."""
    return "rtl" if language.split("-", maxsplit=1)[0] in _RIGHT_TO_LEFT else "ltr"


def say(texts: Mapping[str, str], key: str, **values: object) -> str:
    """The sentence of a key with its `{name}` places filled; a missing key is a bug and raises."""
    return texts[key].format_map(values) if values else texts[key]


@cache
def _load(language: str) -> Mapping[str, str]:
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return texts
