"""Cells that show an error: the first in each chain, with how many take it over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of, named
from ramkoll.model.cells import Area, CellKind

MOST_FOLLOWED = 20_000  # error cells whose chains are followed

MOST_STEPS = 500_000  # along all chains together
MOST_ROOTS = 200  # of one cause, whose chains are followed

_At = tuple[str, Place]  # sheet, cell


def errors(book: OwnBook) -> Iterator[OwnRemark]:
    """Every error that has not come from another error cell, and how many others it gives."""
    sheets = {sheet.name: sheet for sheet in book.sheets()}
    failing = {name: _failing(sheet) for name, sheet in sheets.items()}
    if not any(failing.values()):
        return
    sources = _sources(book, sheets, failing)
    followers = _Reach(sources)
    roots = [at for at, before in sources.items() if not before]
    groups: dict[tuple[str, str, str], list[Place]] = {}
    for name, place in roots:
        sheet = sheets[name]
        value = str(sheet.sheet.cell(*place).value)
        pattern = sheet.pattern(place)
        if pattern is not None and value == "#N/A" and "NA" in pattern.functions:
            continue  # asked for, as charts want it
        broken = pattern is not None and "#REF!" in pattern.text
        cause = "#REF!" if broken else sheet.keys.get(place, "")
        groups.setdefault((name, value, cause), []).append(place)
    for (name, value, cause), places in groups.items():
        sheet = sheets[name]
        first = min(places)
        pattern = sheet.pattern(first)
        reached: set[_At] = set()
        for place in places[:MOST_ROOTS]:
            reached |= followers.of((name, place))
        facts = {
            "where": named(area.address for area in areas_of(places)),
            "count": len(places),
            "error": value,
            "formula": "" if pattern is None else pattern.text_at(first),
            "broken": cause == "#REF!",
            "blank": _divides_by_blank(book, sheet, pattern, first),
            "followers": len(reached),
        }
        related = tuple(sheets[there].ref(place) for there, place in sorted(reached)[:3])
        yield OwnRemark(OwnKind.ERROR, sheet.ref(first), facts, related)


def _failing(sheet: OwnSheet) -> dict[int, list[int]]:
    """Rows of the error cells by column, in order."""
    found: dict[int, list[int]] = {}
    for (row, column), cell in sheet.sheet.cells.items():
        if cell.kind is CellKind.ERROR:
            found.setdefault(column, []).append(row)
    for rows in found.values():
        rows.sort()
    return found


def _sources(
    book: OwnBook,
    sheets: Mapping[str, OwnSheet],
    failing: Mapping[str, Mapping[int, list[int]]],
) -> dict[_At, list[_At]]:
    """The error cells that each error cell points at."""
    found: dict[_At, list[_At]] = {}
    for name, columns in failing.items():
        sheet = sheets[name]
        for column, rows in columns.items():
            for row in rows:
                at = (row, column)
                pattern = sheet.pattern(at)
                before: list[_At] = []
                if at in sheet.masked and pattern is None:
                    arrays = sheet.sheet.arrays.items()
                    before = [(name, first) for first, area in arrays if area.holds(*at)]
                elif pattern is not None and len(found) < MOST_FOLLOWED:
                    before = list(_pointed(book, sheet, pattern, at, failing))
                found[name, at] = [each for each in before if each != (name, at)]
    return found


def _pointed(
    book: OwnBook,
    sheet: OwnSheet,
    pattern: Pattern,
    at: Place,
    failing: Mapping[str, Mapping[int, list[int]]],
) -> Iterator[_At]:
    for reference in pattern.references:
        area = pattern.area(reference, at)
        there = book.sheet(reference, sheet)
        if area is not None and there is not None:
            yield from _first_errors(there.name, area, failing.get(there.name, {}))


def _first_errors(name: str, area: Area, columns: Mapping[int, list[int]]) -> Iterator[_At]:
    """The error cells of an area; of each column the first few, which are enough to follow."""
    for column, rows in columns.items():
        if area.left <= column <= area.right:
            start = bisect_left(rows, area.top)
            for row in rows[start : start + 20]:
                if row <= area.bottom:
                    yield name, (row, column)


class _Reach:
    """All cells that an error reaches, however far."""

    def __init__(self, sources: Mapping[_At, list[_At]]) -> None:
        self._left = MOST_STEPS
        self._next: dict[_At, list[_At]] = {}
        for at, before in sources.items():
            for each in before:
                self._next.setdefault(each, []).append(at)

    def of(self, root: _At) -> set[_At]:
        """The cells that show an error because this one does."""
        reached: set[_At] = set()
        waiting = [root]
        while waiting and self._left > 0:
            self._left -= 1
            for each in self._next.get(waiting.pop(), ()):
                if each not in reached and each != root:
                    reached.add(each)
                    waiting.append(each)
        return reached


def _divides_by_blank(book: OwnBook, sheet: OwnSheet, pattern: Pattern | None, at: Place) -> str:
    """The blank or zero cell that a formula divides by, when it is a single cell."""
    if pattern is None:
        return ""
    for sign, reference in zip(pattern.words, pattern.words[1:], strict=False):
        if sign != "/" or isinstance(reference, str):
            continue
        there, area = book.sheet(reference, sheet), pattern.area(reference, at)
        if there is None or area is None or (area.top, area.left) != (area.bottom, area.right):
            continue
        cell = there.sheet.cell(area.top, area.left)
        if cell.kind is CellKind.BLANK or (cell.kind is CellKind.NUMBER and not cell.value):
            ref = there.ref((area.top, area.left))
            return ref.address if there is sheet else ref.in_sheet
    return ""
