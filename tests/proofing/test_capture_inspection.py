from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from app.domain.evidence import DocumentType
from app.proofing.capture_inspection import inspect_document_capture
from app.specimens.attributes import specimen_attributes
from app.specimens.papers import print_paper
from app.specimens.photograph import photograph
from app.specimens.portraits import load_portrait, load_selfie
from app.vision.image import encode_jpeg

if TYPE_CHECKING:
    from app.proofing.capture_inspection import CaptureInspection
    from app.vision.image import Image
    from app.vision.sandbox import Sandbox
    from app.vision.sandbox.results import InspectedDocument

SIDES = [
    (DocumentType.PASSPORT, "front"),
    (DocumentType.ID_CARD, "front"),
    (DocumentType.ID_CARD, "back"),
    (DocumentType.DRIVERS_LICENSE, "front"),
    (DocumentType.DRIVERS_LICENSE, "back"),
]


@cache
def photograph_of(document_type: DocumentType, side: str, chance: int = 1) -> Image:
    attributes = specimen_attributes(Random(5), date(2026, 1, 1))
    paper = print_paper(document_type, attributes, load_portrait("grace_hopper"))
    card = next(image for name, image in paper.sides.items() if str(name) == side)
    return photograph(card, chance=Random(chance), tilt_deg=2.0)[0]


@cache
def looked_at(sandbox: Sandbox, payload: bytes) -> InspectedDocument:
    """Each look takes a second or two, and most pictures are asked about more than once."""
    return sandbox.run("inspect_document", payload)


def look(sandbox: Sandbox, picture: Image) -> InspectedDocument:
    return looked_at(sandbox, encode_jpeg(picture))


def codes(inspection: CaptureInspection) -> list[str]:
    return [retake.code.value for retake in inspection.reasons]


@pytest.mark.parametrize(("document_type", "side"), SIDES)
def test_a_good_picture_of_the_right_side_is_accepted(
    sandbox: Sandbox, document_type: DocumentType, side: str
) -> None:
    inspection = inspect_document_capture(look(sandbox, photograph_of(document_type, side)), side)

    assert (inspection.accepted, codes(inspection)) == (True, [])


@pytest.mark.parametrize("document_type", [DocumentType.ID_CARD, DocumentType.DRIVERS_LICENSE])
@pytest.mark.parametrize(("asked", "shown"), [("front", "back"), ("back", "front")])
def test_the_other_side_is_recognised(
    sandbox: Sandbox, document_type: DocumentType, asked: str, shown: str
) -> None:
    seen = look(sandbox, photograph_of(document_type, shown))

    assert codes(inspect_document_capture(seen, asked)) == ["wrong_side"]


def test_a_passport_page_without_a_portrait_is_no_wrong_side(sandbox: Sandbox) -> None:
    seen = replace(look(sandbox, photograph_of(DocumentType.PASSPORT, "front")), faces=())

    assert codes(inspect_document_capture(seen, "front", has_back=False)) == ["portrait_missing"]


def test_the_same_side_photographed_again_is_recognised(sandbox: Sandbox) -> None:
    first = look(sandbox, photograph_of(DocumentType.ID_CARD, "back"))
    again = look(sandbox, photograph_of(DocumentType.ID_CARD, "back", 2))
    front = look(sandbox, photograph_of(DocumentType.ID_CARD, "front"))

    repeated = inspect_document_capture(again, "back", first.layout_hash)
    other = inspect_document_capture(again, "back", front.layout_hash)

    assert (codes(repeated), codes(other)) == (["same_side_twice"], [])


def test_each_fault_of_the_picture_has_its_reason(sandbox: Sandbox) -> None:
    good = photograph_of(DocumentType.ID_CARD, "front")
    glared = good.copy()
    cv2.ellipse(glared, (800, 600), (300, 200), 0, 0, 360, (255, 255, 255), -1)
    spoiled = {
        "unreadable_blur": cv2.GaussianBlur(good, (0, 0), 7),
        "too_dark": (good * 0.15).astype(np.uint8),
        "glare": glared,
        "low_resolution": cv2.resize(good, (400, 300), interpolation=cv2.INTER_AREA),
    }

    found = {
        code: codes(inspect_document_capture(look(sandbox, picture), "front"))
        for code, picture in spoiled.items()
    }

    assert found == {code: [code] for code in spoiled}


def test_glare_says_where(sandbox: Sandbox) -> None:
    glared = photograph_of(DocumentType.ID_CARD, "front").copy()
    cv2.ellipse(glared, (800, 600), (300, 200), 0, 0, 360, (255, 255, 255), -1)

    (retake,) = inspect_document_capture(look(sandbox, glared), "front").reasons

    assert retake.region is not None
    assert retake.region.x == pytest.approx(500 / 1600, abs=0.02)


@pytest.mark.parametrize("side", ["front", "back"])
def test_a_blank_page_is_no_document(sandbox: Sandbox, side: str) -> None:
    page = np.full((1200, 1600, 3), 235, np.uint8)

    assert codes(inspect_document_capture(look(sandbox, page), side)) == ["not_a_document"]


@pytest.mark.parametrize("name", ["astronaut", "grace_hopper"])
def test_a_selfie_is_no_document(sandbox: Sandbox, name: str) -> None:
    selfie = cv2.resize(load_selfie(name), (1280, 960))

    assert codes(inspect_document_capture(look(sandbox, selfie), "front")) == ["not_a_document"]
