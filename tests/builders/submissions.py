"""A user who went through the whole flow, with pictures that are put in place of the camera's."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from app.domain.capture import Capture, ChallengeStatus
from app.domain.evidence import CaptureKind, DocumentType, sides_of
from app.domain.intake import InspectedCapture, RetakeReason
from tests.builders.installation import Installation

JPEG = b"\xff\xd8\xff" + bytes(600)


def accepting(kyc: Installation, *reasons: RetakeReason) -> None:
    """Let every document picture pass, or ask for another one with these reasons."""

    def inspect(payload: bytes, *_: Any) -> InspectedCapture:
        return InspectedCapture(payload, 1600, 1200, "0" * 64, {}, reasons)

    add = replace(kyc.services.add_document_capture, inspect=inspect)
    object.__setattr__(kyc.services, "add_document_capture", add)


def send_side(kyc: Installation, bearer: dict[str, str], side: str, picture: bytes = JPEG) -> Any:
    """The answer to one uploaded side."""
    data = {"side": side, "source": "file", "file": (BytesIO(picture), "a.jpg")}
    answer = kyc.client.post("/widget/captures", data=data, headers=bearer)
    # Werkzeug's test client keeps a large body in a temporary file that nobody else closes.
    answer.request.environ["wsgi.input"].close()
    return answer


def meet_challenge(kyc: Installation, bearer: dict[str, str], way: str = "turns") -> str:
    """Deal a challenge and mark it as met, with one frame; returns its id."""
    answer = kyc.client.post("/widget/presence", json={"way": way}, headers=bearer)
    dealt = answer.json or {}
    challenge_id: str = dealt["challenge_id"]
    services = kyc.services
    with services.storage.writing() as uow:
        challenge = uow.challenges.lock(challenge_id)
        challenge.status = ChallengeStatus.MET
        verification = uow.verifications.get(challenge.verification_id)
        names = (services.chance.new_id("cap"), services.chance.new_id("obj"))
        frame = Capture(
            names[0],
            verification.id,
            CaptureKind.PRESENCE_FRAME,
            names[1],
            "0" * 64,
            640,
            480,
            kyc.clock(),
            challenge_id=challenge_id,
            sequence=0,
        )
        vault = services.observe_presence_frame.vault
        sealed = vault.seal(verification, frame.kind, frame.id, JPEG)
        services.observe_presence_frame.objects.put(frame.object_name, sealed)
        uow.captures.add(frame)
        uow.commit()
    return challenge_id


def submitted(
    kyc: Installation, document_type: str = "passport", user: str = "user-123"
) -> dict[str, str]:
    """A user whose verification waits for its examination; returns the widget's header."""
    accepting(kyc)
    bearer = kyc.consented(document_type, user)
    for side in sides_of(DocumentType(document_type)):
        assert send_side(kyc, bearer, side.value).status_code == 201
    meet_challenge(kyc, bearer)
    assert kyc.post("/widget/submit", bearer).status_code == 202
    return bearer
