"""Sick and ordinary hours of the same employees, and what of them may be shown.

All that one report shows of sick leave is protected as a whole: total, women and men, ages,
areas and enheter lie side by side, and one can be subtracted from another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from ramkoll.compute.staff import AREA, ENHET, TOTAL, SickRow, StaffRow, persons_of, row_of
from ramkoll.compute.staff_labels import (
    AGES,
    MEN,
    WOMEN,
    long_intervals,
    range_of,
    sex_of,
    statutory_ages,
)
from ramkoll.compute.suppression import Breakdown, Group, fewest_persons, protect

LONG = "long"
_WITHOUT_HOURS = "Ordinarie timmar saknas för en grupp, som inte är med i sjukfrånvaron."

Who: TypeAlias = tuple[str, str, str]  # enhet as printed, sex and age as HR writes them
_Month: TypeAlias = tuple[Who, int]


class Gap(NamedTuple):
    """What HR's lists lack for an enhet in a month, in Swedish; never an amount."""

    enhet: str
    month: int
    text: str


@dataclass(frozen=True)
class SickLeave:
    """Sick and ordinary hours of the same employees, January to a month, and what is hidden.

    ``months`` are those that both lists have. ``hidden`` holds keys of ``groups``. ``unsaid``
    gives the reason (Swedish) for figures that the labels of the lists do not let us give.
    """

    year: int
    month: int
    months: tuple[int, ...]
    ordinary: Mapping[Who, Decimal]
    sick: Mapping[tuple[Who, str], Decimal]
    groups: Mapping[str, Group]
    fewest: Mapping[str, int]
    hidden: frozenset[str]
    unsaid: Mapping[str, str]
    gaps: tuple[Gap, ...]

    @property
    def intervals(self) -> tuple[str, ...]:
        """The intervals as HR writes them, shortest first."""
        found = {interval for _, interval in self.sick}
        return tuple(sorted(found, key=lambda each: ((range_of(each) or (0,))[0] or 0, each)))

    def sick_hours(self, key: str, intervals: Iterable[str] | None = None) -> Decimal:
        """A group's sick hours, in some intervals or all. Not protected: never show it as is."""
        wanted = set(self.intervals if intervals is None else intervals)
        cells = self.groups[key].cells
        hours = (h for (who, each), h in self.sick.items() if who in cells and each in wanted)
        return sum(hours, Decimal(0))

    def ordinary_hours(self, key: str) -> Decimal:
        """A group's ordinary hours. Not protected either."""
        cells = self.groups[key].cells
        return sum((hours for who, hours in self.ordinary.items() if who in cells), Decimal(0))


def sick_leave(
    staff: Iterable[StaffRow],
    sick: Iterable[SickRow],
    year: int,
    month: int,
    *,
    limit: int,
    areas: Mapping[str, str],
    within: Mapping[str, str] | None = None,
    earlier_areas: Sequence[Mapping[str, str]] = (),
) -> SickLeave:
    """January to ``month`` of a year, of the employees that have both sick and ordinary hours.

    Groups (enhet, sex, age) whose ordinary hours are not given in a month are left out of that
    month, with their sick hours, and are told as gaps; so is a month that one list lacks
    altogether. A group without sick rows in a month that has some is taken to have 0: lists of
    absence leave out zeros. ``earlier_areas`` are the areas, oldest first, by which figures of
    these same months have been published before: an enhet that has moved since can be read out
    of the difference. An enhet that ``areas`` does not have is a part of the whole by itself.
    """
    inside = within or {}
    of_year = [row for row in staff if row.year == year and row.month <= month]
    absent = [row for row in sick if row.year == year and row.month <= month]
    months = sorted({row.month for row in of_year} & {row.month for row in absent})
    ordinary, persons, lacking = _ordinary(of_year, inside)
    hours: dict[tuple[Who, int, str], Decimal] = {}
    gaps: dict[Gap, None] = {}
    for row in absent:
        who = (row_of(row.enhet, inside), row.sex, row.age)
        if row.month not in months:
            continue
        if (who, row.month) in ordinary:
            at = (who, row.month, row.interval)
            hours[at] = hours.get(at, Decimal(0)) + row.hours
        elif row.hours or (who, row.month) in lacking:
            gaps[Gap(who[0], row.month, _WITHOUT_HOURS)] = None
    kept = {(who, m): value for (who, m), value in ordinary.items() if m in months}
    monthly: list[Mapping[Who, int]] = []
    for m in months:
        of_month = {who: persons[who, m] for who, each in kept if each == m}
        reported = {who[0] for who, each, _ in hours if each == m}
        gaps.update(dict.fromkeys(_silent(m, of_month, reported, limit)))
        monthly.append(of_month)
    whos = frozenset(who for who, _ in kept)
    ages, unsaid = statutory_ages(who[2] for who in whos)
    groups, hidden = _protected(whos, ages, months, monthly, hours, limit, areas, earlier_areas)
    unsaid |= _sexes(whos, groups)
    long = long_intervals(interval for _, _, interval in hours)
    total_ordinary: dict[Who, Decimal] = {}
    for (who, _), value in kept.items():
        total_ordinary[who] = total_ordinary.get(who, Decimal(0)) + value
    total_sick: dict[tuple[Who, str], Decimal] = {}
    for (who, _, interval), value in hours.items():
        total_sick[who, interval] = total_sick.get((who, interval), Decimal(0)) + value
    return SickLeave(
        year,
        month,
        tuple(months),
        total_ordinary,
        total_sick,
        groups,
        {key: fewest_persons(group, monthly) for key, group in groups.items()},
        hidden,
        unsaid | ({LONG: long} if isinstance(long, str) else {}),
        tuple(sorted(gaps)),
    )


