"""Sums that stop before the numbers do, or pass some over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from ramkoll.compute.own_sheets.added import arguments, terms
from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of
from ramkoll.compute.own_sheets.taken import Taken
from ramkoll.model.cells import BLANK_CELL, Area, Cell, CellKind, CellRef
from ramkoll.model.formula_references import Reference

LEAST = 3  # cells of a sum that can be said to stop short
SUM = frozenset({"SUM("})
MOST_LOOKED_AT = 1000  # of a sheet: what comes after would not be shown
YEARS = range(1900, 2101)

Step = tuple[int, int]
_Found = tuple[Area, list[Place], OwnSheet]


def short_sums(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Sums over part of a block of like numbers, and ``+`` chains and areas that pass some over.

    Like are typed numbers of the same format, and formulas that are copies. What another sum
    takes, a running total, and numbers that look like years are left alone.
    """
    index = Taken(book)
    found_in_all = 0
    for key, places in sheet.cells_of.items():
        pattern = sheet.patterns[key]
        strips = [ref for _, ref in arguments(pattern.words, SUM)]
        chain = terms(pattern.words)
        if not strips and len(chain) < LEAST:
            continue
        missed: dict[Place, _Found] = {}
        for place in places:
            found = _missed(book, sheet, pattern, place, strips, chain, index)
            if found is not None:
                missed[place] = found
                found_in_all += 1
            if found_in_all > MOST_LOOKED_AT:
                break
        yield from _remarks(sheet, pattern, missed)


def _remarks(sheet: OwnSheet, pattern: Pattern, missed: dict[Place, _Found]) -> Iterator[OwnRemark]:
    for area in areas_of(missed):
        place = (area.top, area.left)
        _, cells, there = missed[place]
        left_out = sum((there.number(each) or Decimal(0) for each in cells), Decimal(0))
        if not left_out and area.top == area.bottom and area.left == area.right:
            continue
        taken = areas_of(cells)
        facts = {
            "area": area.address,
            "formula": pattern.text_at(place),
            "missed": ", ".join(each.address for each in taken),
            "sheet": "" if there is sheet else there.name,
            "left_out": left_out,
            "count": len(missed),
        }
        first = CellRef(there.file, there.name, *cells[0])
        yield OwnRemark(OwnKind.SUM_SHORT, sheet.ref(place), facts, (first,))


def _missed(
    book: OwnBook,
    sheet: OwnSheet,
    pattern: Pattern,
    place: Place,
    strips: Sequence[Reference],
    chain: Sequence[Reference],
    index: Taken,
) -> _Found | None:
    """The cells that a sum most likely should have had too, with the area or chain it has."""
    areas = [
        (area, there, reference)
        for reference in (chain or strips)
        if (there := book.sheet(reference, sheet)) is not None
        and (area := pattern.area(reference, place)) is not None
    ]
    if len({there.name for _, there, _ in areas}) != 1:
        return None
    there = areas[0][1]
    if len(areas) > 1:
        return _passed_over(sheet, there, place, [area for area, _, _ in areas], index)
    area, _, reference = areas[0]
    if not strips:
        return None
    down = area.left == area.right and area.bottom - area.top + 1 >= LEAST
    along = area.top == area.bottom and area.right - area.left + 1 >= LEAST
    top, left, bottom, right = reference.fixed
    if down and top == bottom:
        return _beyond(sheet, there, place, area, (1, 0), index)
    if along and left == right and there is sheet and place[0] == area.top:
        return _beyond(sheet, there, place, area, (0, 1), index)
    return None


