"""A consolidated table on a sheet: live formulas over Underlag with their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ramkoll.compute.tables import Block, Row, by_columns, summed_rows
from ramkoll.compute.underlag import Criterion, Underlag, ascii_code
from ramkoll.layout import expr, expr_formula, expr_words, look
from ramkoll.layout.report import ReportColumn
from ramkoll.model.cells import Area, a1, quoted_sheet
from ramkoll.model.plan import PlannedCell, Style
from ramkoll.model.units import Unit

LABEL = 1  # row labels stand in column A
VALUE_NAME = "U_varde"
_UNPRINTED = "5D7A99"
GROUP_ROW = "sum.group."  # how the keys of groups' rows begin
HIDDEN = "–"  # a figure about so few persons that it may not be shown


@dataclass(frozen=True)
class Drawn:
    """A table's cells, the rows it takes, and the name of its printed part.

    ``notes`` are what stands below it: signs, units, and how its figures are reckoned.
    """

    block: Block
    sheet: str
    first_row: int
    cells: tuple[PlannedCell, ...]
    rows: Mapping[str, int]
    columns: Mapping[str, int]
    next_row: int
    merges: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()

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
        shown = [column.printed for column in self.block.table.columns]
        assert shown == sorted(shown, reverse=True), "printed columns come first"
        ends = [self.columns[c.id] + c.span - 1 for c in self.block.table.columns if c.printed]
        last_row = max(self.rows.values(), default=self.first_row)
        last_column = max(ends, default=LABEL)
        first = _absolute(self.first_row, LABEL)
        return f"{quoted_sheet(self.sheet)}!{first}:{_absolute(last_row, last_column)}"


def _absolute(row: int, column: int) -> str:
    letters = a1(row, column).rstrip("0123456789")
    return f"${letters}${row}"


def sumifs(criteria: tuple[Criterion, ...], unit: Unit) -> str:
    """A figure's formula over Underlag, from kronor to the unit of the heading."""
    conditions = ",".join(f'{each.range_name},"{each.code}"' for each in criteria)
    factor = unit.kronor or 1
    scale = "" if factor == 1 else f"/{factor}"
    return f"SUMIFS({VALUE_NAME},{conditions}){scale}"


def draw_table(block: Block, underlag: Underlag, top: int) -> Drawn:
    """A block with its heading row at ``top``."""
    table = block.table
    columns = _columns(table.columns)
    rows = {row.key: top + n for n, row in enumerate(block.rows, 1)}
    cells = [PlannedCell(top, LABEL, block.row_heading, style=look.HEADER_TEXT)]
    merges = []
    for column in table.columns:
        style = heading_style(column)
        at = columns[column.id]
        cells.append(PlannedCell(top, at, block.headings[column.id], style=style))
        cells += [PlannedCell(top, at + n, style=style) for n in range(1, column.span)]
        if column.span > 1:
            merges += [Area(row, at, row, at + column.span - 1) for row in (top, *rows.values())]
    sources = _Sources(block, underlag, rows, columns)
    for row in block.rows:
        at = rows[row.key]
        cells.append(PlannedCell(at, LABEL, row.label, style=_label_style(row)))
        for column in table.columns:
            style = _style(block, row, column)
            if column.kind == "number":
                cells.append(sources.cell(row, column, style))
            else:
                text = row.texts.get(column.id) or None
                cells.append(PlannedCell(at, columns[column.id], text, style=style))
            cells += [
                PlannedCell(at, columns[column.id] + n, style=style) for n in range(1, column.span)
            ]
    hides = any(cell.value == HIDDEN and cell.formula is None for cell in cells)
    notes = tuple(_notes(block, hides=hides))
    end = top + len(block.rows) + 1
    return Drawn(block, block.sheet, top, tuple(cells), rows, columns, end, tuple(merges), notes)


def heading_style(column: ReportColumn) -> Style:
    """How a column's heading is set; one that is not printed to the board is paler."""
    style = look.HEADER_UPRIGHT if column.upright else look.header_style(column.kind)
    return style if column.printed else replace(style, fill=_UNPRINTED)


def _columns(columns: Sequence[ReportColumn]) -> dict[str, int]:
    found, at = {}, LABEL + 1
    for column in columns:
        found[column.id] = at
        at += column.span
    return found


def is_group(row: Row) -> bool:
    """Whether a row is the heading of a group, with the group's sum."""
    return row.key.startswith(GROUP_ROW)


def _label_style(row: Row) -> Style:
    if is_group(row):
        return replace(look.ROW_GROUP, wrap=True)
    if row.total is not None:
        return replace(look.ROW_TOTAL, wrap=True)
    return replace(look.ROW_HEAD, wrap=True, indent=1 if row.kind and row.key else 0)


