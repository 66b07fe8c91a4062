"""Sheets as a new workbook would have them, all but their cells, to be moved into another.

XlsxWriter makes of a plan what it makes of it in a new workbook; only the parts that a sheet needs
are made, and no archive.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager

from ramkoll.excel.write import (
    OPTIONS,
    add_link,
    after_cells,
    before_cells,
    format_properties,
    shown_style,
)
from ramkoll.model.plan import PlannedCell, SheetPlan, Style

_NEEDED = (
    "_write_worksheet_files",
    "_write_chart_files",
    "_write_drawing_files",
    "_write_table_files",
    "_write_styles_file",
    "_write_worksheet_rels_files",
    "_write_drawing_rels_files",
)
STYLES = "xl/styles.xml"


class Donor(NamedTuple):
    """The parts of a workbook of some sheets, which stand in ``sheet1.xml`` and on.

    ``looks`` has the index of each style of the plans' cells among the cell formats.
    """

    parts: Mapping[str, bytes]
    looks: Mapping[Style, int]


def with_headings(sheet: SheetPlan) -> SheetPlan:
    """The plan with cells for all headings of its tables, which a table never goes without."""
    if not sheet.tables:
        return sheet
    known = {(cell.row, cell.column) for cell in sheet.cells}
    more = tuple(
        PlannedCell(table.area.top, column, heading)
        for table in sheet.tables
        for column, heading in enumerate(table.headings, table.area.left)
        if (table.area.top, column) not in known
    )
    return replace(sheet, cells=sheet.cells + more) if more else sheet


def make_donor(sheets: Sequence[SheetPlan]) -> Donor:
    """The parts for checked plans. What XlsxWriter does not take is our own bug, and raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        book = Workbook(BytesIO(), OPTIONS)

        @cache
        def look(style: Style) -> int:
            found: int = book.add_format(format_properties(style))._get_xf_index()
            return found

        looks: dict[Style, int] = {}
        seen: set[int] = set()
        for sheet in sheets:
            target = book.add_worksheet(sheet.name)
            before_cells(target, sheet)
            for cell in sheet.cells:
                if cell.link is not None:
                    add_link(target, cell)
                # Most cells share their style, and a style is slow to compare.
                if id(cell.style) not in seen or isinstance(cell.value, date):
                    style = shown_style(cell)
                    if style is cell.style:
                        seen.add(id(style))
                    looks[style] = look(style)
            after_cells(book, target, sheet)
        packager = Packager()
        packager._create_package = lambda: _write(packager)
        book._get_packager = lambda: packager
        book.close()
    parts = {path: content.getvalue().encode() for content, path, _ in packager.filenames}
    return Donor(parts, looks)


def _write(packager: Any) -> list[Any]:
    """Write what is needed, and give the archive nothing."""
    # Otherwise done with the workbook's own part.
    packager.workbook._prepare_format_properties()
    for method in _NEEDED:
        getattr(packager, method)()
    return []
