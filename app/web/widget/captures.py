"""POST /widget/captures and DELETE /widget/captures/{side}: pictures of document sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import Side
from app.web.authentication import authenticate_with, requires_widget, widget_caller
from app.web.services import services
from app.web.widget.state import state_of

if TYPE_CHECKING:
    from flask import Response

    from app.domain.intake import RetakeReason

captures = authenticate_with(Blueprint("captures", __name__), requires_widget)


@captures.post("/widget/captures")
def add() -> tuple[Response, int]:
    """201 when the picture is accepted, 200 with the reasons when another one is wanted."""
    side = _side(request.form.get("side", ""))
    upload = request.files.get("file")
    if upload is None:
        raise DomainError(ErrorCode.VALIDATION_ERROR, fields={"file": "Field required"})
    answer = services().add_document_capture(widget_caller(), side, upload.stream.read())
    state = state_of(answer.progress)
    if answer.capture_id is None:
        reasons = [_reason(reason) for reason in answer.reasons]
        return jsonify({"accepted": False, "reasons": reasons, "state": state}), 200
    return jsonify(
        {
            "accepted": True,
            "capture_id": answer.capture_id,
            "sha256": answer.sha256,
            "state": state,
        }
    ), 201


@captures.delete("/widget/captures/<side>")
def discard(side: str) -> Response:
    """Take an accepted side again."""
    progress = services().discard_capture(widget_caller(), _side(side))
    return jsonify({"state": state_of(progress)})


def _side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR, fields={"side": "Input should be 'front' or 'back'"}
        ) from None


def _reason(reason: RetakeReason) -> dict[str, object]:
    region = reason.region and dict(zip(("x", "y", "width", "height"), reason.region, strict=True))
    return {"code": reason.code.value, "region": region}
