"""Files as requests hold them: of each kind one that can be read, and two that cannot."""

from io import BytesIO

from PIL import Image


def _picture(form: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (900, 640), (180, 190, 200)).save(file, form)
    return file.getvalue()


_WHOLE = [_picture(form) for form in ("JPEG", "PNG", "WEBP", "PDF")]
_BROKEN = [file[: len(file) // 2] for file in _WHOLE]
_EMPTY = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"%PDF-1.7\n%%EOF",
]

FILES = [*_WHOLE, *_BROKEN, *_EMPTY]
