"""One character a cell: the MRZ's face has one pitch, so where each character stands is known.

Reading along a line freely, a recogniser that hesitates says two characters for one, or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.vision.mrz_emission import MRZ_ALPHABET, MrzEmission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_STRAYS = 2  # characters to a line
_CELL_PART = 0.33  # of a pitch on either side of a cell's middle: beyond, the neighbour is seen
_LEAST_CHARACTERS = 10  # to know a line's pitch by
_BENT_FROM = 16  # characters: with fewer, their places only carry a straight line
_MOST_LOST = 3  # characters at a line's ends that another line shows
_ROUNDS = 3
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class TextExtent:
    """Middles of the first and the last character of each line of a band, and how many fit.

    Places run from 0 to 1 along a line. Lines of a zone begin and end together on the paper, but
    one beside the other in a picture taken from the side.
    """

    ends: tuple[tuple[float, float], ...]
    count: int

    @property
    def pitch(self) -> float:
        """From one character to the next."""
        lengths = [end - start for start, end in self.ends]
        return float(np.mean(lengths)) / max(self.count - 1, 1)


def text_extent(emissions: Sequence[MrzEmission]) -> TextExtent | None:
    """Where the text of a band's lines begins and ends, None when too little of it is read."""
    grids = [_grid(emission) for emission in emissions]
    known = [grid for grid in grids if grid is not None]
    if not known:
        return None
    longest = max(known, key=lambda grid: grid.count)
    if len(known) == len(grids) and all(longest.count - grid.count <= _MOST_LOST for grid in known):
        return TextExtent(tuple(grid.ends_as_of(longest) for grid in known), longest.count)
    # Some line is hardly read: as far as any of them goes.
    start = min(grid.place(grid.first) for grid in known)
    end = max(grid.place(grid.last) for grid in known)
    fitting = [round(grid.cell(end) - grid.cell(start)) + 1 for grid in known]
    return TextExtent(((start, end),) * len(grids), int(np.median(fitting)))


def in_cells(emissions: Sequence[MrzEmission], extent: TextExtent) -> list[MrzEmission]:
    """The lines with one step a cell and a blank around it; blank where no grid is seen."""
    return [
        _celled(emission, grid, _cells(grid, ends, extent.count))
        if (grid := _grid(emission))
        else _blank(extent.count)
        for emission, ends in zip(emissions, extent.ends, strict=True)
    ]


def _blank(count: int) -> MrzEmission:
    rows = np.full((2 * count + 1, 1 + len(MRZ_ALPHABET)), _FLOOR)
    rows[:, 0] = 1.0
    return MrzEmission(np.log(rows).astype(np.float32))


def _cells(grid: _Grid, ends: tuple[float, float], count: int) -> range:
    """Which cells of its own grid are the line's characters."""
    first = grid.first
    if grid.count != count:
        # Not all of the line is read: it begins and ends where the band does.
        start, end = map(grid.cell, ends)
        first = round(start - (count - 1 - (end - start)) / 2)
    return range(first, first + count)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the n-th cell of a line is: a parabola, for perspective narrows the far end."""

    curve: NDArray[np.float64]
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def ends_as_of(self, longest: _Grid) -> tuple[float, float]:
        """Where the line would begin and end with as many characters, nearest to the longest's."""
        lost = longest.count - self.count

        def ends(lost_left: int) -> tuple[float, float]:
            first, last = self.first - lost_left, self.last + lost - lost_left
            return self.place(first), self.place(last)

        start, end = longest.place(longest.first), longest.place(longest.last)
        return min(
            map(ends, range(lost + 1)), key=lambda each: abs(each[0] - start) + abs(each[1] - end)
        )

    def place(self, cell: float) -> float:
        return float(np.polyval(self.curve, cell))

    def cell(self, place: float) -> float:
        cells = np.linspace(self.first - 50, self.last + 50, 2001)
        return float(cells[np.abs(np.polyval(self.curve, cells) - place).argmin()])


def _grid(emission: MrzEmission) -> _Grid | None:
    places = emission.character_places()
    if len(places) < _LEAST_CHARACTERS:
        return None
    pitch = float(np.median(np.diff(places)))
    # Of two characters in one cell the second makes no step; a lost one leaves a double step.
    cells = np.concatenate([[0], np.cumsum(np.rint(np.diff(places) / pitch))])
    degree = 2 if len(places) >= _BENT_FROM else 1
    for _ in range(_ROUNDS):
        curve = np.polyfit(cells, places, degree)
        off = np.abs(np.polyval(curve, cells) - places) / pitch
        near = off < max(0.3, float(np.median(off)) * 3)
        curve = np.polyfit(cells[near], places[near], degree)
        slope = np.polyval(np.polyder(curve), cells)
        if slope.min() <= 0:
            return None
        cells = np.rint(cells + (places - np.polyval(curve, cells)) / slope)
    return _Grid(curve, int(cells.min()), int(cells.max()))


def _celled(emission: MrzEmission, grid: _Grid, cells: range) -> MrzEmission:
    n_steps, n_classes = emission.log_p.shape
    steps = (np.arange(n_steps) + 0.5) / n_steps
    seen = np.exp(emission.log_p)
    rows = np.full((2 * len(cells) + 1, n_classes), _FLOOR)
    rows[::2, 0] = 1.0
    for index, cell in enumerate(cells):
        middle = grid.place(cell)
        reach = _CELL_PART * (grid.place(cell + 0.5) - grid.place(cell - 0.5))
        inside = np.abs(steps - middle) <= max(reach, 0.51 / n_steps)
        if not inside.any():
            continue
        best = seen[inside].max(axis=0)
        best[0] = seen[inside, 0].min()
        rows[2 * index + 1] = np.maximum(best / best.sum(), _FLOOR)
    return MrzEmission(np.log(rows).astype(np.float32))


def without_strays(
    emissions: Sequence[MrzEmission], length: int, *, may_be_longer: bool
) -> list[MrzEmission] | None:
    """Of lines with more cells than `length` those neighbouring ones that are read surest.

    What stands beside a line, a pattern or a card's edge, may be taken for a character or two.
    Where lines of that format may go on (`may_be_longer`), an empty cell must part them from it.
    Returns: None when more than that would be lost.
    """
    characters = np.stack([each.log_p[1::2].argmax(axis=1) != 0 for each in emissions])
    sure = np.sum([np.exp(each.log_p[1::2, 1:].max(axis=1)) for each in emissions], axis=0)
    start = int(np.convolve(sure, np.ones(length), mode="valid").argmax())
    end = start + length
    cut = characters[:, :start].sum(axis=1) + characters[:, end:].sum(axis=1)
    beside = characters[:, max(start - 1, 0) : start].any() or characters[:, end : end + 1].any()
    if cut.max() > MAX_STRAYS or (may_be_longer and beside):
        return None
    return [MrzEmission(each.log_p[2 * start : 2 * end + 1]) for each in emissions]
