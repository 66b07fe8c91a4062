"""Findings, places and values as the pane shows them, in Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ramkoll.layout.places import SlotKey, heading
from ramkoll.live.results import AcknowledgedRow, ChangeRow, Figure, FindingRow, FindingsView, Place
from ramkoll.model.cells import CellRef
from ramkoll.model.findings import Acknowledgement, Finding, Severity, finding_id
from ramkoll.model.period import Period
from ramkoll.model.units import swedish_amount
from ramkoll.pipeline.cell_words import change_words, slot_words, value_words
from ramkoll.pipeline.changes import Change
from ramkoll.rules.catalogue import rules
from ramkoll.rules.views import FormView


def place_of(ref: CellRef, open_file: str) -> Place:
    """Where a cell stands; it can be gone to when it is in the open workbook."""
    if ref.file != open_file or not ref.sheet:
        return Place("", "", str(ref))
    return Place(
        ref.sheet, ref.address if ref.row else "A1", ref.in_sheet if ref.row else ref.sheet
    )


def finding_row(finding: Finding, enhet: str, period: Period, open_file: str) -> FindingRow:
    """A finding of a unit's workbook.

    What stops cannot be acknowledged, since it is to be mended, nor what is in another workbook.
    """
    titles = {each.id: each.title for each in rules()}
    return FindingRow(
        id=finding_id(finding, enhet, period),
        rule=finding.rule,
        title=titles.get(finding.rule, ""),
        severity=finding.severity.value,
        message=finding.message,
        tip=finding.tip,
        at=place_of(finding.at, open_file),
        related=[place_of(each, open_file) for each in finding.related],
        effect="" if finding.effect is None else swedish_amount(finding.effect),
        can_acknowledge=finding.severity is not Severity.BLOCKS and finding.at.file == open_file,
    )


def findings_view(
    view: FormView,
    findings: Sequence[Finding],
    not_run: Sequence[str],
    acknowledged: Sequence[Acknowledgement],
    *,
    marked: bool,
) -> FindingsView:
    """What a check of the open workbook found, apart from what somebody has acknowledged."""
    known = {each.finding: each for each in acknowledged}
    first = sorted(findings, key=_kronor_first)
    rows = [finding_row(each, view.form.enhet, view.period, view.file) for each in first]
    return FindingsView(
        findings=[row for row in rows if not _acknowledged(row, known)],
        acknowledged=[
            AcknowledgedRow(row, said.reason, said.who, f"{said.when:%Y-%m-%d %H.%M}")
            for row in rows
            if _acknowledged(row, known)
            for said in (known[row.id],)
        ],
        not_run=list(not_run),
        marked=marked,
    )


def _kronor_first(finding: Finding) -> tuple[bool, Decimal, tuple[object, ...]]:
    """What stops comes first, all else by kronor: a notice of millions before a warning of none."""
    return finding.severity is not Severity.BLOCKS, -(finding.effect or Decimal(0)), finding.order


def _acknowledged(row: FindingRow, known: dict[str, Acknowledgement]) -> bool:
    return row.can_acknowledge and row.id in known


def change_row(view: FormView, each: Change, note: str = "") -> ChangeRow:
    """A change as the pane lists it."""
    return ChangeRow(
        at=place_of(each.at, view.file),
        label=slot_words(view, each.slot),
        before=value_words(each.before, each.column),
        after=value_words(each.after, each.column),
        difference=change_words(each.change, each.column),
        note=note,
    )


def row_figures(view: FormView, slot: SlotKey) -> list[Figure]:
    """The figures that stand in a row, with their headings, left to right."""
    place = view.form.places.tables[slot.table]
    found = []
    for (column_id, month), _ in sorted(place.columns.items(), key=lambda each: each[1]):
        column = place.layout.column(column_id)
        assert column is not None
        if column.kind != "number" or month:
            continue
        fact = view.figure(slot.table, slot.row.line, column_id, slot.row.part)
        if fact is not None:
            title = " ".join(heading(column, month, view.period).split())
            found.append(Figure(title, value_words(fact.value, column)))
    return found
