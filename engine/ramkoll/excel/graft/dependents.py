"""What builds on cells that were changed: its cached values are computed anew, or Excel is asked.

A new value is written only when an engine vouches for it: it knows the formula's functions, and
from the values before the change it gets what the file held. All else keeps the value it had, and
so does what builds on it; the workbook then asks Excel to calculate when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ramkoll.excel.blocks import Areas, Block, Users, block, block_of
from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.engine import ErrorValue, Got, Place
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, CellError, checked
from ramkoll.excel.graft.chart_caches import charts_followed
from ramkoll.excel.graft.mentions import Named, sheets_concerned
from ramkoll.excel.graft.new_values import Before, NewValues, cell_of, new_values
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.pivot_caches import Pivot, pivots_of, refreshed
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.graft.what import PartEdit
from ramkoll.excel.reach import Reach, Reached
from ramkoll.excel.recalc_book import CellsByPlace
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import BLANK_CELL, Area, Cell, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission

# Spelling out so many formulas, and computing them and setting the cells, takes some ten seconds.
MOST_FOLLOWED = 20_000
_PIVOT = -3  # in place of the position of a sheet


@dataclass(frozen=True, slots=True)
class Followed:
    """A workbook whose cached values follow what was written, and what differs from before.

    ``recalculated`` are the formula cells that got new values, ``doubtful`` those whose new value
    nobody vouches for. ``left`` are parts with cached values that Ramkoll does not rewrite.
    """

    data: bytes
    edits: tuple[PartEdit, ...] = ()
    recalculated: tuple[CellRef, ...] = ()
    doubtful: tuple[CellRef, ...] = ()
    left: tuple[PartEdit, ...] = ()


def follow(
    data: bytes,
    file: str,
    written: Collection[tuple[str, Area]],
    before: bytes | None = None,
    names: Collection[str] = (),
) -> Followed:
    """The workbook with the cached values of all that builds on the cells in ``written``.

    And of all that uses the defined ``names``, which are new, changed or gone. ``written`` are
    areas by the name of their sheet; their own values are right, also those of
    formulas in them. A sheet that is gone may be named, and a whole sheet be given as its whole
    area. ``before`` is the workbook before the change; without it, formulas that use the written
    cells directly need a second engine, which takes seconds, and all of them count as changed.
    Changed are values of formula cells,
    caches in charts, and what asks Excel to calculate or to refresh pivot tables; the same bytes
    come back when all is right. A second run gives the same bytes.

    Raises RamkollError, in Swedish, for a workbook that cannot be read or not be changed.
    """
    package = Package.open(data, file)
    named = Named.of(package)
    earlier = None if before is None else Package.open(before, file)
    concerned = sheets_concerned(package, named, written, names, earlier)
    if not (written or names) or concerned == frozenset():
        return Followed(data)
    submission = scan_bytes(data, file, concerned)
    reach = Reach(submission, (sheet for sheet, _ in written), names)
    areas = Areas(block(reach.sheets[sheet.casefold()], area) for sheet, area in written)
    pivots = pivots_of(package, named, reach)
    then = None if before is None else Before.read(submission, areas, before)
    changed = areas if then is None else then.changed(submission, areas)
    changed = Areas((*changed.blocks, *reach.marks.values()))
    following = _Following(submission, reach, areas, changed, then, pivots)
    following.walk()
    new, refused = _with_values(data, file, following)
    doubtful = sorted({*following.doubtful, *refused})
    recalculated = sorted(following.values.keys() - set(refused))
    if doubtful:
        new = set_cells(new, file, [], recalculate=True)
    parts = Package.open(new, file)
    edits = list(_edits(package, parts, named, recalculated, submission))
    touched = Areas((*areas.blocks, *reach.marks.values(), *map(block_of, recalculated)))
    charts, left = charts_followed(parts, reach, touched, following.shown, submission)
    asking, unasked = refreshed(parts, following.pivots_touched)
    more = [*charts, *asking]
    if more:
        new = parts.rewritten({edit.part: content for edit, content in more})
    return Followed(
        new,
        (*edits, *(edit for edit, _ in more)),
        tuple(map(following.ref, recalculated)),
        tuple(map(following.ref, doubtful)),
        (*left, *unasked),
    )


def _with_values(data: bytes, file: str, following: _Following) -> tuple[bytes, set[Place]]:
    """The workbook with the new values, and the cells that could not be set."""
    sheets: dict[int, dict[Place, CellEdit]] = {}
    refused: set[Place] = set()
    for place, value in sorted(following.values.items()):
        try:
            sheets.setdefault(place[0], {})[place] = following.edit(place, value)
        except RamkollError:
            refused.add(place)
    try:
        return set_cells(
            data, file, [e for cells in sheets.values() for e in cells.values()]
        ), refused
    except RamkollError:
        pass  # one of the sheets at least
    for cells in sheets.values():
        try:
            data = set_cells(data, file, list(cells.values()))
        except RamkollError:
            refused |= cells.keys()
    return data, refused


def _edits(
    old: Package,
    new: Package,
    named: Named,
    recalculated: Collection[Place],
    submission: Submission,
) -> Iterator[PartEdit]:
    """What was done to the parts that differ."""
    counts = Counter(submission.sheets[sheet].name for sheet, _, _ in recalculated)
    for part in old:
        before, after = old.directory.entries[part], new.directory.entries[part]
        if (before.CRC, before.file_size) == (after.CRC, after.file_size):
            continue
        sheet_name = named.sheet_of(part)
        if sheet_name is None:
            yield PartEdit(part, "Excel räknar om alla formler när filen öppnas")
        else:
            number = counts[sheet_name]
            formulas = "formel visar nytt värde" if number == 1 else "formler visar nya värden"
            yield PartEdit(part, f"{number} {formulas} på bladet {sheet_name}")


@dataclass
class _Following:
    """New values for what builds on written cells, and the doubts."""

    submission: Submission
    reach: Reach
    written: Areas
    changed: Areas
    before: Before | None
    pivots: Sequence[Pivot]
    values: dict[Place, Got] = field(default_factory=dict)
    doubtful: set[Place] = field(default_factory=set)
    pivots_touched: list[str] = field(default_factory=list)

    def ref(self, place: Place) -> CellRef:
        """The place in words."""
        sheet = self.submission.sheets[place[0]]
        return CellRef(self.submission.file, sheet.name, *place[1:])

    def edit(self, place: Place, got: Got) -> CellEdit:
        """What sets a formula cell to a value. RamkollError for what no cell can hold."""
        value = CellError(str(got)) if isinstance(got, ErrorValue) else got
        name = self.submission.sheets[place[0]].name
        return checked(CellEdit(name, *place[1:], value, KEEP), self.submission.file)

    def shown(self, place: Place) -> Cell:
        """A cell as it is now."""
        cell = self._cells.get(place, BLANK_CELL)
        if place not in self.values:
            return cell
        return cell_of(self.values[place])._replace(number_format=cell.number_format)

    @cached_property
    def _cells(self) -> CellsByPlace:
        return CellsByPlace(self.submission)

    def walk(self) -> None:
        """Find the new values and the doubts."""
        if not self.changed.blocks:
            return
        try:
            mentioned = dict(self.reach.formulas())
        except TooMuch:
            formulas = (p for p, cell in self._cells.items() if cell.formula is not None)
            self.doubtful = {p for p in formulas if not self.written.holds(p)}
            return
        # They may point at anything: nobody knows before they are computed.
        somewhere = {place for place, found in mentioned.items() if found.anywhere}
        start = (*self.changed.blocks, *map(block_of, somewhere))
        fills: dict[Place, tuple[Block, ...]] = {
            (n, *place): (block(n, area),)
            for n, sheet in enumerate(self.submission.sheets)
            for place, area in sheet.arrays.items()
        }
        # A pivot table is like a formula that nobody else can compute.
        for n, pivot in enumerate(self.pivots):
            mentioned[_PIVOT, n, 0] = Reached(pivot.sources)
            fills[_PIVOT, n, 0] = pivot.shows
        try:
            users = Users((place, found.blocks) for place, found in mentioned.items())
            candidates = users.closure(start, fills, self.written)
        except TooMuch:
            candidates = set(mentioned)
        candidates = {p for p in candidates | somewhere if not self.written.holds(p)}
        if not candidates:
            return
        try:
            if len(candidates) > MOST_FOLLOWED:
                raise TooMuch
            new = new_values(
                self.submission, self.written, self.before, candidates, mentioned, start, fills
            )
            self._spread(new, somewhere, fills)
        except TooMuch:
            self.values, self.doubtful = {}, candidates
        pivots = {place for place in self.doubtful if place[0] == _PIVOT}
        self.doubtful -= pivots
        self.pivots_touched = sorted(self.pivots[n].part for _, n, _ in pivots)

    def _spread(
        self,
        new: NewValues,
        somewhere: Collection[Place],
        fills: Mapping[Place, Sequence[Block]],
    ) -> None:
        """From the written cells on, through what changes: what does not change stops it."""
        by_change, by_doubt = Users(new.uses.items()), Users(new.uses.items())
        waiting = [(each, False) for each in self.changed.blocks]
        for place in somewhere:
            if not self.written.holds(place):
                self.doubtful.add(place)
                waiting.append((block_of(place), True))
        while waiting:
            cells, doubt = waiting.pop()
            for place in (by_doubt if doubt else by_change).using(cells):
                if place in self.doubtful or self.written.holds(place):
                    continue
                if doubt or not new.sure(place):
                    self.doubtful.add(place)
                    self.values.pop(place, None)
                    waiting += ((each, True) for each in fills.get(place) or (block_of(place),))
                elif place not in self.values and place in new.changed:
                    self.values[place] = new.changed[place]
                    waiting.append((block_of(place), False))
