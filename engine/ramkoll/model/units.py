"""Units of measure, rounding, and numbers as Swedish text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"


class Unit(StrEnum):
    """What a number counts. Amounts are kept in kronor whatever unit a cell shows."""

    KR = "kr"
    TKR = "tkr"
    MKR = "mkr"
    PERCENT = "%"
    COUNT = "antal"
    HOURS = "timmar"
    NONE = ""

    __hash__ = str.__hash__  # every amount asks for its unit's kronor, and Enum's own is slow

    @property
    def kronor(self) -> Decimal | None:
        """Kronor in one of the unit, or None for what is no amount."""
        return _KRONOR.get(self)


_KRONOR = {Unit.KR: Decimal(1), Unit.TKR: Decimal(1000), Unit.MKR: Decimal(1_000_000)}


def round_half_up(value: Decimal, decimals: int = 0) -> Decimal:
    """Rounded half away from zero, as printed figures are; minus zero becomes zero."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def swedish_number(value: Decimal, decimals: int = 0) -> str:
    """``−1 234,5``: rounded, no-break spaces between thousands, decimal comma, real minus."""
    rounded = round_half_up(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NO_BREAK_SPACE).replace(".", ",")
    return (MINUS if rounded < 0 else "") + text


def swedish_amount(kronor: Decimal, unit: Unit = Unit.TKR) -> str:
    """An amount in kronor as text in a unit: ``−1 234 tkr``, ``5,2 mkr``."""
    factor = unit.kronor
    assert factor is not None, f"{unit} is no unit of money"
    decimals = 1 if unit is Unit.MKR else 0
    return f"{swedish_number(kronor / factor, decimals)}{NO_BREAK_SPACE}{unit.value}"
