"""The results of the sandbox's tasks, rebuilt from an answer that is trusted in no detail."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import TYPE_CHECKING, Any

import numpy as np

from app.vision.decoding import MAX_RENDERED_PAGES, PDF, Decoded
from app.vision.face_observation import FaceObservation
from app.vision.heic import HEIC
from app.vision.image import Region
from app.vision.quality import Quality
from app.vision.software_trace import SoftwareTrace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FORMATS = ("JPEG", "PNG", "WEBP", HEIC)
_MAX_LAYOUT_HASH = 1 << 256


@dataclass(frozen=True, slots=True, eq=False)
class InspectedDocument:
    """A re-encoded document picture and the measurements that `capture_inspection` judges.

    `width_px` and `height_px` are those of the upload, upright; `faces` are in fractions of it.
    `rotation_turns` counter-clockwise quarter turns bring the faces upright. `text_line_count` and
    `prose_line_count` are of `print_layout`; `cut_off` is where the document leaves the picture and
    `second_document` the smaller of two.
    """

    jpeg: bytes
    width_px: int
    height_px: int
    format: str
    metadata_signals: dict[str, str | int | bool]
    quality: Quality
    faces: tuple[Region, ...]
    rotation_turns: int
    text_line_count: int
    prose_line_count: int
    has_mrz_band: bool
    has_barcode: bool
    outline: tuple[tuple[float, float], ...] | None
    outline_score: float
    cut_off: Region | None
    second_document: Region | None
    layout_hash: int

    @property
    def portrait_share(self) -> float:
        """The largest face's width as a share of the document's longer side; 0 without a face.

        Without an outline the picture stands for the document.
        """
        is_sideways = self.rotation_turns % 2 == 1
        face_px = max((face.w for face in self.faces), default=0.0)
        face_px *= self.height_px if is_sideways else self.width_px
        corners = self.outline or ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
        points = [(x * self.width_px, y * self.height_px) for x, y in corners]
        sides_px = [dist(points[place - 1], points[place]) for place in range(4)]
        return face_px / max(1.0, *(sides_px[a] / 2 + sides_px[a + 2] / 2 for a in (0, 1)))


@dataclass(frozen=True, slots=True, eq=False)
class ObservedFace:
    """A re-encoded selfie frame and what it shows."""

    jpeg: bytes
    format: str
    observation: FaceObservation


@dataclass(frozen=True, slots=True, eq=False)
class PaperPages:
    """The re-encoded pages that are looked at, of the `n_pages` that the file has."""

    jpegs: tuple[bytes, ...]
    n_pages: int
    format: str


def read_decoded(answer: Mapping[str, Any], blobs: list[bytes]) -> Decoded:
    """The pixels of a `decode` answer.

    Raises: LookupError, TypeError or ValueError for an answer out of order; so do the others.
    """
    rows, columns = int(answer["rows"]), int(answer["columns"])
    pixels = np.frombuffer(blobs[0], dtype=np.uint8).reshape(rows, columns, 3)
    return Decoded(
        pixels,
        int(answer["width_px"]),
        int(answer["height_px"]),
        _format(answer),
        _signals(answer),
    )


def read_inspected_document(answer: Mapping[str, Any], blobs: list[bytes]) -> InspectedDocument:
    """The measurements of an `inspect_document` answer."""
    outline = answer["outline"]
    layout_hash = int(str(answer["layout_hash"]), 16)
    if not 0 <= layout_hash < _MAX_LAYOUT_HASH:
        message = "The layout hash has more than 256 bits."
        raise ValueError(message)
    return InspectedDocument(
        jpeg=_jpeg(blobs),
        width_px=int(answer["width_px"]),
        height_px=int(answer["height_px"]),
        format=_format(answer),
        metadata_signals=_signals(answer),
        quality=Quality.from_dict(answer["quality"]),
        faces=tuple(_edges(face) for face in answer["faces"]),
        rotation_turns=int(answer["rotation_turns"]) % 4,
        text_line_count=int(answer["text_line_count"]),
        prose_line_count=int(answer["prose_line_count"]),
        has_mrz_band=bool(answer["has_mrz_band"]),
        has_barcode=bool(answer["has_barcode"]),
        outline=_four_corners(outline) if outline else None,
        outline_score=float(answer["outline_score"]),
        cut_off=_region(answer["cut_off"]),
        second_document=_region(answer["second_document"]),
        layout_hash=layout_hash,
    )


def read_observed_face(answer: Mapping[str, Any], blobs: list[bytes]) -> ObservedFace:
    """The frame and the numbers of an `observe_face` answer."""
    observation = FaceObservation.from_dict(answer["observation"])
    return ObservedFace(_jpeg(blobs), _format(answer), observation)


def read_paper_pages(answer: Mapping[str, Any], blobs: list[bytes]) -> PaperPages:
    """The pages of a `paper_pages` answer."""
    n_pages = int(answer["n_pages"])
    if not 1 <= len(blobs) <= min(n_pages, MAX_RENDERED_PAGES):
        message = "The answer has more or fewer pages than the file."
        raise ValueError(message)
    file_format = PDF if answer["format"] == PDF else _format(answer)
    return PaperPages(tuple(_jpeg([blob]) for blob in blobs), n_pages, file_format)


RESULT_READERS: dict[str, Callable[[Mapping[str, Any], list[bytes]], object]] = {
    "decode": read_decoded,
    "inspect_document": read_inspected_document,
    "observe_face": read_observed_face,
    "paper_pages": read_paper_pages,
}


def _region(edges: list[float] | None) -> Region | None:
    return None if edges is None else _edges(edges)


def _edges(edges: list[float]) -> Region:
    x, y, w, h = (float(edge) for edge in edges)
    return Region(x, y, w, h)


def _four_corners(outline: list[list[float]]) -> tuple[tuple[float, float], ...]:
    corners = tuple((float(x), float(y)) for x, y in outline)
    if len(corners) != 4:
        message = "An outline has four corners."
        raise ValueError(message)
    return corners


def _jpeg(blobs: list[bytes]) -> bytes:
    if not blobs[0].startswith(b"\xff\xd8\xff"):
        message = "The re-encoded picture is no JPEG."
        raise ValueError(message)
    return blobs[0]


def _format(answer: Mapping[str, Any]) -> str:
    if answer["format"] not in _FORMATS:
        message = "The format is not one that is decoded here."
        raise ValueError(message)
    return str(answer["format"])


def _signals(answer: Mapping[str, Any]) -> dict[str, str | int | bool]:
    signals = answer["metadata_signals"]
    return {
        "has_exif": bool(signals["has_exif"]),
        "has_camera_make": bool(signals["has_camera_make"]),
        "orientation": int(signals["orientation"]),
        "software": SoftwareTrace(signals["software"]).value,
    }
