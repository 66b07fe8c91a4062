"""Workbooks in memory, as they would be read, for tests of what their formulas come to."""

from collections.abc import Mapping
from decimal import Decimal

from ramkoll.model.beside import Beside, BesideSheets, Calculation, DefinedName, Table
from ramkoll.model.cells import Area, ArrayKind, Cell, CellKind, parse_a1
from ramkoll.model.workbook import Sheet, Submission

FILE = "bok.xlsx"
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


def cell(content: object, formula: str | None = None) -> Cell:
    """A cell that holds a number, text, bool or error, or None, with the formula it comes from."""
    if content is None:
        return Cell(CellKind.BLANK, None, formula)
    if isinstance(content, bool):
        return Cell(CellKind.BOOL, content, formula)
    if isinstance(content, int | float | Decimal):
        return Cell(CellKind.NUMBER, float(content), formula)
    text = str(content)
    return Cell(CellKind.ERROR if text in ERRORS else CellKind.TEXT, text, formula)


def saved(formula: str, value: object) -> Cell:
    """A formula with the value that the file holds for it; None when it holds none."""
    return cell(value, formula)


def array(formula: str, value: object) -> Cell:
    """An array formula as entered with Ctrl+Shift+Enter."""
    return saved(formula, value)._replace(array=ArrayKind.ARRAY)


def book(
    sheets: Mapping[str, Mapping[str, object]],
    *,
    names: dict[str, str] | None = None,
    tables: dict[str, tuple[Table, ...]] | None = None,
    calculation: Calculation | None = None,
    date_1904: bool = False,
) -> Submission:
    """A workbook of sheets, each with its cells by address: a value, or a Cell."""
    read = []
    for name, content in sheets.items():
        cells = {
            parse_a1(address): each if isinstance(each, Cell) else cell(each)
            for address, each in content.items()
        }
        arrays = {at: Area(*at, *at) for at, each in cells.items() if each.array is not None}
        beside = Beside(tables=(tables or {}).get(name, ()))
        read.append(Sheet(name, cells, arrays=arrays, beside=beside))
    known = tuple(DefinedName(name, text) for name, text in (names or {}).items())
    return Submission(
        FILE,
        "",
        tuple(read),
        names or {},
        date_1904,
        BesideSheets(names=known, calculation=calculation or Calculation()),
    )
