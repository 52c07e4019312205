"""Launch, state and the answers that carry no picture."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint
from pydantic import StringConstraints

from app.domain.errors import ErrorCode
from app.domain.evidence import DocumentType
from app.web.api.operations import operation
from app.web.authentication import (
    authenticate_with,
    requires_no_authentication,
    requires_widget,
    widget_caller,
)
from app.web.bodies import Answer, Body, EmptyBody
from app.web.services import services
from app.web.times import Instant
from app.web.widget.state import State, StateAnswer, state_of

# The launch code is the credential, and it is checked by the use case.
launches = authenticate_with(Blueprint("launches", __name__), requires_no_authentication)
flow = authenticate_with(Blueprint("flow", __name__), requires_widget)


class LaunchBody(Body):
    """A one-time launch code; a page of its own asks for the next one with it."""

    launch_code: Annotated[str, StringConstraints(min_length=1, max_length=2048)]
    with_spare: bool = False


class LaunchAnswer(Answer):
    """The frame's token, how it speaks, where the user stands, and where a way back leads."""

    client_token: str
    expires_at: Instant
    locale: str
    state: State
    return_url: str | None
    spare_code: str | None


class ConsentBody(Body):
    """Which consent text, and the answer to it."""

    consent_version: Annotated[str, StringConstraints(max_length=40)]
    accepted: bool


class DocumentTypeBody(Body):
    """The chosen document."""

    document_type: DocumentType


@launches.post("/widget/launch")
@operation(
    "Exchange a launch code for the client token, once",
    body=LaunchBody,
    answers={200: LaunchAnswer},
    errors=(
        ErrorCode.LAUNCH_CODE_INVALID,
        ErrorCode.LAUNCH_CODE_EXPIRED,
        ErrorCode.LAUNCH_CODE_USED,
        ErrorCode.CONTINUED_ELSEWHERE,
    ),
)
def launch(body: LaunchBody) -> LaunchAnswer:
    """The token for a launch code, and the state with it."""
    launched = services().launch_widget.redeem(body.launch_code, with_spare=body.with_spare)
    return LaunchAnswer(
        client_token=launched.widget.client_token,
        expires_at=launched.widget.expires_at,
        locale=launched.widget.locale,
        state=state_of(launched.progress),
        return_url=launched.return_url,
        spare_code=launched.spare_code,
    )


@flow.get("/widget/state")
@operation("Read where the user stands in the flow", answers={200: State})
def read_state() -> State:
    """Where the user stands."""
    return state_of(services().read_progress(widget_caller()))


@flow.post("/widget/consent")
@operation(
    "Answer the consent text",
    body=ConsentBody,
    answers={200: StateAnswer},
    errors=(ErrorCode.CONSENT_VERSION_UNKNOWN, ErrorCode.WRONG_STEP),
)
def consent(body: ConsentBody) -> StateAnswer:
    """Record the answer to the consent text."""
    progress = services().give_consent(
        widget_caller(), body.consent_version, accepted=body.accepted
    )
    return StateAnswer(state=state_of(progress))


@flow.post("/widget/document-type")
@operation(
    "Choose the document",
    body=DocumentTypeBody,
    answers={200: StateAnswer},
    errors=(ErrorCode.UNSUPPORTED_TYPE, ErrorCode.WRONG_STEP),
)
def document_type(body: DocumentTypeBody) -> StateAnswer:
    """Record the chosen document type."""
    return StateAnswer(
        state=state_of(services().choose_document(widget_caller(), body.document_type))
    )


@flow.post("/widget/submit")
@operation(
    "Hand in what was captured; the examination begins",
    body=EmptyBody,
    answers={202: StateAnswer},
    errors=(ErrorCode.WRONG_STEP,),
    creates=True,
)
def submit() -> StateAnswer:
    """Hand in what was captured."""
    return StateAnswer(state=state_of(services().submit_verification(widget_caller())))


@flow.post("/widget/retry")
@operation(
    "Open the failed step again",
    body=EmptyBody,
    answers={200: StateAnswer},
    errors=(ErrorCode.WRONG_STEP, ErrorCode.TOO_MANY_ATTEMPTS),
)
def retry() -> StateAnswer:
    """Open the failed step again; what was good stays accepted."""
    return StateAnswer(state=state_of(services().retry_verification(widget_caller())))


@flow.post("/widget/exit")
@operation("Tell that the user closed the widget", body=EmptyBody, answers={200: StateAnswer})
def leave() -> StateAnswer:
    """The user closed the widget."""
    return StateAnswer(state=state_of(services().abandon_verification(widget_caller())))
