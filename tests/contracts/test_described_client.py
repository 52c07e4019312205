"""The test client sees an answer that is not as the document says."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, jsonify

from tests.builders.described_client import DescribedClient
from tests.contracts.routes import the_application

GOOD = {"mode": "test", "origin_allowed": True}
PATH = "/widget/partners/pk_test_1"
ENDPOINT = "page_partner.read"


def answering(make: Callable[[], Response]) -> DescribedClient:
    """A client of an application whose one answer is made here."""
    app = Flask("told")

    def view(publishable_key: str) -> Response:  # noqa: ARG001
        response = make()
        response.headers["X-Request-Id"] = "r"
        return response

    app.add_url_rule("/widget/partners/<publishable_key>", ENDPOINT, view)
    app.test_client_class = DescribedClient
    client = app.test_client()
    assert isinstance(client, DescribedClient)
    return client


def with_status(status: int, body: dict[str, object]) -> Response:
    """The body under another status."""
    response = jsonify(body)
    response.status_code = status
    return response


def test_what_is_described_passes() -> None:
    assert ENDPOINT in the_application().view_functions
    assert answering(lambda: jsonify(GOOD)).get(PATH).json == GOOD


@pytest.mark.parametrize(
    "make",
    [
        lambda: jsonify(GOOD | {"more": 1}),
        lambda: jsonify({"mode": "test"}),
        lambda: jsonify(GOOD | {"mode": "mixed"}),
        lambda: with_status(418, GOOD),
        lambda: with_status(404, {"error": "user_suspended", "message": "m"}),
        lambda: Response("{}", mimetype="text/html"),
    ],
)
def test_what_is_not_described_fails(make: Callable[[], Response]) -> None:
    with pytest.raises(AssertionError):
        answering(make).get(PATH)
