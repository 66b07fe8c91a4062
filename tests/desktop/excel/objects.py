"""A stand-in for Excel's objects over COM: strict, and in what it does as Excel documents it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.desktop.excel.com import EDITING, EXCEPTION, REJECTED, Part, com_error, refused
from tests.desktop.excel.sheets import (
    Book,
    Chart,
    Condition,
    Line,
    Name,
    Sheet,
    area,
    every,
    formula_text,
)

from ramkoll.live.areas import size_of
from ramkoll.model.cells import Area

_NONE, _AUTOMATIC = -4142, -4105
_FAR = 2_000_000


def dollars(one: Area) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", one.address)


class FakeExcel:
    """One Excel: its workbooks, its settings, and what the tests have it answer."""

    def __init__(self, hwnd: int, pid: int, books: list[Book], *, new: bool = True) -> None:
        self.hwnd, self.pid, self.books, self.new = hwnd, pid, books, new
        self.protected_view: list[str] = []
        self.addins = ["Ramkoll.xlam"]
        self.complaints: list[str] = []
        self.calls: list[str] = []
        self.keys: dict[str, str] = {}
        self.undo_offer: tuple[str, str] | None = None
        self.busy = 0  # how many times more it rejects a call; below 0 for ever
        self.editing = 0
        self.writes = 0
        self.fail_at: int | None = None
        self.fail_after: int | None = None
        self.fail_for_ever = False
        self.error: Callable[[], Exception] = refused
        self.settings: dict[str, Any] = {
            "Calculation": -4105,
            "EnableEvents": True,
            "DisplayAlerts": True,
            "AutoFillFormulasInLists": True,
            "ScreenUpdating": True,
            "Cursor": -4143,
            "EnableCancelKey": 1,
            "Interactive": True,
            "StatusBar": False,
        }
        self.active_book = books[0] if books else None
        self.window = Window(self)
        self.application = Application(self)

    def answers(self) -> None:
        if self.busy:
            self.busy -= 1
            raise com_error(REJECTED)
        if self.editing:
            self.editing -= 1
            raise com_error(EXCEPTION, EDITING)

    def asked(self, writes: bool) -> None:
        if not writes:
            return
        self.writes += 1
        if self.writes == self.fail_at or (
            self.fail_at and self.fail_for_ever and self.writes > self.fail_at
        ):
            raise self.error()

    def answered(self, writes: bool) -> None:
        if writes and self.writes == self.fail_after:
            raise self.error()

    def state(self) -> Any:
        books = {book.path: book.state() for book in self.books}
        active = self.active_book.name if self.active_book else None
        return books, dict(self.settings), dict(self.keys), active


class Window(Part):
    """What AccessibleObjectFromWindow gives: only its Application is asked for."""

    def get_Application(self) -> Part:
        return self.excel.application


class Collection(Part):
    def __init__(self, excel: FakeExcel, items: Callable[[], list[Part]], key: str = "") -> None:
        super().__init__(excel)
        self.items, self.key = items, key

    def get_Count(self) -> int:
        return len(self.items())

    def get_Item(self, which: Any) -> Part:
        found = self.items()
        if isinstance(which, str):
            for each in found:
                if getattr(each, self.key)() == which:
                    return each
            raise com_error(EXCEPTION, -2147352565, "Indexet ligger utanför intervallet")
        if not 1 <= which <= len(found):
            raise com_error(EXCEPTION, -2147352565, "Indexet ligger utanför intervallet")
        return found[which - 1]


def _setting(name: str) -> tuple[Callable[[Part], Any], Callable[[Part, Any], None]]:
    def get(self: Part) -> Any:
        return self.excel.settings[name]

    def put(self: Part, value: Any) -> None:
        self.excel.settings[name] = value

    return get, put


class Application(Part):
    get_Calculation, put_Calculation = _setting("Calculation")
    get_EnableEvents, put_EnableEvents = _setting("EnableEvents")
    get_DisplayAlerts, put_DisplayAlerts = _setting("DisplayAlerts")
    get_ScreenUpdating, put_ScreenUpdating = _setting("ScreenUpdating")
    get_Cursor, put_Cursor = _setting("Cursor")
    get_EnableCancelKey, put_EnableCancelKey = _setting("EnableCancelKey")
    get_Interactive, put_Interactive = _setting("Interactive")
    get_StatusBar, put_StatusBar = _setting("StatusBar")

    def get_Application(self) -> Part:
        return self

    def get_Hwnd(self) -> int:
        return int(self.excel.hwnd)

    def get_AutoCorrect(self) -> Part:
        return AutoCorrect(self.excel)

    def get_WorksheetFunction(self) -> Part:
        return WorksheetFunction(self.excel)

    def get_Workbooks(self) -> Part:
        def items() -> list[Part]:
            return [WorkbookPart(self.excel, book) for book in self.excel.books]

        return Workbooks(self.excel, items, "get_Name")

    def get_ProtectedViewWindows(self) -> Part:
        found = [ProtectedViewWindow(self.excel, name) for name in self.excel.protected_view]
        return Collection(self.excel, lambda: list(found))

    def call_OnKey(self, key: str, procedure: str | None = None) -> None:
        if procedure is None:
            self.excel.keys.pop(key, None)
        else:
            self.excel.keys[key] = procedure

    def call_OnUndo(self, text: str, procedure: str) -> None:
        self.excel.undo_offer = text, procedure


class Workbooks(Collection):
    """Add-ins are no members that are counted, yet are found by name."""

    def get_Item(self, which: Any) -> Part:
        if which in self.excel.addins:
            return AddIn(self.excel)
        return super().get_Item(which)


class AddIn(Part):
    pass


class AutoCorrect(Part):
    get_AutoFillFormulasInLists, put_AutoFillFormulasInLists = _setting("AutoFillFormulasInLists")


class WorksheetFunction(Part):
    def get_CountA(self, some: RangePart) -> float:
        (one,) = some.areas
        return float(sum(one.holds(*at) for at in some.sheet.cells))


class ProtectedViewWindow(Part):
    def __init__(self, excel: FakeExcel, name: str) -> None:
        super().__init__(excel)
        self.name = name

    def get_SourceName(self) -> str:
        return self.name


class WorkbookPart(Part):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel)
        self.book = book

    def get_Name(self) -> str:
        return self.book.name

    def get_FullName(self) -> str:
        return self.book.path

    def get_Application(self) -> Part:
        return self.excel.application

    def get_Date1904(self) -> bool:
        return self.book.date_1904

    def get_MultiUserEditing(self) -> bool:
        return self.book.shared

    def get_Worksheets(self) -> Part:
        def items() -> list[Part]:
            return [SheetPart(self.excel, self.book, sheet) for sheet in self.book.sheets]

        return Collection(self.excel, items, "get_Name")

    def get_ActiveSheet(self) -> Part:
        if self.book.chart_is_active:
            return ChartSheet(self.excel)
        return SheetPart(self.excel, self.book, self.book.sheets[self.book.active])

    def get_Windows(self) -> Part:
        return Collection(self.excel, lambda: [BookWindow(self.excel, self.book)])

    def get_Names(self) -> Part:
        return Names(self.excel, self.book)

    def call_Activate(self) -> None:
        self.excel.active_book = self.book


class ChartSheet(Part):
    def get_Name(self) -> str:
        return "Diagram1"


class BookWindow(Part):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel)
        self.book = book

    def get_RangeSelection(self) -> Part:
        if self.book.chart_is_active:
            raise refused()
        sheet = self.book.sheets[self.book.active]
        chosen = self.book.selected.get(sheet.name, "$A$1")
        return RangePart(self.excel, self.book, sheet, [area(one) for one in chosen.split(",")])

    def get_WindowState(self) -> int:
        return -4143


class Names(Collection):
    def __init__(self, excel: FakeExcel, book: Book) -> None:
        super().__init__(excel, lambda: [NamePart(excel, book, name) for name in book.names])
        self.book = book

    def call_Add(self, name: str, refers_to: str, visible: bool = True) -> Part:
        if not refers_to.startswith("=") or any(one.name == name for one in self.book.names):
            raise refused()
        self.book.names.append(Name(name, refers_to, visible))
        return NamePart(self.excel, self.book, self.book.names[-1])


class NamePart(Part):
    def __init__(self, excel: FakeExcel, book: Book, name: Name) -> None:
        super().__init__(excel)
        self.book, self.name = book, name

    def get_Name(self) -> str:
        return self.name.name

    def get_RefersTo(self) -> str:
        return self.name.refers_to

    def put_RefersTo(self, text: str) -> None:
        if not text.startswith("="):
            raise refused()
        self.name.refers_to = text

    def get_Visible(self) -> bool:
        return self.name.visible

    def call_Delete(self) -> None:
        self.book.names.remove(self.name)


class SheetPart(Part):
    def __init__(self, excel: FakeExcel, book: Book, sheet: Sheet) -> None:
        super().__init__(excel)
        self.book, self.sheet = book, sheet

    def get_Application(self) -> Part:
        return self.excel.application

    def get_Name(self) -> str:
        return self.sheet.name

    def get_Visible(self) -> int:
        return self.sheet.visible

    def get_ProtectContents(self) -> bool:
        return self.sheet.protected

    def get_ProtectionMode(self) -> bool:
        return self.sheet.people_only

    def get_Protection(self) -> Part:
        return Protection(self.excel, self.sheet)

    def get_Range(self, address: str) -> Part:
        if not isinstance(address, str) or len(address) > 255:
            raise refused("Metoden Range i objektet misslyckades")
        areas = [area(one) for one in address.split(",")]
        return RangePart(self.excel, self.book, self.sheet, areas)

    def get_Cells(self) -> Part:
        return RangePart(self.excel, self.book, self.sheet, [Area(1, 1, 1_048_576, 16_384)])

    def get_UsedRange(self) -> Part:
        sheet = self.sheet
        at = [*sheet.cells, *sheet.styles]
        for one in sheet.merged:
            at += [(one.top, one.left), (one.bottom, one.right)]
        rows, columns = [r for r, _ in at] or [1], [c for _, c in at] or [1]
        used = sheet.used or Area(min(rows), min(columns), max(rows), max(columns))
        return RangePart(self.excel, self.book, sheet, [used])

    def get_ListObjects(self) -> Part:
        def items() -> list[Part]:
            return [Table(self.excel, self.book, self.sheet, name) for name in self.sheet.tables]

        return Collection(self.excel, items, "get_Name")

    def get_ChartObjects(self) -> Part:
        charts = self.sheet.charts
        return Collection(self.excel, lambda: [Frame(self.excel, c) for c in charts], "get_Name")

    def call_Activate(self) -> None:
        if self.sheet.visible != -1:
            raise refused()
        self.book.active = self.book.sheets.index(self.sheet)


class Protection(Part):
    def __init__(self, excel: FakeExcel, sheet: Sheet) -> None:
        super().__init__(excel)
        self.sheet = sheet

    def get_AllowFormattingCells(self) -> bool:
        return "cells" in self.sheet.allows

    def get_AllowFormattingRows(self) -> bool:
        return "rows" in self.sheet.allows


class Table(Part):
    def __init__(self, excel: FakeExcel, book: Book, sheet: Sheet, name: str) -> None:
        super().__init__(excel)
        self.book, self.sheet, self.name = book, sheet, name

    def get_Name(self) -> str:
        return self.name

    def get_Range(self) -> Part:
        return RangePart(self.excel, self.book, self.sheet, [self.sheet.tables[self.name]])

    def call_Resize(self, to: RangePart) -> None:
        (one,) = to.areas
        if one.top != self.sheet.tables[self.name].top or one.bottom == one.top:
            raise refused("Tabellens rubrikrad måste ligga kvar.")
        self.sheet.tables[self.name] = one


class Frame(Part):
    def __init__(self, excel: FakeExcel, chart: Chart) -> None:
        super().__init__(excel)
        self.chart = chart

    def get_Name(self) -> str:
        return self.chart.name

    def get_Chart(self) -> Part:
        return ChartPart(self.excel, self.chart)

    def get_Left(self) -> float:
        return self.chart.left

    def put_Left(self, value: float) -> None:
        self.chart.left = value

    def get_Top(self) -> float:
        return self.chart.top

    def put_Top(self, value: float) -> None:
        self.chart.top = value


class ChartPart(Part):
    def __init__(self, excel: FakeExcel, chart: Chart) -> None:
        super().__init__(excel)
        self.chart = chart

    def get_HasTitle(self) -> bool:
        return self.chart.title is not None

    def put_HasTitle(self, value: bool) -> None:
        self.chart.title = (self.chart.title or "Diagramrubrik") if value else None

    def get_ChartTitle(self) -> Part:
        if self.chart.title is None:
            raise refused()
        return ChartTitle(self.excel, self.chart)

    def get_SeriesCollection(self) -> Part:
        return SeriesCollection(self.excel, self.chart)


class ChartTitle(Part):
    def __init__(self, excel: FakeExcel, chart: Chart) -> None:
        super().__init__(excel)
        self.chart = chart

    def get_Text(self) -> str:
        return str(self.chart.title)

    def put_Text(self, value: str) -> None:
        self.chart.title = value


class SeriesCollection(Collection):
    def __init__(self, excel: FakeExcel, chart: Chart) -> None:
        def items() -> list[Part]:
            return [Series(excel, chart, number) for number in range(len(chart.series))]

        super().__init__(excel, items)
        self.chart = chart

    def call_NewSeries(self) -> Part:
        self.chart.series.append(f"=SERIES(,,{{1}},{len(self.chart.series) + 1})")
        return Series(self.excel, self.chart, len(self.chart.series) - 1)


class Series(Part):
    def __init__(self, excel: FakeExcel, chart: Chart, number: int) -> None:
        super().__init__(excel)
        self.chart, self.number = chart, number

    def get_Formula(self) -> str:
        return self.chart.series[self.number]

    def put_Formula(self, text: str) -> None:
        where = r"(?:'(?:[^']|'')+'|\w+)!\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?"
        if not re.fullmatch(
            rf'=SERIES\((?:"(?:[^"]|"")*")?,(?:{where})?,(?:{where}|\{{1\}}),\d+\)', text
        ):
            raise refused(text)
        self.chart.series[self.number] = text

    def call_Delete(self) -> None:
        del self.chart.series[self.number]


class RangePart(Part):
    def __init__(self, excel: FakeExcel, book: Book, sheet: Sheet, areas: list[Area]) -> None:
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

    def get_Borders(self, edge: int) -> Part:
        return Border(self, edge)

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
        gone = {m for m in self.sheet.merged if _meet(m, own)}
        self.sheet.merged -= gone

    def get_Hyperlinks(self) -> Part:
        found = [at for at in self.sheet.links if any(one.holds(*at) for one in self.areas)]
        return Collection(self.excel, lambda: [AddIn(self.excel) for _ in found])

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


def _meet(one: Area, other: Area) -> bool:
    down = one.top <= other.bottom and other.top <= one.bottom
    return down and one.left <= other.right and other.left <= one.right


class _Colours(Part):
    """The colour of fills or letters, with the index and the theme that Excel has beside it."""

    fields = ("", "", "")
    without = 0

    def __init__(self, of: RangePart) -> None:
        super().__init__(of.excel)
        self.of = of

    def get_Color(self) -> Any:
        fields = [getattr(self.of.sheet.style(at), self.fields[0]) for at in every(self.of.areas)]
        if len(set(fields)) > 1:
            return 0 if self.without == _NONE else None
        return fields[0] if fields[0] is not None else (0xFFFFFF if self.without == _NONE else 0)

    def get_ColorIndex(self) -> Any:
        # Colours near each other have the same index.
        return self.of._common(
            self.without if colour is None else (1 if colour == 0 else 2 + (colour >> 20))
            for colour in (
                getattr(self.of.sheet.style(at), self.fields[0]) for at in every(self.of.areas)
            )
        )

    def put_Color(self, value: int) -> None:
        self.of._restyle(**{self.fields[0]: value, self.fields[1]: None, self.fields[2]: 0.0})

    def put_ColorIndex(self, value: int) -> None:
        if value != self.without:
            raise refused()
        self.of._restyle(**{self.fields[0]: None, self.fields[1]: None, self.fields[2]: 0.0})

    def get_ThemeColor(self) -> Any:
        theme = self.of._styles(self.fields[1])
        if theme is None:
            raise refused()
        return theme

    def put_ThemeColor(self, value: int) -> None:
        self.of._restyle(
            **{self.fields[0]: 0x100000 * value, self.fields[1]: value, self.fields[2]: 0.0}
        )

    def get_TintAndShade(self) -> Any:
        return self.of._styles(self.fields[2])

    def put_TintAndShade(self, value: float) -> None:
        self.of._restyle(**{self.fields[2]: value})


class Interior(_Colours):
    fields = ("fill", "fill_theme", "fill_tint")
    without = _NONE

    def get_Pattern(self) -> Any:
        return self.of._styles("pattern")

    def put_Pattern(self, value: int) -> None:
        self.of._restyle(pattern=value)

    def _filled(self) -> None:
        for at in every(self.of.areas):
            if self.of.sheet.style(at).pattern == _NONE:
                self.of.sheet.restyle(at, pattern=1)

    def put_Color(self, value: int) -> None:
        super().put_Color(value)
        self._filled()

    def put_ThemeColor(self, value: int) -> None:
        super().put_ThemeColor(value)
        self._filled()

    def put_ColorIndex(self, value: int) -> None:
        super().put_ColorIndex(value)
        self.of._restyle(pattern=_NONE)


class Font(_Colours):
    fields = ("colour", "theme", "tint")
    without = _AUTOMATIC

    def get_Bold(self) -> Any:
        return self.of._styles("bold")

    def put_Bold(self, value: bool) -> None:
        self.of._restyle(bold=value)

    def get_Italic(self) -> Any:
        return self.of._styles("italic")

    def put_Italic(self, value: bool) -> None:
        self.of._restyle(italic=value)

    def get_Size(self) -> Any:
        return self.of._styles("size")

    def put_Size(self, value: float) -> None:
        self.of._restyle(size=value)


class Border(Part):
    """A line of areas; a line between two cells is one, whichever of them it is asked of."""

    def __init__(self, of: RangePart, edge: int) -> None:
        super().__init__(of.excel)
        self.of, self.edge = of, edge
        if edge not in range(7, 13):
            raise refused()

    def _places(self) -> list[tuple[dict[Any, Line], tuple[int, int]]]:
        above, beside = self.of.sheet.above, self.of.sheet.beside
        found: list[tuple[dict[Any, Line], tuple[int, int]]] = []
        for one in self.of.areas:
            columns, rows = range(one.left, one.right + 1), range(one.top, one.bottom + 1)
            if self.edge == 8:
                found += [(above, (one.top, c)) for c in columns]
            elif self.edge == 9:
                found += [(above, (one.bottom + 1, c)) for c in columns]
            elif self.edge == 12:
                found += [(above, (r, c)) for r in rows[1:] for c in columns]
            elif self.edge == 7:
                found += [(beside, (r, one.left)) for r in rows]
            elif self.edge == 10:
                found += [(beside, (r, one.right + 1)) for r in rows]
            else:
                found += [(beside, (r, c)) for r in rows for c in columns[1:]]
        if not found:
            raise refused("Det går inte att ange egenskapen LineStyle för klassen Border.")
        return found

    def _get(self, which: int) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(None if line is None else line[which] for line in lines)

    def get_LineStyle(self) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(_NONE if line is None else line[0] for line in lines)

    def put_LineStyle(self, style: int) -> None:
        for on, at in self._places():
            if style == _NONE:
                on.pop(at, None)
            else:
                _, weight, colour = on.get(at, (1, 2, None))
                on[at] = style, 4 if style == -4119 else (2 if weight == 4 else weight), colour

    def get_Weight(self) -> Any:
        return self._get(1)

    def put_Weight(self, weight: int) -> None:
        for on, at in self._places():
            style, _, colour = on.get(at, (1, 2, None))
            on[at] = 1 if style == -4119 else style, weight, colour

    def get_ColorIndex(self) -> Any:
        lines = [on.get(at) for on, at in self._places()]
        return self.of._common(
            _AUTOMATIC if line is None or line[2] is None else 3 for line in lines
        )

    def put_ColorIndex(self, value: int) -> None:
        if value != _AUTOMATIC:
            raise refused()
        self._colour(None)

    def get_Color(self) -> Any:
        return self._get(2)

    def put_Color(self, value: int) -> None:
        self._colour(value)

    def _colour(self, value: int | None) -> None:
        for on, at in self._places():
            if at in on:
                on[at] = *on[at][:2], value


class Conditions(Part):
    def __init__(self, of: RangePart) -> None:
        super().__init__(of.excel)
        self.of = of

    def _own(self) -> list[Condition]:
        return [
            c
            for c in self.of.sheet.conditions
            if any(_meet(a, b) for a in c.area for b in self.of.areas)
        ]

    def get_Count(self) -> int:
        return len(self._own())

    def get_Item(self, number: int) -> Part:
        return ConditionPart(self.of, self._own()[number - 1])

    def call_Add(self, kind: int, operator: int, formula: str) -> Part:
        # In the user's language: a Swedish Excel knows no LEN.
        if re.search(r"[A-Z]+\(|[,;]", formula):
            raise refused("Formeln är felaktig.")
        made = Condition(list(self.of.areas), kind, formula)
        self.of.sheet.conditions.append(made)
        return ConditionPart(self.of, made)


class ConditionPart(Part):
    def __init__(self, of: RangePart, condition: Condition) -> None:
        super().__init__(of.excel)
        self.of, self.condition = of, condition

    def get_Type(self) -> int:
        return self.condition.kind

    def get_Formula1(self) -> str:
        if self.condition.kind not in (1, 2):
            raise refused()
        return self.condition.formula.replace("LEN(", "LÄNGD(")

    def get_AppliesTo(self) -> Part:
        return RangePart(self.excel, self.of.book, self.of.sheet, self.condition.area)

    def put_StopIfTrue(self, value: bool) -> None:
        self.condition.stop = value

    def call_SetFirstPriority(self) -> None:
        own = self.of.sheet.conditions
        own.insert(0, own.pop(own.index(self.condition)))

    def call_Delete(self) -> None:
        self.of.sheet.conditions.remove(self.condition)

    def get_Interior(self) -> Part:
        return ConditionLook(self, "Interior")

    def get_Font(self) -> Part:
        return ConditionLook(self, "Font")

    def get_Borders(self) -> Part:
        return ConditionLook(self, "Borders")


class ConditionLook(Part):
    def __init__(self, of: ConditionPart, part: str) -> None:
        super().__init__(of.excel)
        self.look, self.part = of.condition.look, part

    def put_Color(self, value: int) -> None:
        self.look[f"{self.part}.Color"] = value

    def put_LineStyle(self, value: int) -> None:
        if self.part != "Borders":
            raise refused()
        self.look["Borders.LineStyle"] = value
