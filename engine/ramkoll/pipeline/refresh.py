"""New outcome, budget and staff figures for a workbook that people have begun to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ramkoll.compute.forms import Computed, compute_form
from ramkoll.compute.listed import UNIT_FORM
from ramkoll.layout.draw import Filling
from ramkoll.layout.form import Form
from ramkoll.layout.layout import ENGINE, ColumnLayout, TableLayout
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace, heading
from ramkoll.model.cells import decimal_from_double
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Facts, FactValue, Read
from ramkoll.model.plan import PlanValue
from ramkoll.model.units import Unit, round_half_up
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.distribute import Prepared, fill, fill_reporter
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
    """What new extracts change in a workbook.

    ``homeless`` are figures without a cell there: the sheet and the row's label of each. ``left``
    are figures that stand there and the extracts have none of: the sheet and what they are. They
    are left as they are, since an extract is sooner missing than all of a unit's figures.
    """

    changes: tuple[Change, ...]
    stale: tuple[StaleText, ...]
    homeless: tuple[tuple[str, str], ...]
    left: tuple[tuple[str, str], ...] = ()


def refresh(view: FormView, ready: Prepared, layouts: Layouts) -> Refresh:
    """What the extracts of the workbook's period change in a unit's or a rapportör's workbook.

    Only cells that the engine fills: forecasts, comments and lists of people stay. Raises
    RamkollError when the workbook is of another period than the extracts or of no unit there.
    """
    if view.period != ready.period:
        raise RamkollError(
            f"Arbetsboken gäller {view.period}, men utdragen {ready.period}.",
            where=view.file,
            todo="Öppna arbetsboken för den period som utdragen gäller.",
        )
    places, filling = _filled(view, ready, layouts)
    found = list(_found(view.form, filling))
    left = dict(_left(view.form, found, ready))
    changes = tuple(each for group, each in found if group not in left)
    after = view.computed
    if changes:
        after = compute_form(view.form.places, changed_facts(view.form, changes))
    return Refresh(
        changes,
        tuple(stale_texts(view, after)) if changes else (),
        tuple(_homeless(view.form, places, filling)),
        tuple(dict.fromkeys(left.values())),
    )


def _filled(view: FormView, ready: Prepared, layouts: Layouts) -> tuple[Places, Filling]:
    """The form as it would be handed out now."""
    form, of = view.form, view.form.places.layout.id
    enhet = next((each for each in ready.enheter if each.code == form.enhet), None)
    if of == UNIT_FORM and enhet is not None:
        return fill(ready, layouts, enhet, view.file)
    reporter = ready.register.reporter(form.enhet)
    if reporter is not None and reporter.form == of:
        layout = layouts.form(of, ready.period)
        return fill_reporter(
            layout, ready.register, reporter, ready.period, ready.listed, view.file
        )
    if of == UNIT_FORM:
        raise RamkollError(
            f"Utdragen har ingen enhet {form.enhet} som gäller {view.period}.",
            where=view.file,
            todo="Öppna en avdelnings arbetsbok, eller kontrollera enheten i utdraget enheter.",
        )
    raise RamkollError(
        f"Utdragen har ingen rapportör {form.enhet} med formuläret {of}.",
        where=view.file,
        todo="Kontrollera rapportören i utdraget rapportörer.",
    )


def refreshed_slots(place: TablePlace) -> Iterator[tuple[SlotKey, ColumnLayout]]:
    """The cells of a table that the engine fills from extracts.

    Rows of lists may have been moved by people. What stands of the last period, beside what is
    written now, does not change with late bookings: its texts stay, and its figures too where
    they came out of the last workbooks.
    """
    if place.layout.rows == "list":
        return
    from_workbooks = any(each.needs for each in _there(place))
    for slot, column, _, _ in place.slots():
        computed = place.layout.expr(slot.row.line, column) is not None
        total = place.layout.total(slot.row.line) is not None
        reference = column.previous and (from_workbooks or column.kind == "text")
        if column.fill == ENGINE and not computed and not total and not reference:
            yield slot, column


def _there(place: TablePlace) -> Iterator[ColumnLayout]:
    return (each for each in place.layout.columns if (each.id, 0) in place.columns)


# A part of a table that one extract fills: the table, and the series, row or column of it.
_Group = tuple[str, str]


def _group(place: TablePlace, slot: SlotKey) -> _Group:
    row = place.layout.row(slot.row.line)
    if row is not None and row.source:
        return slot.table, row.source.partition(".")[0]
    return slot.table, slot.row.series or slot.column


def _found(form: Form, filling: Filling) -> Iterator[tuple[_Group, Change]]:
    for place in form.places.tables.values():
        for slot, column in refreshed_slots(place):
            fact = form.facts.get(form.places.fact_key(slot))
            before = fact.value if fact is not None else None
            after = as_fact(filling.values.get(slot), column)
            if not same_in_cell(before, after, column):
                change = Change(form.places.ref(slot), slot, column, before, after)
                yield _group(place, slot), change


def _left(
    form: Form, found: list[tuple[_Group, Change]], ready: Prepared
) -> Iterator[tuple[_Group, tuple[str, str]]]:
    """The groups that would be emptied whole, each with its sheet and name.

    Not those that are blank to protect few persons: such figures must go.
    """
    emptied: dict[_Group, Change] = {}
    for group, each in found:
        if each.after is None:
            emptied.setdefault(group, each)
    stays = {group for group, each in found if each.after is not None}
    changed = {each.slot for _, each in found}
    for group, first in emptied.items():
        place = form.places.tables[first.slot.table]
        row = place.layout.row(first.slot.row.line)
        if group in stays or (row is not None and row.protected and _has(ready, group[1])):
            continue
        same = (slot for slot, _ in refreshed_slots(place) if _group(place, slot) == group)
        if any(s not in changed and form.places.fact_key(s) in form.facts for s in same):
            continue
        series = place.series_of(first.slot.row)
        what = series.label if series is not None and group[1] == series.key else ""
        extract = group[1] if row is not None and row.source else ""
        title = heading(first.column, first.slot.month, form.places.period)
        yield group, (place.sheet, what or extract or first.column.words or title)


def _has(ready: Prepared, extract: str) -> bool:
    return any(extract in each for each in ready.listed.datasets.values())


def as_fact(value: PlanValue, column: ColumnLayout) -> FactValue | None:
    """What a cell is filled with, as the fact that is read of it."""
    if isinstance(value, date):
        return value.isoformat()
    assert not isinstance(value, bool)
    if isinstance(value, Decimal) and column.kind != "number":
        return f"{value:f}"
    factor = column.unit.kronor
    return value * factor if isinstance(value, Decimal) and factor is not None else value


def same_in_cell(one: FactValue | None, other: FactValue | None, column: ColumnLayout) -> bool:
    """Whether a cell would hold the same of both: a number has fifteen digits there."""
    if isinstance(one, Decimal) and isinstance(other, Decimal) and one != other:
        factor = column.unit.kronor or Decimal(1)
        return _fifteen_digits(one / factor) == _fifteen_digits(other / factor)
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return one == other or {one, other} <= {None, ""}


def _fifteen_digits(number: Decimal) -> Decimal:
    return decimal_from_double(float(number))


def changed_facts(form: Form, changes: Iterable[Change]) -> Facts:
    """The form's facts after the changes."""
    new = {form.places.fact_key(each.slot): each for each in changes}
    facts = [fact for fact in form.facts if fact.key not in new]
    for key, each in new.items():
        if each.after is not None:
            facts.append(Fact(key, each.after, each.column.fact_unit, Read(each.at)))
    return Facts(facts)


def stale_texts(view: FormView, after: Computed) -> Iterator[StaleText]:
    """The texts that people have written on rows that come to something else now."""
    for place in view.form.places.tables.values():
        if place.layout.rows == "list":
            continue
        written = [c for c in place.layout.columns if c.kind == "text" and c.fill != ENGINE]
        for row in place.rows if written else ():
            moved = _most_moved(view.computed, after, place, row)
            if moved is None:
                continue
            for column in written:
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
        for slot, _ in refreshed_slots(place):
            if filling.values.get(slot) is None:
                continue
            if there is None or slot.row not in there.rows:
                label = place.labels.get(slot.row, slot.row.line) if there else ""
                found[place.sheet, label] = None
    yield from found


def is_engine_list(layout: TableLayout) -> bool:
    """Whether a list is the engine's as a whole, out of an extract: nobody else writes there."""
    return (
        layout.rows == "list"
        and bool(layout.extract)
        and all(each.fill == ENGINE for each in layout.columns)
    )
