"""JSON schemas as a reader wants them: rows of fields, and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Schema = Mapping[str, Any]

_NULL = {"type": "null"}
_FORMATS = {
    "date": "date",
    "date-time": "date-time",
    "uuid": "UUID",
    "uri": "address",
    "binary": "file",
}
# Where no example is written, one of the right type.
_BLANKS: Mapping[str, Any] = {
    "integer": 1,
    "number": 1,
    "boolean": True,
    "string": "…",
    "date": "2026-01-31",
    "date-time": "2026-01-31T09:30:00Z",
    "uuid": "0199a0b0-6f1c-7a53-8d0e-5c1f6a2b9e44",
}


@dataclass(frozen=True)
class Field:
    """One field or parameter; `values` are all that it may be, `fields` what it is made of."""

    name: str
    type: str
    required: bool
    text: str
    limits: tuple[str, ...]
    values: tuple[str, ...]
    fields: tuple[Field, ...]


class Schemas:
    """The schemas of one OpenAPI document."""

    def __init__(self, named: Mapping[str, Schema]) -> None:
        self._named = named

    def fields(self, schema: Schema) -> tuple[Field, ...]:
        """The rows of an object, those first that it needs; nothing for anything else."""
        whole = self._resolved(schema)
        required = whole.get("required", ())
        return tuple(
            self.field(name, part, required=name in required) for name, part in _properties(whole)
        )

    def field(self, name: str, schema: Schema, *, required: bool) -> Field:
        """One row."""
        choices = list(self._choices(schema))
        inner = [self._resolved(choice.get("items", choice)) for choice in choices]
        # Lists that differ by reader hold the same words; the fullest one tells them all.
        parts = max((self.fields(each) for each in inner), key=len, default=())
        return Field(
            name,
            " or ".join(dict.fromkeys(self._type(choice) for choice in choices))
            + (" or null" if _NULL in schema.get("anyOf", ()) else ""),
            required,
            schema.get("description", ""),
            tuple(dict.fromkeys(limit for each in [schema, *choices] for limit in _limits(each))),
            tuple(str(value) for each in inner for value in _values(each)),
            parts,
        )

    def example(self, schema: Schema, *, whole: bool) -> Any:
        """A value that the schema allows; without `whole`, optional fields need an example."""
        choice = next(self._choices(schema))
        for written in (schema.get("examples"), choice.get("examples"), _values(choice)):
            if written:
                return written[0]
        if "properties" in choice:
            return self._object(choice, whole=whole)
        return None if _NULL in schema.get("anyOf", ()) else self._blank(choice, whole=whole)

    def _blank(self, choice: Schema, *, whole: bool) -> Any:
        if choice.get("type") == "array":
            return [self.example(choice["items"], whole=whole)]
        if choice.get("type") == "object":
            return {}
        return _BLANKS.get(choice.get("format", "")) or _BLANKS.get(choice.get("type", ""))

    def _object(self, schema: Schema, *, whole: bool) -> dict[str, Any]:
        needed = schema["properties"] if whole else schema.get("required", ())
        return {
            name: self.example(part, whole=whole)
            for name, part in _properties(schema)
            if name in needed or self._has_example(part)
        }

    def _has_example(self, schema: Schema) -> bool:
        choice = next(self._choices(schema))
        return bool(
            schema.get("examples")
            or choice.get("examples")
            or _values(choice)
            or any(self._has_example(part) for part in choice.get("properties", {}).values())
        )

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        return self._named[schema["$ref"].rpartition("/")[2]]

    def _choices(self, schema: Schema) -> Iterator[Schema]:
        for choice in schema.get("anyOf", [schema]):
            if choice != _NULL:
                yield self._resolved(choice)

    def _type(self, schema: Schema) -> str:
        if schema.get("type") == "array":
            return f"list of {self._type(self._resolved(schema['items']))}"
        kind = schema.get("type", "value")
        if isinstance(kind, list):
            return " or ".join(kind)
        return _FORMATS.get(schema.get("format", ""), str(kind))


def _properties(schema: Schema) -> list[tuple[str, Schema]]:
    required = schema.get("required", ())
    return sorted(schema.get("properties", {}).items(), key=lambda found: found[0] not in required)


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _limits(schema: Schema) -> Iterator[str]:
    yield from _range(schema, "minLength", "maxLength", " characters")
    yield from _range(schema, "minItems", "maxItems", " entries")
    yield from _range(schema, "minimum", "maximum", "")
    if "pattern" in schema:
        yield f"matches `{schema['pattern']}`"
    if schema.get("default") not in (None, {}) and not isinstance(schema["default"], dict):
        yield f"`{schema['default']}` when left out"


def _range(schema: Schema, least: str, most: str, unit: str) -> Iterator[str]:
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        yield f"{low} to {high}{unit}"
    elif low is not None or high is not None:
        yield f"at least {low}{unit}" if high is None else f"at most {high}{unit}"
