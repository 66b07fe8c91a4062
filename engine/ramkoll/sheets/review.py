"""Granskning: every finding with its cell, those acknowledged, and the rules that were not run."""

from __future__ import annotations

from ramkoll.layout import look
from ramkoll.model.cells import Area
from ramkoll.model.findings import Acknowledgement, Finding, Severity
from ramkoll.model.plan import PlannedCell, SheetPlan, Style
from ramkoll.sheets.view import BODY_LINK, BODY_TEXT, ReportView, header_row, headline, page

SHEET = "Granskning"
TOP = 5
_HEADINGS = ("Allvar", "Regel", "Fil", "Plats", "Vad", "Gör så här", "Effekt tkr")
_SAID = "Kvitterat med skälet"
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
    seen = len(view.acknowledged)
    below = f" Därtill {seen} kvitterade, som står under dem." if seen else ""
    lines = (
        f"{view.report.working_tab}. {len(view.findings)} fynd: {counts}.{below}",
        "Det som stoppar ska rättas i arbetsboken, som sedan lämnas in på nytt.",
    )
    cells = headline("Granskning av inlämnade arbetsböcker", lines)
    shown = (*view.findings, *(finding for finding, _ in view.acknowledged))
    columns = 7 if any(finding.effect is not None for finding in shown) else 6
    cells += header_row(TOP, _HEADINGS[:columns], frozenset({7}))
    heights = {TOP: 20.0}
    for n, finding in enumerate(view.findings, 1):
        cells += _row(view, TOP + n, finding, finding.tip)
        heights[TOP + n] = _height(finding, finding.tip)
    last = TOP + len(view.findings)
    if view.acknowledged:
        last += 2
        headings = (*_HEADINGS[:5], _SAID, *_HEADINGS[6:columns])
        cells += header_row(last, headings, frozenset({7}))
        heights[last] = 20.0
    for finding, said in view.acknowledged:
        last += 1
        words = _said(said)
        cells += _row(view, last, finding, words)
        heights[last] = _height(finding, words)
    row = last + 2
    for n, each in enumerate(view.not_run):
        title = view.rule_titles.get(each.rule, "")
        text = f"Regel {each.rule} är inte körd, eftersom {each.because}: {title}"
        cells.append(PlannedCell(row + n, 1, text, style=look.NOTE))
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


def _said(said: Acknowledgement) -> str:
    return f"{said.reason} ({said.who}, {said.when:%Y-%m-%d})"


def _height(finding: Finding, beside: str) -> float:
    return look.wrapped_height(((finding.message, _WIDTHS[5]), (beside, _WIDTHS[6])))


def _row(view: ReportView, row: int, finding: Finding, beside: str) -> list[PlannedCell]:
    """A finding, and ``beside`` it what to do or what has been said of it."""
    at = finding.at
    place = f"{at.sheet}!{at.address}" if at.row else at.sheet or "hela filen"
    severity = Style(bold=True, colour=_COLOURS[finding.severity], bottom=look.RULE)
    cells = [
        PlannedCell(row, 1, finding.severity.value.capitalize(), style=severity),
        PlannedCell(row, 2, finding.rule, style=BODY_TEXT),
        PlannedCell(row, 3, at.file, style=BODY_TEXT),
        PlannedCell(row, 4, place, style=BODY_LINK, link=view.link(at)),
        PlannedCell(row, 5, finding.message, style=BODY_TEXT),
        PlannedCell(row, 6, beside, style=BODY_TEXT),
    ]
    if finding.effect is not None:
        cells.append(PlannedCell(row, 7, finding.effect / 1000, style=_AMOUNT))
    return cells
