"""POST /widget/captures and DELETE /widget/captures/{side}: pictures of document sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from app.domain.errors import ErrorCode
from app.domain.evidence import Side
from app.domain.limits import USER_UPLOADS
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_widget, widget_caller
from app.web.bodies import Answer, Body
from app.web.services import services
from app.web.widget.state import State, StateAnswer, state_of

if TYPE_CHECKING:
    from app.domain.intake import RetakeReason

captures = authenticate_with(Blueprint("captures", __name__), requires_widget)

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")
# What a file can be refused for, before anyone looks at what it shows.
IMAGE_ERRORS = (
    ErrorCode.EMPTY_FILE,
    ErrorCode.FILE_TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.HEIC_NOT_ENABLED,
    ErrorCode.TOO_MANY_PIXELS,
    ErrorCode.ANIMATED_IMAGE,
    ErrorCode.TRUNCATED_IMAGE,
    ErrorCode.DECODER_FAILED,
    ErrorCode.DECODER_TIMEOUT,
)


class CaptureForm(Body):
    """Which side the picture shows, and where it came from (`camera` or `file`)."""

    side: Side
    source: str = "file"


class Region(Answer):
    """A place in the picture as fractions of its width and height."""

    x: float
    y: float
    width: float
    height: float


class Retake(Answer):
    """Why another picture is wanted, and where the fault is."""

    code: str
    region: Region | None


class CaptureAnswer(Answer):
    """Accepted with an id and the hash of what was received, or not with the reasons."""

    accepted: bool
    capture_id: str | None
    sha256: str
    reasons: list[Retake]
    state: State


@captures.post("/widget/captures")
@operation(
    "Send a picture of one side of the document",
    form=CaptureForm,
    file=IMAGE_TYPES,
    answers={201: CaptureAnswer, 200: CaptureAnswer},
    errors=(*IMAGE_ERRORS, ErrorCode.WRONG_STEP, ErrorCode.TOO_MANY_CAPTURES),
    limit=USER_UPLOADS,
    creates=True,
)
def add(form: CaptureForm, file: bytes) -> tuple[CaptureAnswer, int]:
    """201 when the picture is accepted, 200 with the reasons when another one is wanted."""
    found = services().add_document_capture(widget_caller(), form.side, file)
    answer = CaptureAnswer(
        accepted=found.capture_id is not None,
        capture_id=found.capture_id,
        sha256=found.sha256,
        reasons=[retake(reason) for reason in found.reasons],
        state=state_of(found.progress),
    )
    return answer, 201 if answer.accepted else 200


@captures.delete("/widget/captures/<side>")
@operation(
    "Take an accepted side again", answers={200: StateAnswer}, errors=(ErrorCode.WRONG_STEP,)
)
def discard(side: str) -> StateAnswer:
    """Take an accepted side again."""
    return StateAnswer(state=state_of(services().discard_capture(widget_caller(), Side(side))))


def retake(reason: RetakeReason) -> Retake:
    """One reason for another picture, as an answer."""
    return Retake(code=reason.code.value, region=region_of(reason.region))


def region_of(place: tuple[float, float, float, float] | None) -> Region | None:
    """A place in a picture, as an answer."""
    return place and Region(**dict(zip(("x", "y", "width", "height"), place, strict=True)))
