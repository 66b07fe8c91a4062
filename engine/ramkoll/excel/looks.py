"""How a workbook looks: the formats of its cells, sizes, what is frozen, protected and drawn.

For showing a workbook, not for reading what it says: that is ``scan``. The file is gone through
once more here, and plainly rather than fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.beside_parts import flag, link_id, links_of, local, number, xml_of
from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.limits import MAX_CELLS
from ramkoll.excel.ooxml import (
    Parts,
    find_part,
    grow_xml,
    namespace,
    read_xml,
    relationships,
    valid_content,
)
from ramkoll.excel.preflight import open_package, workbook_part
from ramkoll.excel.styles import Look, read_styles, size_of
from ramkoll.excel.unreadable import too_large
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, parse_a1

_DEFAULT_HEIGHT = 15.0
_MAY_BE_ALLOWED = ("formatCells", "formatRows", "formatColumns")


class Width(NamedTuple):
    """The width of columns, first to last, in digits of the normal font."""

    first: int
    last: int
    width: float


class Series(NamedTuple):
    """Where a chart's series gets its name, labels and values; empty where from no cells."""

    name: str
    labels: str
    values: str


class DrawnChart(NamedTuple):
    """A chart of a sheet."""

    name: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class SheetLooks:
    """How one worksheet looks. Rows and columns are 1-based, heights in points.

    ``styles`` has the cells with a format of their own, also those that hold nothing: the index
    into ``BookLooks.styles``. ``heights`` has the rows with one of their own. ``frozen`` counts
    rows and columns. ``allowed`` is what may be done though the sheet is protected, in the file's
    words: formatCells, formatRows, formatColumns.
    """

    styles: Mapping[tuple[int, int], int] = field(default_factory=dict)
    widths: tuple[Width, ...] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    default_height: float = _DEFAULT_HEIGHT
    frozen: tuple[int, int] = (0, 0)
    gridlines: bool = True
    allowed: frozenset[str] = frozenset()
    charts: tuple[DrawnChart, ...] = ()


@dataclass(frozen=True, slots=True)
class BookLooks:
    """How a workbook looks. ``active`` is the name of the sheet that is open, if it is known."""

    styles: tuple[Look, ...]
    sheets: Mapping[str, SheetLooks]
    active: str


def read_looks(data: bytes, file: str) -> BookLooks:
    """The looks of a workbook from its bytes; ``file`` is its name in messages.

    Raises Unreadable for what ``scan`` does not read either; a look that cannot be made out is as
    in a new workbook.
    """
    parts = open_package(data, file)
    main = workbook_part(parts, file)
    links = relationships(parts, main, file)
    root = read_xml(find_part(parts, main) or b"", file, "workbook")
    ns = namespace(root)
    of_kind = {link.kind: link.target for link in links.values()}
    styles: tuple[Look, ...] = ()
    if "styles" in of_kind:
        theme = xml_of(parts, of_kind["theme"], file) if "theme" in of_kind else None
        formats = read_xml(find_part(parts, of_kind["styles"]) or b"", file, "styleSheet")
        styles = read_styles(formats, theme, file)
    tabs = list(root.iterfind(f"{ns}sheets/{ns}sheet"))
    names = [unescaped(tab.get("name", "")) for tab in tabs]
    view = root.find(f"{ns}bookViews/{ns}workbookView")
    active = 0 if view is None else number(view, "activeTab", file, 0)
    sheets = {}
    for name, tab in zip(names, tabs, strict=True):
        link = links.get(link_id(tab))
        if link is not None and link.kind == "worksheet":
            sheets[name] = _sheet(parts, link.target, len(styles), f"{file} {name}")
    return BookLooks(styles, sheets, names[active] if active < len(names) else "")


