"""New workbooks: a plan in, the bytes of an .xlsx out.

Everything the plan says goes into the file, and nothing else: no path, no user, no clock, so
that the same plan gives the same bytes. A plan that Excel would not accept is our own bug: it
raises ValueError naming the sheet and cell before anything is written.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from ramkoll.excel.charts import insert_chart
from ramkoll.excel.plan_check import LINES, VERTICAL, check_plan
from ramkoll.model.cells import Area
from ramkoll.model.plan import (
    Choice,
    Highlight,
    PlannedCell,
    PlanValue,
    SheetPlan,
    Style,
    TablePlan,
    WorkbookPlan,
)

OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}
_A4 = 9
_ISO_DATE = "yyyy-mm-dd"

_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_ALLOWED_WHEN_PROTECTED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
_MARKING = frozenset(
    {"bold", "italic", "underline", "font_color", "bg_color"}
    | {"top", "top_color", "bottom", "bottom_color"}
)

_Look = Callable[[Style], Any]


def workbook_bytes(plan: WorkbookPlan) -> bytes:
    """The plan as the bytes of an .xlsx file; the same plan always gives the same bytes.

    How the plan's fields are read: ``freeze`` is the number of rows and of columns that stand
    still; a page break stands after its row; ``Style.top`` and ``bottom`` name a line (thin,
    medium, double …) or give the colour of a thin one; a date without a number format shows as
    2024-08-31; an empty text leaves the cell blank, but a formula always needs its value
    ("" when it shows nothing). Header and footer hold Excel's own codes (&L, &P …).

    Raises ValueError for a plan that Excel would not accept, naming the place.
    """
    check_plan(plan)
    buffer = BytesIO()
    with warnings.catch_warnings():
        # XlsxWriter warns and leaves out what it dislikes; then the file is not the plan.
        warnings.simplefilter("error", UserWarning)
        book = Workbook(buffer, OPTIONS)
        book.set_properties(
            {
                "title": plan.title,
                "author": plan.author,
                "comments": plan.comments,
                "created": _utc(plan.created),
            }
        )

        @cache
        def look(style: Style) -> Any:
            return book.add_format(format_properties(style))

        sheets = [(sheet, book.add_worksheet(sheet.name)) for sheet in plan.sheets]
        for sheet, target in sheets:
            before_cells(target, sheet)
            _write_cells(target, sheet, look)
            after_cells(book, target, sheet)
        for name, reference in sorted(plan.names.items()):
            _done(book.define_name(name, "=" + reference))
        book.close()
    return buffer.getvalue()


def _done(returned: int | None) -> None:
    """XlsxWriter tells with a negative number that it left something out."""
    assert returned is None or returned >= 0, f"XlsxWriter answered {returned}"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def before_cells(target: Any, sheet: SheetPlan) -> None:
    """Set up the page, and what has cells of its own that the plan's then take the place of."""
    _write_page(target, sheet)
    _write_tables(target, sheet.tables)
    for area in sheet.merges:
        _done(target.merge_range(*_corners(area), "", None))


def after_cells(book: Any, target: Any, sheet: SheetPlan) -> None:
    """Write what lies over the cells."""
    if sheet.cells:
        # Codes such as 605 are texts on purpose: no green triangles.
        _done(target.ignore_errors({"number_stored_as_text": used_area(sheet).address}))
    _write_choices(target, sheet.choices)
    _write_highlights(target, sheet.highlights, book)
    for chart in sheet.charts:
        _done(insert_chart(book, target, chart))


# The page ------------------------------------------------------------------------------------


def _write_page(target: Any, sheet: SheetPlan) -> None:
    for column, width in sorted(sheet.widths.items()):
        _done(target.set_column(column - 1, column - 1, width))
    for row, height in sorted(sheet.heights.items()):
        _done(target.set_row(row - 1, height))
    if sheet.freeze is not None:
        target.freeze_panes(*sheet.freeze)
    if sheet.tab_colour is not None:
        target.set_tab_color("#" + sheet.tab_colour)
    if sheet.landscape:
        target.set_landscape()
    else:
        target.set_portrait()
    target.set_paper(_A4)
    if sheet.scale:
        # Some room to the right: other programs make the same columns six per cent wider.
        target.set_margins(left=0.6, right=0.4)
        target.set_print_scale(sheet.scale)
    else:
        target.fit_to_pages(1, 1 if sheet.one_page else 0)
    if sheet.repeat_rows is not None:
        first, last = sheet.repeat_rows
        target.repeat_rows(first - 1, last - 1)
    if sheet.print_area is not None:
        _done(target.print_area(*_corners(sheet.print_area)))
    if sheet.page_breaks:
        target.set_h_pagebreaks(sorted(sheet.page_breaks))
    if sheet.header:
        target.set_header(sheet.header)
    if sheet.footer:
        target.set_footer(sheet.footer)
    target.set_zoom(sheet.zoom)
    if sheet.protected:
        target.protect("", dict(_ALLOWED_WHEN_PROTECTED))


def _corners(area: Area) -> tuple[int, int, int, int]:
    """The area as XlsxWriter counts: from 0."""
    return area.top - 1, area.left - 1, area.bottom - 1, area.right - 1


# Cells ---------------------------------------------------------------------------------------


