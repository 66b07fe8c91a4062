"""A workbook's formulas spelled out for engines, with the cells they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ramkoll.excel.dependencies import Graph
from ramkoll.excel.engine import Asked, Place, number_of
from ramkoll.excel.explicit import CannotFollow, Cells, Explicit, Speller
from ramkoll.excel.known_functions import DATES, LOOKS_THROUGH, ODD_CRITERION
from ramkoll.excel.second_opinion import size
from ramkoll.model.cells import BLANK_CELL, Area, ArrayKind, Cell, CellKind, CellRef
from ramkoll.model.formula_lexer import tokens
from ramkoll.model.recalculated import Doubt
from ramkoll.model.workbook import Submission

_MOST_LOOKED_THROUGH = 5_000
_MOST_FILLED = 10_000  # cells of one array formula


@dataclass(frozen=True)
class Book:
    """A workbook's formulas, spelled out, with the cells that they stand in."""

    submission: Submission
    cells: Mapping[Place, Cell]
    spelled: Mapping[Place, Explicit]
    doubts: Mapping[Place, tuple[Doubt, str]]
    graph: Graph = field(repr=False)
    _known: dict[Cells, tuple[float, bool]] = field(default_factory=dict, repr=False)

    def look(self, place: Place) -> Cell:
        """The cell of a place."""
        return self.cells.get(place, BLANK_CELL)

    def number(self, cell: Cell) -> float | None:
        """A number or a date as formulas see it."""
        return number_of(cell, self.submission.date_1904)

    def ref(self, place: Place) -> CellRef:
        """The place in words."""
        sheet, row, column = place
        return CellRef(self.submission.file, self.submission.sheets[sheet].name, row, column)

    def asked(self, place: Place) -> Asked:
        """The formula of a place, for the engine."""
        fills = None
        if self.cells[place].array is not None:
            area = self.submission.sheets[place[0]].arrays.get(place[1:])
            fills = area or Area(place[1], place[2], place[1], place[2])
        return Asked(self.spelled[place].text, fills)

    def inputs(self, explicit: Explicit) -> tuple[float, bool]:
        """The largest number among the cells that a formula uses; whether there are times."""
        found = [self._inputs_of(used) for used in explicit.uses]
        return max((scale for scale, _ in found), default=0.0), any(times for _, times in found)

    def _inputs_of(self, used: Cells) -> tuple[float, bool]:
        # Remembered, for a thousand sums of one column have the same.
        if used not in self._known:
            scale, times = 0.0, False
            for cell in self.held(used):
                if cell.kind is CellKind.NUMBER and cell.stored is not None:
                    scale = max(scale, abs(cell.double))
                elif cell.kind is CellKind.DATE:
                    number = self.number(cell) or 0.0
                    scale = max(scale, number)
                    times |= not number.is_integer()
            self._known[used] = scale, times
        return self._known[used]

    def held(self, used: Cells) -> Iterator[Cell]:
        """The cells of an area that hold something, the first few thousand."""
        return (self.cells[place] for place in self.filled(used))

    def filled(self, used: Cells) -> Iterator[Place]:
        """The places of an area that hold something, the first few thousand."""
        area, cells = used.area, self.cells
        n = 0
        for column in range(area.left, area.right + 1):
            for row in range(area.top, area.bottom + 1):
                n += 1
                if n > _MOST_LOOKED_THROUGH:
                    return
                place = (used.sheet, row, column)
                if place in cells:
                    yield place

    def odd_criterion(self, explicit: Explicit) -> bool:
        """Whether engines may read a criterion of COUNTIF and the like in ways of their own.

        It is a text in the formula, or in a cell by itself that it uses.
        """
        if not explicit.functions & LOOKS_THROUGH:
            return False
        texts = [token.text[1:-1] for token in tokens(explicit.text) if token.kind == "text"]
        for used in explicit.uses:
            if size(used.area) == 1:
                texts += [str(c.value) for c in self.held(used) if c.kind is CellKind.TEXT]
        return any(ODD_CRITERION.search(text) for text in texts)

    def constants(self, place: Place) -> set[Place]:
        """The cells without formula that a formula uses."""
        return {
            each
            for used in self.spelled[place].uses
            for each in self.filled(used)
            if self.cells[each].formula is None
        }


class CellsByPlace(Mapping[Place, Cell]):
    """The cells of all sheets, by position of the sheet, row and column; nothing is copied."""

    def __init__(self, submission: Submission) -> None:
        self._sheets = [sheet.cells for sheet in submission.sheets]

    def __getitem__(self, place: Place) -> Cell:
        sheet, row, column = place
        if not 0 <= sheet < len(self._sheets):
            raise KeyError(place)
        return self._sheets[sheet][row, column]

    def __iter__(self) -> Iterator[Place]:
        for n, cells in enumerate(self._sheets):
            for row, column in cells:
                yield n, row, column

    def __len__(self) -> int:
        return sum(map(len, self._sheets))


def spelled_out(submission: Submission) -> Book:
    """Every formula of a workbook as engines can read it, or why they cannot."""
    cells: dict[Place, Cell] = dict(CellsByPlace(submission).items())
    return spelled_some(
        submission, cells, (place for place, cell in cells.items() if cell.formula is not None)
    )


def spelled_some(
    submission: Submission, cells: Mapping[Place, Cell], formulas: Iterable[Place]
) -> Book:
    """Some formulas of a workbook as engines can read them, or why they cannot."""
    speller = Speller(submission)
    spelled: dict[Place, Explicit] = {}
    doubts: dict[Place, tuple[Doubt, str]] = {}
    doubted: dict[Place, tuple[Cells, ...]] = {}
    for place in formulas:
        cell, (position, row, column) = cells[place], place
        assert cell.formula is not None, place
        try:
            if cell.array is ArrayKind.TABLE:
                raise CannotFollow(Doubt.ARRAY)
            area = submission.sheets[position].arrays.get((row, column))
            if cell.array is not None and area is not None and size(area) > _MOST_FILLED:
                raise CannotFollow(Doubt.TOO_MUCH)
            found = speller.spelled(
                cell.formula, position, row, column, array=cell.array is not None
            )
            dates = found.functions & DATES
            if dates and submission.date_1904:
                raise CannotFollow(Doubt.CALENDAR, min(dates))
            spelled[place] = found
        except CannotFollow as fault:
            doubts[place] = (fault.doubt, fault.what)
            doubted[place] = fault.uses
    uses = {place: each.uses for place, each in spelled.items()} | doubted
    return Book(submission, cells, spelled, doubts, Graph(uses))
