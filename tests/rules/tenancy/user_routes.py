"""Routes that the user's own widget or app asks: nobody else's user can even be named there."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from app.domain.policy import STANDARD_POLICY
from tests.builders.submissions import JPEG
from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Asking, Route

_FACE = "/profiles/api/v1"


def _json(**body: Any) -> Asking:
    return lambda _: {"json": body}


def _picture(_: Mapping[str, str]) -> dict[str, Any]:
    return {"data": {"side": "front", "source": "file", "file": (BytesIO(JPEG), "a.jpg")}}


def _paper(_: Mapping[str, str]) -> dict[str, Any]:
    return {"data": {"source": "file", "file": (BytesIO(JPEG), "bill.jpg")}}


def _frame(_: Mapping[str, str]) -> dict[str, Any]:
    return {"data": JPEG, "headers": {"X-Frame-Sequence": "5"}, "content_type": "image/jpeg"}


def _widget(method: str, path: str, answers: int, other: int, stage: str, **rest: Any) -> Route:
    return Route(
        method, f"/widget/{path}", Door.WIDGET, answers, other_user=other, stage=stage, **rest
    )


def _user(method: str, path: str, answers: int, **rest: Any) -> Route:
    # Whoever is signed in asks about themselves, and is answered about themselves.
    rule = f"{_FACE}/{path}"
    return Route(method, rule, Door.USER, answers, other_user=answers, **rest)


_CONSENT = {"consent_version": STANDARD_POLICY.consent_version, "accepted": True}
# The other user stands at the consent text: 409 is what comes out of step there.
USER_ROUTES = (
    _widget("POST", "client-tokens/refresh", 201, 201, "opened"),
    _widget("POST", "launch-codes", 201, 201, "opened"),
    _widget("GET", "state", 200, 200, "verified"),
    _widget("POST", "consent", 200, 200, "opened", asks=_json(**_CONSENT)),
    _widget("POST", "document-type", 200, 409, "consented", asks=_json(document_type="passport")),
    _widget("POST", "captures", 201, 409, "chosen", asks=_picture),
    _widget("POST", "camera-faults", 204, 204, "chosen", asks=_json(fault="denied")),
    _widget("DELETE", "captures/<side>", 200, 409, "captured"),
    _widget("POST", "presence", 201, 409, "dealt"),
    _widget("POST", "presence/<challenge_id>/frames", 200, 409, "dealt", asks=_frame),
    _widget("POST", "proof-of-address", 201, 409, "living", asks=_paper),
    _widget("POST", "submit", 202, 409, "ready"),
    _widget("POST", "retry", 200, 409, "failed"),
    _widget("POST", "exit", 200, 200, "consented"),
    _widget("POST", "handoffs", 201, 201, "chosen"),
    _widget("GET", "handoffs/<handoff_id>", 200, 404, "shown"),
    _widget("POST", "handoffs/<handoff_id>/choice", 200, 404, "shown", asks=_json(number=10)),
    _widget("POST", "handoffs/<handoff_id>/take-back", 200, 404, "shown"),
    _user("POST", "verification/session/", 201, asks=_json(tier="standard")),
    _user("GET", "compliance/summary/", 200, stage="verified"),
    _user("GET", "compliance/policies/", 200),
    _user("POST", "compliance/policies/<document_id>/accept/", 201, asks=_json()),
    _user(
        "POST",
        "eligibility/check/",
        200,
        stage="verified",
        asks=_json(product="card", country="DE", currency="EUR"),
    ),
)
