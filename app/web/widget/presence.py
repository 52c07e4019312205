"""POST /widget/presence and its frames: the challenge that the server deals and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, request

from app.domain.errors import DomainError, ErrorCode
from app.services.read_kyc_status import visible_reasons
from app.web.authentication import authenticate_with, requires_widget, widget_caller
from app.web.bodies import json_body
from app.web.services import services
from app.web.widget.flow import EmptyBody
from app.web.widget.state import state_of

if TYPE_CHECKING:
    from flask import Response

    from app.domain.presence import TrackedPrompt

presence = authenticate_with(Blueprint("presence", __name__), requires_widget)

# Slower than a phone can send, fast enough that a turn of half a second is seen in several frames.
FRAME_INTERVAL_MS = 150


@presence.post("/widget/presence")
def deal() -> tuple[Response, int]:
    """A fresh challenge; only its first prompt is known."""
    json_body(EmptyBody)
    dealt = services().deal_presence_challenge(widget_caller())
    answer = {
        "challenge_id": dealt.challenge_id,
        **_prompt(dealt.first),
        "frame_interval_ms": FRAME_INTERVAL_MS,
    }
    return jsonify(answer), 201


@presence.post("/widget/presence/<challenge_id>/frames")
def add_frame(challenge_id: str) -> Response:
    """What to show after this frame; the state comes along when the challenge ends."""
    answer = services().observe_presence_frame(
        widget_caller(), challenge_id, _sequence(), request.get_data(cache=False)
    )
    tracked = answer.tracked
    body: dict[str, object] = {
        "status": tracked.status,
        **_prompt(tracked),
        "hint": tracked.hint,
        "reasons": visible_reasons(tuple(tracked.reasons)),
    }
    if answer.progress is not None:
        body["state"] = state_of(answer.progress)
    return jsonify(body)


def _prompt(tracked: TrackedPrompt) -> dict[str, object]:
    return {
        "prompt": tracked.prompt,
        "prompt_index": tracked.prompt_index,
        "prompts_total": tracked.prompts_total,
        "prompt_deadline_s": tracked.prompt_deadline_s,
    }


def _sequence() -> int:
    text = request.headers.get("X-Frame-Sequence", "")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise DomainError(
            ErrorCode.VALIDATION_ERROR,
            fields={"X-Frame-Sequence": "Send the number of the frame, counting up"},
        )
    return int(text)
