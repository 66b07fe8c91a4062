"""Finding one table on a sheet: its heading row, its columns, and rows of lists and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ramkoll.layout.find_groups import GroupSearch
from ramkoll.layout.form import Irregular, Irregularity
from ramkoll.layout.layout import ColumnLayout, TableLayout
from ramkoll.layout.places import (
    CODE,
    NAME,
    PART_KEY,
    SERIES,
    RowKey,
    TablePlace,
    heading,
    list_line,
)
from ramkoll.layout.search import FilledRows, Search, folded, listed, series_label
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import BLANK_CELL, CellKind, CellRef
from ramkoll.model.period import SHORT_MONTHS, Period
from ramkoll.model.register import Register
from ramkoll.model.workbook import Sheet

LIST_END = 40  # beyond so many empty rows a lone cell is a note, and no row of the list


@dataclass(frozen=True)
class Found:
    """A table as found, or None, and what was irregular about it."""

    place: TablePlace | None
    irregular: tuple[Irregularity, ...]


def find_table(
    file: str,
    sheet: Sheet,
    rows: FilledRows,
    table: TableLayout,
    period: Period,
    enhet: str,
    register: Register | None,
    below: TableLayout | None = None,
) -> Found:
    """Where a table's headings and rows stand on a sheet; ``below`` is the next table there.

    ``rows`` are the sheet's filled rows.
    """
    expected = _expected(table, period)
    key_names = _key_names(table)
    header = _header_row(rows, set(expected) | {folded(name) for name in key_names})
    if header is not None and below is not None:
        names = set(_expected(below, period)) | {folded(name) for name in _key_names(below)}
        rows = _above(rows, header, _header_row(rows, names))
    if header is None:
        at = CellRef.whole_file(file, sheet.name)
        return Found(None, (Irregularity(Irregular.HEADINGS_MISSING, at),))
    search = _Headings(file, sheet, rows, table, period, header)
    columns, keys, irregular = search.columns(expected, key_names)
    if table.rows == "list":
        lines = search.list_rows(columns)
        place = TablePlace(sheet.name, table, header, keys, columns, lines, {}, {})
        return Found(place, tuple(irregular))
    if table.rows == "fixed" and table.row_heading in keys:
        place, more = search.fixed_rows(columns, keys)
        return Found(place, (*irregular, *more))
    for missing in _needed_keys(table, enhet, register):
        if missing not in keys:
            # Without it every row would be unknown or double: that one column is all to say.
            at = CellRef(file, sheet.name, header, 1)
            return Found(None, (Irregularity(Irregular.COLUMN_MISSING, at, {"kolumn": missing}),))
    groups = GroupSearch(file, sheet, rows, table, period, header)
    place, more = groups.group_rows(columns, keys, enhet, register)
    return Found(place, (*irregular, *more))


def _needed_keys(table: TableLayout, enhet: str, register: Register | None) -> Iterator[str]:
    """The key columns without which rows cannot be told apart."""
    if table.rows == "fixed":
        yield table.row_heading
        return
    yield from (CODE, NAME)
    if table.series:
        yield SERIES
    if table.parts and register is not None and register.parts_of(enhet):
        yield PART_KEY


def _expected(table: TableLayout, period: Period) -> dict[str, tuple[str, int]]:
    return {
        folded(heading(column, month, period)): (column.id, month)
        for column in table.columns
        for month in column.months(period)
    }


def heading_names(table: TableLayout, period: Period) -> frozenset[str]:
    """All headings that a table always has in a period, as they are compared."""
    always = replace(table, columns=tuple(each for each in table.columns if not each.needs))
    return frozenset((*_expected(always, period), *(folded(name) for name in _key_names(table))))


def _key_names(table: TableLayout) -> tuple[str, ...]:
    if table.rows == "list":
        return ()
    return (SERIES, table.row_heading) if table.rows == "fixed" else (SERIES, CODE, PART_KEY, NAME)


def _above(rows: FilledRows, header: int, limit: int | None) -> FilledRows:
    """The rows without what stands at and below a later table's headings."""
    if limit is None or limit <= header:
        return rows
    return {row: cells for row, cells in rows.items() if row < limit}


def _header_row(rows: FilledRows, wanted: set[str]) -> int | None:
    """The first row with the most of the headings, at least two of them."""
    best, most = None, min(2, len(wanted)) - 1
    for row, cells in rows.items():
        texts = (str(cell.stored) for cell in cells.values() if cell.kind is CellKind.TEXT)
        hits = sum(folded(text) in wanted for text in texts)
        if hits > most:
            best, most = row, hits
    return best


