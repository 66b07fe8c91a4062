"""Which formula cells may build on some cells: quickly, and rather too many than too few.

Formulas are spelled out for engines one by one (``explicit``), which takes a hundred times longer.
Here only what they mention counts: cells, names, tables. What a formula mentions without using it,
or uses in its own row only, counts as used.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.engine import Place
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, ArrayKind, column_number
from ramkoll.model.workbook import Submission

#: A sheet by its position in the workbook, then top, left, bottom and right.
Block: TypeAlias = tuple[int, int, int, int, int]

# Brackets are bounded, and a sheet's name starts where a word does: hostile texts would otherwise
# be looked through to the end again and again.
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_SHEET = r"[\w.\\?]{1,255} (?: :[\w.\\?]{1,255} )?"
# What stands together without blanks, signs and brackets: most of it is the same in many formulas.
_RUN = re.compile(
    r"""
    "(?:[^"]|"")*" | '(?:[^']|'')*'[\w.$:!\\?]* | [\w.$:!\\?]+ (?:'(?:[^']|'')*'[\w.$:!\\?]*)?
    """,
    re.VERBOSE,
)
_SIMPLE = re.compile(
    r"""
    (?: ([^\W\d][\w.]*|'[^'\[\]:]*')! )?
    \$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}) (?: :\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}) )?
    | ([0-9]+(?:\.[0-9]*)?) | "(?:[^"]|"")*"
    """,
    re.VERBOSE,
)
_PIECE = re.compile(
    rf"""
      "(?:[^"]|"")*"
    | ((?: (?:\[[^\[\]]{{1,255}}\])? '(?:[^']|'')*'
         | \[[^\[\]]{{1,255}}\] (?:{_SHEET})?
         | (?<![\w.\\?]) {_SHEET} )!)?
      (?: ( {_CELL}(?::{_CELL})? (?![\w.\\?(!])
          | \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}} (?![\w.\\?(!])
          | \$?[0-9]{{1,7}}:\$?[0-9]{{1,7}} (?![\w.\\?(!]) )
        | ( [\w.\\?]+ ) )
    | '(?:[^']|'')*'
    | ( \[ (?: [^\[\]'] | '. | \[ (?:[^\[\]']|'.){{0,600}} \] ){{0,600}} \] | : )
    """,
    re.VERBOSE | re.DOTALL,
)
_PARTS = re.compile(r"\$?([A-Za-z]*)\$?([0-9]*)")
_ENDS = re.compile(r"[A-Za-z]+|[0-9]+")
# What they point at is decided when they are computed: anywhere, or anywhere on those sheets.
_ANYWHERE = frozenset({"indirect", "evaluate"})
_OFF = frozenset({"offset"})
_OWN = -1  # the sheet that a name is used on
_DEEPEST_NAME = 8
_MOST_STEPS = 20_000_000
_FEW = 64


class Reached(NamedTuple):
    """The cells that a formula may be made of; ``anywhere`` when that could be any."""

    blocks: tuple[Block, ...]
    anywhere: bool = False


class _Said(NamedTuple):
    """What a piece says: ``far`` that all cells of its sheets may be meant, ``stretched`` that
    those between its cells are."""

    blocks: tuple[Block, ...] = ()
    anywhere: bool = False
    far: bool = False
    stretched: bool = False


_NOTHING = Reached(())
_SILENT = _Said()


def block(sheet: int, area: Area) -> Block:
    """The cells of an area."""
    return (sheet, area.top, area.left, area.bottom, area.right)


def block_of(place: Place) -> Block:
    """A single cell."""
    sheet, row, column = place
    return (sheet, row, column, row, column)


def places_in(cells: Block) -> Iterator[Place]:
    """Every place of a block, row by row."""
    sheet, top, left, bottom, right = cells
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield sheet, row, column


def size_of(cells: Block) -> int:
    """How many cells a block has."""
    return (cells[3] - cells[1] + 1) * (cells[4] - cells[2] + 1)


def meet(one: Block, other: Block) -> bool:
    """Whether two blocks have a cell in common."""
    return (
        one[0] == other[0]
        and one[1] <= other[3]
        and other[1] <= one[3]
        and one[2] <= other[4]
        and other[2] <= one[4]
    )


class Reach:
    """What the formulas of one workbook mention.

    ``gone`` are names of sheets that formulas may mention though they are not there; they get
    the positions after the last.
    """

    def __init__(self, workbook: Submission, gone: Iterable[str] = ()) -> None:
        self._workbook = workbook
        self.sheets: dict[str, int] = {}
        for name in (*(sheet.name for sheet in workbook.sheets), *gone):
            self.sheets.setdefault(name.casefold(), len(self.sheets))
        self._tables = {
            table.name.casefold(): block(n, table.area)
            for n, sheet in enumerate(workbook.sheets)
            for table in sheet.beside.tables
        }
        self._texts: dict[str, list[str]] = defaultdict(list)
        for name, text in workbook.names.items():
            self._texts[name.casefold()].append(text)
        for each in workbook.beside.names:
            if each.text not in self._texts[each.name.casefold()]:
                self._texts[each.name.casefold()].append(each.text)
        self._names: dict[str, Reached] = {}
        self._runs: dict[tuple[int, bool], dict[str, _Said]] = defaultdict(dict)
        self._areas: dict[str, tuple[int, int, int, int] | None] = {}

    def formulas(self) -> Iterator[tuple[Place, Reached]]:
        """Every formula cell, with what it may be made of."""
        for n, sheet in enumerate(self._workbook.sheets):
            tables = [block(n, table.area) for table in sheet.beside.tables]
            for (row, column), cell in sheet.cells.items():
                if cell.formula is None:
                    continue
                place = (n, row, column)
                found = self.of(cell.formula, n)
                if tables and "[" in cell.formula:
                    here = block_of(place)
                    own = tuple(table for table in tables if meet(table, here))
                    found = found._replace(blocks=found.blocks + own)
                if cell.array is ArrayKind.TABLE:
                    # It computes the formulas along its edges with other inputs.
                    area = sheet.arrays.get((row, column)) or Area(row, column, row, column)
                    edge = (n, max(area.top - 1, 1), max(area.left - 1, 1), area.bottom, area.right)
                    found = found._replace(blocks=(*found.blocks, edge))
                yield place, found

    def of(self, formula: str, sheet: int, depth: int = 0) -> Reached:
        """What a formula on a sheet, by its position, may be made of."""
        if "[" in formula:
            said = [self._said(formula, sheet, depth)]
        else:
            known = self._runs[sheet, depth > 0]
            said = []
            for run in _RUN.findall(formula):
                each = known.get(run)
                if each is None:
                    each = (None if depth else self._simple(run, sheet)) or self._said(
                        run, sheet, depth
                    )
                    known[run] = each
                if each is not _SILENT:
                    said.append(each)
            if not said:
                return _NOTHING
        found = [each for one in said for each in one.blocks]
        if any(each.far for each in said):
            found = [(on, 1, 1, MAX_ROW, MAX_COLUMN) for on in {each[0] for each in found}]
        elif any(each.stretched for each in said):
            found = _stretched(found)
        return Reached(tuple(found), any(each.anywhere for each in said))

    def _simple(self, run: str, sheet: int) -> _Said | None:
        """What nearly all pieces are, without looking closer; None for the others."""
        match = _SIMPLE.fullmatch(run)
        if match is None:
            return None
        prefix, left, top, right, bottom, number = match.groups()
        if number or left is None:
            return _SILENT  # a number or a text
        on = sheet if prefix is None else self.sheets.get(prefix.strip("'").casefold())
        columns = column_number(left), column_number(right or left)
        rows = int(top), int(bottom or top)
        if on is None or max(columns) > MAX_COLUMN or max(rows) > MAX_ROW:
            return None
        return _Said(((on, min(rows), min(columns), max(rows), max(columns)),))

    def _said(self, text: str, sheet: int, depth: int) -> _Said:
        """What a piece of a formula says by itself."""
        found: list[Block] = []
        anywhere = far = stretched = False
        for prefix, reference, word, sign in _PIECE.findall(text):
            if reference:
                area = self._areas.get(reference) or self._area(reference)
                if area is not None:
                    found += [(on, *area) for on in self._on(prefix, sheet, found)]
                    stretched |= ":" in prefix
                    # In a name it moves with the cell that the name is used in.
                    far |= depth > 0 and reference.count("$") < len(_ENDS.findall(reference))
                    continue
                word = reference  # beyond the edge of a sheet: a name
            if word:
                folded = word.casefold()
                if folded in self._tables:
                    found.append(self._tables[folded])
                elif folded in self._texts:
                    named = self._name(folded, depth)
                    anywhere |= named.anywhere
                    here = sheet if not prefix else next(iter(self._on(prefix, sheet, [])), sheet)
                    found += [(here, *b[1:]) if b[0] == _OWN else b for b in named.blocks]
                elif folded in _ANYWHERE:
                    anywhere = True
                elif folded in _OFF:
                    far = True
            elif sign == ":":
                stretched = True
        if found or anywhere or far or stretched:
            return _Said(tuple(found), anywhere, far, stretched)
        return _SILENT

    def _on(self, prefix: str, sheet: int, found: list[Block]) -> Sequence[int]:
        """The sheets of a prefix; none when it is another workbook's."""
        if not prefix:
            return (sheet,)
        name = prefix[:-1]
        if name.startswith("[0]"):
            name = name[3:]
        name = name.strip("'").replace("''", "'").casefold()
        if "[" in name:
            return ()
        position = self.sheets.get(name)
        if position is not None:
            return (position,)
        first, colon, last = name.rpartition(":")
        if not colon:
            return ()
        ends = [self.sheets.get(first), self.sheets.get(last)]
        if None not in ends:
            low, high = sorted(each for each in ends if each is not None)
            return range(low, high + 1)
        # The first end of A1:Blad!B2.
        found += self.of(first, sheet).blocks
        return () if ends[1] is None else (ends[1],)

    def _name(self, folded: str, depth: int) -> Reached:
        if folded not in self._names:
            if depth >= _DEEPEST_NAME:
                return Reached((), anywhere=True)
            self._names[folded] = _NOTHING  # while it is looked at, should it mention itself
            all_of = [self.of(text, _OWN, depth + 1) for text in self._texts[folded]]
            self._names[folded] = Reached(
                tuple(b for each in all_of for b in each.blocks),
                any(each.anywhere for each in all_of),
            )
        return self._names[folded]

    def _area(self, text: str) -> tuple[int, int, int, int] | None:
        first, _, last = text.partition(":")
        parts = [_PARTS.fullmatch(end) for end in (first, last or first)]
        columns = sorted(column_number(part[1]) for part in parts if part and part[1])
        rows = sorted(int(part[2]) for part in parts if part and part[2])
        columns, rows = columns or [1, MAX_COLUMN], rows or [1, MAX_ROW]
        inside = rows[0] >= 1 and rows[-1] <= MAX_ROW and columns[-1] <= MAX_COLUMN
        area = (rows[0], columns[0], rows[-1], columns[-1]) if inside else None
        self._areas[text] = area
        return area


def _stretched(found: list[Block]) -> list[Block]:
    """One block around all of each sheet: what ``A1:INDEX(…)`` may come to."""
    around: dict[int, Block] = {}
    for each in found:
        sheet, top, left, bottom, right = around.get(each[0], each)
        around[sheet] = (
            sheet,
            min(top, each[1]),
            min(left, each[2]),
            max(bottom, each[3]),
            max(right, each[4]),
        )
    return list(around.values())


class Users:
    """Who uses which cells. Each block is told of once: what it is asked, it forgets.

    Raises TooMuch when blocks and questions are so many that it would take seconds.
    """

    def __init__(self, uses: Iterable[tuple[Place, Iterable[Block]]]) -> None:
        self._users: dict[Block, list[Place]] = {}
        for place, blocks in uses:
            for each in blocks:
                known = self._users.get(each)
                if known is None:
                    self._users[each] = [place]
                elif known[-1] != place:
                    known.append(place)
        self._sheets: dict[int, list[Block]] = defaultdict(list)
        self._rows: dict[tuple[int, int], list[Block]] = defaultdict(list)
        self._columns: dict[tuple[int, int], list[Block]] = defaultdict(list)
        self._wide: dict[int, list[Block]] = defaultdict(list)
        self._steps = 0
        for each in self._users:
            sheet, top, left, bottom, right = each
            self._sheets[sheet].append(each)
            if (top, left) == (bottom, right):
                continue  # found by itself
            height, width = bottom - top + 1, right - left + 1
            if height <= width and height <= _FEW:
                for row in range(top, bottom + 1):
                    self._rows[sheet, row].append(each)
            elif width <= _FEW:
                for column in range(left, right + 1):
                    self._columns[sheet, column].append(each)
            else:
                self._wide[sheet].append(each)

    def using(self, cells: Block) -> list[Place]:
        """The formula cells that use any of the cells, but for those that were told of before."""
        sheet, top, left, bottom, right = cells
        if size_of(cells) > _FEW:
            self._sheets[sheet] = [b for b in self._sheets[sheet] if b in self._users]
            blocks = self._sheets[sheet]
            return self._taken([b for b in blocks if meet(b, cells)], len(blocks))
        found: list[Place] = []
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found += self._users.pop((sheet, row, column, row, column), ())
        rows = [(self._rows, (sheet, row)) for row in range(top, bottom + 1)]
        columns = [(self._columns, (sheet, column)) for column in range(left, right + 1)]
        for index, key in (*rows, *columns):
            if key in index:
                index[key] = self._left(index[key], cells, found)
        if sheet in self._wide:
            self._wide[sheet] = self._left(self._wide[sheet], cells, found)
        return found

    def _left(self, blocks: list[Block], cells: Block, found: list[Place]) -> list[Block]:
        hit = [b for b in blocks if meet(b, cells)]
        found += self._taken(hit, len(blocks))
        return [b for b in blocks if b in self._users] if hit else blocks

    def _taken(self, blocks: Iterable[Block], steps: int) -> list[Place]:
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise TooMuch
        return [place for b in blocks for place in self._users.pop(b, ())]

    def closure(
        self,
        cells: Iterable[Block],
        fills: Mapping[Place, Sequence[Block]],
        fixed: Areas | None = None,
    ) -> set[Place]:
        """The formula cells that build on the cells, directly or through others.

        ``fills`` are the cells that formulas for several of them fill; what is ``fixed`` hands
        nothing on.
        """
        found: set[Place] = set()
        waiting = list(cells)
        while waiting:
            for place in self.using(waiting.pop()):
                if place not in found and not (fixed is not None and fixed.holds(place)):
                    found.add(place)
                    waiting += fills.get(place) or (block_of(place),)
        return found


class Areas:
    """Some cells of a workbook: single ones, and areas."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = list(dict.fromkeys(blocks))
        self._single = {b[:3] for b in self.blocks if b[1:3] == b[3:]}
        self._large: dict[int, list[Block]] = defaultdict(list)
        for each in self.blocks:
            if each[1:3] != each[3:]:
                self._large[each[0]].append(each)

    def holds(self, place: Place) -> bool:
        """Whether a cell is one of them."""
        if place in self._single:
            return True
        large = self._large.get(place[0])
        return large is not None and any(meet(each, block_of(place)) for each in large)

    def meets(self, cells: Block) -> bool:
        """Whether any of the cells is one of them."""
        if any(meet(each, cells) for each in self._large.get(cells[0], ())):
            return True
        if size_of(cells) <= len(self._single):
            return any(place in self._single for place in places_in(cells))
        return any(meet(block_of(place), cells) for place in self._single)
