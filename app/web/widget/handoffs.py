"""/widget/handoffs: going on with the verification on a phone, as both devices see it.

`app.domain.handoff` says why the number is shown by one and chosen on the other.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response, request
from pydantic import Field, StringConstraints

from app.domain.errors import ErrorCode
from app.domain.handoff import HandoffStatus
from app.domain.limits import USER_HANDOFFS
from app.vision.qr_code import qr_svg
from app.web.api.operations import operation
from app.web.authentication import (
    authenticate_with,
    requires_no_authentication,
    requires_widget,
    widget_caller,
)
from app.web.bodies import Answer, Body, EmptyBody
from app.web.long_poll import WaitS, read_or_wait
from app.web.services import services
from app.web.times import Instant
from app.web.widget.state import State, state_of

if TYPE_CHECKING:
    from app.services.hand_over import HandoffView

handoffs = authenticate_with(Blueprint("handoffs", __name__), requires_widget)
# The code and then the claim are the credentials, and they are checked by the use case.
arrivals = authenticate_with(Blueprint("handoff_arrivals", __name__), requires_no_authentication)

_Signed = Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class HandoffAnswer(Answer):
    """How a handoff stands; `choices` are there while a phone shows its number."""

    handoff_id: str
    status: HandoffStatus
    choices: list[int]
    expires_at: Instant
    state: State


class ShownHandoffAnswer(HandoffAnswer):
    """A fresh one with its link, which is in the picture too. Both work once."""

    link: str
    qr_code: str


class HandoffQuery(Body):
    """`wait` holds the answer back until it differs from If-None-Match, in seconds."""

    wait: WaitS = 0


class ChoiceBody(Body):
    """The number that the phone shows, or null for none of those offered."""

    number: Annotated[int, Field(ge=10, le=99)] | None


class ScanBody(Body):
    """The code from the fragment of the link."""

    handoff_code: _Signed


class ScanAnswer(Answer):
    """The number to show, and the claim to ask for the token with."""

    number: int
    claim: str
    expires_at: Instant


class JoinBody(Body):
    """The claim; `wait` holds the answer back while the number is not chosen, in seconds."""

    claim: _Signed
    wait: WaitS = 0


class JoinAnswer(Answer):
    """How it stands; the token is there when `status` is `active`."""

    status: HandoffStatus
    client_token: str | None
    expires_at: Instant | None


@handoffs.post("/widget/handoffs")
@operation(
    "Show a code by which the user goes on on a phone",
    body=EmptyBody,
    answers={201: ShownHandoffAnswer},
    errors=(ErrorCode.HANDOFF_NOT_ALLOWED, ErrorCode.WRONG_STEP),
    limit=USER_HANDOFFS,
    creates=True,
)
def begin() -> ShownHandoffAnswer:
    """A fresh code; an earlier one is void, and a phone that goes on is called back."""
    shown = services().hand_over.begin(widget_caller())
    origin = services().settings.public_url
    # In the fragment: it reaches no server, no log and no Referer.
    link = f"{origin}/widget/s/{shown.view.handoff.session_id}#h={shown.code}"
    return ShownHandoffAnswer(**_answer(shown.view).model_dump(), link=link, qr_code=_picture(link))


@handoffs.get("/widget/handoffs/<handoff_id>")
@operation(
    "Read how a handoff stands, and how far the phone has come",
    query=HandoffQuery,
    answers={200: HandoffAnswer, 304: None},
    headers={"If-None-Match": r"[\x20-\x7e]{0,1000}"},
    errors=(ErrorCode.NOT_FOUND,),
)
def read(handoff_id: str, query: HandoffQuery) -> Response:
    """The handoff, held back until there is news."""
    found = widget_caller()
    view = read_or_wait(lambda: services().hand_over.read(found, handoff_id), _is_known, query.wait)
    if _is_known(view):
        response = Response(status=304)
    else:
        response = Response(_answer(view).model_dump_json(), mimetype="application/json")
    response.set_etag(_etag(view))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@handoffs.post("/widget/handoffs/<handoff_id>/choice")
@operation(
    "Choose the number that the phone shows",
    body=ChoiceBody,
    answers={200: HandoffAnswer},
    errors=(ErrorCode.NOT_FOUND,),
)
def choose(handoff_id: str, body: ChoiceBody) -> HandoffAnswer:
    """The right number lets the phone in; any other answer ends the handoff."""
    return _answer(services().hand_over.choose(widget_caller(), handoff_id, body.number))


@handoffs.post("/widget/handoffs/<handoff_id>/take-back")
@operation(
    "Go on on the first device again",
    body=EmptyBody,
    answers={200: HandoffAnswer},
    errors=(ErrorCode.NOT_FOUND,),
)
def take_back(handoff_id: str) -> HandoffAnswer:
    """The phone's token is worth nothing from now on; taking back twice is the same as once."""
    return _answer(services().hand_over.take_back(widget_caller(), handoff_id))


@arrivals.post("/widget/handoffs/scan")
@operation(
    "Come with the code of a handoff, once, and get the number to show",
    body=ScanBody,
    answers={200: ScanAnswer},
    errors=(
        ErrorCode.HANDOFF_CODE_INVALID,
        ErrorCode.HANDOFF_CODE_EXPIRED,
        ErrorCode.HANDOFF_CODE_USED,
        ErrorCode.RATE_LIMITED,
    ),
)
def scan(body: ScanBody) -> ScanAnswer:
    """The number, for the device that came first."""
    found = services().join_handoff.scan(body.handoff_code)
    return ScanAnswer(number=found.number, claim=found.claim, expires_at=found.expires_at)


@arrivals.post("/widget/handoffs/join")
@operation(
    "Ask for the client token, which is there once the number was chosen",
    body=JoinBody,
    answers={200: JoinAnswer},
    errors=(
        ErrorCode.HANDOFF_CODE_INVALID,
        ErrorCode.HANDOFF_CODE_EXPIRED,
        ErrorCode.RATE_LIMITED,
    ),
)
def join(body: JoinBody) -> JoinAnswer:
    """The token, or how it stands."""
    found = read_or_wait(
        lambda: services().join_handoff.collect(body.claim),
        lambda joined: joined.status is HandoffStatus.SCANNED,
        body.wait,
    )
    launched = found.launched
    return JoinAnswer(
        status=found.status,
        client_token=launched.client_token if launched else None,
        expires_at=launched.expires_at if launched else None,
    )


def _answer(view: HandoffView) -> HandoffAnswer:
    is_asked = view.status is HandoffStatus.SCANNED
    return HandoffAnswer(
        handoff_id=view.handoff.id,
        status=view.status,
        choices=view.handoff.choices if is_asked else [],
        expires_at=view.handoff.expires_at,
        state=state_of(view.progress),
    )


def _etag(view: HandoffView) -> str:
    progress = view.progress
    return f"{view.status.value}-{progress.step.value}-{progress.version}"


def _is_known(view: HandoffView) -> bool:
    return request.if_none_match.contains(_etag(view))


def _picture(link: str) -> str:
    """A picture of its own, not a part of the page: scripts may set it under Trusted Types."""
    svg = qr_svg(link).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