def _sheet(parts: Parts, part: str, count: int, where: str) -> SheetLooks:
    """The looks of a worksheet; ``count`` is how many formats the workbook has."""
    found = _Rows(count)
    root: Element | None = None
    for root, complete in grow_xml(find_part(parts, part) or b"", where, "worksheet"):
        ns = namespace(root)
        for rows in root.iterfind(f"{ns}sheetData"):
            done = len(rows) if complete else len(rows) - 1
            with valid_content(where):
                for row in rows[:done]:
                    found.read_row(row)
            del rows[:done]
        if len(found.styles) > MAX_CELLS:
            raise too_large(where, "Arbetsboken har för många formaterade celler.")
    assert root is not None
    sizes = root.find(f"{ns}sheetFormatPr")
    view = root.find(f"{ns}sheetViews/{ns}sheetView")
    protection = root.find(f"{ns}sheetProtection")
    return SheetLooks(
        styles=found.styles,
        widths=tuple(_widths(root, ns, where)),
        heights=found.heights,
        default_height=(None if sizes is None else size_of(sizes, "defaultRowHeight"))
        or _DEFAULT_HEIGHT,
        frozen=(0, 0) if view is None else _frozen(view.find(f"{ns}pane")),
        gridlines=view is None or flag(view, "showGridLines", where, usual=True),
        allowed=frozenset() if protection is None else _allowed(protection, where),
        charts=tuple(_charts(parts, part, where)),
    )


class _Rows:
    """What the rows say of looks, gathered as they are read."""

    def __init__(self, count: int) -> None:
        self.styles: dict[tuple[int, int], int] = {}
        self.heights: dict[int, float] = {}
        self._count = count
        self._row = 0

    def read_row(self, element: Element) -> None:
        """Take in a row. Raises ValueError for a place or a format that is none."""
        if local(element.tag) != "row":
            return
        self._row = row = int(element.get("r") or self._row + 1)
        if not 1 <= row <= MAX_ROW:
            raise ValueError("a row outside the sheet")
        height = size_of(element, "ht")
        if height is not None:
            self.heights[row] = height
        column = 0
        for cell in element:
            if local(cell.tag) != "c":
                continue
            address = cell.get("r")
            column = column + 1 if address is None else parse_a1(address)[1]
            style = int(cell.get("s", "0"))
            # The first format is that of cells that have none of their own.
            if 0 < style < self._count:
                self.styles[row, column] = style


def _widths(root: Element, ns: str, where: str) -> Iterator[Width]:
    """Widths by column, each column once though the file may give it twice."""
    columns = sorted(
        (number(each, "min", where, 0), number(each, "max", where, 0), size_of(each, "width"))
        for each in root.iterfind(f"{ns}cols/{ns}col")
        if size_of(each, "width") is not None
    )
    done = 0
    for first, last, width in columns:
        first, last = max(first, done + 1), min(last, MAX_COLUMN)
        if first <= last and width is not None:
            yield Width(first, last, width)
            done = last


def _frozen(pane: Element | None) -> tuple[int, int]:
    """How many rows and columns stay where they are; a pane may also only be split."""
    if pane is None or pane.get("state") not in ("frozen", "frozenSplit"):
        return 0, 0
    rows, columns = size_of(pane, "ySplit") or 0, size_of(pane, "xSplit") or 0
    return int(min(rows, MAX_ROW)), int(min(columns, MAX_COLUMN))


def _allowed(protection: Element, where: str) -> frozenset[str]:
    """The file says what is forbidden, and what it says nothing of is."""
    return frozenset(
        name for name in _MAY_BE_ALLOWED if not flag(protection, name, where, usual=True)
    )


def _charts(parts: Parts, part: str, where: str) -> Iterator[DrawnChart]:
    """The charts of a sheet, in the order in which they lie upon each other."""
    for link in links_of(parts, part, where).values():
        drawing = xml_of(parts, link.target, where) if link.kind == "drawing" else None
        if drawing is None:
            continue
        targets = links_of(parts, link.target, where)
        for frame in drawing.iter():
            if local(frame.tag) != "graphicFrame":
                continue
            of = {local(each.tag): each for each in frame.iter()}
            shown = targets.get(link_id(of["chart"])) if "chart" in of else None
            if shown is not None and shown.kind == "chart" and "cNvPr" in of:
                root = xml_of(parts, shown.target, where)
                if root is not None:
                    yield DrawnChart(of["cNvPr"].get("name", ""), tuple(_series(root)))


def _series(root: Element) -> Iterator[Series]:
    for series in root.iter():
        if local(series.tag) == "ser":
            of = {local(each.tag): each for each in series}
            yield Series(
                name=_source(of.get("tx")),
                labels=_source(of.get("cat", of.get("xVal"))),
                values=_source(of.get("val", of.get("yVal"))),
            )


def _source(element: Element | None) -> str:
    """The area that a part of a series is taken from, as the chart writes it."""
    for reference in element if element is not None else ():
        if local(reference.tag) in ("numRef", "strRef"):
            return next((each.text or "" for each in reference if local(each.tag) == "f"), "")
    return ""
