"""The only ways in which a command writes into an open workbook.

A text stays a text, whatever it begins with; a formula is written on purpose or not at all; and a
formula is never replaced by a value, but where a sheet of ours is written anew as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import xlwings

from ramkoll.live.reading import common_format, has_formula
from ramkoll.model.errors import RamkollError

# What a command may write: an empty text and None empty a cell.
Written = Decimal | float | str | bool | date | None

MAX_TEXT = 32_767
MAX_FORMULA = 8_192
_TEXT_FORMAT = "@"


def write_number(at: xlwings.Range, number: Decimal | float) -> None:
    """A number into a single cell. RamkollError when it holds a formula."""
    _write(at, number)


def write_text(at: xlwings.Range, text: str) -> None:
    """A text into a single cell, an empty one empties it. RamkollError when it holds a formula."""
    _write(at, text)


def write_values(
    at: xlwings.Range, rows: Sequence[Sequence[Written]], *, over_formulas: bool = False
) -> None:
    """Rows of one length, the first cell at ``at``, in one call.

    RamkollError when a cell there holds a formula; nothing is written then. ``over_formulas`` is
    for sheets that are ours as a whole, whose formulas are moved, not lost.
    """
    if not rows or not rows[0]:
        return
    cells = at.resize(len(rows), len(rows[0]))
    formula = None if over_formulas else _first_formula(cells)
    if formula is not None:
        raise _holds_formula(formula)
    typed = [[_typed(value, cells) for value in row] for row in rows]
    cells.value = typed[0][0] if cells.size == 1 else typed


def write_formula(at: xlwings.Range, formula: str) -> None:
    """A formula (English names, commas, with its equals sign) into a single cell.

    RamkollError when the cell is formatted as text, since Excel makes a text of it there.
    """
    write_formulas(at, [[formula]])


def write_formulas(at: xlwings.Range, rows: Sequence[Sequence[str]]) -> None:
    """Rows of formulas of one length, the first cell at ``at``, in one call."""
    if not rows or not rows[0]:
        return
    cells = at.resize(len(rows), len(rows[0]))
    for row in rows:
        for formula in row:
            if not formula.startswith("=") or not 1 < len(formula) <= MAX_FORMULA:
                raise ValueError("no formula")
    # Cells of several formats are asked one by one.
    parts = [cells] if common_format(cells) else [cells(i + 1) for i in range(cells.size)]
    if any(part.number_format == _TEXT_FORMAT for part in parts):
        raise RamkollError(
            "En formel kan inte skrivas i en cell som är formaterad som text.",
            where=_where(cells),
            todo="Ge cellen ett talformat och försök igen.",
        )
    cells.formula = rows[0][0] if cells.size == 1 else [list(row) for row in rows]


def _write(at: xlwings.Range, value: Written) -> None:
    assert at.size == 1, "one cell"
    write_values(at, [[value]])


def _typed(value: Written, cells: xlwings.Range) -> float | str | bool | datetime | None:
    """A value as xlwings and Excel keep it: numbers as floats, texts after an apostrophe."""
    match value:
        case None | "":
            return None
        case bool():
            return value
        case Decimal() | int() | float():
            number = float(value)
            if number - number != 0:
                raise ValueError("a cell holds no infinity or NaN")
            return number
        case str():
            if len(value) > MAX_TEXT:
                raise RamkollError(
                    "Texten är längre än en cell i Excel rymmer.",
                    where=_where(cells),
                    expected=f"högst {MAX_TEXT} tecken",
                    todo="Korta texten och försök igen.",
                )
            return f"'{value}"
        case datetime():
            return value
        case date():
            return datetime(value.year, value.month, value.day)
    raise TypeError(f"no value for a cell: {type(value).__name__}")


def _first_formula(cells: xlwings.Range) -> xlwings.Range | None:
    if cells.size == 1:
        return cells if has_formula(cells) else None
    for down, row in enumerate(cells.formula):
        for right, formula in enumerate(row):
            if formula and formula[0] == "=" and has_formula(cells[down, right]):
                return cells[down, right]
    return None


def _holds_formula(cell: xlwings.Range) -> RamkollError:
    return RamkollError(
        "Cellen innehåller en formel, och en formel ersätts aldrig av ett värde.",
        where=_where(cell),
        todo="Skriv i en annan cell, eller ta själv bort formeln och försök igen.",
    )


def _where(cells: xlwings.Range) -> str:
    return f"{cells.sheet.name}!{cells.address.replace('$', '')}"
