"""Formula texts as Excel moves them: shared by many cells, and compared in R1C1 terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, column_letters, column_number

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
