"""What is no usable picture of one document is told so, with the place where it is wrong."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from app.proofing.capture_inspection import inspect_document_capture
from app.proofing.document_reading import read_side
from app.proofing.reading_report import reading_report
from app.specimens.photograph import photograph
from app.vision.image import encode_jpeg
from tests.builders.bad_pictures import BAD_PICTURES, cut_off, fur, page_of_text
from tests.builders.specimen_photographs import TODAY, photographed, specimen

if TYPE_CHECKING:
    from app.proofing.capture_inspection import CaptureInspection, Retake
    from app.vision.image import Image
    from app.vision.sandbox import Sandbox


def inspected(sandbox: Sandbox, picture: Image, side: str = "front") -> CaptureInspection:
    return inspect_document_capture(sandbox.run("inspect_document", encode_jpeg(picture, 85)), side)


def codes(inspection: CaptureInspection) -> list[str]:
    return [retake.code.value for retake in inspection.reasons]


def only_retake(inspection: CaptureInspection) -> Retake:
    (retake,) = inspection.reasons
    return retake


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_each_bad_picture_has_its_reason(sandbox: Sandbox, name: str) -> None:
    draw, expected = BAD_PICTURES[name]

    assert codes(inspected(sandbox, draw())) == expected


@pytest.mark.parametrize("border", ["left", "top", "right", "bottom"])
def test_a_document_that_runs_out_of_the_picture_is_cropped(sandbox: Sandbox, border: str) -> None:
    retake = only_retake(inspected(sandbox, cut_off("passport", border)))

    assert (retake.code.value, retake.region is not None) == ("cropped", True)
    assert retake.region is not None
    edges = {
        "left": retake.region.x,
        "top": retake.region.y,
        "right": 1 - retake.region.x - retake.region.w,
        "bottom": 1 - retake.region.y - retake.region.h,
    }
    assert edges[border] == pytest.approx(0, abs=1e-3)
    assert min(retake.region.w, retake.region.h) < 0.1


def test_a_tight_crop_and_a_scan_are_whole(sandbox: Sandbox) -> None:
    picture, corners = photographed("passport")
    left, top = np.floor(corners.min(axis=0)).astype(int) - 4
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 4
    tight = np.ascontiguousarray(picture[top:bottom, left:right])

    assert codes(inspected(sandbox, tight)) == []
    assert codes(inspected(sandbox, specimen("passport").front)) == []


def test_the_place_of_the_second_document_is_told(sandbox: Sandbox) -> None:
    card = photograph(specimen("id_card").front, chance=Random(2), size_px=(900, 1200))[0]
    passport = photograph(specimen("passport").front, chance=Random(1), size_px=(1400, 1200))[0]

    retake = only_retake(inspected(sandbox, np.hstack([passport, card])))

    assert retake.code.value == "multiple_documents"
    assert retake.region is not None
    assert retake.region.x > 1400 / 2300


def test_a_document_far_away_is_too_small_there(sandbox: Sandbox) -> None:
    near = photograph(specimen("id_card").front, chance=Random(1), size_px=(280, 210))[0]
    rims = (245, 245, 310, 310)
    far = cv2.copyMakeBorder(near, *rims, cv2.BORDER_CONSTANT, value=(140, 105, 70))

    seen = sandbox.run("inspect_document", encode_jpeg(np.asarray(far, np.uint8)))
    retake = only_retake(inspect_document_capture(seen, "front"))

    assert retake.code.value == "low_resolution"
    assert seen.quality.document_px == pytest.approx(280, abs=20)
    assert retake.region is not None
    assert retake.region.x == pytest.approx(0.344, abs=0.03)


def test_blur_and_darkness_say_where(sandbox: Sandbox) -> None:
    good = photographed("id_card")[0]
    blurred = only_retake(inspected(sandbox, np.asarray(cv2.GaussianBlur(good, (0, 0), 7))))
    dark = only_retake(inspected(sandbox, (good * 0.15).astype(np.uint8)))

    assert (blurred.code.value, dark.code.value) == ("unreadable_blur", "too_dark")
    assert blurred.region is not None
    assert dark.region is not None
    assert dark.region.w > 0.5


def test_an_open_passport_with_a_page_of_notes_is_no_letter(sandbox: Sandbox) -> None:
    seen = sandbox.run("inspect_document", encode_jpeg(photographed("passport")[0]))
    with_notes = replace(seen, text_line_count=60, prose_line_count=25)

    assert codes(inspect_document_capture(with_notes, "front", has_back=False)) == []
    letter = inspect_document_capture(replace(with_notes, faces=()), "front")
    assert codes(letter) == ["not_a_document"]


def test_the_reader_sees_no_document_on_a_table() -> None:
    assert reading_report(fur(), None, TODAY)["reasons"] == ["not_a_document"]


def test_the_reader_reads_no_barcode_and_no_print_on_a_page_of_prose() -> None:
    side = read_side(page_of_text())

    assert not side.has_content
    assert set(side.ms) == {"localise", "mrz", "print"}


def test_the_reader_takes_samples_of_a_short_letter() -> None:
    side = read_side(page_of_text(rows=24))

    assert 0 < len(side.lines) < 20
    assert not side.has_content
