"""Files that no honest camera sends, made by code and the same every time.

Every file is made when it is asked for, so that the corpus never lies in memory as a whole.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

import numpy as np
import PIL.Image
import PIL.PngImagePlugin

from app.specimens.letter import Letter, Print, letter_pdf, pdf_file
from app.vision.decoding import MAX_BYTES

MARK = b"MARKED-KYC-PAYLOAD"
"""Stands in every passenger of a lawful picture; none of it may come out of the decoder."""


class Fate(Enum):
    """What must become of a file."""

    REFUSED = "refused"
    CLEANED = "accepted, and nothing but its pixels comes out"
    # A damaged header over sound pixels: decoders differ, and either end is safe.
    REFUSED_OR_CLEANED = "either"


@dataclass(frozen=True)
class HostileFile:
    """One file; `codes` are the refusals that are right for it, all of them when empty."""

    name: str
    fate: Fate
    make: Callable[[], bytes]
    codes: frozenset[str] = frozenset()


def hostile_files() -> list[HostileFile]:
    """The whole corpus, in a fixed order."""
    kinds = (
        _announced_sizes,
        _bombs,
        _foreign_formats,
        _behind_a_magic_number,
        _cut_off,
        _with_passengers,
        _behind_something_else,
        _animated,
        _colour_modes,
        _metadata,
        _broken_png,
        _broken_jpeg,
        _broken_webp,
        _pdf,
        _large,
    )
    return [file for kind in kinds for file in kind()]


def _refused(name: str, make: Callable[[], bytes], *codes: str) -> HostileFile:
    return HostileFile(name, Fate.REFUSED, make, frozenset(codes))


def _cleaned(name: str, make: Callable[[], bytes]) -> HostileFile:
    return HostileFile(name, Fate.CLEANED, make)


def _either(name: str, make: Callable[[], bytes]) -> HostileFile:
    return HostileFile(name, Fate.REFUSED_OR_CLEANED, make)


def saved(picture: PIL.Image.Image, file_format: str, **options: Any) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, format=file_format, **options)
    return buffer.getvalue()


@cache
def _photo() -> PIL.Image.Image:
    noise = np.random.default_rng(9303).integers(0, 256, (60, 90, 3), np.uint8)
    return PIL.Image.fromarray(noise).resize((360, 240), PIL.Image.Resampling.BILINEAR)


@cache
def encodings() -> dict[str, bytes]:
    """One lawful picture in every way of writing it that is read here."""
    photo = _photo()
    return {
        "jpeg": saved(photo, "JPEG"),
        "progressive jpeg": saved(photo, "JPEG", progressive=True),
        "gray jpeg": saved(photo.convert("L"), "JPEG"),
        "png": saved(photo, "PNG"),
        "palette png": saved(photo.convert("P"), "PNG"),
        "transparent png": saved(photo.convert("RGBA"), "PNG"),
        "webp": saved(photo, "WEBP"),
        "lossless webp": saved(photo, "WEBP", lossless=True),
    }


# --- sizes and bombs ------------------------------------------------------------------------------


def png_chunk(kind: bytes, data: bytes, *, crc: int | None = None) -> bytes:
    """A chunk with its checksum, or with the given one."""
    body = kind + data
    return (
        struct.pack("!I", len(data))
        + body
        + struct.pack("!I", zlib.crc32(body) if crc is None else crc)
    )


def png(width: int, height: int, *, depth: int = 8, colour: int = 0, rows: bytes = b"") -> bytes:
    """A PNG that announces this size and holds these rows, compressed."""
    header = struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = zlib.compress(rows or b"\0" * 1000, 1)
    return _png_of((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))


def _png_of(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, data) for kind, data in chunks)


def _blank_png(width: int, height: int, depth: int, colour: int) -> bytes:
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    row = bytes(1 + (width * samples * depth + 7) // 8)
    packer = zlib.compressobj(1)
    block = row * 64
    packed = [packer.compress(block) for _ in range(height // 64)]
    packed += [packer.compress(row * (height % 64)), packer.flush()]
    header = struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return _png_of((b"IHDR", header), (b"IDAT", b"".join(packed)), (b"IEND", b""))


def _jpeg_of_size(width: int, height: int) -> bytes:
    content = bytearray(encodings()["jpeg"])
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack("!HH", height, width)
    return bytes(content)


def _webp_of_size(width: int, height: int) -> bytes:
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return _riff(b"VP8X" + struct.pack("<I", 10) + bytes(4) + canvas + encodings()["webp"][12:])


def _riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _announced_sizes() -> Iterator[HostileFile]:
    too_many = ("too_many_pixels", "truncated_image")
    huge = (2**31 - 1, 65_535)
    for width, height in [(30_000, 30_000), (20_000, 20_000), (13_000, 13_000), (9_500, 9_500),
                          (6_400, 6_400), (40_000_001, 1), (1, 40_000_001), (huge[0], huge[0]),
                          (huge[0], 1), (huge[1], huge[1])]:  # fmt: skip
        name = f"png of {width} x {height}"
        yield _refused(name, lambda w=width, h=height: png(w, h), *too_many)
    for width, height in [(0, 0), (0, 100), (100, 0), (2**32 - 1, 2**32 - 1)]:
        yield _refused(f"png of {width} x {height}", lambda w=width, h=height: png(w, h))
    for width, height in [(huge[1], huge[1]), (huge[1], 1_000), (10_000, 10_000), (0, 0), (0, 9)]:
        name = f"jpeg of {width} x {height}"
        yield _refused(name, lambda w=width, h=height: _jpeg_of_size(w, h), *too_many)
    for width, height in [(16_383, 16_383), (2**24, 2**24), (2**24, 1), (10_000, 10_000)]:
        name = f"webp of {width} x {height}"
        yield _refused(name, lambda w=width, h=height: _webp_of_size(w, h), *too_many)


def _bombs() -> Iterator[HostileFile]:
    yield _refused("all of 13000 x 13000", lambda: _blank_png(13_000, 13_000, 1, 0),
                   "too_many_pixels")  # fmt: skip
    for kind in (b"zTXt", b"iTXt", b"iCCP"):
        yield _either(f"{kind.decode()} of 32 MB", lambda k=kind: _with_packed_text(k, 32))
    yield _either("5000 texts", _with_many_texts)
    yield _either("a row too many, a million times", lambda: _excess_rows(40_000_000))
    yield _either("200 scans", lambda: _with_scans(200))
    yield _refused("over 10 MB", lambda: encodings()["jpeg"] + bytes(MAX_BYTES), "file_too_large")
    yield _refused("nothing", lambda: b"", "empty_file")


def _with_packed_text(kind: bytes, megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    lead = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0", b"iCCP": b"k\0\0"}[kind]
    return _with_chunk(kind, lead + packed)


def _with_chunk(kind: bytes, data: bytes, *, crc: int | None = None) -> bytes:
    plain = encodings()["png"]
    return plain[:33] + png_chunk(kind, data, crc=crc) + plain[33:]


def _with_many_texts() -> bytes:
    plain = encodings()["png"]
    texts = b"".join(png_chunk(b"tEXt", b"k%d\0%s" % (n, b"x" * 1000)) for n in range(5000))
    return plain[:33] + texts + plain[33:]


def _excess_rows(count: int) -> bytes:
    return png(100, 100, rows=bytes(count))


def _with_scans(count: int) -> bytes:
    """A progressive picture whose last scan comes again and again: each costs a whole pass."""
    plain = encodings()["progressive jpeg"]
    last = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[last:-2] * count + b"\xff\xd9"


# --- what is no JPEG, PNG or WebP -----------------------------------------------------------------


def _foreign_formats() -> Iterator[HostileFile]:
    photo = _photo()
    for name in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "SGI", "JPEG2000", "ICNS", "DDS",
                 "MSP", "XBM", "AVIF", "EPS", "BLP"):  # fmt: skip
        mode = {"MSP": "1", "XBM": "1", "BLP": "P"}.get(name, "RGB")
        make = lambda n=name, m=mode: saved(photo.convert(m), n)  # noqa: E731
        yield _refused(f"a {name} file", make, "unsupported_media_type")
    for name, content in _foreign_heads().items():
        make = lambda c=content: c + bytes(200)  # noqa: E731
        yield _refused(f"a {name} file", make, "unsupported_media_type")
    yield _refused("a zip", _zip, "unsupported_media_type")
    yield _refused("a gzip bomb", lambda: gzip.compress(bytes(50_000_000)),
                   "unsupported_media_type")  # fmt: skip


def _foreign_heads() -> dict[str, bytes]:
    return {
        "SVG": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "SVG without a prolog": b"<svg onload='alert(1)'/>",
        "HTML": b"<!doctype html><script>alert(1)</script>",
        "XML entity bomb": b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aaaa'>]><l>&a;</l>",
        "HEIF sequence": b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc",
        "MP4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "binary EPS": b"\xc5\xd0\xd3\xc6" + bytes(26),
        "PSD": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\x10\0\0\0\x10\0\x08\0\3",
        "FITS": b"SIMPLE  =                    T",
        "WAVE": b"RIFF\x24\0\0\0WAVEfmt ",
        "AVI": b"RIFF\x24\0\0\0AVI LIST",
        "ELF": b"\x7fELF\2\1\1",
        "Windows program": b"MZ\x90\0\3",
        "shell script": b"#!/bin/sh\ntouch /tmp/x\n",
        "PHP": b"<?php system($_GET['c']); ?>",
        "JSON": b'{"image": "data:image/png;base64,iVBORw0KGgo="}',
        "data URL": b"data:image/jpeg;base64,/9j/4AAQSkZJRg==",
        "SQLite": b"SQLite format 3\0",
        "pickle": b"\x80\x04\x95\x1e\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
        "MVG": b"push graphic-context\nfill 'url(https://a.test/x)'\npop graphic-context",
        "zeros": bytes(64),
        "half of a JPEG's mark": b"\xff\xd8",
        "JPEG mark turned round": b"\xd8\xff\xff",
        "PNG mark without a header": b"\x89PNG\r\n\x1a\n\0\0\0\rIDAT",
        "PNG mark after a text transfer": b"\x89PNG\n\x1a\n\0\0\0\rIHDR",
        "MNG": b"\x8aMNG\r\n\x1a\n",
        "JNG": b"\x8bJNG\r\n\x1a\n",
    }


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.jpg", encodings()["jpeg"])
        archive.writestr("../../evil.sh", MARK)
    return buffer.getvalue()


def _behind_a_magic_number() -> Iterator[HostileFile]:
    leads = {"jpeg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
             "webp": b"RIFF\xff\xff\0\0WEBP"}  # fmt: skip
    dice = random.Random(9303)
    tails = {
        "nothing": b"",
        "zeros": bytes(5000),
        "noise": dice.randbytes(5000),
        "ones": b"\xff" * 5000,
        "html": b"<html><script>alert(1)</script>" * 50,
        "a gif": saved(_photo(), "GIF"),
    }
    for lead, first in leads.items():
        for tail, rest in tails.items():
            name = f"the mark of a {lead} before {tail}"
            yield _refused(name, lambda f=first, r=rest: f + r, "truncated_image")


def _cut_off() -> Iterator[HostileFile]:
    for name, content in encodings().items():
        for share in (0.05, 0.3, 0.5, 0.7, 0.9, 0.97):
            length = int(len(content) * share)
            cut = lambda c=content, n=length: c[:n]  # noqa: E731
            yield _refused(f"{share:.0%} of a {name}", cut, "truncated_image")


# --- two things at once ---------------------------------------------------------------------------


def _passengers() -> dict[str, bytes]:
    return {
        "html": b"<html><script>/*" + MARK + b"*/alert(1)</script></html>",
        "php": b"<?php /*" + MARK + b"*/ system($_GET['c']); ?>",
        "a zip": _zip(),
        "a pdf": letter_pdf([Letter((Print(20, 30, MARK.decode(), 12),))]) + MARK,
        "an elf": b"\x7fELF\2\1\1" + bytes(100) + MARK,
        "a second picture": encodings()["png"] + MARK,
        "a svg": b"<svg><script>" + MARK + b"</script></svg>",
    }


def _with_passengers() -> Iterator[HostileFile]:
    for name in ("jpeg", "png", "webp"):
        for what, tail in _passengers().items():
            joined = lambda n=name, t=tail: encodings()[n] + t  # noqa: E731
            yield _cleaned(f"a {name} with {what} behind it", joined)
    for what, tail in _passengers().items():
        inside = lambda t=tail: _with_segment(0xFE, t[:60_000])  # noqa: E731
        yield _cleaned(f"a jpeg with {what} as its comment", inside)
        text = lambda t=tail: _with_chunk(b"tEXt", b"Comment\0" + t)  # noqa: E731
        yield _cleaned(f"a png with {what} as its text", text)
    yield _cleaned("a jpeg that is a script", lambda: _with_segment(0xE0, b"*/=" + MARK + b";/*"))
    yield _cleaned("a png with a private chunk", lambda: _with_chunk(b"evIl", MARK))
    yield _cleaned("a webp with an unknown chunk", lambda: _webp_with(b"EVIL", MARK))


def _with_segment(kind: int, data: bytes) -> bytes:
    plain = encodings()["jpeg"]
    return plain[:2] + bytes((0xFF, kind)) + struct.pack("!H", len(data) + 2) + data + plain[2:]


def _webp_with(kind: bytes, data: bytes) -> bytes:
    data += b"\0" * (len(data) % 2)
    return _riff(encodings()["webp"][12:] + kind + struct.pack("<I", len(data)) + data)


def _behind_something_else() -> Iterator[HostileFile]:
    for what in ("html", "php", "a zip", "an elf", "a svg"):
        for name in ("jpeg", "png", "webp"):
            joined = lambda n=name, w=what: _passengers()[w] + encodings()[n]  # noqa: E731
            yield _refused(f"{what} before a {name}", joined, "unsupported_media_type")
    for name in ("jpeg", "png"):
        moved = lambda n=name: b"\n" + encodings()[n]  # noqa: E731
        yield _refused(f"a line break before a {name}", moved, "unsupported_media_type")


def _animated() -> Iterator[HostileFile]:
    frames = [PIL.Image.new("RGB", (64, 48), (shade, 0, 0)) for shade in range(0, 250, 5)]
    for count in (2, 50):
        rest = {"save_all": True, "append_images": frames[1:count]}
        for name in ("PNG", "WEBP"):
            make = lambda n=name, r=rest: saved(frames[0], n, **r)  # noqa: E731
            yield _refused(f"{count} frames of {name}", make, "animated_image")
    pair = lambda: saved(_photo(), "MPO", save_all=True, append_images=[_photo()])  # noqa: E731
    yield _cleaned("two pictures of one phone", pair)


# --- lawful, but unusual --------------------------------------------------------------------------


def _colour_modes() -> Iterator[HostileFile]:
    for mode in ("L", "CMYK", "YCbCr"):
        yield _cleaned(f"a {mode} jpeg", lambda m=mode: saved(_photo().convert(m), "JPEG"))
    for mode in ("1", "L", "LA", "P", "PA", "RGBA"):
        wanted = "RGBA" if mode == "PA" else mode
        yield _cleaned(f"a {mode} png", lambda m=wanted: saved(_photo().convert(m), "PNG"))
    for depth, colour in ((16, 0), (16, 2), (16, 4), (16, 6), (1, 0), (2, 0), (4, 0)):
        blank = lambda d=depth, c=colour: _blank_png(120, 80, d, c)  # noqa: E731
        yield _cleaned(f"a png of {depth} bits, colour type {colour}", blank)
    yield _cleaned("a see-through palette", lambda: saved(_photo().convert("P"), "PNG",
                                                          transparency=3))  # fmt: skip
    for size in ((1, 1), (1, 500), (500, 1), (65_000, 10)):
        dot = lambda s=size: saved(PIL.Image.new("RGB", s, "teal"), "JPEG")  # noqa: E731
        yield _cleaned(f"{size[0]} x {size[1]} px", dot)


def _metadata() -> Iterator[HostileFile]:
    for orientation in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255):
        exif = _exif({0x0112: orientation})
        turned = lambda e=exif: saved(_photo(), "JPEG", exif=e)  # noqa: E731
        yield _cleaned(f"orientation {orientation}", turned)
    yield _cleaned("where it was taken", lambda: saved(_photo(), "JPEG", exif=_where()))
    for name in ("PNG", "WEBP"):
        placed = lambda n=name: saved(_photo(), n, exif=_where())  # noqa: E731
        yield _cleaned(f"where it was taken, in {name}", placed)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + MARK + b"</x:xmpmeta>"
    for name, data in {
        "XMP": xmp,
        "an EXIF loop": b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0" + MARK,
        "an EXIF offset beyond the end": b"Exif\0\0II*\0\xff\xff\xff\x7f" + MARK,
        "an EXIF of a million entries": b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + MARK * 20,
        "an EXIF without a head": b"Exif\0\0" + MARK,
        "an EXIF that points to itself": b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1"
        b"\0\0\0\x08",
    }.items():
        yield _cleaned(name, lambda d=data: _with_segment(0xE1, d))
    profile = b"ICC_PROFILE\0\1\1" + struct.pack("!I", 900) + MARK * 40
    yield _cleaned("a colour profile of text", lambda: _with_segment(0xE2, profile))
    part = b"ICC_PROFILE\0\xff\xfe" + MARK
    yield _cleaned("one part of 254 of a profile", lambda: _with_segment(0xE2, part))
    tags = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\xff\xff" + MARK
    yield _cleaned("Photoshop's own tags", lambda: _with_segment(0xED, tags))
    thumbnail = b"JFIF\0\1\1\0\0\1\0\1\xff\xff" + MARK
    yield _cleaned("a long JFIF thumbnail", lambda: _with_segment(0xE0, thumbnail))


def _exif(tags: dict[int, Any]) -> PIL.Image.Exif:
    exif = PIL.Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    return exif


def _where() -> PIL.Image.Exif:
    exif = _exif({0x010F: MARK.decode(), 0x013B: MARK.decode(), 0x927C: MARK})
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0), 29: MARK.decode()})
    return exif


# --- damaged --------------------------------------------------------------------------------------


def _broken_png() -> Iterator[HostileFile]:
    plain = encodings()["png"]
    for name, place, value in (
        ("bit depth 0", 24, 0), ("bit depth 3", 24, 3), ("bit depth 255", 24, 255),
        ("colour type 1", 25, 1), ("colour type 7", 25, 7), ("compression 1", 26, 1),
        ("interlace 2", 28, 2), ("a header of 12 bytes", 11, 12),
        ("a header of 255 bytes", 11, 255),
    ):  # fmt: skip
        yield _either(f"png, {name}", lambda p=place, v=value: _patched_png(p, v))
    yield _refused("png, wrong checksum of its header", lambda: _flipped(plain, 30),
                   "truncated_image")  # fmt: skip
    header = plain[16:29]
    packed = zlib.compress(bytes(100))
    for name, chunks in {
        "no data": ((b"IHDR", header), (b"IEND", b"")),
        "data that is not packed": ((b"IHDR", header), (b"IDAT", bytes(500)), (b"IEND", b"")),
        "too few rows": ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")),
        "its end first": ((b"IHDR", header), (b"IEND", b""), (b"IDAT", packed)),
        "no palette": ((b"IHDR", header[:9] + b"\3" + header[10:]), (b"IDAT", packed)),
        "no end and no data": ((b"IHDR", header),),
    }.items():
        yield _refused(f"png, {name}", lambda c=chunks: _png_of(*c), "truncated_image")
    for name, kind, data in (
        ("a palette of 300 colours", b"PLTE", bytes(900)), ("a palette of 2 bytes", b"PLTE", b"ab"),
        ("an empty gamma", b"gAMA", b""), ("an empty resolution", b"pHYs", b""),
        ("a short transparency", b"tRNS", b"\0"), ("a second header", b"IHDR", header),
        ("an empty EXIF", b"eXIf", b""), ("animation of no frames", b"acTL", bytes(8)),
        ("short animation control", b"acTL", b"\0"), ("a frame's control", b"fcTL", bytes(26)),
        ("an unfinished text", b"iTXt", b"k\0"), ("a chunk of no letters", b"\0\0\0\0", b""),
    ):  # fmt: skip
        yield _either(f"png, {name}", lambda k=kind, d=data: _with_chunk(k, d))
    yield _either(
        "png, a chunk with a wrong checksum", lambda: _with_chunk(b"gAMA", bytes(4), crc=1)
    )
    for filter_type in (5, 77, 255):
        rows = (bytes((filter_type,)) + bytes(300)) * 100
        filtered = lambda r=rows: png(100, 100, colour=2, rows=r)  # noqa: E731
        yield _either(f"png, row filter {filter_type}", filtered)


def _patched_png(place: int, value: int) -> bytes:
    content = bytearray(encodings()["png"])
    content[place] = value
    content[29:33] = struct.pack("!I", zlib.crc32(content[12:29]))
    return bytes(content)


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes((content[place] ^ 0x55,)) + content[place + 1 :]


def _broken_jpeg() -> Iterator[HostileFile]:
    plain = encodings()["jpeg"]
    for name, marker in (("quantisation table", b"\xff\xdb"), ("Huffman table", b"\xff\xc4"),
                         ("frame", b"\xff\xc0"), ("scan", b"\xff\xda")):  # fmt: skip
        yield _either(f"jpeg without a {name}", lambda m=marker: _without_segment(plain, m))
        for length in (0, 1, 2, 3, 0xFFFF):
            wrong = lambda m=marker, n=length: _with_length(plain, m, n)  # noqa: E731
            yield _either(f"jpeg, length {length} of its {name}", wrong)
    for name, offset, value in (
        ("12 bits a sample", 4, 12), ("0 bits a sample", 4, 0), ("no component", 9, 0),
        ("255 components", 9, 255), ("sampling 0 x 0", 11, 0), ("sampling 15 x 15", 11, 0xFF),
        ("quantisation table 200", 12, 200),
    ):  # fmt: skip
        yield _either(f"jpeg, {name}", lambda o=offset, v=value: _with_frame_byte(o, v))
    for kind in (0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCB, 0xCF):
        yield _either(f"jpeg, frame of kind {kind:X}", lambda k=kind: _with_frame_byte(1, k))
    yield _either("jpeg in a jpeg in a jpeg", lambda: plain[:2] * 500 + plain)
    yield _either("jpeg, 20000 fill bytes", lambda: plain[:2] + b"\xff" * 20_000 + plain[3:])
    yield _either("jpeg, its end in the middle", lambda: plain[:4000] + b"\xff\xd9" + plain[4000:])
    for seed in range(6):
        yield _either(f"jpeg with sand in it, {seed}", lambda s=seed: _sanded("jpeg", s))


def _without_segment(content: bytes, marker: bytes) -> bytes:
    place = content.index(marker)
    (length,) = struct.unpack_from("!H", content, place + 2)
    return content[:place] + content[place + 2 + length :]


def _with_length(content: bytes, marker: bytes, length: int) -> bytes:
    place = content.index(marker) + 2
    return content[:place] + struct.pack("!H", length) + content[place + 2 :]


def _with_frame_byte(offset: int, value: int) -> bytes:
    content = bytearray(encodings()["jpeg"])
    content[content.index(b"\xff\xc0") + offset] = value
    return bytes(content)


def _sanded(name: str, seed: int) -> bytes:
    dice = random.Random(seed)
    content = bytearray(encodings()[name])
    for _ in range(40):
        content[dice.randrange(12, len(content))] = dice.randrange(256)
    return bytes(content)


def _broken_webp() -> Iterator[HostileFile]:
    plain = encodings()["webp"]
    for size in (0, 4, 12, 0x7FFFFFFF, 0xFFFFFFFF):
        outer = lambda s=size: plain[:4] + struct.pack("<I", s) + plain[8:]  # noqa: E731
        yield _either(f"webp, outer length {size}", outer)
        inner = lambda s=size: plain[:16] + struct.pack("<I", s) + plain[20:]  # noqa: E731
        yield _either(f"webp, inner length {size}", inner)
    yield _refused("webp, no chunk", lambda: _riff(b""), "truncated_image")
    yield _refused("webp, a frame of no bytes", lambda: _riff(b"VP8 " + bytes(4)),
                   "truncated_image")  # fmt: skip
    yield _refused("webp, a canvas alone", lambda: _webp_of_size(64, 64)[:30], "truncated_image")
    flags = b"VP8X" + struct.pack("<I", 10) + b"\x3e\0\0\0" + bytes(6)
    yield _either("webp, every flag set", lambda: _riff(flags + plain[12:]))
    for seed in range(4):
        yield _either(f"webp with sand in it, {seed}", lambda s=seed: _sanded("webp", s))
        lossless = lambda s=seed: _sanded("lossless webp", s)  # noqa: E731
        yield _either(f"lossless webp with sand in it, {seed}", lossless)


# --- PDF: read as a proof of address, never as a document's side ----------------------------------

_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def _pdf() -> Iterator[HostileFile]:
    sound = letter_pdf([Letter((Print(20, 30, "Amaurot Energy", 12),))])
    for share in (0.02, 0.1, 0.3):
        cut = lambda s=share: sound[: int(len(sound) * s)]  # noqa: E731
        yield _refused(f"{share:.0%} of a pdf", cut, "pdf_damaged", "pdf_no_pages")
    sizes = ((200_000, 200_000), (3_401, 10), (1, 1), (0, 0), (10**30, 10**30))
    for width, height in sizes:
        page = _PAGE.replace(b"595 842", b"%d %d" % (width, height))
        sized = lambda p=page: pdf_file([_CATALOGUE, _PAGES, p])  # noqa: E731
        yield _either(f"a pdf page of {width} x {height} pt", sized)
    own_kid = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"
    many = b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"
    yield _either(
        "a pdf whose pages hold themselves", lambda: pdf_file([_CATALOGUE, own_kid, _PAGE])
    )
    yield _either("a pdf of two billion pages", lambda: pdf_file([_CATALOGUE, many, _PAGE]))
    deep = b"[" * 20_000 + b"]" * 20_000
    yield _either("a pdf 20000 lists deep", lambda: pdf_file([_CATALOGUE, _PAGES, _PAGE, deep]))
    script = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (%s) >> >>" % MARK
    launch = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (%s) >> >>" % MARK
    uri = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (https://a.test) >> >>"
    for name, catalogue in {"a script": script, "a program": launch, "an address": uri}.items():
        opened = lambda c=catalogue: pdf_file([c, _PAGES, _PAGE])  # noqa: E731
        yield _cleaned(f"a pdf that opens {name}", opened)
    yield _refused("a pdf of nothing", lambda: b"%PDF-1.7\n%%EOF", "pdf_damaged", "pdf_no_pages")
    yield _refused("a pdf of noise", lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(9000),
                   "pdf_damaged")  # fmt: skip


# --- as large as is lawful ------------------------------------------------------------------------


def _large() -> Iterator[HostileFile]:
    """40 Mpx in the encodings that take most memory to open."""
    for depth, colour in ((8, 6), (16, 0)):
        blank = lambda d=depth, c=colour: _blank_png(8_000, 5_000, d, c)  # noqa: E731
        yield _cleaned(f"40 Mpx of {depth} bits, colour type {colour}", blank)
    cmyk = lambda: saved(PIL.Image.new("CMYK", (8_000, 5_000)), "JPEG")  # noqa: E731
    yield _cleaned("40 Mpx of CMYK", cmyk)
