"""The Excel formula of any cell of a form, from the layout's expressions and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from ramkoll.layout import expr, expr_formula
from ramkoll.layout.layout import ColumnLayout, TotalLayout
from ramkoll.layout.places import Places, RowKey, SlotKey, TablePlace
from ramkoll.model.cells import a1, quoted_sheet


class _NoSuchCell(Exception):
    """The workbook has no cell that the formula would point at."""


@dataclass(frozen=True)
class _RowCells:
    """How names are written in the row of a slot."""

    places: Places
    place: TablePlace
    slot: SlotKey
    column: ColumnLayout

    def cell(self, name: expr.Name) -> str:
        if name.column == "month":
            sheet, row, column = self.places.fields["month"]
            return f"{quoted_sheet(sheet)}!{_absolute(a1(row, column))}"
        if name.column == "months_left":
            return f"(12-{self.cell(expr.Name('month'))})"
        place = self.place if not name.table else self._table(name.table)
        row_key = RowKey(self.slot.row.line, self.slot.row.part)
        if not name.table:
            row_key = self.slot.row
        return self._prefix(place) + a1(
            _found(place.rows, row_key), _found(place.columns, (name.column, 0))
        )

    def number(self, name: expr.Name) -> str:
        # N() takes a formula's "" as zero, where a bare reference would give #VALUE!.
        return f"N({self.cell(name)})"

    def span_address(self, name: expr.Name) -> str:
        columns = [at for (each, _), at in self.place.columns.items() if each == name.column]
        row = self.place.rows[self.slot.row]
        return f"{a1(row, min(columns))}:{a1(row, max(columns))}" if columns else ""

    def months_address(self, series: expr.Name) -> str:
        place, row = self._series(series)
        first, last = _month_columns(place)
        return f"{self._prefix(place)}{a1(row, first)}:{a1(row, last)}"

    def month_numbers(self, series: expr.Name) -> str:
        place, _ = self._series(series)
        first, last = (a1(place.number_row, column) for column in _month_columns(place))
        return f"{self._prefix(place)}{_absolute(first)}:{_absolute(last)}"

    def at_cell(self, name: expr.Name, line: str) -> str:
        place = self._table(name.table) if name.table else self.place
        row, column = _found(place.rows, RowKey(line)), _found(place.columns, (name.column, 0))
        return self._prefix(place) + a1(row, column)

    def list_area(self, name: expr.Name) -> str:
        place = self._table(name.table)
        _found(place.columns, (name.column, 0))
        column, first, last = place.list_area(name.column)
        area = f"{_absolute_cell(first, column)}:{_absolute_cell(last, column)}"
        return self._prefix(place) + area

    def scale(self, series: expr.Name) -> str:
        place, _ = self._series(series)
        source = next(column for column in place.layout.columns if column.repeat == "months")
        if source.unit.kronor is None or self.column.unit.kronor is None:
            return ""
        factor = self.column.unit.kronor / source.unit.kronor
        return "" if factor == 1 else f"/{factor}"

    def _table(self, table_id: str) -> TablePlace:
        return _found(self.places.tables, table_id)

    def _series(self, series: expr.Name) -> tuple[TablePlace, int]:
        place = self._table(series.table)
        key = RowKey(self.slot.row.line, self.slot.row.part, series.column)
        return place, _found(place.rows, key)

    def _prefix(self, place: TablePlace) -> str:
        return "" if place.sheet == self.place.sheet else f"{quoted_sheet(place.sheet)}!"


def form_formulas(places: Places) -> Mapping[SlotKey, str]:
    """The formula of every cell that has one, by slot, without equals sign.

    Tables of one form mostly stand alike in its workbooks, so the last of them are remembered.
    """
    found: dict[SlotKey, str] = {}
    for place in places.tables.values():
        if place.layout.is_computed:
            found |= _formulas(_Arrangement(places, place))
    return found


class _Arrangement:
    """A table with what its formulas point at, compared by where things stand and not by whose.

    Of a list that formulas add, only its area counts: it is the same however far it is filled.
    """

    __slots__ = ("key", "place", "places")

    def __init__(self, places: Places, place: TablePlace) -> None:
        self.places, self.place = places, place
        others = (places.tables.get(each) for each in place.layout.sources)
        self.key = (
            id(places.layout),
            place.layout.id,
            places.fields.get("month"),
            place.shape,
            *(
                each and (each.area_shape if each.layout.rows == "list" else each.shape)
                for each in others
            ),
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Arrangement) and self.key == other.key


@lru_cache(maxsize=256)
def _formulas(arrangement: _Arrangement) -> Mapping[SlotKey, str]:
    return {
        slot: formula
        for slot, _, _, _ in arrangement.place.slots()
        if (formula := slot_formula(arrangement.places, slot)) is not None
    }


def slot_formula(places: Places, slot: SlotKey) -> str | None:
    """The formula the form has in a slot, without equals sign; None where it has none."""
    place = places.tables[slot.table]
    column = place.layout.column(slot.column)
    assert column is not None
    total = place.layout.total(slot.row.line)
    try:
        if total is not None and column.total == "sum":
            return _sum_formula(place, total, slot)
        if total is not None and column.total != "formula":
            return None
        own = place.layout.expr(slot.row.line, column)
        if own is None:
            return None
        return expr_formula.formula(own, _RowCells(places, place, slot, column))
    except _NoSuchCell:
        return None


def _sum_formula(place: TablePlace, total: TotalLayout, slot: SlotKey) -> str | None:
    column = place.columns[slot.column, slot.month]
    if total.of:
        keys = [RowKey(f"sum.{each}", "", slot.row.series) for each in total.of]
        cells = [a1(_found(place.rows, key), column) for key in keys]
        added = "+".join(f"N({cell})" for cell in cells)
        return f'IF(COUNT({",".join(cells)})=0,"",{added})'
    keys = place.group_rows(total.kind, slot.row.series)
    if not keys:
        return None
    rows = [place.rows[key] for key in keys]
    area = f"{a1(rows[0], column)}:{a1(rows[-1], column)}"
    return f'IF(COUNT({area})=0,"",SUM({area}))'


def _month_columns(place: TablePlace) -> tuple[int, int]:
    columns = [at for (_, month), at in place.columns.items() if month]
    if len(columns) != 12:
        raise _NoSuchCell
    return min(columns), max(columns)


def _absolute_cell(row: int, column: int) -> str:
    letters = a1(row, column).rstrip("0123456789")
    return f"${letters}${row}"


def _absolute(address: str) -> str:
    letters = address.rstrip("0123456789")
    return f"${letters}${address[len(letters) :]}"


K = TypeVar("K")
V = TypeVar("V")


def _found(mapping: Mapping[K, V], key: K) -> V:
    if key not in mapping:
        raise _NoSuchCell
    return mapping[key]


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas are the same but for dollar signs, quotes, spaces and case."""
    return one == other or _plain(one) == _plain(other)


def _plain(formula: str) -> str:
    return formula.replace("$", "").replace(" ", "").replace("'", "").upper()