def _beyond(
    sheet: OwnSheet, there: OwnSheet, place: Place, area: Area, step: Step, index: Taken
) -> _Found | None:
    """Like numbers right after the area, up to the sum or a blank; or right before it."""
    across = step == (0, 1)
    # The window of a moving sum has the same formula as the cell before or after it.
    if there is sheet and any(
        sheet.keys.get((place[0] + way * step[0], place[1] + way * step[1]))
        == sheet.keys.get(place)
        for way in (-1, 1)
    ):
        return None
    size = (area.bottom - area.top + 1) if not across else (area.right - area.left + 1)
    most = max(1, size // 2)
    first, last = (area.top, area.left), (area.bottom, area.right)
    after = _like(there, last, step, place if there is sheet else None, most + 1)
    before = _like(there, first, (-step[0], -step[1]), None, most + 1)
    if len(after) > most or len(before) > most or bool(after) == bool(before):
        return None
    cells = after or before
    at_sum = after and there is sheet and (cells[-1][0] + step[0], cells[-1][1] + step[1]) == place
    if before:
        ends_at_sum = (last[0] + step[0], last[1] + step[1]) == place and there is sheet
        if not ends_at_sum or across or any(_is_heading(there, first, each) for each in before):
            return None
    elif across and not at_sum:
        return None
    if any(index.by_another(there, each, step, sheet.ref(place)) for each in cells):
        return None
    if _years(there, cells) and not _years(there, [first]):
        return None
    return area, sorted(cells), there


def _like(sheet: OwnSheet, start: Place, step: Step, until: Place | None, most: int) -> list[Place]:
    """The cells after one, in a direction, that hold numbers of the same sort."""
    found: list[Place] = []
    model = sheet.sheet.cells.get(start, BLANK_CELL)
    if model.kind is not CellKind.NUMBER:
        return []
    at = start
    while len(found) < most:
        at = (at[0] + step[0], at[1] + step[1])
        if at == until or not _alike(sheet, start, model, at):
            break
        found.append(at)
    return found


def _alike(sheet: OwnSheet, start: Place, model: Cell, at: Place) -> bool:
    cell = sheet.sheet.cells.get(at, BLANK_CELL)
    return (
        cell.kind is CellKind.NUMBER
        and cell.number_format == model.number_format
        and sheet.keys.get(at) == sheet.keys.get(start)
    )


def _years(sheet: OwnSheet, cells: Sequence[Place]) -> bool:
    numbers = [sheet.number(each) for each in cells]
    return any(n is not None and n == n.to_integral_value() and int(n) in YEARS for n in numbers)


def _is_heading(sheet: OwnSheet, first: Place, at: Place) -> bool:
    """Whether a number above a block counts its columns, 1, 2, 3 …, or looks another way."""
    if sheet.sheet.cell(*at).style != sheet.sheet.cell(*first).style:
        return True
    number = sheet.number(at)
    row, column = at
    return number is not None and any(
        sheet.number((row, column + way)) == number + way for way in (-1, 1)
    )


def _passed_over(
    sheet: OwnSheet, there: OwnSheet, place: Place, areas: Sequence[Area], index: Taken
) -> _Found | None:
    """Cells between the terms of a sum, in one column or row, that are like their neighbours."""
    down = len({(a.left, a.right) for a in areas}) == 1 and areas[0].left == areas[0].right
    along = len({(a.top, a.bottom) for a in areas}) == 1 and areas[0].top == areas[0].bottom
    if down == along:
        return None
    column, row = areas[0].left, areas[0].top
    spans = sorted((a.top, a.bottom) if down else (a.left, a.right) for a in areas)
    taken = sum(last - first + 1 for first, last in spans)
    if taken < LEAST:
        return None
    between: list[Place] = []
    for (_, last), (first, _) in pairwise(spans):
        if first - last - 1 > taken // LEAST:
            return None
        between += [(at, column) if down else (row, at) for at in range(last + 1, first)]
    if not between or len(between) > taken // LEAST:
        return None
    start = (spans[0][0], column) if down else (row, spans[0][0])
    model = there.sheet.cell(*start)
    if not all(_alike(there, start, model, each) for each in between):
        return None
    step = (1, 0) if down else (0, 1)
    if any(index.by_another(there, each, step, sheet.ref(place)) for each in between):
        return None
    whole = Area(spans[0][0], column, spans[-1][1], column)
    if along:
        whole = Area(row, spans[0][0], row, spans[-1][1])
    return whole, between, there
