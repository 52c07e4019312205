"""What was read and found, arranged for a page: attributes in a table, the worst checks first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.checks import CheckCode, Outcome
from app.domain.decision import required_checks
from app.domain.policy import TierStep
from app.web.console.words import CHECKS, score_text, word_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Attribute as it is read, and the name under which the partner tells it.
_ATTRIBUTES: Mapping[str, str] = {
    "family_name": "family_name",
    "given_names": "given_name",
    "date_of_birth": "date_of_birth",
    "document_number": "document_number",
    "date_of_expiry": "document_expires_on",
    "date_of_issue": "",
    "nationality": "country",
    "issuing_state": "",
    "sex": "",
}
_ZONES = ("VIZ", "MRZ", "BARCODE")
_CLAIM_CHECKS = (
    CheckCode.CLAIMED_NAME,
    CheckCode.CLAIMED_DATE_OF_BIRTH,
    CheckCode.CLAIMED_DOCUMENT_NUMBER,
    CheckCode.CLAIMED_DATE_OF_EXPIRY,
)
# Worst first: what a person must look at stands on top.
_ORDER = ("failed", "inconclusive", "missing", "passed", "not_applicable")
# Without these nobody is verified by the machine: where one has nothing to look at, people look.
_NEEDED = required_checks(TierStep)


@dataclass(frozen=True)
class Cell:
    """One value, and how it stands to the printed one; empty where nothing was compared."""

    value: str
    agreement: str = ""


@dataclass(frozen=True)
class AttributeRow:
    """One attribute in every zone and as the partner told it."""

    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class CheckLine:
    """One check in words."""

    code: str
    title: str
    outcome: str
    reason: str | None
    score: str
    detail: Sequence[tuple[str, str]]


def attribute_rows(
    checks: Sequence[Mapping[str, Any]],
    readings: Mapping[str, Mapping[str, str]],
    told: Mapping[str, str],
) -> list[AttributeRow]:
    """The attributes that anybody says something of; cells are print, MRZ, barcode, partner."""
    found = {check["code"]: (check.get("detail") or {}).get("fields", {}) for check in checks}
    mrz = found.get(CheckCode.MRZ_VIZ_AGREEMENT, {})
    barcode = found.get(CheckCode.BARCODE_VIZ_AGREEMENT, {})
    claimed = {name: how for code in _CLAIM_CHECKS for name, how in found.get(code, {}).items()}
    rows = []
    for name, told_as in _ATTRIBUTES.items():
        viz, in_mrz, in_barcode = (readings.get(zone, {}).get(name, "") for zone in _ZONES)
        cells = [
            Cell(viz),
            Cell(in_mrz, mrz.get(name, "") if in_mrz else ""),
            Cell(in_barcode, barcode.get(name, "") if in_barcode else ""),
            Cell(told.get(told_as, ""), claimed.get(name, "") if told.get(told_as) else ""),
        ]
        if any(cell.value for cell in cells):
            rows.append(AttributeRow(word_of(name), cells))
    return rows


def check_lines(checks: Sequence[Mapping[str, Any]]) -> list[CheckLine]:
    """Every check, those that did not pass first."""
    lines = [_line(check) for check in checks]
    return sorted(lines, key=lambda line: _ORDER.index(line.outcome))


def _line(check: Mapping[str, Any]) -> CheckLine:
    is_missing = check["outcome"] == Outcome.NOT_APPLICABLE and check["code"] in _NEEDED
    code, score, threshold = CheckCode(check["code"]), check.get("score"), check.get("threshold")
    return CheckLine(
        code.value,
        CHECKS[code],
        "missing" if is_missing else check["outcome"],
        check.get("reason"),
        "" if score is None or threshold is None else score_text(code, score, threshold),
        _details(check.get("detail") or {}),
    )


def _details(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts that identify nobody; how fields agree stands in the table of attributes."""
    return [
        (word_of(name), _plain(value))
        for name, value in detail.items()
        if name not in {"fields", "simulated"} and value not in (None, [], {})
    ]


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{word_of(name).lower()} {_plain(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value if each is not None)
    if isinstance(value, float):
        return f"{value:.3g}"
    return word_of(value).lower() if isinstance(value, str) else str(value)
