"""Where each row, column and field of one workbook stands.

``arrange`` decides it for a form that is drawn; ``locate`` finds it in one that is read. What
comes after (formulas, computation, rules) asks Places and does not care which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from ramkoll.layout.layout import (
    ColumnLayout,
    Layout,
    SeriesLayout,
    SheetLayout,
    TableLayout,
)
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import PART, Breakdown, Key
from ramkoll.model.period import SHORT_MONTHS, Period
from ramkoll.model.register import Enhet, Register

CODE, PART_KEY, NAME, SERIES = "Kod", "Delpost", "Benämning", "Serie"
FIRST_FIELD_ROW = 7  # title, subtitle, three lines of help and a blank row come first


class RowKey(NamedTuple):
    """A row of a table: its line, the varav part, and the series with its year."""

    line: str
    part: str = ""
    series: str = ""

    @property
    def breakdown(self) -> Breakdown:
        """As the keys of facts have it."""
        return ((PART, self.part),) if self.part else ()


class SlotKey(NamedTuple):
    """One cell of a table: row, column and, for a repeated column, the month."""

    table: str
    row: RowKey
    column: str
    month: int = 0


@dataclass(frozen=True)
class SeriesPlace:
    """A series of rows for one year."""

    layout: SeriesLayout
    year: int

    @cached_property
    def key(self) -> str:
        """The series' name in row keys; earlier years have the year in it."""
        return f"{self.layout.id}.{self.year}" if self.layout.earlier else self.layout.id

    @property
    def label(self) -> str:
        """As column Serie says it."""
        return self.layout.label.format(år=self.year, fg_år=self.year - 1)


