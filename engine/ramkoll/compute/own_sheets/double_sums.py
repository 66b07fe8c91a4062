"""Sums that count a cell twice: details and their subtotals, or areas that overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.own_sheets.added import subtotal_terms, terms
from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of, cells_in, named
from ramkoll.model.cells import Area
from ramkoll.model.formula_references import area_words

MOST_PARTS = 500  # areas and subtotals of one sum
MOST_COPIES = 2000  # of one formula: more are the rows of a register, not its totals
MOST_ALIKE = 200  # subtotals with one formula
MOST_LOOKED_AT = 30_000  # subtotals within sums, of a sheet
MOST_CELLS = 20_000  # of an area, told apart

_Part = tuple[OwnSheet, Area, Place | None]  # the subtotal that the cells come through, or none
_Twice = _Part


def double_sums(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Sums of areas that overlap, or that hold both cells and a subtotal of the same cells."""
    left = [MOST_LOOKED_AT]
    # Totals first: a formula with many copies is that of a register's rows.
    for key, places in sorted(sheet.cells_of.items(), key=lambda each: len(each[1])):
        pattern = sheet.patterns[key]
        if not terms(pattern.words):
            continue
        found: dict[Place, list[_Twice]] = {}
        for place in places[:MOST_COPIES]:
            twice = _twice(book, sheet, pattern, place, left)
            if twice:
                found[place] = twice
        for area in areas_of(found):
            place = (area.top, area.left)
            yield _remark(sheet, pattern, place, area, found[place])


def _remark(
    sheet: OwnSheet, pattern: Pattern, place: Place, area: Area, twice: list[_Twice]
) -> OwnRemark:
    there = twice[0][0]
    cells: set[Place] = set()
    for _, each, _ in twice:
        size = (each.bottom - each.top + 1) * (each.right - each.left + 1)
        if len(cells) + size <= MOST_CELLS:
            cells.update(cells_in(each))
    subtotals = sorted({through for _, _, through in twice if through is not None})
    value = sum((there.number(each) or Decimal(0) for each in cells), Decimal(0))
    facts = {
        "area": area.address,
        "formula": pattern.text_at(place),
        "twice": named(area_words(each) for each in areas_of(cells) or [twice[0][1]]),
        "through": [there.ref(each).address for each in subtotals],
        "sheet": "" if there is sheet else there.name,
        "value": value if cells else None,
    }
    related = [there.ref(each) for each in (*subtotals, *sorted(cells)[:1])]
    return OwnRemark(OwnKind.SUM_DOUBLE, sheet.ref(place), facts, tuple(related[:6]))


def _twice(
    book: OwnBook, sheet: OwnSheet, pattern: Pattern, place: Place, left: list[int]
) -> list[_Twice]:
    """The areas that a sum counts twice, with the subtotal through which it does."""
    parts: list[_Part] = []
    for reference in terms(pattern.words):
        there = book.sheet(reference, sheet)
        area = pattern.area(reference, place)
        if there is None or area is None or (there is sheet and area.holds(*place)):
            return []
        parts.append((there, area, None))
    direct = len(parts)
    for there, area, _ in parts[:direct]:
        for inner in _subtotals(there, area):
            key = there.keys[inner]
            if key == sheet.keys[place]:
                continue  # each builds on those before it, as Fibonacci's numbers do
            if len(there.cells_of[key]) > MOST_ALIKE:
                continue  # the rows of a register, each with its own sum
            parts += [(there, each, inner) for each in _inner_areas(book, there, inner)]
            left[0] -= 1
            if len(parts) > MOST_PARTS or left[0] < 0:
                return []
    return list(_overlaps(parts))


def _inner_areas(book: OwnBook, there: OwnSheet, inner: Place) -> list[Area]:
    """The areas of a subtotal that lie on its own sheet; none when it takes from elsewhere."""
    pattern = there.patterns[there.keys[inner]]
    areas: list[Area] = []
    for reference in subtotal_terms(pattern.words):
        area = pattern.area(reference, inner)
        if book.sheet(reference, there) is not there or area is None:
            return []
        areas.append(area)
    return areas


def _subtotals(sheet: OwnSheet, area: Area) -> Iterator[Place]:
    """The cells of an area that hold sums."""
    for column, rows in sheet.sums.items():
        if area.left <= column <= area.right:
            for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                yield row, column


def _overlaps(parts: list[_Part]) -> Iterator[_Twice]:
    """Where areas have cells in common, of which one at most is what the sum itself names."""
    ordered = sorted(parts, key=lambda part: (part[0].name, part[1].top))
    for n, (sheet, area, through) in enumerate(ordered):
        for other_sheet, other, other_through in ordered[n + 1 :]:
            if other_sheet is not sheet or other.top > area.bottom:
                break
            left, right = max(area.left, other.left), min(area.right, other.right)
            if left > right:
                continue
            common = Area(other.top, left, min(area.bottom, other.bottom), right)
            yield sheet, common, through or other_through
