"""A PDF becomes the pixels of its first pages, and a hostile one a refusal with its code."""

import zlib
from collections.abc import Iterator

import numpy as np
import pytest

from app.specimens.letter import Letter, Print, letter_pdf, pdf_file
from app.vision.decoding import MAX_BYTES, MAX_RENDERED_PAGES, UndecodableImage, decode_image
from app.vision.image import Image, encode_jpeg
from app.vision.pdf import MAX_PAGES, render_pdf
from app.vision.sandbox import Sandbox

LETTER = Letter((Print(20, 30, "Amaurot Energy", 24), Print(20, 60, "small print", 8)))
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def _page(size: str = "0 0 595 842", more: str = "") -> bytes:
    head = f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 4 0 R "
    return f"{head}/Resources << /Font << /F1 5 0 R >> >> {more} >>".encode()


def _stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


WORDS = _stream(b"BT /F1 24 Tf 72 700 Td (Amaurot Energy) Tj ET")


def _ink(pixels: Image) -> int:
    return int((pixels < 128).sum())


def test_a_page_is_drawn_at_200_dots_to_the_inch() -> None:
    rendered = render_pdf(letter_pdf([LETTER]))

    assert rendered.n_pages == 1
    height, width = rendered.pages[0].shape[:2]
    assert (round(width / 8.27), round(height / 11.69)) == (200, 200)
    assert _ink(rendered.pages[0]) > 1000


def test_only_the_first_pages_are_drawn_and_all_are_counted(sandbox: Sandbox) -> None:
    found = sandbox.run("paper_pages", letter_pdf([LETTER] * 5))

    assert (found.n_pages, len(found.jpegs), found.format) == (5, MAX_RENDERED_PAGES, "PDF")
    assert decode_image(found.jpegs[0]).pixels.shape[2] == 3


def test_a_picture_is_a_paper_of_one_page(sandbox: Sandbox) -> None:
    picture = encode_jpeg(np.full((800, 600, 3), 200, np.uint8))

    found = sandbox.run("paper_pages", picture)

    assert (found.n_pages, len(found.jpegs), found.format) == (1, 1, "JPEG")


def test_a_pdf_is_no_picture_of_a_document(sandbox: Sandbox) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        sandbox.run("inspect_document", letter_pdf([LETTER]))

    assert refusal.value.code == "unsupported_media_type"


def _locked() -> bytes:
    """Asks for a password: the check values fit none, not even the empty one."""
    content = pdf_file([CATALOGUE, PAGES, _page(), WORDS, FONT])
    lock = b"/Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s>" % (b"41" * 32, b"42" * 32)
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /ID [<00><00>] /Encrypt << %s >>" % lock)


def _without_pages() -> bytes:
    return pdf_file([CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"])


def _with_image(width: int, height: int, content: bytes) -> bytes:
    shape = f"/Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    image = f"/Type /XObject /Subtype /Image {shape} /Filter /FlateDecode".encode()
    page = _page().replace(b"/Font << /F1 5 0 R >>", b"/XObject << /I 5 0 R >>")
    shown = _stream(b"q 595 0 0 842 0 0 cm /I Do Q")
    return pdf_file([CATALOGUE, PAGES, page, shown, _stream(content, image)])


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (_locked(), "pdf_encrypted"),
        (_without_pages(), "pdf_no_pages"),
        (letter_pdf([LETTER] * (MAX_PAGES + 1)), "pdf_too_many_pages"),
        (pdf_file([CATALOGUE, PAGES, _page("0 0 200000 200000"), WORDS, FONT]),
         "pdf_page_too_large"),
        (pdf_file([CATALOGUE, PAGES, _page("0 0 2 2"), WORDS, FONT]), "pdf_damaged"),
        (letter_pdf([LETTER])[:200], "pdf_damaged"),
        (b"%PDF-1.7\n" + b"\x00" * 5000, "pdf_damaged"),
        (b"%PDF-", "pdf_damaged"),
        (b"%PDF-1.4\n" + b"1 0 obj\n" * MAX_BYTES, "file_too_large"),
    ],
    ids=["locked", "no pages", "too many pages", "too large", "too small", "cut off", "zeros",
         "head only", "over 10 MB"],
)  # fmt: skip
def test_a_hostile_pdf_is_refused_with_what_to_do(
    sandbox: Sandbox, payload: bytes, code: str
) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        sandbox.run("paper_pages", payload)

    assert refusal.value.code == code
    assert str(refusal.value)


def test_a_pdf_that_unpacks_to_half_a_gigabyte_ends_and_the_next_one_is_read(
    sandbox: Sandbox,
) -> None:
    # Twice deflated, 512 MB of zeros fit into some kilobytes.
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(bytes(1 << 24)) for _ in range(32)) + packer.flush()
    bomb = _with_image(30000, 6000, zlib.compress(once, 9)).replace(
        b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]"
    )
    assert len(bomb) < 100_000

    outcome = _outcome(sandbox, bomb)

    assert outcome in {"PDF", "decoder_failed", "decoder_timeout", "pdf_damaged"}
    assert _outcome(sandbox, letter_pdf([LETTER])) == "PDF"


def _outcome(sandbox: Sandbox, payload: bytes) -> str:
    try:
        return sandbox.run("paper_pages", payload).format
    except UndecodableImage as refusal:
        return refusal.code


def test_a_page_that_draws_itself_ends(sandbox: Sandbox) -> None:
    itself = b"/XObject << /I 5 0 R >>"
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>" % itself
    page = _page().replace(b"/Font << /F1 5 0 R >>", itself)
    looped = pdf_file([CATALOGUE, PAGES, page, _stream(b"/I Do"), _stream(b"/I Do", form)])

    assert sandbox.run("paper_pages", looped).n_pages == 1


def test_scripts_forms_and_comments_change_nothing_on_the_page() -> None:
    plain = pdf_file([CATALOGUE, PAGES, _page(), WORDS, FONT])
    appearance = _stream(
        b"0 0 0 rg 0 0 400 400 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 400 400]"
    )
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /V (forged) /F 4 /Rect [50 50 450 450]"
        b" /AP << /N 8 0 R >> >>"
    )
    comment = b"<< /Type /Annot /Subtype /Stamp /F 4 /Rect [50 450 450 650] /AP << /N 8 0 R >> >>"
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\); this.getField\\('f'\\).value = 'x';) >>"
    catalogue = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 9 0 R /AcroForm << /Fields [6 0 R]"
        b" /NeedAppearances true >> >>"
    )
    page = _page(more="/Annots [6 0 R 7 0 R] /AA << /O 9 0 R >>")
    alive = pdf_file([catalogue, PAGES, page, WORDS, FONT, field, comment, appearance, script])

    assert np.array_equal(render_pdf(alive).pages[0], render_pdf(plain).pages[0])


def test_a_picture_with_a_pdf_behind_it_is_a_picture(sandbox: Sandbox) -> None:
    picture = encode_jpeg(np.full((800, 600, 3), 200, np.uint8))

    assert sandbox.run("paper_pages", picture + letter_pdf([LETTER])).format == "JPEG"
