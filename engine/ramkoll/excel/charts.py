"""Native charts of a new workbook, with the values they show stored beside the references.

They are read in black and white too: lines by dash, marker and weight, bars by pattern.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, Series

_MOVE_BUT_KEEP_SIZE = 2
_WHITE, _LIGHT, _MIDDLE, _DARK = "#FFFFFF", "#D9D9D9", "#A6A6A6", "#404040"
_FONT = {"size": 9, "bold": False, "color": _DARK}
# Each is then written, as true or false: see _spell_out.
_EVERY_FLAG = dict.fromkeys(("legend_key", "value", "category", "series_name", "percentage"), True)
_MOST_NAMED = 3  # more bars beside each other are too thin for a name at each


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
    options = {"type": chart.kind} | ({"subtype": chart.stacking} if chart.stacking else {})
    options |= {"name": chart.name} if chart.name else {}
    drawn = book.add_chart(options)
    _spell_out(drawn, chart)
    named_at = _named_at(chart)
    for series in chart.series:
        drawn.add_series(_series(chart, series, named_at))
    categories: dict[str, Any] = {
        "label_position": "low",
        "major_gridlines": {"visible": False},
        "major_tick_mark": "none",
        "line": {"color": _DARK, "width": 1},
        "num_font": _FONT,
    }
    values: dict[str, Any] = {
        "num_format": "0%" if chart.stacking == "percent_stacked" else chart.number_format,
        "major_gridlines": {"visible": True, "line": {"color": _LIGHT, "width": 0.75}},
        "major_tick_mark": "none",
        "line": {"none": True},
        "num_font": _FONT,
    }
    if chart.from_zero:
        values |= _from_zero(chart)
    for axis, title in ((categories, chart.label_title), (values, chart.value_title)):
        if title:
            axis |= {"name": title, "name_font": _FONT}
    if chart.kind == "bar":
        # The rows from the top down; the value axis crosses where the last row stands.
        categories |= {"reverse": True, "crossing": "max"}
        drawn.set_y_axis(categories)
        drawn.set_x_axis(values)
    else:
        drawn.set_x_axis(categories)
        drawn.set_y_axis(values)
    title_font = {"size": 12, "bold": True, "color": _DARK}
    drawn.set_title({"name": chart.title, "name_font": title_font})
    unnamed = [at for at, each in enumerate(chart.series) if each.invisible or not each.in_legend]
    if len(chart.series) - len(unnamed) > 1 and named_at is None:
        drawn.set_legend({"position": "bottom", "font": _FONT, "delete_series": unnamed})
    else:
        drawn.set_legend({"none": True})
    drawn.set_chartarea({"border": {"none": True}, "fill": {"color": _WHITE}})
    drawn.set_size({"width": chart.width, "height": chart.height})
    placed: int = target.insert_chart(
        chart.row - 1,
        chart.column - 1,
        drawn,
        {"object_position": _MOVE_BUT_KEEP_SIZE, "description": chart.description},
    )
    return placed


def _spell_out(drawn: Any, chart: Chart) -> None:
    """Have written what XlsxWriter leaves to be understood.

    Programs take an absent element for false in a file of Excel 2007, which XlsxWriter says that
    it writes, and for true in others: blanks become zero, negative bars are inverted, lines
    rounded, axes gone, names at every value. The chart must look alike in whatever workbook.
    """

    def say(element: str, value: int | str) -> None:
        drawn._xml_empty_tag(f"c:{element}", [("val", value)])

    def after(method: str, element: str) -> None:
        before = getattr(drawn, method)

        def both(*arguments: Any) -> None:
            before(*arguments)
            # Only title and legend can lie over the plot; other layouts are not theirs.
            if element != "overlay" or arguments[1] in ("text", "legend"):
                say(element, 0)

        setattr(drawn, method, both)

    # A chart's labels say values or, where bars bear them, names: never both.
    values = any(series.show_values for series in chart.series)
    for method, element, shown in (
        ("_write_show_legend_key", "showLegendKey", False),
        ("_write_show_val", "showVal", values),
        ("_write_show_cat_name", "showCatName", False),
        ("_write_show_ser_name", "showSerName", not values),
        ("_write_show_percent", "showPercent", False),
    ):
        setattr(drawn, method, partial(say, element, int(shown)))
    for method, element in (
        ("_write_lang", "roundedCorners"),
        ("_write_grouping", "varyColors"),
        ("_write_scaling", "delete"),
        ("_write_layout", "overlay"),
        ("_write_show_percent", "showBubbleSize"),
    ):
        after(method, element)
    drawn._write_disp_blanks_as = lambda: say("dispBlanksAs", "gap")
    if chart.kind == "line":
        drawn._write_c_smooth = lambda wanted: say("smooth", int(bool(wanted)))
    else:
        drawn._write_c_invert_if_negative = lambda wanted: say("invertIfNegative", int(wanted))


def _named_at(chart: Chart) -> int | None:
    """The row at which a few bars beside each other bear their names, instead of a legend.

    A legend of horizontal bars stands in the bars' order in Excel, but against it in
    LibreOffice, which does not see that the rows run downwards. None: a legend after all.
    """
    if chart.kind != "bar" or chart.stacking or not 1 < len(chart.series) <= _MOST_NAMED:
        return None
    if any(each.show_values or each.invisible or not each.in_legend for each in chart.series):
        return None
    rows = list(zip(*(each.cached_values for each in chart.series), strict=True))
    lengths = {
        at: max(abs(value) for value in row if value is not None)
        for at, row in enumerate(rows)
        if all(value is not None for value in row)
    }
    # The names stand outside the bars: there is room where these are not the longest.
    longest = max(lengths.values(), default=Decimal(0))
    roomy = [at for at, length in lengths.items() if length <= longest * Decimal("0.8")]
    return next(iter([*roomy, *lengths]), None)


def _from_zero(chart: Chart) -> dict[str, int]:
    """The value axis' ends: zero where all is on one side of it, and 100 % for shares."""
    columns = [each.cached_values for each in chart.series]
    values = [value for column in columns for value in column if value is not None]
    if any(value < 0 for value in values):
        return {} if any(value > 0 for value in values) else {"max": 0}
    if chart.stacking and "%" in chart.number_format:
        wholes = [sum(value or Decimal(0) for value in row) for row in zip(*columns, strict=True)]
        # As far above as shares that were rounded each for itself can come together.
        if max(wholes, default=Decimal(0)) <= Decimal("1.005"):
            return {"min": 0, "max": 1}
    return {"min": 0}


