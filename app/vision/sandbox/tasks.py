"""What a child does with one picture: bytes in, plain values and blobs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import PIL.Image

from app.vision.cut_off import cut_off_region
from app.vision.decoding import PDF, check_upload, decode_image
from app.vision.dlib_faces import DlibFaceEngine
from app.vision.document_hints import has_barcode_pattern, has_mrz_pattern, layout_hash
from app.vision.face_observation import observe_frame
from app.vision.faces import detect_upright
from app.vision.heic import teach_pillow
from app.vision.image import Region, around, encode_jpeg, resize_to_fit
from app.vision.localisation import document_candidates, surest_document
from app.vision.pdf import render_pdf
from app.vision.print_layout import printed_lines, prose_lines
from app.vision.quality import assess_quality
from app.vision.rectification import rectify
from app.vision.second_document import two_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.vision.faces import Face
    from app.vision.image import Image, Quad

    Answer = tuple[dict[str, Any], list[bytes]]

_EVIDENCE_SIDE_PX = 3000
_EVIDENCE_JPEG_QUALITY = 92
_FRAME_SIDE_PX = 960
_MIN_DOCUMENT_SIDE_PX = 480
# HOG's smallest face has 80 px: here a portrait on a card that fills half of the picture's width.
_PORTRAIT_SIDE_PX = 1300
_PORTRAIT_MIN_SCORE = 0.2  # of 16 false faces in guilloches and print 14 lie below, portraits above

_engine = DlibFaceEngine()
_portrait_engine = DlibFaceEngine(_PORTRAIT_SIDE_PX, may_upsample=False)


def load_everything() -> None:
    """Load libraries and weights once, so that every later fork has them."""
    cv2.setNumThreads(1)  # a confined child may start no thread
    PIL.Image.init()
    teach_pillow()
    blank = np.zeros((96, 96, 3), dtype=np.uint8)
    for engine in (_engine, _portrait_engine):
        engine.load_detector()
        engine.detect(blank)
    printed_lines(blank)
    encode_jpeg(blank)


def decode(payload: bytes, options: Mapping[str, Any]) -> Answer:
    """The upright RGB pixels, shrunk to `max_side_px` when that is given."""
    limit = options.get("max_side_px")
    decoded = decode_image(payload, limit)
    pixels = decoded.pixels if limit is None else resize_to_fit(decoded.pixels, int(limit))
    answer = {
        "width_px": decoded.width_px,
        "height_px": decoded.height_px,
        "rows": pixels.shape[0],
        "columns": pixels.shape[1],
        "format": decoded.format,
        "metadata_signals": decoded.metadata_signals,
    }
    return answer, [np.ascontiguousarray(pixels).tobytes()]


def inspect_document(payload: bytes, _options: Mapping[str, Any]) -> Answer:
    """The re-encoded document picture and its measurements.

    Cost: 0.6 s for a 12 Mpx photograph, 1.3 s for 40 Mpx, on one core.
    """
    decoded = decode_image(payload, _EVIDENCE_SIDE_PX)
    evidence = resize_to_fit(decoded.pixels, _EVIDENCE_SIDE_PX)
    small = resize_to_fit(evidence, _PORTRAIT_SIDE_PX)
    faces, turns = _faces_of_document(small)
    found = document_candidates(small)
    location = surest_document(found)
    quad = None if location is None else location.quad
    lines = printed_lines(small)
    documents = two_documents(small, lines, found)
    cut_off = None if documents else cut_off_region(small, location, lines)
    answer = {
        "width_px": decoded.width_px,
        "height_px": decoded.height_px,
        "format": decoded.format,
        "metadata_signals": decoded.metadata_signals,
        "quality": assess_quality(evidence, outline=_on(evidence, small, quad)).as_dict(),
        "faces": faces,
        "rotation_turns": turns,
        "text_line_count": len(lines),
        "prose_line_count": len(prose_lines(lines)),
        "has_mrz_band": has_mrz_pattern(small),
        "has_barcode": has_barcode_pattern(small),
        "outline": None if quad is None else _corner_fractions(quad, small),
        "outline_score": 0.0 if location is None else round(location.score, 3),
        "cut_off": None if cut_off is None else cut_off.as_tuple(),
        "second_document": None if documents is None else _smaller_of(documents, small).as_tuple(),
        "layout_hash": f"{layout_hash(small if quad is None else rectify(small, quad)):x}",
    }
    return answer, [encode_jpeg(evidence, _EVIDENCE_JPEG_QUALITY)]


def observe_face(payload: bytes, _options: Mapping[str, Any]) -> Answer:
    """The re-encoded selfie frame and what it shows.

    Cost: 45 ms at 640 x 480.
    """
    decoded = decode_image(payload, _FRAME_SIDE_PX)
    frame = resize_to_fit(decoded.pixels, _FRAME_SIDE_PX)
    observation = observe_frame(frame, _engine)
    answer = {"format": decoded.format, "observation": observation.as_dict()}
    return answer, [encode_jpeg(frame, _EVIDENCE_JPEG_QUALITY)]


def paper_pages(payload: bytes, _options: Mapping[str, Any]) -> Answer:
    """The first pages of a PDF, or the one page that a picture is, as JPEG files.

    Cost: 130 ms for a photograph, 160 ms for each page of a PDF.
    """
    file_format = check_upload(payload, allow_pdf=True)
    if file_format == PDF:
        rendered = render_pdf(payload)
        pages, n_pages = rendered.pages, rendered.n_pages
    else:
        decoded = decode_image(payload, _EVIDENCE_SIDE_PX)
        pages, n_pages = [resize_to_fit(decoded.pixels, _EVIDENCE_SIDE_PX)], 1
    jpegs = [encode_jpeg(page, _EVIDENCE_JPEG_QUALITY) for page in pages]
    return {"format": file_format, "n_pages": n_pages}, jpegs


TASKS: dict[str, Callable[[bytes, Mapping[str, Any]], Answer]] = {
    "decode": decode,
    "inspect_document": inspect_document,
    "observe_face": observe_face,
    "paper_pages": paper_pages,
}


def _faces_of_document(small: Image) -> tuple[list[tuple[float, float, float, float]], int]:
    faces, turns = detect_upright(_portrait_engine, small)
    turned = np.rot90(small, turns)
    sure = [face for face in faces if face.score >= _PORTRAIT_MIN_SCORE]
    return [_as_fractions(face, turned) for face in sure], turns


def _corner_fractions(quad: Quad, image: Image) -> list[list[float]]:
    height_px, width_px = image.shape[:2]
    return [[round(x / width_px, 4), round(y / height_px, 4)] for x, y in quad.tolist()]


def _on(large: Image, small: Image, quad: Quad | None) -> Quad | None:
    return None if quad is None else quad * (large.shape[1] / small.shape[1])


def _smaller_of(documents: tuple[Quad, Quad], image: Image) -> Region:
    smaller = min(documents, key=lambda quad: float(np.prod(np.ptp(quad, axis=0))))
    return around(smaller, image.shape[:2])


def _as_fractions(face: Face, image: Image) -> tuple[float, float, float, float]:
    height_px, width_px = image.shape[:2]
    box = face.box
    region = Region(
        box.left_px / width_px,
        box.top_px / height_px,
        box.width_px / width_px,
        box.height_px / height_px,
    )
    return region.as_tuple()
