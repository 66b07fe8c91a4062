"""Staff and sick leave in the report, out of HR's workbook, small groups protected first.

Nothing about a group that may not be shown leaves this module: no row, no figure, no total that
gives it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.compute.items import Figure, Item, Source
from ramkoll.compute.organisation import Homeless, Succession
from ramkoll.compute.sick_figures import INTERVALS, by_enhet, by_interval, statutory
from ramkoll.compute.sick_leave import LONG, sick_leave
from ramkoll.compute.staff import (
    AREA,
    CHANGE,
    ENHET,
    FULL_TIME,
    TOTAL,
    SickRow,
    StaffFigure,
    StaffRow,
    headcount,
    worked_time,
)
from ramkoll.compute.staff_groups import (
    EMPLOYED,
    ORDINARY,
    PERSONS,
    SICK,
    STAFF,
    WORKED,
    group_amounts,
)
from ramkoll.compute.staff_labels import AGES, MEN, WOMEN
from ramkoll.layout.report import HiringStop
from ramkoll.model.cells import CellRef
from ramkoll.model.period import MONTH_NAMES, SHORT_MONTHS, Period
from ramkoll.model.register import Register
from ramkoll.model.units import Unit

LABELS: Mapping[str, str] = {
    TOTAL: "Total sjukfrånvaro av ordinarie arbetstid",
    LONG: "Därav sjukfall på 60 dagar eller mer, andel av sjuktiden",
    WOMEN: "Kvinnor",
    MEN: "Män",
    **dict(zip(AGES, ("29 år och yngre", "30–49 år", "50 år och äldre"), strict=True)),
}


@dataclass(frozen=True)
class StaffGroups:
    """HR's rows in the organisation of the report date, and the workbook they stand in."""

    staff: tuple[StaffRow, ...]
    sick: tuple[SickRow, ...]
    source: Source | None


def staff_groups(sources: Sequence[Source], register: Register, period: Period) -> StaffGroups:
    """The raw groups of HR's workbook. A unit that was divided goes to the one with most of it."""
    succession = Succession(register, period.last_day)
    staff: list[StaffRow] = []
    sick: list[SickRow] = []
    of = None
    for source in sources:
        if STAFF not in source.form.places.tables:
            continue
        of = source
        staff += _staff_rows(source, succession)
        sick += _sick_rows(source, succession)
    return StaffGroups(tuple(staff), tuple(sick), of)


def heir_of(succession: Succession, code: str, year: int, month: int) -> str:
    """The unit of today that goes on with a unit's work; its own code when none does."""
    heirs = succession.heirs(code, year, month)
    if isinstance(heirs, Homeless):
        return code
    return max(heirs, key=lambda each: each.share).code


def _staff_rows(source: Source, succession: Succession) -> Iterator[StaffRow]:
    found: dict[tuple[str, int, int, str, str, str], dict[str, Decimal]] = {}
    for each in group_amounts(source.form):
        if each.table != STAFF:
            continue
        row = each.record
        at = (
            heir_of(succession, row.text("enhet"), each.year, each.month),
            each.year,
            each.month,
            row.text("sex"),
            row.text("age"),
            row.text("staff_group"),
        )
        measures = found.setdefault(at, {})
        measure = row.text("measure")
        measures[measure] = measures.get(measure, Decimal(0)) + each.number
    for at, measures in found.items():
        yield StaffRow(
            *at,
            measures.get(EMPLOYED, Decimal(0)),
            measures.get(PERSONS),
            measures.get(ORDINARY),
            measures.get(WORKED),
        )


def _sick_rows(source: Source, succession: Succession) -> Iterator[SickRow]:
    for each in group_amounts(source.form):
        if each.table == SICK:
            row = each.record
            yield SickRow(
                heir_of(succession, row.text("enhet"), each.year, each.month),
                each.year,
                each.month,
                row.text("sex"),
                row.text("age"),
                row.text("interval"),
                each.number,
            )


_WORDS = {Unit.COUNT: "Månadsavlönade", Unit.HOURS: "Arbetade timmar"}


