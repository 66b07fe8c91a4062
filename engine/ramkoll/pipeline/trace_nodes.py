"""The cells behind a figure of the consolidated workbook, as a tree down to Underlag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ramkoll.compute.fingerprint import fingerprint
from ramkoll.excel.evaluate import Evaluator, Figure, NotComputable, Value, name_cells
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
from ramkoll.model.cells import CellKind, CellRef, CellValue, Sheet, Submission
from ramkoll.model.errors import RamkollError
from ramkoll.model.units import Unit
from ramkoll.pipeline.tables import printed_tables
from ramkoll.sheets import about, underlag
from ramkoll.sheets.table import VALUE_NAME

# Saved values are doubles: 15 digits, less what sums of some hundred of them lose.
_RELATIVE = Decimal("1e-12")
_HALF_ORE = Decimal("0.005")  # kronor
_WITHOUT_UNIT = Decimal("1e-9")
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of Underlag as it stands now: a submitted figure in kronor, and its cell.

    ``inputs`` are the input cells behind it. ``amount`` is None where no number stands.
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
    file: str
    sheet: str
    cell: str
    inputs: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sum:
    """One SUMIFS of a formula: the codes it searches for, by column, and the rows it adds."""

    criteria: tuple[tuple[str, str], ...]
    rows: tuple[SourceRow, ...]

    @property
    def total(self) -> Decimal:
        """The rows' amounts in kronor."""
        return sum((row.amount for row in self.rows if row.amount is not None), Decimal(0))


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
        unit = Unit.KR if evaluator.is_source(at) else _unit(figure, tuple(children))
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


def open_report(workbook: Submission) -> Report:
    """A consolidated workbook, ready to be followed. Raises RamkollError when it is not one."""
    tables = printed_tables(workbook)
    sources = name_cells(workbook, VALUE_NAME)
    sheet = workbook.sheet(underlag.SHEET)
    if sources is None or sheet is None or sources.sheet != sheet.name:
        raise RamkollError(
            f"Bladet {underlag.SHEET} finns inte kvar, eller så har namnet {VALUE_NAME} ändrats.",
            where=workbook.file,
            todo="Sammanställ arbetsboken på nytt.",
        )
    heading_row = sources.area.top - 1
    columns = {
        str(cell.value): column
        for (row, column), cell in sheet.cells.items()
        if row == heading_row and cell.kind is CellKind.TEXT
    }
    missing = [heading for heading in underlag.HEADINGS if heading not in columns]
    if missing:
        raise RamkollError(
            f"Rubriken {missing[0]} finns inte på rad {heading_row}.",
            where=f"{workbook.file} {sheet.name}",
            expected=f"rubrikerna {', '.join(underlag.HEADINGS)}",
            todo="Skriv tillbaka rubriken eller sammanställ arbetsboken på nytt.",
        )
    files = _files(workbook.sheet(about.SHEET))
    om = workbook.sheet(about.SHEET)
    written = _written_fingerprint(om) if om is not None else ""
    area = sources.area
    found = fingerprint(
        tuple(sheet.cell(row, columns[heading]).value for heading in underlag.HEADINGS)
        for row in range(area.top, area.bottom + 1)
    )
    untouched = found == written if written else None
    return Report(Evaluator(workbook, sources), tables, sources, columns, files, untouched)


def changed_figures(workbook: Submission) -> list[str]:
    """What has been changed in a consolidated workbook's figures since it was written.

    Sentences in Swedish: changed rows of Underlag, and numbers typed over the formulas of a
    printed table. Empty when all is as it was. Raises RamkollError when it is no such workbook.
    """
    report = open_report(workbook)
    said = []
    if report.untouched is False:
        said.append(f"{workbook.file} {underlag.SHEET}: raderna är inte de som skrevs dit.")
    for cells in report.tables.values():
        for at in report.evaluator.filled(cells):
            cell = report.evaluator.cell(at)
            if cell.kind is CellKind.NUMBER and cell.formula is None:
                said.append(f"{at}: ett inskrivet tal har ersatt formeln.")
    return said


def _written_fingerprint(om: Sheet) -> str:
    """What the rows of Underlag came to when the workbook was made, from the sheet Om."""
    labels = (at for at, cell in om.cells.items() if cell.value == about.FINGERPRINT_LABEL)
    row, column = next(labels, (0, 0))
    return str(om.cell(row, column + 2).value or "") if row else ""


def _files(sheet: Sheet | None) -> dict[str, str]:
    """The fingerprint of each file that was read, from the list on the sheet Om."""
    if sheet is None:
        return {}
    name, fingerprint = about.FILE_HEADINGS[0], about.FILE_HEADINGS[-1]
    values = {at: str(cell.value) for at, cell in sheet.cells.items() if cell.value is not None}
    rows = {row for (row, _), value in values.items() if value == fingerprint}
    heads = {(v, row): column for (row, column), v in values.items() if v in (name, fingerprint)}
    found = {}
    for top in rows:
        if (name, top) not in heads:
            continue
        row = top + 1
        while (row, heads[name, top]) in values:
            file = values[row, heads[name, top]]
            found[file] = values.get((row, heads[fingerprint, top]), "")
            row += 1
    return found


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


def _unit(figure: Value, children: tuple[Node, ...]) -> Unit | None:
    """The unit a figure is in, seen from how much of each krona goes into it."""
    weights = (figure.weights or {}) if isinstance(figure, Figure) else {}
    sizes = {abs(weight) for weight in weights.values() if weight}
    if len(sizes) == 1:
        size = sizes.pop()
        return next((u for u in (Unit.KR, Unit.TKR, Unit.MKR) if size * (u.kronor or 0) == 1), None)
    if sizes:
        return None
    return next((node.unit for node in children if node.unit is not None), None)
