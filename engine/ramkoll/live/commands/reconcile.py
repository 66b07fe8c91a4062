"""Stäm av: how the tables of the open consolidated workbook tie, as they stand."""

from __future__ import annotations

from decimal import Decimal

import xlwings as xw

from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.reading import submission_of
from ramkoll.live.results import Result, TieRow, TiesView
from ramkoll.live.words import place_of
from ramkoll.model.units import NO_BREAK_SPACE, Unit, swedish_number
from ramkoll.pipeline.ties import Tie, ties
from ramkoll.pipeline.trace_open import Change, changes, open_report

NO_NUMBER = "inget tal"


@command("reconcile", Reads.EVERYTHING)
def reconcile(book: xw.Book, host: Host) -> Result:
    """Every tie of the sheet Avstämning, and what has been changed since it was written."""
    report = open_report(submission_of(book))
    found = ties(report)
    changed = changes(report)
    rows = [_row(each) for each in found]
    apart = [row for row in rows if not row.agrees]
    tied = [row for row in rows if row.agrees]
    view = TiesView([*apart, *(_changed(each) for each in changed), *tied])
    all_tie = f"Alla {len(rows)} stämmer."
    said = f"{len(apart)} av {len(rows)} stämmer inte." if apart else all_tie
    if changed:
        places = "ställe har" if len(changed) == 1 else "ställen har"
        said += f" {len(changed)} {places} ändrats för hand sedan arbetsboken sammanställdes."
    return Result(said, view)


def _row(tie: Tie) -> TieRow:
    apart = tie.difference
    # Half a krona shows as nothing without its decimals.
    decimals = 0 if tie.agrees else 3
    note = ""
    if apart is None:
        note = "En av cellerna har inget tal. Titta på formeln där, eller sammanställ på nytt."
    elif not tie.agrees:
        note = "Följ de två beloppen med Visa källa: skillnaden finns i det ena av dem."
    return TieRow(
        label=tie.what,
        one=_figure(tie.left, tie.unit, decimals),
        other=_figure(tie.right, tie.unit, decimals),
        difference=_figure(apart, tie.unit, decimals),
        agrees=tie.agrees,
        at=place_of(tie.at, tie.at.file),
        note=note,
    )


def _figure(value: Decimal | None, unit: Unit | None, decimals: int) -> str:
    if value is None:
        return NO_NUMBER
    said = "" if unit in (None, Unit.NONE, Unit.COUNT) else f"{NO_BREAK_SPACE}{unit}"
    return f"{swedish_number(value, decimals)}{said}"


def _changed(change: Change) -> TieRow:
    at = place_of(change.at, change.at.file)
    return TieRow(
        label=f"{at.words}: {change.what}",
        one="",
        other="",
        difference="",
        agrees=False,
        at=at,
        note="Sammanställ på nytt, så skrivs det som lämnats in.",
    )
