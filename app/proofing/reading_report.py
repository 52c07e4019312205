"""What `kyc read` prints of one picture: the values are shown on purpose, to whoever ran it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType, Side
from app.proofing.attributes import Zone
from app.proofing.document_reading import read_document
from app.vision.quality import assess_quality

if TYPE_CHECKING:
    from datetime import date

    from app.proofing.document_reading import DocumentReading, SideReading
    from app.vision.image import Image


def reading_report(image: Image, document_type: str | None, today: date) -> dict[str, object]:
    """One picture of unknown side as plain values for JSON; `mrz` is None when none was found."""
    expected = DocumentType(document_type) if document_type else None
    reading = read_document({Side.FRONT: image}, today)
    side = reading.sides[Side.FRONT]
    found = reading.document_type or (expected if side.has_content else None)
    quad = side.location.quad if side.location else None
    return {
        "document_type": found.value if found else None,
        "side": _side(side, found),
        "mrz": _mrz(side),
        "barcode": _barcode(side),
        "visual": {
            "fields": {a.name.value: a.value for a in reading.attributes if a.zone is Zone.VIZ}
        },
        "quality": assess_quality(image, quad).as_dict(),
        "reasons": _reasons(reading, expected),
        "stage_ms": {stage: round(ms, 1) for stage, ms in reading.stage_ms.items()},
    }


def _side(side: SideReading, document_type: DocumentType | None) -> str | None:
    if document_type is DocumentType.PASSPORT:
        return Side.FRONT.value
    if side.barcode_text is not None or (side.mrz and len(side.mrz.mrz.lines) == 3):
        return Side.BACK.value
    return Side.FRONT.value if document_type else None


def _mrz(side: SideReading) -> dict[str, object] | None:
    if side.mrz is None:
        return None
    mrz = side.mrz.mrz
    return {
        "format": mrz.format.value,
        "lines": list(mrz.lines),
        "fields": {
            "document_code": mrz.document_code,
            "issuing_state": mrz.issuing_state,
            "primary_identifier": mrz.primary_identifier,
            "secondary_identifier": mrz.secondary_identifier,
            "document_number": mrz.document_number,
            "nationality": mrz.nationality,
            "date_of_birth": mrz.date_of_birth.raw,
            "sex": mrz.sex,
            "date_of_expiry": mrz.date_of_expiry.raw if mrz.date_of_expiry else None,
            "optional_data": mrz.optional_data,
        },
        "check_digits": {digit.name: digit.is_valid for digit in mrz.check_digits},
        "valid": mrz.is_valid,
        "confidence": round(side.mrz.confidence, 3),
    }


def _barcode(side: SideReading) -> dict[str, object] | None:
    if side.barcode_text is None:
        return None
    fields = dict(side.barcode.elements) if side.barcode else {}
    return {"format": "PDF417", "fields": fields, "aamva": side.barcode is not None}


def _reasons(reading: DocumentReading, expected: DocumentType | None) -> list[str]:
    reasons = []
    side = next(iter(reading.sides.values()))
    if not side.has_content:
        reasons.append("not_a_document")
    elif expected and reading.document_type not in {expected, None}:
        reasons.append("wrong_type")
    if side.mrz is not None and not side.mrz.is_valid:
        reasons.append("mrz_check_digit_mismatch")
    if side.barcode_text is not None and side.barcode is None:
        reasons.append("barcode_unreadable")
    return reasons
