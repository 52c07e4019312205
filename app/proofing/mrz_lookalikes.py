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
# In nats a swapped character: beyond, the one read has four times the other's probability, and the
# recogniser is as sure of it as a name's letters must be. Of 250 drawn zones with a digit replaced
# by another none was read as one that holds; 18 were when any character could be swapped. Of 240
# with a character of the number replaced by its look-alike 22 were, all of them O and 0; 202 then.
MOST_DOUBT = 1.4
LEAST_SUPPORT_MARGIN = 1.0  # in nats, between the best look-alike and the next
# 6 and G are missing: their values are equal modulo 10, so no check digit can decide.
_LOOKALIKES = ("0ODQ", "1IL", "2Z", "5S", "8B")
_LOOKS_LIKE = str.maketrans("01582D", "OISBZO")


def with_proven_lookalikes(
    lines: list[str], emissions: Sequence[MrzEmission], fmt: MrzFormat
) -> list[str]:
    """The lines with look-alikes swapped in numbers where the printed check digits say so.

    Only characters of which the recogniser is not sure may be swapped. A check digit holds by
    chance for one in ten of any proposals, and the composite one weighs a number alike: were clear
    characters swapped too, a wrong number would often be made to hold. Of the swaps after which
    every check digit holds, those that the picture supports best are taken, and none when two are
    supported alike or when a line that check digits cover was not read character by character.
    """
    rules = LAYOUTS[fmt].check_digits
    proven_lines = sorted({span.line for rule in rules for span in rule.covers})
    raw = [emissions[index].free_text() for index in proven_lines]
    if not all(lines) or not is_read_whole(raw, [lines[index] for index in proven_lines]):
        return lines
    proposals = [lines]
    for rule in rules:
        if not evaluate(lines, rule).is_valid and _number_span(rule, fmt) is not None:
            span = rule.covers[0]
            proposals = [each for known in proposals for each in _proven_swaps(known, span, rule)]
    proven = [each for each in proposals if all(evaluate(each, rule).is_valid for rule in rules)]
    return _best_supported(lines, proven, emissions) or lines


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
    read: list[str], proposals: list[list[str]], emissions: Sequence[MrzEmission]
) -> list[str] | None:
    as_read = _support(read, emissions)
    scored = sorted(
        ((_support(each, emissions), each) for each in proposals[:MAX_PROPOSALS] if each != read),
        reverse=True,
    )
    if not scored or (len(scored) > 1 and scored[0][0] - scored[1][0] < LEAST_SUPPORT_MARGIN):
        return None
    support, best = scored[0]
    return best if as_read - support <= MOST_DOUBT * _differences(read, best) else None


def _support(lines: list[str], emissions: Sequence[MrzEmission]) -> float:
    return sum(
        emission.fixed_text(tuple(line), trust_types=False)[1]
        for emission, line in zip(emissions, lines, strict=True)
    )


def _differences(one: list[str], other: list[str]) -> int:
    return sum(a != b for pair in zip(one, other, strict=True) for a, b in zip(*pair, strict=True))


def is_read_whole(raw: Sequence[str], fixed: Sequence[str]) -> bool:
    """Whether fixing the lengths only changed look-alikes and runs of fillers."""
    return all(_shape(seen) == _shape(settled) for seen, settled in zip(raw, fixed, strict=True))


def _shape(line: str) -> str:
    words = [word for word in line.translate(_LOOKS_LIKE).split("<") if word]
    return "<".join(words)
