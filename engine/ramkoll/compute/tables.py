"""The consolidated tables: which rows they get, and what every figure comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.compute.underlag import Criterion, Entry, Underlag, ascii_code, printed_enheter
from ramkoll.layout import expr
from ramkoll.layout.layout import TotalLayout
from ramkoll.layout.report import REST, ReportColumn, ReportLayout, ReportTable
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet, Register


@dataclass(frozen=True)
class Row:
    """A row of a table: what it selects in Underlag, or which sum it is.

    ``source`` is the account group, unit or area the row is about; ``at_kind`` its kind.
    """

    key: str
    label: str
    criteria: tuple[Criterion, ...] = ()
    total: TotalLayout | None = None
    kind: str = ""


@dataclass(frozen=True)
class Block:
    """One table with its rows and values: Decimal in kronor, None for blank.

    ``scope`` are the criteria that all its rows share, such as an area.
    """

    table: ReportTable
    id: str
    sheet: str
    title: str
    row_heading: str
    headings: Mapping[str, str]
    rows: tuple[Row, ...]
    values: Mapping[tuple[str, str], Decimal | None]

    def value(self, row: str, column: str) -> Decimal | None:
        """A cell's value in kronor."""
        return self.values.get((row, column))

    def total_row(self) -> Row | None:
        """The last sum row: the table's grand total."""
        return next((row for row in reversed(self.rows) if row.total is not None), None)


def blocks(
    report: ReportLayout, register: Register, underlag: Underlag, period: Period
) -> tuple[Block, ...]:
    """Every table of the report that has rows and at least one figure behind it.

    Without any figure at all, every table: the empty workbook.
    """
    measured = {entry.measure for entry in underlag.entries}
    found: list[Block] = []
    named = {area for table in report.tables for area in table.areas}
    enheter = register.valid_enheter(period.last_day)
    for table in report.tables:
        if measured and not table.measures() & measured:
            continue
        areas = list(dict.fromkeys(enhet.area for enhet in enheter))
        if REST in table.areas:
            for area in (area for area in areas if area not in named):
                found.append(_block(table, report, register, underlag, period, (area,)))
        elif table.areas and not set(table.areas) & set(areas):
            continue
        else:
            found.append(_block(table, report, register, underlag, period, table.areas))
    return tuple(block for block in found if block.rows)


def _block_id(table: ReportTable, areas: Sequence[str], underlag: Underlag) -> str:
    """The table's id; a table for each area left over has the area in it, once."""
    if REST not in table.areas:
        return table.id
    slug = ascii_code(areas[0])
    twins = [area for area in underlag.codes.areas if ascii_code(area) == slug]
    ending = slug if slug and len(twins) == 1 else underlag.codes.areas[areas[0]]
    return f"{table.id}_{ending}"


def _block(
    table: ReportTable,
    report: ReportLayout,
    register: Register,
    underlag: Underlag,
    period: Period,
    areas: Sequence[str],
) -> Block:
    words = period.placeholders() | {
        "område": ", ".join(areas),
        "nämnd": report.board_name(register.board),
    }
    rows = tuple(_rows(table, register, underlag, period, areas))
    return Block(
        table=table,
        id=_block_id(table, areas, underlag),
        sheet=table.sheet.format(**words),
        title=table.title.format(**words),
        row_heading=table.row_heading.format(**words),
        headings={column.id: column.heading.format(**words) for column in table.columns},
        rows=rows,
        values=_values(table, rows, underlag),
    )


def _rows(
    table: ReportTable,
    register: Register,
    underlag: Underlag,
    period: Period,
    areas: Sequence[str],
) -> Iterator[Row]:
    if table.rows == "account_groups":
        for kind, groups in register.kinds():
            for group in groups:
                label = table.labels.get(group.code, group.name)
                yield Row(group.code, label, (underlag.line(group.code),), kind=kind)
            yield from _totals(table, kind)
    elif table.rows == "areas":
        all_areas = list(dict.fromkeys(e.area for e in register.valid_enheter(period.last_day)))
        first = [area for area in table.order if area in all_areas]
        for area in [*first, *(area for area in all_areas if area not in first)]:
            yield Row(area, table.labels.get(area, area), (underlag.area(area),))
    else:
        for enhet in _enheter(table, register, period, areas):
            label = table.labels.get(enhet.code) or table.row_label.format(
                kod=enhet.code, namn=enhet.name
            )
            criterion = underlag.row_enhet if table.fold else underlag.enhet
            yield Row(enhet.code, label.strip(), (criterion(enhet.code),))
        others = (underlag.enhet(""),)
        if table.working and any(underlag.select(others)):
            yield Row("", "Beslut för enhet som inte finns i registret", others)
    yield from _totals(table, "")


def _totals(table: ReportTable, kind: str) -> Iterator[Row]:
    for total in table.totals:
        if total.kind == kind:
            yield Row(total.line, total.label, total=total)


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
    """The rows that a sum adds: other sums, the groups of a kind, or all plain rows."""
    if total.of:
        return [row for row in rows if row.key in {f"sum.{each}" for each in total.of}]
    return [row for row in rows if row.total is None and row.kind == total.kind]


def _values(
    table: ReportTable, rows: Sequence[Row], underlag: Underlag
) -> dict[tuple[str, str], Decimal | None]:
    by_measure: dict[str, list[Entry]] = {}
    for entry in underlag.entries:
        by_measure.setdefault(entry.measure, []).append(entry)
    values: dict[tuple[str, str], Decimal | None] = {}
    for row in rows:
        for column in table.columns:
            if column.kind != "number":
                continue
            if row.total is not None:
                terms = [values.get((r.key, column.id)) for r in summed_rows(rows, row.total)]
                filled = [term for term in terms if term is not None]
                values[row.key, column.id] = sum(filled, Decimal(0)) if filled else None
            else:
                source = _RowSource(table, row, by_measure)
                values[row.key, column.id] = source.column(column)
    return values


@dataclass(frozen=True)
class _RowSource:
    table: ReportTable
    row: Row
    by_measure: Mapping[str, list[Entry]]

    def column(self, column: ReportColumn) -> Decimal | None:
        if column.expr is not None:
            return expr.evaluate(column.expr, self)
        return self.measure(column.measure)

    def measure(self, measure: str) -> Decimal | None:
        numbers = [
            entry.value
            for entry in self.by_measure.get(measure, ())
            if all(criterion.holds(entry) for criterion in self.row.criteria)
        ]
        return sum(numbers, Decimal(0)) if numbers else None

    def value(self, name: expr.Name) -> Decimal | None:
        column = self.table.column(name.column)
        return self.measure(name.column) if column is None else self.column(column)

    def span(self, name: expr.Name) -> list[Decimal | None]:
        raise AssertionError(f"no repeated column in a report: {name}")

    def months(self, series: expr.Name, *, whole_year: bool) -> list[Decimal | None]:
        raise AssertionError(f"no months in a report: {series}")

    def any_month(self, series: expr.Name) -> bool:
        raise AssertionError(f"no months in a report: {series}")
