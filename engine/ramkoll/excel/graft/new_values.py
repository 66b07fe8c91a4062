"""The values that formulas come to after a change, and which of them can be vouched for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ramkoll.excel.blocks import Areas, Block, Users, block, block_of, size_of
from ramkoll.excel.engine import Asked, ErrorValue, Got, Place, Refused, compute
from ramkoll.excel.known_functions import DATES, FOLLOWS_SETTINGS, GOES_ROUND, VOUCHED
from ramkoll.excel.reach import Reached
from ramkoll.excel.recalc import MOST_CELLS_READ, MOST_SECOND_OPINIONS
from ramkoll.excel.recalc_book import Book, CellsByPlace, spelled_some
from ramkoll.excel.same_value import agree, same, to_the_digit
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.second_opinion import opinions, own_opinion
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.workbook import Submission

_NO_SUCH_DAY = 61  # before 1 March 1900 engines count the days in ways of their own
# Numbers with decimals, and truth values, read inside a text as the language of Excel has them.
_FOLLOWS_LANGUAGE = re.compile(r"\d\.\d|\dE[-+]?\d|TRUE|FALSE")
# Their result is the same in all programs when nothing they go through is hidden.
_SKIPS_HIDDEN = frozenset({"SUBTOTAL"})
# What they are made of is decided when they are computed.
_POINTS_ELSEWHERE = frozenset({"OFFSET"})


@dataclass
class NewValues:
    """What the formulas that build on written cells come to.

    ``uses`` are the cells that each of them is made of. ``changed`` are the values that are not
    what the file holds; they may be doubtful. ``confirmed`` are those for which the engine got
    what the file holds from the old values, ``hazy`` those that build on cells without value;
    ``times`` says that there are times of day among the cells.
    """

    book: Book
    uses: Mapping[Place, tuple[Block, ...]]
    got: Mapping[Place, Got | Refused]
    changed: Mapping[Place, Got]
    confirmed: Collection[Place]
    hazy: Collection[Place]
    old_known: bool
    times: bool
    _asked_about: int = 0
    _vouched: dict[Place, bool] = field(default_factory=dict)

    def sure(self, place: Place) -> bool:
        """Whether it is known what the formula comes to, be it changed or not."""
        got = self.got.get(place)
        if got is None or isinstance(got, Refused) or place in self.hazy:
            return False
        if place not in self.changed:
            return True
        if place not in self._vouched:
            self._vouched[place] = self._is_vouched(place, got)
        return self._vouched[place]

    def _is_vouched(self, place: Place, got: Got) -> bool:
        explicit = self.book.spelled[place]
        odd = explicit.functions - VOUCHED
        if odd - _SKIPS_HIDDEN or (odd and not self._bare(place)):
            return False
        if self.book.submission.beside.calculation.as_displayed:
            return False
        if explicit.functions & FOLLOWS_SETTINGS - _SKIPS_HIDDEN:
            return False
        if self.book.odd_criterion(explicit):
            return False
        if isinstance(got, str) and (str(got) == "#NAME?" or _FOLLOWS_LANGUAGE.search(got)):
            return False
        if self.times and self.book.inputs(explicit)[1]:
            return False  # a time of day is read to the millisecond
        if explicit.functions & DATES and isinstance(got, float) and 0 <= got < _NO_SUCH_DAY:
            return False
        return place in self.confirmed or (not odd and self._seconded(place, got))

    def _bare(self, place: Place) -> bool:
        """Whether nothing that a formula goes through is hidden, or of its own kind."""
        for sheet, top, left, bottom, right in self.uses[place]:
            if sheet < 0:
                continue
            found = self.book.submission.sheets[sheet]
            if found.beside.auto_filter is not None and found.hidden_rows:
                return False
            if any(top <= row <= bottom for row in found.hidden_rows):
                return False
            for _, at in _filled({sheet: found.cells}, {(sheet, top, left, bottom, right)}):
                formula = found.cells[at].formula
                if formula is not None and "SUBTOTAL" in formula.upper():
                    return False
        return True

    def _seconded(self, place: Place, got: Got) -> bool:
        """Whether another engine gets the same from the new values."""
        explicit = self.book.spelled[place]
        scale = self.book.inputs(explicit)[0]
        own = own_opinion(explicit, place, self._look)
        if own is not None and agree(got, own, scale):
            return True
        # To load the other engine takes seconds: not for a file that did not fit before either.
        if self.old_known or self._asked_about >= MOST_SECOND_OPINIONS:
            return False
        self._asked_about += 1
        others = opinions(explicit, place, self._look, self.book.number)
        return any(agree(got, each, scale) for each in others.values())

    def _look(self, place: Place) -> Cell:
        """A cell with its new value."""
        got = self.changed.get(place)
        return self.book.look(place) if got is None else cell_of(got)


def cell_of(got: Got) -> Cell:
    """A cell that holds what was computed."""
    if isinstance(got, ErrorValue):
        return Cell(CellKind.ERROR, str(got))
    if isinstance(got, bool):
        return Cell(CellKind.BOOL, got)
    if isinstance(got, str):
        return Cell(CellKind.TEXT, got)
    return Cell(CellKind.NUMBER, got)


def new_values(
    submission: Submission,
    written: Areas,
    before: Before | None,
    candidates: Collection[Place],
    mentioned: Mapping[Place, Reached],
    start: Collection[Block],
    fills: Mapping[Place, Sequence[Block]],
) -> NewValues:
    """Compute the formulas among ``candidates`` that build on the cells of ``start``.

    ``mentioned`` says what each of them may be made of, ``fills`` what formulas for several cells
    fill. ``written`` are cells whose values are right, ``before`` what they were. Raises TooMuch.
    """
    cells = CellsByPlace(submission)
    book = spelled_some(submission, cells, sorted(each for each in candidates if each[0] >= 0))
    uses: dict[Place, tuple[Block, ...]] = {}
    for place in candidates:
        explicit = book.spelled.get(place)
        if explicit is None or explicit.functions & _POINTS_ELSEWHERE:
            uses[place] = mentioned[place].blocks
        else:
            names = (each for each in mentioned[place].blocks if each[0] < 0)
            uses[place] = (*(block(*used) for used in explicit.uses), *names)
    reached = Users(uses.items()).closure(start, fills, written)
    asked = _asked(book, reached, uses)
    sheets = {n: sheet.cells for n, sheet in enumerate(submission.sheets)}
    used = {each for place in asked for each in uses[place]}
    values = now = {(n, *at): sheets[n][at] for n, at in _filled(sheets, used)}
    got = _computed(book, values, asked, linked=True)
    if asked and all(each == Refused("") for each in got.values()):
        # The engine broke down at one of them, which is found when each is asked for by itself.
        alone = _computed(book, values, asked, linked=False)
        asked = {place: asked[place] for place, each in alone.items() if each != Refused("")}
        got = _computed(book, values, asked, linked=True)
    largest, times = _figures(book, values)
    changed = {
        place: each
        for place, each in got.items()
        if not isinstance(each, Refused) and not _fits(to_the_digit, book, place, each, largest)
    }
    if before is not None:
        old = before.sheets
        values = {place: cell for place, cell in values.items() if not written.holds(place)}
        values |= {(n, *at): old[n][at] for n, at in _filled(old, used)}
    uncached = {
        place
        for place in (*reached, *now)
        if place[0] >= 0
        and cells[place].formula is not None
        and cells[place].kind is CellKind.BLANK
        and cells[place].stored is None
    }
    hazy = uncached
    if uncached:
        hazy = uncached | Users(uses.items()).closure(map(block_of, uncached), fills)
    confirmed = _confirmed(book, values, changed, asked)
    return NewValues(book, uses, got, changed, confirmed, hazy, before is not None, times)


def _figures(book: Book, values: Mapping[Place, Cell]) -> tuple[float, bool]:
    """The largest number among cells, and whether there are times of day."""
    numbers = [number for cell in values.values() if (number := book.number(cell)) is not None]
    dates = (book.number(cell) or 0.0 for cell in values.values() if cell.kind is CellKind.DATE)
    largest = max((abs(number) for number in numbers), default=0.0)
    return largest, any(not date.is_integer() for date in dates)


def _fits(
    check: Callable[[Cell, Got, bool, float], bool],
    book: Book,
    place: Place,
    got: Got,
    largest: float,
) -> bool:
    """Whether a cell holds what was computed; ``largest`` is the largest number of all cells.

    The largest of those that the formula uses is looked for only where it decides.
    """
    cell, date_1904 = book.cells[place], book.submission.date_1904
    if check(cell, got, date_1904, 0.0):
        return True
    if not check(cell, got, date_1904, largest):
        return False
    return check(cell, got, date_1904, book.inputs(book.spelled[place])[0])


def _asked(
    book: Book, reached: Collection[Place], uses: Mapping[Place, tuple[Block, ...]]
) -> dict[Place, Asked]:
    """The formulas that an engine is asked about, the cheapest first while there is time.

    Not those for several cells: engines fill fewer or other cells than Excel does, and what then
    stands beside them would be ours to change. Nor those that go round as many times as another
    formula, now to be computed, may say.
    """
    left = MOST_CELLS_READ
    found = {}
    work = {p: 1 + sum(map(size_of, uses[p])) for p in reached if p in book.spelled}
    rounds = {p for p in work if book.spelled[p].functions & GOES_ROUND}
    endless = Areas(map(block_of, reached))
    for place in sorted(work, key=lambda each: (work[each], each)):
        left -= work[place]
        if left < 0:
            break
        if book.cells[place].array is None and not (
            place in rounds and any(map(endless.meets, uses[place]))
        ):
            found[place] = book.asked(place)
    return found


def _computed(
    book: Book, values: Mapping[Place, Cell], asked: Mapping[Place, Asked], linked: bool
) -> dict[Place, Got | Refused]:
    if not asked:
        return {}
    submission = book.submission
    return compute(
        len(submission.sheets),
        values.items(),
        asked,
        date_1904=submission.date_1904,
        linked=linked,
    )


def _confirmed(
    book: Book,
    values: Mapping[Place, Cell],
    changed: Collection[Place],
    asked: Mapping[Place, Asked],
) -> set[Place]:
    """The formulas for which the engine gets what the file holds, from the values before."""
    got = _computed(book, values, {place: asked[place] for place in changed}, linked=False)
    largest, _ = _figures(book, values)
    return {
        place
        for place, each in got.items()
        if not isinstance(each, Refused) and _fits(same, book, place, each, largest)
    }


class Before(NamedTuple):
    """The written cells as they were, by the position that their sheet has now."""

    sheets: Mapping[int, Mapping[tuple[int, int], Cell]]

    @classmethod
    def read(cls, submission: Submission, written: Areas, data: bytes) -> Before:
        """From the workbook before the change. Raises Unreadable."""
        here = {each[0] for each in written.blocks if each[0] < len(submission.sheets)}
        names = {submission.sheets[n].name.casefold(): n for n in here}
        old: dict[int, dict[tuple[int, int], Cell]] = {}
        for sheet in scan_bytes(data, submission.file, names.keys()).sheets:
            n = names.get(sheet.name.casefold())
            if n is not None:
                old[n] = written.held(n, sheet.cells)
        return cls(old)

    def changed(self, submission: Submission, written: Areas) -> Areas:
        """Those of the written cells that hold another value now.

        All of a sheet that was not there: what pointed at it had nothing to point at.
        """
        found = [each for each in written.blocks if each[0] not in self.sheets]
        for n, old in self.sheets.items():
            new = written.held(n, submission.sheets[n].cells)
            found += (
                block_of((n, *at))
                for at in old.keys() | new.keys()
                if _held(old.get(at)) != _held(new.get(at))
            )
        return Areas(found)


def _held(cell: Cell | None) -> object:
    """What formulas see of a cell; a formula without value is like no other."""
    if cell is None or (cell.kind is CellKind.BLANK and cell.formula is None):
        return None
    return cell.kind, cell.stored, cell.stored is None and cell.formula


def _filled(
    sheets: Mapping[int, Mapping[tuple[int, int], Cell]], blocks: Collection[Block]
) -> set[tuple[int, tuple[int, int]]]:
    """The places of some blocks that hold something; what lies over each other is walked once."""
    columns: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for sheet, top, left, bottom, right in blocks:
        columns[sheet, left, right].append((top, bottom))
    found: set[tuple[int, tuple[int, int]]] = set()
    for (sheet, left, right), spans in columns.items():
        cells = sheets.get(sheet, {})
        done = 0
        for top, bottom in sorted(spans):
            top, done = max(top, done + 1), max(bottom, done)
            if (done - top + 1) * (right - left + 1) > len(cells):
                found.update(
                    (sheet, at) for at in cells if top <= at[0] <= bottom and left <= at[1] <= right
                )
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    if (row, column) in cells:
                        found.add((sheet, (row, column)))
    return found
