"""Kontrollera, Kvittera and the marks: findings at the cells of the open workbook."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from ramkoll.live.actions import Marked
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened
from ramkoll.live.results import FindingsView, NoView, Result
from ramkoll.live.words import findings_view
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement, finding_id
from ramkoll.report.findings import count_text
from ramkoll.store.acknowledgements import checked_reason


@command("check", Reads.FORMS)
def check(book: xw.Book, host: Host, *, mark: bool = False) -> Result:
    """Run the rules on the open workbook; mark the cells of the findings if asked to."""
    found = opened(book, host)
    view = found.findings(host, marked=mark)
    if mark:
        _mark(view, host)
    said = f"{count_text(found.unacknowledged(host))}{_acknowledged(view.acknowledged)}"
    return Result(said, view)


@command("clear_marks", Reads.NOTHING)
def clear_marks(book: xw.Book, host: Host) -> Result:
    """Take every mark of ours away."""
    host.clear_marks()
    return Result("Markeringarna är borttagna. Dina egna format är orörda.", NoView())


@command("acknowledge", Reads.FORMS)
def acknowledge(book: xw.Book, host: Host, *, finding: str, reason: str) -> Result:
    """Keep a finding away, with a reason, until the period or the amount changes."""
    found = opened(book, host)
    form = found.view
    said = checked_reason(" ".join(reason.split()))
    for each in found.checked.findings:
        if finding_id(each, form.form.enhet, form.period) != finding:
            continue
        row = findings_view(form, [each], (), (), marked=False).findings[0]
        if not row.can_acknowledge:
            raise RamkollError(
                "Det som stoppar kan inte kvitteras.", where=row.at.words, todo=row.tip
            )
        host.region.acknowledgements.add(
            Acknowledgement(
                finding,
                each.rule,
                form.form.enhet,
                form.period,
                each.at.in_sheet if each.at.row else each.at.sheet,
                each.message,
                said,
                host.region.user,
                host.region.now(),
            )
        )
        return Result(
            "Fyndet är kvitterat. Det kommer tillbaka om perioden eller beloppet ändras.",
            found.findings(host, marked=False),
        )
    raise RamkollError(
        "Fyndet finns inte längre: arbetsboken har ändrats sedan kontrollen.",
        todo="Kör Kontrollera igen.",
    )


@command("withdraw", Reads.FORMS)
def withdraw(book: xw.Book, host: Host, *, finding: str) -> Result:
    """Take an acknowledgement back."""
    found = opened(book, host)
    host.region.acknowledgements.withdraw(finding, host.region.user, host.region.now())
    return Result("Kvitteringen är borttagen.", found.findings(host, marked=False))


def _mark(view: FindingsView, host: Host) -> None:
    host.clear_marks()
    by_sheet: dict[str, dict[str, Marked]] = {}
    for row in view.findings:
        if row.at.sheet:
            text = f"{row.rule}: {row.message}"
            marks = by_sheet.setdefault(row.at.sheet, {})
            marks.setdefault(row.at.address, Marked(row.at.address, row.severity, text))
    for sheet, marks in by_sheet.items():
        host.mark(sheet, tuple(marks.values()))


def _acknowledged(rows: Sequence[object]) -> str:
    return f" {len(rows)} kvitterade." if len(rows) > 1 else " 1 kvitterat." if rows else ""
