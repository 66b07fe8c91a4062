"""Cells and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_A1 = re.compile(r"^\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})$")

# Excel itself shows and stores at most 15 significant digits of a double.
_FIFTEEN_DIGITS = Context(prec=15)


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Letters of a 1-based column number: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def column_number(letters: str) -> int:
    """1-based column number of letters in any case: A is 1, ab is 28."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int) -> str:
    """A1 address of a 1-based row and column."""
    return f"{column_letters(column)}{row}"


def parse_a1(address: str) -> tuple[int, int]:
    """1-based (row, column) of an A1 address, with or without dollar signs.

    Raises ValueError when the text is no cell address of a worksheet.
    """
    match = _A1.match(address)
    if match is None:
        raise ValueError(f"not a cell address: {address!r}")
    row, column = int(match[2]), column_number(match[1])
    if row > MAX_ROW or column > MAX_COLUMN:
        raise ValueError(f"outside the sheet: {address!r}")
    return row, column


@lru_cache(maxsize=1024)
def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas and links write it, in apostrophes when it needs them."""
    if re.fullmatch(r"[^\W\d][\w]*", name) and _A1.match(name) is None:
        return name
    return "'" + name.replace("'", "''") + "'"


@lru_cache(maxsize=1 << 16)
def decimal_from_double(number: float) -> Decimal:
    """An Excel double as the decimal number Excel shows: 15 significant digits.

    0.1 + 0.2 becomes 0.3. Raises ValueError for infinity and NaN, which no cell can hold.
    """
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("a cell holds no infinity or NaN")
    if number.is_integer() and abs(number) < 1e15:
        return Decimal(int(number))
    text = repr(number)
    if len(text) <= 15 and "e" not in text:
        return Decimal(text)  # as most amounts are: nothing to round
    rounded = _FIFTEEN_DIGITS.create_decimal(text).normalize(_FIFTEEN_DIGITS)
    return rounded + 0 if rounded else Decimal(0)


class CellKind(StrEnum):
    """What a cell holds."""

    NUMBER = "tal"
    TEXT = "text"
    BOOL = "sant/falskt"
    DATE = "datum"
    ERROR = "fel"
    BLANK = "tom"


CellValue: TypeAlias = Decimal | str | bool | datetime | None


class CellRef(NamedTuple):
    """Where a cell stands: file, sheet and address. Prints as ``605.xlsx Utfall!E14``.

    A tuple, as all keys here: a workbook has thousands, and tuples are quick to make and hash.
    """

    file: str
    sheet: str
    row: int
    column: int

    @classmethod
    def at(cls, file: str, sheet: str, address: str) -> CellRef:
        """From an A1 address; ValueError when it is none."""
        return cls(file, sheet, *parse_a1(address))

    @property
    def address(self) -> str:
        """The A1 address."""
        return a1(self.row, self.column)

    @property
    def in_sheet(self) -> str:
        """Sheet and address as a formula writes them: ``'Ekonomisk analys'!F7``."""
        return f"{quoted_sheet(self.sheet)}!{self.address}"

    @classmethod
    def whole_file(cls, file: str, sheet: str = "") -> CellRef:
        """The place of what concerns a whole file, or a whole sheet in it."""
        return cls(file, sheet, 0, 0)

    def __str__(self) -> str:
        if not self.sheet:
            return self.file
        return f"{self.file} {self.sheet}" + (f"!{self.address}" if self.row else "")


class ArrayKind(StrEnum):
    """How a formula that fills several cells, or may, was entered."""

    ARRAY = "matris"  # with Ctrl+Shift+Enter
    DYNAMIC = "dynamisk matris"  # spills by itself
    TABLE = "datatabell"  # a what-if table


class Cell(NamedTuple):
    """One cell as it stood in the file; nothing is interpreted. Equal when it holds the same.

    ``stored`` is the cached value of a formula, or None when the file holds none; a number may
    stand there as the double that the file has. ``formula`` has no leading equals sign and English
    function names, as stored. ``style`` is the index of its format among the workbook's cell
    formats. ``array`` marks the first cell of a formula for several cells, whose area is in
    ``Sheet.arrays``. A tuple: a workbook has hundreds of thousands.
    """

    kind: CellKind
    stored: CellValue | float = None
    formula: str | None = None
    number_format: str = "General"
    style: int = 0
    array: ArrayKind | None = None

    @property
    def value(self) -> CellValue:
        """What stands there, a number with the 15 significant digits that Excel shows."""
        stored = self.stored
        return decimal_from_double(stored) if type(stored) is float else stored  # type: ignore[return-value]

    @property
    def double(self) -> float:
        """A number as the file has it, to the last bit. ValueError for what is none."""
        if self.kind is not CellKind.NUMBER or self.stored is None:
            raise ValueError(f"no number: {self.kind}")
        return float(self.stored)  # type: ignore[arg-type]

    @property
    def is_blank(self) -> bool:
        """No value to see and no formula: nothing, or a text of white space only."""
        if self.formula is not None:
            return False
        return self.kind is CellKind.BLANK or (
            self.kind is CellKind.TEXT and not str(self.stored).strip()
        )


BLANK_CELL = Cell(CellKind.BLANK)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    @property
    def address(self) -> str:
        """As A1:B2, or A1 for a single cell."""
        first, last = a1(self.top, self.left), a1(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def parse_area(reference: str) -> Area:
    """The rectangle of A1:B2 or A1. ValueError when it is none."""
    first, _, last = reference.partition(":")
    return Area(*parse_a1(first), *parse_a1(last or first))
