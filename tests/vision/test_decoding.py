from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import PIL.Image
import pytest

from app.vision.decoding import MAX_BYTES, UndecodableImage, check_upload, decode_image
from tests.builders.heic_picture import heic_picture

if TYPE_CHECKING:
    from app.vision.sandbox import Sandbox


def picture_file(picture: PIL.Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, format=file_format, **options)
    return buffer.getvalue()


def png_of_size(width_px: int, height_px: int) -> bytes:
    """A lawful PNG header that announces any size, with one idle data block."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack("!I", len(data)) + body + struct.pack("!I", zlib.crc32(body))

    header = struct.pack("!IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def animated_webp() -> bytes:
    frames = [PIL.Image.new("RGB", (64, 64), color) for color in ("red", "blue")]
    return picture_file(frames[0], "WEBP", save_all=True, append_images=frames[1:])


JPEG = picture_file(PIL.Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG")
REFUSED = {
    "empty_file": b"",
    "file_too_large": b"\xff\xd8\xff" + b"\0" * MAX_BYTES,
    "too_many_pixels": png_of_size(30_000, 30_000),
    "animated_image": animated_webp(),
    "truncated_image": JPEG[: len(JPEG) // 2],
}


@pytest.mark.parametrize("code", REFUSED)
def test_an_unlawful_file_is_refused_by_its_code(code: str) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        decode_image(REFUSED[code])

    assert refusal.value.code == code


@pytest.mark.parametrize(
    "payload",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html></html>", b"%PDF-1.7", b"GIF89a" * 9],
)
def test_the_content_decides_and_not_the_file_name(payload: bytes) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        decode_image(payload)

    assert refusal.value.code == "unsupported_media_type"


@pytest.mark.parametrize("size", [(13_000, 13_000), (9_500, 9_500), (6_400, 6_400)])
def test_a_bomb_is_refused_from_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(UndecodableImage) as refusal:
        decode_image(png_of_size(*size))

    assert refusal.value.code == "too_many_pixels"


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    picture = PIL.Image.new("RGB", (40, 30), (200, 200, 200)).convert(mode)
    file_format = "JPEG" if mode == "CMYK" else "PNG"

    pixels = decode_image(picture_file(picture, file_format)).pixels

    assert (pixels.shape, pixels.dtype) == ((30, 40, 3), np.uint8)
    assert int(pixels[10, 10].max()) > 150


def test_sixteen_bits_keep_their_mid_gray() -> None:
    picture = PIL.Image.fromarray(np.full((20, 20), 0x8000, dtype=np.uint16))

    assert decode_image(picture_file(picture, "PNG")).pixels[5, 5].tolist() == [128, 128, 128]


def test_a_deep_picture_of_many_strips_keeps_every_shade() -> None:
    shades = np.linspace(0, 0xFFFF, 600 * 40).astype(np.uint16).reshape(600, 40)

    pixels = decode_image(picture_file(PIL.Image.fromarray(shades), "PNG")).pixels

    assert np.array_equal(pixels[..., 1], np.rint(shades / 257).astype(np.uint8))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_heic_is_read_upright_where_the_extra_is_installed(sandbox: Sandbox) -> None:
    pytest.importorskip("pi_heif")
    decoded = sandbox.run("decode", heic_picture())
    assert (decoded.width_px, decoded.height_px, decoded.format) == (64, 96, "HEIF")
    assert decoded.metadata_signals["has_camera_make"] is True
    red, blue, white = decoded.pixels[10, 5], decoded.pixels[-5, -5], decoded.pixels[10, -5]
    assert red[0] > 150 > blue[0]
    assert blue[2] > 150 > red[2]
    assert min(white) > 200


def test_without_the_extra_heic_is_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.vision.decoding.IS_READ", False)
    with pytest.raises(UndecodableImage, match="Send the picture as JPEG") as refusal:
        check_upload(heic_picture())
    assert refusal.value.code == "heic_not_enabled"


def test_damaged_heic_is_refused(sandbox: Sandbox) -> None:
    pytest.importorskip("pi_heif")
    whole = heic_picture()
    for damaged in (whole[:400], whole[:500] + bytes(100), b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"):
        with pytest.raises(UndecodableImage) as refusal:
            sandbox.run("decode", damaged)
        assert refusal.value.code in {"truncated_image", "decoder_failed"}


def test_transparency_becomes_white_paper() -> None:
    picture = PIL.Image.new("RGBA", (10, 10), (0, 0, 0, 0))

    assert decode_image(picture_file(picture, "PNG")).pixels[0, 0].tolist() == [255, 255, 255]


def test_the_camera_orientation_is_applied_and_named() -> None:
    picture = PIL.Image.new("RGB", (60, 40), "black")
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    exif[0x0131] = "Editor\x00 9"

    decoded = decode_image(picture_file(picture, "JPEG", exif=exif))

    assert (decoded.width_px, decoded.height_px) == (40, 60)
    assert decoded.pixels.shape == (60, 40, 3)
    assert decoded.metadata_signals["orientation"] == 6
    assert decoded.metadata_signals["software"] == "other"


def test_each_refusal_says_what_to_do() -> None:
    with pytest.raises(UndecodableImage, match="Send one still picture"):
        decode_image(animated_webp())
