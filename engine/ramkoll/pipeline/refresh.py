"""New outcome, budget and staff figures for a workbook that people have begun to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ramkoll.compute.forms import Computed, compute_form
from ramkoll.layout.draw import Filling
from ramkoll.layout.form import Form
from ramkoll.layout.layout import ENGINE, ColumnLayout
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Facts, FactValue, Read
from ramkoll.model.plan import PlanValue
from ramkoll.model.units import Unit, round_half_up
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.distribute import Prepared, fill
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import Layouts


@dataclass(frozen=True)
class StaleText(Change):
    """A text on a row whose figures change: it may no longer say what they say.

    Before and after are those of the figure of the row that changes most.
    """

    text: str = ""


@dataclass(frozen=True)
class Refresh:
    """What new extracts change in a workbook. ``homeless`` are figures without a cell there:
    the sheet and the row's label of each."""

    changes: tuple[Change, ...]
    stale: tuple[StaleText, ...]
    homeless: tuple[tuple[str, str], ...]


def refresh(view: FormView, ready: Prepared, layouts: Layouts) -> Refresh:
    """What the extracts of the workbook's period change in a unit's workbook.

    Only cells that the engine fills: forecasts, comments and lists of people stay. Raises
    RamkollError when the workbook is of another period than the extracts or of no unit there.
    """
    if view.period != ready.period:
        raise RamkollError(
            f"Arbetsboken gäller {view.period}, men utdragen {ready.period}.",
            where=view.file,
            todo="Öppna arbetsboken för den period som utdragen gäller.",
        )
    enhet = next((each for each in ready.enheter if each.code == view.form.enhet), None)
    if enhet is None:
        raise RamkollError(
            f"Utdragen har ingen enhet {view.form.enhet} som gäller {view.period}.",
            where=view.file,
            todo="Öppna en avdelnings arbetsbok, eller kontrollera enheten i utdraget enheter.",
        )
    places, filling = fill(ready, layouts, enhet, view.file)
    changes = tuple(_changes(view.form, filling))
    after = compute_form(view.form.places, changed_facts(view.form, changes))
    return Refresh(
        changes, tuple(_stale(view, after)), tuple(_homeless(view.form, places, filling))
    )


def _refreshed(place: TablePlace) -> Iterator[tuple[SlotKey, ColumnLayout]]:
    """The cells of a table that the engine fills. Rows of lists may have been moved by people."""
    if place.layout.rows == "list":
        return
    for slot, column, _, _ in place.slots():
        computed = place.layout.expr(slot.row.line, column) is not None
        total = place.layout.total(slot.row.line) is not None
        if column.fill == ENGINE and not computed and not total:
            yield slot, column


def _changes(form: Form, filling: Filling) -> Iterator[Change]:
    for place in form.places.tables.values():
        for slot, column in _refreshed(place):
            fact = form.facts.get(form.places.fact_key(slot))
            before = fact.value if fact is not None else None
            after = _as_fact(filling.values.get(slot), column)
            if before != after:
                yield Change(form.places.ref(slot), slot, column, before, after)


def _as_fact(value: PlanValue, column: ColumnLayout) -> FactValue | None:
    if isinstance(value, date):
        return value.isoformat()
    assert not isinstance(value, bool)
    factor = column.unit.kronor
    return value * factor if isinstance(value, Decimal) and factor is not None else value


def changed_facts(form: Form, changes: Iterable[Change]) -> Facts:
    """The form's facts after the changes."""
    new = {form.places.fact_key(each.slot): each for each in changes}
    facts = [fact for fact in form.facts if fact.key not in new]
    for key, each in new.items():
        if each.after is not None:
            facts.append(Fact(key, each.after, each.column.fact_unit, Read(each.at)))
    return Facts(facts)


def _stale(view: FormView, after: Computed) -> Iterator[StaleText]:
    for place in view.form.places.tables.values():
        if place.layout.rows == "list":
            continue
        texts = [each for each in place.layout.columns if each.kind == "text"]
        for row in place.rows if texts else ():
            moved = _most_moved(view.computed, after, place, row)
            if moved is None:
                continue
            for column in texts:
                slot = SlotKey(place.layout.id, row, column.id)
                fact = view.form.facts.get(view.form.places.fact_key(slot))
                if fact is not None and str(fact.value).strip():
                    at = view.form.places.ref(slot)
                    yield StaleText(at, slot, *moved, text=str(fact.value))


def _most_moved(
    before: Computed, after: Computed, place: TablePlace, row: RowKey
) -> tuple[ColumnLayout, Decimal | None, Decimal | None] | None:
    """The computed figure of a row that changes most as the cell shows it, or None."""
    found: list[tuple[Decimal, ColumnLayout, Decimal | None, Decimal | None]] = []
    for column_id, month in place.columns:
        slot = SlotKey(place.layout.id, row, column_id, month)
        column = place.layout.column(column_id)
        assert column is not None
        one, other = before.values.get(slot), after.values.get(slot)
        if column.unit.kronor is None or _shown(one, column) == _shown(other, column):
            continue
        size = abs((other or Decimal(0)) - (one or Decimal(0)))
        found.append((size, column, one, other))
    return max(found, key=lambda each: each[0])[1:] if found else None


def _shown(value: Decimal | None, column: ColumnLayout) -> Decimal | None:
    factor = column.unit.kronor or Unit.KR.kronor
    assert factor is not None
    return None if value is None else round_half_up(value / factor, column.decimals)


def _homeless(form: Form, places: Places, filling: Filling) -> Iterator[tuple[str, str]]:
    """Rows and sheets that the extracts have figures for and the workbook does not have."""
    found: dict[tuple[str, str], None] = {}
    for place in places.tables.values():
        there = form.places.tables.get(place.layout.id)
        for slot, _ in _refreshed(place):
            if filling.values.get(slot) is None:
                continue
            if there is None or slot.row not in there.rows:
                label = place.labels.get(slot.row, slot.row.line) if there else ""
                found[place.sheet, label] = None
    yield from found
