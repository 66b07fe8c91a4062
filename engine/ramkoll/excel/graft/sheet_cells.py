"""The cells of a plan as a worksheet part has them, texts in the cells themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter

from ramkoll.excel.graft.cell_edit import ERRORS, escapes, needs_space
from ramkoll.excel.number_formats import serial_from_date
from ramkoll.excel.write import shown_style
from ramkoll.model.cells import column_letters
from ramkoll.model.plan import PlanValue, SheetPlan, Style


def planned_rows(
    sheet: SheetPlan, looks: Mapping[Style, int], date_1904: bool
) -> dict[int, dict[int, str]]:
    """Each cell as XML without a prefix, by row and column, both in order.

    ``looks`` has the index of each style among the workbook's cell formats. Raises ValueError for
    a date outside the workbook's calendar.
    """
    rows: dict[int, dict[int, str]] = {}
    styles: dict[int, str] = {}
    texts: dict[str, str] = {}
    letters = [
        column_letters(n) for n in range(max((c.column for c in sheet.cells), default=0) + 1)
    ]
    last, in_row = 0, ""
    cells: dict[int, str] = {}
    for cell in sorted(sheet.cells, key=attrgetter("row", "column")):
        row, column, value, formula = cell.row, cell.column, cell.value, cell.formula
        # Most cells share their style, and hashing one takes longer than all else of a cell.
        style = styles.get(id(cell.style))
        if style is None:
            style = styles[id(cell.style)] = _style(looks.get(cell.style, 0))
        if formula is not None:
            content = _with_formula(formula, value, date_1904)
            if isinstance(value, date):
                style = _style(looks[shown_style(cell)])
        elif type(value) is Decimal:
            text = str(value)
            if len(text) > 15 or "E" in text or not value:
                text = _decimal(value)
            content = f"><v>{text}</v></c>"
        elif type(value) is str:
            content = texts.get(value, "")
            if not content:
                content = texts[value] = _text(value)
        else:
            content = _other(value, date_1904)
            if isinstance(value, date):
                style = _style(looks[shown_style(cell)])
        if row != last:
            last, in_row, cells = row, str(row), {}
            rows[row] = cells
        cells[column] = f'<c r="{letters[column]}{in_row}"{style}{content}'
    return rows


def _style(index: int) -> str:
    return f' s="{index}"' if index else ""


def _text(value: str) -> str:
    """The rest of a text's element, from its type on."""
    if not value:
        return "/>"
    return f' t="inlineStr"><is><t{_space(value)}>{_escaped(escapes(value))}</t></is></c>'


def _other(value: PlanValue, date_1904: bool) -> str:
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f"><v>{_number(serial_from_date(value, date_1904))}</v></c>"
    return _text(str(value)) if value else "/>"


def _with_formula(formula: str, value: PlanValue, date_1904: bool) -> str:
    """The rest of a formula's element, with the value that it shows."""
    element = f"<f>{_escaped(escapes(formula))}</f>"
    if isinstance(value, bool):
        return f' t="b">{element}<v>{int(value)}</v></c>'
    if isinstance(value, Decimal):
        return f">{element}<v>{_decimal(value)}</v></c>"
    if isinstance(value, date):
        return f">{element}<v>{_number(serial_from_date(value, date_1904))}</v></c>"
    text = value or ""
    kind = "e" if text in ERRORS else "str"
    return f' t="{kind}">{element}<v{_space(text)}>{_escaped(escapes(text))}</v></c>'


def _decimal(value: Decimal) -> str:
    text = str(value)
    # So few digits are the same double to every reader.
    if len(text) <= 15 and "E" not in text and value:
        return text
    return _number(float(value))


def _number(number: float) -> str:
    text = repr(number)
    if text[-2:] != ".0":
        return text
    return text[:-2] if number else "0"


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
        size = "" if height is None else f' ht="{drawn_height(height)}" customHeight="1"'
        pieces.append(f'<row r="{row}"{size}>')
        pieces += rows.get(row, {}).values()
        pieces.append("</row>")
    pieces.append("</sheetData>")
    return "".join(pieces).encode()


def drawn_height(points: float) -> str:
    """A height as a new workbook has it: of whole pixels, of which 96 are 72 points."""
    return f"{int(points * 4 / 3 + 0.5) * 0.75:g}"


def dimension(rows: Mapping[int, Mapping[int, str]]) -> str:
    """The address of the area that the cells take up; A1 when there are none."""
    if not rows:
        return "A1"
    first = f"{column_letters(min(min(cells) for cells in rows.values()))}{min(rows)}"
    last = f"{column_letters(max(max(cells) for cells in rows.values()))}{max(rows)}"
    return first if first == last else f"{first}:{last}"
