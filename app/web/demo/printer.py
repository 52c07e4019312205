"""The shop's specimen printer: papers with the visitor's own face, kept in memory for a while."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from app.domain.errors import DomainError, ErrorCode
from app.domain.evidence import DocumentType
from app.specimens.printer import print_jpegs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.vision.sandbox import Sandbox

_KEPT_PAPERS = 40
SPOIL_LABELS = (
    ("", "Nothing, a good paper"),
    ("expired", "It has expired"),
    ("wrong_check_digit", "A check digit is wrong"),
    ("mrz_visual_mismatch", "Printed name and MRZ differ"),
    ("other_portrait", "Somebody else's portrait"),
    ("no_portrait", "No portrait"),
    ("blur", "The picture is blurred"),
    ("glare", "A lamp shines on it"),
    ("dark", "Too dark"),
    ("crop", "A corner is cut off"),
    ("low_resolution", "Too few pixels"),
)


class SpecimenPrinter:
    """Prints on demand; the newest papers can be fetched again, older ones are forgotten."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._papers: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def print(
        self, document_type: str, portrait: bytes | None, sample: str, spoil: str
    ) -> tuple[str, Sequence[str]]:
        """The id of a new paper and the sides it has. Raises DomainError for a bad request."""
        if document_type not in list(DocumentType) or spoil not in dict(SPOIL_LABELS):
            raise DomainError(
                ErrorCode.VALIDATION_ERROR, "Choose a document and a spoil of the list."
            )
        dice = Random(secrets.randbits(64))  # noqa: S311 - a specimen's data, not a secret
        sides = print_jpegs(
            document_type,
            dice,
            datetime.now(UTC).date(),
            portrait if portrait is not None else sample,
            [spoil] if spoil else [],
            self._sandbox,
        )
        paper_id = secrets.token_urlsafe(12)
        with self._lock:
            self._papers[paper_id] = sides
            while len(self._papers) > _KEPT_PAPERS:
                self._papers.popitem(last=False)
        return paper_id, list(sides)

    def find(self, paper_id: str, side: str) -> bytes | None:
        """One side as JPEG, if the paper is still there and has it."""
        with self._lock:
            return self._papers.get(paper_id, {}).get(side)
