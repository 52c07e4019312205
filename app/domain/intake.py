"""What the first look at an upload yields: usable or not, measured, stripped of its metadata."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.reasons import ReasonCode


@dataclass(frozen=True)
class RetakeReason:
    """Why a picture is not usable, and where: (x, y, width, height) as fractions of it."""

    code: ReasonCode
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class InspectedCapture:
    """A document picture after decoding: re-encoded without metadata, measured, usable or not."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    perceptual_hash: str
    measurements: Mapping[str, object]
    retake_reasons: Sequence[RetakeReason]


@dataclass(frozen=True)
class ObservedFrame:
    """A presence frame after decoding, with what was measured on it (nothing personal)."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    observation: Mapping[str, object]


@dataclass(frozen=True)
class RenderedPaper:
    """The first pages of a paper after decoding, re-encoded, and how many pages it has."""

    jpegs: Sequence[bytes] = field(repr=False)
    n_pages: int
