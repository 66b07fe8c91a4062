"""What was read of a workbook, as JSON. The shape is told in engine/cells-json.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from ramkoll.excel.number_formats import serial_from_date
from ramkoll.model.beside import Beside, BesideSheets, Protection
from ramkoll.model.cells import Area, ArrayKind, Cell, CellKind, a1, column_letters
from ramkoll.model.workbook import Reader, Sheet, Submission
from ramkoll.pipeline.cells_text import spans

#: Counted up when a key changes its meaning or goes away.
SHAPE = 1

# Words of the document. They stay what they are whatever the model calls things.
_KINDS = {
    CellKind.NUMBER: "number",
    CellKind.TEXT: "text",
    CellKind.BOOL: "bool",
    CellKind.DATE: "date",
    CellKind.ERROR: "error",
    CellKind.BLANK: "blank",
}
_ARRAYS = {
    ArrayKind.ARRAY: "array",
    ArrayKind.DYNAMIC: "dynamic",
    ArrayKind.TABLE: "table",
}
_READERS = {
    Reader.FAST: "fast",
    Reader.NAMESPACES: "namespaces",
    Reader.OPENPYXL: "openpyxl",
}

# A float below this is written as a whole number when it is one.
_EXACT_WHOLE = 1e15

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def cells_json(book: Submission, sheets: Sequence[Sheet]) -> Iterator[str]:
    """One JSON document, piece by piece: the workbook, and those of its sheets that are wanted.

    The cells of a row are a line, made when it is asked for.
    """
    yield _opened(_book(book)) + ',"sheets":['
    for i, sheet in enumerate(sheets):
        yield ("," if i else "") + "\n" + _opened(_sheet(sheet)) + ',"cells":['
        between = "\n"
        for row, cells in groupby(sheet.cells.items(), key=lambda item: item[0][0]):
            made = [_cell(book, sheet, row, column, cell) for (_, column), cell in cells]
            yield between + _encode(made)[1:-1]
            between = ",\n"
        yield "]}"
    yield "]}\n"


def _opened(value: dict[str, object]) -> str:
    """An object as JSON, to which one more key is to be added."""
    return _encode(value).removesuffix("}")


def _book(book: Submission) -> dict[str, object]:
    return {
        "shape": SHAPE,
        "file": book.file,
        "sha256": book.sha256,
        "reader": _READERS[book.reader],
        "date_1904": book.date_1904,
        **_book_beside(book.beside),
    }


def _book_beside(beside: BesideSheets) -> dict[str, object]:
    how = beside.calculation
    return {
        "macros": beside.macros,
        "protection": _protection(beside.protection),
        "calculation": {
            "mode": how.mode.value,
            "iterate": how.iterate,
            "full_on_load": how.full_on_load,
            "as_displayed": how.as_displayed,
        },
        "names": [
            {"name": each.name, "text": each.text, "sheet": each.sheet, "hidden": each.hidden}
            for each in beside.names
        ],
        "external_links": [
            {"number": each.number, "target": each.target, "kind": each.kind}
            for each in beside.external_links
        ],
        "other_sheets": list(beside.other_sheets),
    }


def _sheet(sheet: Sheet) -> dict[str, object]:
    return {
        "name": sheet.name,
        "visibility": sheet.visibility.value,
        "merged": _areas(sheet.merged),
        "hidden_rows": spans(sheet.hidden_rows, str),
        "hidden_columns": spans(sheet.hidden_columns, column_letters),
        **_beside(sheet.beside),
    }


def _beside(beside: Beside) -> dict[str, object]:
    return {
        "tables": [
            {
                "name": each.name,
                "area": each.area.address,
                "columns": list(each.columns),
                "header_rows": each.header_rows,
                "totals_rows": each.totals_rows,
            }
            for each in beside.tables
        ],
        "validations": [
            {"areas": _areas(each.areas), "kind": each.kind, "formulas": list(each.formulas)}
            for each in beside.validations
        ],
        "conditional_formats": [
            {"areas": _areas(each.areas), "kind": each.kind, "formulas": list(each.formulas)}
            for each in beside.conditional_formats
        ],
        "notes": [
            {"address": a1(*at), "author": each.author, "text": each.text}
            for at, each in beside.notes.items()
        ],
        "threads": [
            {
                "address": a1(*at),
                "remarks": [
                    {
                        "author": each.author,
                        "text": each.text,
                        "made": each.made,
                        "resolved": each.resolved,
                    }
                    for each in remarks
                ],
            }
            for at, remarks in beside.threads.items()
        ],
        "hyperlinks": [
            {"area": each.area.address, "target": each.target, "place": each.place}
            for each in beside.hyperlinks
        ],
        "protection": _protection(beside.protection),
        "auto_filter": None if beside.auto_filter is None else beside.auto_filter.address,
        "drawings": beside.drawings,
    }


def _cell(book: Submission, sheet: Sheet, row: int, column: int, cell: Cell) -> dict[str, object]:
    kind, stored = cell.kind, cell.stored
    value: object = stored
    if kind is CellKind.NUMBER and stored is not None:
        double = cell.double
        value = int(double) if double.is_integer() and abs(double) < _EXACT_WHOLE else double
    elif isinstance(stored, datetime):
        value = stored.isoformat()
    found = {
        "address": a1(row, column),
        "kind": _KINDS[kind],
        "value": value,
        "formula": cell.formula,
        "format": cell.number_format,
        "style": cell.style,
    }
    if isinstance(stored, datetime):
        found["serial"] = serial_from_date(stored, book.date_1904)
    if cell.array is not None:
        area = sheet.arrays.get((row, column))
        found["array"] = _ARRAYS[cell.array]
        found["area"] = None if area is None else area.address
    return found


def _protection(protection: Protection | None) -> dict[str, object] | None:
    return None if protection is None else {"password": protection.password}


def _areas(areas: Iterable[Area]) -> list[str]:
    return [area.address for area in areas]
