"""The cells behind a figure of the consolidated workbook, as a tree down to Underlag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ramkoll.excel.evaluate import Evaluator, Figure, NotComputable, Value
from ramkoll.excel.formula import (
    Binary,
    Call,
    Cells,
    Expr,
    Name,
    Negative,
    Text,
    cells_from_text,
)
from ramkoll.excel.precedents import NoOpinion, precedents
from ramkoll.model.cells import CellKind, CellRef, CellValue
from ramkoll.model.units import Unit
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.trace_units import Units
from ramkoll.sheets import underlag

# Saved values are doubles: 15 digits, less what sums of some hundred of them lose.
_RELATIVE = Decimal("1e-12")
_HALF_ORE = Decimal("0.005")  # kronor
_WITHOUT_UNIT = Decimal("1e-9")
_DEEPEST = 200
# "Månad!E9:L9; Månad!E12": where a row of Underlag is counted on cells of the same workbook.
_RANGE = r"[^;!]+![A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?"
_RANGES = re.compile(f"{_RANGE}(?:; {_RANGE})*")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of Underlag as it stands now: a submitted figure in its unit, and its cell.

    ``inputs`` are the input cells behind it, or words where it is about a whole sheet.
    ``amount`` is None where no number stands, ``unit`` where Måttenhet is none of ours.
    ``sha256`` is that of the file as it was read, empty when the sheet Om does not have it.
    """

    row: int
    measure: str
    enhet: str
    enhet_name: str
    line: str
    line_name: str
    part: str
    amount: Decimal | None
    unit: Unit | None
    file: str
    sheet: str
    cell: str
    inputs: str
    sha256: str

    @property
    def whole_sheet(self) -> bool:
        """Whether no cell of its own holds it: it is counted on all of the sheet."""
        return bool(self.inputs) and _RANGES.fullmatch(self.inputs) is None


@dataclass(frozen=True, slots=True)
class Sum:
    """One SUMIFS of a formula: the codes it searches for, by column, and the rows it adds."""

    criteria: tuple[tuple[str, str], ...]
    rows: tuple[SourceRow, ...]

    @property
    def total(self) -> Decimal:
        """The rows' amounts in their unit."""
        return sum((row.amount for row in self.rows if row.amount is not None), Decimal(0))

    @property
    def unit(self) -> Unit | None:
        """The unit of the rows; None when they have not one and the same."""
        units = {row.unit for row in self.rows}
        return units.pop() if len(units) == 1 else None


