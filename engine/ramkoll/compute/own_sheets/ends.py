"""Whether a cell at the end of equal formulas should have been one of them."""

from __future__ import annotations

from typing import NamedTuple

from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Place
from ramkoll.model.cells import BLANK_CELL, CellKind

LEAST_ALIKE = 3  # cells of its row that are like those of the row before
FURTHEST = 12  # cells of a row that are compared, to each side


class Break(NamedTuple):
    """A cell that differs, and where the pattern around it stands."""

    place: Place
    key: str
    pattern: str
    neighbour: Place


def belongs(book: OwnBook, sheet: OwnSheet, each: Break, sideways: Place) -> bool:
    """Whether a cell's row is in all else like its neighbour's, and the pattern fits there too.

    A sum under a column, an opening balance and the first of a chain stand in rows of their own
    kind, or their neighbours' formula would take a heading or a blank cell.
    """
    alike = 0
    for way in (-1, 1):
        for n in range(1, FURTHEST + 1):
            step = (way * n * sideways[0], way * n * sideways[1])
            own = _sort(sheet, (each.place[0] + step[0], each.place[1] + step[1]))
            other = _sort(sheet, (each.neighbour[0] + step[0], each.neighbour[1] + step[1]))
            if own == "" or other == "":
                break
            if own != other:
                return False
            alike += 1
    return alike >= LEAST_ALIKE and _fits(book, sheet, each)


def _sort(sheet: OwnSheet, place: Place) -> str:
    """What sort of thing a cell holds: a formula by its key, else number, text …; "" for blank."""
    key = sheet.keys.get(place)
    if key is not None:
        return f"={key}"
    cell = sheet.sheet.cells.get(place, BLANK_CELL)
    return "" if cell.is_blank else cell.kind.value


def _fits(book: OwnBook, sheet: OwnSheet, each: Break) -> bool:
    """Whether the pattern takes the same sorts of cells here as it does beside."""
    pattern = sheet.patterns[each.pattern]
    for reference in pattern.references:
        there = book.sheet(reference, sheet)
        here, beside = pattern.area(reference, each.place), pattern.area(reference, each.neighbour)
        if here is None or beside is None:
            return False
        if there is None or (here.top, here.left) != (here.bottom, here.right):
            continue
        kinds = [there.sheet.cell(area.top, area.left).kind for area in (here, beside)]
        if kinds[0] is not kinds[1] or kinds[0] is CellKind.BLANK:
            return False
    return True
