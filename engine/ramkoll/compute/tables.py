"""The consolidated tables: which rows they get, and what every figure comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from ramkoll.compute.items import ALL, Item, selected
from ramkoll.compute.underlag import Criterion, Underlag, ascii_code, printed_enheter
from ramkoll.layout import expr
from ramkoll.layout.layout import TotalLayout
from ramkoll.layout.report import (
    FRAME_MEASURE,
    REST,
    ReportColumn,
    ReportLayout,
    ReportTable,
)
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet, Register
from ramkoll.model.units import Unit


@dataclass(frozen=True)
class Row:
    """A row of a table: what it selects in Underlag, or which sum it is.

    ``kind`` is what it is summed by, ``exprs`` the expressions of its own, ``texts`` what stands
    in its text columns and ``hidden`` the measures that may not be shown.
    """

    key: str
    label: str
    criteria: tuple[Criterion, ...] = ()
    total: TotalLayout | None = None
    kind: str = ""
    exprs: Mapping[str, expr.Expr] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    heading: bool = False
    unit: Unit | None = None


@dataclass(frozen=True)
class Block:
    """One table with its rows and values: amounts in kronor, None for blank.

    ``intro`` are texts that stand before it, ``per`` the group that it is about.
    """

    table: ReportTable
    id: str
    sheet: str
    title: str
    row_heading: str
    headings: Mapping[str, str]
    rows: tuple[Row, ...]
    values: Mapping[tuple[str, str], Decimal | None]
    intro: tuple[str, ...] = ()
    per: str = ""

    def value(self, row: str, column: str) -> Decimal | None:
        """A cell's value in kronor."""
        return self.values.get((row, column))

    def total_row(self) -> Row | None:
        """The last sum row: the table's grand total."""
        return next((row for row in reversed(self.rows) if row.total is not None), None)


Texts: TypeAlias = Mapping[tuple[str, str], str]


def blocks(
    report: ReportLayout,
    register: Register,
    underlag: Underlag,
    period: Period,
    items: Sequence[Item] = (),
    texts: Texts | None = None,
) -> tuple[Block, ...]:
    """Every table of the report that has rows and at least one figure or text behind it.

    ``texts`` are what people have written about a unit, by its code and the measure. Without
    any figure at all, every table: the empty workbook.
    """
    maker = _Maker(report, register, underlag, period, items, texts or {})
    return tuple(block for table in report.tables for block in maker.blocks(table) if block.rows)


