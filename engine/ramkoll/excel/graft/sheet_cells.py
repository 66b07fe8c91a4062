"""The cells of a plan as a worksheet part has them, texts in the cells themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from ramkoll.excel.graft.cell_edit import ERRORS, escapes, needs_space
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.excel.write import shown_style
from ramkoll.model.cells import MAX_COLUMN, column_letters
from ramkoll.model.plan import PlannedCell, SheetPlan, Style


def planned_rows(
    sheet: SheetPlan, looks: Mapping[Style, int], date_1904: bool
) -> dict[int, dict[int, str]]:
    """Each cell as XML without a prefix, by row and column, both in order.

    ``looks`` has the index of each style among the workbook's cell formats. Raises ValueError for
    a date outside the workbook's calendar.
    """
    cells = {(cell.row, cell.column): cell for cell in sheet.cells}
    style_of = _style_of(looks)
    rows: dict[int, dict[int, str]] = {}
    letters = [column_letters(c) for c in range(max((c for _, c in cells), default=0) + 1)]
    for row, column in sorted(cells):
        cell = cells[row, column]
        place = f'<c r="{letters[column]}{row}"{style_of(cell)}'
        text = _content(cell, date_1904)
        found = rows.get(row)
        if found is None:
            found = rows[row] = {}
        found[column] = place + text
    return rows


def _style_of(looks: Mapping[Style, int]) -> Callable[[PlannedCell], str]:
    by_id: dict[int, str] = {}

    def style_of(cell: PlannedCell) -> str:
        # Most cells share their style, and hashing one takes longer than all else of a cell.
        found = by_id.get(id(cell.style))
        if found is None or isinstance(cell.value, date):
            index = looks[shown_style(cell)]
            text = f' s="{index}"' if index else ""
            if isinstance(cell.value, date):
                return text
            found = by_id[id(cell.style)] = text
        return found

    return style_of


def _content(cell: PlannedCell, date_1904: bool) -> str:
    """The rest of a cell's element, from its type on."""
    value, formula = cell.value, cell.formula
    if formula is not None:
        formula = f"<f>{_escaped(escapes(formula))}</f>"
    if isinstance(value, bool):
        return f' t="b">{formula or ""}<v>{int(value)}</v></c>'
    if isinstance(value, Decimal):
        return f">{formula or ''}<v>{_number(float(value))}</v></c>"
    if isinstance(value, date):
        return f">{formula or ''}<v>{_number(serial_from_date(value, date_1904))}</v></c>"
    if formula is not None:
        text = value or ""
        kind = "e" if text in ERRORS else "str"
        return f' t="{kind}">{formula}<v{_space(text)}>{_escaped(escapes(text))}</v></c>'
    if not value:
        return "/>"
    return f' t="inlineStr"><is><t{_space(value)}>{_escaped(escapes(value))}</t></is></c>'


def _number(number: float) -> str:
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _space(text: str) -> str:
    return ' xml:space="preserve"' if needs_space(text) else ""


def _escaped(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;")


def sheet_data(sheet: SheetPlan, rows: Mapping[int, Mapping[int, str]]) -> bytes:
    """The whole element of the cells of a sheet that holds nothing but the plan's."""
    pieces = ["<sheetData>"]
    for row in sorted(rows.keys() | sheet.heights.keys()):
        height = sheet.heights.get(row)
        size = "" if height is None else f' ht="{height:.16g}" customHeight="1"'
        pieces.append(f'<row r="{row}"{size}>')
        pieces += rows.get(row, {}).values()
        pieces.append("</row>")
    pieces.append("</sheetData>")
    return "".join(pieces).encode()


def dimension(rows: Mapping[int, Mapping[int, str]]) -> str:
    """The address of the area that the cells take up; A1 when there are none."""
    columns = [column for cells in rows.values() for column in cells]
    if not columns:
        return "A1"
    first = f"{column_letters(min(columns))}{min(rows)}"
    last = f"{column_letters(min(max(columns), MAX_COLUMN))}{max(rows)}"
    return first if first == last else f"{first}:{last}"
