"""What a command needs besides the open workbook: what a Book cannot give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ramkoll.model.cells import Area, CellRef
from ramkoll.model.plan import Style

if TYPE_CHECKING:  # a worker knows Cancelled before it has read the engine
    from ramkoll.live.actions import Marked
    from ramkoll.live.region import Region


class Cancelled(Exception):
    """The user has asked the command to stop. Nothing has been written."""


class Host(Protocol):
    """The program that the workbook is open in, and what belongs to the region."""

    @property
    def region(self) -> Region:
        """The region's files, layouts and acknowledgements."""

    def progress(self, done: int, total: int, what: str) -> None:
        """Say that ``done`` of ``total`` steps are done. Raises Cancelled when asked to stop."""

    def go_to(self, at: CellRef) -> None:
        """Select a cell. xlwings can only by bringing its program to the front as well."""

    def mark(self, sheet: str, cells: Sequence[Marked]) -> None:
        """Mark cells beside their own formats."""

    def clear_marks(self) -> None:
        """Take every mark of ours away."""

    def look(self, sheet: str, areas: Sequence[Area], style: Style) -> None:
        """Give cells a look."""

    def row_height(self, sheet: str, rows: Sequence[int], height: float) -> None:
        """Give rows a height in points."""

    def column_width(self, sheet: str, columns: Sequence[int], width: float) -> None:
        """Give columns a width in characters."""

    def merge(self, sheet: str, areas: Sequence[Area]) -> None:
        """Make each area one cell."""

    def unmerge(self, sheet: str, area: Area) -> None:
        """Make all merged cells in an area cells of their own."""

    def clear_links(self, sheet: str, area: Area) -> None:
        """Take the links of cells away, not what the cells hold."""

    def delete_name(self, name: str) -> None:
        """Take a workbook-wide name away."""

    def resize_table(self, sheet: str, table: str, area: Area) -> None:
        """Give an Excel table another area."""

    def chart(self, sheet: str, chart: str, title: str, address: str, series: int) -> None:
        """Give a chart its title, its place and its number of series."""

    def chart_series(
        self, sheet: str, chart: str, series: int, name: str, labels: str, values: str
    ) -> None:
        """Point a chart's series at other areas."""
