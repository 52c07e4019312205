"""make bench-pictures: how long it takes to say what is wrong with a picture.

Prints Markdown tables: the first look while the sender waits and the reading, in seconds of
processor time; then what is told of documents that are whole, cut off, or two.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import permutations
from time import process_time
from typing import TYPE_CHECKING

import cv2

from app.domain.evidence import Side
from app.proofing.capture_inspection import inspect_document_capture
from app.proofing.document_reading import read_document
from app.vision.decoding import decode_image
from app.vision.image import encode_jpeg
from app.vision.sandbox import tasks
from app.vision.sandbox.results import read_inspected_document
from tests.builders.bad_pictures import BAD_PICTURES, cut_off, two_documents
from tests.builders.specimen_photographs import TODAY, photographed

if TYPE_CHECKING:
    from app.vision.image import Image

_KINDS = ("passport", "id_card", "drivers_license")


def main() -> None:
    """Print the table."""
    cv2.setNumThreads(1)
    tasks.load_everything()
    good = {f"sound {kind}": photographed(kind)[0] for kind in ("passport", "id_card")}
    read_document({Side.FRONT: good["sound passport"]}, TODAY)
    pictures = {name: draw() for name, (draw, _) in BAD_PICTURES.items()} | good
    sys.stdout.write("| picture | pixels | reason | first look, s | reading, s |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for name, picture in pictures.items():
        payload = encode_jpeg(picture, 85)
        started = process_time()
        answer, blobs = tasks.inspect_document(payload, {})
        looked = process_time() - started
        seen = read_inspected_document(answer, blobs)
        inspection = inspect_document_capture(seen, "front", has_back="passport" not in name)
        reasons = [each.code.value for each in inspection.reasons]
        started = process_time()
        read_document({Side.FRONT: decode_image(blobs[0]).pixels}, TODAY)
        read = process_time() - started
        size = f"{picture.shape[1]} x {picture.shape[0]}"
        sys.stdout.write(
            f"| {name} | {size} | {', '.join(reasons) or '-'} | {looked:.2f} | {read:.2f} |\n"
        )
    _count_framings()


def _count_framings() -> None:
    """How many are told for what they are, of documents whole, cut off, and two in a picture."""
    framings: dict[str, list[Image]] = {
        "whole": [photographed(kind, seed=seed)[0] for kind in _KINDS for seed in range(6)],
        "two documents": [
            two_documents(kinds, seed, stacked=stacked)
            for kinds in permutations(_KINDS, 2)
            for seed in range(2)
            for stacked in (False, True)
        ],
    }
    for share in (0.08, 0.16):
        framings[f"{share:.0%} cut off"] = [
            cut_off(kind, border, seed, share)
            for kind in _KINDS
            for border in ("left", "top", "right", "bottom")
            for seed in range(2)
        ]
    sys.stdout.write("\n| framing | n | none | cropped | multiple_documents | other |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for name, pictures in framings.items():
        told = Counter(map(_reason, pictures))
        known = [told.pop(reason, 0) for reason in ("", "cropped", "multiple_documents")]
        counts = " | ".join(map(str, (len(pictures), *known, told.total())))
        sys.stdout.write(f"| {name} | {counts} |\n")


def _reason(picture: Image) -> str:
    answer, blobs = tasks.inspect_document(encode_jpeg(picture, 85), {})
    seen = read_inspected_document(answer, blobs)
    reasons = inspect_document_capture(seen, "front", has_back=False).reasons
    return reasons[0].code.value if reasons else ""


if __name__ == "__main__":
    main()
