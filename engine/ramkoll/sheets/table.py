"""A consolidated table on a sheet: live formulas over Underlag with their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ramkoll.compute.tables import Block, Row, summed_rows
from ramkoll.compute.underlag import Criterion, Underlag, ascii_code
from ramkoll.layout import expr, look
from ramkoll.layout.report import ReportColumn, is_column
from ramkoll.model.cells import a1, quoted_sheet
from ramkoll.model.plan import PlannedCell, Style
from ramkoll.model.units import Unit

LABEL = 1  # row labels stand in column A
VALUE_NAME = "U_varde"


@dataclass(frozen=True)
class Drawn:
    """A table's cells, the rows it takes, and the name of its printed part."""

    block: Block
    sheet: str
    first_row: int
    cells: tuple[PlannedCell, ...]
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    next_row: int

    def address(self, row: str, column: str) -> str:
        """A figure's address on its sheet."""
        return a1(self.rows[row], self.columns[column])

    def reference(self, row: str, column: str) -> str:
        """A figure's address with its sheet, as formulas on other sheets write it."""
        return f"{quoted_sheet(self.sheet)}!{self.address(row, column)}"

    @property
    def name(self) -> str:
        """The defined name of the printed table."""
        return f"Tabell_{ascii_code(self.block.id)}"

    @property
    def printed_area(self) -> str:
        """The printed part of the table, headings included, as a static reference."""
        printed = [self.columns[c.id] for c in self.block.table.columns if c.printed]
        last_row = max(self.rows.values(), default=self.first_row)
        last_column = max(printed, default=LABEL)
        assert printed == list(range(LABEL + 1, last_column + 1)), "printed columns come first"
        first = _absolute(self.first_row, LABEL)
        return f"{quoted_sheet(self.sheet)}!{first}:{_absolute(last_row, last_column)}"


def _absolute(row: int, column: int) -> str:
    letters = a1(row, column).rstrip("0123456789")
    return f"${letters}${row}"


def sumifs(criteria: tuple[Criterion, ...], unit: Unit) -> str:
    """A figure's formula over Underlag, from kronor to the unit of the heading."""
    conditions = ",".join(f'{each.range_name},"{each.code}"' for each in criteria)
    factor = unit.kronor
    assert factor is not None, f"{unit} is no unit of money"
    scale = "" if factor == 1 else f"/{factor}"
    return f"SUMIFS({VALUE_NAME},{conditions}){scale}"


def draw_table(
    block: Block, underlag: Underlag, top: int, texts: Mapping[tuple[str, str], str] | None = None
) -> Drawn:
    """A block with its heading row at ``top``; ``texts`` fills the text columns by row."""
    table = block.table
    columns = {column.id: LABEL + n for n, column in enumerate(table.columns, 1)}
    rows = {row.key: top + n for n, row in enumerate(block.rows, 1)}
    cells = [PlannedCell(top, LABEL, block.row_heading, style=look.HEADER_TEXT)]
    for column in table.columns:
        style = look.header_style(column.kind)
        if not column.printed:
            style = replace(style, fill="8497B0")
        cells.append(PlannedCell(top, columns[column.id], block.headings[column.id], style=style))
    sources = _Sources(block, underlag, rows, columns)
    for row in block.rows:
        at = rows[row.key]
        label = look.ROW_TOTAL if row.total else replace(look.ROW_HEAD, wrap=True)
        cells.append(PlannedCell(at, LABEL, row.label, style=label))
        for column in table.columns:
            style = _style(block, row, column)
            if column.kind == "number":
                cells.append(sources.cell(row, column, style))
            else:
                text = (texts or {}).get((row.key, column.id))
                cells.append(PlannedCell(at, columns[column.id], text, style=style))
    last = top + len(block.rows)
    notes = tuple(_notes(block))
    for n, line in enumerate(notes, 2):
        cells.append(PlannedCell(last + n, LABEL, line, style=look.NOTE))
    return Drawn(block, block.sheet, top, tuple(cells), rows, columns, last + len(notes) + 3)


