"""Native charts of a new workbook, with the values they show stored beside the references."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, Series

_MOVE_BUT_KEEP_SIZE = 2
_LIGHT, _MIDDLE, _DARK = "#D9D9D9", "#A6A6A6", "#404040"


class _Label(str):
    """A label in the chart's cache, which is text also when it reads as a number, like 605.

    XlsxWriter tries float() on the labels and stores them as numbers when that goes well.
    """

    def __float__(self) -> float:
        raise ValueError("a label is text")


def insert_chart(book: Any, target: Any, chart: Chart) -> int:
    """Draw the chart on the XlsxWriter worksheet ``target``; negative when it was left out.

    The labels stand at the low end, clear of negative bars. Bars stand in the order of the rows,
    first at the top, with the value axis at the bottom.
    """
    drawn = book.add_chart({"type": chart.kind})
    for series in chart.series:
        drawn.add_series(_series(series))
    categories: dict[str, Any] = {
        "label_position": "low",
        "major_gridlines": {"visible": False},
        "major_tick_mark": "none",
        "line": {"color": _MIDDLE},
        "num_font": {"size": 9, "color": _DARK},
    }
    values: dict[str, Any] = {
        "num_format": chart.number_format,
        "major_gridlines": {"visible": True, "line": {"color": _LIGHT, "width": 0.75}},
        "major_tick_mark": "none",
        "line": {"none": True},
        "num_font": {"size": 9, "color": _DARK},
    }
    if chart.value_title:
        values["name"] = chart.value_title
        values["name_font"] = {"size": 9, "bold": False, "color": _DARK}
    if chart.kind == "bar":
        # The rows from the top down; the value axis crosses where the last row stands.
        categories |= {"reverse": True, "crossing": "max"}
        drawn.set_y_axis(categories)
        drawn.set_x_axis(values)
    else:
        drawn.set_x_axis(categories)
        drawn.set_y_axis(values)
    if chart.title:
        drawn.set_title(
            {"name": chart.title, "name_font": {"size": 12, "bold": True, "color": _DARK}}
        )
    else:
        drawn.set_title({"none": True})
    if len(chart.series) > 1:
        drawn.set_legend({"position": "bottom", "font": {"size": 9, "color": _DARK}})
    else:
        drawn.set_legend({"none": True})
    drawn.set_chartarea({"border": {"none": True}, "fill": {"color": "#FFFFFF"}})
    drawn.set_size({"width": chart.width, "height": chart.height})
    placed: int = target.insert_chart(
        chart.row - 1,
        chart.column - 1,
        drawn,
        {"object_position": _MOVE_BUT_KEEP_SIZE, "description": chart.description},
    )
    return placed


def _series(series: Series) -> dict[str, Any]:
    colour = "#" + series.colour
    options: dict[str, Any] = {
        "name": series.name,
        "categories": _reference(series.sheet, series.labels),
        "values": _reference(series.sheet, series.values),
        "categories_data": [_Label(label) for label in series.cached_labels],
        "values_data": [_number(value) for value in series.cached_values],
        "border": {"color": colour, "width": 0.75},
        "gap": 60,
    }
    if series.pattern is not None:
        # Told apart in black and white too. Excel turns a pattern's two colours round where
        # the value is negative; a colour of its own it gives to solid bars only.
        options["pattern"] = {
            "pattern": series.pattern,
            "fg_color": colour,
            "bg_color": "#FFFFFF",
        }
    else:
        options["fill"] = {"color": colour}
    if series.negative_colour is not None:
        options["invert_if_negative"] = True
        options["invert_if_negative_color"] = "#" + series.negative_colour
        # A border in the positive colour would stay around the negative bars.
        if series.pattern is None:
            options["border"] = {"none": True}
    return options


def _reference(sheet: str, area: Area) -> list[str | int]:
    return [sheet, area.top - 1, area.left - 1, area.bottom - 1, area.right - 1]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
