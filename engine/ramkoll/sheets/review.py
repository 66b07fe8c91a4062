"""Granskning: every finding with its cell, and the rules that could not be run."""

from __future__ import annotations

from ramkoll.layout import look
from ramkoll.model.cells import Area
from ramkoll.model.findings import Finding, Severity
from ramkoll.model.plan import PlannedCell, SheetPlan, Style
from ramkoll.sheets.view import BODY_LINK, BODY_TEXT, ReportView, header_row, headline, page

SHEET = "Granskning"
TOP = 5
_HEADINGS = ("Allvar", "Regel", "Fil", "Plats", "Vad", "Gör så här", "Effekt tkr")
_WIDTHS: dict[int, float] = {1: 12, 2: 8, 3: 16, 4: 16, 5: 66, 6: 52, 7: 12}
_AMOUNT = Style(number_format=look.INTEGER, bottom=look.RULE)
# Words say the severity; the colour only helps the eye.
_COLOURS = {Severity.BLOCKS: look.RED, Severity.WARNING: "7F6000", Severity.INFO: look.GREY}


def review_sheet(view: ReportView) -> SheetPlan:
    """The findings, most severe first, each with a link to its cell."""
    counts = ", ".join(
        f"{sum(f.severity is severity for f in view.findings)} {name}"
        for severity, name in (
            (Severity.BLOCKS, "stoppar"),
            (Severity.WARNING, "varningar"),
            (Severity.INFO, "upplysningar"),
        )
    )
    lines = (
        f"{view.report.working_tab}. {len(view.findings)} fynd: {counts}.",
        "Det som stoppar ska rättas i arbetsboken, som sedan lämnas in på nytt.",
    )
    cells = headline("Granskning av inlämnade arbetsböcker", lines)
    columns = 7 if any(finding.effect is not None for finding in view.findings) else 6
    cells += header_row(TOP, _HEADINGS[:columns], frozenset({7}))
    heights = {TOP: 20.0}
    for n, finding in enumerate(view.findings, 1):
        cells += _row(view, TOP + n, finding)
        said = ((finding.message, _WIDTHS[5]), (finding.tip, _WIDTHS[6]))
        heights[TOP + n] = look.wrapped_height(said)
    row = TOP + len(view.findings) + 2
    for n, each in enumerate(view.not_run):
        title = view.rule_titles.get(each.rule, "")
        text = f"Regel {each.rule} är inte körd, eftersom {each.because}: {title}"
        cells.append(PlannedCell(row + n, 1, text, style=look.NOTE))
    last = max(TOP + len(view.findings), TOP)
    plan = SheetPlan(
        SHEET,
        tuple(cells),
        widths=_WIDTHS,
        heights=heights,
        freeze=(TOP, 0),
        repeat_rows=(TOP, TOP),
        print_area=Area(1, 1, max(last, row + len(view.not_run) - 1), columns),
    )
    return page(view, plan, working=True)


def _row(view: ReportView, row: int, finding: Finding) -> list[PlannedCell]:
    at = finding.at
    place = f"{at.sheet}!{at.address}" if at.row else at.sheet or "hela filen"
    severity = Style(bold=True, colour=_COLOURS[finding.severity], bottom=look.RULE)
    cells = [
        PlannedCell(row, 1, finding.severity.value.capitalize(), style=severity),
        PlannedCell(row, 2, finding.rule, style=BODY_TEXT),
        PlannedCell(row, 3, at.file, style=BODY_TEXT),
        PlannedCell(row, 4, place, style=BODY_LINK, link=view.link(at)),
        PlannedCell(row, 5, finding.message, style=BODY_TEXT),
        PlannedCell(row, 6, finding.tip, style=BODY_TEXT),
    ]
    if finding.effect is not None:
        cells.append(PlannedCell(row, 7, finding.effect / 1000, style=_AMOUNT))
    return cells
