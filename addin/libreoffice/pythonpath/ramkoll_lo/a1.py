"""A1 addresses as rectangles."""

from __future__ import annotations

import re
from typing import NamedTuple

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


class Box(NamedTuple):
    """A rectangle of cells, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    @property
    def address(self) -> str:
        """The A1 address, one cell or two corners."""
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


def box_of(address: str) -> Box:
    """The rectangle of an address, its corners in any order. ValueError when it is none."""
    match = _ADDRESS.fullmatch(address.replace("$", ""))
    if match is None:
        raise ValueError(f"no A1 address: {address}")
    column, row = match[1], match[2]
    rows = int(row), int(match[4] or row)
    columns = _number(column), _number(match[3] or column)
    return Box(min(rows), min(columns), max(rows), max(columns))


def cell_name(row: int, column: int) -> str:
    """The address of one cell."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def reference(text: str, own: str) -> tuple[str, Box]:
    """«'Blad 1'!$A$1:$A$9» as sheet and rectangle; without a sheet it lies on ``own``."""
    match = _REFERENCE.fullmatch(text.lstrip("="))
    if match is None:
        return own, box_of(text.lstrip("="))
    return (match[1] or match[2]).replace("''", "'"), box_of(match[3])
