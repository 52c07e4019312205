"""What `make test-log` looks for is found when it is there."""

import pytest

from app.specimens.attributes import MARKED_VALUES
from tests.builders.suite_log import personal_values

_LINE = (
    '{"event": "request.served", "http_status": 200, "level": "info", "method": "GET", "ms": 3.1,'
    ' "request_id": "5f549fd91756109d", "route": "/widget/users/<partner_user_id>/kyc-status"}\n'
)


@pytest.mark.parametrize(
    "leak",
    [
        min(MARKED_VALUES),
        "user-123",
        "anna@example.test",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln",
        "sk_test_" + "ab" * 16,
        "whsec_c2VjcmV0c2VjcmV0",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "/9j/4AAQSkZJRg",
    ],
)
def test_a_leak_is_found_among_lawful_lines(leak: str) -> None:
    assert personal_values(_LINE * 3 + _LINE.replace("GET", leak))


def test_a_lawful_line_holds_nothing() -> None:
    assert not personal_values(_LINE * 3)
