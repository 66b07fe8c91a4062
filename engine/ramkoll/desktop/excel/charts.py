"""Charts: title, place and series, and what they were before."""

from __future__ import annotations

from typing import NamedTuple

from ramkoll.desktop.excel.cells import cells
from ramkoll.desktop.excel.native import Native
from ramkoll.live.actions import SetChart, SetSeries
from ramkoll.live.areas import area_of
from ramkoll.model.cells import column_letters, quoted_sheet


class OldChart(NamedTuple):
    """A chart as it was: each series by its formula, which has its name, labels and values."""

    sheet: str
    chart: str
    title: str | None
    left: float
    top: float
    series: tuple[str, ...]


def chart_named(sheet: Native, name: str) -> Native | None:
    """The frame of a chart, None when there is none of that name."""
    charts = sheet.get("ChartObjects")
    for number in range(1, int(charts.get("Count")) + 1):
        frame: Native = charts.get("Item", number)
        if frame.get("Name") == name:
            return frame
    return None


def old_chart(sheet_name: str, name: str, frame: Native) -> OldChart:
    """A chart as it is now."""
    chart = frame.get("Chart")
    series = chart.get("SeriesCollection")
    return OldChart(
        sheet_name,
        name,
        str(chart.get("ChartTitle").get("Text")) if chart.get("HasTitle") else None,
        frame.get("Left"),
        frame.get("Top"),
        tuple(
            str(series.get("Item", number).get("Formula"))
            for number in range(1, int(series.get("Count")) + 1)
        ),
    )


def set_chart(sheet: Native, action: SetChart) -> None:
    """Give a chart its title, its place and its number of series; none is passed over."""
    frame = chart_named(sheet, action.chart)
    if frame is None:
        return
    chart = frame.get("Chart")
    chart.put("HasTitle", True)
    chart.get("ChartTitle").put("Text", action.title)
    corner = cells(sheet, area_of(action.address))
    frame.put("Left", corner.get("Left"))
    frame.put("Top", corner.get("Top"))
    _count(chart, action.series)


def set_series(sheet: Native, action: SetSeries) -> None:
    """Point a series at its areas, in one go, so that it never has half of them."""
    frame = chart_named(sheet, action.chart)
    if frame is None:
        return
    series = frame.get("Chart").get("SeriesCollection")
    name = action.name.replace('"', '""')
    labels, values = (_absolute(text, action.sheet) for text in (action.labels, action.values))
    formula = f'=SERIES("{name}",{labels},{values},{action.series + 1})'
    series.get("Item", action.series + 1).put("Formula", formula)


def put_back_chart(sheet: Native, old: OldChart) -> None:
    """Make a chart what it was; a series that was taken away gets Excel's own look."""
    frame = chart_named(sheet, old.chart)
    if frame is None:
        return
    chart = frame.get("Chart")
    chart.put("HasTitle", old.title is not None)
    if old.title is not None:
        chart.get("ChartTitle").put("Text", old.title)
    frame.put("Left", old.left)
    frame.put("Top", old.top)
    _count(chart, len(old.series))
    series = chart.get("SeriesCollection")
    for number, formula in enumerate(old.series, 1):
        series.get("Item", number).put("Formula", formula)


def _count(chart: Native, wanted: int) -> None:
    series = chart.get("SeriesCollection")
    count = int(series.get("Count"))
    for _ in range(count, wanted):
        series.do("NewSeries")
    for number in range(count, wanted, -1):
        series.get("Item", number).do("Delete")


def _absolute(reference: str, own: str) -> str:
    """«'Blad 1'!A1:A9» with dollar signs, which a series must have."""
    sheet, _, address = reference.rpartition("!")
    area = area_of(address)
    first, last = ((area.top, area.left), (area.bottom, area.right))
    corners = [_dollars(*corner) for corner in ((first,) if first == last else (first, last))]
    return f"{sheet or quoted_sheet(own)}!{':'.join(corners)}"


def _dollars(row: int, column: int) -> str:
    return f"${column_letters(column)}${row}"