@dataclass(frozen=True)
class _Maker:
    """Figures of the staff tables as figures of the report: what is hidden becomes no figure."""

    source: Source
    sheet: str

    def figure(
        self, measure: str, value: Decimal, unit: Unit, words: str, label: str = ""
    ) -> Figure:
        at = CellRef(self.source.form.file, self.sheet, 1, 1)
        sha256 = self.source.form.sha256
        return Figure(measure, value, unit, at, sha256, "", words, label=label or _WORDS[unit])

    def ratio(self, measure: str, figure: StaffFigure, words: str) -> Iterator[Figure]:
        """The two hours of a ratio, under the measure and the measure with ``_base``."""
        if not figure.hidden and figure.numerator is not None and figure.denominator is not None:
            of_all = figure.table == INTERVALS or figure.row == LONG
            base = "Sjuktimmar, alla" if of_all else "Ordinarie timmar"
            yield self.figure(measure, figure.numerator, Unit.HOURS, words, "Sjuktimmar")
            yield self.figure(f"{measure}_base", figure.denominator, Unit.HOURS, words, base)


def staff_items(
    groups: StaffGroups,
    register: Register,
    period: Period,
    stops: Sequence[HiringStop],
) -> Iterator[Item]:
    """The rows of the staff tables. Without HR's workbook there are none."""
    if groups.source is None:
        return
    limit = int(register.limit("sekretess_personer"))
    make = _Maker(groups.source, groups.source.form.places.tables[STAFF].sheet)
    yield from _headcount_items(groups, period, limit, make)
    yield from _stop_items(groups, period, stops, make)
    yield from _worked_items(groups, register, period, make)
    if SICK in groups.source.form.places.tables:
        sick_sheet = groups.source.form.places.tables[SICK].sheet
        yield from _sick_items(groups, register, period, limit, _Maker(groups.source, sick_sheet))


def _headcount_items(
    groups: StaffGroups, period: Period, limit: int, make: _Maker
) -> Iterator[Item]:
    figures = headcount(groups.staff, period.year, period.month, limit=limit)
    for sex in (WOMEN, MEN):
        shown: list[Figure] = []
        hidden: set[str] = set()
        for each in figures:
            if each.row != sex or each.column == CHANGE:
                continue
            measure = f"{sex}_{period.year - int(each.column)}"
            if each.hidden:
                hidden.add(measure)
            elif each.numerator is not None:
                words = f"{LABELS[sex].lower()}, {MONTH_NAMES[period.month - 1]} {each.column}"
                shown.append(make.figure(measure, each.numerator, Unit.COUNT, words))
        yield Item("headcount", sex, LABELS[sex], figures=tuple(shown), hidden=frozenset(hidden))


def _stop_items(
    groups: StaffGroups, period: Period, stops: Sequence[HiringStop], make: _Maker
) -> Iterator[Item]:
    for stop in stops:
        if stop.base > period:
            continue
        figures = []
        for measure, when in (("stop_now", period), ("stop_base", stop.base)):
            rows = [r for r in groups.staff if (r.year, r.month) == (when.year, when.month)]
            of_group = [row.employed for row in rows if row.group == stop.group]
            if of_group:
                words = f"{stop.group}, {MONTH_NAMES[when.month - 1]} {when.year}"
                amount = sum(of_group, Decimal(0))
                figures.append(make.figure(measure, amount, Unit.COUNT, words))
        if len(figures) == 2:
            fields = {"base": f"{SHORT_MONTHS[stop.base.month - 1]} {stop.base.year}"}
            label = f"{stop.label} ({stop.decision})"
            yield Item("hiring_stop", stop.decision, label, fields, figures=tuple(figures))


def _worked_items(
    groups: StaffGroups, register: Register, period: Period, make: _Maker
) -> Iterator[Item]:
    hours = register.limit("heltid_timmar_månad")
    by_month: dict[str, list[Figure]] = {}
    for each in worked_time(groups.staff, hours or None):
        back = period.year - int(each.column)
        if each.numerator is None or not 0 <= back <= 3:
            continue
        words = f"alla anställda, {MONTH_NAMES[int(each.row) - 1]} {each.column}"
        if each.table == FULL_TIME:
            if back == 0 and each.value is not None:
                figure = make.figure("full_time", each.value, Unit.COUNT, words, "Årsarbetare")
                by_month.setdefault(each.row, []).append(figure)
        else:
            figure = make.figure(f"worked_{back}", each.numerator, Unit.HOURS, words)
            by_month.setdefault(each.row, []).append(figure)
    for month in range(1, 13):
        found = by_month.get(str(month), [])
        yield Item("worked", f"{month:02d}", SHORT_MONTHS[month - 1], figures=tuple(found))


