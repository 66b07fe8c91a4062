"""The regionstyrelse workbook: all its sheets, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from ramkoll.compute.tables import Block
from ramkoll.layout import look
from ramkoll.layout.report import REST
from ramkoll.model.cells import Area
from ramkoll.model.plan import PlannedCell, SheetPlan, WorkbookPlan
from ramkoll.sheets import about, reconcile, review, summary, underlag
from ramkoll.sheets.about import about_sheet
from ramkoll.sheets.presentable import presentable
from ramkoll.sheets.reconcile import reconcile_sheet
from ramkoll.sheets.review import review_sheet
from ramkoll.sheets.summary import summary_sheet
from ramkoll.sheets.table import LABEL, Drawn, draw_table
from ramkoll.sheets.underlag import underlag_names, underlag_sheet
from ramkoll.sheets.view import ReportView, headline, page

TOP = 4
MAX_SHEET_NAME = 31
ONE_PAGE = 40  # rows of tables that can still be read when they share a page
# In characters of the body text: a column nobody has set, and one bold character of a title.
DEFAULT_WIDTH, TITLE_WIDTH = 8.43, 1.3
OWN_SHEETS = (summary.SHEET, reconcile.SHEET, review.SHEET, underlag.SHEET, about.SHEET)
Texts = Mapping[tuple[str, str], str]


def report_workbook(view: ReportView, texts: Texts) -> WorkbookPlan:
    """The whole workbook as a plan. ``texts`` fills text columns by unit and measure."""
    by_sheet: dict[str, list[Block]] = {}
    for block in _with_sheet_names(view.blocks):
        by_sheet.setdefault(block.sheet, []).append(block)
    drawn: list[Drawn] = []
    board: list[SheetPlan] = []
    working: list[SheetPlan] = []
    for name, blocks in by_sheet.items():
        plan, tables = _tables(view, name, blocks, texts)
        drawn += tables
        (working if all(block.table.working for block in blocks) else board).append(plan)
    sheets = (
        summary_sheet(view, drawn),
        *board,
        *working,
        reconcile_sheet(view, drawn),
        review_sheet(view),
        underlag_sheet(view),
        about_sheet(view),
    )
    names = underlag_names(view) | {each.name: each.printed_area for each in drawn}
    workbook = WorkbookPlan(
        sheets=sheets,
        created=datetime.combine(view.made.date(), time()),
        title=view.title,
        names=names,
        comments=f"Gjord med Ramkoll {view.version} ur {len(view.files)} filer",
    )
    return presentable(workbook)


def _tables(
    view: ReportView, name: str, blocks: Sequence[Block], texts: Texts
) -> tuple[SheetPlan, list[Drawn]]:
    cells: list[PlannedCell] = []
    drawn: list[Drawn] = []
    top = TOP
    widths: dict[int, float] = {LABEL: 46}
    heights: dict[int, float] = {}
    is_working = all(block.table.working for block in blocks)
    for block in blocks:
        lines = (view.report.working_tab,) if is_working and not drawn else ()
        for cell in headline(block.title, lines):
            cells.append(_moved(cell, top - TOP if not drawn else top - 3))
        table = draw_table(block, view.underlag, top, _block_texts(block, texts))
        cells += table.cells
        drawn.append(table)
        heights |= {top: 32.0, top - TOP + 1 if len(drawn) == 1 else top - 2: 24.0}
        heights |= _row_heights(table)
        for column in block.table.columns:
            at = table.columns[column.id]
            widths[at] = max(widths.get(at, 0), column.width)
        top = table.next_row + 3
    wide = sum(widths.values()) > 125
    plan = SheetPlan(
        name,
        tuple(cells),
        widths=widths,
        heights=heights,
        landscape=wide,
        one_page=sum(len(block.rows) for block in blocks) <= ONE_PAGE,
        print_area=Area(1, 1, drawn[-1].next_row - 2, _last_column(widths, blocks)),
    )
    return page(view, plan, working=is_working), drawn


def _last_column(widths: Mapping[int, float], blocks: Sequence[Block]) -> int:
    """The last printed column: far enough right that no title is cut."""
    last, room = max(widths), sum(widths.values())
    longest = max(len(block.title) for block in blocks) * TITLE_WIDTH
    while room < longest:
        last, room = last + 1, room + DEFAULT_WIDTH
    return last


def _row_heights(table: Drawn) -> dict[int, float]:
    """Room for wrapped texts, and air between the lines."""
    by_place = {(cell.row, cell.column): cell.value for cell in table.cells}
    wide = [(table.columns[c.id], c.width) for c in table.block.table.columns if c.kind == "text"]
    return {
        row: max(
            17.0, look.wrapped_height((str(by_place.get((row, at)) or ""), w) for at, w in wide)
        )
        for row in table.rows.values()
    }


def _moved(cell: PlannedCell, rows: int) -> PlannedCell:
    return replace(cell, row=cell.row + rows)


def _block_texts(block: Block, texts: Texts) -> Texts:
    return {
        (row.key, column.id): texts[row.key, column.measure]
        for row in block.rows
        for column in block.table.columns
        if column.kind == "text" and (row.key, column.measure) in texts
    }


def _with_sheet_names(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with names that Excel takes for their sheets, each name meaning one sheet.

    Tables that the report puts on one sheet stay together. A sheet named after an area gets a
    number when another sheet has its name already.
    """
    taken = {name.casefold() for name in OWN_SHEETS}
    names: dict[tuple[str, str], str] = {}
    for block in sorted(blocks, key=lambda each: REST in each.table.areas):
        place = (block.table.sheet, block.sheet)
        if place not in names:
            names[place] = _free_name(block.sheet, taken)
            taken.add(names[place].casefold())
    return [replace(block, sheet=names[block.table.sheet, block.sheet]) for block in blocks]


def _free_name(wanted: str, taken: set[str]) -> str:
    for sign in "[]:*?/\\":
        wanted = wanted.replace(sign, "-")
    base = wanted.strip("' ") or "Tabell"
    name, n = base[:MAX_SHEET_NAME].strip("' "), 2
    while name.casefold() in taken or name.casefold() == "history":
        end = f" ({n})"
        name, n = base[: MAX_SHEET_NAME - len(end)] + end, n + 1
    return name
