"""What a plan changes in a consolidated workbook that is there already, before anything is done.

Sheets are neither added nor removed: that would take away undo. So a sheet that is missing is
said, and one that the report no longer has is emptied and says so itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ramkoll.excel.evaluate import name_cells
from ramkoll.layout.report import REST, ReportLayout
from ramkoll.model.cells import Area, CellKind, CellRef, quoted_sheet
from ramkoll.model.plan import PlannedCell, SheetPlan, WorkbookPlan
from ramkoll.model.units import swedish_number
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.pipeline.tables import is_table_name
from ramkoll.sheets import about
from ramkoll.sheets.view import headline

NO_LONGER = "Bladet ingår inte i den här periodens rapport."


@dataclass(frozen=True)
class Lost:
    """What somebody has written where the report is to stand, as it reads."""

    at: CellRef
    text: str


@dataclass(frozen=True)
class Rewrite:
    """A plan held against the workbook that it is to be written into.

    ``sheets`` are to be written, each with the area that was ours before, or None; a sheet that
    the report no longer has is among them, and in ``emptied``. ``missing`` are the plan's sheets
    that are not there, ``needed`` those of them that formulas refer to. ``old_names`` are names
    of tables that are no more.
    """

    sheets: tuple[tuple[SheetPlan, Area | None], ...]
    missing: tuple[str, ...]
    needed: tuple[str, ...]
    emptied: tuple[str, ...]
    names: Mapping[str, str]
    old_names: tuple[str, ...]
    lost: tuple[Lost, ...]


def rewrite(workbook: Submission, plan: WorkbookPlan, report: ReportLayout) -> Rewrite:
    """Hold a plan against the open workbook, whose sheets may be sent without their cells."""
    planned = {sheet.name.casefold(): sheet for sheet in plan.sheets}
    named = _named_areas(workbook)
    known = {name.casefold() for name in (*report.sheets, *(t.sheet for t in report.tables))}
    # A table's own sheet is ours whatever it is called: an area's, in a region of other areas.
    known |= {sheet for sheet, names in named.items() if any(map(is_table_name, names))}
    known -= {REST}
    found: list[tuple[SheetPlan, Area | None]] = []
    emptied: list[str] = []
    for sheet in workbook.sheets:
        here = sheet.name.casefold()
        areas = list(named.get(here, {}).values())
        if here in planned:
            right = max((area.right for area in areas), default=1)
            found.append((planned[here], _ours(sheet, areas, right)))
        elif here in known:
            right = max((column for _, column in sheet.cells), default=1)
            cells = tuple(headline(sheet.name, (NO_LONGER,)))
            found.append((SheetPlan(sheet.name, cells), _ours(sheet, areas, right)))
            emptied.append(sheet.name)
    there = {sheet.name.casefold() for sheet in workbook.sheets}
    missing = tuple(sheet.name for sheet in plan.sheets if sheet.name.casefold() not in there)
    written = [sheet for sheet, _ in found]
    needed = tuple(name for name in missing if _is_needed(name, written))
    on_missing = tuple(f"{quoted_sheet(name)}!" for name in missing)
    names = {n: ref for n, ref in plan.names.items() if not ref.startswith(on_missing)}
    return Rewrite(
        tuple(found),
        missing,
        needed,
        tuple(emptied),
        names,
        tuple(n for n in workbook.names if is_table_name(n) and n not in names),
        (*_lost(workbook, found), *_typed_over(workbook, found)),
    )


def ours_on(plan: SheetPlan, before: Area | None) -> Area:
    """From A1 to the last row and column that the plan has, or that was ours before."""
    ends = [(cell.row, cell.column) for cell in plan.cells]
    ends += [(area.bottom, area.right) for area in plan.merges]
    rows_end = max((row for row, _ in ends), default=1)
    ends += [(min(chart.row, rows_end), chart.column) for chart in plan.charts]
    if before is not None:
        ends.append((before.bottom, before.right))
    rows, columns = zip(*ends, strict=True) if ends else ((1,), (1,))
    return Area(1, 1, max(rows), max(columns))


def _ours(sheet: Sheet, areas: Sequence[Area], right: int) -> Area | None:
    """What was ours: all rows in use, and the columns of our tables; beside them people write."""
    rows = [row for row, column in sheet.cells if column <= right]
    bottom = max((*rows, *(area.bottom for area in areas)), default=0)
    right = max((right, *(area.right for area in areas)))
    return Area(1, 1, bottom, right) if bottom else None


def _named_areas(workbook: Submission) -> dict[str, dict[str, Area]]:
    """By sheet, in small letters, the areas that names stand for."""
    found: dict[str, dict[str, Area]] = {}
    for name in workbook.names:
        cells = name_cells(workbook, name)
        if cells is not None and cells.sheet is not None:
            found.setdefault(cells.sheet.casefold(), {})[name] = cells.area
    return found


def _is_needed(sheet: str, written: Sequence[SheetPlan]) -> bool:
    refers = re.compile(r"(?<![\w'])" + re.escape(quoted_sheet(sheet)) + "!")
    formulas = (cell.formula for each in written for cell in each.cells if cell.formula)
    return any(refers.search(formula) for formula in formulas)


def _lost(workbook: Submission, sheets: Sequence[tuple[SheetPlan, Area | None]]) -> Iterator[Lost]:
    """Texts that are to be overwritten, on sheets whose texts are not those we wrote last.

    A sheet that nobody has written on says nothing of the kind, however the report has changed.
    """
    om = workbook.sheet(about.SHEET)
    written = _written_texts(om) if om is not None else {}
    for plan, before in sheets:
        sheet = workbook.sheet(plan.name)
        assert sheet is not None
        texts = {
            at: str(cell.value)
            for at, cell in sheet.cells.items()
            if cell.kind is CellKind.TEXT and cell.formula is None
        }
        found = about.texts_fingerprint((row, at, text) for (row, at), text in texts.items())
        if plan.name == about.SHEET or not texts or written.get(plan.name) == found:
            continue
        ours = ours_on(plan, before)
        again = {_plain(cell) for cell in plan.cells}
        for (row, column), text in sorted(texts.items()):
            if ours.holds(row, column) and " ".join(text.split()) not in again:
                yield Lost(CellRef(workbook.file, sheet.name, row, column), text)


def _typed_over(
    workbook: Submission, sheets: Sequence[tuple[SheetPlan, Area | None]]
) -> Iterator[Lost]:
    """Figures that are to be overwritten and cannot be ours, which is a formula there.

    Where nothing is to stand, they cannot on a sheet of which all our figures are formulas.
    """
    for plan, before in sheets:
        sheet = workbook.sheet(plan.name)
        assert sheet is not None
        formulas = {(cell.row, cell.column) for cell in plan.cells if cell.formula}
        lists = any(isinstance(c.value, Decimal | date) and not c.formula for c in plan.cells)
        planned = {(cell.row, cell.column) for cell in plan.cells if cell.value is not None}
        ours = ours_on(plan, before)
        for (row, column), cell in sorted(sheet.cells.items()):
            typed = cell.formula is None and cell.kind in (CellKind.NUMBER, CellKind.DATE)
            free = not lists and (row, column) not in planned
            if typed and ours.holds(row, column) and (free or (row, column) in formulas):
                value = cell.value
                shown = swedish_number(value) if isinstance(value, Decimal) else str(value)
                yield Lost(CellRef(workbook.file, sheet.name, row, column), shown)


def _plain(cell: PlannedCell) -> str:
    return " ".join(cell.value.split()) if isinstance(cell.value, str) else ""


def _written_texts(om: Sheet) -> dict[str, str]:
    """The fingerprint of each sheet's texts as they were written, from the list on Om."""
    heading = about.TEXT_HEADINGS[-1]
    heads = [at for at, cell in om.cells.items() if cell.value == heading]
    found: dict[str, str] = {}
    for row, column in heads[:1]:
        row += 1
        while not om.cell(row, 1).is_blank and not om.cell(row, column).is_blank:
            found[str(om.cell(row, 1).value)] = str(om.cell(row, column).value)
            row += 1
    return found
