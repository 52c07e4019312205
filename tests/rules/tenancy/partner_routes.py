"""Routes that a partner's backend asks: users, files, verifications, sandbox, client tokens."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tests.builders.partner_users import declaration
from tests.builders.submissions import JPEG
from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Asking, Route

_USERS, _USER = "/v1/user", "/v1/user/<external_user_id>"
_QUESTIONS = "/v1/customer-verifications"
_QUESTION = f"{_QUESTIONS}/<customer_verification_id>"
_SANDBOX = "/v1/sandbox"
_SANDBOX_USER = f"{_SANDBOX}/users/<partner_user_id>"
_READ, _WRITE = "kyc:read", "kyc:write"


def _json(**named: str) -> Asking:
    """A JSON body: `field="=name"` is filled from the names, everything else stays as it is."""

    def ask(names: Mapping[str, str]) -> dict[str, Any]:
        filled = {
            field: names[value[1:]] if value.startswith("=") else value
            for field, value in named.items()
        }
        return {"json": filled}

    return ask


def _file(names: Mapping[str, str]) -> dict[str, Any]:
    form = {
        "externalUserId": names["external_user_id"],
        "documentType": "PASSPORT",
        "side": "FRONT",
        "file": (BytesIO(JPEG), "a.jpg"),
    }
    return {"data": form}


def _paper(names: Mapping[str, str]) -> dict[str, Any]:
    form = {"externalUserId": names["external_user_id"], "file": (BytesIO(JPEG), "bill.jpg")}
    return {"data": form}


def _declared(names: Mapping[str, str]) -> dict[str, Any]:
    return {"json": declaration(names["external_user_id"])}


def _of_customer(names: Mapping[str, str]) -> dict[str, Any]:
    return {"query_string": {"customer_id": names["partner_user_id"]}}


def _partner(method: str, rule: str, answers: int, scope: str, other: int, **rest: Any) -> Route:
    return Route(method, rule, Door.PARTNER, answers, scope, other_partner=other, **rest)


# A user that is not there is P412 with 400 on this face.
PARTNER_ROUTES = (
    _partner(
        "POST", _USERS, 201, _WRITE, 201, asks=_json(externalUserId="=external_user_id"),
        names_nobody=True,
    ),
    _partner("GET", _USER, 200, _READ, 400),
    _partner("PATCH", _USER, 200, _WRITE, 400, asks=_json(lastName="Changed")),
    _partner("DELETE", _USER, 200, _WRITE, 400),
    _partner("POST", f"{_USER}/suspend", 200, _WRITE, 400),
    _partner("POST", f"{_USER}/unsuspend", 200, _WRITE, 400),
    _partner("POST", f"{_USERS}/kyc-file", 201, _WRITE, 400, asks=_file),
    _partner(
        "POST", f"{_USERS}/kyc", 201, _WRITE, 400, asks=_json(externalUserId="=external_user_id")
    ),
    _partner("GET", f"{_USER}/kyc/redirect", 302, _WRITE, 400),
    _partner("GET", f"{_USER}/kyc", 200, _READ, 400, stage="verified"),
    _partner("POST", f"{_USERS}/verification", 201, _WRITE, 400, asks=_declared, stage="filed"),
    _partner("POST", f"{_USERS}/poa-file", 201, _WRITE, 400, asks=_paper),
    _partner("GET", f"{_USER}/poa", 200, _READ, 400),
    _partner("GET", _QUESTIONS, 200, _READ, 200, asks=_of_customer),
    _partner(
        "POST", _QUESTIONS, 201, _WRITE, 201,
        asks=_json(
            customer_id="=partner_user_id",
            verification_type="kyc",
            check_type="identity",
            provider="manual",
        ),
    ),
    _partner("GET", _QUESTION, 200, _READ, 404),
    _partner("PATCH", _QUESTION, 200, _WRITE, 404, asks=_json(status="approve", reason="seen")),
    _partner("GET", f"{_SANDBOX}/outcomes", 200, _READ, 200, has_live=False),
    _partner(
        "POST", f"{_SANDBOX_USER}/simulate", 200, _WRITE, 200, asks=_json(outcome="rejected"),
        has_live=False,
    ),
    _partner(
        "POST", f"{_SANDBOX_USER}/simulate-poa", 200, _WRITE, 200, asks=_json(stage="verified"),
        has_live=False,
    ),
    _partner(
        "POST", f"{_SANDBOX_USER}/advance-time", 200, _WRITE, 404,
        asks=lambda _: {"json": {"seconds": 60}}, has_live=False,
    ),
    _partner(
        "POST", "/widget/client-tokens", 201, _WRITE, 201,
        asks=_json(partner_user_id="=partner_user_id"),
    ),
    Route(
        "GET", "/widget/users/<partner_user_id>/kyc-status", Door.PARTNER_OR_WIDGET, 200, _READ,
        other_partner=404, other_user=404, stage="verified",
    ),
    Route(
        "POST", "/widget/sessions", Door.PARTNER_OR_WIDGET, 201, _WRITE,
        other_partner=422, other_user=404, stage="verified",
        asks=_json(partner_user_id="=partner_user_id"),
    ),
)  # fmt: skip