@dataclass(frozen=True)
class _Maker:
    report: ReportLayout
    register: Register
    underlag: Underlag
    period: Period
    items: Sequence[Item]
    texts: Texts

    def blocks(self, table: ReportTable) -> Iterator[Block]:
        """The tables that one of the report's definitions makes."""
        measured = self.underlag.measures
        if measured and table.months and self.period.month not in table.months:
            return
        if measured and table.rows == "list":
            if not selected(self.items, table.dataset, table.where):
                return
        elif measured and not table.measures() & measured:
            return
        enheter = self.register.valid_enheter(self.period.last_day)
        areas = list(dict.fromkeys(enhet.area for enhet in enheter))
        named = {area for each in self.report.tables for area in each.areas}
        if table.per:
            found = selected(self.items, table.dataset, table.where)
            present = dict.fromkeys(item.fields.get(table.per, "") for item in found)
            for value in [*(v for v in table.order if v in present), *present]:
                if value in present:
                    del present[value]
                    yield self._block(table, (), value)
        elif REST in table.areas:
            for area in (area for area in areas if area not in named):
                yield self._block(table, (area,))
        elif not table.areas or set(table.areas) & set(areas):
            yield self._block(table, table.areas)

    def _block(self, table: ReportTable, areas: Sequence[str], per: str = "") -> Block:
        words = self._words() | {"område": ", ".join(areas), "grupp": per}
        rows = tuple(self._rows(table, areas, per))
        values = _values(table, rows, self.underlag, self.period)
        if table.rows == "fixed" and any(value is not None for value in values.values()):
            rows = tuple(row for row in rows if _says_something(row, values))
        return Block(
            table=table,
            id=_block_id(table, areas, per, self.underlag),
            sheet=table.sheet.format(**words),
            title=table.title.format(**words),
            row_heading=table.row_heading.format(**words),
            headings={column.id: column.heading.format(**words) for column in table.columns},
            rows=rows,
            values=values,
            intro=self._intro(table, per),
            per=per,
        )

    def _words(self) -> dict[str, str]:
        return self.period.placeholders() | {"nämnd": self.report.board_name(self.register.board)}

    def _intro(self, table: ReportTable, per: str) -> tuple[str, ...]:
        found = (i for i in self.items if (i.dataset, i.key) == (table.intro, per))
        return tuple(text for item in found if (text := item.texts.get("comment", "")))

    def _rows(self, table: ReportTable, areas: Sequence[str], per: str) -> Iterator[Row]:
        if table.rows == "account_groups":
            for kind, groups in self.register.kinds():
                for group in groups:
                    label = table.labels.get(group.code, group.name)
                    yield Row(group.code, label, (self.underlag.row(group.code),), kind=kind)
                yield from self._totals(table, kind)
        elif table.rows == "areas":
            valid = self.register.valid_enheter(self.period.last_day)
            all_areas = list(dict.fromkeys(e.area for e in valid))
            first = [area for area in table.order if area in all_areas]
            for area in [*first, *(area for area in all_areas if area not in first)]:
                yield Row(area, table.labels.get(area, area), (self.underlag.area(area),))
        elif table.rows == "list":
            yield from self._list_rows(table, per)
        elif table.rows != "fixed":
            yield from self._unit_rows(table, areas)
        yield from self._totals(table, "", self._all(table))
        words = self._words()
        hidden = frozenset(measure for item in self.items for measure in item.hidden)
        for row in table.fixed:
            yield Row(
                row.id,
                row.label.format(**words),
                (),
                None,
                "",
                row.exprs,
                {},
                hidden,
                unit=row.unit,
            )

    def _all(self, table: ReportTable) -> Mapping[str, str]:
        """The texts of a list's sum row: of the item that stands for all of them."""
        every = next((i for i in self.items if (i.dataset, i.key) == (table.dataset, ALL)), None)
        if every is None:
            return {}
        texts = ((c.id, every.texts.get(c.measure or c.id, "")) for c in table.columns)
        return {column: text for column, text in texts if text}

    def _totals(
        self, table: ReportTable, kind: str, texts: Mapping[str, str] | None = None
    ) -> Iterator[Row]:
        for total in table.totals:
            if total.kind == kind:
                label = total.label.format(**self._words())
                yield Row(total.line, label, total=total, texts=texts or {})

    def _unit_rows(self, table: ReportTable, areas: Sequence[str]) -> Iterator[Row]:
        text_columns = [column for column in table.columns if column.kind == "text"]
        for enhet in _enheter(table, self.register, self.period, areas):
            label = table.labels.get(enhet.code) or table.row_label.format(
                kod=enhet.code, namn=enhet.name
            )
            criterion = self.underlag.row_enhet if table.fold else self.underlag.enhet
            criteria = (criterion(enhet.code),)
            if table.only_reported and not any(
                entry.measure in table.measures() for entry in self.underlag.select(criteria)
            ):
                continue
            texts = {c.id: self.texts.get((enhet.code, c.measure), "") for c in text_columns}
            yield Row(enhet.code, label.strip(), criteria, texts=texts)
        others = (self.underlag.enhet(""),)
        frame = [e for e in self.underlag.select(others) if e.measure.startswith(FRAME_MEASURE)]
        if table.working and frame and any(m.startswith(FRAME_MEASURE) for m in table.measures()):
            yield Row("", "Beslut för enhet som inte finns i registret", others)

    def _list_rows(self, table: ReportTable, per: str) -> Iterator[Row]:
        where = {**table.where, table.per: per} if table.per else table.where
        found = [i for i in selected(self.items, table.dataset, where) if i.key != ALL]
        if not table.group:
            yield from (self._item_row(table, item, "") for item in _ordered(table, found))
            return
        groups = dict.fromkeys(item.fields.get(table.group, "") for item in found)
        kinds = {total.kind for total in table.totals if total.kind}
        order = [g for g in table.order if g in groups]
        order += [group for group in groups if group not in order]
        for n, group in enumerate(order, 1):
            rows = [
                self._item_row(table, i, group)
                for i in found
                if i.fields.get(table.group, "") == group
            ]
            if group in kinds:  # the report has a sum of its own after them
                yield from rows
                yield from self._totals(table, group)
                continue
            total = TotalLayout(
                f"group.{n}", table.labels.get(group, group) or "Övriga", kind=group
            )
            yield Row(total.line, total.label, total=total, heading=not table.group_sums)
            yield from rows

    def _item_row(self, table: ReportTable, item: Item, kind: str) -> Row:
        texts = {
            column.id: item.texts.get(column.measure or column.id, "")
            for column in table.columns
            if column.kind == "text"
        }
        label = table.labels.get(item.label, item.label)
        criterion = self.underlag.area(item.area) if item.area else self.underlag.row(item.row)
        return Row(item.row, label, (criterion,), None, kind, item.exprs, texts, item.hidden)


def _says_something(row: Row, values: Mapping[tuple[str, str], Decimal | None]) -> bool:
    """Whether a row of the report's own has a figure, or one that may not be shown."""
    used = {name.column for own in row.exprs.values() for name in expr.names(own)}
    found = any(key == row.key and value is not None for (key, _), value in values.items())
    return found or bool(used & row.hidden)


def _ordered(table: ReportTable, items: Sequence[Item]) -> list[Item]:
    """The rows in the report's order where it names them; the rest after, as they came."""
    rank = {name: n for n, name in enumerate(table.order)}
    return sorted(items, key=lambda item: rank.get(item.key, len(rank)))


