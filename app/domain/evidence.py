"""Kinds of identity evidence, the sides they have, and the captures taken of them."""

from enum import StrEnum


class DocumentType(StrEnum):
    """The documents that a widget user may choose from."""

    PASSPORT = "passport"
    ID_CARD = "id_card"
    DRIVERS_LICENSE = "drivers_license"


class Side(StrEnum):
    """One side of a document; a passport's data page is its front."""

    FRONT = "front"
    BACK = "back"


class CaptureKind(StrEnum):
    """What a stored picture shows."""

    DOCUMENT_FRONT = "document_front"
    DOCUMENT_BACK = "document_back"
    PRESENCE_FRAME = "presence_frame"
    SELFIE = "selfie"


_SIDES = {
    DocumentType.PASSPORT: (Side.FRONT,),
    DocumentType.ID_CARD: (Side.FRONT, Side.BACK),
    DocumentType.DRIVERS_LICENSE: (Side.FRONT, Side.BACK),
}


# A still selfie comes by API only; it shows who, not that somebody is there.
DOCUMENT_KINDS = frozenset({CaptureKind.DOCUMENT_FRONT, CaptureKind.DOCUMENT_BACK})


def sides_of(document_type: DocumentType) -> tuple[Side, ...]:
    """The sides that must be captured, in the order in which they are asked for."""
    return _SIDES[document_type]


def capture_kind(side: Side) -> CaptureKind:
    """The capture kind of a document side."""
    return CaptureKind(f"document_{side}")


def side_of(kind: CaptureKind) -> Side:
    """The document side that a capture kind shows."""
    return Side(kind.removeprefix("document_"))