@dataclass(frozen=True)
class TablePlace:
    """A table on its sheet: 1-based rows and columns of everything in it."""

    sheet: str
    layout: TableLayout
    header_row: int
    keys: Mapping[str, int]
    columns: Mapping[tuple[str, int], int]
    rows: Mapping[RowKey, int]
    labels: Mapping[RowKey, str]
    kinds: Mapping[str, str]
    series: tuple[SeriesPlace, ...] = ()

    @property
    def number_row(self) -> int:
        """The row with the month numbers 1–12."""
        return self.header_row - 1

    def list_area(self, column: str) -> tuple[int, int, int]:
        """Column, first and last row of a list, its spare rows and more included."""
        return self.columns[column, 0], self.header_row + 1, self._list_end

    @property
    def _list_end(self) -> int:
        """The last row that a list may fill, and not that it fills.

        So formulas over the list stay the same when rows are added.
        """
        used = max(self.rows.values(), default=self.header_row) - self.header_row
        pages = -(-max(used, 1) // self.layout.max_rows)
        return self.header_row + pages * self.layout.max_rows

    def series_of(self, row: RowKey) -> SeriesPlace | None:
        """The series a row belongs to."""
        return self._series.get(row.series) if row.series else None

    @cached_property
    def _series(self) -> dict[str, SeriesPlace]:
        return {each.key: each for each in self.series}

    def group_rows(self, kind: str, series: str) -> list[RowKey]:
        """The account groups' rows of a kind in a series, top to bottom, varav rows left out."""
        return self._group_rows.get((kind, series), [])

    @cached_property
    def _group_rows(self) -> dict[tuple[str, str], list[RowKey]]:
        found: dict[tuple[str, str], list[RowKey]] = {}
        for key, _ in sorted(self.rows.items(), key=lambda item: item[1]):
            if not key.part and key.line in self.kinds:
                found.setdefault((self.kinds[key.line], key.series), []).append(key)
        return found

    def slots(self) -> tuple[tuple[SlotKey, ColumnLayout, int, int], ...]:
        """Every cell of the table, with its column, sheet row and sheet column."""
        return self._slots

    @cached_property
    def _slots(self) -> tuple[tuple[SlotKey, ColumnLayout, int, int], ...]:
        layouts = {column.id: column for column in self.layout.columns}
        columns = [(layouts[column], at) for (column, _), at in self.columns.items()]
        places = ((column, row, at) for row in self.rows.values() for column, at in columns)
        keys = _slot_keys(self.layout.id, tuple(self.rows), tuple(self.columns))
        return tuple((key, *place) for key, place in zip(keys, places, strict=True))

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """Where everything that formulas point at stands, to compare by."""
        return (
            self.sheet,
            self.header_row,
            tuple(self.columns.items()),
            tuple(self.rows.items()),
            tuple(self.kinds.items()),
        )

    @property
    def area_shape(self) -> tuple[object, ...]:
        """Where a list's columns stand, however far they are filled, to compare by."""
        return self.sheet, self.header_row, tuple(self.columns.items()), self._list_end


@lru_cache(maxsize=256)
def _slot_keys(
    table: str, rows: tuple[RowKey, ...], columns: tuple[tuple[str, int], ...]
) -> tuple[SlotKey, ...]:
    """The cells of a table row by row: the same ones in most workbooks of a form."""
    return tuple(SlotKey(table, row, column, month) for row in rows for column, month in columns)


@dataclass(frozen=True)
class Places:
    """All of a workbook's form: file, unit, period, fields and tables."""

    file: str
    layout: Layout
    enhet: str
    period: Period
    fields: Mapping[str, tuple[str, int, int]]
    tables: Mapping[str, TablePlace]

    def ref(self, slot: SlotKey) -> CellRef:
        """Where a slot stands."""
        place = self.tables[slot.table]
        column = place.columns[slot.column, slot.month]
        return CellRef(self.file, place.sheet, place.rows[slot.row], column)

    def sheets(self) -> Iterator[SheetLayout]:
        """The sheets that the workbook has: those with fields, or with a table of their own."""
        for sheet in self.layout.sheets:
            if sheet.fields or any(table.id in self.tables for table in sheet.tables):
                yield sheet

    def field_ref(self, field_id: str) -> CellRef:
        """Where a field's value stands; the whole file when the field is not there."""
        if field_id not in self.fields:
            return CellRef.whole_file(self.file)
        return CellRef(self.file, *self.fields[field_id])

    def fact_key(self, slot: SlotKey) -> Key:
        """The key of the fact that a slot holds."""
        known = self._keys.get(slot)
        if known is not None:
            return known
        row = slot.row
        return Key(slot.table, self.enhet, row.line, *self._meaning(slot), row.breakdown)

    @cached_property
    def _keys(self) -> dict[SlotKey, Key]:
        """The keys of all cells at once: nearly every one is asked for, and several times."""
        keys: dict[SlotKey, Key] = {}
        for table, place in self.tables.items():
            of_series: dict[str, list[tuple[str, Period]]] = {}
            slots = iter(place.slots())
            for row in place.rows:
                if row.series not in of_series:
                    of_row = (SlotKey(table, row, *column) for column in place.columns)
                    of_series[row.series] = [self._meaning(slot) for slot in of_row]
                enhet, line, breakdown = self.enhet, row.line, row.breakdown
                # The columns first: zip must not take a slot of the next row.
                for (measure, period), each in zip(of_series[row.series], slots, strict=False):
                    keys[each[0]] = Key(table, enhet, line, measure, period, breakdown)
        return keys

    def _meaning(self, slot: SlotKey) -> tuple[str, Period]:
        """The measure and the period of a slot, the same for all rows of its series."""
        place = self.tables[slot.table]
        column = place.layout.column(slot.column)
        assert column is not None
        series = place.series_of(slot.row)
        year = self.period.year if series is None else series.year
        if slot.month:
            period = Period(year, slot.month)
        elif column.covers == "year" or series is not None:
            period = Period(year, 12)
        else:
            period = Period(year, self.period.month)
        measure = column.measure
        if series is not None:
            of = series.layout.measure
            measure = of if slot.month else f"{of}.{column.measure}"
        return measure, period


def heading(column: ColumnLayout, month: int, period: Period) -> str:
    """A column's heading for a period."""
    placeholders = period.placeholders()
    if month:
        placeholders["månadsnamn"] = SHORT_MONTHS[month - 1]
    return column.heading.format(**placeholders)


def series_places(
    layouts: Sequence[SeriesLayout], period: Period, earlier_years: Sequence[int]
) -> tuple[SeriesPlace, ...]:
    """The series of a table for a period; ``earlier_years`` are those that have data."""
    found = []
    for layout in layouts:
        if layout.earlier:
            limit = period.year + layout.year
            years = sorted((year for year in earlier_years if year <= limit), reverse=True)
            found += [SeriesPlace(layout, year) for year in years]
        else:
            found.append(SeriesPlace(layout, period.year + layout.year))
    return tuple(found)


def arrange(
    layout: Layout,
    register: Register,
    enhet: Enhet,
    period: Period,
    *,
    file: str,
    datasets: frozenset[str],
    earlier_years: Mapping[str, Sequence[int]] | None = None,
    part_lines: Mapping[str, frozenset[str]] | None = None,
    list_rows: Mapping[str, int] | None = None,
    sheets: frozenset[str] | None = None,
) -> Places:
    """Where everything goes in a new form for a unit.

    ``datasets`` are the extracts that exist: a sheet or column that needs another is left out.
    ``earlier_years`` are the years that a table has data for.
    ``part_lines`` gives the account groups that each varav part of the unit has, ``list_rows``
    how many rows each list is filled with; its spare rows come after. ``sheets`` are the only
    ones that the rapportör has; None means all.
    """
    chosen = [
        sheet
        for sheet in layout.sheets
        if (not sheet.needs or sheet.needs in datasets) and (sheets is None or sheet.name in sheets)
    ]
    fields = {
        field.id: (sheet.name, FIRST_FIELD_ROW + n, 2)
        for sheet in chosen
        for n, field in enumerate(sheet.fields)
    }
    tables: dict[str, TablePlace] = {}
    for sheet in chosen:
        top = 4 + len(sheet.intro)
        for table in sheet.tables:
            years = (earlier_years or {}).get(table.id, ())
            series = series_places(table.series, period, years)
            if table.series and not series:
                continue
            if table.rows == "list":
                filled = (list_rows or {}).get(table.id, 0)
                place = _arrange_list(sheet, table, period, top, filled, datasets)
            elif table.rows == "fixed":
                place = _arrange_fixed(sheet, table, period, top, series, datasets)
            else:
                parts = part_lines if table.parts and part_lines else {}
                place = _arrange_table(
                    sheet, table, register, enhet, period, series, parts, datasets
                )
            tables[table.id] = place
            top = max(place.rows.values(), default=top) + 3
    return Places(file, layout, enhet.code, period, fields, tables)


def _columns(
    table: TableLayout, period: Period, after: int, datasets: frozenset[str]
) -> dict[tuple[str, int], int]:
    """Where a table's columns stand when so many key columns come first."""
    there = [each for each in table.columns if not each.needs or each.needs in datasets]
    slots = [(column.id, month) for column in there for month in column.months(period)]
    return {slot: after + n for n, slot in enumerate(slots, 1)}


def _arrange_list(
    sheet: SheetLayout,
    table: TableLayout,
    period: Period,
    header: int,
    filled: int,
    datasets: frozenset[str],
) -> TablePlace:
    rows = {RowKey(list_line(n)): header + n for n in range(1, filled + table.spare_rows + 1)}
    columns = _columns(table, period, 0, datasets)
    return TablePlace(sheet.name, table, header, {}, columns, rows, {}, {})


def list_line(number: int) -> str:
    """The line of a list's row, 1-based, so that lines sort as the rows stand."""
    return f"{number:06d}"


def _arrange_fixed(
    sheet: SheetLayout,
    table: TableLayout,
    period: Period,
    top: int,
    series: tuple[SeriesPlace, ...],
    datasets: frozenset[str],
) -> TablePlace:
    key_names = [SERIES, table.row_heading] if series else [table.row_heading]
    keys = {name: n for n, name in enumerate(key_names, 1)}
    header = top + (1 if table.month_numbers else 0)
    rows: dict[RowKey, int] = {}
    labels: dict[RowKey, str] = {}
    at = header + 1
    for each in series or (None,):
        for row in table.fixed:
            key = RowKey(row.id, "", "" if each is None else each.key)
            rows[key], labels[key] = at, row.label
            at += 1
        at += 1 if each is not None else 0
    columns = _columns(table, period, len(keys), datasets)
    return TablePlace(sheet.name, table, header, keys, columns, rows, labels, {}, series)


def _arrange_table(
    sheet: SheetLayout,
    table: TableLayout,
    register: Register,
    enhet: Enhet,
    period: Period,
    series: tuple[SeriesPlace, ...],
    part_lines: Mapping[str, frozenset[str]],
    datasets: frozenset[str],
) -> TablePlace:
    key_names = [CODE, *([PART_KEY] if part_lines else []), NAME]
    if series:
        key_names.insert(0, SERIES)
    keys = {name: n for n, name in enumerate(key_names, 1)}
    columns = _columns(table, period, len(keys), datasets)
    header = 4 + len(sheet.intro) + (1 if table.month_numbers else 0)
    rows: dict[RowKey, int] = {}
    labels: dict[RowKey, str] = {}
    at = header + 1
    parts = [part for part in register.parts_of(enhet.code) if part.code in part_lines]
    for each in series or (None,):
        series_key = "" if each is None else each.key
        for line, label in row_order(table, register):
            key = RowKey(line, "", series_key)
            rows[key], labels[key] = at, label
            at += 1
        for part in parts:
            for group in register.groups_in_order():
                if group.code in part_lines[part.code]:
                    key = RowKey(group.code, part.code, series_key)
                    rows[key], labels[key] = at, f"varav {part.name}: {group.name}"
                    at += 1
        at += 1 if each is not None else 0
    kinds = {group.code: group.kind for group in register.groups}
    return TablePlace(sheet.name, table, header, keys, columns, rows, labels, kinds, series)


def row_order(table: TableLayout, register: Register) -> Iterator[tuple[str, str]]:
    """Lines and labels of a table's own rows, varav rows left out, in printed order."""
    for kind, groups in register.kinds():
        yield from ((group.code, group.name) for group in groups)
        yield from ((each.line, each.label) for each in table.totals if each.kind == kind)
    yield from ((each.line, each.label) for each in table.totals if each.of)
