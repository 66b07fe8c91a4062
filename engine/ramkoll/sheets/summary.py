"""Sammanfattning: the figures a director looks at first, and two charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ramkoll.compute.underlag import Criterion, printed_enheter
from ramkoll.layout import look
from ramkoll.layout.report import FICTIVE_MEASURE
from ramkoll.model.cells import Area
from ramkoll.model.findings import Severity
from ramkoll.model.plan import Chart, PlannedCell, Series, SheetPlan, Style
from ramkoll.model.units import Unit
from ramkoll.sheets.table import Drawn, sumifs
from ramkoll.sheets.view import ReportView, header_row, headline, page

SHEET = "Sammanfattning"
_MKR = Style(number_format="#,##0.0", bottom=look.RULE, size=11, align="right", indent=1)
_TKR = Style(number_format=look.INTEGER, bottom=look.RULE, align="right", indent=1)
_LABEL = Style(bottom=look.RULE, size=11)
_BLUE, _ORANGE, _GREY = "1F4E79", "C55A11", "A6A6A6"


def summary_sheet(view: ReportView, drawn: Sequence[Drawn]) -> SheetPlan:
    """Key figures as formulas to the tables, deviation per avdelning, forecast per area."""
    blocking = sum(finding.severity is Severity.BLOCKS for finding in view.findings)
    read = len({each.enhet for each in view.files if each.enhet})
    state = f"{read} av {read + len(view.missing)} enheter är inlästa."
    if blocking:
        state += f" {blocking} fynd stoppar: siffrorna är inte klara, se bladet Granskning."
    cells = headline(view.title, ("Belopp i miljoner kronor (mkr) där inget annat sägs.", state))
    row, key_cells = _key_figures(view, drawn, 5)
    cells += key_cells
    charts: list[Chart] = []
    row, more = _deviations(view, row + 1, charts)
    cells += more
    row, more = _forecast_chart(drawn, row, charts)
    cells += more
    plan = SheetPlan(
        SHEET,
        tuple(cells),
        widths={1: 46, 2: 15, 3: 15, 4: 15, 5: 15},
        heights={1: 26},
        landscape=False,
        one_page=True,
        charts=tuple(charts),
        print_area=Area(1, 1, row, 5),
    )
    return page(view, plan, working=False)


def _key_figures(
    view: ReportView, drawn: Sequence[Drawn], top: int
) -> tuple[int, list[PlannedCell]]:
    cells: list[PlannedCell] = []
    row = top
    whole = next((each for each in drawn if each.block.table.rows == "account_groups"), None)
    if whole is not None:
        names: tuple[str, ...] = ("outcome_ytd", "budget_ytd", "deviation", "prior_ytd")
        heads: tuple[str, ...] = ("Utfall", "Budget", "Avvikelse", "Utfall fg år")
        cells += header_row(
            row, (f"Hittills, {view.period.words}", *heads), frozenset({2, 3, 4, 5})
        )
        for each in whole.block.rows:
            if each.total is not None:
                row += 1
                cells += _figures(whole, each.key, each.label, names, row)
        row += 2
    areas = next((each for each in drawn if each.block.table.rows == "areas"), None)
    if areas is not None:
        names = ("forecast", "budget_year", "forecast_deviation")
        heads = ("Prognos", "Budget", "Avvikelse")
        cells += header_row(row, (f"Helår {view.period.year}", *heads), frozenset({2, 3, 4}))
        for each in areas.block.rows:
            row += 1
            cells += _figures(areas, each.key, each.label, names, row)
        row += 2
    return row, cells


def _figures(
    drawn: Drawn, row_key: str, label: str, names: Sequence[str], row: int
) -> list[PlannedCell]:
    total = drawn.block.rows[-1].key == row_key
    cells = [PlannedCell(row, 1, label, style=_bold(_LABEL, total))]
    factor = drawn.block.table.unit.kronor
    assert factor is not None
    scale = Decimal(1_000_000) / factor
    for at, name in enumerate(names, 2):
        kronor = drawn.block.value(row_key, name) if name in drawn.columns else None
        if kronor is None:
            continue
        reference = drawn.reference(row_key, name)
        formula = reference if scale == 1 else f"{reference}/{scale}"
        cells.append(PlannedCell(row, at, kronor / 1_000_000, formula, _bold(_MKR, total)))
    return cells


def _bold(style: Style, total: bool) -> Style:
    if not total:
        return style
    return replace(style, bold=True, top="thin", bottom=None, fill=look.TOTAL_FILL)


def _deviations(view: ReportView, top: int, charts: list[Chart]) -> tuple[int, list[PlannedCell]]:
    """Deviation per printed unit without fictive items, largest shortfall first."""
    underlag = view.underlag
    printed = printed_enheter(view.register, view.period)
    rows = []
    for enhet in view.register.valid_enheter(view.period.last_day):
        if printed[enhet.code] != enhet.code:
            continue
        criterion = underlag.row_enhet(enhet.code)
        outcome, budget = (_sum(view, name, criterion) for name in ("outcome_ytd", "budget_ytd"))
        if outcome is None and budget is None:
            continue
        fictive = _sum(view, f"{FICTIVE_MEASURE}budget_ytd", criterion) or Decimal(0)
        deviation = (outcome or Decimal(0)) - (budget or Decimal(0)) + fictive
        formula = sumifs((underlag.measure("outcome_ytd"), criterion), Unit.TKR)
        formula += "-" + sumifs((underlag.measure("budget_ytd"), criterion), Unit.TKR)
        if fictive:
            measure = underlag.measure(f"{FICTIVE_MEASURE}budget_ytd")
            formula += "+" + sumifs((measure, criterion), Unit.TKR)
        rows.append((deviation / 1000, enhet, formula))
    if not rows:
        return top, []
    rows.sort(key=lambda each: each[0])
    heading = "Avvikelse per avdelning, utan fiktiva poster (tkr)"
    cells = header_row(top, (heading, "Avvikelse"), frozenset({2}))
    for n, (deviation, enhet, formula) in enumerate(rows, 1):
        cells.append(PlannedCell(top + n, 1, enhet.label, style=Style(bottom=look.RULE)))
        cells.append(PlannedCell(top + n, 2, deviation, formula, _TKR))
    last = top + len(rows)
    note = "Fiktiva poster, till exempel en budgetregleringspost, har budget men aldrig utfall."
    cells.append(PlannedCell(last + 1, 1, note, style=look.NOTE))
    height = 90 + 26 * len(rows)
    worst, best = rows[0], rows[-1]
    charts.append(
        Chart(
            "bar",
            f"Avvikelse mot budget per avdelning, {view.period.words} (tkr)",
            (
                Series(
                    "Avvikelse",
                    SHEET,
                    Area(top + 1, 1, last, 1),
                    Area(top + 1, 2, last, 2),
                    _BLUE,
                    tuple(enhet.label for _, enhet, _ in rows),
                    tuple(deviation for deviation, _, _ in rows),
                    negative_colour=_ORANGE,
                ),
            ),
            last + 3,
            1,
            760,
            height,
            "tkr, plus är bättre än budget",
            f"Stapeldiagram över avvikelsen mot budget per avdelning utan fiktiva poster. "
            f"Störst underskott: {worst[1].label}. Störst överskott: {best[1].label}.",
        )
    )
    return last + 4 + round(height / 20), cells


def _sum(view: ReportView, measure: str, criterion: Criterion) -> Decimal | None:
    found = view.underlag.select((view.underlag.measure(measure), criterion))
    return sum((entry.value for entry in found), Decimal(0)) if found else None


def _forecast_chart(
    drawn: Sequence[Drawn], top: int, charts: list[Chart]
) -> tuple[int, list[PlannedCell]]:
    areas = next((each for each in drawn if each.block.table.rows == "areas"), None)
    if areas is None or not {"forecast", "budget_year"} <= set(areas.columns):
        return top, []
    rows = [row for row in areas.block.rows if row.total is None]
    factor = areas.block.table.unit.kronor
    assert factor is not None
    first, last = areas.rows[rows[0].key], areas.rows[rows[-1].key]
    series = []
    for column, colour in (
        ("forecast", _BLUE),
        ("budget_year", _GREY),
    ):
        at = areas.columns[column]
        values = (areas.block.value(row.key, column) for row in rows)
        series.append(
            Series(
                areas.block.headings[column],
                areas.sheet,
                Area(first, 1, last, 1),
                Area(first, at, last, at),
                colour,
                tuple(row.label for row in rows),
                tuple(None if value is None else value / factor for value in values),
            )
        )
    height = 150 + 60 * len(rows)
    charts.append(
        Chart(
            "bar",
            f"{areas.block.headings['forecast']} och {areas.block.headings['budget_year'].lower()} "
            f"per område ({areas.block.table.unit})",
            tuple(series),
            top,
            1,
            760,
            height,
            f"{areas.block.table.unit}, nettokostnad är minus",
            "Stapeldiagram med budget och prognos för helåret, ett par staplar per område.",
            number_format="#,##0",
        )
    )
    return top + 2 + round(height / 20), []