class _EmptyText(str):
    """The empty text as a formula's value.

    Equal to nothing: XlsxWriter gives a value equal to "" no type, and then readers take the
    cell for one that was never calculated.
    """

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def _write_cells(target: Any, sheet: SheetPlan, look: _Look) -> None:
    for cell in sheet.cells:
        row, column, value = cell.row - 1, cell.column - 1, cell.value
        shape = look(shown_style(cell))
        if cell.formula is not None:
            formula = "=" + _escaped(cell.formula)
            _done(target.write_formula(row, column, formula, shape, _cached(value)))
        elif value is None or value == "":
            _done(target.write_blank(row, column, None, shape))
        elif isinstance(value, bool):
            _done(target.write_boolean(row, column, value, shape))
        elif isinstance(value, Decimal):
            _done(target.write_number(row, column, float(value), shape))
        elif isinstance(value, date):
            _done(target.write_number(row, column, _serial(value), shape))
        else:
            # Never write(): text that starts with = + - @ must stay text.
            _done(target.write_string(row, column, value, shape))
        if cell.link is not None:
            add_link(target, cell)


def add_link(target: Any, cell: PlannedCell) -> None:
    """Write a cell's link, and nothing of the cell."""
    target.ignore_write_string = True
    shown = "" if cell.value is None else str(cell.value)
    _done(target.write_url(cell.row - 1, cell.column - 1, cell.link, None, shown))
    target.ignore_write_string = False


def shown_style(cell: PlannedCell) -> Style:
    """The style of a cell: a date always looks like one."""
    if isinstance(cell.value, date) and cell.style.number_format == "General":
        return replace(cell.style, number_format=_ISO_DATE)
    return cell.style


def used_area(sheet: SheetPlan) -> Area:
    """The smallest area that has all the cells of a plan that has any."""
    rows, columns = {c.row for c in sheet.cells}, {c.column for c in sheet.cells}
    return Area(min(rows), min(columns), max(rows), max(columns))


def _cached(value: PlanValue) -> bool | float | int | str:
    """What a formula shows, as the file stores it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    if isinstance(value, date):
        return _serial(value)
    if not value:
        return _EmptyText()
    return _escaped(value)


def _escaped(text: str) -> str:
    """A text as XlsxWriter escapes those of cells, but neither formulas nor their values."""
    return _ESCAPE_LIKE.sub("_x005F_", text).replace("\r", "_x000D_")


def _serial(day: date) -> float | int:
    """Excel's number of a date or of a date with a time: days since 1899-12-30."""
    if not isinstance(day, datetime):
        return (day - date(1899, 12, 30)).days
    passed = day.replace(tzinfo=None) - datetime(1899, 12, 30)
    return passed.days + passed.seconds / 86_400


@cache
def format_properties(style: Style) -> dict[str, Any]:
    """A style in XlsxWriter's words."""
    found: dict[str, Any] = {
        "num_format": style.number_format,
        "font_size": style.size,
        "valign": VERTICAL[style.vertical],
        "locked": style.locked,
    }
    if style.bold:
        found["bold"] = True
    if style.italic:
        found["italic"] = True
    if style.underline:
        found["underline"] = 1
    if style.colour is not None:
        found["font_color"] = "#" + style.colour
    if style.fill is not None:
        found["bg_color"] = "#" + style.fill
        found["pattern"] = 1
    if style.align is not None:
        found["align"] = style.align
    if style.wrap:
        found["text_wrap"] = True
    if style.indent:
        found["indent"] = style.indent
    if style.rotation:
        found["rotation"] = style.rotation
    for side, line in (("top", style.top), ("bottom", style.bottom)):
        if line is not None:
            found[side] = LINES.get(line, LINES["thin"])
            if line not in LINES:
                found[side + "_color"] = "#" + line
    return found


# What lies over the cells --------------------------------------------------------------------


def _write_tables(target: Any, tables: tuple[TablePlan, ...]) -> None:
    """Before the cells, so that the plan's own headings and their style have the last word."""
    for table in tables:
        options = {
            "name": table.name,
            "columns": [{"header": heading} for heading in table.headings],
            "style": "Table Style Light 1",
            "autofilter": True,
        }
        _done(target.add_table(*_corners(table.area), options))


def _write_choices(target: Any, choices: tuple[Choice, ...]) -> None:
    for choice in choices:
        options: dict[str, Any] = {
            "validate": "list",
            "source": list(choice.values),
            "error_title": "Välj ur listan",
            "error_message": "Värdet finns inte i listan. Välj ett som finns där.",
        }
        if choice.title:
            options["input_title"] = choice.title
        if choice.message:
            options["input_message"] = choice.message
        _done(target.data_validation(*_corners(choice.area), options))


def _write_highlights(target: Any, highlights: tuple[Highlight, ...], book: Any) -> None:
    for highlight in highlights:
        options = {
            "type": "formula",
            "criteria": "=" + highlight.formula,
            "format": book.add_format(_marking(highlight.style)),
        }
        _done(target.conditional_format(*_corners(highlight.area), options))


def _marking(style: Style) -> dict[str, Any]:
    """What a conditional format may change: Excel allows no size and no alignment there."""
    properties = format_properties(style)
    found = {name: value for name, value in properties.items() if name in _MARKING}
    if style.number_format != "General":
        found["num_format"] = style.number_format
    return found
