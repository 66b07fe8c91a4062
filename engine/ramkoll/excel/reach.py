"""Which formula cells may build on some cells: quickly, and rather too many than too few.

Formulas are spelled out for engines one by one (``explicit``), which takes a hundred times longer.
Here only what they mention counts: cells, names, tables. What a formula mentions without using it,
or uses in its own row only, counts as used.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ramkoll.excel.blocks import Block, block, block_of, meet
from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.engine import Place
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, ArrayKind, column_number
from ramkoll.model.workbook import Submission

# Brackets are bounded, and a sheet's name starts where a word does: hostile texts would otherwise
# be looked through to the end again and again.
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_SHEET = r"[\w.\\?]{1,255} (?: :[\w.\\?]{1,255} )?"
# What stands together without blanks, signs and brackets: most of it is the same in many formulas.
_RUN = re.compile(
    r"""
    "(?:[^"]|"")*" | '(?:[^']|'')*'[\w.$:!\\?]* | [\w.$:!\\?]+ (?:'(?:[^']|'')*'[\w.$:!\\?]*)? \(?
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
_MARK = -10  # and below: no sheets
_DEEPEST_NAME = 8
_MOST_CHARACTERS = 20_000_000  # of formulas: some ten seconds


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


class Reach:
    """What the formulas of one workbook mention.

    ``gone`` are names of sheets that formulas may mention though they are not there; they get
    the positions after the last. ``marks`` are defined names, there or gone, that formulas use as
    if they were cells: those of their blocks.
    """

    def __init__(
        self, workbook: Submission, gone: Iterable[str] = (), marks: Iterable[str] = ()
    ) -> None:
        folded = sorted({name.casefold() for name in marks})
        self.marks: dict[str, Block] = {
            name: (_MARK - n, 1, 1, 1, 1) for n, name in enumerate(folded)
        }
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
        """Every formula cell, with what it may be made of. Raises TooMuch for endless texts."""
        characters = 0
        for n, sheet in enumerate(self._workbook.sheets):
            tables = [block(n, table.area) for table in sheet.beside.tables]
            for (row, column), cell in sheet.cells.items():
                if cell.formula is None:
                    continue
                characters += len(cell.formula)
                if characters > _MOST_CHARACTERS:
                    raise TooMuch
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
                if folded in self.marks:
                    found.append(self.marks[folded])
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
