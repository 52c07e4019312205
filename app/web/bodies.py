"""Request and answer bodies: every fault of a request is reported at once, without its value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from werkzeug.datastructures import MultiDict


class Body(BaseModel):
    """A request body or query; unknown names are faults, so no misspelt option is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class EmptyBody(Body):
    """A call without options."""


class CamelBody(Body):
    """A request body whose names are written like externalUserId."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=False)


class Answer(BaseModel):
    """The body of an answer. Fields are added, never renamed; a missing value is null."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CamelAnswer(Answer):
    """An answer whose names are written like externalUserId."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)


B = TypeVar("B", bound=Body)
FIELD_REQUIRED = "Field required"
# A person's own words: something visible, and no NUL, which PostgreSQL does not keep.
WORDS = r"^[^\x00]*[^\s\x00][^\x00]*$"


def json_body(model: type[B]) -> B:
    """The request's JSON object as this model. Raises DomainError(validation_error)."""
    if request.content_length and not request.is_json:
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object as application/json.")
    data = _json_object() if request.content_length else {}
    # As JSON and strictly: the text "1" is no number there, and the number 1 is no date.
    return _parsed(data, lambda: model.model_validate_json(json.dumps(data), strict=True))


def _json_object() -> dict[str, Any]:
    try:
        data = json.loads(request.get_data(), parse_float=_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object.")
    return data


def _number(text: str) -> float:
    """JSON has one kind of number: 5.0 is as whole as 5."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_number(word: str) -> float:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(word)


def query(model: type[B]) -> B:
    """The request's query string as this model. Raises DomainError(validation_error)."""
    return parse(model, _once(request.args))


def form(model: type[B]) -> B:
    """The text fields of a multipart form as this model. Raises DomainError(validation_error)."""
    return parse(model, _once(request.form))


def _once(values: MultiDict[str, str]) -> dict[str, str]:
    repeated = {name: "Give this once" for name in values if len(values.getlist(name)) > 1}
    if repeated:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=repeated)
    return values.to_dict()


def parse(model: type[B], data: Mapping[str, object]) -> B:
    """The texts of a form as this model. Raises DomainError(validation_error) naming each fault."""
    return _parsed(data, lambda: model.model_validate(data))


def _parsed(data: Mapping[str, object], validate: Callable[[], B]) -> B:
    unstorable = dict.fromkeys(_unstorable(data), "Leave out control characters")
    if unstorable:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=unstorable)
    try:
        return validate()
    except ValidationError as error:
        fields = {
            ".".join(str(part) for part in fault["loc"]) or "body": fault["msg"]
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        }
    raise DomainError(ErrorCode.VALIDATION_ERROR, fields=fields)


def _unstorable(data: Mapping[str, object]) -> Iterator[str]:
    """Fields with text that no database keeps or no UTF-8 can write: NUL and lone surrogates."""
    for name, value in data.items():
        if any(_is_unstorable(text) for text in _texts(value)):
            yield name


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _is_unstorable(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
