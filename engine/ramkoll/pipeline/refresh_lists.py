"""Lists that are the engine's as a whole, brought up to date row by row where they stand.

A row is known by its texts, wherever it has been moved. New rows come after the last one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.compute.listed import Cells
from ramkoll.layout.form import Form
from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import RowKey, SlotKey, TablePlace, list_line
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import FactValue
from ramkoll.model.plan import PlanValue
from ramkoll.model.workbook import Sheet
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.refresh import as_fact, same_in_cell

_Key = tuple[str, ...]


@dataclass(frozen=True)
class ListRefresh:
    """What changes in a list. ``gone`` are the first cells of rows that the extracts do not have;
    ``problem`` says in Swedish why the list is left as it is."""

    changes: tuple[Change, ...] = ()
    gone: tuple[CellRef, ...] = ()
    problem: str = ""


def list_keys(place: TablePlace) -> tuple[str, ...]:
    """The columns that tell the rows of a list apart: all that hold no amounts."""
    return tuple(each.id for each in place.layout.columns if each.kind != "number")


def list_changes(
    form: Form,
    sheet: Sheet,
    table: str,
    keys: Sequence[str],
    rows: Sequence[Cells],
    *,
    empties: bool,
) -> ListRefresh:
    """What makes a list hold ``rows``, whose values are those of facts: amounts in kronor.

    ``empties`` says that rows which are no more are blanked; else they are only told.
    """
    place = form.places.tables[table]
    old: dict[_Key, str] = {}
    for record in form.facts.records(table):
        cells = record.columns
        key = tuple(_plain(cells[name].value) if name in cells else "" for name in keys)
        if key in old:
            return ListRefresh(problem=f"två rader på bladet {place.sheet} är samma rad")
        old[key] = record.line
    new = {tuple(_plain(row.get((name, 0))) for name in keys): row for row in rows}
    if not new:
        what = f"utdragen har inga rader för bladet {place.sheet}" if old else ""
        return ListRefresh(problem=what)
    changes: list[Change] = []
    first_free = max((place.rows[RowKey(line)] for line in old.values()), default=place.header_row)
    for key, row in new.items():
        line = old.get(key)
        if line is None:
            first_free += 1
            line = list_line(first_free - place.header_row)
            if not _is_free(sheet, place, first_free):
                return ListRefresh(problem=f"nya rader får inte plats på bladet {place.sheet}")
        changes += _row_changes(form, place, line, row)
    gone = [line for key, line in old.items() if key not in new]
    if empties:
        changes += (each for line in gone for each in _row_changes(form, place, line, {}))
    at = (form.places.ref(SlotKey(table, RowKey(line), keys[0])) for line in gone)
    return ListRefresh(tuple(changes), tuple(at))


def _row_changes(form: Form, place: TablePlace, line: str, row: Cells) -> list[Change]:
    columns: Mapping[str, ColumnLayout] = {each.id: each for each in place.layout.columns}
    found: list[Change] = []
    for (name, month), at in place.columns.items():
        column = columns[name]
        if place.layout.expr(line, column) is not None:
            continue
        slot = SlotKey(place.layout.id, RowKey(line), name, month)
        fact = form.facts.get(form.places.fact_key(slot))
        before: FactValue | None = fact.value if fact is not None else None
        after = as_fact(row.get((name, month)), column)
        if not same_in_cell(before, after, column):
            number = place.header_row + int(line)
            ref = CellRef(form.file, place.sheet, number, at)
            found.append(Change(ref, slot, column, before, after))
    return found


def _is_free(sheet: Sheet, place: TablePlace, row: int) -> bool:
    return all(sheet.cell(row, at).is_blank for at in place.columns.values())


def _plain(value: PlanValue) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else str(value).strip()
