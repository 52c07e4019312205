"""Launch, state and the answers that carry no picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, jsonify
from pydantic import StringConstraints

from app.domain.evidence import DocumentType
from app.web.authentication import (
    authenticate_with,
    requires_no_authentication,
    requires_widget,
    widget_caller,
)
from app.web.bodies import Body, json_body
from app.web.services import services
from app.web.times import rfc3339
from app.web.widget.state import state_of

if TYPE_CHECKING:
    from flask import Response

# The launch code is the credential, and it is checked by the use case.
launches = authenticate_with(Blueprint("launches", __name__), requires_no_authentication)
flow = authenticate_with(Blueprint("flow", __name__), requires_widget)


class LaunchBody(Body):
    """A one-time launch code."""

    launch_code: Annotated[str, StringConstraints(min_length=1, max_length=2048)]


class ConsentBody(Body):
    """Which consent text, and the answer to it."""

    consent_version: Annotated[str, StringConstraints(max_length=40)]
    accepted: bool


class DocumentTypeBody(Body):
    """The chosen document."""

    document_type: DocumentType


class EmptyBody(Body):
    """A call without options."""


@launches.post("/widget/launch")
def launch() -> Response:
    """Exchange a launch code for the client token, once."""
    launched = services().launch_widget.redeem(json_body(LaunchBody).launch_code)
    response = jsonify(
        {
            "client_token": launched.client_token,
            "expires_at": rfc3339(launched.expires_at),
            "locale": launched.locale,
        }
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@flow.get("/widget/state")
def read_state() -> Response:
    """Where the user stands."""
    return jsonify(state_of(services().read_progress(widget_caller())))


@flow.post("/widget/consent")
def consent() -> Response:
    """Record the answer to the consent text."""
    body = json_body(ConsentBody)
    progress = services().give_consent(
        widget_caller(), body.consent_version, accepted=body.accepted
    )
    return jsonify({"state": state_of(progress)})


@flow.post("/widget/document-type")
def document_type() -> Response:
    """Record the chosen document type."""
    chosen = json_body(DocumentTypeBody).document_type
    progress = services().choose_document(widget_caller(), chosen)
    return jsonify({"state": state_of(progress)})


@flow.post("/widget/submit")
def submit() -> tuple[Response, int]:
    """Hand in what was captured; the examination begins."""
    json_body(EmptyBody)
    return jsonify({"state": state_of(services().submit_verification(widget_caller()))}), 202


@flow.post("/widget/retry")
def retry() -> Response:
    """Open the failed step again."""
    json_body(EmptyBody)
    return jsonify({"state": state_of(services().retry_verification(widget_caller()))})


@flow.post("/widget/exit")
def leave() -> Response:
    """The user closed the widget."""
    json_body(EmptyBody)
    return jsonify({"state": state_of(services().abandon_verification(widget_caller()))})
