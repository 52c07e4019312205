"""One user's way through the widget of a running server, as fast as the server lets it go."""

import time
from datetime import UTC, datetime

import numpy as np

from app.cli.api_client import Answer, ApiClient
from app.domain.evidence import DocumentType
from app.specimens.clips import MOVES, PEAK_YAW_DEG, selfie_scene
from app.specimens.head import turn_head
from app.specimens.portraits import load_selfie
from app.specimens.simulated_applicant import SimulatedApplicant
from app.vision.image import Image, encode_jpeg
from tests.benchmarks.live_server import LiveServer

_STEP_DEG = 6.0
_MAX_FRAMES = 200


def begin(server: LiveServer, user: str, document_type: str) -> str:
    """Take a user to the document's front side; returns the client token."""
    partner = ApiClient(server.url, {"x-api-key": server.api_key})
    issued = _good(partner.post("/widget/client-tokens", {"partner_user_id": user}), 201)
    code = {"launch_code": issued.body["launch_code"]}
    token = str(
        _good(ApiClient(server.url, {}).post("/widget/launch", code), 200).body["client_token"]
    )
    widget = _widget(server, token)
    version = widget.get("/widget/state").body["consent_version"]
    _good(widget.post("/widget/consent", {"consent_version": version, "accepted": True}), 200)
    _good(widget.post("/widget/document-type", {"document_type": document_type}), 200)
    return token


class Pictures:
    """What people show, drawn before the clock runs: the load is the server's, not the drawing's.

    All have one face and papers of their own.
    """

    def __init__(self, people: int) -> None:
        today = datetime.now(UTC).date()
        self.papers = [
            next(
                iter(
                    SimulatedApplicant("astronaut", seed=9303 + number, today=today)
                    .photographs(DocumentType.PASSPORT)
                    .values()
                )
            )
            for number in range(people)
        ]
        self._scene = selfie_scene(load_selfie("astronaut"))
        self._turned: dict[float, Image] = {}
        self._dice = np.random.default_rng(9303)
        self._noise = self._dice.normal(0.0, 2.0, (64, *self._head(0.0).shape[1:]))

    def frame(self, yaw_deg: float) -> bytes:
        """A camera frame (JPEG) of the head at this angle; no two are the same."""
        head = self._head(yaw_deg)
        grain = self._noise[self._dice.integers(0, 64, head.shape[0])]
        return encode_jpeg(np.asarray(np.clip(head + grain, 0, 255), dtype=np.uint8), 88)

    def _head(self, yaw_deg: float) -> Image:
        if yaw_deg not in self._turned:
            self._turned[yaw_deg] = turn_head(self._scene, yaw_deg)
        return self._turned[yaw_deg]


def go_through(server: LiveServer, user: str, pictures: Pictures, number: int) -> list[Answer]:
    """Take a user to a submitted verification; the answers to its uploads.

    Raises: AssertionError when a step is refused.
    """
    widget = _widget(server, begin(server, user, "passport"))
    paper = pictures.papers[number % len(pictures.papers)]
    answers = [_good(widget.post_file("/widget/captures", {"side": "front"}, paper), 201)]
    answers += _meet_challenge(widget, pictures)
    _good(widget.post("/widget/submit"), 202)
    return answers


def _meet_challenge(widget: ApiClient, pictures: Pictures) -> list[Answer]:
    dealt = _good(widget.post("/widget/presence"), 201)
    path = f"/widget/presence/{dealt.body['challenge_id']}/frames"
    interval_s = float(str(dealt.body["frame_interval_ms"])) / 1000
    prompt, yaw_deg, answers = str(dealt.body["prompt"]), 0.0, list[Answer]()
    for sequence in range(_MAX_FRAMES):
        started = time.monotonic()
        wanted = MOVES[prompt] * PEAK_YAW_DEG
        yaw_deg += min(_STEP_DEG, max(-_STEP_DEG, wanted - yaw_deg))
        headers = {"Content-Type": "image/jpeg", "X-Frame-Sequence": str(sequence)}
        answer = _good(widget.post_bytes(path, pictures.frame(yaw_deg), headers), 200)
        answers.append(answer)
        if answer.body["status"] != "open":
            break
        prompt = str(answer.body["prompt"])
        time.sleep(max(0.0, interval_s - (time.monotonic() - started)))
    if answer.body["status"] != "met":
        raise AssertionError(f"presence: {answer.body['status']} {answer.body['reasons']}")
    return answers


def _widget(server: LiveServer, token: str) -> ApiClient:
    return ApiClient(server.url, {"Authorization": f"Bearer {token}"})


def _good(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise AssertionError(f"{answer.method} {answer.path}: {answer.status} {answer.body}")
    return answer
