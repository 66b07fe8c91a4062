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
from datetime import datetime, timedelta
from typing import Any

import xlwings

from ramkoll.excel.number_formats import shows_date
from ramkoll.live.areas import CellKey, area_of, halves, rectangles
from ramkoll.live.snapshot_cells import NotCalculated
from ramkoll.model.cells import Area, Cell, CellKind, CellValue, decimal_from_double
from ramkoll.model.workbook import Sheet, Submission, Visibility

_DAY_0, _DAY_0_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
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


def error_text(number: int) -> str:
    """The text of an error that COM gives as a number; #N/A for one that nobody knows."""
    return _ERRORS.get(number - _FIRST_ERROR, "#N/A")


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


def common_format(cells: xlwings.Range) -> str | None:
    """The en-US code of the number format that all cells have, or None when they differ."""
    return cells.number_format


def _is_formula(cell: xlwings.Range, formula: str) -> bool:
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
    top, left = used.row, used.column
    held: dict[CellKey, tuple[Any, str | None]] = {}
    for row, (row_values, row_formulas) in enumerate(
        zip(values, _rows(used.formula), strict=True), top
    ):
        for column, (value, formula) in enumerate(zip(row_values, row_formulas, strict=True), left):
            # A text that begins with an equals sign stands as it is in both.
            if formula and formula[0] == "=" and formula != value:
                held[row, column] = value, formula[1:]
            elif value is not None:
                held[row, column] = value, None
    errors = _errors(used, held)
    formats = _formats(sheet, held)
    cells: dict[CellKey, Cell] = {}
    for at, (value, own) in held.items():
        key = type(value), value, own, formats[at], at in errors
        cell = made.get(key)
        if cell is None:
            kind, typed = _typed(value, formats[at], at in errors, date_1904)
            cell = made[key] = Cell(kind, typed, own, formats[at])
        cells[at] = cell
    return Sheet(
        name=sheet.name,
        cells=cells,
        visibility=_VISIBILITY.get(int(sheet.visible), Visibility.HIDDEN),
        merged=tuple(_merged(sheet, used)),
    )


def _typed(value: Any, code: str, error: bool, date_1904: bool) -> tuple[CellKind, CellValue]:
    """What a cell holds; no value is the empty text of a formula."""
    if value is None:
        return CellKind.TEXT, ""
    if isinstance(value, bool):
        return CellKind.BOOL, value
    if isinstance(value, int):
        return CellKind.ERROR, error_text(value)
    if isinstance(value, str):
        return (CellKind.ERROR if error else CellKind.TEXT), value
    if isinstance(value, datetime):
        if shows_date(code):
            # To the millisecond, as files are read: over COM a moment is off by a little.
            whole = value.replace(microsecond=0)
            return CellKind.DATE, whole + timedelta(milliseconds=round(value.microsecond / 1000))
        # A time of day alone, which COM gives as a moment of its day 0.
        value = (value - (_DAY_0_1904 if date_1904 else _DAY_0)) / timedelta(days=1)
    return CellKind.NUMBER, decimal_from_double(float(value))


def _errors(used: xlwings.Range, held: Mapping[CellKey, tuple[Any, str | None]]) -> set[CellKey]:
    """The cells that hold an error, and not a text that looks like one."""
    suspects = [at for at, (value, _) in held.items() if type(value) is str and value[:1] == "#"]
    if not suspects:
        return set()
    # Without err_to_str xlwings gives None for an error, and the text for a text.
    plain: Rows = used.options(ndim=2).value
    top, left = used.row, used.column
    return {at for at in suspects if plain[at[0] - top][at[1] - left] is None}


def _formats(
    sheet: xlwings.Sheet, held: Mapping[CellKey, tuple[Any, str | None]]
) -> dict[CellKey, str]:
    """The number format of every cell that holds something.

    Excel gives one code for a range whose cells agree, else nothing; so a range is halved until
    its cells agree. Texts and numbers seldom do, so they are not asked for together: a third of
    the questions in a form, a hundredth in a long list.
    """
    texts = {at for at, (value, _) in held.items() if type(value) is str}
    waiting = rectangles(texts) + rectangles(held.keys() - texts)
    formats: dict[CellKey, str] = {}
    while waiting:
        area = waiting.pop()
        code = common_format(_cells(sheet, area))
        if code is None:
            waiting += halves(area)
            continue
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                formats[row, column] = code
    return formats


def _merged(sheet: xlwings.Sheet, used: xlwings.Range) -> Iterator[Area]:
    """The merged areas that the used range has cells of, from the top."""
    found: set[Area] = set()
    height, width = used.shape
    waiting = [Area(used.row, used.column, used.row + height - 1, used.column + width - 1)]
    while waiting:
        area = waiting.pop()
        if any(_covers(known, area) for known in found):
            continue
        cells = _cells(sheet, area)
        if cells.merge_cells is False:
            continue
        if area.top == area.bottom and area.left == area.right:
            found.add(area_of(cells.merge_area.address))
        else:
            waiting += halves(area)
    yield from sorted(found, key=lambda area: (area.top, area.left))


def _cells(sheet: xlwings.Sheet, area: Area) -> xlwings.Range:
    return sheet.range((area.top, area.left), (area.bottom, area.right))


def _covers(one: Area, other: Area) -> bool:
    return one.holds(other.top, other.left) and one.holds(other.bottom, other.right)


def _rows(formulas: Any) -> Rows:
    """Formulas as rows: of a single cell Excel gives the text alone."""
    if not isinstance(formulas, (list, tuple)):
        return [[formulas]]
    return [list(row) for row in formulas]
