"""The open workbook as a controller's form: read and located, once a click."""

from __future__ import annotations

from dataclasses import dataclass

import xlwings as xw

from ramkoll.live.host import Host
from ramkoll.live.reading import submission_of
from ramkoll.live.results import FindingsView
from ramkoll.live.words import findings_view
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding, finding_id
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.check import Checked, check_open
from ramkoll.report.findings import not_run_lines
from ramkoll.rules.views import FormView


@dataclass(frozen=True)
class Opened:
    """A form in the open workbook, what a check of it found, and the selected cell."""

    workbook: Submission
    view: FormView
    checked: Checked
    selected: CellRef

    def unacknowledged(self, host: Host) -> tuple[Finding, ...]:
        """What was found that nobody has acknowledged."""
        of, period = self.view.form.enhet, self.view.period
        known = {each.finding for each in host.region.acknowledgements.of(of, period)}
        return tuple(
            each for each in self.checked.findings if finding_id(each, of, period) not in known
        )

    def findings(self, host: Host, *, marked: bool) -> FindingsView:
        """All that was found, as the pane shows it."""
        known = host.region.acknowledgements.of(self.view.form.enhet, self.view.period)
        lines = list(not_run_lines(self.checked.not_run))
        return findings_view(self.view, self.checked.findings, lines, known, marked=marked)


def opened(book: xw.Book, host: Host) -> Opened:
    """Read and check the open workbook. RamkollError when it is no form, or cannot be located."""
    submission = submission_of(book)
    region = host.region
    checked = check_open(submission, region.layouts, region.frame())
    if not checked.forms:
        first = checked.findings[0] if checked.findings else None
        raise RamkollError(
            first.message if first else "Arbetsboken går inte att använda.",
            where=str(first.at) if first else submission.file,
            todo=first.tip if first else "Öppna arbetsboken som delades ut.",
        )
    return Opened(submission, checked.forms[0], checked, selected(book, submission.file))


def selected(book: xw.Book, file: str) -> CellRef:
    """The first selected cell; without a row when something else is selected."""
    selection = book.selection
    if selection is None:  # a chart or a picture is
        return CellRef.whole_file(file)
    return CellRef(file, selection.sheet.name, selection.row, selection.column)


def unit_of(opened: Opened) -> FormView:
    """The unit's form. RamkollError when the open workbook is a rapportör's."""
    view = opened.view
    if view.table("economy") is None and view.table("forecasts") is None:
        raise RamkollError(
            "Arbetsboken har inga blad Utfall och Prognos.",
            where=view.file,
            todo="Öppna en avdelnings arbetsbok och försök igen.",
        )
    return view
