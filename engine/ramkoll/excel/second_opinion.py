"""What others than the first engine get for one formula, from the values in the cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from ramkoll.excel.engine import Got, Place
from ramkoll.excel.evaluate import Evaluator, Figure, NotComputable
from ramkoll.excel.explicit import Cells, Explicit, engine_sheet
from ramkoll.excel.precedents import CellInput, Grid, NoOpinion, evaluated
from ramkoll.model.cells import Area, Cell, CellKind, parse_a1
from ramkoll.model.workbook import Sheet, Submission

FORMULAS, OWN = "formulas", "ramkoll"
_MOST_CELLS = 20_000
_INPUT = re.compile(r"(?:\[[^\]]*\])?'?VALUES_(\d+)'?!([A-Z]+\d+)(?::([A-Z]+\d+))?")

Look = Callable[[Place], Cell]


def opinions(
    explicit: Explicit, place: Place, look: Look, number: Callable[[Cell], float | None]
) -> Mapping[str, Got]:
    """What each of the others gets; who has no opinion is left out.

    ``look`` gives the cell of a place with the value that stands there, ``number`` its double.
    """
    if sum(size(cells.area) for cells in explicit.uses) > _MOST_CELLS:
        return {}
    found: dict[str, Got] = {}
    own = own_opinion(explicit, place, look)
    if own is not None:
        found[OWN] = own
    theirs = _formulas(explicit, look, number)
    if theirs is not None:
        found[FORMULAS] = theirs
    return found


def size(area: Area) -> int:
    """How many cells an area has."""
    return (area.bottom - area.top + 1) * (area.right - area.left + 1)


def places(cells: Cells) -> Iterator[Place]:
    """Every place of an area, row by row."""
    area = cells.area
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield cells.sheet, row, column


def _formulas(explicit: Explicit, look: Look, number: Callable[[Cell], float | None]) -> Got | None:
    def value(place: Place) -> CellInput:
        cell = look(place)
        match cell.kind:
            case CellKind.NUMBER | CellKind.DATE:
                double = number(cell)
                return None if double is None else Decimal(double)
            case CellKind.TEXT:
                return str(cell.value)
            case CellKind.BOOL:
                return bool(cell.value)
            case CellKind.BLANK:
                return None
        raise NoOpinion  # an error goes in as a text there

    def grid(name: str) -> Grid:
        match = _INPUT.fullmatch(name.replace("$", ""))
        if match is None:
            raise NoOpinion(name)
        top, left = parse_a1(match[2])
        bottom, right = parse_a1(match[3] or match[2])
        sheet = int(match[1])
        return [
            [value((sheet, row, column)) for column in range(left, right + 1)]
            for row in range(top, bottom + 1)
        ]

    try:
        found = evaluated(explicit.text, grid)
    except NoOpinion:
        return None
    return float(found) if isinstance(found, Decimal) else found


def own_opinion(explicit: Explicit, place: Place, look: Look) -> Got | None:
    """What Ramkoll itself gets, which is quick; None where it has no opinion."""
    if sum(size(cells.area) for cells in explicit.uses) > _MOST_CELLS:
        return None
    cells: dict[int, dict[tuple[int, int], Cell]] = {}
    for used in explicit.uses:
        for each in places(used):
            cell = look(each)
            if cell.kind is not CellKind.BLANK:
                cells.setdefault(used.sheet, {})[each[1:]] = cell._replace(formula=None, array=None)
    # The formula stands on a sheet of its own, since it may use the very cell it stands in.
    asked = Cell(CellKind.BLANK, None, explicit.text)
    sheets = tuple(
        Sheet(engine_sheet(n), cells.get(n, {}))
        for n in sorted({used.sheet for used in explicit.uses})
    )
    book = Submission("", "", (*sheets, Sheet("formula", {place[1:]: asked})))
    evaluator = Evaluator(book)
    try:
        found = evaluator.value(evaluator.at("formula", *place[1:]))
    except NotComputable:
        return None
    if isinstance(found, Figure):
        return float(found.value)
    return 0.0 if found is None else found
