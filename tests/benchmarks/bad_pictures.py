"""make bench-pictures: how long it takes to say what is wrong with a picture.

Prints a Markdown table: the first look while the sender waits, and the reading, in seconds of
processor time.
"""

from __future__ import annotations

import sys
from time import process_time

import cv2

from app.domain.evidence import Side
from app.proofing.capture_inspection import inspect_document_capture
from app.proofing.document_reading import read_document
from app.vision.decoding import decode_image
from app.vision.image import encode_jpeg
from app.vision.sandbox import tasks
from app.vision.sandbox.results import read_inspected_document
from tests.builders.bad_pictures import BAD_PICTURES
from tests.builders.specimen_photographs import TODAY, photographed


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


if __name__ == "__main__":
    main()
