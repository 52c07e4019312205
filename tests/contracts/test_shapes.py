"""What was promised stays: fields are added, never renamed, retyped or newly required."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.builders.installation import Installation
from tests.contracts.shapes import frozen, shapes_of

PROMISED = frozen()


@pytest.fixture
def document(kyc_sqlite: Installation) -> dict[str, Any]:
    return dict(kyc_sqlite.client.get("/openapi.json").json or {})


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_operation_is_promised(document: dict[str, Any]) -> None:
    """A new operation is frozen too, by `python -m tests.contracts.freeze`."""
    assert set(shapes_of(document)) == set(PROMISED)


@pytest.mark.parametrize("operation", sorted(PROMISED))
def test_no_promised_field_is_gone_or_of_another_type(
    document: dict[str, Any], operation: str
) -> None:
    now = shapes_of(document)[operation]
    for part, fields in PROMISED[operation].items():
        assert part in now
        for field, kind in fields.items():
            if part == "request" and f"{field}" not in now[part] and field.endswith("!"):
                field = field.removesuffix("!")  # noqa: PLW2901 - no longer required: fine
            assert field in now[part], f"{part}: {field} is gone"
            if kind.startswith("one of "):
                promised = set(kind.removeprefix("one of ").split(","))
                assert promised <= set(now[part][field].removeprefix("one of ").split(","))
            else:
                assert set(kind.split("|")) <= set(now[part][field].split("|"))


@pytest.mark.parametrize("operation", sorted(PROMISED))
def test_nothing_more_is_asked_of_a_caller(document: dict[str, Any], operation: str) -> None:
    now = {field for field in shapes_of(document)[operation]["request"] if field.endswith("!")}
    assert now <= set(PROMISED[operation]["request"])


S_ROWS = {
    ("GET /widget/users/{partner_user_id}/kyc-status", "200"): {
        "partner_user_id",
        "status",
        "verified_at",
    },
    ("POST /v1/user/verification", "request"): {
        "externalUserId!",
        "documentType!",
        "documentNumber!",
        "documentExpirationDate!",
        "openAccountReason!",
        "incomeSource!",
        "occupation!",
        "riskLvl!",
    },
    ("POST /v1/user/verification", "201"): {"message"},
    ("GET /v1/customer-verifications", "request"): {
        f"query:{name}"
        for name in (
            "customer_id",
            "status",
            "verification_type",
            "occurred_after",
            "occurred_before",
            "limit",
            "cursor",
        )
    },
    ("GET /v1/customer-verifications/{customer_verification_id}", "200"): {
        f"data.{name}"
        for name in (
            "actor_id",
            "check_type",
            "created_at",
            "customer_id",
            "expires_at",
            "id",
            "last_checked_at",
            "organization_id",
            "provider",
            "provider_reference",
            "reason",
            "result_payload",
            "status",
            "updated_at",
            "verification_type",
            "verified_at",
        )
    },
    ("POST /v1/customer-verifications", "request"): {
        "check_type!",
        "customer_id!",
        "provider!",
        "verification_type!",
    },
    ("PATCH /v1/customer-verifications/{customer_verification_id}", "request"): {"status!"},
}


@pytest.mark.parametrize("row", sorted(S_ROWS), ids=" ".join)
def test_the_rows_that_are_fixed_to_the_letter(
    document: dict[str, Any], row: tuple[str, str]
) -> None:
    operation, part = row
    assert S_ROWS[row] <= set(shapes_of(document)[operation][part])


@pytest.mark.parametrize(
    "path",
    [
        "/profiles/api/v1/verification/session/",
        "/profiles/api/v1/compliance/summary/",
        "/profiles/api/v1/compliance/policies/",
        "/profiles/api/v1/compliance/policies/{document_id}/accept/",
        "/profiles/api/v1/eligibility/check/",
    ],
)
def test_the_profiles_paths_keep_their_slash(document: dict[str, Any], path: str) -> None:
    assert path in document["paths"]
