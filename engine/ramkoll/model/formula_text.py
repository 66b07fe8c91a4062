"""Formula texts as Excel moves them: shared by many cells, and told for copies of each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ramkoll.model.cells import column_letters
from ramkoll.model.formula_lexer import PIECE, Corner, corners, sheet_of, tokens

_OUTSIDE = "#REF!"
# As in T[[#This Row], [Min kolumn]]. A name's own space makes it another name.
_BETWEEN_BRACKETS = re.compile(r"(?<=[\[\],:])\s+(?=\[)|(?<=\])\s+(?=[,:\]])")


class _Reference(NamedTuple):
    """A1, A:B or 1:2. A range of cells is two: each of its corners moves by itself."""

    first: Corner
    last: Corner | None = None

    def moved(self, rows: int, columns: int) -> str:
        first = self.first.moved(rows, columns)
        if self.last is None:
            return _OUTSIDE if first is None else first
        last = self.last.moved(rows, columns)
        return _OUTSIDE if first is None or last is None else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class SharedFormula:
    """A formula text cut up at its references, as it stands in its first cell."""

    pieces: tuple[str | _Reference, ...]

    @classmethod
    def parse(cls, text: str) -> SharedFormula:
        """From a formula without equals sign; any text is taken."""
        pieces: list[str | _Reference] = []
        done = 0
        for match in PIECE.finditer(text):
            if match.lastgroup == "area":
                pieces += (text[done : match.start()], *_moving(match[0]))
                done = match.end()
        pieces.append(text[done:])
        return cls(tuple(pieces))

    def moved(self, rows: int, columns: int) -> str:
        """The text as it reads that many rows down and columns to the right.

        References with a dollar sign stay; one that leaves the sheet becomes ``#REF!``.
        """
        return "".join(
            [
                piece if piece.__class__ is str else piece.moved(rows, columns)  # type: ignore[union-attr]
                for piece in self.pieces
            ]
        )


def _moving(text: str) -> tuple[str | _Reference, ...]:
    ends = corners(text)
    if len(ends) == 1:
        return (_Reference(ends[0]),)
    first, last = ends
    if first.column and first.row:
        return _Reference(first), ":", _Reference(last)
    return (_Reference(first, last),)


def in_r1c1(formula: str, row: int, column: int) -> str:
    """A formula as it reads in R1C1 notation: the same text in every cell that it is copied to.

    ``A1`` in B2 is ``R[-1]C[-1]``, ``$A$1`` is ``R1C1``. Function names and references are in
    upper case, sheet names unquoted and without regard to case, and spaces outside texts and names
    are gone, so that what Excel takes for the same formula is the same text. ``formula`` has no
    equals sign.
    """
    pieces: list[str] = []
    for kind, text in tokens(formula):
        if kind == "area":
            pieces.append(":".join([_r1c1(corner, row, column) for corner in corners(text)]))
        elif kind == "sheet":
            pieces.append(f"{sheet_of(text).upper()}!")
        elif kind == "text":
            pieces.append(text)
        elif kind == "brackets":
            pieces.append(_BETWEEN_BRACKETS.sub("", text).upper())
        elif kind != "space":
            pieces.append(text.upper())
    return "".join(pieces)


def _r1c1(corner: Corner, row: int, column: int) -> str:
    text = ""
    if corner.row:
        text = _axis("R", corner.row, corner.fixed_row, row)
    if corner.column:
        text += _axis("C", corner.column, corner.fixed_column, column)
    return text


def _axis(letter: str, number: int, fixed: bool, own: int) -> str:
    if fixed:
        return f"{letter}{number}"
    return f"{letter}[{number - own}]" if number != own else letter


class CopyKeys:
    """Tells which cells of a sheet hold copies of one formula, each by a key.

    Two keys that differ may still be the same formula, written with other spaces. Ten times as
    quick as ``in_r1c1`` down a column, since it first tries the formula of the cell before.
    """

    def __init__(self) -> None:
        self._before: dict[int, tuple[tuple[str | int, ...], str]] = {}

    def key(self, formula: str, row: int, column: int) -> str:
        """The same text for a formula and its copies in other cells."""
        before = self._before.get(column)
        if before is not None:
            text = "".join([str(row + p) if p.__class__ is int else p for p in before[0]])  # type: ignore[misc]
            if text == formula:
                return before[1]
        key, down = _copied(formula, row, column)
        self._before[column] = (down, key)
        return key


def _copied(formula: str, row: int, column: int) -> tuple[str, tuple[str | int, ...]]:
    """A formula's key, and its text with what moves down a column as distances from the row."""
    key: list[str] = []
    down: list[str | int] = []
    for piece in SharedFormula.parse(formula).pieces:
        if isinstance(piece, str):
            key.append(piece)
            down.append(piece)
            continue
        for n, corner in enumerate(piece):
            if corner is None:
                continue
            if n:
                down.append(":")
            # No formula holds such a character, so that nothing written reads as a reference.
            key.append(f"\0{_r1c1(corner, row, column)}\0")
            letters = column_letters(corner.column)
            down.append(f"${letters}" if corner.fixed_column else letters)
            if corner.fixed_row:
                down.append(f"${corner.row}")
            elif corner.row:
                down.append(corner.row - row)
    return "".join(key), tuple(down)
