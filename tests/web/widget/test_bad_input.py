"""Every hostile or hopeless upload gets a clear answer, and nothing accepted before it is lost."""

import struct
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from app.domain.evidence import DocumentType, Side
from app.specimens.simulated_applicant import SimulatedApplicant
from tests.builders.installation import Installation
from tests.builders.submissions import send_side


def jpeg(pixels: np.ndarray) -> bytes:  # type: ignore[type-arg]
    out = BytesIO()
    Pillow.fromarray(pixels).save(out, "JPEG", quality=85)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 x 30,000 one-bit pixels in about 100 kB: 900 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    side = 30_000
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side // 8 + 1) * side, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def animated() -> bytes:
    out = BytesIO()
    frames = [Pillow.new("RGB", (700, 700), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def truncated() -> bytes:
    whole = jpeg(np.random.default_rng(1).integers(0, 255, (900, 900, 3), dtype=np.uint8))
    return whole[: len(whole) // 2]


FILES: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "bomb": (bomb, 400, "too_many_pixels"),
    "truncated": (truncated, 400, "truncated_image"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_media_type"),
    "html": (lambda: b"<!doctype html><p>hello", 415, "unsupported_media_type"),
    "empty": (lambda: b"", 400, "empty_file"),
    "eleven_megabytes": (lambda: b"\xff\xd8\xff" + bytes(11_000_000), 413, "file_too_large"),
    "animated": (animated, 400, "animated_image"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_picture_says_so(kyc_sqlite: Installation, name: str) -> None:
    make, status, code = FILES[name]
    bearer = kyc_sqlite.consented("passport")
    answer = send_side(kyc_sqlite, bearer, "front", make())
    assert (answer.status_code, answer.json["error"]) == (status, code)
    assert answer.json["message"]
    assert kyc_sqlite.client.get("/widget/state", headers=bearer).json["step"] == "document_front"


@pytest.fixture(scope="module")
def applicant() -> SimulatedApplicant:
    return SimulatedApplicant("astronaut", seed=7, today=date(2026, 11, 20))


@pytest.fixture(scope="module")
def card(applicant: SimulatedApplicant) -> dict[Side, bytes]:
    return applicant.photographs(DocumentType.ID_CARD)


def reasons(answer: object) -> list[str]:
    assert answer.status_code == 200, answer.json  # type: ignore[attr-defined]
    assert answer.json["accepted"] is False  # type: ignore[attr-defined]
    return [reason["code"] for reason in answer.json["reasons"]]  # type: ignore[attr-defined]


def test_a_blank_page_is_no_document(kyc_sqlite: Installation) -> None:
    bearer = kyc_sqlite.consented("passport")
    blank = jpeg(np.full((1200, 1600, 3), 235, np.uint8))
    assert reasons(send_side(kyc_sqlite, bearer, "front", blank)) == ["not_a_document"]


def test_the_back_in_place_of_the_front_is_the_wrong_side(
    kyc_sqlite: Installation, card: dict[Side, bytes]
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    assert reasons(send_side(kyc_sqlite, bearer, "front", card[Side.BACK])) == ["wrong_side"]


def test_the_same_side_twice_is_told_and_the_first_is_kept(
    kyc_sqlite: Installation, card: dict[Side, bytes]
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    assert send_side(kyc_sqlite, bearer, "front", card[Side.FRONT]).status_code == 201
    again = send_side(kyc_sqlite, bearer, "back", card[Side.FRONT])
    assert reasons(again)[0] in {"same_side_twice", "wrong_side"}
    assert again.json["state"]["accepted"] == ["document_front"]
    assert send_side(kyc_sqlite, bearer, "back", card[Side.BACK]).status_code == 201


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ("blur", "unreadable_blur"),
        ("dark", "too_dark"),
        ("glare", "glare"),
        ("low_resolution", "low_resolution"),
        ("no_portrait", "portrait_missing"),
    ],
)
def test_an_unusable_picture_says_what_to_do(
    kyc_sqlite: Installation, spoil: str, code: str
) -> None:
    applicant = SimulatedApplicant("astronaut", seed=7, today=date(2026, 11, 20))
    bearer = kyc_sqlite.consented("passport")
    picture = applicant.photographs(DocumentType.PASSPORT, [spoil])[Side.FRONT]
    assert code in reasons(send_side(kyc_sqlite, bearer, "front", picture))


def test_no_face_and_two_faces_are_told_while_the_challenge_runs(
    kyc_sqlite: Installation, card: dict[Side, bytes], applicant: SimulatedApplicant
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    for side in Side:
        send_side(kyc_sqlite, bearer, side.value, card[side])
    dealt = kyc_sqlite.post("/widget/presence", bearer).json or {}
    path = f"/widget/presence/{dealt['challenge_id']}/frames"
    one = np.asarray(Pillow.open(BytesIO(applicant.frame("center"))))
    frames = [np.full((480, 640, 3), 128, np.uint8), np.hstack([one, one])]
    for sequence, (frame, hint) in enumerate(
        zip(frames, ("no_face", "multiple_faces"), strict=True)
    ):
        headers = bearer | {"X-Frame-Sequence": str(sequence), "Content-Type": "image/jpeg"}
        answer = kyc_sqlite.client.post(path, data=jpeg(frame), headers=headers)
        assert (answer.json["status"], answer.json["hint"]) == ("open", hint)
        assert (answer.json["hint_region"] is None) == (hint == "no_face")


def test_a_second_answer_to_the_same_challenge_is_refused(
    kyc_sqlite: Installation, card: dict[Side, bytes], applicant: SimulatedApplicant
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    for side in Side:
        send_side(kyc_sqlite, bearer, side.value, card[side])
    first = (kyc_sqlite.post("/widget/presence", bearer).json or {})["challenge_id"]
    kyc_sqlite.post("/widget/presence", bearer)
    headers = bearer | {"X-Frame-Sequence": "0", "Content-Type": "image/jpeg"}
    frame = applicant.frame("center")
    late = kyc_sqlite.client.post(f"/widget/presence/{first}/frames", data=frame, headers=headers)
    assert (late.status_code, late.json["error"]) == (409, "challenge_closed")


def test_an_answer_after_the_end_of_the_challenge_is_refused(
    kyc_sqlite: Installation, card: dict[Side, bytes], applicant: SimulatedApplicant
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    for side in Side:
        send_side(kyc_sqlite, bearer, side.value, card[side])
    challenge = (kyc_sqlite.post("/widget/presence", bearer).json or {})["challenge_id"]
    kyc_sqlite.clock.move(seconds=181)
    headers = bearer | {"X-Frame-Sequence": "0", "Content-Type": "image/jpeg"}
    path, frame = f"/widget/presence/{challenge}/frames", applicant.frame("center")
    late = kyc_sqlite.client.post(path, data=frame, headers=headers)
    assert (late.status_code, late.json["error"]) == (409, "challenge_closed")


def test_a_frame_is_taken_once(
    kyc_sqlite: Installation, card: dict[Side, bytes], applicant: SimulatedApplicant
) -> None:
    bearer = kyc_sqlite.consented("id_card")
    for side in Side:
        send_side(kyc_sqlite, bearer, side.value, card[side])
    challenge = (kyc_sqlite.post("/widget/presence", bearer).json or {})["challenge_id"]
    path, frame = f"/widget/presence/{challenge}/frames", applicant.frame("center")
    headers = bearer | {"X-Frame-Sequence": "0", "Content-Type": "image/jpeg"}
    assert kyc_sqlite.client.post(path, data=frame, headers=headers).status_code == 200
    again = kyc_sqlite.client.post(path, data=frame, headers=headers)
    assert (again.status_code, again.json["error"]) == (409, "frame_out_of_order")
