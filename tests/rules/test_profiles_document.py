"""docs/profiles-face.md says everything that the face takes and gives."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import BaseModel

from app.domain.eligibility import (
    AddressProof,
    EligibilityOutcome,
    EligibilityReason,
)
from app.domain.risk import RiskState
from app.settings import PROJECT_FOLDER
from app.web.api.operations import DECLARATION
from tests.contracts.routes import the_application

if TYPE_CHECKING:
    from app.web.api.operations import Operation

PREFIX = "/profiles/api/v1"
PAGE = (PROJECT_FOLDER / "docs/profiles-face.md").read_text("utf-8")
WORDS = set(re.findall(r"[A-Za-z_0-9-]+", PAGE))


def operations() -> Iterator[tuple[str, "Operation"]]:
    app = the_application()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX):
            yield rule.rule, getattr(app.view_functions[rule.endpoint], DECLARATION)


def fields_of(model: type[BaseModel]) -> Iterator[str]:
    """The names of a model's fields, and of those of the models in it."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in models_in(field.annotation):
            yield from fields_of(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


OPERATIONS = dict(operations())


@pytest.mark.parametrize("rule", OPERATIONS)
def test_every_call_is_there_with_all_that_it_takes_gives_and_refuses(rule: str) -> None:
    declared = OPERATIONS[rule]
    path = re.sub(r"<\w+>", "terms_of_use", rule.removeprefix(PREFIX))
    assert f"$P{path}" in PAGE
    models = [declared.body, declared.query, *declared.answers.values()]
    fields = {name for model in models if model is not None for name in fields_of(model)}
    expected = fields | {*declared.headers} | {error.value for error in declared.errors}
    expected |= {"Idempotency-Key"} if declared.creates else set()
    expected |= {str(status) for status in declared.answers if status != 200}
    assert expected - WORDS == set()


@pytest.mark.parametrize("words", [RiskState, AddressProof, EligibilityOutcome, EligibilityReason])
def test_every_word_is_explained(words: type[StrEnum]) -> None:
    assert [word.value for word in words if f"`{word}`" not in PAGE] == []
