"""Visa källa: where the selected figure comes from, down to file, sheet and cell."""

from __future__ import annotations

from decimal import Decimal

import xlwings as xw

from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened, selected
from ramkoll.live.reading import submission_of
from ramkoll.live.results import Figure, Place, Result, TraceNode, TraceView
from ramkoll.live.words import place_of
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.cell_words import slot_words, value_words
from ramkoll.pipeline.trace import trace as trace_figure
from ramkoll.pipeline.trace_form import Step, form_steps
from ramkoll.pipeline.trace_nodes import Node, SourceRow, Sum
from ramkoll.pipeline.trace_text import (
    conclusion,
    measured,
    row_words,
    saved,
    source_words,
    sum_words,
)
from ramkoll.rules.views import FormView
from ramkoll.sheets import underlag
from ramkoll.sheets.table import VALUE_NAME

SHOWN_ROWS = 200  # of one sum
SEEN = "se ovan"
UNKNOWN = "okänt fingeravtryck"


@command("trace", Reads.EVERYTHING)
def trace(book: xw.Book, host: Host) -> Result:
    """Follow the selected figure: of the consolidated workbook, or of a controller's."""
    workbook = submission_of(book)
    at = selected(book, workbook.file)
    if not at.row:
        raise RamkollError(
            "Ingen cell är markerad.",
            where=workbook.file,
            todo="Markera en cell med en siffra och försök igen.",
        )
    if VALUE_NAME in workbook.names and workbook.sheet(underlag.SHEET) is not None:
        return _of_report(workbook, at)
    view = opened(book, host).view
    return _of_form(view, form_steps(view, at))


def _of_report(workbook: Submission, at: CellRef) -> Result:
    found = trace_figure(workbook, at.in_sheet)
    files = {row.file: row.sha256 for row in found.rows()}
    said = conclusion(found)
    view = TraceView(
        said,
        found.agrees,
        _node(found.top, set()),
        [Figure(file, files[file] or UNKNOWN) for file in sorted(files)],
    )
    what = ", ".join(filter(None, (view.top.at.words, view.top.label)))
    return Result(f"{what}: {view.top.value}", view)


def _node(node: Node, seen: set[CellRef]) -> TraceNode:
    label = ", ".join(filter(None, (node.label, node.heading)))
    children: list[TraceNode] = []
    if node.at in seen:
        label = f"{label} ({SEEN})"
    else:
        seen.add(node.at)
        children += (_sum(each, node.at.file) for each in node.sums)
        children += (_node(child, seen) for child in node.children)
    formula = f"={node.formula}" if node.formula is not None else ""
    at = place_of(node.at, node.at.file)
    return TraceNode(at, label, saved(node), formula, node.agrees, children)


def _sum(each: Sum, file: str) -> TraceNode:
    rows = [_row(row, file) for row in each.rows[:SHOWN_ROWS]]
    rest = each.rows[SHOWN_ROWS:]
    if rest:
        amount = sum((row.amount or Decimal(0) for row in rest), Decimal(0))
        more = f"och {len(rest)} rader till"
        rows.append(
            TraceNode(_elsewhere(underlag.SHEET), more, measured(amount, each.unit), "", True, [])
        )
    total = measured(each.total, each.unit)
    return TraceNode(_elsewhere(underlag.SHEET), sum_words(each), total, "", True, rows)


def _row(row: SourceRow, file: str) -> TraceNode:
    """A row of Underlag, the cell it was handed in in, and the cells behind that one."""
    value = "inget tal" if row.amount is None else measured(row.amount, row.unit)
    inputs = [
        TraceNode(_elsewhere(f"{row.file} {each}"), "räknat på", "", "", True, [])
        for each in (row.inputs.split("; ") if row.inputs and not row.whole_sheet else ())
    ]
    source = TraceNode(_elsewhere(source_words(row)), "inlämnat i", value, "", True, inputs)
    at = CellRef(file, underlag.SHEET, row.row, underlag.VALUE_COLUMN)
    return TraceNode(place_of(at, file), row_words(row), value, "", True, [source])


def _elsewhere(words: str) -> Place:
    return Place("", "", words)


def _of_form(view: FormView, top: Step) -> Result:
    node = _form_node(view, top)
    leaves = [leaf for leaf in top.leaves() if leaf.at is not None]
    if not top.inputs:
        said = f"{node.at.words} är ifylld: {node.value}. Den räknas inte fram ur något annat."
    else:
        cells = "1 ifylld cell" if len(leaves) == 1 else f"{len(leaves)} ifyllda celler"
        said = f"{node.at.words} är {node.value} och räknas på {cells}."
    if not top.agrees:
        said += " Men cellen visar något annat. Kör Kontrollera för att se varför."
    return Result(said, TraceView(said, top.agrees, node, []))


def _form_node(view: FormView, step: Step) -> TraceNode:
    label = slot_words(view, step.slot) if step.slot is not None else step.by
    if step.by and step.slot is not None and step.by not in label:
        label = f"{label}: {step.by}"
    value = value_words(step.value, step.column) if step.column is not None else ""
    return TraceNode(
        place_of(step.at, view.file) if step.at is not None else _elsewhere(""),
        label,
        value,
        f"={step.formula}" if step.formula is not None else "",
        step.agrees,
        [_form_node(view, each) for each in step.inputs],
    )
