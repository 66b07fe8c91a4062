"""The host of a workbook that was sent as a snapshot: all that is done to it becomes actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import xlwings

from ramkoll.live.actions import (
    Action,
    ClearLinks,
    DeleteName,
    Marked,
    ResizeTable,
    SetChart,
    SetSeries,
    Unmerge,
)
from ramkoll.live.areas import size_of
from ramkoll.live.recorder import Recorder
from ramkoll.live.region import Region
from ramkoll.live.snapshot import Snapshot
from ramkoll.live.snapshot_book import open_snapshot
from ramkoll.live.snapshot_range import MAX_CELLS, hex_colour
from ramkoll.model.cells import Area, CellRef
from ramkoll.model.plan import Style

# The lines that hosts can draw, for those that a plan names.
_LINES = {
    "hair": "thin",
    "dotted": "thin",
    "dashed": "thin",
    "thin": "thin",
    "medium": "medium",
    "thick": "medium",
    "double": "double",
}


class SnapshotHost:
    """Implements ``live.host.Host``. ``actions()`` gives all that was done, and may be asked once.

    ``report`` is told of progress, and raises Cancelled to stop. Raises RamkollError when the
    snapshot is none.
    """

    def __init__(
        self, snapshot: Snapshot, region: Region, report: Callable[[int, int, str], None]
    ) -> None:
        self._recorder = Recorder()
        self._region = region
        self._report = report
        self._book = open_snapshot(snapshot, self._recorder)

    @property
    def book(self) -> xlwings.Book:
        """The open workbook."""
        return self._book

    @property
    def region(self) -> Region:
        """The region's files, layouts and acknowledgements."""
        return self._region

    def actions(self) -> list[Action]:
        """What is to be done with the workbook, in order."""
        return self._recorder.actions()

    def progress(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` steps are done. Raises Cancelled when asked to stop."""
        self._report(done, total, what)

    def go_to(self, at: CellRef) -> None:
        """Select a cell."""
        cells = self._book.sheets[at.sheet].range(at.address)
        cells.impl.sheet.activate()
        cells.impl.select()

    def mark(self, sheet: str, cells: Sequence[Marked]) -> None:
        """Mark cells beside their own formats."""
        self._recorder.mark(self._sheet(sheet), cells)

    def clear_marks(self) -> None:
        """Take every mark of ours away."""
        self._recorder.clear_marks()

    def look(self, sheet: str, areas: Sequence[Area], style: Style) -> None:
        """Give cells the whole look of a style; its underline, turn and lock are not for hosts."""
        look = look_of(style)
        for area in areas:
            if size_of(area) > MAX_CELLS:
                raise NotImplementedError(f"{area.address} is too large to format at once")
            cells = self._book.sheets[sheet].range((area.top, area.left), (area.bottom, area.right))
            cells.impl.look(look)

    def row_height(self, sheet: str, rows: Sequence[int], height: float) -> None:
        """Give rows a height in points."""
        self._recorder.row_height(self._sheet(sheet), rows, height)

    def column_width(self, sheet: str, columns: Sequence[int], width: float) -> None:
        """Give columns a width in characters."""
        self._recorder.column_width(self._sheet(sheet), columns, width)

    def merge(self, sheet: str, areas: Sequence[Area]) -> None:
        """Make each area one cell."""
        self._recorder.merge(self._sheet(sheet), areas)

    def unmerge(self, sheet: str, area: Area) -> None:
        """Make all merged cells in an area cells of their own."""
        self._recorder.away(Unmerge(self._sheet(sheet), area.address))

    def clear_links(self, sheet: str, area: Area) -> None:
        """Take the links of cells away, not what the cells hold."""
        self._recorder.away(ClearLinks(self._sheet(sheet), area.address))

    def delete_name(self, name: str) -> None:
        """Take a workbook-wide name away."""
        self._recorder.away(DeleteName(name))

    def resize_table(self, sheet: str, table: str, area: Area) -> None:
        """Give an Excel table another area."""
        self._recorder.resize_table(ResizeTable(self._sheet(sheet), table, area.address))

    def chart(self, sheet: str, chart: str, title: str, address: str, series: int) -> None:
        """Give a chart its title, its place and its number of series."""
        self._recorder.chart(SetChart(self._sheet(sheet), chart, title, address, series))

    def chart_series(
        self, sheet: str, chart: str, series: int, name: str, labels: str, values: str
    ) -> None:
        """Point a chart's series at other areas."""
        self._recorder.series(SetSeries(self._sheet(sheet), chart, series, name, labels, values))

    def _sheet(self, name: str) -> str:
        """The sheet's own name; xlwings.NoSuchObjectError when there is none."""
        return self._book.sheets[name].name


@cache
def look_of(style: Style) -> dict[str, object]:
    """A style as the fields of the action Look. All are set: what was before is not kept."""
    vertical = style.vertical.removeprefix("v")
    return {
        "number_format": style.number_format,
        "fill": _colour(style.fill),
        "colour": _colour(style.colour),
        "bold": style.bold,
        "italic": style.italic,
        "size": float(style.size),
        "wrap": style.wrap,
        "horizontal": style.align or "general",
        "vertical": vertical,
        "indent": style.indent,
        "borders": {"top": _line(style.top), "bottom": _line(style.bottom)},
    }


def _colour(colour: str | None) -> str:
    return "" if colour is None else hex_colour(colour)


def _line(line: str | None) -> str:
    if line is None:
        return "none"
    return _LINES.get(line) or hex_colour(line)
