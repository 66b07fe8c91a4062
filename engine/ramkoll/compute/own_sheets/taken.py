"""Which cells some formula of the workbook adds up or names in their own column or row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ramkoll.compute.own_sheets.added import arguments
from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Place
from ramkoll.model.cells import Area, CellRef
from ramkoll.model.formula_references import Reference

_SUMS = frozenset({"SUM(", "SUBTOTAL(", "AGGREGATE("})
_Line = tuple[str, bool, int]  # sheet, whether a column, its number


class Taken:
    """Made of a whole workbook, when it is first asked."""

    def __init__(self, book: OwnBook) -> None:
        self._book = book

    def by_another(self, sheet: OwnSheet, cell: Place, step: Place, by: CellRef) -> bool:
        """Whether another formula than ``by`` has the cell, looking along ``step``.

        That is a sum down its column, or a formula in its column that names it; along a row alike.
        """
        downward = step[0] != 0
        line = (sheet.name, downward, cell[1] if downward else cell[0])
        return any(area.holds(*cell) and origin != by for origin, area in self._lines.get(line, ()))

    @cached_property
    def _lines(self) -> Mapping[_Line, list[tuple[CellRef, Area]]]:
        found: dict[_Line, list[tuple[CellRef, Area]]] = {}
        for sheet in self._book.sheets():
            for origin, there, area, summed in self._areas(sheet):
                height, width = area.bottom - area.top, area.right - area.left
                if not width and ((height and summed) or self._in_line(sheet, there, origin, area)):
                    found.setdefault((there, True, area.left), []).append((origin, area))
                if not height and ((width and summed) or self._in_row(sheet, there, origin, area)):
                    found.setdefault((there, False, area.top), []).append((origin, area))
        return found

    def _areas(self, sheet: OwnSheet) -> Iterator[tuple[CellRef, str, Area, bool]]:
        for key, places in sheet.cells_of.items():
            pattern = sheet.patterns[key]
            summed = {id(reference) for _, reference in arguments(pattern.words, _SUMS)}
            pointed: list[tuple[Reference, str]] = []
            for reference in pattern.references:
                there = self._book.sheet(reference, sheet)
                if there is not None:
                    pointed.append((reference, there.name))
            for place in places:
                origin = sheet.ref(place)
                for reference, name in pointed:
                    area = pattern.area(reference, place)
                    if area is not None:
                        yield origin, name, area, id(reference) in summed

    @staticmethod
    def _in_line(sheet: OwnSheet, there: str, origin: CellRef, area: Area) -> bool:
        return sheet.name == there and origin.column == area.left

    @staticmethod
    def _in_row(sheet: OwnSheet, there: str, origin: CellRef, area: Area) -> bool:
        return sheet.name == there and origin.row == area.top
