"""Writing into a workbook that is there: a cell set, a sheet of 2,800 cells added; openpyxl beside."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl

from ramkoll.excel.graft.cell_edit import CellEdit
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.model.plan import PlannedCell, SheetPlan, Style

NAME = "Nytt blad"
SET, ADD = "set a cell that no formula uses", "add a sheet of 2,800 cells"
SET_OPENPYXL, ADD_OPENPYXL = (f"yardstick: openpyxl, {what}" for what in (SET, ADD))
_AMOUNT, _HEADING, _PLAIN = Style("#,##0"), Style(bold=True, fill="DDEBF7"), Style()


def _cells() -> Iterator[PlannedCell]:
    for column in range(1, 11):
        yield PlannedCell(1, column, f"Rubrik {column}", style=_HEADING)
    for row in range(2, 281):
        yield PlannedCell(row, 1, f"{1000 + row}", style=_PLAIN)
        yield PlannedCell(row, 2, f"Kontogrupp {row % 70} å", style=_PLAIN)
        for column in range(3, 9):
            yield PlannedCell(row, column, Decimal(row * 37 + column * 101) / 8, style=_AMOUNT)
        yield PlannedCell(row, 9, Decimal(row), f"SUM(C{row}:H{row})", _AMOUNT)
        yield PlannedCell(row, 10, "ja", f'IF(I{row}>0,"ja","nej")', _PLAIN)


SHEET = SheetPlan(NAME, tuple(_cells()), widths={1: 10.0, 2: 30.0})


def works(data: bytes, sheet: str) -> dict[str, Callable[[], object]]:
    """What is timed on a workbook: its bytes in, the new bytes out. ``sheet`` is one of its own."""

    def by_openpyxl(change: Callable[[openpyxl.Workbook], None]) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(data))
        change(book)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def set_cell(book: openpyxl.Workbook) -> None:
        book[sheet].cell(5, 3).value = 5

    def add_sheet(book: openpyxl.Workbook) -> None:
        target = book.create_sheet(NAME)
        for cell in SHEET.cells:
            value = f"={cell.formula}" if cell.formula else cell.value
            new = target.cell(cell.row, cell.column)
            new.value = value
            new.number_format = cell.style.number_format

    cell = Graft(cells=(CellEdit(sheet, 5, 3, Decimal(5)),))
    whole = Graft(sheets=(SheetGraft(SHEET),))
    return {
        SET: lambda: graft(data, "fil.xlsx", cell, dependents=False),
        ADD: lambda: graft(data, "fil.xlsx", whole),
        SET_OPENPYXL: lambda: by_openpyxl(set_cell),
        ADD_OPENPYXL: lambda: by_openpyxl(add_sheet),
    }


def last_sheet(path: Path) -> str:
    """The name of a workbook's last sheet, which in a form has cells to write in."""
    return openpyxl.load_workbook(path, read_only=True).sheetnames[-1]