def _sick_items(
    groups: StaffGroups, register: Register, period: Period, limit: int, make: _Maker
) -> Iterator[Item]:
    enheter = register.valid_enheter(period.last_day)
    areas = {each.code: each.area for each in enheter}
    within = {each.code: each.part_of for each in enheter if each.part_of}
    leaves = [
        sick_leave(
            groups.staff,
            groups.sick,
            year,
            period.month,
            limit=limit,
            areas=areas,
            within=within,
            earlier_areas=earlier_areas(register, year, period, areas),
        )
        for year in (period.year, period.year - 1)
    ]
    until = f"januari–{MONTH_NAMES[period.month - 1]}" if period.month > 1 else "januari"
    yield from _ratio_items("sick_statutory", statutory(leaves), LABELS, period, make, until)
    labels = {f"{ENHET}{each.code}": each.label for each in enheter}
    labels |= {f"{AREA}{area}": area for area in dict.fromkeys(areas.values())}
    labels[TOTAL] = "Totalt"
    rows = [TOTAL]
    for area in dict.fromkeys(areas.values()):
        rows.append(f"{AREA}{area}")
        rows += [f"{ENHET}{code}" for code, of in areas.items() if of == area]
    per_unit = by_enhet(leaves)
    order = {row: n for n, row in enumerate(rows)}
    known = sorted((f for f in per_unit if f.row in order), key=lambda each: order[each.row])
    yield from _ratio_items("sick_units", known, labels, period, make, until)
    intervals = by_interval(leaves[0])
    for interval in dict.fromkeys(each.row for each in intervals):
        figures: list[Figure] = []
        hidden: set[str] = set()
        for each in intervals:
            if each.row != interval:
                continue
            if each.hidden:
                hidden.add(f"interval_{each.column}")
            words = f"sjukfall dag {interval}, {until} {period.year}"
            figures += make.ratio(f"interval_{each.column}", each, words)
        label = f"Dag {interval.replace('-', '–')}"
        yield Item(
            "sick_intervals", interval, label, figures=tuple(figures), hidden=frozenset(hidden)
        )


def earlier_areas(
    register: Register, year: int, period: Period, areas: Mapping[str, str]
) -> tuple[dict[str, str], ...]:
    """The areas that a year's figures have been published by before, by the units of today.

    A unit that has moved stood in another area in the reports of that time: what was hidden
    together with it then is not the same as now, and the two reports are read side by side.
    """
    succession = Succession(register, period.last_day)
    found: list[dict[str, str]] = []
    last = (period.year - year) * 12 + period.month
    for n in range(last):
        when = Period(year + n // 12, n % 12 + 1)
        then = {
            heir_of(succession, each.code, when.year, when.month): each.area
            for each in register.valid_enheter(when.last_day)
        }
        if then and then != areas and then not in found:
            found.append(then)
    return tuple(found)


def _ratio_items(
    dataset: str,
    found: Iterable[StaffFigure],
    labels: Mapping[str, str],
    period: Period,
    make: _Maker,
    until: str,
) -> Iterator[Item]:
    """One row a group: this year's hours and last year's, and a note where there are none."""
    by_row: dict[str, list[StaffFigure]] = {}
    for each in found:
        by_row.setdefault(each.row, []).append(each)
    for row, figures in by_row.items():
        shown: list[Figure] = []
        hidden: set[str] = set()
        notes: dict[str, None] = {}
        for each in figures:
            measure = f"sick_{period.year - int(each.column)}"
            if each.hidden:
                hidden.add(measure)
            shown += make.ratio(measure, each, f"{labels[row]}, {until} {each.column}")
            if each.note:
                notes[each.note] = None
        if not shown and not hidden and dataset == "sick_units":
            continue  # a unit without employees of its own
        yield Item(
            dataset,
            row,
            labels[row],
            {"row": row},
            {"note": " ".join(notes)},
            tuple(shown),
            frozenset(hidden),
        )
