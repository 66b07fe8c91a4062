"""The pieces of any formula that Excel may store, in order; put together they are the formula.

The one place where formulas are cut up: what moves them, compares them, finds the cells they point
at or spells them out for engines builds on these pieces. (The formulas of our own sheets have a
grammar besides, in ``excel/formula.py``.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_letters, column_number

Kind: TypeAlias = Literal[
    "text",  # "a ""b"""
    "sheet",  # what stands before a cell or a name: Blad!, 'Mitt blad'!, Jan:Dec!, [1]Blad!, [1]!
    "error",  # #REF!
    "area",  # A1, $A$1:B2, A:B, 1:2, inside a sheet's edges
    "brackets",  # of a table, with what is in them: [Belopp], [[#This Row],[A]]
    "number",  # 1.5E-3
    "word",  # a function, a defined name, a table, TRUE
    "space",
    "sign",
]

# Rows and columns end where a sheet does: XFE1 and A1048577 are names.
_COLUMN = r"\$?(?:[A-Za-z]{1,2}|[A-Wa-w][A-Za-z]{2}|[Xx][A-Ea-e][A-Za-z]|[Xx][Ff][A-Da-d])"
_ROW = (
    r"\$?(?:[1-9][0-9]{0,5}(?![0-9])|10[0-3][0-9]{4}|104[0-7][0-9]{3}|1048[0-4][0-9]{2}"
    r"|10485[0-6][0-9]|104857[0-6])"
)
_QUOTED = r"'(?:[^']|'')*'"
# Hostile texts must not be looked through to the end again and again. So brackets are bounded (a
# column's name has at most 255 characters), a sheet is looked for only where a word begins, and
# quotes may lack their exclamation mark.
PIECE = re.compile(
    rf"""
      (?P<text> "(?:[^"]|"")*" )
    | (?P<area> (?<![\w.$\\?])
                (?: {_COLUMN}{_ROW} (?: (?![\w.$(!\[?\\:]) | :{_COLUMN}{_ROW} (?![\w.$(!\[?\\:]) )
                  | {_COLUMN}:{_COLUMN} (?![\w.$(!\[?\\])
                  | {_ROW}:{_ROW} (?![\w.$(!\[?\\])
                  | {_COLUMN}{_ROW} (?![\w.$(!\[?\\] | :{_COLUMN}{_ROW}!) ) )
    | (?P<sheet> (?: \[[^\[\]]{{1,255}}\] )? {_QUOTED} !?
               | \[[^\[\]]{{1,255}}\] (?: [\w.]{{1,255}} (?: :[\w.]{{1,255}} )? )? !
               | (?<![\w.]) [\w.]+ (?: :[\w.]+ )? !
               | ! )
    | (?P<brackets> \[ (?: [^\[\]'] | '. | \[ (?:[^\[\]']|'.){{0,600}} \] ){{0,600}} \] )
    | (?P<error> \#[A-Za-z]\w*(?:/[A-Za-z0-9]+)?[!?]? )
    | (?P<number> (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
    | (?P<word> [^\W\d][\w.$\\?]* | [$\\][\w.$\\?]* )
    | (?P<space> \s+ )
    | (?P<sign> <=|>=|<>|. )
    """,
    re.VERBOSE | re.DOTALL,
)
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA")
) | {"#SPILL!", "#CALC!"}
_CORNER = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
_WORKBOOK = re.compile(r"^(.*?)\[([^\[\]]+)\](.*)$", re.DOTALL)


class Token(NamedTuple):
    """One piece of a formula, as it stands there."""

    kind: Kind
    text: str


def tokens(formula: str) -> Iterator[Token]:
    """The pieces of a formula without its equals sign; any text is taken, none is left out."""
    for match in PIECE.finditer(formula):
        yield Token(match.lastgroup, match[0])  # type: ignore[arg-type]


def well_formed(token: Token) -> bool:
    """Whether Excel could have stored it: errors it knows, sheets with their exclamation mark."""
    match token.kind:
        case "error":
            return token.text.upper() in _ERRORS
        case "sheet":
            return token.text.endswith("!")
        case "word":
            return "$" not in token.text
    return True


class Corner(NamedTuple):
    """One end of an area as it is written: column and row, and whether each has a dollar sign.

    A whole row's column is 0, and so is a whole column's row.
    """

    column: int
    row: int
    fixed_column: bool
    fixed_row: bool

    def moved(self, rows: int, columns: int) -> str | None:
        """As it reads that many rows down and columns to the right; None outside the sheet."""
        text = ""
        if self.column:
            column = self.column if self.fixed_column else self.column + columns
            if not 1 <= column <= MAX_COLUMN:
                return None
            text = f"${column_letters(column)}" if self.fixed_column else column_letters(column)
        if self.row:
            row = self.row if self.fixed_row else self.row + rows
            if not 1 <= row <= MAX_ROW:
                return None
            text += f"${row}" if self.fixed_row else str(row)
        return text


@lru_cache(maxsize=1 << 14)
def corners(text: str) -> tuple[Corner, ...]:
    """The ends of an area: one of A1; two of A1:B2, A:B and 1:2, in the order they are written."""
    return tuple(_corner(end) for end in text.split(":"))


def _corner(text: str) -> Corner:
    match = _CORNER.fullmatch(text)
    assert match is not None, text
    dollar, letters, second, digits = match.groups()
    if not letters:
        return Corner(0, int(digits), False, bool(dollar))
    return Corner(column_number(letters), int(digits or 0), bool(dollar), bool(second))


@lru_cache(maxsize=1 << 14)
def area_of(text: str) -> Area:
    """The cells of A1, A1:B2, A:B or 1:2; whole rows and columns reach to the sheet's edge."""
    one, other = corners(text)[0], corners(text)[-1]
    columns, rows = sorted((one.column, other.column)), sorted((one.row, other.row))
    if not one.column:
        columns = [1, MAX_COLUMN]
    if not one.row:
        rows = [1, MAX_ROW]
    return Area(rows[0], columns[0], rows[1], columns[1])


@lru_cache(maxsize=1 << 10)
def sheet_of(text: str) -> str:
    """The name in a sheet's piece, such as ``'Ekonomisk analys'!``; with its workbook, if any."""
    return text.removesuffix("!").replace("''", "\0").replace("'", "").replace("\0", "'")


def workbook_and_sheet(name: str) -> tuple[str, str]:
    """What ``sheet_of`` gave, parted; the workbook is empty for its own, and has no path."""
    match = _WORKBOOK.match(name)
    return (match[2], match[3]) if match else ("", name)
