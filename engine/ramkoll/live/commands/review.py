"""Granskning som blad: the findings on a sheet of the open workbook, to print or to send on."""

from __future__ import annotations

from dataclasses import replace

import xlwings as xw

from ramkoll import __version__
from ramkoll.live.applying import write_sheet
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import Opened, opened
from ramkoll.live.results import Result
from ramkoll.model.cells import Area, CellRef
from ramkoll.model.plan import PlannedCell, SheetPlan
from ramkoll.model.workbook import Sheet
from ramkoll.report.findings import count_text
from ramkoll.sheets.returned import (
    NAME,
    ReturnView,
    free_name,
    own_sheet,
    returned_sheet,
    seal_reference,
)

_INTERNAL = "internal:"


@command("review", Reads.REVIEW)
def review(book: xw.Book, host: Host) -> Result:
    """Write the findings on our own sheet, anew when there is one, and go there.

    What is acknowledged is left out, as in the pane's list.
    """
    found = opened(book, host)
    workbook = found.workbook
    own = own_sheet(workbook)
    names = [sheet.name for sheet in workbook.sheets]
    name = free_name(names) if own is None else own[0].name
    plan = _plan(found, host, name)
    if own is None:
        book.sheets.add(name, after=book.sheets[len(names) - 1])
    book.names.add(NAME, f"={seal_reference(name)}")
    write_sheet(book.sheets[name], host, plan, None if own is None else _ours(own[0], plan))
    for column, width in plan.widths.items():
        host.column_width(name, [column], width)
    host.go_to(CellRef(workbook.file, name, 1, 1))
    said = f"Fynden står på bladet {name}. {count_text(found.unacknowledged(host))}"
    return Result(said, found.findings(host, marked=False))


def _plan(found: Opened, host: Host, name: str) -> SheetPlan:
    file = found.workbook.file
    view = ReturnView(
        file=file,
        sha256="",
        findings=tuple(each for each in found.unacknowledged(host) if each.at.file == file),
        not_run=tuple(found.checked.not_run),
        sheets=frozenset(sheet.name for sheet in found.workbook.sheets) - {name},
        made=host.region.now(),
        version=__version__,
    )
    plan = returned_sheet(view, name)
    return replace(plan, cells=tuple(_linked(cell) for cell in plan.cells))


def _linked(cell: PlannedCell) -> PlannedCell:
    """A link as a formula, since no action makes other links."""
    if cell.link is None or not isinstance(cell.value, str):
        return cell
    target, shown = (
        text.replace('"', '""') for text in (cell.link.removeprefix(_INTERNAL), cell.value)
    )
    # In a cell formatted as text a formula would be a text.
    style = replace(cell.style, number_format="General")
    formula = f'HYPERLINK("#{target}","{shown}")'
    return replace(cell, value=None, formula=formula, link=None, style=style)


def _ours(sheet: Sheet, plan: SheetPlan) -> Area | None:
    """What we wrote last time: all rows in use, in the columns that the plan has widths for."""
    right = max(plan.widths)
    rows = [row for row, column in sheet.cells if column <= right]
    return Area(1, 1, max(rows), right) if rows else None
