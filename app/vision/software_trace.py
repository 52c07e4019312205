"""Which kind of program a picture file says it went through. The words of the file stay behind."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import PIL.Image


class SoftwareTrace(StrEnum):
    """All that is told of a file's metadata: one of these words, never the file's own."""

    NONE = "none"
    OTHER = "other"
    SCREENSHOT = "screenshot"
    EDITOR = "editor"
    GENERATOR = "generator"


_EXIF_TAGS = (0x000B, 0x010E, 0x0131, 0x013C)  # processing software, description, software, host
_EXIF_USER_COMMENT, _EXIF_DETAILS = 0x9286, 0x8769
_PNG_TEXTS = ("Software", "Comment", "Description", "Title", "Source")
# Stable Diffusion's front ends write these text blocks into a PNG.
_PNG_GENERATOR_TEXTS = ("parameters", "prompt", "workflow", "sd-metadata")
_LONGEST = 64 * 1024  # of one text: an XMP packet has some KiB, a hostile one as much as it likes
# Ours, from what these programs write about themselves; in lower case.
_GENERATORS = (
    "midjourney", "stable diffusion", "stable-diffusion", "dall-e", "dall·e", "firefly", "comfyui",
    "novelai", "automatic1111", "trainedalgorithmicmedia",
)  # fmt: skip
_EDITORS = (
    "photoshop", "lightroom", "illustrator", "gimp", "affinity", "paint.net", "pixelmator",
    "picsart", "snapseed", "canva", "corel", "paintshop", "photopea", "pixlr", "facetune", "krita",
    "inkscape", "photoscape", "fotor", "befunky", "polarr", "imagemagick", "xnview", "irfanview",
)  # fmt: skip
_SCREENSHOTS = ("screenshot", "screen shot", "snipping tool", "gnome-screenshot", "spectacle")


def software_trace(picture: PIL.Image.Image) -> SoftwareTrace:
    """The gravest of what EXIF, XMP, text blocks and content credentials of an opened file say."""
    texts = [text.lower() for text in _texts(picture) if text.strip()]
    is_generated = any(name in picture.info for name in _PNG_GENERATOR_TEXTS)
    if is_generated or _names_any(texts, _GENERATORS):
        return SoftwareTrace.GENERATOR
    if _names_any(texts, _EDITORS):
        return SoftwareTrace.EDITOR
    if _names_any(texts, _SCREENSHOTS):
        return SoftwareTrace.SCREENSHOT
    return SoftwareTrace.OTHER if texts else SoftwareTrace.NONE


def _texts(picture: PIL.Image.Image) -> list[str]:
    exif = picture.getexif()
    found = [exif.get(tag) for tag in _EXIF_TAGS]
    found.append(exif.get_ifd(_EXIF_DETAILS).get(_EXIF_USER_COMMENT))
    found += [picture.info.get(name) for name in (*_PNG_TEXTS, "xmp", "XML:com.adobe.xmp")]
    # Content credentials (C2PA) of a JPEG stand in its APP11 segments.
    found += [data for name, data in getattr(picture, "applist", ()) if name == "APP11"]
    return [_as_text(value) for value in found if value]


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value[:_LONGEST].replace(b"\0", b"").decode("latin-1")
    return str(value)[:_LONGEST]


def _names_any(texts: list[str], names: tuple[str, ...]) -> bool:
    return any(name in text for text in texts for name in names)