def _block_id(table: ReportTable, areas: Sequence[str], per: str, underlag: Underlag) -> str:
    """The table's id; a table for each area or group has it in its id, once."""
    if table.per:
        return f"{table.id}_{ascii_code(per)}"
    if REST not in table.areas:
        return table.id
    slug = ascii_code(areas[0])
    twins = [area for area in underlag.codes.areas if ascii_code(area) == slug]
    ending = slug if slug and len(twins) == 1 else underlag.codes.areas[areas[0]]
    return f"{table.id}_{ending}"


def _enheter(
    table: ReportTable, register: Register, period: Period, areas: Sequence[str]
) -> Iterator[Enhet]:
    printed = printed_enheter(register, period)
    for enhet in register.valid_enheter(period.last_day):
        if areas and enhet.area not in areas:
            continue
        if table.fold and printed[enhet.code] != enhet.code:
            continue
        yield enhet


def summed_rows(rows: Sequence[Row], total: TotalLayout) -> list[Row]:
    """The rows that a sum adds: other sums, the rows of a kind, or all that are no sums.

    Where rows stand under group sums, the grand total adds those sums.
    """
    if total.of:
        return [row for row in rows if row.key in {f"sum.{each}" for each in total.of}]
    if not total.kind:
        groups = [row for row in rows if row.key.startswith("sum.group.") and not row.heading]
        if groups:
            return groups
        # Rows without criteria are about the table as a whole, such as shares below the sum.
        return [row for row in rows if row.total is None and row.criteria]
    return [row for row in rows if row.total is None and row.kind == total.kind]


def _values(
    table: ReportTable, rows: Sequence[Row], underlag: Underlag, period: Period
) -> dict[tuple[str, str], Decimal | None]:
    values: dict[tuple[str, str], Decimal | None] = {}
    # Sums of groups stand before what they add: rows first, then the sums in their order.
    for row in sorted(rows, key=lambda each: each.total is not None):
        # An expression of a sum row is over the sums in that row.
        for column in sorted(table.columns, key=lambda each: each.expr is not None):
            if column.kind != "number" or row.heading:
                continue
            source = _RowSource(table, row, underlag, values, period)
            if row.total is None:
                values[row.key, column.id] = source.column(column)
            elif column.expr is not None and by_columns(table, column.expr):
                values[row.key, column.id] = expr.evaluate(
                    column.expr, replace(source, of_sums=True)
                )
            elif column.total:
                terms = [values.get((r.key, column.id)) for r in summed_rows(rows, row.total)]
                filled = [term for term in terms if term is not None]
                values[row.key, column.id] = sum(filled, Decimal(0)) if filled else None
    return values


def by_columns(table: ReportTable, of: expr.Expr) -> bool:
    """Whether an expression is made of the table's own columns, so that it holds for sums too."""
    found = expr.names(of)
    return bool(found) and all(table.column(name.column) is not None for name in found)


@dataclass(frozen=True)
class _RowSource:
    table: ReportTable
    row: Row
    underlag: Underlag
    values: Mapping[tuple[str, str], Decimal | None]
    period: Period
    of_sums: bool = False
    own: bool = False  # in an expression of the row's own, names are measures

    def column(self, column: ReportColumn) -> Decimal | None:
        own = self.row.exprs.get(column.id)
        if own is not None:
            return expr.evaluate(own, replace(self, own=True))
        if column.expr is not None:
            return expr.evaluate(column.expr, self)
        # A row without criteria is about nothing but its own expressions.
        return self.measure(column.measure) if self.row.criteria else None

    def measure(self, measure: str) -> Decimal | None:
        if measure in self.row.hidden:
            return None
        numbers = [entry.value for entry in self.underlag.of(measure, self.row.criteria)]
        return sum(numbers, Decimal(0)) if numbers else None

    def value(self, name: expr.Name) -> Decimal | None:
        if name.column in expr.CLOCK:
            month = self.period.month
            return Decimal(month if name.column == "month" else 12 - month)
        if self.of_sums:
            return self.values.get((self.row.key, name.column))
        column = None if self.own else self.table.column(name.column)
        return self.measure(name.column) if column is None else self.column(column)

    def span(self, name: expr.Name) -> list[Decimal | None]:
        raise AssertionError(f"no repeated column in a report: {name}")

    def months(self, series: expr.Name, *, whole_year: bool) -> list[Decimal | None]:
        raise AssertionError(f"no months in a report: {series}")

    def any_month(self, series: expr.Name) -> bool:
        raise AssertionError(f"no months in a report: {series}")

    def at(self, name: expr.Name, line: str) -> Decimal | None:
        raise AssertionError(f"no other rows in a report: {name} {line}")

    def where(self, amount: expr.Name, criteria: Sequence[tuple[expr.Name, str]]) -> Decimal:
        raise AssertionError(f"no lists in a report: {amount} {criteria}")