def _style(block: Block, row: Row, column: ReportColumn) -> Style:
    base = Style(
        number_format=look.number_format(block.table.unit, block.table.decimals),
        bold=row.total is not None,
        fill=look.TOTAL_FILL if row.total else None,
        top="thin" if row.total else None,
        bottom=None if row.total else look.RULE,
        colour=None if column.printed else look.GREY,
        align="right",
        indent=1,
    )
    if column.kind != "number":
        return replace(base, number_format="@", wrap=True, bold=False, align=None)
    return base


@dataclass(frozen=True)
class _Sources:
    """How each figure of a table is written as a formula."""

    block: Block
    underlag: Underlag
    rows: Mapping[str, int]
    columns: Mapping[str, int]

    def cell(self, row: Row, column: ReportColumn, style: Style) -> PlannedCell:
        """The planned cell of a figure; blank where nobody has reported anything."""
        at, column_at = self.rows[row.key], self.columns[column.id]
        kronor = self.block.value(row.key, column.id)
        if kronor is None:
            return PlannedCell(at, column_at, style=style)
        factor = self.block.table.unit.kronor
        assert factor is not None
        return PlannedCell(at, column_at, kronor / factor, self._formula(row, column), style)

    def _formula(self, row: Row, column: ReportColumn) -> str:
        cells = _RowCells(self, row)
        by_columns = column.expr is not None and all(
            is_column(self.block.table, name) for name in expr.names(column.expr)
        )
        if column.expr is not None and (by_columns or row.total is None):
            return expr.plain_formula(column.expr, cells)
        if row.total is None:
            return cells.measure(column.measure)
        terms = [self.rows[each.key] for each in summed_rows(self.block.rows, row.total)]
        at = self.columns[column.id]
        if row.total.of:
            return "+".join(a1(term, at) for term in terms)
        return f"SUM({a1(min(terms), at)}:{a1(max(terms), at)})"


@dataclass(frozen=True)
class _RowCells:
    sources: _Sources
    row: Row

    def measure(self, measure: str) -> str:
        """A measure of the row as a sum over Underlag."""
        underlag, unit = self.sources.underlag, self.sources.block.table.unit
        return sumifs((underlag.measure(measure), *self.row.criteria), unit)

    def cell(self, name: expr.Name) -> str:
        column = self.sources.columns.get(name.column)
        if column is None:
            return self.measure(name.column)
        return a1(self.sources.rows[self.row.key], column)

    def number(self, name: expr.Name) -> str:
        return self.cell(name)

    def span_address(self, name: expr.Name) -> str:
        raise AssertionError(f"no repeated column in a report: {name}")

    def months_address(self, series: expr.Name) -> str:
        raise AssertionError(f"no months in a report: {series}")

    def month_numbers(self, series: expr.Name) -> str:
        raise AssertionError(f"no months in a report: {series}")

    def scale(self, series: expr.Name) -> str:
        raise AssertionError(f"no months in a report: {series}")


@dataclass(frozen=True)
class _Words:
    block: Block

    def words(self, name: expr.Name) -> str:
        column = self.block.table.column(name.column)
        return (column.words or column.heading.lower()) if column else name.column


def _notes(block: Block) -> Iterator[str]:
    table = block.table
    unit = {Unit.KR: "kronor", Unit.TKR: "tusen kronor (tkr)", Unit.MKR: "miljoner kronor (mkr)"}
    yield (
        f"Belopp i {unit[table.unit]}. Intäkter plus, kostnader minus; "
        "en positiv avvikelse är bättre än jämförelsen."
    )
    for column in table.columns:
        if column.expr is not None:
            said = expr.in_words(column.expr, _Words(block))
            yield f"{block.headings[column.id]} = {said}."
    yield "Avrundning kan ge ±1 i sista siffran: varje tal är avrundat för sig."
