"""Whether two values of a cell are the same, as far as anybody can see."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite

from ramkoll.excel.engine import ErrorValue, Got, number_of
from ramkoll.model.cells import Cell, CellKind, decimal_from_double

CLOSE = 1e-9  # relative
CANCELLED = 1e-12  # of the largest number that was added or subtracted
_DIGITS, _DIGITS_CANCELLED = 1e-14, 1e-15
_LONG = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?")


def same(cell: Cell, got: Got, date_1904: bool, scale: float = 0.0) -> bool:
    """Whether the value that a file holds is what was computed.

    ``scale`` is the largest number that went in: what is left when large numbers cancel out is
    known only to that.
    """
    if isinstance(got, ErrorValue):
        return cell.kind is CellKind.ERROR and str(cell.value) == str(got)
    if isinstance(got, bool):
        # Other programs save TRUE as 1.
        return cell.kind in (CellKind.BOOL, CellKind.NUMBER) and cell.value == got
    if isinstance(got, str):
        if cell.kind is CellKind.BLANK:
            return not got
        return cell.kind is CellKind.TEXT and _same_text(str(cell.value), got)
    number = number_of(cell, date_1904)
    if number is None:
        return cell.kind is CellKind.BLANK and not got
    return close(number, got, scale)


def to_the_digit(cell: Cell, got: Got, date_1904: bool, scale: float = 0.0) -> bool:
    """Whether a cell shows what was computed, in all digits that Excel shows.

    Closer than ``same``, which takes one krona of a billion for nothing: what is written back
    must be right, while what is only told of must not be a matter of how programs add.
    """
    number = number_of(cell, date_1904)
    if number is None or isinstance(got, str | bool):
        return same(cell, got, date_1904, scale)
    return isfinite(got) and abs(number - got) <= max(
        _DIGITS * max(abs(number), abs(got)), _DIGITS_CANCELLED * scale
    )


def close(one: float, other: float, scale: float = 0.0) -> bool:
    """Whether two numbers differ by no more than the last digits of computing."""
    if not (isfinite(one) and isfinite(other)):
        return False
    return abs(one - other) <= max(CLOSE * max(abs(one), abs(other)), CANCELLED * scale)


def agree(one: Got, other: Got, scale: float = 0.0) -> bool:
    """Whether two engines got the same."""
    if type(one) is float and type(other) is float:
        return close(one, other, scale)
    if type(one) is str and type(other) is str:
        return _same_text(one, other)
    return type(one) is type(other) and one == other


def _same_text(one: str, other: str) -> bool:
    """Texts alike but for the digits that Excel does not show of a number inside them."""
    if one == other:
        return True
    return _fifteen(_lines(one)) == _fifteen(_lines(other))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fifteen(text: str) -> str:
    return _LONG.sub(lambda match: f"{_shown(match[0])}", text)


def _shown(digits: str) -> str:
    number = float(digits)
    return str(decimal_from_double(number)) if isfinite(number) else digits


def as_value(got: Got) -> Decimal | str | bool:
    """What was computed, as a cell shows it."""
    if isinstance(got, bool):
        return got
    if isinstance(got, str):
        return str(got)
    return decimal_from_double(got) if isfinite(got) else "#NUM!"
