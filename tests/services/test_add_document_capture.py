"""What is kept of a document's side until the other one came."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.domain.intake import InspectedCapture
from app.storage.captures import capture_table
from tests.builders.installation import Installation
from tests.builders.submissions import send_side

LAYOUT = "3" * 64


def test_the_layout_of_a_side_is_kept_for_its_own_run_alone(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    told: list[str | None] = []

    def inspect(payload: bytes, *given: Any) -> InspectedCapture:
        told.append(given[-1])
        return InspectedCapture(payload, 1600, 1200, LAYOUT, {}, ())

    add = replace(kyc.services.add_document_capture, inspect=inspect)
    object.__setattr__(kyc.services, "add_document_capture", add)
    for user in ("user-1", "user-2"):
        bearer = kyc.consented("id_card", user)
        for side in ("front", "back"):
            assert send_side(kyc, bearer, side).status_code == 201
    assert told == [None, LAYOUT, None, LAYOUT]
    with kyc.services.storage.database.reading.begin() as connection:
        kept = list(connection.scalars(select(capture_table.c.perceptual_hash)))
    assert LAYOUT not in kept
    assert len(set(kept)) == 2
