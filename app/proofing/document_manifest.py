"""The list of pictures with their truth that `kyc evaluate documents` measures against.

One JSON object a line; paths are relative to the manifest:

    {"file": "page.jpg", "mrz": ["P<UTO...", "L898..."]}
    {"files": {"front": "f.jpg", "back": "b.jpg"}, "type": "id_card", "attributes": {...}}
    {"file": "back.jpg", "type": "drivers_license", "barcode": {"DAQ": "T64235789"}}

`mrz` null says that there is none to be found. `attributes` are what is printed in the visual zone:
names in capitals with their diacritics, dates as 2026-11-21. A lone `file` with a barcode is the
back, any other the front. Other keys are left alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.evidence import DocumentType, Side
from app.proofing.attributes import AttributeName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TRUTHS = ("mrz", "barcode", "attributes")


class ManifestError(ValueError):
    """A line of a manifest cannot be used; says which line and key, and what it should hold."""

    def __init__(self, line: int, key: str, wanted: str) -> None:
        super().__init__(f"line {line}, {key}: {wanted}")
        self.line = line
        self.key = key


@dataclass(frozen=True, slots=True, repr=False)
class DocumentCase:
    """One document: the pictures of its sides, and whichever truths are known."""

    name: str
    files: Mapping[Side, Path]
    document_type: DocumentType | None
    has_mrz_truth: bool
    mrz: tuple[str, ...] | None
    barcode: Mapping[str, str] | None
    attributes: Mapping[AttributeName, str]


def document_cases(manifest: Path) -> list[DocumentCase]:
    """All cases of the manifest, checked before the first picture is read.

    Raises: ManifestError for the first line that cannot be used; UnicodeDecodeError never, as
    such a line is one of those.
    """
    try:
        lines = manifest.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ManifestError(1, "encoding", "must be UTF-8") from error
    return [
        _Line(number, text, manifest.parent).case()
        for number, text in enumerate(lines, 1)
        if text.strip()
    ]


class _Line:
    def __init__(self, number: int, text: str, folder: Path) -> None:
        self._number = number
        self._folder = folder
        self._values = self._parsed(text)

    def case(self) -> DocumentCase:
        if not any(key in self._values for key in _TRUTHS):
            raise self._error("mrz, barcode or attributes", "at least one truth must be given")
        files = self._files()
        return DocumentCase(
            name=", ".join(path.name for path in files.values()),
            files=files,
            document_type=self._document_type(),
            has_mrz_truth="mrz" in self._values,
            mrz=self._mrz(),
            barcode=self._texts("barcode") if "barcode" in self._values else None,
            attributes=self._attributes(),
        )

    def _parsed(self, text: str) -> dict[str, object]:
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise self._error(f"character {error.colno}", "must be JSON") from error
        if not isinstance(values, dict):
            raise self._error("whole line", "must be one JSON object")
        return values

    def _files(self) -> dict[Side, Path]:
        if "file" in self._values:
            # Barcodes are looked for on the front only of what may be anything.
            side = Side.BACK if "barcode" in self._values else Side.FRONT
            return {side: self._path("file", self._values["file"])}
        sides = self._values.get("files")
        if not isinstance(sides, dict) or not sides:
            raise self._error("file", 'must be a path, or files must be {"front": path, ...}')
        known = {side.value for side in Side}
        for side in sides:
            if side not in known:
                raise self._error(f"files.{side}", f"must be one of {', '.join(sorted(known))}")
        return {Side(side): self._path(f"files.{side}", path) for side, path in sides.items()}

    def _path(self, key: str, path: object) -> Path:
        if not isinstance(path, str) or not (self._folder / path).is_file():
            raise self._error(key, "must be a file's path relative to the manifest")
        return self._folder / path

    def _document_type(self) -> DocumentType | None:
        value = self._values.get("type")
        if value is None:
            return None
        if value not in {each.value for each in DocumentType}:
            raise self._error("type", f"must be one of {', '.join(sorted(DocumentType))}")
        return DocumentType(value)

    def _mrz(self) -> tuple[str, ...] | None:
        lines = self._values.get("mrz")
        if lines is None:
            return None
        if not isinstance(lines, list) or not all(isinstance(each, str) for each in lines):
            raise self._error("mrz", "must be a list of its lines, or null")
        return tuple(lines)

    def _attributes(self) -> dict[AttributeName, str]:
        known = {name.value for name in AttributeName}
        values = self._texts("attributes")
        for name in values:
            if name not in known:
                wanted = f"must be one of {', '.join(sorted(known))}"
                raise self._error(f"attributes.{name}", wanted)
        return {AttributeName(name): value for name, value in values.items()}

    def _texts(self, key: str) -> dict[str, str]:
        values = self._values.get(key, {})
        if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
            raise self._error(key, "must be an object of texts")
        return values

    def _error(self, key: str, wanted: str) -> ManifestError:
        return ManifestError(self._number, key, wanted)
