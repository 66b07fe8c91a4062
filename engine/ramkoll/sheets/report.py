"""The regionstyrelse workbook: all its sheets, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from ramkoll.compute.tables import Block
from ramkoll.layout.report import REST, ReportLayout
from ramkoll.model.plan import SheetPlan, WorkbookPlan
from ramkoll.sheets import about, reconcile, review, summary, underlag
from ramkoll.sheets.about import about_sheet
from ramkoll.sheets.paper import Section, paper_sheet
from ramkoll.sheets.presentable import presentable
from ramkoll.sheets.reconcile import reconcile_sheet
from ramkoll.sheets.review import review_sheet
from ramkoll.sheets.summary import summary_sheet
from ramkoll.sheets.table import Drawn
from ramkoll.sheets.underlag import underlag_names, underlag_sheet
from ramkoll.sheets.view import ReportView

MAX_SHEET_NAME = 31
OWN_SHEETS = (summary.SHEET, reconcile.SHEET, review.SHEET, underlag.SHEET, about.SHEET)


def sheet_names(report: ReportLayout) -> list[str]:
    """The sheets of a report whose names it says itself, but for the long list Underlag."""
    of_tables = (table.sheet for table in report.tables)
    named = (*report.sheets, *of_tables, *(text.sheet for text in report.texts), *OWN_SHEETS)
    left_out = (REST, underlag.SHEET)
    return [n for n in dict.fromkeys(named) if n not in left_out and "{" not in n]


def report_workbook(view: ReportView) -> WorkbookPlan:
    """The whole workbook as a plan, in the order that the report names its sheets."""
    by_sheet: dict[str, list[Block]] = {}
    for block in _with_sheet_names(view.blocks):
        by_sheet.setdefault(block.sheet, []).append(block)
    for name, blocks in by_sheet.items():
        by_sheet[name] = _together(blocks)
    sections: dict[str, list[Section]] = {}
    for each in view.sections:
        sections.setdefault(each.sheet, []).append(Section(each.title, each.passages))
    of_summary = sections.pop(summary.SHEET, [])
    drawn: list[Drawn] = []
    board: list[SheetPlan] = []
    working: list[SheetPlan] = []
    for name in _order(view, by_sheet, sections):
        blocks = by_sheet.get(name, [])
        plan, tables = paper_sheet(view, name, blocks, sections.get(name, []))
        drawn += tables
        is_working = bool(blocks) and all(block.table.working for block in blocks)
        (working if is_working else board).append(plan)
    figures = underlag_sheet(view)
    shown = (
        summary_sheet(view, drawn, of_summary),
        *board,
        *working,
        reconcile_sheet(view, drawn),
        review_sheet(view),
    )
    sheets = (*shown, figures, about_sheet(view, shown))
    names = underlag_names(view) | {each.name: each.printed_area for each in drawn}
    workbook = WorkbookPlan(
        sheets=sheets,
        created=datetime.combine(view.made.date(), time()),
        title=view.title,
        names=names,
        comments=f"Gjord med Ramkoll {view.version} ur {len(view.files)} filer",
    )
    return presentable(workbook)


def _together(blocks: Sequence[Block]) -> list[Block]:
    """Tables about the same group follow each other, its text before the first of them only."""
    order = {per: n for n, per in enumerate(dict.fromkeys(block.per for block in blocks))}
    found: list[Block] = []
    for block in sorted(blocks, key=lambda each: order[each.per]):
        said = bool(found) and found[-1].per == block.per
        found.append(replace(block, intro=()) if said else block)
    return found


def _order(
    view: ReportView, by_sheet: Mapping[str, Sequence[Block]], sections: Iterable[str]
) -> list[str]:
    """The sheets as the report lists them; an area's own where it says ``*``, the rest last."""
    named = view.report.sheets
    of_areas = [name for name, blocks in by_sheet.items() if REST in blocks[0].table.areas]
    found: list[str] = []
    for name in named:
        if name == REST:
            found += of_areas
        elif name in by_sheet or name in sections:
            found.append(name)
    return list(dict.fromkeys([*found, *by_sheet, *sections]))


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