def _style(block: Block, row: Row, column: ReportColumn) -> Style:
    table, group = block.table, is_group(row)
    total = row.total is not None and not group
    base = Style(
        number_format=look.number_format(
            row.unit or table.unit_of(column), 0 if row.unit else table.decimals_of(column)
        ),
        bold=row.total is not None,
        fill=look.GROUP_FILL if group else look.TOTAL_FILL if total else None,
        top="thin" if total else None,
        bottom=None if total else look.RULE,
        colour=look.NAVY if group else None if column.printed else look.GREY,
        align="right",
        indent=1,
    )
    if column.plain:
        base = replace(base, number_format="General")
    if column.kind != "number":
        return replace(base, number_format="@", wrap=True, bold=False, align=None)
    if column.upright:
        return replace(base, align="center", indent=0)
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
        value = self.block.value(row.key, column.id)
        if value is None:
            return PlannedCell(
                at, column_at, HIDDEN if self._hides(row, column) else None, style=style
            )
        factor = self.block.table.unit_of(column).kronor or 1
        return PlannedCell(at, column_at, value / factor, self._formula(row, column), style)

    def _hides(self, row: Row, column: ReportColumn) -> bool:
        """Whether a figure is left out for the sake of few persons."""
        own = row.exprs.get(column.id) or column.expr
        used = {column.measure} if own is None else {name.column for name in expr.names(own)}
        return bool(used & row.hidden)

    def _formula(self, row: Row, column: ReportColumn) -> str:
        table = self.block.table
        cells = _RowCells(self, row, column, own=column.id in row.exprs)
        own = row.exprs.get(column.id) or column.expr
        if own is not None and (row.total is None or by_columns(table, own)):
            return expr_formula.plain_formula(own, cells)
        if row.total is None:
            return cells.measure(column.measure)
        added = summed_rows(self.block.rows, row.total)
        terms = [self.rows[each.key] for each in added]
        at = self.columns[column.id]
        if any(each.total is not None for each in added):
            return "+".join(a1(term, at) for term in terms)
        return f"SUM({a1(min(terms), at)}:{a1(max(terms), at)})"


@dataclass(frozen=True)
class _RowCells:
    sources: _Sources
    row: Row
    column: ReportColumn
    own: bool = False  # in an expression of the row's own, names are measures

    def measure(self, measure: str) -> str:
        """A measure of the row as a sum over Underlag."""
        underlag, unit = self.sources.underlag, self.sources.block.table.unit_of(self.column)
        return sumifs((underlag.measure(measure), *self.row.criteria), unit)

    def cell(self, name: expr.Name) -> str:
        if name.column in expr.CLOCK:
            month = self.sources.underlag.month
            return str(month if name.column == "month" else 12 - month)
        column = None if self.own else self.sources.columns.get(name.column)
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

    def at_cell(self, name: expr.Name, line: str) -> str:
        raise AssertionError(f"no other rows in a report: {name} {line}")

    def list_area(self, name: expr.Name) -> str:
        raise AssertionError(f"no lists in a report: {name}")

    def scale(self, series: expr.Name) -> str:
        raise AssertionError(f"no months in a report: {series}")


@dataclass(frozen=True)
class _Words:
    block: Block

    def words(self, name: expr.Name) -> str:
        column = self.block.table.column(name.column)
        return (column.words or column.heading.lower()) if column else name.column


_UNITS = {Unit.KR: "kronor", Unit.TKR: "tusen kronor (tkr)", Unit.MKR: "miljoner kronor (mkr)"}


def _notes(block: Block, *, hides: bool) -> Iterator[str]:
    table = block.table
    if not any(row.total is None for row in block.rows):
        yield "Ingen har rapporterat något här."
    numbers = [column for column in table.columns if column.kind == "number"]
    money = [column for column in numbers if table.unit_of(column).kronor is not None]
    if table.notes:
        yield from filter(None, table.notes)
    elif money:
        yield (
            f"Belopp i {_UNITS[table.unit_of(money[0])]}. Intäkter plus, kostnader minus; "
            "en positiv avvikelse är bättre än jämförelsen."
        )
    for column in numbers:
        if column.expr is not None and _has_words(block, column.expr):
            said = expr_words.in_words(column.expr, _Words(block))
            yield f"{block.headings[column.id]} = {said}."
    if hides:
        yield f"{HIDDEN} visas inte: gruppen har få personer, eller en sådan kan räknas fram."
    if money:
        yield "Avrundning kan ge ±1 i sista siffran: varje tal är avrundat för sig."


def _has_words(block: Block, own: expr.Expr) -> bool:
    """Whether all that an expression reckons with has a name that people know."""
    found = (name.column for name in expr.names(own))
    return all(block.table.column(each) is not None or each in expr.CLOCK for each in found)
