"""The table: every route of the application, how to ask it, and who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.rules.tenancy.identities import Door, Fate

# The keyword arguments of a request, from the names that it is about.
Asking = Callable[[Mapping[str, str]], dict[str, Any]]


def _nothing(_: Mapping[str, str]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """One method of one rule, asked about the user that stands at `stage`.

    `asks` builds body, query or headers out of names. `answers` is the owner's status;
    `other_partner` and `other_user` are those of callers who name what is not theirs, which must
    be what they get for names that nobody has. `names_nobody` is a route that the owner asks with
    a fresh name. `has_live` is false where a live partner finds nothing at all.
    """

    method: str
    rule: str
    door: Door
    answers: int = 200
    scope: str | None = None
    other_partner: int | None = None
    other_user: int | None = None
    stage: str = "opened"
    asks: Asking = _nothing
    names_nobody: bool = False
    has_live: bool = True

    @property
    def id(self) -> str:
        """The route as tests name it."""
        return f"{self.method} {self.rule}"

    def expected(self, fate: Fate, *, is_live: bool) -> int | None:
        """The status that the table promises to somebody else."""
        if is_live and not self.has_live:
            return 404
        return self.other_partner if fate is Fate.ALIEN_PARTNER else self.other_user

    def path(self, names: Mapping[str, str]) -> str:
        """The rule with its parameters filled in."""
        path = self.rule
        for name, value in names.items():
            path = path.replace(f"<{name}>", value).replace(f"<path:{name}>", value)
        assert "<" not in path, f"{self.id}: give world.py a name for the parameter"
        return path
