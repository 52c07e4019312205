"""A table of somebody's file, read key by key; every fault is kept with its path, none ends it."""

import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Shape:
    """A form that texts must have, and the sentence that asks for it."""

    pattern: str
    sentence: str


class CheckedTable:
    """Reads what is there; what is missing or wrong is a fault and reads as its default.

    Faults are lines of the form "path: what is wrong".
    """

    def __init__(self, values: Mapping[str, Any], path: str, faults: list[str]) -> None:
        self._values = values
        self._path = path
        self._faults = faults
        self._asked: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def fault(self, key: str, message: str) -> None:
        """Keep what is wrong at a key of this table."""
        self._faults.append(f"{self._at(key)}: {message}")

    def text(self, key: str, shape: Shape, default: str | None = None) -> str:
        """A text of this shape; without a default it must be there."""
        value = self._take(key, default)
        if value is None or (value == default and key not in self._values):
            return default or ""
        if not isinstance(value, str) or not re.fullmatch(shape.pattern, value, re.DOTALL):
            self.fault(key, shape.sentence)
            return default or ""
        return value

    def texts(self, key: str, shape: Shape, known: Collection[str] | None = None) -> Any:
        """A tuple of texts of this shape, each once, all of them `known` when that is given."""
        found: list[str] = []
        for place, value in self._items(key):
            if not isinstance(value, str) or not re.fullmatch(shape.pattern, value):
                self.fault(place, shape.sentence)
            elif known is not None and value not in known:
                self.fault(place, f"{value} is not known{_nearest(value, known)}")
            elif value in found:
                self.fault(place, f"{value} is named twice")
            else:
                found.append(value)
        return tuple(found)

    def words(
        self, key: str, kind: type[Word], default: tuple[Word, ...] | None
    ) -> tuple[Word, ...]:
        """Words of an enumeration in its own order; without a default at least one is needed."""
        if key not in self._values and default is not None:
            self._asked.append(key)
            return default
        found: set[Word] = set()
        for place, value in self._items(key, needed=default is None):
            word = self._word(place, kind, value)
            if word in found:
                self.fault(place, f"{value} is named twice")
            if word is not None:
                found.add(word)
        return tuple(word for word in kind if word in found)

    def word(self, key: str, kind: type[Word], default: Word) -> Word:
        """One word of an enumeration."""
        return self._word(key, kind, self._take(key, default.value)) or default

    def integer(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number of this range; without a default it must be there."""
        value = self._take(key, default)
        fallback = low if default is None else default
        if value is None:
            return fallback
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(key, f"must be from {low} to {high}")
            return fallback
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number of this range; without a default it must be there."""
        value = self._take(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not low <= value <= high:
            self.fault(key, f"must be from {low} to {high}")
            return low
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.fault(key, "must be true or false")
            return default
        return value

    def table(self, key: str) -> "CheckedTable":
        """A table inside of this one; an empty one when it is missing."""
        self._asked.append(key)
        value = self._values.get(key, {})
        if not isinstance(value, Mapping):
            self.fault(key, f"must be a table: [{self._at(key)}]")
            value = {}
        return CheckedTable(value, self._at(key), self._faults)

    def tables(self, key: str) -> "list[CheckedTable]":
        """The tables of a list; none when the key is missing."""
        found = []
        for place, value in self._items(key):
            if isinstance(value, Mapping):
                found.append(CheckedTable(value, self._at(place), self._faults))
            else:
                self.fault(place, f"must be a table: [[{self._at(key)}]]")
        return found

    def close(self) -> None:
        """Fault every key that nobody asked for, and name the nearest one that exists."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"is not a key here{_nearest(key, self._asked)}")

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _take(self, key: str, default: object) -> Any:
        self._asked.append(key)
        if key not in self._values and default is None:
            self.fault(key, "must be given")
        return self._values.get(key, default)

    def _items(self, key: str, *, needed: bool = False) -> list[tuple[str, Any]]:
        value = self._take(key, None if needed else [])
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, "must be a list")
            return []
        if needed and not value:
            self.fault(key, "must name at least one")
        return [(f"{key}[{number}]", each) for number, each in enumerate(value)]

    def _word(self, place: str, kind: type[Word], value: object) -> Word | None:
        names = [word.value for word in kind]
        if value in names:
            return kind(value)
        self.fault(place, f"must be one of {', '.join(names)}{_nearest(value, names)}")
        return None


def _nearest(value: object, known: Collection[str]) -> str:
    near = get_close_matches(str(value), known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""
