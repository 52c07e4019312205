"""From a PDF to the pixels of its first pages: what a person would see, never its hidden text.

On strangers' files call it through `app.vision.sandbox` only: a C++ library parses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pypdfium2
import pypdfium2.raw

from app.vision.decoding import MAX_RENDERED_PAGES, UndecodableImageError

if TYPE_CHECKING:
    from app.vision.image import Image

MAX_PAGES = 20
# A0 is 3371 pt long; the library would try to draw a page of 200 000 pt.
MAX_PAGE_SIDE_PT = 3400.0
_MIN_PAGE_SIDE_PT = 36.0
_SCALE = 200 / 72  # 200 dpi: print of 8 pt is then 22 px high
_MAX_RENDERED_SIDE_PX = 2400.0


@dataclass(frozen=True, slots=True, eq=False)
class RenderedPdf:
    """The first pages as upright RGB pixels, and how many pages the file has."""

    pages: list[Image]
    n_pages: int


def render_pdf(payload: bytes) -> RenderedPdf:
    """At most MAX_RENDERED_PAGES pages of a PDF, without forms, comments or scripts.

    Raises: UndecodableImage with one of the codes that begin with `pdf_`.
    Cost: 50 ms a page of text at A4.
    """
    document = _open(payload)
    try:
        return _render(document)
    except (pypdfium2.PdfiumError, ValueError, MemoryError) as error:
        raise UndecodableImageError("pdf_damaged") from error
    finally:
        document.close()


def _open(payload: bytes) -> pypdfium2.PdfDocument:
    # Whoever hides the file's key from us hides it from a reviewer, too.
    if b"/Encrypt" in payload and _asks_for_password(payload):
        raise UndecodableImageError("pdf_encrypted")
    try:
        return pypdfium2.PdfDocument(payload)
    except pypdfium2.PdfiumError as error:
        raise UndecodableImageError(_why_not(error)) from error


def _asks_for_password(payload: bytes) -> bool:
    try:
        pypdfium2.PdfDocument(payload).close()
    except pypdfium2.PdfiumError as error:
        return _why_not(error) == "pdf_encrypted"
    return False


def _why_not(error: pypdfium2.PdfiumError) -> str:
    if error.err_code in {pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY}:
        return "pdf_encrypted"
    # The library refuses a sound file without a page, and then reports success.
    is_sound = error.err_code == pypdfium2.raw.FPDF_ERR_SUCCESS
    return "pdf_no_pages" if is_sound else "pdf_damaged"


def _render(document: pypdfium2.PdfDocument) -> RenderedPdf:
    n_pages = len(document)
    if n_pages == 0:
        raise UndecodableImageError("pdf_no_pages")
    if n_pages > MAX_PAGES:
        raise UndecodableImageError("pdf_too_many_pages")
    # Every page is measured before the first is drawn.
    sizes = [document.get_page_size(number) for number in range(n_pages)]
    for size in sizes:
        _check_size(size)
    count = min(n_pages, MAX_RENDERED_PAGES)
    return RenderedPdf([_pixels(document, number) for number in range(count)], n_pages)


def _check_size(size: tuple[float, float]) -> None:
    # NaN and infinity fail the comparisons as well.
    if not min(size) >= _MIN_PAGE_SIDE_PT:
        raise UndecodableImageError("pdf_damaged")
    if not max(size) <= MAX_PAGE_SIDE_PT:
        raise UndecodableImageError("pdf_page_too_large")


def _pixels(document: pypdfium2.PdfDocument, number: int) -> Image:
    page = document[number]
    scale = min(_SCALE, _MAX_RENDERED_SIDE_PX / max(page.get_size()))
    # A comment laid over the page is not what its issuer printed.
    bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=False, rev_byteorder=True)
    pixels = np.array(bitmap.to_numpy()[..., :3], dtype=np.uint8)
    bitmap.close()
    page.close()
    return pixels
