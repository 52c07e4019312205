"""POST /widget/presence and its frames: the challenge that the server deals and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from pydantic import Field

from app.domain.errors import ErrorCode
from app.domain.limits import USER_FRAMES
from app.domain.presence import PresenceWay
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_widget, widget_caller
from app.web.bodies import Answer, Body
from app.web.reasons import VisibleReason, reasons_for_user
from app.web.services import services
from app.web.widget.captures import IMAGE_ERRORS, IMAGE_TYPES, Region, region_of
from app.web.widget.state import State, state_of

if TYPE_CHECKING:
    from app.domain.presence import TrackedPrompt

presence = authenticate_with(Blueprint("presence", __name__), requires_widget)

# Slower than a phone can send, fast enough that a turn of half a second is seen in several frames.
FRAME_INTERVAL_MS = 150
MAX_LABEL_CHARACTERS = 200
_SEQUENCE = "X-Frame-Sequence"


class ChallengeBody(Body):
    """Which way the person takes, one of `presence_ways` in the state, and whether with light.

    Of the camera's name only what it gives away is kept. Who leaves it out is taken for no page.
    """

    way: PresenceWay = PresenceWay.TURNS
    camera: str | None = Field(default=None, max_length=MAX_LABEL_CHARACTERS)
    bears_light: bool = True


class Prompt(Answer):
    """What the person is asked to do now; the next prompt is not known yet."""

    prompt: str
    prompt_index: int
    prompts_total: int
    prompt_deadline_s: float
    light: str | None


class ChallengeAnswer(Prompt):
    """A fresh challenge with its first prompt."""

    challenge_id: str
    frame_interval_ms: int


class FrameAnswer(Prompt):
    """What to show after a frame; `state` comes along when the challenge has ended."""

    status: str
    hint: str | None
    hint_region: Region | None
    reasons: list[VisibleReason]
    state: State | None


@presence.post("/widget/presence")
@operation(
    "Deal a presence challenge",
    body=ChallengeBody,
    answers={201: ChallengeAnswer},
    errors=(ErrorCode.WRONG_STEP, ErrorCode.TOO_MANY_ATTEMPTS),
    creates=True,
)
def deal(body: ChallengeBody) -> ChallengeAnswer:
    """A fresh challenge; only its first prompt is known."""
    dealt = services().deal_presence_challenge(
        widget_caller(), body.way, bears_light=body.bears_light, camera=body.camera
    )
    return ChallengeAnswer(
        challenge_id=dealt.challenge_id,
        frame_interval_ms=FRAME_INTERVAL_MS,
        **_prompt(dealt.first),
    )


@presence.post("/widget/presence/<challenge_id>/frames")
@operation(
    "Send one frame of the challenge",
    binary=IMAGE_TYPES,
    headers={_SEQUENCE: r"[0-9]{1,6}"},
    answers={200: FrameAnswer},
    errors=(*IMAGE_ERRORS, ErrorCode.CHALLENGE_CLOSED, ErrorCode.FRAME_OUT_OF_ORDER),
    limit=USER_FRAMES,
)
def add_frame(challenge_id: str, file: bytes) -> FrameAnswer:
    """What to show after this frame."""
    sequence = int(request.headers[_SEQUENCE])
    answer = services().observe_presence_frame(widget_caller(), challenge_id, sequence, file)
    tracked = answer.tracked
    return FrameAnswer(
        status=tracked.status,
        hint=tracked.hint,
        hint_region=region_of(tracked.hint_region),
        reasons=reasons_for_user(tracked.reasons),
        state=None if answer.progress is None else state_of(answer.progress),
        **_prompt(tracked),
    )


def _prompt(tracked: TrackedPrompt) -> dict[str, Any]:
    return {
        "prompt": tracked.prompt,
        "prompt_index": tracked.prompt_index,
        "prompts_total": tracked.prompts_total,
        "prompt_deadline_s": tracked.prompt_deadline_s,
        "light": tracked.light,
    }
