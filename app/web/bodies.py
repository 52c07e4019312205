"""Request bodies: JSON into a pydantic model, every fault reported at once without its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError

from app.domain.errors import DomainError, ErrorCode

if TYPE_CHECKING:
    from collections.abc import Mapping


class Body(BaseModel):
    """A request body; unknown names are faults, so that a misspelt option is never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


B = TypeVar("B", bound=Body)


def json_body(model: type[B]) -> B:
    """The request's JSON object as this model. Raises DomainError(validation_error)."""
    if request.content_length and not request.is_json:
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object as application/json.")
    data = request.get_json(silent=True) if request.content_length else {}
    return parse(model, data)


def parse(model: type[B], data: Mapping[str, object] | None) -> B:
    """The data as this model. Raises DomainError(validation_error) naming every faulty field."""
    if not isinstance(data, dict):
        raise DomainError(ErrorCode.VALIDATION_ERROR, "Send a JSON object.")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fields = {
            ".".join(str(part) for part in fault["loc"]) or "body": fault["msg"]
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        }
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields=fields) from None
