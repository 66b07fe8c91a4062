"""Sammanfattning: the figures a director looks at first, and two charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ramkoll.compute.tables import Row
from ramkoll.compute.underlag import Criterion, printed_enheter
from ramkoll.layout import look
from ramkoll.layout.report import FICTIVE_MEASURE
from ramkoll.model.cells import Area
from ramkoll.model.findings import Severity
from ramkoll.model.plan import CHART_WIDTH, Chart, PlannedCell, Series, SheetPlan, Style
from ramkoll.model.units import Unit
from ramkoll.sheets.breaks import PORTRAIT_ROOM, page_scale
from ramkoll.sheets.charts import STATUSES
from ramkoll.sheets.paper import Page, Section, write_sections
from ramkoll.sheets.pictures import CHART
from ramkoll.sheets.table import HIDDEN, Drawn, sumifs
from ramkoll.sheets.view import TITLE_ROW, ReportView, header_row, headline, page

SHEET = "Sammanfattning"
SICK_LEAVE = "sick_statutory"  # the items whose first row is all sick leave
_WIDTHS: dict[int, float] = {1: 30, 2: 14, 3: 14, 4: 14, 5: 14}
_MKR = Style(number_format="#,##0.0", bottom=look.RULE, align="right", indent=1)
_TKR = Style(number_format=look.INTEGER, bottom=look.RULE, align="right", indent=1)
_LABEL = Style(bottom=look.RULE)
_BLUE, _ORANGE, _GREY = "1F4E79", "C55A11", "BFBFBF"
_AIR = 8.0
_FORECAST_ROW, _DEVIATION_ROW = 44, 20  # pixels of a chart for each row that it shows


def summary_sheet(
    view: ReportView, drawn: Sequence[Drawn], sections: Sequence[Section] = ()
) -> SheetPlan:
    """Key figures as formulas to the tables, what the region says, forecast and deviations.

    The first page is figures and words, the second the avdelningar.
    """
    blocking = sum(finding.severity is Severity.BLOCKS for finding in view.findings)
    read = len({each.enhet for each in view.files if each.is_unit})
    state = f"{read} av {read + len(view.missing)} enheter är inlästa."
    if blocking:
        state += f" {blocking} fynd stoppar: siffrorna är inte klara, se bladet Granskning."
    sheet = Page(view, SHEET, widths=dict(_WIDTHS), top=5)
    sheet.cells += headline(
        view.title, ("Belopp i miljoner kronor (mkr) där inget annat sägs.", state)
    )
    sheet.heights |= {4: _AIR}
    row, key_cells = _key_figures(view, drawn, 5, sheet.heights)
    sheet.cells += key_cells
    for part in (_statuses, _staff, _sick_leave):
        cells = part(view, drawn, row)
        n = len({cell.row for cell in cells})
        if n:
            heads = [(str(c.value), _WIDTHS[c.column], c.style) for c in cells if c.row == row]
            sheet.heights[row] = look.header_height(heads)
        sheet.cells += cells
        if n:
            sheet.heights[row + n] = _AIR
            row += n + 1
    sheet.top = row
    write_sections(sheet, sections, alone=False)
    row, more = _forecast_chart(drawn, sheet.top, sheet.charts)
    sheet.cells += more
    sheet.together.append((sheet.top, row - 1))
    start = row
    row, more = _deviations(view, row, sheet.charts)
    sheet.cells += more
    sheet.together.append((start, row - 1))
    last = max(1, row - 1)
    heights = {1: TITLE_ROW, **sheet.heights}
    scale, ends = page_scale(last, heights, sheet.together, PORTRAIT_ROOM, 100)
    plan = SheetPlan(
        SHEET,
        tuple(sheet.cells),
        widths=sheet.widths,
        heights=heights,
        landscape=False,
        scale=scale,
        page_breaks=ends,
        charts=tuple(sheet.charts),
        print_area=Area(1, 1, last, len(_WIDTHS)),
        merges=tuple(sheet.merges),
    )
    return page(view, plan, working=False)


def _key_figures(
    view: ReportView, drawn: Sequence[Drawn], top: int, heights: dict[int, float]
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
        heights[row + 1] = _AIR
        row += 2
    areas = next((each for each in drawn if each.block.table.rows == "areas"), None)
    if areas is not None:
        names = ("forecast", "budget_year", "forecast_deviation")
        heads = ("Prognos", "Budget", "Avvikelse")
        cells += header_row(row, (f"Helår {view.period.year}", *heads), frozenset({2, 3, 4}))
        for each in areas.block.rows:
            row += 1
            cells += _figures(areas, each.key, each.label, names, row)
        heights[row + 1] = _AIR
        row += 2
    return row, cells


def _statuses(view: ReportView, drawn: Sequence[Drawn], top: int) -> list[PlannedCell]:
    """How many are helt, delvis, ej uppfyllda and ej mätta: a row for each chart of statuses."""
    cells = header_row(top, ("Mål, antal", *STATUSES), frozenset({2, 3, 4, 5}))
    row = top
    for chart in view.report.charts:
        table = _table(drawn, chart.table)
        total = None if table is None else table.block.total_row()
        if chart.kind != "status" or table is None or total is None:
            continue
        row += 1
        cells.append(PlannedCell(row, 1, chart.title, style=_LABEL))
        cells += _references(table, total, chart.columns, row)
    return cells if row > top else []


def _staff(view: ReportView, drawn: Sequence[Drawn], top: int) -> list[PlannedCell]:
    """The rows of the charts over years, with the years as headings."""
    for chart in view.report.charts:
        table = _table(drawn, chart.table)
        if chart.kind != "over_years" or table is None:
            continue
        shown = tuple(table.block.headings[name] for name in chart.columns)
        heads = (chart.title, *shown)
        cells = header_row(top, heads, frozenset(range(2, len(heads) + 1)))
        wanted = [r for r in table.block.rows if r.key.rpartition("/")[2] in chart.rows]
        for row, each in enumerate(wanted, top + 1):
            cells.append(PlannedCell(row, 1, each.label, style=_LABEL))
            cells += _references(table, each, chart.columns, row)
        return cells if wanted else []
    return []


def _sick_leave(view: ReportView, drawn: Sequence[Drawn], top: int) -> list[PlannedCell]:
    """All sick leave as a share of the ordinary hours, this year and the year before."""
    table = next((d for d in drawn if d.block.table.dataset == SICK_LEAVE and d.block.rows), None)
    if table is None:
        return []
    names = [column.id for column in table.block.table.columns if column.kind == "number"]
    heads: tuple[str, ...] = (f"Sjukfrånvaro, {table.block.row_heading.lower()}",)
    heads += tuple(table.block.headings[name] for name in names)
    cells = header_row(top, heads, frozenset(range(2, len(heads) + 1)))
    first = table.block.rows[0]
    cells.append(PlannedCell(top + 1, 1, first.label, style=_LABEL))
    return [*cells, *_references(table, first, names, top + 1)]


def _table(drawn: Sequence[Drawn], table: str) -> Drawn | None:
    return next((each for each in drawn if each.block.table.id == table), None)


def _references(table: Drawn, source: Row, names: Sequence[str], row: int) -> Iterator[PlannedCell]:
    """Figures of a table as they stand there; one that may not be shown is not shown here."""
    for at, name in enumerate(names, 2):
        column = table.block.table.column(name)
        assert column is not None
        unit = table.block.table.unit_of(column)
        shown = look.number_format(unit, table.block.table.decimals_of(column))
        style = replace(_TKR, number_format=shown)
        value = table.block.value(source.key, name)
        if value is None:
            yield PlannedCell(row, at, HIDDEN, style=style)
            continue
        reference = table.reference(source.key, name)
        yield PlannedCell(row, at, value / (unit.kronor or 1), reference, style)


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
    height = 110 + _DEVIATION_ROW * len(rows)
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
                    show_values=True,
                ),
            ),
            last + 3,
            1,
            CHART_WIDTH,
            height,
            "tkr, plus är bättre än budget",
            f"Stapeldiagram över avvikelsen mot budget per avdelning utan fiktiva poster. "
            f"Störst underskott: {worst[1].label}. Störst överskott: {best[1].label}.",
            from_zero=True,
            name=f"{CHART}avvikelse",
        )
    )
    return last + 4 + height // 20, cells


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
    height = 110 + _FORECAST_ROW * len(rows)
    charts.append(
        Chart(
            "bar",
            f"{areas.block.headings['forecast']} och {areas.block.headings['budget_year'].lower()} "
            f"per område ({areas.block.table.unit})",
            tuple(series),
            top,
            1,
            CHART_WIDTH,
            height,
            f"{areas.block.table.unit}, nettokostnad är minus",
            "Stapeldiagram med budget och prognos för helåret, ett par staplar per område.",
            number_format="#,##0",
            name=f"{CHART}prognos_per_omrade",
        )
    )
    return top + 2 + height // 20, []
