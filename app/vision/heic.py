"""HEIC, the format of iPhones' photographs: read where the `heic` extra is installed.

By `pi-heif`, whose wheels hold libheif and libde265 under the LGPL. Not by `pillow-heif`, whose
wheels bring an encoder under the GPL besides.
"""

from __future__ import annotations

from importlib.util import find_spec

HEIC = "HEIF"
"""Pillow's name of the format."""
IS_READ = find_spec("pi_heif") is not None

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")


def is_heic(payload: bytes) -> bool:
    """Whether the leading bytes announce a still picture of this family."""
    return payload[4:8] == b"ftyp" and payload[8:12] in _BRANDS


def teach_pillow() -> None:
    """Let Pillow open HEIC, where the extra is installed."""
    if not IS_READ:
        return
    import pi_heif  # noqa: PLC0415 an extra

    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False)
