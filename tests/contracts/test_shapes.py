"""What was promised stays: fields are added, never renamed, retyped or newly required."""

from copy import deepcopy

import pytest
from openapi_spec_validator import validate

from tests.builders.installation import Installation
from tests.contracts.routes import the_application, the_document
from tests.contracts.shapes import broken_promises, frozen, shapes_of

PROMISED = frozen()
NOW = shapes_of(the_document())
# Blueprints that are no API, and what they are instead.
NOT_DESCRIBED = {
    "health": "asked by whoever runs the installation",
    "metrics": "asked by whoever runs the installation",
    "reference": "the document itself",
    "static": "files",
    "shell": "the page in the frame",
    "assets": "the files of the page in the frame",
    "themes": "the looks of the page in the frame",
    "preflight": "a page for looking at, without data",
    "docs": "pages about the document",
    "console_entrance": "pages of the reviewers' console",
    "console_set_up": "pages of the reviewers' console",
    "console_provider": "pages of the reviewers' console",
    "console_queue": "pages of the reviewers' console",
    "console_cases": "pages of the reviewers' console",
    "console_pictures": "pictures on the pages of the reviewers' console",
}


def test_the_document_is_openapi_3_1() -> None:
    assert the_document()["openapi"].startswith("3.1")
    validate(the_document())


def test_the_document_is_the_same_whoever_asks(kyc_sqlite: Installation) -> None:
    assert kyc_sqlite.client.get("/openapi.json").json == the_document()


def test_operations_have_names_of_their_own() -> None:
    names = [
        operation["operationId"]
        for methods in the_document()["paths"].values()
        for operation in methods.values()
    ]
    assert len(names) == len(set(names))


def test_every_address_is_described_or_excused() -> None:
    described = {path.replace("{", "<").replace("}", ">") for path in the_document()["paths"]}
    missing = {
        rule.rule
        for rule in the_application().url_map.iter_rules()
        if rule.rule not in described and rule.endpoint.partition(".")[0] not in NOT_DESCRIBED
    }
    assert missing == set()


def test_every_operation_is_promised() -> None:
    """A new operation is frozen too, by `python -m tests.contracts.freeze`."""
    assert NOW.keys() == PROMISED.keys()


@pytest.mark.parametrize("operation", sorted(PROMISED))
def test_no_promise_is_broken(operation: str) -> None:
    assert broken_promises({operation: PROMISED[operation]}, NOW) == []


STATUS = "GET /widget/users/{partner_user_id}/kyc-status"


@pytest.mark.parametrize(
    ("part", "field", "kind"),
    [
        ("200", "status", "one of failed,not_started,pending"),
        ("200", "verified_at", "string"),
        ("200", "reasons[].code", None),
        ("404", "error:not_found", None),
        ("304", None, None),
        ("request", "query:wait", "integer"),
        ("request", "query:more!", "string"),
    ],
)
def test_a_broken_promise_is_seen(part: str, field: str | None, kind: str | None) -> None:
    now = {STATUS: deepcopy(NOW[STATUS])}
    if field is None:
        del now[STATUS][part]
    elif kind is None:
        del now[STATUS][part][field]
    else:
        now[STATUS][part][field] = kind
    assert len(broken_promises({STATUS: NOW[STATUS]}, now)) == 1


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
    ("POST /v1/user/verification", "400"): {
        "error:validation_error P403",
        "error:validation_error P473",
        "error:user_not_found P412",
        "error:too_many_verifications P430",
        "error:already_verified P442",
        "error:kyc_not_valid P446",
        "error:document_number_taken P466",
        "error:internal_error P500",
        "error:retry_later P501",
    },
    ("POST /v1/user/verification", "401"): {"error:invalid_api_key"},
    ("POST /v1/user/verification", "404"): {"error:missing_files P427"},
    ("POST /widget/sessions", "422"): {"error:kyc_required"},
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
def test_the_rows_that_are_fixed_to_the_letter(row: tuple[str, str]) -> None:
    operation, part = row
    assert S_ROWS[row] <= NOW[operation][part].keys()


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
def test_the_profiles_paths_keep_their_slash(path: str) -> None:
    assert path in the_document()["paths"]
