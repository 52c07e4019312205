"""A test client that holds every answer against /openapi.json, whatever a test is about."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.contracts.routes import the_document

# Answered by the framework for every address alike: no operation describes them.
_OF_EVERY_ADDRESS = {"HEAD", "OPTIONS"}


class DescribedClient(FlaskClient):
    """Fails a test whose answer has a status, a field or an error that is not documented."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        """The answer, which is as the document says."""
        response = super().open(*arguments, **options)
        request = response.request
        operation = self._operation(request.method, request.path)
        if operation is not None and response.status_code != 405:
            _hold_against(operation, response)
        return response

    def _operation(self, method: str, path: str) -> tuple[str, str] | None:
        if method in _OF_EVERY_ADDRESS:
            return None
        adapter = self.application.url_map.bind("localhost")
        try:
            rule, _ = adapter.match(path, method, return_rule=True)
        except HTTPException:
            return None
        described = rule.rule.replace("<", "{").replace(">", "}")
        methods = the_document()["paths"].get(described, {})
        return (described, method.lower()) if method.lower() in methods else None


def _hold_against(operation: tuple[str, str], response: TestResponse) -> None:
    path, method = operation
    described = the_document()["paths"][path][method]["responses"].get(str(response.status_code))
    place = f"{method.upper()} {path} answered {response.status_code}"
    assert described is not None, f"{place}, which is not documented: {response.get_data()[:500]!r}"
    missing = [name for name in described.get("headers", ()) if name not in response.headers]
    assert not missing, f"{place} without {missing}"
    kinds = described.get("content", {})
    if not kinds:
        assert not response.get_data(), f"{place} with a body that is not documented"
        return
    assert response.mimetype in kinds, f"{place} as {response.mimetype}"
    schema = json.dumps(kinds[response.mimetype]["schema"], sort_keys=True)
    for fault in _validator(schema).iter_errors(response.json):
        raise AssertionError(f"{place}: {fault.message} at {fault.instance_path}")
    if response.status_code >= 400:
        told = response.json or {}
        listed = [(each["error"], each["code"]) for each in described["x-errors"]]
        assert (told.get("error"), told.get("code")) in listed, f"{place} undocumented: {told}"


@cache
def _validator(schema: str) -> Any:
    """One a shape, not one an operation: each holds all components in memory."""
    return jsonschema_rs.Draft202012Validator(
        {**json.loads(schema), "components": the_document()["components"]}, validate_formats=True
    )