@dataclass(frozen=True)
class Node:
    """A cell on the way: what it shows, what it comes to now, and what it is made of.

    ``value`` is the saved value. ``figure`` is what it comes to, None when that cannot be said;
    ``fault`` then says why. ``agrees`` is whether the two are the same.
    """

    at: CellRef
    label: str
    heading: str
    formula: str | None
    value: CellValue
    number_format: str
    figure: Value
    unit: Unit | None
    fault: str = ""
    agrees: bool = True
    children: tuple[Node, ...] = ()
    sums: tuple[Sum, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether it is a number that somebody has typed, not a formula and not a source."""
        return self.formula is None and not self.sums

    @property
    def own_fixed(self) -> Decimal:
        """The number in it that comes neither from Underlag nor from a cell it refers to."""
        if not isinstance(self.figure, Figure) or any(node.fixed for node in self.children):
            return Decimal(0)
        return self.figure.fixed

    @property
    def fixed(self) -> Decimal:
        """The part of its value that does not come from Underlag."""
        return self.figure.fixed if isinstance(self.figure, Figure) else Decimal(0)

    def all(self) -> tuple[Node, ...]:
        """The node and every node below it, each once, from the top."""
        found: dict[CellRef, Node] = {}
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.at not in found:
                found[node.at] = node
                waiting += reversed(node.children)
        return tuple(found.values())


@dataclass(frozen=True)
class Report:
    """A consolidated workbook and what is known about where things stand in it.

    ``untouched`` says whether Underlag holds what it was written with, None when Om does not say.
    """

    evaluator: Evaluator
    tables: Mapping[str, Cells]
    sources: Cells
    columns: Mapping[str, int]
    units: Units
    files: Mapping[str, str]
    untouched: bool | None = None
    known: dict[CellRef, Node] = field(default_factory=dict)

    @property
    def workbook(self) -> Submission:
        return self.evaluator.workbook

    def node(self, at: CellRef, above: tuple[CellRef, ...]) -> Node:
        """The cell with everything below it."""
        if at not in self.known:
            self.known[at] = self._node(at, above)
        return self.known[at]

    def _node(self, at: CellRef, above: tuple[CellRef, ...]) -> Node:
        evaluator, cell = self.evaluator, self.evaluator.cell(at)
        figure: Value = None
        fault = ""
        try:
            figure = evaluator.value(at)
        except NotComputable as error:
            fault = str(error)
        children: list[Node] = []
        sums: list[Sum] = []
        if evaluator.is_source(at):
            sums.append(Sum((), (self.row(at),)))
        elif cell.formula is not None and len(above) < _DEEPEST:
            for part in self._parts(at):
                if isinstance(part, Sum):
                    sums.append(part)
                elif part not in above and part != at:
                    children.append(self.node(part, (*above, at)))
        unit = self.units.unit(at) if isinstance(figure, Figure) else None
        saved = cell.formula is None or cell.value is not None
        return Node(
            at,
            *self._names(at),
            cell.formula,
            cell.value,
            cell.number_format,
            figure,
            unit,
            fault,
            bool(fault) or not saved or same(cell.value, figure, unit),
            tuple({child.at: child for child in children}.values()),
            tuple(sums),
        )

    def _parts(self, at: CellRef) -> Iterator[CellRef | Sum]:
        """The cells with figures and the sums over Underlag in a formula, in its order."""
        for expr in self.precedents(at):
            try:
                if isinstance(expr, Call):
                    cells = self.evaluator.selected(expr, at)
                else:
                    cells = list(self.evaluator.filled(self.evaluator.resolve(expr, at)))
            except NotComputable:
                continue  # the node itself says so
            sources = [each for each in cells if self.evaluator.is_source(each)]
            if sources or isinstance(expr, Call):
                yield Sum(_criteria(expr), tuple(self.row(each) for each in sources))
            for each in cells:
                found = self.evaluator.cell(each)
                figure = found.formula is not None or found.kind is CellKind.NUMBER
                if figure and not self.evaluator.is_source(each):
                    yield each

    def precedents(self, at: CellRef) -> list[Cells | Name | Call]:
        """The cells, ranges, names and SUMIFS calls in the formula of a cell, in its order."""
        try:
            return list(_references(self.evaluator.parsed(at)))
        except NotComputable:
            pass
        try:  # a formula that a person has written: another engine may know what it refers to
            texts = precedents(self.evaluator.cell(at).formula or "")
        except NoOpinion:
            return []
        return [cells_from_text(text) or Name(text) for text in texts]

    def row(self, at: CellRef) -> SourceRow:
        """The row of Underlag that an amount stands in."""
        sheet = self.workbook.sheet(at.sheet)
        assert sheet is not None

        def text(heading: str) -> str:
            value = sheet.cell(at.row, self.columns[heading]).value
            return "" if value is None else str(value)

        amount = sheet.cell(at.row, at.column).value
        return SourceRow(
            row=at.row,
            measure=text("Mått"),
            enhet=text("Enhet"),
            enhet_name=text("Namn"),
            line=text("Kod"),
            line_name=text("Rad"),
            part=text("Delpost"),
            amount=amount if isinstance(amount, Decimal) else None,
            unit=self.units.sources.get(at),
            file=text("Fil"),
            sheet=text("Blad"),
            cell=text("Cell"),
            inputs=text("Räknat på"),
            sha256=self.files.get(text("Fil"), ""),
        )

    def _names(self, at: CellRef) -> tuple[str, str]:
        """The label of a cell's row and the heading of its column; empty when there is none."""
        sheet = self.workbook.sheet(at.sheet)
        assert sheet is not None

        def text(row: int, column: int) -> str:
            cell = sheet.cell(row, column)
            plain = cell.kind is CellKind.TEXT and cell.formula is None
            return str(cell.value).strip() if plain else ""

        label = next(filter(None, (text(at.row, c) for c in range(1, at.column))), "")
        rows = range(at.row - 1, 0, -1)
        for cells in self.tables.values():
            if cells.sheet == sheet.name and cells.area.top < at.row <= cells.area.bottom:
                rows = range(cells.area.top, cells.area.top - 1, -1)
        heading = next(filter(None, (text(row, at.column) for row in rows)), "")
        return label, heading


def _criteria(expr: Cells | Name | Call) -> tuple[tuple[str, str], ...]:
    """What a SUMIFS searches for: the heading of a column of Underlag, and a code."""
    if not isinstance(expr, Call):
        return ()
    pairs = zip(expr.arguments[1::2], expr.arguments[2::2], strict=True)
    return tuple(
        (underlag.NAMES.get(where.name, where.name), code.value)
        for where, code in pairs
        if isinstance(where, Name) and isinstance(code, Text)
    )


def _references(expr: Expr) -> Iterator[Cells | Name | Call]:
    match expr:
        case Cells() | Name() | Call("SUMIFS"):
            yield expr
        case Negative(of):
            yield from _references(of)
        case Binary(_, left, right):
            yield from _references(left)
            yield from _references(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from _references(argument)


def same(value: CellValue, computed: Value, unit: Unit | None) -> bool:
    """Whether a saved value is what the cell comes to, but for the noise of binary numbers."""
    if not isinstance(computed, Figure):
        return value == computed
    if not isinstance(value, Decimal):
        return False
    factor = None if unit is None else unit.kronor
    least = _WITHOUT_UNIT if factor is None else _HALF_ORE / factor
    return abs(value - computed.value) <= max(least, _RELATIVE * abs(computed.value))
