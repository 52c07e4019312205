"""Settling a zone with the second recogniser where the first fails a check digit or is unsure."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from app.proofing.mrz_candidates import SURE_CHARACTER, MrzCandidate, best_candidate, parsed_as
from app.standards.icao9303.formats import LAYOUTS
from app.vision.mrz_emission import MrzEmission
from app.vision.mrz_reader import least_confidence, second_opinion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.standards.icao9303.formats import MrzFormat
    from app.vision.image import Image

# In nats. In two pictures whose recognisers differed in what check digits do not tell, both
# together held the truth for likelier by 8 and by 30.
LEAST_AGREEMENT = 3.0  # between two zones that may be printed
LEAST_BELIEF = -6.9  # of any character: neither is believed more than a thousand times over


def with_second_opinion(image: Image, own: MrzCandidate) -> MrzCandidate:
    """The better reading where a check digit fails or a line is unclear: those lines are read."""
    other = best_candidate(second_opinion(image, own.text, _doubtful_lines(own)))
    if other is None:
        return own
    agreed = _agreed(own, other)
    if agreed is not None or other.mrz.is_valid:
        return agreed or own
    return max(own, other, key=lambda each: each.rank)


def _doubtful_lines(own: MrzCandidate) -> list[int]:
    """Which of the band's lines are unclear or make a check digit fail."""
    doubtful = {index for index, is_clear in enumerate(own.are_clear) if not is_clear}
    rules = LAYOUTS[own.mrz.format].check_digits
    for rule, digit in zip(rules, own.mrz.check_digits, strict=True):
        if not digit.is_valid:
            doubtful |= {span.line for span in (*rule.covers, rule.printed_at)}
    # Of three lines in the band the zone may be two.
    asked = [own.emissions[index] for index in doubtful]
    return [
        index
        for index, emission in enumerate(own.text.emissions)
        if any(emission is each for each in asked)
    ]


def _agreed(own: MrzCandidate, other: MrzCandidate) -> MrzCandidate | None:
    """The one valid zone that two readings make line by line, None when they leave it open.

    Check digits only choose where both together are undecided: a wrong one that is printed stays
    wrong.
    """
    if own.mrz.format is not other.mrz.format:
        return None
    scored = [
        (_support(own, lines) + _support(other, lines), parsed_as(lines, own.mrz.format))
        for lines in product(*_reliable_lines(own, other))
    ]
    scored.sort(key=lambda each: -each[0])
    valid = [(score, mrz) for score, mrz in scored if mrz is not None and mrz.is_valid]
    if not valid or scored[0][0] - valid[0][0] > LEAST_AGREEMENT:
        return None
    if len(valid) > 1 and valid[0][0] - valid[1][0] < LEAST_AGREEMENT:
        return None
    clearest = max(own.text, other.text, key=least_confidence)
    return MrzCandidate(clearest, valid[0][1], own.emissions, (True,) * len(own.emissions))


def _reliable_lines(own: MrzCandidate, other: MrzCandidate) -> list[set[str]]:
    """Each line as both recognisers together may have it, nothing when they leave it open.

    What no check digit covers, a name above all, must be read surely by the first or alike by both.
    What one covers may be read by either.
    """
    reliable = []
    for index, (mine, theirs) in enumerate(zip(own.mrz.lines, other.mrz.lines, strict=True)):
        lines = {mine} if own.are_clear[index] else set()
        sure = _sure_places(own.emissions[index], mine)
        covered = _covered_places(own.mrz.format, index)
        pairs = list(enumerate(zip(mine, theirs, strict=True)))
        if all(one == it or place in sure or place in covered for place, (one, it) in pairs):
            lines |= {
                "".join(one if place in mine_first else it for place, (one, it) in pairs)
                for mine_first in (sure, sure - covered)
            }
        reliable.append(lines)
    return reliable


def _sure_places(emission: MrzEmission, line: str) -> set[int]:
    """Where in the line the recogniser is sure of its character; nowhere if it miscounted."""
    confidences = emission.character_confidences()
    if len(confidences) != len(line):
        return set()
    return set(np.flatnonzero(confidences >= SURE_CHARACTER).tolist())


@cache
def _covered_places(fmt: MrzFormat, line: int) -> frozenset[int]:
    rules = LAYOUTS[fmt].check_digits
    spans = [span for rule in rules for span in (*rule.covers, rule.printed_at)]
    return frozenset(
        place for span in spans if span.line == line for place in range(span.start, span.end)
    )


def _support(found: MrzCandidate, lines: Sequence[str]) -> float:
    return sum(map(_belief, found.emissions, lines))


def _belief(emission: MrzEmission, line: str) -> float:
    tempered = MrzEmission(np.maximum(emission.thinned().log_p, LEAST_BELIEF))
    return tempered.fixed_text(tuple(line), trust_types=False)[1]
