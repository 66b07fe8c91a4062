"""Sheets as data, before any file is written: values and formulas, formats, charts, links.

A plan is what the engine wants a workbook to hold. ``excel/write`` makes a new file of it;
the add-in applies it to an open workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from ramkoll.model.cells import Area

PlanValue: TypeAlias = Decimal | str | bool | date | None


@dataclass(frozen=True, slots=True)
class Style:
    """How one cell looks. Colours are ``RRGGBB``; the number format is an en-US code.

    ``rotation`` is in degrees against the clock: 90 stands a heading up.
    """

    number_format: str = "General"
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: int = 10
    colour: str | None = None
    fill: str | None = None
    align: str | None = None
    vertical: str = "vcenter"
    wrap: bool = False
    indent: int = 0
    rotation: int = 0
    top: str | None = None
    bottom: str | None = None
    locked: bool = True


@dataclass(frozen=True, slots=True)
class PlannedCell:
    """One cell: a value, or a formula with the value it must show.

    ``formula`` has no leading equals sign, English names and commas. ``link`` is a URL in the
    form ``internal:'Sheet'!A1`` or ``external:605.xlsx#'Utfall'!E14``.
    """

    row: int
    column: int
    value: PlanValue = None
    formula: str | None = None
    style: Style = Style()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down list on an area."""

    area: Area
    values: tuple[str, ...]
    title: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A conditional format: a formula relative to the area's first cell, and how to mark."""

    area: Area
    formula: str
    style: Style


CHART_WIDTH = 642  # pixels: 17 cm at 96 to the inch, what A4 standing up has between its margins


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn, so that it is told from the others without its colour.

    ``dash`` and ``marker`` are XlsxWriter's words (solid, dash, round_dot …; circle, square …);
    ``width`` is in points. A ``hollow`` marker is white inside.
    """

    dash: str = "solid"
    marker: str = "none"
    width: float = 1.5
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: areas on a named sheet.

    ``cached_labels`` and ``cached_values`` are what the areas hold, so that a viewer that does
    not calculate draws the chart all the same. None is a blank cell: no bar, and a gap in a line
    (a formula that shows "" is text, which Excel draws as zero). What is suppressed must be None
    here too, since the file keeps the cache.

    ``pattern`` is drawn in ``colour`` on white; ``edge`` is the outline, ``colour`` when None.
    ``stroke`` is for lines only. ``show_values`` writes each value at its bar or point. An
    ``invisible`` series holds others up in a stack and is named nowhere.
    """

    name: str
    sheet: str
    labels: Area
    values: Area
    colour: str
    cached_labels: tuple[str, ...]
    cached_values: tuple[Decimal | None, ...]
    negative_colour: str | None = None
    pattern: str | None = None
    edge: str | None = None
    stroke: Stroke | None = None
    show_values: bool = False
    invisible: bool = False
    in_legend: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart, placed with its corner at a cell; size in pixels.

    ``kind`` is ``bar`` (horizontal), ``column`` or ``line``; ``stacking`` of bars and columns is
    empty, ``stacked`` or ``percent_stacked``. ``description`` is its alternative text, all that
    a reader who cannot see it gets. ``from_zero`` starts the value axis at zero, as the length
    of a bar must, also where all values are large and near each other. ``name`` is what the
    chart is found by in an open workbook, whatever the period; empty when nothing looks for it.
    """

    kind: str
    title: str
    series: tuple[Series, ...]
    row: int
    column: int
    width: int
    height: int
    value_title: str
    description: str
    number_format: str = "#,##0"
    stacking: str = ""
    label_title: str = ""
    from_zero: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """An Excel table (list object) over an area whose first row holds the headings."""

    name: str
    area: Area
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet as data. Rows and columns are 1-based; widths in characters, heights in points.

    ``repeat_rows`` is the first and last row printed on every page. ``print_area`` None prints
    all. ``landscape`` pages are A4, one page wide. ``merges`` are areas shown as one cell.
    ``scale`` is the per cent it is printed at; 0 makes it one page wide, whatever it takes.
    Breaks stand where they are put when there is a scale.
    """

    name: str
    cells: tuple[PlannedCell, ...]
    widths: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    heights: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    freeze: tuple[int, int] | None = None
    tab_colour: str | None = None
    landscape: bool = True
    repeat_rows: tuple[int, int] | None = None
    print_area: Area | None = None
    page_breaks: tuple[int, ...] = ()
    one_page: bool = False
    scale: int = 0
    header: str = ""
    footer: str = ""
    protected: bool = False
    zoom: int = 100
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    tables: tuple[TablePlan, ...] = ()
    merges: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkbookPlan:
    """A whole new workbook. ``names`` are workbook-wide static ranges, name to reference.

    ``created`` is written as the file's date, so that a rebuild gives the same bytes.
    """

    sheets: tuple[SheetPlan, ...]
    created: datetime
    title: str
    names: Mapping[str, str] = field(default_factory=dict)
    author: str = "Ramkoll"
    comments: str = ""
