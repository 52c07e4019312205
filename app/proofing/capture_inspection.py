"""Is this picture of a document usable, told while its sender waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.reasons import ReasonCode
from app.proofing import operating_points as limits
from app.vision.image import Region

if TYPE_CHECKING:
    from app.vision.quality import Quality
    from app.vision.sandbox.results import InspectedDocument


@dataclass(frozen=True, slots=True)
class Retake:
    """One reason to take the picture again and, where it is known, the place in the picture."""

    code: ReasonCode
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class CaptureInspection:
    """Whether a picture is taken in, and if not, every reason, the gravest first."""

    accepted: bool
    reasons: tuple[Retake, ...]
    quality: Quality


def inspect_document_capture(
    seen: InspectedDocument,
    side: str,
    other_side_hash: int | None = None,
    *,
    has_back: bool = True,
) -> CaptureInspection:
    """The judgement over one picture of the `front` or the `back` of a document.

    `other_side_hash` is the `layout_hash` of the side that was already taken in; `has_back` is
    false for a passport, whose page without a portrait is not its other side.
    Returns: reasons of the picture's own quality only when there are any, because what a blurred or
    dark picture shows cannot be told; else at most one reason of its content.
    """
    faults = _quality_faults(seen)
    if not faults:
        fault = _content_fault(seen, side, has_back=has_back) or _repetition(seen, other_side_hash)
        faults = [fault] if fault else []
    return CaptureInspection(not faults, tuple(faults), seen.quality)


def hash_distance(one: int, other: int) -> int:
    """The number of differing bits."""
    return (one ^ other).bit_count()


def _quality_faults(seen: InspectedDocument) -> list[Retake]:
    quality = seen.quality
    if min(seen.width_px, seen.height_px) < limits.DOCUMENT_MIN_SIDE_PX:
        return [Retake(ReasonCode.LOW_RESOLUTION)]
    if _is_dark(quality):
        return [Retake(ReasonCode.TOO_DARK, quality.dark_region)]
    if _is_blank(seen) or _is_selfie(seen) or _is_bare(seen):
        return [Retake(ReasonCode.NOT_A_DOCUMENT)]
    if _is_far_away(seen):
        return [Retake(ReasonCode.LOW_RESOLUTION, _around(seen.outline))]
    faults = []
    if quality.sharpness < limits.DOCUMENT_MIN_SHARPNESS:
        faults.append(Retake(ReasonCode.UNREADABLE_BLUR, quality.blur_region))
    if quality.glare_fraction > limits.DOCUMENT_MAX_GLARE:
        faults.append(Retake(ReasonCode.GLARE, quality.glare_region))
    return faults


def _is_dark(quality: Quality) -> bool:
    # A night picture is dark all over; a dark tablecloth leaves a bright document.
    brightest = quality.brightness + quality.contrast
    return quality.brightness < limits.DOCUMENT_MIN_BRIGHTNESS and (
        brightest < limits.DOCUMENT_MIN_BRIGHTEST
    )


def _is_blank(seen: InspectedDocument) -> bool:
    has_print = seen.text_line_count >= limits.DOCUMENT_MIN_TEXT_LINES
    is_flat = seen.quality.textured_fraction < limits.DOCUMENT_MIN_TEXTURED
    return not seen.faces and not has_print and is_flat


def _is_bare(seen: InspectedDocument) -> bool:
    """A table, a cat: nothing like print, a face or a sure outline, which blur would leave."""
    has_outline = seen.outline_score >= limits.DOCUMENT_SURE_OUTLINE
    return (
        not seen.text_line_count
        and not seen.faces
        and not has_outline
        and not _has_machine_zone(seen)
    )


def _is_far_away(seen: InspectedDocument) -> bool:
    document_px = seen.quality.document_px
    is_sure = seen.outline_score >= limits.DOCUMENT_SURE_OUTLINE
    return is_sure and document_px is not None and document_px < limits.DOCUMENT_MIN_LONG_PX


def _around(outline: tuple[tuple[float, float], ...] | None) -> Region | None:
    if outline is None:
        return None
    across, down = zip(*outline, strict=True)
    left, top = max(0.0, min(across)), max(0.0, min(down))
    return Region(left, top, min(1.0, max(across)) - left, min(1.0, max(down)) - top)


def _is_selfie(seen: InspectedDocument) -> bool:
    largest = max((face.w for face in seen.faces), default=0.0)
    return largest > limits.PORTRAIT_MAX_WIDTH_SHARE and not _has_machine_zone(seen)


def _has_machine_zone(seen: InspectedDocument) -> bool:
    return seen.has_barcode or seen.has_mrz_band


def _is_prose(seen: InspectedDocument) -> bool:
    """A letter or a page of a book; a passport may lie open with its page of notes in sight."""
    return (
        not seen.faces
        and seen.prose_line_count >= limits.PROSE_MIN_LINES
        and seen.prose_line_count >= limits.PROSE_MIN_SHARE * seen.text_line_count
    )


def _has_document_print(seen: InspectedDocument) -> bool:
    if _has_machine_zone(seen):
        return True
    if seen.faces:
        return seen.text_line_count >= limits.DOCUMENT_MIN_TEXT_LINES_BESIDE_FACE
    return seen.text_line_count >= limits.DOCUMENT_MIN_TEXT_LINES


def _framing_fault(seen: InspectedDocument) -> Retake | None:
    """No document, more than one, or a part of one."""
    if _is_prose(seen) or not _has_document_print(seen):
        return Retake(ReasonCode.NOT_A_DOCUMENT)
    if seen.second_document is not None:
        return Retake(ReasonCode.MULTIPLE_DOCUMENTS, seen.second_document)
    if seen.cut_off is not None:
        return Retake(ReasonCode.CROPPED, seen.cut_off)
    return None


def _content_fault(seen: InspectedDocument, side: str, *, has_back: bool) -> Retake | None:
    has_machine_zone = _has_machine_zone(seen)
    unusual = _framing_fault(seen)
    if unusual is not None:
        return unusual
    # Many backs repeat the portrait small: only a large one makes a front.
    has_portrait = seen.portrait_share >= limits.PORTRAIT_MIN_SHARE
    if side == "front" and has_back and has_machine_zone and not has_portrait:
        return Retake(ReasonCode.WRONG_SIDE if has_back else ReasonCode.PORTRAIT_MISSING)
    if side == "front" and not seen.faces:
        return Retake(ReasonCode.PORTRAIT_MISSING)
    if side == "back" and has_portrait and not has_machine_zone:
        return Retake(ReasonCode.WRONG_SIDE)
    return None


def _repetition(seen: InspectedDocument, other_side_hash: int | None) -> Retake | None:
    if other_side_hash is None:
        return None
    distance = hash_distance(seen.layout_hash, other_side_hash)
    return Retake(ReasonCode.SAME_SIDE_TWICE) if distance <= limits.SAME_SIDE_MAX_BITS else None
