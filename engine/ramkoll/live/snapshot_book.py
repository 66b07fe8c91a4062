"""A snapshot's workbook, sheets and names: what xlwings' objects hand their work to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import xlwings

from ramkoll.live.actions import DefineName
from ramkoll.live.areas import area_of
from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.live.snapshot_cells import Changes, SheetCells
from ramkoll.live.snapshot_check import check
from ramkoll.live.snapshot_engine import App
from ramkoll.live.snapshot_part import Part
from ramkoll.live.snapshot_range import Range, area_between
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area

# Excel's own numbers for them (XlSheetVisibility).
_VISIBLE = {"visible": -1, "hidden": 0, "veryHidden": 2}


def open_snapshot(snapshot: Snapshot, recorder: Recorder) -> xlwings.Book:
    """The workbook of a snapshot; what is done to it goes into the recorder.

    Raises RamkollError when the snapshot is none.
    """
    check(snapshot)
    return xlwings.Book(impl=Book(snapshot, recorder))


class _Native:
    """The one thing commands ask of the native workbook: Excel's ``Workbook.Date1904``."""

    def __init__(self, date_1904: bool) -> None:
        self.Date1904 = date_1904


class Book(Part):
    """A workbook; all that changes while a command runs is here and in its sheets."""

    __slots__ = (
        "active",
        "api",
        "app",
        "by_name",
        "dated",
        "in_order",
        "name",
        "names",
        "recorder",
        "selected",
    )

    def __init__(self, snapshot: Snapshot, recorder: Recorder) -> None:
        changes = Changes()
        self.name = snapshot.name
        self.recorder = recorder
        self.api = _Native(snapshot.date_1904)
        self.app = App(self)
        self.dated = snapshot.date_1904, changes
        self.in_order = [Sheet(self, SheetCells(each, *self.dated)) for each in snapshot.sheets]
        self.by_name = {sheet.name.casefold(): sheet for sheet in self.in_order}
        self.names = Names(self, dict(snapshot.names), changes)
        self.active = self.by_name.get(snapshot.active.casefold(), self.in_order[0])
        self.selected: Range | None = None
        if snapshot.selection:
            self.selected = Range(self.active, area_of(snapshot.selection))

    @property
    def fullname(self) -> str:
        """The name: a snapshot does not say where the file lies."""
        return self.name

    @property
    def sheets(self) -> Sheets:
        """The sheets in order."""
        return Sheets(self)

    def activate(self) -> None:
        """It is the workbook in front already."""

    def select(self, cells: Range) -> None:
        """Make these cells the selected ones."""
        self.selected = cells
        self.recorder.select(cells.sheet.name, cells.area.address)


class Sheets(Part):
    """The sheets of a workbook."""

    __slots__ = ("book",)

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        return self.book.active

    def __call__(self, name_or_index: str | int) -> Sheet:
        """By name, without regard to case, or by number from 1."""
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(self):
                raise xlwings.NoSuchObjectError(f"no sheet {name_or_index}")
            return self.book.in_order[name_or_index - 1]
        found = self.book.by_name.get(name_or_index.casefold())
        if found is None:
            raise xlwings.NoSuchObjectError(f"no sheet is called {name_or_index!r}")
        return found

    def add(self, before: Sheet | None, after: Sheet | None, name: str | None) -> Sheet:
        """A new, empty sheet last of all, in front. Other places are not for commands of ours."""
        if before is not None or after is None or after.index != len(self) or not name:
            raise NotImplementedError("Sheets.add: only last, and with a name")
        made = Sheet(self.book, SheetCells(SheetSnapshot(name), *self.book.dated))
        self.book.in_order.append(made)
        self.book.by_name[name.casefold()] = made
        self.book.recorder.add_sheet(name)
        made.activate()
        return made

    def __len__(self) -> int:
        return len(self.book.in_order)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.book.in_order)

    def __contains__(self, name: object) -> bool:
        # On Windows xlwings compares the name with sheets, and says no to every name.
        raise NotImplementedError(
            "Sheets.__contains__: always false on Windows; use live.reading.sheet_named"
        )


class Sheet(Part):
    """A worksheet."""

    __slots__ = ("book", "cells_")

    def __init__(self, book: Book, cells: SheetCells) -> None:
        self.book = book
        self.cells_ = cells

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.cells_.name

    @property
    def index(self) -> int:
        """Its number in the workbook, from 1."""
        return self.book.in_order.index(self) + 1

    @property
    def visible(self) -> int:
        """Excel's number: -1 is visible, 0 hidden, 2 very hidden."""
        return _VISIBLE[self.cells_.sent.visibility]

    @property
    def used_range(self) -> Range:
        """The smallest rectangle around all that is used; A1 when nothing is."""
        return Range(self, self.cells_.used)

    @property
    def cells(self) -> Range:
        """Every cell there can be."""
        return Range(self, Area(1, 1, MAX_ROW, MAX_COLUMN))

    def range(self, first: Any, last: Any = None) -> Range:
        """The cells of an address, of (row, column), or between two such."""
        return Range(self, area_between(first, last))

    def activate(self) -> None:
        """Put the sheet in front; what is selected on it is not known, so A1 is."""
        if self.book.active is not self:
            self.book.active = self
            self.book.select(Range(self, Area(1, 1, 1, 1)))


class Names(Part):
    """The workbook-wide defined names."""

    __slots__ = ("book", "changes", "refers_to")

    def __init__(self, book: Book, refers_to: dict[str, str], changes: Changes) -> None:
        self.book = book
        self.refers_to = refers_to
        self.changes = changes

    def snapshot(self) -> list[tuple[str, Name]]:
        """Every name with its object."""
        return [(name, Name(self, name)) for name in self.refers_to]

    def __len__(self) -> int:
        return len(self.refers_to)

    def contains(self, name: str) -> bool:
        """Whether there is such a name, without regard to case."""
        return self._known(name) is not None

    def __call__(self, name: str) -> Name:
        known = self._known(name)
        if known is None:
            raise xlwings.NoSuchObjectError(f"nothing is called {name!r}")
        return Name(self, known)

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, or make it refer to something else; with its equals sign."""
        known = self._known(name) or name
        self.refers_to[known] = refers_to.removeprefix("=")
        self.changes.any = True
        self.book.recorder.define_name(DefineName(known, self.refers_to[known]))
        return Name(self, known)

    def _known(self, name: str) -> str | None:
        folded = name.casefold()
        return next((known for known in self.refers_to if known.casefold() == folded), None)


class Name(Part):
    """A defined name."""

    __slots__ = ("known", "names")

    def __init__(self, names: Names, known: str) -> None:
        self.names = names
        self.known = known

    @property
    def name(self) -> str:
        """The name as it was defined."""
        return self.known

    @property
    def refers_to(self) -> str:
        """What it refers to, with an equals sign."""
        return f"={self.names.refers_to[self.known]}"

    @refers_to.setter
    def refers_to(self, refers_to: str) -> None:
        self.names.add(self.known, refers_to)

    @property
    def refers_to_range(self) -> Range:
        """The cells, when it refers to one rectangle of one sheet."""
        said = self.names.refers_to[self.known].replace("$", "")
        sheet, _, address = said.rpartition("!")
        found = self.names.book.by_name.get(sheet.strip("'").replace("''", "'").casefold())
        if found is None:
            raise xlwings.NoSuchObjectError(f"{self.known} refers to no cells of this workbook")
        return found.range(address)
