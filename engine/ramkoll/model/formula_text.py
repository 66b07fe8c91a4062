"""Formula texts as Excel moves them: shared by many cells, and compared in R1C1 terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    column_letters,
    column_number,
    quoted_sheet,
)

# Bounded inside brackets: hostile texts would otherwise be looked through to the end again and
# again. A column's name has at most 255 characters.
_TOKEN = re.compile(
    r"""
      (?P<kept> "(?:[^"]|"")*"                              # a text
              | '(?:[^']|'')*'                              # a quoted sheet name
              | \[ (?: [^\[\]'] | '. | \[ (?:[^\[\]']|'.){0,600} \] ){0,600} \]  # a column, a file
              | \#[A-Za-z0-9/]+[!?]?                        # an error value
              | (?:[\w.]+:)?[\w.]+!                         # a sheet name, or first:last
      )
    | (?P<rows> \$?[0-9]{1,7}:\$?[0-9]{1,7} ) (?![\w.])
    | (?P<columns> \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3} ) (?![\w.$(!\[])
    | (?P<cell> \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} ) (?![\w.$(!\[?\\])
    | (?P<number> [0-9][0-9.]*(?:[eE][+-]?[0-9]+)? )
    | (?P<word> [\w.$\\?]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"(\$?[A-Za-z]+)(\$?[0-9]+)")
_OUTSIDE = "#REF!"
_TEXTS = re.compile(r'("(?:[^"]|"")*")')
_BLANKS = re.compile(r"\s+")


class _Row(NamedTuple):
    number: int
    fixed: bool

    def moved(self, by: int) -> str | None:
        row = self.number if self.fixed else self.number + by
        return f"{'$' * self.fixed}{row}" if 1 <= row <= MAX_ROW else None


class _Column(NamedTuple):
    number: int
    fixed: bool

    def moved(self, by: int) -> str | None:
        column = self.number if self.fixed else self.number + by
        return f"{'$' * self.fixed}{column_letters(column)}" if 1 <= column <= MAX_COLUMN else None


class _Reference(NamedTuple):
    """A1, A:B or 1:2: two parts with what stands between them."""

    first: _Row | _Column
    between: str
    last: _Row | _Column

    def moved(self, rows: int, columns: int) -> str:
        first, last = (
            part.moved(rows if isinstance(part, _Row) else columns)
            for part in (self.first, self.last)
        )
        return _OUTSIDE if first is None or last is None else first + self.between + last

    @property
    def area(self) -> Area:
        """The cells it points at: whole columns and rows reach to the edge of the sheet."""
        first, last = self.first, self.last
        if isinstance(first, _Row) and isinstance(last, _Row):
            top, bottom = sorted((first.number, last.number))
            return Area(top, 1, bottom, MAX_COLUMN)
        if isinstance(first, _Column) and isinstance(last, _Column):
            left, right = sorted((first.number, last.number))
            return Area(1, left, MAX_ROW, right)
        return Area(last.number, first.number, last.number, first.number)


@dataclass(frozen=True, slots=True)
class SharedFormula:
    """A formula text cut up at its references, as it stands in its first cell."""

    pieces: tuple[str | _Reference, ...]

    @classmethod
    def parse(cls, text: str) -> SharedFormula:
        """From a formula without equals sign; any text is taken."""
        pieces: list[str | _Reference] = []
        done = 0
        for match in _TOKEN.finditer(text):
            piece = _reference(match)
            if piece is not None:
                pieces += (text[done : match.start()], piece)
                done = match.end()
        pieces.append(text[done:])
        return cls(tuple(pieces))

    def moved(self, rows: int, columns: int) -> str:
        """The text as it reads that many rows down and columns to the right.

        References with a dollar sign stay; one that leaves the sheet becomes ``#REF!``.
        """
        return "".join(
            piece if isinstance(piece, str) else piece.moved(rows, columns) for piece in self.pieces
        )


def in_r1c1(formula: str, row: int, column: int) -> str:
    """A formula as it reads in R1C1 notation: the same text in every cell that it is copied to.

    ``A1`` in B2 is ``R[-1]C[-1]``, ``$A$1`` is ``R1C1``. Function names and references are in
    upper case, sheet names unquoted and without regard to case, and spaces outside texts are gone,
    so that what Excel takes for the same formula is the same text. ``formula`` has no equals sign.
    """
    pieces: list[str] = []
    for piece in SharedFormula.parse(formula).pieces:
        if isinstance(piece, str):
            pieces.append(_plain(piece))
        else:
            first, last = (_r1c1(part, row, column) for part in (piece.first, piece.last))
            # A cell is written column first in A1 notation, row first in R1C1.
            pieces.append(first + piece.between + last if piece.between else last + first)
    return "".join(pieces)


class TokenKind(StrEnum):
    """What a piece of a formula is."""

    REFERENCE = "hänvisning"
    NUMBER = "tal"
    TEXT = "text"
    WORD = "namn"  # a function, a defined name, TRUE, a table's column
    ERROR = "felvärde"
    SIGN = "tecken"


class Token(NamedTuple):
    """One piece of a formula, in the way Excel compares them: two that mean the same are equal.

    ``text`` is in upper case, without dollar signs and quotes, and alone decides what is equal.
    ``area`` are the cells of a reference, ``sheet`` what stands before its exclamation mark,
    with the workbook's brackets if it is another's.
    """

    kind: TokenKind
    text: str
    area: Area | None = None
    sheet: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and (self.kind, self.text) == (other.kind, other.text)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.kind, self.text))

    @property
    def leads_out(self) -> bool:
        """Whether it points into another workbook."""
        return "[" in self.sheet

    @property
    def shown(self) -> str:
        """A reference as a formula writes it."""
        if self.area is None:
            return self.text
        return (
            f"{quoted_sheet(self.sheet)}!{self.area.address}" if self.sheet else self.area.address
        )


def tokens(formula: str) -> tuple[Token, ...]:
    """The pieces of a formula without equals sign; spaces are left out. Any text is taken."""
    found: list[Token] = []
    prefix = ""
    for token in _tokens(formula):
        if token.kind is TokenKind.SIGN and token.text.endswith("!"):
            prefix += token.text[:-1]
            continue
        if prefix and token.kind in (TokenKind.REFERENCE, TokenKind.WORD, TokenKind.ERROR):
            token = token._replace(text=f"{prefix.upper()}!{token.text}", sheet=prefix)
        prefix = ""
        if not _joined(found, token):
            found.append(token)
    return tuple(found)


def _joined(found: list[Token], last: Token) -> bool:
    """Put A1, : and B2 together to A1:B2 when that is what stands there."""
    if last.area is None or len(found) < 2 or found[-1].text != ":" or found[-2].area is None:
        return False
    first = found[-2].area
    area = Area(
        min(first.top, last.area.top),
        min(first.left, last.area.left),
        max(first.bottom, last.area.bottom),
        max(first.right, last.area.right),
    )
    sheet = found[-2].sheet
    text = (f"{sheet.upper()}!" if sheet else "") + area.address
    found[-2:] = [Token(TokenKind.REFERENCE, text, area, sheet)]
    return True


def _tokens(formula: str) -> Iterator[Token]:
    done = 0
    for match in _TOKEN.finditer(formula):
        yield from _signs(formula[done : match.start()])
        done = match.end()
        text, kind = match[0], match.lastgroup
        reference = _reference(match)
        if reference is not None:
            area = reference.area
            yield Token(TokenKind.REFERENCE, area.address, area)
        elif kind == "number":
            yield Token(TokenKind.NUMBER, text.upper())
        elif kind != "kept":
            yield Token(TokenKind.WORD, text.upper().replace("$", ""))
        elif text.startswith('"'):
            yield Token(TokenKind.TEXT, text.upper())
        elif text.startswith("#"):
            yield Token(TokenKind.ERROR, text.upper())
        elif text.startswith("'"):
            # The exclamation mark after it is the next sign.
            yield Token(TokenKind.SIGN, text[1:-1].replace("''", "'") + "!")
        elif text.endswith("!"):
            yield Token(TokenKind.SIGN, text)
        elif re.fullmatch(r"\[\d+\]|\[[^\]]+\.xl\w+\]", text, re.IGNORECASE):
            yield Token(TokenKind.SIGN, text + "!")  # a workbook, before its sheet
        else:
            yield Token(TokenKind.WORD, text.upper())
    yield from _signs(formula[done:])


def _signs(text: str) -> Iterator[Token]:
    # A quoted sheet name has taken its exclamation mark along.
    for sign in re.findall(r"<=|>=|<>|[^\s!]", text):
        yield Token(TokenKind.SIGN, sign)


def _plain(text: str) -> str:
    """What stands between references: upper case and no spaces, but for texts."""
    return "".join(
        part if part.startswith('"') else _BLANKS.sub("", part).replace("'", "").upper()
        for part in _TEXTS.split(text)
    )


def _r1c1(part: _Row | _Column, row: int, column: int) -> str:
    letter, own = ("R", row) if isinstance(part, _Row) else ("C", column)
    if part.fixed:
        return f"{letter}{part.number}"
    return f"{letter}[{part.number - own}]" if part.number != own else letter


def _reference(match: re.Match[str]) -> _Reference | None:
    """The reference that a token is, or None for what never moves."""
    first, _, last = match[0].partition(":")
    match match.lastgroup:
        case "rows":
            return _Reference(_row(first), ":", _row(last))
        case "columns":
            return _Reference(_column(first), ":", _column(last))
        case "cell":
            parts = _CELL.fullmatch(first)
            assert parts is not None
            column, row = _column(parts[1]), _row(parts[2])
            # Beyond the last column it is a name, such as XFE1.
            inside = column.number <= MAX_COLUMN and row.number <= MAX_ROW
            return _Reference(column, "", row) if inside else None
    return None


def _row(text: str) -> _Row:
    return _Row(int(text.lstrip("$")), "$" in text)


def _column(text: str) -> _Column:
    return _Column(column_number(text.lstrip("$")), "$" in text)
