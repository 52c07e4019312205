"""What an answer must be like besides what schemathesis looks at by itself."""

from typing import Any

from schemathesis.core.failures import Failure

# Well-formed, and yet refused as `validation_error`: what no schema can say, and why.
ANYWHERE = {
    "tier": "names a tier of the partner's policy",
    "cursor": "is signed",
}
OF_ONE_OPERATION = {
    "POST /v1/user": {"externalUserId": "must be new"},
    "POST /v1/customer-verifications": {
        "provider": "names a provider that is there",
        "check_type": "must fit the verification_type",
    },
    "POST /v1/sandbox/users/{partner_user_id}/simulate": {"reason": "must fit the outcome"},
    "POST /v1/sandbox/users/{partner_user_id}/simulate-poa": {"reason": "must fit the outcome"},
    "POST /v1/sandbox/users/{partner_user_id}/advance-time": {
        "seconds": "must not take a user's dates, moved back before, beyond 1970"
    },
    "POST /widget/sessions": {"partner_user_id": "may be left out by the widget, not by a key"},
    "POST /widget/client-tokens": {"origins": "must be a host's name with a port that exists"},
}


def errors_are_documented(_: Any, response: Any, case: Any) -> None:
    """The error has a code that the document lists under this very status."""
    if response.status_code < 400 or response.status_code == 405:
        return
    told = response.json()
    listed = documented_errors(case, response.status_code)
    if (told.get("error"), told.get("code")) not in listed:
        raise Failure(
            operation=case.operation.label,
            title="Undocumented error",
            message=f"{response.status_code} {told} is none of {sorted(map(str, listed))}",
        )


def well_formed_is_not_called_invalid(_: Any, response: Any, case: Any) -> None:
    """What keeps to the schema may be refused for what is there already, never as malformed.

    Schemathesis' own check knows only statuses, and many a P-code comes with a 400.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code < 400 or response.status_code == 405:
        return
    told = response.json()
    if told.get("error") not in {"validation_error", "invalid_request"}:
        return
    if "reasons" in told:
        return  # a readable picture that does not show what it should
    excused = ANYWHERE.keys() | OF_ONE_OPERATION.get(case.operation.label, {}).keys()
    if not told.get("fields") or told["fields"].keys() - excused:
        raise Failure(
            operation=case.operation.label,
            title="Schema-valid request called invalid",
            message=str(told),
        )


def documented_errors(case: Any, status: int) -> set[tuple[str, str | None]]:
    """(error, code) as listed under this status of the case's operation."""
    responses = case.operation.definition.raw["responses"]
    listed = responses.get(str(status), {}).get("x-errors", ())
    return {(each["error"], each["code"]) for each in listed}
