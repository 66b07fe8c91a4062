"""A workbook as read: its sheets with their cells, and what stands beside the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ramkoll.model.beside import NOTHING_BESIDE, NOTHING_BESIDE_SHEETS, Beside, BesideSheets
from ramkoll.model.cells import BLANK_CELL, Area, Cell


class Visibility(StrEnum):
    """How a sheet shows in the tab row."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "veryHidden"


class Reader(StrEnum):
    """Which of the readers took a sheet, the quickest first."""

    FAST = "snabb"  # the usual way of writing cells
    NAMESPACES = "namnrymd"  # any well-formed sheet
    OPENPYXL = "openpyxl"  # what the others cannot make out


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet as read. ``cells`` holds only cells with a value or a formula."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    visibility: Visibility = Visibility.VISIBLE
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    arrays: Mapping[tuple[int, int], Area] = field(default_factory=dict)
    beside: Beside = NOTHING_BESIDE

    def cell(self, row: int, column: int) -> Cell:
        """The cell, or a blank one."""
        return self.cells.get((row, column), BLANK_CELL)


@dataclass(frozen=True, slots=True)
class Submission:
    """One workbook as read: what stood in it, and the fingerprint of the file.

    ``names`` maps a workbook-wide defined name to its text, such as ``Underlag!$A$5:$A$90``.
    ``reader`` is the most careful of the readers that was needed for any of its sheets.
    """

    file: str
    sha256: str
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    date_1904: bool = False
    beside: BesideSheets = NOTHING_BESIDE_SHEETS
    reader: Reader = Reader.FAST

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, compared as Excel does, without regard to case."""
        folded = name.casefold()
        return next((s for s in self.sheets if s.name.casefold() == folded), None)
