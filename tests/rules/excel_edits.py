"""What Excel makes of a workbook when somebody inserts, moves, sorts, renames or copies in it.

Cells move, and every reference to them follows, as Excel writes it when it saves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ramkoll.model.cells import Cell, CellKind, a1, parse_a1, quoted_sheet
from ramkoll.model.formula_text import SharedFormula
from ramkoll.model.workbook import Sheet, Submission

At = tuple[int, int]
Way = Callable[[int, int], At]
_PREFIX = re.compile(r"(?:'((?:[^']|'')*)'|([\w.]+))!$")


def with_cell(book: Submission, sheet: str, at: At, cell: Cell | None) -> Submission:
    """Another content in one cell."""
    return _with(book, sheet, lambda cells: {**cells, at: cell} if cell else _without(cells, at))


def moved(book: Submission, sheet: str, way: Way) -> Submission:
    """Cells of a sheet in other places; all references to them follow."""
    sheets = []
    for each in book.sheets:
        own = each.name == sheet
        cells = {}
        for at, cell in each.cells.items():
            formula = cell.formula and _following(cell.formula, each.name, sheet, way)
            cells[way(*at) if own else at] = cell._replace(formula=formula)
        sheets.append(replace(each, cells=cells))
    return replace(book, sheets=tuple(sheets))


def rows_inserted(book: Submission, sheet: str, row: int, count: int = 1) -> Submission:
    """Empty rows above a row."""
    return moved(book, sheet, lambda r, c: (r + count * (r >= row), c))


def columns_inserted(book: Submission, sheet: str, column: int, count: int = 1) -> Submission:
    """Empty columns before a column."""
    return moved(book, sheet, lambda r, c: (r, c + count * (c >= column)))


def sorted_rows(book: Submission, sheet: str, order: Mapping[int, int]) -> Submission:
    """Rows in each other's places by what is moved to where; formulas move as when copied."""

    def edit(cells: Mapping[At, Cell]) -> dict[At, Cell]:
        done = {}
        for (row, column), cell in cells.items():
            by = order.get(row, row) - row
            text = cell.formula
            formula = text and SharedFormula.parse(text).moved(by, 0)
            done[row + by, column] = cell._replace(formula=formula)
        return done

    return _with(book, sheet, edit)


def renamed(book: Submission, sheet: str, name: str) -> Submission:
    """Another name for a sheet, in all formulas too."""
    old = re.compile(rf"(?<![\w'])'?{re.escape(sheet)}'?!")
    sheets = []
    for each in book.sheets:
        cells = {
            at: cell._replace(formula=old.sub(f"{quoted_sheet(name)}!", cell.formula))
            if cell.formula
            else cell
            for at, cell in each.cells.items()
        }
        title = name if each.name == sheet else each.name
        sheets.append(replace(each, name=title, cells=cells))
    return replace(book, sheets=tuple(sheets))


def copied(book: Submission, sheet: str, name: str) -> Submission:
    """A copy of a sheet last in the workbook."""
    original = book.sheet(sheet)
    assert original is not None
    return replace(book, sheets=(*book.sheets, replace(original, name=name)))


def number(value: float) -> Cell:
    """A cell with a number."""
    return Cell(CellKind.NUMBER, value)


def _with(
    book: Submission, sheet: str, edit: Callable[[Mapping[At, Cell]], Mapping[At, Cell]]
) -> Submission:
    def edited(each: Sheet) -> Sheet:
        return replace(each, cells=edit(dict(each.cells))) if each.name == sheet else each

    return replace(book, sheets=tuple(map(edited, book.sheets)))


def _without(cells: Mapping[At, Cell], at: At) -> dict[At, Cell]:
    return {each: cell for each, cell in cells.items() if each != at}


def _following(formula: str, own: str, sheet: str, way: Way) -> str:
    """A formula of the sheet ``own`` after cells of ``sheet`` have moved."""
    done, current = "", own
    for piece in SharedFormula.parse(formula).pieces:
        if isinstance(piece, str):
            done += piece
            if piece != ":":
                prefix = _PREFIX.search(piece)
                current = (prefix[1] or prefix[2]) if prefix else own
            continue
        text = piece.moved(0, 0)
        if current.replace("''", "'") == sheet:
            row, column = parse_a1(text)
            dollars = re.fullmatch(r"(\$?)[A-Z]+(\$?)\d+", text, re.IGNORECASE)
            address = re.fullmatch(r"([A-Z]+)(\d+)", a1(*way(row, column)))
            assert dollars is not None
            assert address is not None
            text = f"{dollars[1]}{address[1]}{dollars[2]}{address[2]}"
        done += text
    return done
