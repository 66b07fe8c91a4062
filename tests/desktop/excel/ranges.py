# ruff: noqa: N802 - members are called what Excel calls them
"""A Range of the stand-in Excel: one area or several of a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.desktop.excel.collection import Collection
from tests.desktop.excel.com import Part, refused
from tests.desktop.excel.look_parts import Borders, Conditions, Font, Interior
from tests.desktop.excel.sheets import Book, Sheet, every, formula_text, meet

from ramkoll.live.areas import size_of
from ramkoll.model.cells import Area

_FAR = 2_000_000


def dollars(one: Area) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", one.address)


class RangePart(Part):
    def __init__(self, excel: Any, book: Book, sheet: Sheet, areas: list[Area]) -> None:
        super().__init__(excel)
        self.book, self.sheet, self.areas = book, sheet, areas

    def _common(self, of: Iterable[Any]) -> Any:
        """What all cells have, None when they differ."""
        found = iter(of)
        first = next(found, None)
        return first if all(each == first for each in found) else None

    def _styles(self, field: str) -> Any:
        if sum(map(size_of, self.areas)) > _FAR:
            raise refused("Slut på minne")
        return self._common(getattr(self.sheet.style(at), field) for at in every(self.areas))

    def _restyle(self, **changes: Any) -> None:
        guarded = self.sheet.protected and not self.sheet.people_only
        if guarded and "cells" not in self.sheet.allows:
            raise refused("Bladet är skyddat.")
        for at in every(self.areas):
            self.sheet.restyle(at, **changes)

    def _one(self) -> Area:
        if sum(map(size_of, self.areas)) > _FAR:
            raise refused("Slut på minne")
        return self.areas[0]

    def _grid(self, of: Callable[[Any, str | None], Any]) -> Any:
        one, cells = self._one(), self.sheet.cells
        if size_of(one) == 1:
            return of(*cells.get((one.top, one.left), (None, None)))
        return tuple(
            tuple(of(*cells.get((row, c), (None, None))) for c in range(one.left, one.right + 1))
            for row in range(one.top, one.bottom + 1)
        )

    def _put_grid(self, grid: Any, new_formulas: bool) -> None:
        one = self._one()
        wanted = one.bottom - one.top + 1, one.right - one.left + 1
        if len(self.areas) > 1 or (len(grid), *{len(row) for row in grid}) != wanted:
            raise refused("Måtten stämmer inte.")  # Excel fills in #N/A; nobody wants that
        for at, each in zip(every([one]), (each for row in grid for each in row), strict=True):
            self.sheet.write(at, each, new_formulas=new_formulas)

    def get_Address(self) -> str:
        return ",".join(dollars(one) for one in self.areas)[:255]

    def get_Areas(self) -> Part:
        def items() -> list[Part]:
            return [RangePart(self.excel, self.book, self.sheet, [one]) for one in self.areas]

        return Collection(self.excel, items)

    def get_Value2(self) -> Any:
        return self._grid(lambda value, _: value)

    def put_Value2(self, grid: Any) -> None:
        self._put_grid(grid, False)
        if any(self.sheet.cells.get(at, (None, None))[1] for at in every(self.areas)):
            self.excel.complaints.append("a formula through Value2")

    def get_Formula(self) -> Any:
        return self._grid(lambda v, f: formula_text(v, f if f is None else f.replace("@", "")))

    def put_Formula(self, grid: Any) -> None:
        self._put_grid(grid, False)

    def get_Formula2(self) -> Any:
        return self._grid(formula_text)

    def put_Formula2(self, grid: Any) -> None:
        self._put_grid(grid, True)

    def get_HasArray(self) -> bool | None:
        return self._within(self.sheet.arrays)

    def get_HasSpill(self) -> bool | None:
        return self._within(self.sheet.spills)

    def _within(self, known: list[Area]) -> bool | None:
        if not known:
            return False
        found: bool | None = self._common(
            any(a.holds(*at) for a in known) for at in every(self.areas)
        )
        return found

    def get_NumberFormat(self) -> Any:
        return self._styles("number_format")

    def put_NumberFormat(self, code: str) -> None:
        if not isinstance(code, str):
            raise refused()
        self._restyle(number_format=code)

    def get_WrapText(self) -> Any:
        return self._styles("wrap")

    def put_WrapText(self, value: bool) -> None:
        self._restyle(wrap=value)

    def get_HorizontalAlignment(self) -> Any:
        return self._styles("horizontal")

    def put_HorizontalAlignment(self, value: int) -> None:
        self._restyle(horizontal=value, indent=0)

    def get_VerticalAlignment(self) -> Any:
        return self._styles("vertical")

    def put_VerticalAlignment(self, value: int) -> None:
        self._restyle(vertical=value)

    def get_IndentLevel(self) -> Any:
        return self._styles("indent")

    def put_IndentLevel(self, value: int) -> None:
        self._restyle(indent=value)

    def get_Locked(self) -> Any:
        return self._styles("locked")

    def get_Interior(self) -> Part:
        return Interior(self)

    def get_Font(self) -> Part:
        return Font(self)

    def get_Borders(self) -> Part:
        return Borders(self)

    def get_Left(self) -> float:
        return 48.0 * (self._one().left - 1)

    def get_Top(self) -> float:
        return 15.0 * (self._one().top - 1)

    def _rows(self) -> set[int]:
        return {row for one in self.areas for row in range(one.top, one.bottom + 1)}

    def get_RowHeight(self) -> Any:
        return self._common(self.sheet.heights.get(row, 15.0) for row in self._rows())

    def put_RowHeight(self, height: float) -> None:
        for row in self._rows():
            self.sheet.heights[row] = height

    def get_UseStandardHeight(self) -> Any:
        return self._common(row not in self.sheet.heights for row in self._rows())

    def put_UseStandardHeight(self, value: bool) -> None:
        for row in self._rows() if value else ():
            self.sheet.heights.pop(row, None)

    def _columns(self) -> set[int]:
        return {n for one in self.areas for n in range(one.left, one.right + 1)}

    def get_ColumnWidth(self) -> Any:
        return self._common(self.sheet.widths.get(n, 8.43) for n in self._columns())

    def put_ColumnWidth(self, width: float) -> None:
        for column in self._columns():
            self.sheet.widths[column] = width

    def get_UseStandardWidth(self) -> Any:
        return self._common(n not in self.sheet.widths for n in self._columns())

    def put_UseStandardWidth(self, value: bool) -> None:
        for column in self._columns() if value else ():
            self.sheet.widths.pop(column, None)

    def get_MergeCells(self) -> Any:
        if not self.sheet.merged:
            return False
        merged = self.sheet.merged
        return self._common(any(one.holds(*at) for one in merged) for at in every(self.areas))

    def get_MergeArea(self) -> Part:
        (at,) = every(self.areas)
        found = [one for one in self.sheet.merged if one.holds(*at)] or self.areas
        return RangePart(self.excel, self.book, self.sheet, found)

    def call_Merge(self) -> None:
        sheet, one = self.sheet, self._one()
        inside = [at for at in every([one]) if at in sheet.cells]
        if len(inside) > 1 and self.excel.settings["DisplayAlerts"]:
            self.excel.complaints.append("Excel asks whether to lose cells")
        self.call_UnMerge()
        sheet.merged.add(one)
        first = sheet.style((one.top, one.left))
        for at in every([one]):
            sheet.restyle(at, **first._asdict())
            if at != (one.top, one.left):
                sheet.cells.pop(at, None)
            if at[0] > one.top:
                sheet.above.pop(at, None)
            if at[1] > one.left:
                sheet.beside.pop(at, None)

    def call_UnMerge(self) -> None:
        own = self._one()
        gone = {m for m in self.sheet.merged if meet(m, own)}
        self.sheet.merged -= gone

    def get_Hyperlinks(self) -> Part:
        found = [at for at in self.sheet.links if any(one.holds(*at) for one in self.areas)]
        return Collection(self.excel, lambda: [Part(self.excel) for _ in found])

    def call_ClearHyperlinks(self) -> None:
        self.sheet.links -= {at for at in self.sheet.links if self._one().holds(*at)}

    def get_FormatConditions(self) -> Part:
        return Conditions(self)

    def call_Select(self) -> None:
        if (
            self.book.sheets[self.book.active] is not self.sheet
            or self.excel.active_book is not self.book
        ):
            raise refused("Metoden Select i klassen Range misslyckades")
        self.book.selected[self.sheet.name] = self.get_Address()
