"""An open workbook as a Submission, so that the pipeline sees no difference from a file.

Only through xlwings' public objects, as Excel has them over COM: each sheet's used range is read
in one call for values and one for formulas. What differs from ``excel.scan`` of the same workbook:

- ``sha256`` is empty. It is the fingerprint of a file, and an open workbook is none; a digest of
  anything else would be shown beside files' and never match.
- Hidden rows and columns are not there, nor texts that are empty without being a formula's.
- A formula that Excel has not calculated has an empty text: an open workbook is calculated.
- Merged areas stand in the order of their places, and only those within what is used.
- Over COM Excel gives cells with a currency format four decimals.

Read before anything is written: afterwards only Excel knows what formulas show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import xlwings

from ramkoll.excel.number_formats import serial_from_date, shows_date
from ramkoll.live.areas import area_of
from ramkoll.model.cells import (
    Area,
    Cell,
    CellKind,
    CellValue,
    Sheet,
    Submission,
    Visibility,
    decimal_from_double,
)

GENERAL = "General"
# XlSheetVisibility; xlwings on a Mac says True and False.
_VISIBILITY = {-1: Visibility.VISIBLE, 1: Visibility.VISIBLE, 2: Visibility.VERY_HIDDEN}
# COM gives an error as a number, and numbers as floats only; xlwings knows the older ones.
_FIRST_ERROR = -2146828288
_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}

Rows = list[list[Any]]


def submission_of(book: xlwings.Book) -> Submission:
    """What stands in an open workbook, cell by cell. Sheets without cells are there, empty.

    Raises NotCalculated when the command has written something before.
    """
    date_1904 = bool(getattr(book.api, "Date1904", False))
    made: dict[object, Cell] = {}
    return Submission(
        file=book.name,
        sha256="",
        sheets=tuple(_sheet(sheet, date_1904, made) for sheet in book.sheets),
        names=_names(book),
        date_1904=date_1904,
    )


def sheet_named(book: xlwings.Book, name: str) -> xlwings.Sheet | None:
    """The sheet of that name, compared as Excel does, or None.

    ``name in book.sheets`` cannot be asked: xlwings answers no to every name on Windows.
    """
    folded = name.casefold()
    return next((sheet for sheet in book.sheets if sheet.name.casefold() == folded), None)


def has_formula(cell: xlwings.Range) -> bool:
    """Whether a single cell holds a formula, and not a text that begins with an equals sign."""
    formula = cell.formula
    return isinstance(formula, str) and formula.startswith("=") and _is_formula(cell, formula)


def _is_formula(cell: xlwings.Range, formula: str) -> bool:
    # Imported here since other hosts than ours never raise it.
    from ramkoll.live.snapshot_cells import NotCalculated

    try:
        return bool(cell.options(err_to_str=True).value != formula)
    except NotCalculated:
        return True


def _names(book: xlwings.Book) -> Mapping[str, str]:
    """Workbook-wide names; those of a sheet have its name and an exclamation mark in theirs."""
    return {
        name.name: (name.refers_to or "").removeprefix("=")
        for name in book.names
        if "!" not in name.name and not name.name.lower().startswith("_xlnm.")
    }


def _sheet(sheet: xlwings.Sheet, date_1904: bool, made: dict[object, Cell]) -> Sheet:
    used = sheet.used_range
    values: Rows = used.options(ndim=2, err_to_str=True).value
    formulas = _rows(used.formula)
    top, left = used.row, used.column
    filled = [
        bytes(value is not None or _begins(formula) for value, formula in zip(*pair, strict=True))
        for pair in zip(values, formulas, strict=True)
    ]
    errors = _errors(used, values)
    formats = _formats(sheet, top, left, filled)
    cells: dict[tuple[int, int], Cell] = {}
    for row, (row_values, row_formulas, codes, some) in enumerate(
        zip(values, formulas, formats, filled, strict=True), top
    ):
        if not any(some):
            continue
        for column, (value, formula, code) in enumerate(
            zip(row_values, row_formulas, codes, strict=True), left
        ):
            own = None
            # A text that begins with an equals sign stands as it is in both.
            if formula and formula[0] == "=" and formula != value:
                own = formula[1:]
            elif value is None:
                continue
            error = (row - top, column - left) in errors
            key = type(value), value, own, code, error
            cell = made.get(key)
            if cell is None:
                cell = made[key] = _cell(value, own, code, error, date_1904)
            cells[row, column] = cell
    return Sheet(
        name=sheet.name,
        cells=cells,
        visibility=_VISIBILITY.get(int(sheet.visible), Visibility.HIDDEN),
        merged=tuple(_merged(sheet, used)),
    )


def _cell(value: Any, formula: str | None, code: str, error: bool, date_1904: bool) -> Cell:
    kind, held = _typed(value, formula, code, error, date_1904)
    return Cell(kind, held, formula, code)


def _typed(
    value: Any, formula: str | None, code: str, error: bool, date_1904: bool
) -> tuple[CellKind, CellValue]:
    if value is None:
        assert formula is not None
        return CellKind.TEXT, ""
    if isinstance(value, bool):
        return CellKind.BOOL, value
    if isinstance(value, int):
        return CellKind.ERROR, _ERRORS.get(value - _FIRST_ERROR, "#N/A")
    if isinstance(value, str):
        return (CellKind.ERROR if error else CellKind.TEXT), value
    if isinstance(value, datetime):
        if shows_date(code):
            return CellKind.DATE, value
        # A time of day, which Excel gives as a moment of its first day.
        value = serial_from_date(value, date_1904)
    return CellKind.NUMBER, decimal_from_double(float(value))


def _errors(used: xlwings.Range, values: Rows) -> set[tuple[int, int]]:
    """The cells that hold an error, by place in the range, and not a text that looks like one."""
    suspects = [
        (row, column)
        for row, row_values in enumerate(values)
        for column, value in enumerate(row_values)
        if type(value) is str and value[:1] == "#"
    ]
    if not suspects:
        return set()
    # Without err_to_str xlwings gives None for an error, and the text for a text.
    plain: Rows = used.options(ndim=2).value
    return {(row, column) for row, column in suspects if plain[row][column] is None}


def _formats(sheet: xlwings.Sheet, top: int, left: int, filled: list[bytes]) -> list[list[str]]:
    """The number format of every cell that holds something.

    Excel gives one code for a range whose cells agree, else nothing; so a range is halved until
    its cells agree, and what is empty is never asked for.
    """
    width = len(filled[0])
    codes = [[GENERAL] * width for _ in filled]
    waiting = [Area(0, 0, len(filled) - 1, width - 1)]
    while waiting:
        area = _trimmed(waiting.pop(), filled)
        if area is None:
            continue
        code = sheet.range(
            (top + area.top, left + area.left), (top + area.bottom, left + area.right)
        ).number_format
        if code is None:
            waiting += _halves(area)
        elif code != GENERAL:
            for row in range(area.top, area.bottom + 1):
                codes[row][area.left : area.right + 1] = [code] * (area.right - area.left + 1)
    return codes


def _trimmed(area: Area, filled: list[bytes]) -> Area | None:
    """The smallest area around the filled cells of one, or None when none is."""
    first, last, left, right = None, area.top, area.right, area.left
    for row in range(area.top, area.bottom + 1):
        begins = filled[row].find(1, area.left, area.right + 1)
        if begins >= 0:
            first = row if first is None else first
            last = row
            left = min(left, begins)
            right = max(right, filled[row].rfind(1, area.left, area.right + 1))
    return None if first is None else Area(first, left, last, right)


def _merged(sheet: xlwings.Sheet, used: xlwings.Range) -> Iterator[Area]:
    """The merged areas that the used range has cells of, from the top."""
    found: set[Area] = set()
    height, width = used.shape
    waiting = [Area(used.row, used.column, used.row + height - 1, used.column + width - 1)]
    while waiting:
        area = waiting.pop()
        if any(_covers(known, area) for known in found):
            continue
        cells = sheet.range((area.top, area.left), (area.bottom, area.right))
        merged = cells.merge_cells
        if merged is False:
            continue
        if area.top == area.bottom and area.left == area.right:
            found.add(area_of(cells.merge_area.address))
        else:
            waiting += _halves(area)
    yield from sorted(found, key=lambda area: (area.top, area.left))


def _covers(one: Area, other: Area) -> bool:
    return one.holds(other.top, other.left) and one.holds(other.bottom, other.right)


def _halves(area: Area) -> list[Area]:
    """An area cut across its longer side."""
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return [
            Area(area.top, area.left, middle, area.right),
            Area(middle + 1, area.left, area.bottom, area.right),
        ]
    middle = (area.left + area.right) // 2
    return [
        Area(area.top, area.left, area.bottom, middle),
        Area(area.top, middle + 1, area.bottom, area.right),
    ]


def _rows(formulas: Any) -> Rows:
    """Formulas as rows: of a single cell Excel gives the text alone."""
    if not isinstance(formulas, (list, tuple)):
        return [[formulas]]
    return [list(row) for row in formulas]


def _begins(formula: object) -> bool:
    return isinstance(formula, str) and formula[:1] == "="
