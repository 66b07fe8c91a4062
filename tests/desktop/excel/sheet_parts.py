# ruff: noqa: N802 - members are called what Excel calls them
"""A worksheet of the stand-in Excel, with its tables and charts."""

from __future__ import annotations

import re
from typing import Any

from tests.desktop.excel.collection import Collection
from tests.desktop.excel.com import Part, refused
from tests.desktop.excel.ranges import RangePart
from tests.desktop.excel.sheets import Book, Chart, Sheet, area

from ramkoll.model.cells import Area


class SheetPart(Part):
    def __init__(self, excel: Any, book: Book, sheet: Sheet) -> None:
        super().__init__(excel)
        self.book, self.sheet = book, sheet

    def get_Application(self) -> Part:
        return self.excel.application

    def get_Name(self) -> str:
        return self.sheet.name

    def put_Name(self, name: str) -> None:
        if any(each.name.casefold() == name.casefold() for each in self.book.sheets):
            raise refused("Namnet används redan.")
        self.sheet.name = name

    def call_Delete(self) -> None:
        if self.excel.settings["DisplayAlerts"]:
            self.excel.complaints.append("Excel asks whether to delete a sheet")
        at = self.book.sheets.index(self.sheet)
        del self.book.sheets[at]
        self.book.active -= at < self.book.active

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
    def __init__(self, excel: Any, sheet: Sheet) -> None:
        super().__init__(excel)
        self.sheet = sheet

    def get_AllowFormattingCells(self) -> bool:
        return "cells" in self.sheet.allows

    def get_AllowFormattingColumns(self) -> bool:
        return "columns" in self.sheet.allows

    def get_AllowFormattingRows(self) -> bool:
        return "rows" in self.sheet.allows


class Table(Part):
    def __init__(self, excel: Any, book: Book, sheet: Sheet, name: str) -> None:
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
    def __init__(self, excel: Any, chart: Chart) -> None:
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
    def __init__(self, excel: Any, chart: Chart) -> None:
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
    def __init__(self, excel: Any, chart: Chart) -> None:
        super().__init__(excel)
        self.chart = chart

    def get_Text(self) -> str:
        return str(self.chart.title)

    def put_Text(self, value: str) -> None:
        self.chart.title = value


class SeriesCollection(Collection):
    def __init__(self, excel: Any, chart: Chart) -> None:
        def items() -> list[Part]:
            return [Series(excel, chart, number) for number in range(len(chart.series))]

        super().__init__(excel, items)
        self.chart = chart

    def call_NewSeries(self) -> Part:
        self.chart.series.append(f"=SERIES(,,{{1}},{len(self.chart.series) + 1})")
        return Series(self.excel, self.chart, len(self.chart.series) - 1)


class Series(Part):
    def __init__(self, excel: Any, chart: Chart, number: int) -> None:
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
