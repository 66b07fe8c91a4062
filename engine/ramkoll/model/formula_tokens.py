"""A formula cut into references, words and signs; and a key that tells copies of one formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    column_letters,
    column_number,
    parse_a1,
)
from ramkoll.model.formula_text import SharedFormula


class Reference(NamedTuple):
    """Cells that a formula points at. ``sheet`` is empty for its own sheet.

    ``workbook`` is what stands in brackets, ``1`` as stored or ``bok.xlsx``; empty for its own.
    ``sheet`` has a colon in it when several sheets are meant. A ``fixed`` edge (top, left, bottom,
    right) has a dollar sign.
    """

    workbook: str
    sheet: str
    area: Area
    fixed: tuple[bool, bool, bool, bool]

    def moved(self, rows: int, columns: int) -> Area | None:
        """The cells it points at, copied that far down and to the right; None outside the sheet."""
        top, left, bottom, right = self.fixed
        area = Area(
            self.area.top + (0 if top else rows),
            self.area.left + (0 if left else columns),
            self.area.bottom + (0 if bottom else rows),
            self.area.right + (0 if right else columns),
        )
        inside = (
            min(area.top, area.bottom) >= 1
            and min(area.left, area.right) >= 1
            and max(area.top, area.bottom) <= MAX_ROW
            and max(area.left, area.right) <= MAX_COLUMN
        )
        if not inside:
            return None
        return Area(
            min(area.top, area.bottom),
            min(area.left, area.right),
            max(area.top, area.bottom),
            max(area.left, area.right),
        )


Token: TypeAlias = Reference | str

_WORDS = re.compile(
    r"""
      "(?:[^"]|"")*"                                    # a text
    | (?:\[[^\[\]]*\])?'(?:[^']|'')*'!? | '(?:[^']|'')*'!?      # a quoted sheet
    | (?:\[[^\[\]]*\])[\w.:]*!                          # a sheet of another workbook
    | \[ (?: [^\[\]'] | '. | \[ (?:[^\[\]']|'.)* \] )* \]       # a table column
    | \#[A-Za-z0-9/]+[!?]?                              # an error value
    | (?:[\w.]+:)?[\w.]+!                               # a sheet
    | [\w.$\\?]+\(?                                     # a number, a name, or a function with (
    | <= | >= | <> | \S
    """,
    re.VERBOSE | re.DOTALL,
)
_BOOK = re.compile(r"^(.*?)\[([^\[\]]+)\](.*)$", re.DOTALL)

# What moves when a formula is copied, and before it what only looks so.
_MOVING = re.compile(
    r"""
      "(?:[^"]|"")*" | '(?:[^']|'')*' | \[[^\]]*\]
    | (?<![\w.$\\?])
      (?: (\$?)([A-Za-z]{1,3})(\$?)([1-9]\d{0,6})(?![\w.$(!\[?\\])
        | (\$?)([A-Za-z]{1,3}):(\$?)([A-Za-z]{1,3})(?![\w.$(!\[])
        | (\$?)([1-9]\d{0,6}):(\$?)([1-9]\d{0,6})(?![\w.])
      )
    """,
    re.VERBOSE,
)


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
    pieces: list[str] = []
    down: list[str | int] = []
    done = 0

    def column_part(fixed: str, letters: str) -> None:
        down.append(fixed + letters)
        pieces.append(letters.upper() if fixed else str(column_number(letters) - column))

    def row_part(fixed: str, digits: str) -> None:
        down.append(fixed + digits if fixed else int(digits) - row)
        pieces.append(f"${digits}" if fixed else str(int(digits) - row))

    for match in _MOVING.finditer(formula):
        kind = match.lastindex
        if kind is None:
            continue
        text = formula[done : match.start()]
        pieces.append(text)
        down.append(text)
        done = match.end()
        pieces.append("\x00")
        if kind == 4:
            column_part(*match.group(1, 2))
            pieces.append(",")
            row_part(*match.group(3, 4))
        else:
            part, first = (column_part, 5) if kind == 8 else (row_part, 9)
            part(*match.group(first, first + 1))
            pieces.append(":")
            down.append(":")
            part(*match.group(first + 2, first + 3))
        pieces.append("\x00")
    pieces.append(formula[done:])
    down.append(formula[done:])
    return "".join(pieces), tuple(down)


def tokens(formula: str) -> tuple[Token, ...]:
    """A formula's references, and between them its words and signs. Spaces are left out.

    A function is its name in upper case with its opening bracket: ``SUM(``. Any text is taken.
    """
    return tuple(_tokens(formula))


def references(formula: str) -> tuple[Reference, ...]:
    """The cells that a formula points at, in order; not those behind names and tables."""
    return tuple(token for token in tokens(formula) if not isinstance(token, str))


def _tokens(formula: str) -> Iterator[Token]:
    sheet = ""
    held: Reference | None = None
    through = False
    for piece in SharedFormula.parse(formula).pieces:
        if not isinstance(piece, str):
            found = _reference(piece.moved(0, 0), sheet)
            sheet = ""
            if found is None:
                continue
            if held is not None and through:
                held, through = _joined(held, found), False
                continue
            if held is not None:
                yield held
            held = found
            continue
        words = _WORDS.findall(piece)
        if held is not None and words == [":"]:
            through = True
            continue
        if held is not None and words:
            yield held
            held = None
            if through:
                yield ":"
                through = False
        for word in words:
            if word.endswith("!") and not word.startswith('"') and not word.startswith("#"):
                sheet = word[:-1]
            else:
                sheet = ""
                yield word.upper() if word.endswith("(") else word
    if held is not None:
        yield held


def _reference(text: str, place: str) -> Reference | None:
    workbook, sheet = _place(place)
    first, _, last = text.partition(":")
    fixed_first, plain = first.startswith("$"), first.replace("$", "")
    if not last:
        try:
            row, column = parse_a1(first)
        except ValueError:
            return None
        fixed_row = "$" in first[1:]
        fixed = (fixed_row, fixed_first, fixed_row, fixed_first)
        return Reference(workbook, sheet, Area(row, column, row, column), fixed)
    fixed_last, plain_last = last.startswith("$"), last.replace("$", "")
    if plain.isdigit():
        rows = Area(int(plain), 1, int(plain_last), MAX_COLUMN)
        return Reference(workbook, sheet, rows, (fixed_first, True, fixed_last, True))
    columns = Area(1, column_number(plain), MAX_ROW, column_number(plain_last))
    return Reference(workbook, sheet, columns, (True, fixed_first, True, fixed_last))


def _place(place: str) -> tuple[str, str]:
    """Workbook and sheet of what stands before an exclamation mark."""
    plain = place.replace("''", "\x00").replace("'", "").replace("\x00", "'")
    match = _BOOK.match(plain)
    return (match[2], match[3]) if match else ("", plain)


def _joined(first: Reference, last: Reference) -> Reference:
    """A range from its two corners, which may be given in any order."""
    one, other = (first.area, first.fixed), (last.area, last.fixed)
    upper, lower = (one, other) if one[0].top <= other[0].top else (other, one)
    nearer, further = (one, other) if one[0].left <= other[0].left else (other, one)
    area = Area(upper[0].top, nearer[0].left, lower[0].bottom, further[0].right)
    fixed = (upper[1][0], nearer[1][1], lower[1][2], further[1][3])
    return Reference(first.workbook, first.sheet, area, fixed)


def area_words(area: Area) -> str:
    """An area as people write it; whole columns and rows without their ends."""
    if area.top == 1 and area.bottom == MAX_ROW:
        return f"{column_letters(area.left)}:{column_letters(area.right)}"
    if area.left == 1 and area.right == MAX_COLUMN:
        return f"{area.top}:{area.bottom}"
    return area.address
