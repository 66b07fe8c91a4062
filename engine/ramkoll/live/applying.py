"""A sheet's plan written into the open workbook.

Its cells become equal to those of the file that ``excel/write`` makes of the same plan. Page
set-up, column widths, links into other files and the size of charts are left as they are: the
report's own workbook has them, and no action is for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import xlwings as xw

from ramkoll.live.areas import CellKey, rectangles
from ramkoll.live.host import Host
from ramkoll.live.writing import write_formulas, write_values
from ramkoll.model.cells import Area, a1, quoted_sheet
from ramkoll.model.plan import Chart, SheetPlan, Style
from ramkoll.pipeline.rewrite import ours_on

ROW_HEIGHT = 15.0  # points: what a row has that the plan says nothing about


def write_sheet(sheet: xw.Sheet, host: Host, plan: SheetPlan, before: Area | None) -> None:
    """Make the cells of a sheet what the plan has; ``before`` is what was ours there.

    What is ours begins in A1. Beside it nothing is touched.
    """
    ours = ours_on(plan, before)
    # Old merges would hide new values, and old links would lead to other cells than they say.
    host.unmerge(sheet.name, ours)
    host.clear_links(sheet.name, ours)
    _write_looks(sheet, host, plan, ours)
    _write_content(sheet, plan, ours)
    host.merge(sheet.name, plan.merges)
    _write_heights(sheet, host, plan, ours)
    for chart in plan.charts:
        _write_chart(sheet, host, chart)


def _write_looks(sheet: xw.Sheet, host: Host, plan: SheetPlan, ours: Area) -> None:
    planned = {(cell.row, cell.column): cell for cell in plan.cells}
    by_style: dict[Style, list[CellKey]] = {}
    for row in _rows(ours):
        for key in row:
            cell = planned.get(key)
            by_style.setdefault(Style() if cell is None else cell.style, []).append(key)
    for style, cells in by_style.items():
        host.look(sheet.name, rectangles(cells), style)


def _write_content(sheet: xw.Sheet, plan: SheetPlan, ours: Area) -> None:
    """Values and formulas apart, each in rectangles; a text is never written as a formula."""
    formulas = {(c.row, c.column): f"={c.formula}" for c in plan.cells if c.formula is not None}
    values = {(c.row, c.column): c.value for c in plan.cells if c.formula is None}
    others = (key for row in _rows(ours) for key in row if key not in formulas)
    for area in rectangles(others):
        rows = [[values.get(key) for key in row] for row in _rows(area)]
        write_values(sheet.range((area.top, area.left)), rows, over_formulas=True)
    for area in rectangles(formulas):
        rows_of_formulas = [[formulas[key] for key in row] for row in _rows(area)]
        write_formulas(sheet.range((area.top, area.left)), rows_of_formulas)


def _write_heights(sheet: xw.Sheet, host: Host, plan: SheetPlan, ours: Area) -> None:
    # The rows of a long list are all alike: nobody has made them otherwise.
    alike = {row for table in plan.tables for row in range(table.area.top, table.area.bottom + 1)}
    by_height: dict[float, list[int]] = {}
    for row in range(1, ours.bottom + 1):
        if row in plan.heights or row not in alike:
            by_height.setdefault(plan.heights.get(row, ROW_HEIGHT), []).append(row)
    for height, rows in by_height.items():
        host.row_height(sheet.name, rows, height)


def _write_chart(sheet: xw.Sheet, host: Host, chart: Chart) -> None:
    """The chart of that name, which a template without figures may not have."""
    if not chart.name:
        return
    at = a1(chart.row, chart.column)
    host.chart(sheet.name, chart.name, chart.title, at, len(chart.series))
    for n, series in enumerate(chart.series):
        on = quoted_sheet(series.sheet)
        labels, values = (f"{on}!{area.address}" for area in (series.labels, series.values))
        host.chart_series(sheet.name, chart.name, n, series.name, labels, values)


def _rows(area: Area) -> Iterator[list[CellKey]]:
    columns = range(area.left, area.right + 1)
    return ([(row, column) for column in columns] for row in range(area.top, area.bottom + 1))
