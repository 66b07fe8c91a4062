"""What a cell means where the form expects a number, a text or a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ramkoll.model.cells import Cell, CellKind

TOO_LARGE = Decimal(10) ** 15  # beyond this a double has no öre, and no region has the money
_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009']")
# A workbook in brackets ([1]Blad!A1 as stored, [bok.xlsx]Blad!A1 as shown), a disk, a share. A
# number in brackets after which no sheet comes is a table's column: Tabell1[2024].
_OUT = re.compile(
    r"(?<!\w)\[\d+\](?=[\w.!]|[^\[\]']*'!)|\[[^\]]+\.xl\w+\]"
    r"|\b[A-Za-z]:\\|file:|https?:|\\\\",
    re.IGNORECASE,
)
_MINUSES = str.maketrans("\u2212\u2013\u2014\u2010\u2011", "-----")


@dataclass(frozen=True, slots=True)
class NotANumber:
    """A cell that holds something else where a number belongs.

    ``meant`` is the number its text most likely means, when there is only one reading.
    """

    kind: CellKind
    shown: str
    meant: Decimal | None = None


def number_in(cell: Cell) -> Decimal | NotANumber | None:
    """The number of a cell, None for a blank one, or what stands there instead."""
    if cell.kind is CellKind.NUMBER:
        number = cell.value
        assert isinstance(number, Decimal)
        return number if abs(number) < TOO_LARGE else NotANumber(cell.kind, _shown(cell))
    if cell.kind is CellKind.BLANK and cell.formula is not None:
        return NotANumber(cell.kind, f"={cell.formula}")  # saved by a program that does not count
    if cell.kind is CellKind.BLANK or (cell.kind is CellKind.TEXT and not _shown(cell).strip()):
        return None
    if cell.kind is CellKind.TEXT:
        return NotANumber(cell.kind, _shown(cell), number_meant(_shown(cell)))
    return NotANumber(cell.kind, _shown(cell))


def number_meant(text: str) -> Decimal | None:
    """The number that a text was meant to be, or None when it is unclear or none.

    Takes no-break spaces and apostrophes between thousands, any minus sign, a minus or a
    bracket after accountants' habit, doubled signs, decimal comma or point. ``1,234`` and
    ``1.234`` can be read two ways and give None.
    """
    compact = _SPACES.sub("", text.translate(_MINUSES))
    compact = compact.removesuffix("tkr").removesuffix("kr")
    negative = False
    if match := re.fullmatch(r"\((.+)\)", compact):
        compact, negative = match[1], True
    if compact.endswith("-"):
        compact, negative = compact[:-1], not negative
    while compact[:1] in ("+", "-") and compact:
        negative ^= compact[0] == "-"
        compact = compact[1:]
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", compact):
        return None
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+,\d+", compact):
        compact = compact.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+\.\d+", compact):
        compact = compact.replace(",", "")
    elif re.fullmatch(r"[1-9]\d{0,2}([.,])\d{3}(\1\d{3})+", compact):
        compact = compact.replace(".", "").replace(",", "")
    compact = compact.replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", compact):
        return None
    number = Decimal(compact)
    return -number if negative else number


def text_in(cell: Cell) -> str:
    """The text of a cell; a whole number where a text belongs (605 as a code) as its digits."""
    if cell.kind is CellKind.TEXT:
        return str(cell.stored).strip()
    if cell.kind is CellKind.NUMBER and re.fullmatch("0{2,9}", cell.number_format):
        assert isinstance(cell.value, Decimal)
        if cell.value == cell.value.to_integral_value():
            return f"{int(cell.value):0{len(cell.number_format)}d}"  # 605 shown as 0605
    return "" if cell.kind is CellKind.BLANK else _shown(cell).strip()


def leads_out(formula: str) -> bool:
    """Whether a formula takes its value from another workbook, a disk or the network."""
    return _OUT.search(formula) is not None


def date_in(cell: Cell) -> date | NotANumber | None:
    """The day of a cell, None for a blank one, or what stands there instead."""
    if isinstance(cell.value, datetime):
        return cell.value.date()
    text = text_in(cell)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return NotANumber(cell.kind, text)


def _shown(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value) < TOO_LARGE else f"{value:.3E}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    return "" if value is None else str(value)
