"""Actions done to a workbook in memory, as a host would do them to an open one."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ramkoll.live.actions import (
    Action,
    AddSheet,
    DefineName,
    DeleteName,
    Look,
    Merge,
    Unmerge,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.areas import area_of
from ramkoll.model.cells import Area, Cell, CellKind, decimal_from_double
from ramkoll.model.workbook import Sheet, Submission

Content = tuple[object, str]  # a value or a formula with its equals sign, and the number format


def sent(workbook: Submission, names: list[str]) -> Submission:
    """The workbook with the cells of the named sheets only."""
    if names == ["*"]:
        return workbook
    sheets = (s if s.name in names else Sheet(s.name, {}, s.visibility) for s in workbook.sheets)
    return replace(workbook, sheets=tuple(sheets))


def contents(workbook: Submission) -> dict[str, dict[tuple[int, int], Content]]:
    """Every cell by sheet: a formula goes before the value that it shows."""
    return {
        sheet.name: {at: (_content(cell), cell.number_format) for at, cell in sheet.cells.items()}
        for sheet in workbook.sheets
    }


def _content(cell: Cell) -> object:
    return f"={cell.formula}" if cell.formula is not None else cell.value


def applied(workbook: Submission, actions: list[Action]) -> Submission:
    """The workbook afterwards. A formula shows nothing: only a host calculates."""
    formats: dict[str, dict[tuple[int, int], str]] = {}
    cells: dict[str, dict[tuple[int, int], object]] = {}
    for name, found in contents(workbook).items():
        formats[name] = {at: code for at, (_, code) in found.items()}
        cells[name] = {at: content for at, (content, _) in found.items()}
    merged = {sheet.name: set(sheet.merged) for sheet in workbook.sheets}
    names = dict(workbook.names)
    for action in actions:
        match action:
            case AddSheet(sheet):
                if sheet not in cells:
                    formats[sheet], cells[sheet], merged[sheet] = {}, {}, set()
            case WriteValues(sheet, address, values):
                for at, value in _each(address, values):
                    assert not (isinstance(value, str) and value.startswith("'"))
                    cells[sheet][at] = decimal_from_double(value) if type(value) is float else value
            case WriteFormulas(sheet, address, formulas):
                for at, formula in _each(address, formulas):
                    assert formats[sheet].get(at) != "@", f"{sheet}!{at}: a text in Excel"
                    cells[sheet][at] = formula
            case Look(sheet, addresses, number_format) if number_format is not None:
                for address in addresses:
                    formats[sheet].update(dict.fromkeys(_keys(area_of(address)), number_format))
            case Unmerge(sheet, address):
                inside = area_of(address)
                merged[sheet] = {a for a in merged[sheet] if not inside.holds(a.top, a.left)}
            case Merge(sheet, addresses):
                merged[sheet] |= {area_of(address) for address in addresses}
            case DefineName(name, refers_to):
                names[name] = refers_to
            case DeleteName(name):
                names.pop(name, None)
    there = {sheet.name for sheet in workbook.sheets}
    added = tuple(Sheet(name, {}) for name in cells if name not in there)
    sheets = tuple(
        replace(
            sheet,
            cells=MappingProxyType(
                {
                    at: _cell(content, formats[sheet.name].get(at, "General"))
                    for at, content in cells[sheet.name].items()
                    if content is not None
                }
            ),
            merged=tuple(sorted(merged[sheet.name], key=lambda a: (a.top, a.left))),
        )
        for sheet in (*workbook.sheets, *added)
    )
    return replace(workbook, sheets=sheets, names=names)


def _each(address: str, rows: list[list]) -> list[tuple[tuple[int, int], object]]:
    area = area_of(address)
    assert (len(rows), len(rows[0])) == (area.bottom - area.top + 1, area.right - area.left + 1)
    return list(zip(_keys(area), (value for row in rows for value in row), strict=True))


def _keys(area: Area) -> list[tuple[int, int]]:
    columns = range(area.left, area.right + 1)
    return [(row, column) for row in range(area.top, area.bottom + 1) for column in columns]


def _cell(content: Any, code: str) -> Cell:
    if isinstance(content, str) and content.startswith("=") and code != "@":
        return Cell(CellKind.BLANK, None, content[1:], code)
    if isinstance(content, bool):
        return Cell(CellKind.BOOL, content, None, code)
    kind = CellKind.TEXT if isinstance(content, str) else CellKind.NUMBER
    return Cell(kind, content, None, code)
