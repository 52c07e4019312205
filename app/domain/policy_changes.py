"""What one policy changes against another, value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from app.domain.policy import Policy

# What has a name stands under it, so that moving it within the file changes nothing.
_KEYS = {"tiers": ("name",), "documents": ("id", "language", "countries")}


@dataclass(frozen=True)
class PolicyChange:
    """One value that differs; None stands for a value that is not there."""

    path: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.path}: {_shown(self.before)} -> {_shown(self.after)}"


def policy_changes(before: Policy, after: Policy) -> list[PolicyChange]:
    """Every value that the second policy adds, drops or changes, in the order of its paths."""
    old, new = dict(_values("", asdict(before))), dict(_values("", asdict(after)))
    paths = list(dict.fromkeys([*old, *new]))
    return [
        PolicyChange(path, old.get(path), new.get(path))
        for path in paths
        if old.get(path) != new.get(path)
    ]


def _values(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Each value that is no table, with its path; lists of plain values are one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _values(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, tuple) and value and all(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value):
            yield from _values(_path_of(path, number, each), each)
    elif value not in ((), ""):
        yield path, list(value) if isinstance(value, tuple) else value


def _path_of(path: str, number: int, table: Mapping[str, object]) -> str:
    keys = _KEYS.get(path)
    if keys is None:
        return f"{path}[{number}]"
    parts = [table[key] for key in keys if table[key]]
    return ".".join([path, *("+".join(p) if isinstance(p, tuple) else str(p) for p in parts)])


def _shown(value: object) -> str:
    if value is None:
        return "(nothing)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value)
