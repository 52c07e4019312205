"""A zone whose check digits are printed wrong stays wrong, whatever looks like what."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.proofing.mrz_candidates import best_candidate
from app.proofing.mrz_lookalikes import with_proven_lookalikes
from app.standards.icao9303 import LAYOUTS, MrzAttributes, MrzFormat, build_mrz, parse_mrz
from app.standards.icao9303.formats import FieldKind
from app.vision.mrz_band import MrzBand
from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission
from app.vision.mrz_reader import MrzText
from tests.standards.icao9303.zones import TD3, zones

# A letter in their place is no wrong digit: the field's type alone settles what is meant.
_FIGURES = {FieldKind.DATE, FieldKind.CHECK_DIGIT}


def _emission(line: str, doubts: dict[int, tuple[str, float]] | None = None) -> MrzEmission:
    """The line in cells, read surely but where another character has a share of the odds."""
    odds = np.full((2 * len(line) + 1, 1 + len(MRZ_ALPHABET)), 1e-6)
    odds[::2, 0] = 1
    for place, character in enumerate(line):
        other, share = (doubts or {}).get(place, (character, 0.0))
        odds[2 * place + 1, 1 + MRZ_ALPHABET.index(other)] = max(share, 1e-6)
        odds[2 * place + 1, 1 + MRZ_ALPHABET.index(character)] = 1 - share
    return MrzEmission(np.log(odds).astype(np.float32))


def _text(lines: Sequence[str]) -> MrzText:
    emissions = tuple(map(_emission, lines))
    quads = tuple(np.zeros((4, 2)) for _ in lines)
    return MrzText(MrzBand(quads, 1.0), emissions, emissions, tuple(lines), 0.99, is_celled=True)


@given(zones(), st.data())
def test_a_clear_zone_with_one_wrong_character_is_never_made_to_hold(
    zone: tuple[MrzFormat, MrzAttributes], data: st.DataObject
) -> None:
    fmt, attributes = zone
    lines = build_mrz(fmt, attributes)
    rule = data.draw(st.sampled_from(LAYOUTS[fmt].check_digits))
    span = data.draw(st.sampled_from((*rule.covers, rule.printed_at)))
    place = data.draw(st.integers(span.start, span.end - 1))
    kind = _kind_at(fmt, span.line, place)
    wrong = data.draw(st.sampled_from("0123456789" if kind in _FIGURES else kind.alphabet))
    line = lines[span.line]
    printed = [*lines]
    printed[span.line] = line[:place] + wrong + line[place + 1 :]
    assume(not _holds(printed))
    found = best_candidate(_text(printed))
    assert found is None or not (found.mrz.is_valid and found.is_whole)


def _kind_at(fmt: MrzFormat, line: int, place: int) -> FieldKind:
    fields = LAYOUTS[fmt].fields_of_line(line)
    return next(each.kind for each in fields if each.span.start <= place < each.span.end)


def _holds(lines: Sequence[str]) -> bool:
    try:
        return parse_mrz(lines).is_valid
    except ValueError:
        return False


@given(zones())
def test_a_clear_zone_is_read_as_it_is_printed(zone: tuple[MrzFormat, MrzAttributes]) -> None:
    lines = build_mrz(*zone)
    found = best_candidate(_text(lines))
    assert found is not None
    assert list(found.mrz.lines) == lines


@pytest.mark.parametrize(("share", "is_mended"), [(0.45, True), (0.05, False)])
def test_only_a_doubtful_character_gives_way_to_its_look_alike(
    share: float, *, is_mended: bool
) -> None:
    data = TD3[1]
    place = data.index("0")
    misread = data[:place] + "O" + data[place + 1 :]
    emissions = [_emission(TD3[0]), _emission(misread, {place: ("0", share)})]
    lines = with_proven_lookalikes([TD3[0], misread], emissions, MrzFormat.TD3)
    assert lines == ([TD3[0], data] if is_mended else [TD3[0], misread])
