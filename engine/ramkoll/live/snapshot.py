"""An open workbook as a host sends it: the cells of the sheets that a command asked for.

This is the wire form, the same for every host without COM: Excel on the web, LibreOffice, tests.
Rows and columns are 1-based. Nothing is interpreted by the sender: a date is the number that the
cell holds, with the cell's number format beside it.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

# Strict: a number is never taken for a text, and nothing unknown is passed over. No cell holds
# infinity or NaN, which JSON readers take for numbers.
_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

Raw = float | str | bool | None


@dataclass(frozen=True, config=_STRICT)
class SheetSnapshot:
    """One sheet. Without cells, and not ``sent``, when the command did not ask for it.

    ``values`` is a rectangle whose first cell is at ``top``, ``left``; None is an empty cell, and
    an error cell holds its text («#DIV/0!») and stands in ``errors`` too. ``formulas`` are
    (row, column, text with its equals sign, English names and commas), each within ``values``; a
    formula that shows an empty text holds one there, or None. ``formats`` are the
    distinct number formats in en-US codes, and ``format_of`` the index of each cell's, of the same
    shape as ``values``; both empty when all is General. ``merged`` are A1 areas.
    """

    name: str
    visibility: Literal["visible", "hidden", "veryHidden"] = "visible"
    top: int = 1
    left: int = 1
    values: list[list[Raw]] = field(default_factory=list)
    formulas: list[tuple[int, int, str]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    format_of: list[list[int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    sent: bool = True


@dataclass(frozen=True, config=_STRICT)
class Snapshot:
    """An open workbook: all its sheets in order, the defined names, and what is selected.

    ``name`` is the file's name; ``names`` are workbook-wide names with their references, without
    the equals sign; ``active`` is the name of the active sheet and ``selection`` an A1 area on it.
    """

    name: str
    sheets: list[SheetSnapshot]
    names: dict[str, str] = field(default_factory=dict)
    active: str = ""
    selection: str = "A1"
    date_1904: bool = False
