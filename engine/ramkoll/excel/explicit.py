"""A workbook's formulas in words that any engine knows: cells of numbered sheets, and nothing else.

Defined names and structured references are replaced by the cells they stand for, since names with
å, ä and ö, and tables, are what other engines stumble on. In an ordinary formula a range where
one cell is asked for becomes the cell in the formula's own row or column, as in Excel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from ramkoll.excel.known_functions import (
    ARRAY_INSIDE,
    CELL_BY_CELL,
    COUNT_ROWS,
    DATES,
    GOES_ROUND,
    LOOKED_AT,
    LOOKS_THROUGH,
    NO_VOICE,
    SPANS_SHEETS,
    TAKES_RANGES,
)
from ramkoll.excel.table_reference import table_area
from ramkoll.model.beside import DefinedName, Table
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, CellKind, column_letters
from ramkoll.model.formula_lexer import Token, area_of, sheet_of, tokens, well_formed
from ramkoll.model.formula_text import SharedFormula
from ramkoll.model.recalculated import Doubt
from ramkoll.model.workbook import Submission

_DEEPEST_NAME = 8
_DEEPEST = 64  # parentheses in each other, as in Excel; engines end abruptly at thousands
_LONGEST = 8_192  # characters of a formula, as in Excel
_MOST_PIECES = 8_192  # names in names grow without end
_LARGEST_ROUND = 3_000_000  # the last day of any calendar
_PREFIXES = ("_XLFN.", "_XLWS.", "_XLUDF.")
_JOINTS = frozenset("=<>+-*/^&%") | {"<=", ">=", "<>"}


class CannotFollow(Exception):
    """A formula that other engines would misread: why, and which function if it is one.

    ``uses`` are the cells that it is made of all the same, as far as they could be made out.
    """

    def __init__(self, doubt: Doubt, what: str = "", uses: tuple[Cells, ...] = ()) -> None:
        self.doubt = doubt
        self.what = what
        self.uses = uses
        super().__init__(f"{doubt.name} {what}")


class Cells(NamedTuple):
    """Cells of a sheet by its position in the workbook."""

    sheet: int
    area: Area


class Explicit(NamedTuple):
    """A formula as an engine gets it, the cells it is made of, and the functions it calls.

    ``looked_at`` are cells whose value it does not use, as in ROW(A1).
    """

    text: str
    uses: tuple[Cells, ...]
    functions: frozenset[str]
    looked_at: tuple[Cells, ...] = ()


def engine_sheet(position: int) -> str:
    """What a sheet is called in the engine: Swedish and odd names cannot trouble it."""
    return f"values_{position}"


class _Piece(NamedTuple):
    kind: str  # cells, function, open, close, comma, joint, space, other
    text: str
    cells: Cells | None = None


@dataclass(slots=True)
class _Frame:
    function: str
    argument: int
    array: bool


@dataclass(frozen=True)
class Speller:
    """Spells out the formulas of one workbook."""

    workbook: Submission
    _names: dict[tuple[str, str], DefinedName] = field(default_factory=dict)
    _tables: dict[str, tuple[int, Table]] = field(default_factory=dict)
    _sheets: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for position, sheet in enumerate(self.workbook.sheets):
            self._sheets.setdefault(sheet.name.casefold(), position)
            for table in sheet.beside.tables:
                self._tables.setdefault(table.name.casefold(), (position, table))
        for text_name, text in self.workbook.names.items():
            self._names["", text_name.casefold()] = DefinedName(text_name, text)
        for name in self.workbook.beside.names:
            self._names[name.sheet.casefold(), name.name.casefold()] = name

    @cached_property
    def _last(self) -> tuple[int, int]:
        """The last row and column that hold anything on any sheet."""
        filled = [sheet.cells for sheet in self.workbook.sheets if sheet.cells]
        rows = (max(map(itemgetter(0), cells)) for cells in filled)
        columns = (max(map(itemgetter(1), cells)) for cells in filled)
        return max(rows, default=1), max(columns, default=1)

    def spelled(
        self, formula: str, sheet: int, row: int, column: int, array: bool = False
    ) -> Explicit:
        """The formula of a cell; ``array`` when it computes with ranges. Raises CannotFollow."""
        if len(formula) > _LONGEST:
            raise CannotFollow(Doubt.UNREADABLE)
        pieces = self._pieces(formula, sheet, row, column, 0)
        functions = frozenset(p.text for p in pieces if p.kind == "function")
        if functions & GOES_ROUND:
            self._check_rounds(pieces, functions)
        for name in sorted(functions & NO_VOICE.keys()):
            uses = tuple(piece.cells for piece in pieces if piece.cells is not None)
            raise CannotFollow(NO_VOICE[name], name, uses)
        return _Arranged(self._last, row, column, array, sheet).explicit(pieces, functions)

    def _pieces(self, formula: str, sheet: int, row: int, column: int, depth: int) -> list[_Piece]:
        if depth > _DEEPEST_NAME:
            raise CannotFollow(Doubt.UNREADABLE)
        found: list[_Piece] = []
        stream = list(tokens(formula))
        on: int | None = None  # the sheet that the next reference is on
        span = range(0)  # … or the sheets
        for n, token in enumerate(stream):
            following = stream[n + 1] if n + 1 < len(stream) else Token("space", "")
            match token.kind:
                case _ if not well_formed(token):
                    raise CannotFollow(Doubt.UNREADABLE)
                case "sheet" if ":" in token.text:
                    span = self._span(token.text, found, stream[n + 1 : n + 3])
                    continue
                case "sheet":
                    on = self._sheet(token.text)
                    if following.kind not in ("area", "word", "error"):
                        raise CannotFollow(Doubt.UNREADABLE)
                    continue
                case "area":
                    area = area_of(token.text)
                    if span:
                        for position in span:
                            found += (_cells(position, area), _Piece("comma", ","))
                        found.pop()
                        span = range(0)
                    else:
                        found.append(_cells(sheet if on is None else on, area))
                case "word" if following.text == "(":
                    name = token.text.upper()
                    for prefix in _PREFIXES:
                        name = name.removeprefix(prefix)
                    found.append(_Piece("function", name, None))
                case "word" if following.kind == "brackets":
                    found += self._table(token.text, following.text, row)
                case "word":
                    found += self._word(token.text, on, (sheet, row, column), depth)
                case "brackets":
                    if n == 0 or stream[n - 1].kind != "word":
                        found += self._own_table(token.text, sheet, row, column)
                case "space":
                    found.append(_Piece("space", " "))
                case "sign":
                    found.append(_sign(token.text))
                case _:
                    found.append(_Piece("other", token.text))
            on = None
            if len(found) > _MOST_PIECES:
                raise CannotFollow(Doubt.UNREADABLE)
        return found

    def _check_rounds(self, pieces: list[_Piece], functions: frozenset[str]) -> None:
        """Refuse what goes round as many times as a number says, if that may be large."""
        allowed = functions <= GOES_ROUND | DATES
        for piece in pieces:
            if piece.cells is not None:
                sheet, area = self.workbook.sheets[piece.cells.sheet], piece.cells.area
                if area.top == area.bottom and area.left == area.right:
                    cell = sheet.cell(area.top, area.left)
                    large = cell.kind is CellKind.NUMBER and abs(cell.double) > _LARGEST_ROUND
                    allowed &= not large and cell.kind is not CellKind.TEXT
            elif piece.kind == "joint":
                allowed &= piece.text in ("+", "-")
            elif piece.text[:1].isdigit():
                allowed &= float(piece.text) <= _LARGEST_ROUND
        if not allowed:
            raise CannotFollow(Doubt.TOO_MUCH)

    def _sheet(self, text: str) -> int:
        name = sheet_of(text)
        if "[" in name:
            raise CannotFollow(Doubt.EXTERNAL)
        position = self._sheets.get(name.casefold())
        if position is None:
            raise CannotFollow(Doubt.GONE)
        return position

    def _span(self, text: str, before: list[_Piece], after: list[Token]) -> range:
        """The sheets of ``Jan:Dec!``, where each of their cells may stand by itself."""
        name = sheet_of(text)
        if "[" in name:
            raise CannotFollow(Doubt.EXTERNAL)
        first, _, last = name.partition(":")
        ends = [self._sheets.get(each.casefold()) for each in (first, last)]
        solid = [piece for piece in before if piece.kind != "space"]
        alone = bool(solid) and solid[-1].kind in ("open", "comma")
        alone &= len(after) == 2 and after[0].kind == "area" and after[1].text in (",", ")")
        calls: list[str] = []
        for n, piece in enumerate(solid):
            if piece.kind == "open":
                calls.append(solid[n - 1].text if n and solid[n - 1].kind == "function" else "")
            elif piece.kind == "close" and calls:
                calls.pop()
        if None in ends:
            raise CannotFollow(Doubt.GONE)
        if not (alone and calls and calls[-1] in SPANS_SHEETS):
            raise CannotFollow(Doubt.UNREADABLE)
        top, bottom = sorted(each for each in ends if each is not None)
        return range(top, bottom + 1)

    def _word(
        self, word: str, on: int | None, at: tuple[int, int, int], depth: int
    ) -> list[_Piece]:
        if word.upper() in ("TRUE", "FALSE") or word.casefold().startswith("_xlpm."):
            return [_Piece("other", word)]
        sheet, row, column = at
        scope = self.workbook.sheets[sheet if on is None else on].name.casefold()
        folded = word.casefold()
        name = self._names.get((scope, folded)) or self._names.get(("", folded))
        if name is None:
            if folded in self._tables:
                return self._table(word, "[]", row)
            return [_Piece("other", "#NAME?")]
        # A relative reference in a name is as it reads in A1.
        text = SharedFormula.parse(name.text).moved(row - 1, column - 1)
        if "#REF!" in text and "#REF!" not in name.text:
            raise CannotFollow(Doubt.UNREADABLE)
        inner = self._pieces(text, sheet, row, column, depth + 1)
        if len(inner) == 1:
            return inner
        return [_Piece("open", "("), *inner, _Piece("close", ")")]

    def _table(self, word: str, brackets: str, row: int) -> list[_Piece]:
        known = self._tables.get(word.casefold())
        if known is None:
            raise CannotFollow(Doubt.UNREADABLE)
        position, table = known
        area = table_area(table, brackets, row)
        if area is None:
            raise CannotFollow(Doubt.UNREADABLE)
        return [_cells(position, area)]

    def _own_table(self, brackets: str, sheet: int, row: int, column: int) -> list[_Piece]:
        for position, table in self._tables.values():
            if position == sheet and table.area.holds(row, column):
                return self._table(table.name, brackets, row)
        raise CannotFollow(Doubt.EXTERNAL if brackets[1:-1].isdecimal() else Doubt.UNREADABLE)


def _cells(sheet: int, area: Area) -> _Piece:
    return _Piece("cells", "", Cells(sheet, area))


@cache
def _sign(text: str) -> _Piece:
    if text in _JOINTS:
        return _Piece("joint", text)
    kinds = {"(": "open", ")": "close", ",": "comma"}
    if text in kinds:
        return _Piece(kinds[text], text)
    if text in "{};:":
        return _Piece("other", text)
    raise CannotFollow(Doubt.UNREADABLE)  # the spill sign # and what no formula has


@dataclass
class _Arranged:
    """Puts the pieces of one formula together again, each range where it belongs."""

    last: tuple[int, int]
    row: int
    column: int
    array: bool
    sheet: int

    def explicit(self, pieces: list[_Piece], functions: frozenset[str]) -> Explicit:
        out: list[str] = []
        uses: list[Cells] = []
        looked_at: list[Cells] = []
        stack = [_Frame("", 0, self.array)]
        solid = [n for n, piece in enumerate(pieces) if piece.kind != "space"]
        before = {later: earlier for earlier, later in pairwise(solid)}
        after = dict(pairwise(solid))
        nothing = _Piece("", "")
        braces = 0
        for n, piece in enumerate(pieces):
            previous = pieces[before[n]] if n in before else nothing
            following = pieces[after[n]] if n in after else nothing
            match piece.kind:
                case "function":
                    out.append(piece.text)
                    continue
                case "open":
                    top = stack[-1]
                    name = previous.text if previous.kind == "function" else ""
                    array = (top.array and name not in CELL_BY_CELL) or name in ARRAY_INSIDE
                    stack.append(_Frame(name, 0, array or self.array))
                    if len(stack) > _DEEPEST:
                        raise CannotFollow(Doubt.UNREADABLE)
                case "close":
                    if len(stack) == 1:
                        raise CannotFollow(Doubt.UNREADABLE)
                    stack.pop()
                case "comma" if not braces:
                    if not stack[-1].function:
                        raise CannotFollow(Doubt.UNREADABLE)  # several areas at once
                    stack[-1].argument += 1
                case "space":
                    if n - 1 in after and _meet(pieces[n - 1], pieces[after[n - 1]]):
                        raise CannotFollow(Doubt.UNREADABLE)  # where two ranges cross
                    continue
                case "other":
                    braces += (piece.text == "{") - (piece.text == "}")
                    if piece.text == ":":
                        raise CannotFollow(Doubt.UNREADABLE)
                case "cells":
                    assert piece.cells is not None
                    alone = previous.kind in ("open", "comma") and following.kind in (
                        "close",
                        "comma",
                    )
                    cells = self._placed(piece.cells, stack, alone)
                    look = alone and stack[-1].function in LOOKED_AT
                    (looked_at if look else uses).append(cells)
                    whole = alone and stack[-1].function in LOOKS_THROUGH
                    out.append(f"{engine_sheet(cells.sheet)}!{_address(cells.area, whole)}")
                    continue
            out.append(piece.text)
        if len(stack) != 1:
            raise CannotFollow(Doubt.UNREADABLE)
        return Explicit("".join(out), tuple(uses), functions, tuple(looked_at))

    def _placed(self, cells: Cells, stack: list[_Frame], alone: bool) -> Cells:
        """The range as it is meant in its place."""
        area, frame = cells.area, stack[-1]
        if (area.top, area.left) == (area.bottom, area.right):
            return cells
        takes = alone and frame.argument in TAKES_RANGES.get(frame.function, ())
        if takes or frame.array:
            return Cells(cells.sheet, self._cut(area, stack))
        if frame.function in LOOKED_AT and alone:
            return cells
        if any(each.array for each in stack):
            raise CannotFollow(Doubt.ARRAY)
        if alone and frame.function and frame.function not in CELL_BY_CELL:
            # Whether it takes ranges is not known here.
            raise CannotFollow(Doubt.ARRAY)
        if area.left == area.right and area.top <= self.row <= area.bottom:
            return Cells(cells.sheet, Area(self.row, area.left, self.row, area.left))
        if area.top == area.bottom and area.left <= self.column <= area.right:
            return Cells(cells.sheet, Area(area.top, self.column, area.top, self.column))
        raise CannotFollow(Doubt.ARRAY)

    def _cut(self, area: Area, stack: list[_Frame]) -> Area:
        """Whole columns and rows end where the workbook does: engines go through every cell."""
        if stack[-1].function in COUNT_ROWS:
            return area
        bottom, right = area.bottom, area.right
        if area.top == 1 and bottom == MAX_ROW:
            bottom = self.last[0] + 1
        if area.left == 1 and right == MAX_COLUMN:
            right = self.last[1] + 1
        return Area(area.top, area.left, min(bottom, MAX_ROW), min(right, MAX_COLUMN))


def _meet(one: _Piece, other: _Piece) -> bool:
    """Whether a space between them is Excel's sign for where two ranges cross."""
    return one.kind in ("cells", "close") and other.kind in ("cells", "open", "function")


def _address(area: Area, whole: bool) -> str:
    first, last = (
        f"${column_letters(column)}${row}"
        for row, column in ((area.top, area.left), (area.bottom, area.right))
    )
    return first if first == last and not whole else f"{first}:{last}"
