"""What is to be written into a workbook that is there, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ramkoll.excel.graft.cell_edit import CellEdit
from ramkoll.model.cells import Area, CellRef
from ramkoll.model.plan import SheetPlan


@dataclass(frozen=True, slots=True)
class SheetGraft:
    """A sheet to be there as planned: in place of the one of its name, or last.

    ``ours`` is the part of the old sheet that the plan replaces: its cells, and the tables, charts,
    links, choices, highlights and merges in it. All outside it is kept as it stands, and so are
    notes and threads anywhere, and what is set for the whole sheet: page, view, protection. None
    replaces the whole sheet. A sheet in place of another keeps its position, number and visibility.
    """

    plan: SheetPlan
    ours: Area | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note at a cell, 1-based; ``text`` may have line ends."""

    sheet: str
    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Graft:
    """What a workbook is to get, all of it or nothing.

    Done in this order: ``removed`` sheets go, ``sheets`` come, ``cells`` are set, ``names`` are
    defined for the whole workbook (None takes a name away). ``notes`` of ``author`` replace all
    notes that bear that name; a cell with a note or a thread by somebody else gets none. An
    ``author`` without notes takes its old ones away; None leaves all notes alone.
    """

    cells: tuple[CellEdit, ...] = ()
    sheets: tuple[SheetGraft, ...] = ()
    removed: tuple[str, ...] = ()
    names: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Note, ...] = ()
    author: str | None = None


@dataclass(frozen=True, slots=True)
class PartEdit:
    """A part of the package that is not as it was, and in Swedish what was done to it."""

    part: str
    what: str


@dataclass(frozen=True, slots=True)
class Grafted:
    """The new package, and what differs from the old one.

    ``edits`` are all parts that are new, changed or gone. ``recalculated`` are the formula cells
    whose cached value was changed because they build on what was written; ``doubtful`` those whose
    new value no engine vouches for, so that the file asks Excel to calculate. ``not_noted`` are the
    notes that found no room: the cell has one already. ``left`` are parts with cached values that
    may no longer be right, and that Ramkoll does not rewrite.
    """

    data: bytes
    edits: tuple[PartEdit, ...] = ()
    recalculated: tuple[CellRef, ...] = ()
    doubtful: tuple[CellRef, ...] = ()
    not_noted: tuple[Note, ...] = ()
    left: tuple[PartEdit, ...] = ()
