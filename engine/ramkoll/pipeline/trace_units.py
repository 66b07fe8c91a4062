"""What the figures of a consolidated workbook are measured in, seen from their formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from ramkoll.excel.evaluate import Evaluator, NotComputable
from ramkoll.excel.formula import Binary, Call, Cells, Expr, Name, Negative, Number
from ramkoll.model.cells import CellRef
from ramkoll.model.units import Unit

_KRONOR = {unit.kronor: unit for unit in (Unit.KR, Unit.TKR, Unit.MKR)}


@dataclass(frozen=True, slots=True)
class _Measure:
    """Units with their powers, and how many kronor (to the power of kr) one stands for.

    An amount in tkr is kr¹ of 1000, a ratio has no powers.
    """

    powers: Mapping[Unit, int]
    scale: Decimal = Decimal(1)


# None takes any unit: a number written in a formula, a sum of no rows.
_Found: TypeAlias = _Measure | None
_OF_FIRST = ("ABS", "ROUND", "INT", "MOD")
_OF_ALL = ("SUM", "MIN", "MAX")


class _Mixed(Exception):
    """Parts of different units are added."""


@dataclass(frozen=True)
class Units:
    """The units of a workbook's figures; ``sources`` are those of the rows of Underlag."""

    evaluator: Evaluator
    sources: Mapping[CellRef, Unit | None]
    _known: dict[CellRef, _Found] = field(default_factory=dict)

    def unit(self, at: CellRef) -> Unit | None:
        """The unit of a figure that can be computed; None when it has none or several."""
        try:
            found = self._of(at)
        except (_Mixed, NotComputable, RecursionError):
            return None
        if (found is None or not found.powers) and "%" in self.evaluator.cell(at).number_format:
            return Unit.PERCENT
        if found is None:
            return None
        if not found.powers:
            return Unit.NONE
        (unit, power), *more = found.powers.items()
        if power != 1 or more:
            return None
        return _KRONOR.get(found.scale) if unit is Unit.KR else unit

    def _of(self, at: CellRef) -> _Found:
        if at not in self._known:
            self._known[at] = self._fresh(at)
        return self._known[at]

    def _fresh(self, at: CellRef) -> _Found:
        if self.evaluator.is_source(at):
            unit = self.sources.get(at)
            if unit is None:
                raise _Mixed
            return _Measure({unit: 1} if unit else {})
        return (
            self._expr(self.evaluator.parsed(at), at) if self.evaluator.cell(at).formula else None
        )

    def _expr(self, expr: Expr, at: CellRef) -> _Found:
        match expr:
            case Cells() | Name():
                cells = self.evaluator.filled(self.evaluator.resolve(expr, at))
                return _common(self._of(each) for each in cells)
            case Negative(of):
                return self._expr(of, at)
            case Binary("+" | "-", left, right):
                return _common((self._expr(left, at), self._expr(right, at)))
            case Binary("*" | "/" as sign, left, right):
                return self._product(sign, left, right, at)
            case Call("SUMIFS"):
                return _common(self._of(each) for each in self.evaluator.selected(expr, at))
            case Call("IF", (_, then, otherwise)):
                return _common((self._expr(then, at), self._expr(otherwise, at)))
            case Call(function, arguments) if function in _OF_ALL:
                return _common(self._expr(each, at) for each in arguments)
            case Call(function, (first, *_)) if function in _OF_FIRST:
                return self._expr(first, at)
        return None

    def _product(self, sign: str, left: Expr, right: Expr, at: CellRef) -> _Found:
        first, second = self._expr(left, at), self._expr(right, at)
        towards = 1 if sign == "*" else -1
        if isinstance(right, Number) and right.value in _KRONOR:
            # From kronor to tkr; in a product, one of its amounts.
            of_money = first is not None and Unit.KR in first.powers
            scale = right.value**-towards
            return replace(first, scale=first.scale * scale) if first and of_money else first
        if first is None and second is None:
            return None
        first, second = first or _Measure({}), second or _Measure({})
        powers = dict(first.powers)
        for unit, power in second.powers.items():
            powers[unit] = powers.get(unit, 0) + towards * power
        scale = first.scale * second.scale**towards
        return _Measure({unit: power for unit, power in powers.items() if power}, scale)


def _common(parts: Iterable[_Found]) -> _Found:
    """The unit that all parts have which have one. Raises _Mixed."""
    found: _Found = None
    for each in parts:
        if each is None:
            continue
        if found is not None and found != each:
            raise _Mixed
        found = each
    return found
