"""Texts from other people's workbooks, made such that a workbook can hold them.

A comment may hold characters that no file can carry, and several comments in one cell may be
longer than a cell: neither may stop the report, and neither is passed over without a sign.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ramkoll.model.plan import Chart, PlannedCell, SheetPlan, WorkbookPlan

LONGEST = 32_000  # a cell holds 32,767 UTF-16 units; the rest is for the sign and odd characters
LONGEST_TITLE, LONGEST_HEADER = 200, 250  # of a file's title, and of a page header
CUT = " … (texten är avkortad här; hela texten står i arbetsboken)"
# What XML cannot hold, and half of a pair. Tab and line break are text.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REPLACED = "\ufffd"


def presentable_text(text: str) -> str:
    """The text with a sign for each character that cannot be written, cut when too long."""
    clean = _UNPRINTABLE.sub(_REPLACED, text)
    if 2 * len(clean) <= LONGEST:
        return clean
    pairs = sum(character > "\uffff" for character in clean)  # count double, as Excel counts
    return clean if len(clean) + pairs <= LONGEST else clean[: max(0, LONGEST - pairs)] + CUT


def presentable(plan: WorkbookPlan) -> WorkbookPlan:
    """The plan with every text in it presentable."""
    sheets = tuple(_sheet(sheet) for sheet in plan.sheets)
    return replace(plan, sheets=sheets, title=presentable_text(plan.title)[:LONGEST_TITLE])


def _sheet(sheet: SheetPlan) -> SheetPlan:
    return replace(
        sheet,
        cells=tuple(_cell(cell) for cell in sheet.cells),
        charts=tuple(_chart(chart) for chart in sheet.charts),
        header=presentable_text(sheet.header)[:LONGEST_HEADER],
        footer=presentable_text(sheet.footer)[:LONGEST_HEADER],
    )


def _cell(cell: PlannedCell) -> PlannedCell:
    if not isinstance(cell.value, str):
        return cell
    text = presentable_text(cell.value)
    return cell if text == cell.value else replace(cell, value=text)


def _chart(chart: Chart) -> Chart:
    series = tuple(
        replace(each, cached_labels=tuple(presentable_text(label) for label in each.cached_labels))
        for each in chart.series
    )
    description = presentable_text(chart.description)
    return replace(
        chart, series=series, title=presentable_text(chart.title), description=description
    )
