"""Om: what was read, when, with which version, forms and thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from ramkoll.compute.fingerprint import fingerprint
from ramkoll.layout import look
from ramkoll.model.period import Period
from ramkoll.model.plan import PlannedCell, PlanValue, SheetPlan, Style
from ramkoll.model.workbook import Sheet
from ramkoll.sheets.presentable import presentable_text
from ramkoll.sheets.underlag import underlag_fingerprint
from ramkoll.sheets.view import BODY_TEXT, ReportView, header_row, headline, page

SHEET = "Om"
FINGERPRINT_LABEL = "Underlagets fingeravtryck (sha256)"
TEXT_HEADINGS = ("Blad", "", "Texternas fingeravtryck")
FILE_HEADINGS = ("Fil", "Formulär", "Enhet", "Version", "Status", "sha256")
_MADE_BY = re.compile(r"rapportmall (\S+), period ([0-9]{4}-[0-9]{2})\.")
_THRESHOLD_HEADINGS = ("Tröskel", "Värde", "Källa", "Enhet", "", "Vad den styr")
_NUMBER = Style(number_format="#,##0.##", bottom=look.RULE, align="left")


def about_sheet(view: ReportView, sheets: Sequence[SheetPlan]) -> SheetPlan:
    """What a reviewer needs to make the same workbook again.

    ``sheets`` are all the others: their texts have a fingerprint each, so that what people have
    written on them is seen before the sheets are written again.
    """
    lines = (
        f"{view.report.working_tab}. Gjord {view.made:%Y-%m-%d %H:%M} med Ramkoll {view.version}, "
        f"rapportmall {view.report.name}, period {view.period}.",
    )
    cells = headline("Om arbetsboken", lines)
    row = 4
    heights: dict[int, float] = {}
    cells.append(PlannedCell(row, 1, "Inlästa filer", style=look.SUBTITLE))
    cells += header_row(row + 1, FILE_HEADINGS)
    row += 2
    for each in view.files:
        values = (each.file, each.what, each.enhet, each.version, each.status, each.sha256)
        cells += _texts(row, values)
        row += 1
    if view.missing:
        names = ", ".join(enhet.label for enhet in view.missing)
        cells.append(PlannedCell(row, 1, f"Saknas: {names}.", style=look.NOTE))
        row += 1
    cells.append(PlannedCell(row + 1, 1, FINGERPRINT_LABEL, style=look.FIELD_LABEL))
    cells.append(PlannedCell(row + 1, 3, underlag_fingerprint(view), style=look.NOTE))
    row += 3
    cells.append(PlannedCell(row, 1, "Trösklar som har använts", style=look.SUBTITLE))
    cells += header_row(row + 1, _THRESHOLD_HEADINGS)
    row += 2
    for threshold in view.register.thresholds.values():
        source = threshold.source
        if threshold.at is not None:
            source = f"{threshold.at.file} {threshold.at.in_sheet} ({source})"
        texts = (threshold.id, None, source, threshold.unit, None, threshold.description)
        cells += _texts(row, texts)
        cells.append(PlannedCell(row, 2, threshold.value, style=_NUMBER))
        heights[row] = look.wrapped_height(((threshold.description, 70), (source, 54)))
        row += 1
    row += 1
    cells.append(PlannedCell(row, 1, "Bladens texter när de skrevs", style=look.SUBTITLE))
    cells += header_row(row + 1, TEXT_HEADINGS)
    for n, sheet in enumerate(sheets, 2):
        cells += _texts(row + n, (sheet.name, None, planned_texts(sheet)))
    plan = SheetPlan(
        SHEET,
        tuple(cells),
        heights=heights,
        widths={1: 32, 2: 14, 3: 54, 4: 9, 5: 13, 6: 70},
    )
    return page(view, plan, working=True)


def made_by(om: Sheet) -> tuple[str, Period] | None:
    """The report's layout and period, as the sheet says; None when it does not."""
    texts = (str(cell.value) for cell in om.cells.values() if isinstance(cell.value, str))
    found = next((match for text in texts if (match := _MADE_BY.search(text))), None)
    return None if found is None else (found[1], Period.parse(found[2]))


def planned_texts(sheet: SheetPlan) -> str:
    """The fingerprint of the texts that a plan has on a sheet, formulas left out."""
    return texts_fingerprint(
        (cell.row, cell.column, presentable_text(cell.value))
        for cell in sheet.cells
        if isinstance(cell.value, str) and cell.formula is None
    )


def texts_fingerprint(texts: Iterable[tuple[int, int, str]]) -> str:
    """The fingerprint of the texts of a sheet: row, column and what stands there."""
    rows = ((Decimal(row), Decimal(at), " ".join(text.split())) for row, at, text in texts)
    return fingerprint(row for row in rows if row[2])[:16]


def _texts(row: int, values: tuple[PlanValue, ...]) -> list[PlannedCell]:
    return [
        PlannedCell(row, at, value, style=BODY_TEXT)
        for at, value in enumerate(values, 1)
        if value is not None
    ]
