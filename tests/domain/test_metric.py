"""What is told of how long things take."""

import pytest

from app.domain.metric import ABOVE_ALL, DECISION_SECONDS, typical_seconds


@pytest.mark.parametrize(
    ("counts", "typical"),
    [
        ({}, None),
        ({"5": 9.0}, None),
        ({"5": 10.0}, 5),
        ({"5": 8.0, "60": 2.0}, 5),
        ({"5": 7.0, "15": 1.0, "60": 2.0}, 15),
        ({"5": 7.0, "count": 5.0, ABOVE_ALL: 3.0}, None),
    ],
)
def test_four_of_five_of_at_least_ten_are_typical(
    counts: dict[str, float], typical: int | None
) -> None:
    assert typical_seconds(DECISION_SECONDS, counts) == typical