def _ordinary(
    rows: Iterable[StaffRow], within: Mapping[str, str]
) -> tuple[dict[_Month, Decimal], dict[_Month, int], set[_Month]]:
    """Ordinary hours and persons of groups whose hours are all given; and the groups that lack."""
    hours: dict[_Month, Decimal] = {}
    persons: dict[_Month, int] = {}
    lacking: set[_Month] = set()
    for row in rows:
        at = ((row_of(row.enhet, within), row.sex, row.age), row.month)
        persons[at] = persons.get(at, 0) + persons_of(row)
        if row.ordinary is not None:
            hours[at] = hours.get(at, Decimal(0)) + row.ordinary
        elif persons_of(row):
            # One staff group without hours: its sick hours cannot be told from the others'.
            lacking.add(at)
    whole = {at: value for at, value in hours.items() if value > 0 and at not in lacking}
    return whole, persons, lacking


def _silent(
    month: int, persons: Mapping[Who, int], reported: set[str], limit: int
) -> Iterable[Gap]:
    """Enheter without a single sick row. A small one is not named: that would be its figure."""
    sizes: dict[str, int] = {}
    for who, count in persons.items():
        sizes[who[0]] = sizes.get(who[0], 0) + count
    for enhet, size in sizes.items():
        if size > limit and enhet not in reported:
            yield Gap(enhet, month, "Inga sjuktimmar är redovisade; de räknas som 0.")


def _sexes(whos: Iterable[Who], groups: Mapping[str, Group]) -> dict[str, str]:
    """Why there are no women or no men, when it may be for how their sex is written."""
    unread = sorted({sex for _, sex, _ in whos if sex_of(sex) is None})
    if not unread:
        return {}
    why = f"Könet «{unread[0]}» går inte att tolka som kvinnor eller män."
    return {key: why for key in (WOMEN, MEN) if key not in groups}


def _protected(
    whos: frozenset[Who],
    ages: Mapping[str, str],
    months: Sequence[int],
    monthly: Sequence[Mapping[Who, int]],
    hours: Mapping[tuple[Who, int, str], Decimal],
    limit: int,
    areas: Mapping[str, str],
    earlier_areas: Sequence[Mapping[str, str]],
) -> tuple[dict[str, Group], frozenset[str]]:
    """The groups of a report, and which of them are hidden."""
    ytd: list[dict[Who, Decimal]] = []
    for m in months:
        sums: dict[Who, Decimal] = dict(ytd[-1]) if ytd else {}
        for (who, each, _), value in hours.items():
            if each == m:
                sums[who] = sums.get(who, Decimal(0)) + value
        ytd.append(sums)

    def amounts(report: int, group: Group) -> Decimal:
        return sum((ytd[report].get(cell, Decimal(0)) for cell in group.cells), Decimal(0))

    published: list[tuple[Group, ...]] = [() for _ in months]
    groups: dict[str, Group] = {}
    reports: tuple[frozenset[str], ...] = ()
    for number, in_areas in enumerate((*earlier_areas, areas)):
        groups, breakdowns = _groups(whos, ages, in_areas)
        reports = protect(
            groups.values(), breakdowns, monthly, limit, amounts=amounts, fixed=published
        )
        for index, gone in enumerate(reports):
            shown = [group for key, group in groups.items() if key not in gone]
            published[index] += tuple(
                Group(f"{number} {each.key}", each.cells, fixed=True) for each in shown
            )
    return groups, reports[-1] if reports else frozenset()


def _groups(
    whos: frozenset[Who], ages: Mapping[str, str], areas: Mapping[str, str]
) -> tuple[dict[str, Group], list[Breakdown]]:
    """All that is shown of sick leave, as groups, and what adds up to what.

    What is local is hidden before what the law asks for, and the total last of all.
    """
    levels: tuple[Callable[[Who], str | None], ...] = (
        lambda who: ENHET + who[0],
        lambda who: AREA + areas[who[0]] if who[0] in areas else None,
        lambda who: ages.get(who[2]),
        lambda who: sex_of(who[1]),
        lambda who: TOTAL,
    )
    groups: dict[str, Group] = {}
    for rank, key_of in enumerate(levels):
        cells: dict[str, set[Who]] = {}
        for who in whos:
            if (key := key_of(who)) is not None:
                cells.setdefault(key, set()).add(who)
        groups |= {key: Group(key, frozenset(each), rank) for key, each in cells.items()}
    in_area: dict[str, list[str]] = {}
    loose: list[str] = []
    for enhet in sorted({who[0] for who in whos}):
        if enhet in areas:
            in_area.setdefault(AREA + areas[enhet], []).append(ENHET + enhet)
        else:
            loose.append(ENHET + enhet)
    both = (frozenset((WOMEN, MEN)),)
    breakdowns = [
        Breakdown(TOTAL, (WOMEN, MEN), both),
        Breakdown(TOTAL, tuple(age for age in AGES if age in groups)),
        Breakdown(TOTAL, (*in_area, *loose)),
        *(Breakdown(area, tuple(parts)) for area, parts in in_area.items()),
    ]
    return groups, breakdowns