def _series(chart: Chart, series: Series, named_at: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "name": series.name,
        "categories": _reference(series.sheet, series.labels),
        "values": _reference(series.sheet, series.values),
        "categories_data": [_Label(label) for label in series.cached_labels],
        "values_data": [_number(value) for value in series.cached_values],
    }
    options |= _line(series) if series.stroke is not None else _bar(series)
    if chart.kind != "line":
        options["gap"] = 60
    if series.show_values:
        options["data_labels"] = _value_labels(chart, series)
    elif named_at is not None:
        rows = range(len(series.cached_values))
        options["data_labels"] = {
            **_EVERY_FLAG,
            "position": "outside_end",
            "font": _FONT,
            "custom": [None if at == named_at else {"delete": True} for at in rows],
        }
    return options


def _bar(series: Series) -> dict[str, Any]:
    colour = "#" + series.colour
    if series.invisible:
        return {"fill": {"none": True}, "border": {"none": True}}
    edge = colour if series.edge is None else "#" + series.edge
    options: dict[str, Any] = {"border": {"color": edge, "width": 0.75}}
    if series.pattern is not None:
        # Told apart in black and white too. Excel turns a pattern's two colours round where
        # the value is negative; a colour of its own it gives to solid bars only.
        options["pattern"] = {"pattern": series.pattern, "fg_color": colour, "bg_color": _WHITE}
    else:
        options["fill"] = {"color": colour}
    if series.negative_colour is not None:
        options["invert_if_negative"] = True
        options["invert_if_negative_color"] = "#" + series.negative_colour
        # A border in the positive colour would stay around the negative bars.
        if series.pattern is None:
            options["border"] = {"none": True}
    return options


def _line(series: Series) -> dict[str, Any]:
    stroke, colour = series.stroke, "#" + series.colour
    assert stroke is not None
    return {
        "line": {"color": colour, "width": stroke.width, "dash_type": stroke.dash},
        "marker": {
            "type": stroke.marker,
            "size": 7,
            "border": {"color": colour, "width": 1},
            "fill": {"color": _WHITE if stroke.hollow else colour},
        },
    }


def _value_labels(chart: Chart, series: Series) -> dict[str, Any]:
    labels: dict[str, Any] = {"num_format": chart.number_format, "font": _FONT, **_EVERY_FLAG}
    if chart.kind == "line":
        return labels | {"position": "above"}
    if not chart.stacking:
        return labels | {"position": "outside_end"}
    # In the middle of its part of the bar. A part that is nought has no room, and nothing to say.
    if ";" not in chart.number_format:
        labels["num_format"] = f"{chart.number_format};-{chart.number_format};"
    if series.pattern is not None:
        labels["fill"] = {"color": _WHITE}
    elif _is_dark(series.colour):
        labels["font"] = _FONT | {"color": _WHITE}
    return labels | {"position": "center"}


def _is_dark(colour: str) -> bool:
    """Whether white text is read more easily on it than dark text."""
    red, green, blue = bytes.fromhex(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def _reference(sheet: str, area: Area) -> list[str | int]:
    return [sheet, area.top - 1, area.left - 1, area.bottom - 1, area.right - 1]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
