"""The charts of the board paper, from the report's own list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from ramkoll.compute.tables import Row
from ramkoll.layout import look
from ramkoll.layout.report import ChartLayout
from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, PlannedCell, Style
from ramkoll.model.units import Unit
from ramkoll.sheets.chart_words import Caption
from ramkoll.sheets.charts import (
    STATUSES,
    WATERFALL_HEADINGS,
    ChartData,
    ChartValues,
    Steps,
    columns_over_years,
    lines_by_year,
    stacked,
    status_counts,
    waterfall,
    waterfall_cells,
)
from ramkoll.sheets.table import LABEL, Drawn
from ramkoll.sheets.view import ReportView

CHART = "Diagram_"  # before the table's id: what a chart is found by in an open workbook
Picture = tuple[Chart, tuple[PlannedCell, ...]]
Maker = Callable[["ReportView", ChartLayout, "Drawn", int, int], Picture | None]
_HELPING = Style(number_format="#,##0.0", colour=look.GREY, size=8, align="right")
_HELPING_TEXT = Style(number_format="@", colour=look.GREY, size=8)


def pictures(
    view: ReportView, sheet: str, table: Drawn, row: int, column: int
) -> Iterator[Picture]:
    """The charts of a table, each with the helping cells it needs from ``column`` on."""
    of_table = [each for each in view.report.charts if each.table == table.block.table.id]
    for n, layout in enumerate(of_table, 1):
        found = _KINDS[layout.kind](view, layout, table, row, column)
        if found is not None and layout.sheet == sheet:
            chart, cells = found
            name = f"{CHART}{layout.table}" + (f"_{n}" if n > 1 else "")
            yield replace(chart, name=name), cells


def _columns(layout: ChartLayout, table: Drawn) -> list[str]:
    numbers = [c.id for c in table.block.table.columns if c.kind == "number"]
    return [name for name in layout.columns or numbers if name in table.columns]


def _rows(layout: ChartLayout, table: Drawn) -> list[Row]:
    """The chart's rows: those it names, else all that are no sums; next to each other."""
    of_list = table.block.table.rows != "fixed"
    rows = [row for row in table.block.rows if row.total is None]
    plain = [row for row in rows if row.criteria or not of_list]
    if layout.rows:
        plain = [row for row in table.block.rows if row.key.rpartition("/")[2] in layout.rows]
    return plain


def _shown(table: Drawn, row: str, column: str) -> Decimal | None:
    value = table.block.value(row, column)
    layout = table.block.table.column(column)
    assert layout is not None
    return None if value is None else value / (table.block.table.unit_of(layout).kronor or 1)


def _caption(view: ReportView, layout: ChartLayout, table: Drawn, column: str) -> Caption:
    columns = table.block.table
    shown = columns.column(column)
    assert shown is not None
    unit = columns.unit_of(shown)
    words = view.period.placeholders()
    number_format = look.number_format(unit, columns.decimals_of(shown))
    return Caption(
        layout.title.format(**words),
        (layout.period or "{period}").format(**words),
        _UNIT_WORDS.get(unit, str(unit)),
        number_format,
    )


_UNIT_WORDS = {Unit.PERCENT: "%", Unit.COUNT: "antal", Unit.HOURS: "timmar", Unit.NONE: "antal"}


def _down(layout: ChartLayout, table: Drawn) -> ChartData | None:
    """A series a column of the table, its rows along the axis."""
    rows, columns = _rows(layout, table), _columns(layout, table)
    if not rows or not columns:
        return None
    first, last = table.rows[rows[0].key], table.rows[rows[-1].key]
    values = tuple(
        ChartValues(
            table.block.headings[name],
            Area(first, table.columns[name], last, table.columns[name]),
            tuple(_shown(table, row.key, name) for row in rows),
        )
        for name in columns
    )
    labels = tuple(row.label for row in rows)
    return ChartData(table.sheet, Area(first, LABEL, last, LABEL), labels, values)