@dataclass(frozen=True)
class _Headings(Search):
    """Finding the columns by their headings, and the rows of lists and of fixed rows."""

    def columns(
        self, expected: dict[str, tuple[str, int]], key_names: Sequence[str]
    ) -> tuple[dict[tuple[str, int], int], dict[str, int], list[Irregularity]]:
        by_key_name = {folded(name): name for name in key_names}
        columns: dict[tuple[str, int], int] = {}
        keys: dict[str, int] = {}
        irregular: list[Irregularity] = []
        others: list[tuple[int, str]] = []
        for column, text in self._headings():
            plain = folded(text)
            name, slot = by_key_name.get(plain), expected.get(plain)
            if name is not None and name not in keys:
                keys[name] = column
            elif slot is not None and slot not in columns:
                columns[slot] = column
            elif name is not None or slot is not None:
                facts = {"kolumn": text}
                at = self.ref(self.header, column)
                irregular.append(Irregularity(Irregular.COLUMN_DOUBLE, at, facts))
            else:
                others.append((column, text))
        for column_layout in self.table.columns:
            if column_layout.needs:
                continue  # not every workbook was handed out with it
            for month in column_layout.months(self.period):
                if (column_layout.id, month) not in columns:
                    irregular.append(self._missing(column_layout, month, others))
        return columns, keys, irregular

    def _headings(self) -> Iterator[tuple[int, str]]:
        for column, cell in self.rows[self.header].items():
            if cell.kind is CellKind.TEXT:
                yield column, str(cell.value)

    def _missing(
        self, column: ColumnLayout, month: int, others: list[tuple[int, str]]
    ) -> Irregularity:
        wanted = heading(column, month, self.period)
        pattern = _any_period(column)
        for at, text in others:
            if pattern.fullmatch(folded(text)):
                facts = {"kolumn": text, "väntat": wanted}
                ref = self.ref(self.header, at)
                return Irregularity(Irregular.COLUMN_OTHER_PERIOD, ref, facts)
        ref = self.ref(self.header, 1)
        return Irregularity(Irregular.COLUMN_MISSING, ref, {"kolumn": wanted})

    def list_rows(self, columns: dict[tuple[str, int], int]) -> dict[RowKey, int]:
        formulas = {each.id for each in self.table.columns if each.expr is not None}
        used = {at for (column, _), at in columns.items() if column not in formulas}
        rows: dict[RowKey, int] = {}
        last = self.header
        for row, cells in self.below():
            filled = len(used & cells.keys())
            if not filled:
                continue
            if row - last > LIST_END and filled < 2:
                continue  # a note far below the list; a row of it has more than one cell
            rows[RowKey(list_line(row - self.header))] = last = row
        return rows

    def fixed_rows(
        self, columns: dict[tuple[str, int], int], keys: dict[str, int]
    ) -> tuple[TablePlace, list[Irregularity]]:
        """The form's own rows, by their labels and the series they belong to."""
        irregular: list[Irregularity] = []
        series = self.series(keys)
        by_series = {folded(each.label): each.key for each in series}
        by_label = {folded(row.label): row.id for row in self.table.fixed}
        name = keys[self.table.row_heading]
        rows: dict[RowKey, int] = {}
        labels: dict[RowKey, str] = {}
        for row, cells in self.below():
            cell = cells.get(name, BLANK_CELL)
            line = by_label.get(folded(text_in(cell)))
            if line is None:
                continue
            of = text_in(cells.get(keys[SERIES], BLANK_CELL)) if SERIES in keys else ""
            if series and folded(of) not in by_series:
                continue
            key = RowKey(line, "", by_series.get(folded(of), ""))
            if key in rows:
                facts = {"kod": text_in(cell), "namn": text_in(cell), "rad": str(rows[key])}
                related = (self.ref(rows[key], name),)
                at = self.ref(row, name)
                irregular.append(Irregularity(Irregular.ROW_DOUBLE, at, facts, related))
            else:
                rows[key], labels[key] = row, text_in(cell)
        for each in series or (None,):
            of = "" if each is None else each.key
            lost = [r.label for r in self.table.fixed if RowKey(r.id, "", of) not in rows]
            if lost:
                missing = {"rad": listed(lost), "antal": len(lost), "serie": series_label(each)}
                at = self.ref(self.header, name)
                irregular.append(Irregularity(Irregular.ROW_MISSING, at, missing))
        place = TablePlace(
            self.sheet.name, self.table, self.header, keys, columns, rows, labels, {}, series
        )
        return place, irregular


def _any_period(column: ColumnLayout) -> re.Pattern[str]:
    """A heading's pattern for any year and months."""
    months = "|".join(SHORT_MONTHS)
    pieces = {"år": r"\d{4}", "fg_år": r"\d{4}", "från": months, "till": months}
    pieces |= {"månadsnamn": months, "period": r".+", "månad": r"\d+"}
    parts = re.split(r"\{(\w+)\}", column.heading)
    text = "".join(
        f"(?:{pieces.get(part, '.+')})" if n % 2 else re.escape(_folded_keep(part))
        for n, part in enumerate(parts)
    )
    return re.compile(text)


def _folded_keep(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()
