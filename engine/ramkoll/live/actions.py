"""What a host is asked to do with the open workbook, as data.

Actions come in the order they are to be done, and all or none of them are. Addresses are A1 without
dollar signs and sheets are named; no action removes, renames or unprotects a sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Raw: TypeAlias = float | str | bool | None


@dataclass(frozen=True)
class AddSheet:
    """An empty sheet is added, last of all; one of that name that is there is left as it is."""

    sheet: str
    op: Literal["add_sheet"] = "add_sheet"


@dataclass(frozen=True)
class WriteValues:
    """Values into a rectangle; None empties a cell. A text is a text, whatever it begins with."""

    sheet: str
    address: str
    values: list[list[Raw]]
    op: Literal["values"] = "values"


@dataclass(frozen=True)
class WriteFormulas:
    """Formulas into a rectangle: English names and commas, each with its equals sign."""

    sheet: str
    address: str
    formulas: list[list[str]]
    op: Literal["formulas"] = "formulas"


@dataclass(frozen=True)
class Look:
    """How cells look; what is None is left as it is. Colours are ``#RRGGBB``, ``""`` is none.

    ``borders`` maps top and bottom to ``thin``, ``medium``, ``double``, ``none`` or a colour of a
    thin line.
    """

    sheet: str
    addresses: list[str]
    number_format: str | None = None
    fill: str | None = None
    colour: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    size: float | None = None
    wrap: bool | None = None
    horizontal: str | None = None
    vertical: str | None = None
    indent: int | None = None
    borders: dict[str, str] = field(default_factory=dict)
    op: Literal["look"] = "look"


@dataclass(frozen=True)
class RowHeight:
    """The height of rows in points."""

    sheet: str
    rows: list[int]
    height: float
    op: Literal["row_height"] = "row_height"


@dataclass(frozen=True)
class ColumnWidth:
    """The width of columns (from 1), in characters of the workbook's standard font."""

    sheet: str
    columns: list[int]
    width: float
    op: Literal["column_width"] = "column_width"


@dataclass(frozen=True)
class DefineName:
    """A workbook-wide name is made to refer to an area, without the equals sign."""

    name: str
    refers_to: str
    op: Literal["name"] = "name"


@dataclass(frozen=True)
class DeleteName:
    """A workbook-wide name is taken away; one that is not there is passed over."""

    name: str
    op: Literal["delete_name"] = "delete_name"


@dataclass(frozen=True)
class Merge:
    """Each area is made one cell; only its first cell holds anything."""

    sheet: str
    addresses: list[str]
    op: Literal["merge"] = "merge"


@dataclass(frozen=True)
class Unmerge:
    """All merged cells that lie in an area are made cells of their own again."""

    sheet: str
    address: str
    op: Literal["unmerge"] = "unmerge"


@dataclass(frozen=True)
class ClearLinks:
    """Links are taken away in an area; what the cells hold, and how they look, is left."""

    sheet: str
    address: str
    op: Literal["clear_links"] = "clear_links"


@dataclass(frozen=True)
class ResizeTable:
    """An Excel table gets another area, headings included."""

    sheet: str
    table: str
    address: str
    op: Literal["table"] = "table"


@dataclass(frozen=True)
class SetChart:
    """A chart gets its title, its upper left corner in a cell, and as many series as it needs.

    A chart that is not there is passed over, here and in SetSeries.
    """

    sheet: str
    chart: str
    title: str
    address: str
    series: int
    op: Literal["chart"] = "chart"


@dataclass(frozen=True)
class SetSeries:
    """A chart's series (counted from 0) gets its name, labels and values from these areas."""

    sheet: str
    chart: str
    series: int
    name: str
    labels: str
    values: str
    op: Literal["series"] = "series"


@dataclass(frozen=True)
class Marked:
    """One cell to mark, how much it matters, and the words for it."""

    address: str
    severity: str
    text: str


@dataclass(frozen=True)
class Mark:
    """Marks on cells of a sheet, beside their own formats, so that they can be taken away."""

    sheet: str
    cells: list[Marked]
    op: Literal["mark"] = "mark"


@dataclass(frozen=True)
class ClearMarks:
    """Every mark of ours is taken away, in the whole workbook."""

    op: Literal["clear_marks"] = "clear_marks"


@dataclass(frozen=True)
class Select:
    """A sheet is activated and an area selected on it."""

    sheet: str
    address: str
    op: Literal["select"] = "select"


Action: TypeAlias = (
    AddSheet
    | WriteValues
    | WriteFormulas
    | Look
    | RowHeight
    | ColumnWidth
    | DefineName
    | DeleteName
    | Merge
    | Unmerge
    | ClearLinks
    | ResizeTable
    | SetChart
    | SetSeries
    | Mark
    | ClearMarks
    | Select
)
