"""How forms and reports look: one palette, used by every sheet of ours.

Colour never says anything alone: inputs are unlocked, sums have lines, negatives a minus.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ramkoll.layout.layout import ENGINE, PERSON, ColumnLayout
from ramkoll.layout.places import RowKey, TablePlace
from ramkoll.layout.wrapping import line_height, text_points, wrapped_lines
from ramkoll.model.plan import Style
from ramkoll.model.units import Unit

NAVY, GREY, RED = "1F3864", "595959", "9C0006"
RULE = "D0D5DB"  # the thin line under a row
INPUT_FILL, ENGINE_FILL, HEADER_FILL, TOTAL_FILL = "FFF8DC", "E7F1FA", "1F4E79", "F2F2F2"
GROUP_FILL = "DCE6F1"

TITLE = Style(bold=True, size=16, colour=NAVY, vertical="vcenter")
SUBTITLE = Style(bold=True, size=11, colour=GREY)
HELP = Style(colour=GREY)
NOTE = Style(italic=True, size=8, colour=GREY)
FIELD_LABEL = Style(bold=True)
FIELD_HELP = Style(colour=GREY, indent=1)
HEADER_TEXT = Style(bold=True, colour="FFFFFF", fill=HEADER_FILL, wrap=True, vertical="vcenter")
HEADER_NUMBER = replace(HEADER_TEXT, align="right", indent=1)
HEADER_CHOICE = replace(HEADER_TEXT, align="center")
HEADER_UPRIGHT = replace(HEADER_TEXT, align="center", vertical="bottom", rotation=90)
HEADER_WIDE = replace(HEADER_TEXT, indent=1)  # over text that stands beside numbers
MONTH_NUMBER = Style(number_format="0", italic=True, size=8, colour=GREY, align="right")
ROW_HEAD = Style(number_format="@", bottom=RULE)
ROW_PART = Style(number_format="@", italic=True, colour=GREY, bottom=RULE, indent=1)
ROW_TOTAL = Style(bold=True, fill=TOTAL_FILL, top="thin")
ROW_GROUP = Style(bold=True, colour=NAVY, fill=GROUP_FILL, bottom=RULE)

# Small and grey, in Excel's codes. The colour stands last: a text that begins with a figure
# would otherwise be read as part of the size.
PAGE_FONT = "&8&K595959"

INTEGER = "#,##0"
DATE = "yyyy-mm-dd"


def number_format(unit: Unit, decimals: int) -> str:
    """The en-US code that shows a number of a unit with so many decimals."""
    fraction = "." + "0" * decimals if decimals else ""
    if unit is Unit.PERCENT:
        return f"0{fraction}%"
    return f"{INTEGER}{fraction}"


def field_style(kind: str, *, by_person: bool) -> Style:
    """A labelled cell: yellow and unlocked for a person, blue for the engine."""
    formats = {"number": "0", "date": DATE}
    return Style(
        number_format=formats.get(kind, "@"),
        fill=INPUT_FILL if by_person else ENGINE_FILL,
        align="left",
        wrap=True,
        bottom=RULE,
        locked=not by_person,
    )


def cell_style(place: TablePlace, row: RowKey, column: ColumnLayout, *, is_formula: bool) -> Style:
    """A cell of a form's table, by who fills it and whether its row is a sum."""
    total = place.layout.total(row.line) is not None
    style = Style(
        number_format=_format(place, column),
        wrap=column.kind == "text",
        bold=total and column.kind == "number",
        italic=bool(row.part),
        top="thin" if total else None,
        bottom=None if total else RULE,
        fill=TOTAL_FILL if total else None,
        align={"choice": "center", "date": "center", "number": "right"}.get(column.kind),
        indent=0 if column.kind in ("choice", "date") else 1,
        vertical="top" if place.layout.row_height else "vcenter",  # long texts, read from the top
    )
    if is_formula:
        return style
    if total and column.total == "none":
        return style
    if column.fill == PERSON:
        return replace(style, fill=INPUT_FILL, locked=False)
    if column.fill == ENGINE and (not total or column.total == "person"):
        return replace(style, fill=ENGINE_FILL, locked=False)
    return style


def _format(place: TablePlace, column: ColumnLayout) -> str:
    if column.kind == "date":
        return DATE
    if column.kind != "number":
        return "@"
    if place.layout.rows != "account_groups" and column.unit is Unit.NONE and not column.decimals:
        return "General"
    return number_format(column.unit, column.decimals)


def header_style(kind: str) -> Style:
    """A column's heading, set as the cells below it are."""
    return {"text": HEADER_WIDE, "choice": HEADER_CHOICE, "date": HEADER_CHOICE}.get(
        kind, HEADER_NUMBER
    )


def wrapped_height(
    texts: Iterable[tuple[str, float]], size: float = 10, limit: float = 409.0
) -> float:
    """Points that wrapped texts need, each with its column's width in characters.

    Programs that do not fit rows by themselves would cut the text; Excel allows 409 points.
    """
    lines = max((wrapped_lines(text, width, size) for text, width in texts), default=1)
    return min(limit, 3.0 + line_height(size) * lines)


def header_height(headings: Iterable[tuple[str, float, Style]]) -> float:
    """Points that a heading row needs, each heading with its column's width and its style."""
    needed = [22.0]
    for text, width, style in headings:
        if style.rotation:
            needed.append(text_points(text, style.size, bold=True) + 14)
            continue
        lines = wrapped_lines(text, width, style.size, bold=True, indent=style.indent)
        needed.append(6.0 + line_height(style.size) * lines)
    return min(409.0, max(needed))
