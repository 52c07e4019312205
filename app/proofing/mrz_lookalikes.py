"""Look-alikes in the numbers of a zone: proposed by shape, accepted when check digits prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.standards.icao9303.formats import LAYOUTS, FieldKind
from app.standards.icao9303.parse import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.standards.icao9303.formats import CheckDigitRule, MrzFormat, Span
    from app.vision.mrz_emission import MrzEmission

MAX_PROPOSALS = 24  # 10 ms each; two numbers with two zeros each have 16
LEAST_SUPPORT_MARGIN = 1.0  # in nats, between the best look-alike and the next
# 6 and G are missing: their values are equal modulo 10, so no check digit can decide.
_LOOKALIKES = ("0ODQ", "1IL", "2Z", "5S", "8B")
_LOOKS_LIKE = str.maketrans("01582D", "OISBZO")


def with_proven_lookalikes(
    lines: list[str], emissions: Sequence[MrzEmission], fmt: MrzFormat
) -> list[str]:
    """The lines with look-alikes swapped in numbers where the printed check digits say so.

    Every check digit must hold after the swaps, the composite one included: where a number's own
    digit is printed wrong, some swap might satisfy that one, but none of a single character
    satisfies both. Of the swaps that do, those that the picture supports best are taken, and none
    when two are supported alike or when the line was not read character by character.
    """
    rules = LAYOUTS[fmt].check_digits
    raw = [emission.free_text() for emission in emissions]
    if not all(lines) or not is_read_whole(raw, lines):
        return lines
    proposals = [lines]
    for rule in rules:
        if not evaluate(lines, rule).is_valid and _number_span(rule, fmt) is not None:
            span = rule.covers[0]
            proposals = [each for known in proposals for each in _proven_swaps(known, span, rule)]
    proven = [each for each in proposals if all(evaluate(each, rule).is_valid for rule in rules)]
    return _best_supported(proven, emissions) or lines


def _number_span(rule: CheckDigitRule, fmt: MrzFormat) -> Span | None:
    named = next((each for each in LAYOUTS[fmt].fields if (each.span,) == rule.covers), None)
    return named.span if named and named.kind is FieldKind.ALPHANUMERIC else None


def _proven_swaps(lines: list[str], span: Span, rule: CheckDigitRule) -> list[list[str]]:
    line = lines[span.line]
    proven = []
    for text in dict.fromkeys(_swapped(span.of(lines))):
        changed = [*lines]
        changed[span.line] = line[: span.start] + text + line[span.end :]
        if evaluate(changed, rule).is_valid:
            proven.append(changed)
    return proven


def _swapped(text: str) -> Iterator[str]:
    for position, character in enumerate(text):
        for group in _LOOKALIKES:
            if character in group:
                for other in group.replace(character, ""):
                    yield text[:position] + other + text[position + 1 :]
                    yield text.replace(character, other)


def _best_supported(
    proposals: list[list[str]], emissions: Sequence[MrzEmission]
) -> list[str] | None:
    scored = []
    for proposal in proposals[:MAX_PROPOSALS]:
        support = sum(
            emission.fixed_text(tuple(line), trust_types=False)[1]
            for emission, line in zip(emissions, proposal, strict=True)
        )
        scored.append((support, proposal))
    scored.sort(reverse=True)
    if not scored or (len(scored) > 1 and scored[0][0] - scored[1][0] < LEAST_SUPPORT_MARGIN):
        return None
    return scored[0][1]


def is_read_whole(raw: Sequence[str], fixed: Sequence[str]) -> bool:
    """Whether fixing the lengths only changed look-alikes and runs of fillers."""
    return all(_shape(seen) == _shape(settled) for seen, settled in zip(raw, fixed, strict=True))


def _shape(line: str) -> str:
    words = [word for word in line.translate(_LOOKS_LIKE).split("<") if word]
    return "<".join(words)
