"""From uploaded bytes to RGB pixels, with the limits that keep a hostile file small.

On strangers' files call it through `app.vision.sandbox` only: C libraries parse them.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import PIL.ImageOps

from app.vision.heic import HEIC, IS_READ, is_heic
from app.vision.software_trace import software_trace

if TYPE_CHECKING:
    from app.vision.image import Image

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_RENDERED_PAGES = 3

_MAGIC: tuple[tuple[bytes, int, bytes, str], ...] = (
    # leading bytes, offset of the second mark, second mark, Pillow's name of the format
    (b"\xff\xd8\xff", 0, b"", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", 12, b"IHDR", "PNG"),
    (b"RIFF", 8, b"WEBP", "WEBP"),
)
PDF = "PDF"
_PDF_LEAD = b"%PDF-"
_SENTENCES = {
    "empty_file": "The file is empty. Take the picture again.",
    "file_too_large": "The file is larger than 10 MB. Send a smaller picture.",
    "unsupported_media_type": "The file is not a picture we can read. Send a JPEG, PNG or WebP.",
    "heic_not_enabled": "HEIC is not read here. Send the picture as JPEG, PNG or WebP.",
    "too_many_pixels": "The picture has more than 40 megapixels. Send a smaller one.",
    "animated_image": "The file holds several frames. Send one still picture.",
    "truncated_image": "The picture is damaged or incomplete. Take it again and send it once more.",
    "decoder_failed": "The picture could not be opened. Take a new one with the camera.",
    "decoder_timeout": "The picture took too long to open. Take a new one with the camera.",
    "pdf_encrypted": "The PDF asks for a password. Save it without one and send it again.",
    "pdf_no_pages": "The PDF has no pages. Download it again from whoever issued it.",
    "pdf_too_many_pages": "The PDF has more than 20 pages. Send only those with your address.",
    "pdf_page_too_large": "A page of the PDF is larger than any paper. Send it as a photograph.",
    "pdf_damaged": "The PDF is damaged or incomplete. Download it again and send it once more.",
}
UNDECODABLE_CODES = frozenset(_SENTENCES)

_EXIF_MAKE, _EXIF_ORIENTATION = 0x010F, 0x0112
_WHITE = 255
_STRIP_ROWS = 256
_SIXTEEN_BIT_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


class UndecodableImageError(Exception):
    """A file that is no usable picture; the message says what its sender can do."""

    def __init__(self, code: str) -> None:
        super().__init__(_SENTENCES[code])
        self.code = code


UndecodableImage = UndecodableImageError


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """Upright RGB pixels of an upload, its original size and what its metadata hints at."""

    pixels: Image
    width_px: int
    height_px: int
    format: str
    metadata_signals: dict[str, str | int | bool] = field(default_factory=dict)


def sniff_format(payload: bytes) -> str | None:
    """Pillow's name of the format that the leading bytes announce, None for all others."""
    if is_heic(payload):
        return HEIC
    for lead, offset, mark, name in _MAGIC:
        if payload.startswith(lead) and payload[offset : offset + len(mark)] == mark:
            return name
    return None


def decode_image(payload: bytes, max_side_px: int | None = None) -> Decoded:
    """The upright RGB pixels of a JPEG, PNG or WebP file, or of HEIC where that is read.

    Shapes and units: `max_side_px` lets a JPEG be decoded at half size or less as long as its
    longer side keeps that many px; the exact size is the caller's business.
    Raises: UndecodableImage with one of UNDECODABLE_CODES.
    Cost: 12 Mpx JPEG 130 ms.
    """
    file_format = check_upload(payload)
    try:
        with warnings.catch_warnings():
            # Pillow only warns between 89 and 179 Mpx: 20 KiB of PNG would take 821 MiB.
            warnings.simplefilter("error", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(BytesIO(payload), formats=(file_format,))
            return _read(picture, file_format, max_side_px)
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise UndecodableImageError("too_many_pixels") from error
    except PIL.UnidentifiedImageError as error:
        raise UndecodableImageError("truncated_image") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise UndecodableImageError("truncated_image") from error


def check_upload(payload: bytes, *, allow_pdf: bool = False) -> str:
    """The announced format of an upload of lawful size, told without parsing it.

    Raises: UndecodableImage with empty_file, file_too_large, unsupported_media_type or
    heic_not_enabled.
    """
    if not payload:
        raise UndecodableImageError("empty_file")
    if len(payload) > MAX_BYTES:
        raise UndecodableImageError("file_too_large")
    # At the very start only: a picture with a PDF behind it is a picture.
    if allow_pdf and payload.startswith(_PDF_LEAD):
        return PDF
    file_format = sniff_format(payload)
    if file_format is None:
        raise UndecodableImageError("unsupported_media_type")
    if file_format == HEIC and not IS_READ:
        raise UndecodableImageError("heic_not_enabled")
    return file_format


def _read(picture: PIL.Image.Image, file_format: str, max_side_px: int | None) -> Decoded:
    width_px, height_px = picture.size
    if width_px * height_px > MAX_PIXELS:
        raise UndecodableImageError("too_many_pixels")
    if getattr(picture, "n_frames", 1) > 1 and not _is_multi_picture_jpeg(picture):
        raise UndecodableImageError("animated_image")
    signals = _metadata_signals(picture)
    if max_side_px is not None:
        picture.draft("RGB", (max_side_px, max_side_px))
    picture.load()
    PIL.ImageOps.exif_transpose(picture, in_place=True)
    if signals.get("orientation", 1) in (5, 6, 7, 8):
        width_px, height_px = height_px, width_px
    return Decoded(_to_rgb(picture), width_px, height_px, file_format, signals)


def _is_multi_picture_jpeg(picture: PIL.Image.Image) -> bool:
    # Phones append a thumbnail or a depth map as MPO; its first picture is the photograph.
    return picture.format == "MPO"


def _metadata_signals(picture: PIL.Image.Image) -> dict[str, str | int | bool]:
    exif = picture.getexif()
    return {
        "has_exif": len(exif) > 0,
        "has_camera_make": bool(exif.get(_EXIF_MAKE)),
        "orientation": _as_orientation(exif.get(_EXIF_ORIENTATION)),
        "software": software_trace(picture).value,
    }


def _as_orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _to_rgb(picture: PIL.Image.Image) -> Image:
    if picture.mode in _SIXTEEN_BIT_MODES:
        return _from_deep_gray(np.asarray(picture))
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = _on_white(picture.convert("RGBA"))
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    return np.array(picture, dtype=np.uint8)


def _from_deep_gray(values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Image:
    # Pillow's own conversion clips 16-bit samples to 255, which turns a page into white.
    is_deep = values.max(initial=0) > _WHITE
    gray = np.empty(values.shape, dtype=np.uint8)
    # In strips: all of 40 Mpx as float64 would take 320 MB, several times over.
    for top in range(0, len(values), _STRIP_ROWS):
        levels = values[top : top + _STRIP_ROWS].astype(np.float64)
        shades = np.clip(levels / 257.0 if is_deep else levels, 0, _WHITE)
        gray[top : top + _STRIP_ROWS] = np.rint(shades)
    return np.repeat(gray[..., None], 3, axis=2)


def _on_white(picture: PIL.Image.Image) -> PIL.Image.Image:
    page = PIL.Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    return page
