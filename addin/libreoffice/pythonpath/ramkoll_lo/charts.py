"""Charts: title, place and series, with an undo of ours since LibreOffice has none for it."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

import uno
from com.sun.star.awt import Point

from ramkoll_lo.a1 import Box, reference
from ramkoll_lo.undo import undoable

_CHART = "{12dcae26-281f-416f-a234-c3086127382e}"


def hold_places(doc: Any, actions: Sequence[Dict[str, Any]]) -> None:
    """Note where charts stand, before anything is done: undone last, when rows are as they were."""
    held = []
    for each in actions:
        if each["op"] == "chart":
            shape = _shape(doc, each["sheet"], each["chart"])
            if shape is not None:
                held.append((shape, shape.Position))

    def back() -> None:
        for shape, place in held:
            shape.setPosition(place)

    if held:
        undoable(doc, lambda: None, back)


def set_chart(doc: Any, sheet: str, name: str, title: str, address: str, series: int) -> None:
    """A chart's title, its upper left corner and its number of series; passed over if missing."""
    shape = _shape(doc, sheet, name)
    if shape is None:
        return
    chart = shape.Model
    at = doc.Sheets.getByName(sheet).getCellRangeByName(address).Position
    old_title, old_series = _title(chart), _series(chart)
    new_series = (old_series + _copies(chart, series))[:series]

    def do() -> None:
        shape.setPosition(Point(at.X, at.Y))
        _set_title(chart, title)
        _kind(chart).setDataSeries(tuple(new_series))

    def back() -> None:
        _kind(chart).setDataSeries(tuple(old_series))
        _set_title(chart, old_title)

    undoable(doc, do, back)


def set_series(
    doc: Any, sheet: str, name: str, number: int, label: str, labels: str, values: str
) -> None:
    """Point a series (from 0) at other areas; passed over when there is no such chart."""
    shape = _shape(doc, sheet, name)
    if shape is None:
        return
    chart = shape.Model
    series = _series(chart)[number]
    was = series.getDataSequences()
    coordinates = chart.getFirstDiagram().getCoordinateSystems()[0]
    axis = coordinates.getAxisByDimension(0, 0)
    old_scale = axis.getScaleData()
    provider = chart.getDataProvider()

    def sequence(range_: str, role: str) -> Any:
        made = provider.createDataSequenceByRangeRepresentation(range_)
        made.Role = role
        return made

    def do() -> None:
        labelled = _labelled(sequence(_range(values, sheet), "values-y"))
        if label:
            quoted = label.replace('"', '""')
            labelled.setLabel(sequence(f'"{quoted}"', "label"))
        series.setData((labelled,))
        if number == 0:  # all series of a chart share their labels
            scale = axis.getScaleData()
            scale.Categories = _labelled(sequence(_range(labels, sheet), "categories"))
            axis.setScaleData(scale)

    def back() -> None:
        series.setData(was)
        if number == 0:
            axis.setScaleData(old_scale)

    undoable(doc, do, back)


def _range(text: str, own: str) -> str:
    sheet, box = reference(text, own)
    quoted = sheet.replace("'", "''")
    return f"$'{quoted}'.{_absolute(box)}"


def _absolute(box: Box) -> str:
    first, _, last = box.address.partition(":")
    corners = [_dollars(first), _dollars(last or first)]
    return ":".join(corners)


def _dollars(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def _shape(doc: Any, sheet: str, name: str) -> Any:
    page = doc.Sheets.getByName(sheet).DrawPage
    for number in range(page.Count):
        shape = page.getByIndex(number)
        if shape.Name == name and str(getattr(shape, "CLSID", "")).lower() == _CHART[1:-1]:
            return shape
    return None


def _kind(chart: Any) -> Any:
    return chart.getFirstDiagram().getCoordinateSystems()[0].getChartTypes()[0]


def _series(chart: Any) -> List[Any]:
    return list(_kind(chart).getDataSeries())


def _copies(chart: Any, most: int) -> List[Any]:
    """New series that look like the last one, without data."""
    have = _series(chart)
    if not have:
        return []
    return [have[-1].createClone() for _ in range(max(0, most - len(have)))]


def _title(chart: Any) -> Optional[str]:
    return str(chart.Title.String) if chart.HasMainTitle else None


def _set_title(chart: Any, words: Optional[str]) -> None:
    chart.HasMainTitle = words is not None
    if words is not None:
        chart.Title.String = words


def _labelled(values: Any) -> Any:
    context = uno.getComponentContext()
    made = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.chart2.data.LabeledDataSequence", context
    )
    made.setValues(values)
    return made
