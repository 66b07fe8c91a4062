"""The computed cells of a form, by the same expressions that its Excel formulas come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from ramkoll.layout import expr
from ramkoll.layout.layout import ColumnLayout, TotalLayout
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace
from ramkoll.model.facts import Derived, Fact, Facts, FactValue, Origin, Read


@dataclass(frozen=True)
class Computed:
    """What a form's formulas come to: by slot, None where the form shows a blank.

    Values are in kronor for amounts, as ratios for percentages.
    """

    values: dict[SlotKey, Decimal | None]
    facts: Facts


_Result: TypeAlias = tuple[Decimal | None, Origin | None]
_BLANK: _Result = (None, None)


@dataclass
class _Computation:
    places: Places
    facts: Facts
    done: dict[SlotKey, _Result] = field(default_factory=dict)

    def slot(self, slot: SlotKey) -> _Result:
        """A slot's value and where it comes from; both None for a blank."""
        result = self.done.get(slot)
        if result is None:
            result = self.done[slot] = self._compute(slot)
        return result

    def _compute(self, slot: SlotKey) -> _Result:
        table, row, column_id, month = slot
        place = self.places.tables.get(table)
        if place is None or row not in place.rows or (column_id, month) not in place.columns:
            return _BLANK
        column = place.layout.column(column_id)
        assert column is not None
        total = place.layout.total(row.line)
        if total is not None and column.total == "sum":
            return self._added(slot, total.label, self._terms(place, total, slot))
        if total is not None and column.total != "formula":
            return _BLANK
        own = place.layout.expr(row.line, column)
        if own is None:
            fact = self.facts.get(self.places.fact_key(slot))
            if fact is None or not isinstance(fact.value, Decimal):
                return _BLANK
            return fact.value, fact.origin
        values = _RowValues(self, slot)
        result = expr.evaluate(own, values)
        if result is None:
            return _BLANK
        by = column.words or column.heading
        return result, Derived(by, tuple(values.used), self.places.ref(slot))

    def text(self, table: str, row: RowKey, column: str) -> str:
        """The text that was written in a slot; empty when none was."""
        place = self.places.tables[table]
        if (column, 0) not in place.columns:
            return ""
        fact = self.facts.get(self.places.fact_key(SlotKey(table, row, column)))
        return fact.value if fact is not None and isinstance(fact.value, str) else ""

    def _terms(self, place: TablePlace, total: TotalLayout, slot: SlotKey) -> list[SlotKey]:
        if total.of:
            rows = [RowKey(f"sum.{each}", "", slot.row.series) for each in total.of]
        else:
            rows = place.group_rows(total.kind, slot.row.series)
        return [SlotKey(slot.table, row, slot.column, slot.month) for row in rows]

    def _added(self, slot: SlotKey, label: str, terms: list[SlotKey]) -> _Result:
        results = [self.slot(term) for term in terms]
        numbers = [number for number, _ in results if number is not None]
        origins = tuple(origin for _, origin in results if origin is not None)
        if not numbers:
            return _BLANK
        return sum(numbers, Decimal(0)), Derived(label, origins, self.places.ref(slot))


@dataclass
class _RowValues:
    """The values that an expression's names have in the row of a slot."""

    computation: _Computation
    target: SlotKey
    used: list[Origin] = field(default_factory=list)

    def value(self, name: expr.Name) -> Decimal | None:
        period = self.computation.places.period
        if name.column == "month":
            return Decimal(period.month)
        if name.column == "months_left":
            return Decimal(12 - period.month)
        row = self.target.row
        if name.table:
            row = RowKey(row.line, row.part)
        return self._take(SlotKey(name.table or self.target.table, row, name.column))

    def span(self, name: expr.Name) -> list[Decimal | None]:
        place = self.computation.places.tables[self.target.table]
        months = [month for (column, month) in place.columns if column == name.column]
        slots = [SlotKey(self.target.table, self.target.row, name.column, each) for each in months]
        return [self._take(slot) for slot in slots]

    def months(self, series: expr.Name, *, whole_year: bool) -> list[Decimal | None]:
        until = 12 if whole_year else self.computation.places.period.month
        return [self._take(slot) for slot in self._month_slots(series)[:until]]

    def any_month(self, series: expr.Name) -> bool:
        slots = self._month_slots(series)
        return any(self.computation.slot(slot)[0] is not None for slot in slots)

    def _month_slots(self, series: expr.Name) -> list[SlotKey]:
        place = self.computation.places.tables.get(series.table)
        column = place and next((c for c in place.layout.columns if c.repeat == "months"), None)
        if not column:
            return []
        row = RowKey(self.target.row.line, self.target.row.part, series.column)
        return [SlotKey(series.table, row, column.id, month) for month in range(1, 13)]

    def at(self, name: expr.Name, line: str) -> Decimal | None:
        return self._take(SlotKey(name.table or self.target.table, RowKey(line), name.column))

    def where(self, amount: expr.Name, criteria: Sequence[tuple[expr.Name, str]]) -> Decimal:
        place = self.computation.places.tables.get(amount.table)
        found = Decimal(0)
        for row in place.rows if place else ():
            texts = (self.computation.text(amount.table, row, name.column) for name, _ in criteria)
            # SUMIFS takes capitals and small letters as the same.
            if all(t.casefold() == w.casefold() for t, (_, w) in zip(texts, criteria, strict=True)):
                found += self._take(SlotKey(amount.table, row, amount.column)) or Decimal(0)
        return found

    def _take(self, slot: SlotKey) -> Decimal | None:
        number, origin = self.computation.slot(slot)
        if origin is not None:
            self.used.append(origin)
        return number


def compute_form(places: Places, facts: Facts) -> Computed:
    """Every formula cell of a form, computed from the facts that were filled in.

    The facts are at the cells that show them, with the input cells as their origin.
    """
    computation = _Computation(places, facts)
    values: dict[SlotKey, Decimal | None] = {}
    computed: list[Fact] = []
    for place in places.tables.values():
        computes = place.layout.computes
        for slot, column, _, _ in place.slots() if place.layout.is_computed else ():
            if column.kind != "number" or not computes(slot.row.line, column):
                continue
            number, origin = computation.slot(slot)
            values[slot] = number
            if number is not None and origin is not None:
                if isinstance(origin, Read):
                    words = column.words or column.heading
                    origin = Derived(words, (origin,), places.ref(slot))
                key = places.fact_key(slot)
                computed.append(Fact(key, number, column.fact_unit, origin))
    return Computed(values, Facts(computed))


def in_cell_unit(value: FactValue | None, column: ColumnLayout) -> Decimal | str | None:
    """A fact's value as a column's cell holds it: kronor in the unit of the heading."""
    if isinstance(value, Decimal) and column.unit.kronor is not None:
        return value / column.unit.kronor
    return value