def _along(layout: ChartLayout, table: Drawn) -> ChartData | None:
    """A series a row of the table, its columns along the axis."""
    rows, columns = _rows(layout, table), _columns(layout, table)
    if not rows or not columns:
        return None
    first, last = table.columns[columns[0]], table.columns[columns[-1]]
    values = tuple(
        ChartValues(
            row.label,
            Area(table.rows[row.key], first, table.rows[row.key], last),
            tuple(_shown(table, row.key, name) for name in columns),
        )
        for row in rows
    )
    labels = tuple(table.block.headings[name] for name in columns)
    area = Area(table.first_row, first, table.first_row, last)
    return ChartData(table.sheet, area, labels, values)


def _with_values(data: ChartData | None) -> ChartData | None:
    if data is None:
        return None
    filled = tuple(v for v in data.values if any(each is not None for each in v.cached))
    if not filled:
        return None
    return ChartData(data.sheet, data.labels, data.cached_labels, filled)


def _plain(
    data_of: Callable[[ChartLayout, Drawn], ChartData | None],
    draw: Callable[[ChartData, Caption, int, int], Chart],
) -> Maker:
    """A kind of chart that needs no helping cells: its data, and who draws it."""

    def make(
        view: ReportView, layout: ChartLayout, table: Drawn, row: int, column: int
    ) -> Picture | None:
        data = _with_values(data_of(layout, table))
        if data is None:
            return None
        caption = _caption(view, layout, table, _columns(layout, table)[0])
        return draw(data, caption, row, LABEL), ()

    return make


def _status(
    view: ReportView, layout: ChartLayout, table: Drawn, row: int, column: int
) -> Picture | None:
    data = _down(layout, table)
    if data is None or len(data.values) != len(STATUSES):
        return None
    named = tuple(
        replace(each, name=status) for each, status in zip(data.values, STATUSES, strict=True)
    )
    cells, data = _short_labels(layout, table, replace(data, values=named), column)
    chart = status_counts(data, _caption(view, layout, table, layout.columns[0]), row, LABEL)
    return chart, cells


def _short_labels(
    layout: ChartLayout, table: Drawn, data: ChartData, column: int
) -> tuple[tuple[PlannedCell, ...], ChartData]:
    """The names that the report gives long labels for, in helping cells that the chart reads.

    Printed labels may be whole sentences, which leave no room for the bars.
    """
    short = {label: name for name, label in table.block.table.labels.items()}
    rows = _rows(layout, table)
    if not any(row.label in short for row in rows):
        return (), data
    names = tuple(short.get(row.label, row.label) for row in rows)
    cells = tuple(
        PlannedCell(table.rows[row.key], column, name, style=_HELPING_TEXT)
        for row, name in zip(rows, names, strict=True)
    )
    labels = Area(cells[0].row, column, cells[-1].row, column)
    return cells, replace(data, labels=labels, cached_labels=names)


def _gap(
    view: ReportView, layout: ChartLayout, table: Drawn, row: int, column: int
) -> Picture | None:
    rows, name = _rows(layout, table), _columns(layout, table)[0]
    amounts = [_shown(table, each.key, name) for each in rows]
    if len(rows) < 2 or any(amount is None for amount in amounts):
        return None
    steps = Steps(
        table.sheet,
        table.rows[rows[0].key],
        LABEL,
        table.columns[name],
        tuple(each.label for each in rows),
        tuple(amount for amount in amounts if amount is not None),
    )
    caption = _caption(view, layout, table, name)
    cells, data = waterfall_cells(steps, caption, column, _HELPING)
    headings = tuple(
        PlannedCell(table.first_row, column + n, heading, style=_HELPING)
        for n, heading in enumerate(WATERFALL_HEADINGS)
    )
    return waterfall(data, caption, row, LABEL), (*headings, *cells)


_KINDS: Mapping[str, Maker] = {
    "over_years": _plain(_along, columns_over_years),
    "lines": _plain(_down, lines_by_year),
    "stacked": _plain(_along, stacked),
    "status": _status,
    "gap": _gap,
}
