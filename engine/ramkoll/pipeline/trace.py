"""From a figure of the consolidated workbook back to the submitted cells, with proof."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ramkoll.excel.evaluate import Figure, NotComputable
from ramkoll.excel.formula import Name, cells_from_text
from ramkoll.excel.precedents import Grid, NoOpinion, evaluated
from ramkoll.model.cells import Area, Cell, CellKind, CellRef, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.trace_nodes import Node, Report, SourceRow, same
from ramkoll.pipeline.trace_open import open_report
from ramkoll.sheets import reconcile
from ramkoll.sheets.table import HIDDEN


class Verdict(StrEnum):
    """What following a figure has shown."""

    AGREES = "stämmer"
    DIFFERS = "stämmer inte"
    NO_SOURCE = "utan källa"
    UNCHECKED = "inte jämförd"


@dataclass(frozen=True)
class Trace:
    """A figure followed to its sources. ``second`` is what an independent engine makes of it.

    ``untouched`` says whether Underlag still holds what it was written with, None when not known.
    """

    file: str
    sha256: str
    top: Node
    second: Decimal | str | bool | None = None
    second_agrees: bool | None = None
    untouched: bool | None = None

    @property
    def verdict(self) -> Verdict:
        """What following the figure has shown."""
        top = self.top
        if self.untouched is False:
            return Verdict.DIFFERS
        if top.fault or (top.formula is not None and top.value is None):
            return Verdict.UNCHECKED
        if self.differing() or self.second_agrees is False:
            return Verdict.DIFFERS
        # The ledger's control totals on Avstämning are fixed numbers on purpose.
        if any(node.typed or node.at.sheet != reconcile.SHEET for node in self.unsourced()):
            return Verdict.NO_SOURCE
        return Verdict.AGREES

    @property
    def agrees(self) -> bool:
        """Whether the rows of Underlag add up to what the cell shows, with nothing else in it."""
        return self.verdict is Verdict.AGREES

    def rows(self) -> tuple[SourceRow, ...]:
        """Every row of Underlag behind the figure, each once, in the order of the sheet."""
        found = {row.row: row for node in self.top.all() for each in node.sums for row in each.rows}
        return tuple(found[row] for row in sorted(found))

    def unsourced(self) -> tuple[Node, ...]:
        """The cells on the way that bring in a number which is not in Underlag."""
        return tuple(node for node in self.top.all() if node.typed or node.own_fixed)

    def differing(self) -> tuple[Node, ...]:
        """The cells where saved and recomputed values part, none of whose precedents do."""
        return tuple(
            node
            for node in self.top.all()
            if not node.agrees and all(child.agrees for child in node.children)
        )


def trace(workbook: Submission, place: str) -> Trace:
    """Follow a figure of a consolidated workbook, such as ``Ekonomisk analys!F7``.

    Only the workbook is needed. The rows of Underlag are chosen by what they hold now, so it
    may have been sorted and filtered. Raises RamkollError when the workbook is not one of ours,
    or the place holds no figure, or one that is protected.
    """
    return follow(open_report(workbook), place)


def follow(report: Report, place: str, *, ask_second: bool = True) -> Trace:
    """The same in a workbook that is open already; the second engine takes its time."""
    workbook = report.workbook
    top = report.node(_place(report, place), ())
    second, second_agrees = _second_opinion(report, top) if ask_second else (None, None)
    return Trace(workbook.file, workbook.sha256, top, second, second_agrees, report.untouched)


def _second_opinion(report: Report, top: Node) -> tuple[Decimal | str | bool | None, bool | None]:
    if top.formula is None or top.fault:
        return None, None
    evaluator = report.evaluator

    def grid(reference: str) -> Grid:
        cells = evaluator.resolve(cells_from_text(reference) or Name(reference), top.at)
        area, sheet = cells.area, cells.sheet or ""
        return [
            [
                value.value if isinstance(value, Figure) else value
                for column in range(area.left, area.right + 1)
                for value in (evaluator.value(evaluator.at(sheet, row, column)),)
            ]
            for row in range(area.top, area.bottom + 1)
        ]

    try:
        found = evaluated(top.formula, grid)
    except (NoOpinion, NotComputable):
        return None, None
    return found, same(found, top.figure, top.unit)


def _place(report: Report, place: str) -> CellRef:
    """The figure at a place that a person has written. Raises RamkollError."""
    workbook = report.workbook
    text = place.strip().removeprefix("=")
    name, mark, address = text.rpartition("!")
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1].replace("''", "'")
    expected = f"till exempel {_example(report)}"

    def fault(what: str, todo: str, where: str = workbook.file) -> RamkollError:
        return RamkollError(what, where=where, expected=expected, todo=todo)

    sheets = ", ".join(sheet.name for sheet in workbook.sheets)
    if not mark:
        raise fault(
            f"I «{place}» saknas bladets namn.",
            f"Skriv bladet, ett utropstecken och cellen. Bladen är {sheets}.",
        )
    sheet = workbook.sheet(name)
    if sheet is None:
        raise fault(f"Det finns inget blad «{name}».", f"Ange ett av bladen {sheets}.")
    try:
        at = report.evaluator.at(sheet.name, *parse_a1(address))
    except ValueError:
        where = f"{workbook.file} {sheet.name}"
        raise fault(f"«{address}» är ingen cell.", "Ange en cell på bladet.", where) from None
    cell = sheet.cell(at.row, at.column)
    if _is_figure(cell):
        return at
    if cell.value == HIDDEN and cell.number_format != "@" and _printed(report, at):
        raise RamkollError(
            "Siffran är skyddad: den gäller så få personer att någon kan kännas igen, eller så "
            "går en sådan siffra att räkna fram ur den.",
            where=str(at),
            todo="Den finns därför ingenstans i arbetsboken och går inte att följa.",
        )
    what = "är tom" if cell.is_blank else f"innehåller ingen siffra utan «{cell.value}»"
    figures = [at for at, each in sheet.cells.items() if _is_figure(each)]
    if not figures:
        raise fault(f"Cellen {what}.", "Ange en cell på ett blad med siffror.", str(at))
    rows, columns = zip(*figures, strict=True)
    area = Area(min(rows), min(columns), max(rows), max(columns))
    raise fault(f"Cellen {what}.", f"Ange en siffra; de står i {area.address}.", str(at))


def _printed(report: Report, at: CellRef) -> bool:
    return any(
        cells.sheet == at.sheet and cells.area.holds(at.row, at.column)
        for cells in report.tables.values()
    )


def _is_figure(cell: Cell) -> bool:
    return cell.formula is not None or cell.kind is CellKind.NUMBER


def _example(report: Report) -> str:
    """Some figure of the printed tables, as it is written."""
    for cells in report.tables.values():
        for at in report.evaluator.filled(cells):
            if _is_figure(report.evaluator.cell(at)):
                return at.in_sheet
    return "Prognos!B5"
