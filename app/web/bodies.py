"""Request and answer bodies: every fault of a request is reported at once, without its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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


def json_body(model: type[B]) -> B:
    """The request's JSON object as this model. Raises DomainError(validation_error)."""
    if request.content_length and not request.is_json:
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object as application/json.")
    data = request.get_json(silent=True) if request.content_length else {}
    return parse(model, data)


def query(model: type[B]) -> B:
    """The request's query string as this model. Raises DomainError(validation_error)."""
    repeated = {name: "Give this once" for name in request.args if len(_all(name)) > 1}
    if repeated:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=repeated)
    return parse(model, request.args.to_dict())


def form(model: type[B]) -> B:
    """The text fields of a multipart form as this model."""
    return parse(model, request.form.to_dict())


def parse(model: type[B], data: Mapping[str, object] | None) -> B:
    """The data as this model. Raises DomainError(validation_error) naming every faulty field."""
    if not isinstance(data, dict):
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object.")
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        fields = {
            ".".join(str(part) for part in fault["loc"]) or "body": fault["msg"]
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        }
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=fields) from None
    unstorable = dict.fromkeys(_unstorable(data), "Leave out control characters")
    if unstorable:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=unstorable)
    return found


def _all(name: str) -> list[str]:
    return request.args.getlist(name)


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
