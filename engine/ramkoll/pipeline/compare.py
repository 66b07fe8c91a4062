"""Two workbooks of one unit, cell against cell: what people and the engine have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ramkoll.layout.places import SlotKey, TablePlace
from ramkoll.model.facts import FactValue
from ramkoll.pipeline.changes import Change
from ramkoll.rules.views import FormView


@dataclass(frozen=True)
class Difference(Change):
    """A change since another workbook. ``computed`` says that a formula gives it, so that it
    follows from others."""

    computed: bool = False


def differences(now: FormView, before: FormView) -> Iterator[Difference]:
    """Where a workbook differs from an earlier one of the same form, most kronor first.

    Cells are the same by table, row and column, so rows may have been moved. Tables by month are
    compared only within a year, and the rows of lists by their order. Of what formulas give only
    the sums at the bottom are told: the rest follows from the cells that are.
    """
    found: list[Difference] = []
    for table, place in now.form.places.tables.items():
        other = before.form.places.tables.get(table)
        if other is None or (place.series and now.period.year != before.period.year):
            continue
        found += _of_table(now, before, place, other)
    yield from sorted(found, key=lambda each: (-each.kronor, each.at[1:]))


def _of_table(
    now: FormView, before: FormView, place: TablePlace, other: TablePlace
) -> Iterator[Difference]:
    there = {slot for slot, _, _, _ in other.slots()}
    for slot, column, _, _ in place.slots():
        computed = slot in now.computed.values
        if column.needs:
            continue  # what was in the last workbook, and not in all of them
        if computed and not _is_bottom(place, slot):
            continue
        one = _value(before, slot) if slot in there else None
        two = _value(now, slot)
        if one != two:
            yield Difference(now.form.places.ref(slot), slot, column, one, two, computed)


def _is_bottom(place: TablePlace, slot: SlotKey) -> bool:
    total = place.layout.total(slot.row.line)
    return total is not None and bool(total.of)


def _value(view: FormView, slot: SlotKey) -> FactValue | None:
    if slot in view.computed.values:
        return view.computed.values[slot]
    fact = view.form.facts.get(view.form.places.fact_key(slot))
    return fact.value if fact is not None else None
