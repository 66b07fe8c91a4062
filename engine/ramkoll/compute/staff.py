"""Headcount and worked time, from HR's raw groups; and what all staff tables share.

Rows are in the organisation of the report date: who calls has moved earlier years' rows to the
units of today. Headcount per enhet is public; a split by sex is protected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ramkoll.compute.staff_labels import MEN, WOMEN, sex_of
from ramkoll.compute.suppression import Part, hidden
from ramkoll.model.period import MONTH_NAMES

TOTAL = "total"
HEADCOUNT, WORKED_HOURS, FULL_TIME = "headcount", "worked_hours", "full_time_equivalents"
CHANGE = "change"
ENHET, AREA = "enhet:", "area:"  # before a code or name, in the row of a figure
YEARS_BACK = 3


class StaffRow(NamedTuple):
    """A group of employees in a month: what HR's workbook says of them.

    ``employed`` counts månadsavlönade on the last day of the month, in halves; ``persons`` is
    what the privacy rules count. Hours are of the whole month; None is "not given", never 0.
    """

    enhet: str
    year: int
    month: int
    sex: str
    age: str
    group: str
    employed: Decimal
    persons: Decimal | None
    ordinary: Decimal | None
    worked: Decimal | None


class SickRow(NamedTuple):
    """A group's sick hours in a month, in spells that have come as far as the interval."""

    enhet: str
    year: int
    month: int
    sex: str
    age: str
    interval: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class StaffFigure:
    """A figure ready to be shown: a count, or a ratio of a numerator and a denominator.

    ``persons`` is the fewest persons in the group in any month of the period. A hidden figure
    carries no number at all and is shown as "–". A figure without numbers that is not hidden
    says why in ``note`` (Swedish); a note beside numbers says what they lack.
    """

    table: str
    row: str
    column: str
    numerator: Decimal | None
    denominator: Decimal | None
    persons: Decimal | None
    hidden: bool
    note: str = ""

    def __post_init__(self) -> None:
        numbers = (self.numerator, self.denominator, self.persons)
        assert not self.hidden or numbers == (None, None, None), "a hidden figure has a number"

    @property
    def value(self) -> Decimal | None:
        """The count, or the ratio (0–1 for shares); None when there is none to show."""
        if self.numerator is None or self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator


def hidden_figure(table: str, row: str, column: str) -> StaffFigure:
    """A figure that is protected."""
    return StaffFigure(table, row, column, None, None, None, True)


def no_figure(table: str, row: str, column: str, note: str) -> StaffFigure:
    """A figure that cannot be given, with the reason."""
    return StaffFigure(table, row, column, None, None, None, False, note)


def persons_of(row: StaffRow) -> int:
    """How many persons a row is, as the privacy rules count.

    When HR has not said, it is the whole part of the månadsavlönade: each person is at most one
    of them, so there are never fewer persons than that, and half a person more is no protection.
    Where there are hours or employed there is at least one person.
    """
    told = row.employed if row.persons is None else row.persons
    somebody = row.employed > 0 or bool(row.ordinary) or bool(row.worked)
    return max(int(told), 1 if somebody else 0)


def row_of(enhet: str, within: Mapping[str, str]) -> str:
    """The enhet in whose row a unit is printed: itself, or what it is a part of, to the end."""
    seen = {enhet}
    while (parent := within.get(enhet)) is not None and parent not in seen:
        enhet = parent
        seen.add(enhet)
    return enhet


def headcount(
    rows: Iterable[StaffRow],
    year: int,
    month: int,
    *,
    limit: int,
    within: Mapping[str, str] | None = None,
) -> tuple[StaffFigure, ...]:
    """Månadsavlönade in a month of this year and the three before, and the change from last year.

    Rows total, women, men and ``enhet:`` with each code, in order; columns: years and ``change``.
    Women and men are shown both or not at all. Everything else is public.
    """
    years = tuple(range(year - YEARS_BACK, year + 1))
    counted: dict[tuple[str, int], Decimal] = {}
    persons: dict[tuple[str, int], int] = {}
    enheter: set[str] = set()
    for row in rows:
        if row.month != month or row.year not in years:
            continue
        enhet = row_of(row.enhet, within or {})
        enheter.add(enhet)
        # A sex that is neither has no row, but is what is left when women and men are shown.
        for key in (TOTAL, sex_of(row.sex) or "", f"{ENHET}{enhet}"):
            at = (key, row.year)
            counted[at] = counted.get(at, Decimal(0)) + row.employed
            persons[at] = persons.get(at, 0) + persons_of(row)
    split = {each for each in years if _split_hidden(persons, each, limit)}
    figures = []
    for key in (TOTAL, WOMEN, MEN, *(f"{ENHET}{enhet}" for enhet in sorted(enheter))):
        gone = split if key in (WOMEN, MEN) else set()
        for each in years:
            column = str(each)
            if each in gone:
                figures.append(hidden_figure(HEADCOUNT, key, column))
            elif (key, each) not in counted:
                note = f"Uppgift saknas för {MONTH_NAMES[month - 1]} {each}."
                figures.append(no_figure(HEADCOUNT, key, column, note))
            else:
                number, size = counted[key, each], Decimal(persons[key, each])
                figures.append(StaffFigure(HEADCOUNT, key, column, number, None, size, False))
        figures.append(_change(key, figures[-1], figures[-2]))
    return tuple(figures)


def _split_hidden(persons: Mapping[tuple[str, int], int], year: int, limit: int) -> bool:
    parts = [Part(key, persons.get((key, year), 0)) for key in (WOMEN, MEN, "")]
    return WOMEN in hidden(parts, limit, together=[(WOMEN, MEN)]).parts


def _change(key: str, now: StaffFigure, before: StaffFigure) -> StaffFigure:
    if now.hidden or before.hidden:
        return hidden_figure(HEADCOUNT, key, CHANGE)
    if now.numerator is None or before.numerator is None:
        return no_figure(HEADCOUNT, key, CHANGE, now.note or before.note)
    change = now.numerator - before.numerator
    return StaffFigure(HEADCOUNT, key, CHANGE, change, None, None, False)


def worked_time(
    rows: Iterable[StaffRow], full_time_hours: Decimal | None = None
) -> tuple[StaffFigure, ...]:
    """Worked hours of all employees, by month (row) and year (column), for the months there are.

    With ``full_time_hours``, the hours of a full-time employee in a month, also årsarbetare =
    worked hours / full-time hours. A month in which a group's hours are not given has no figure:
    a sum without them would look like less work.
    """
    hours: dict[tuple[int, int], Decimal] = {}
    lacking: dict[tuple[int, int], int] = {}
    for row in rows:
        at = (row.year, row.month)
        hours.setdefault(at, Decimal(0))
        if row.worked is not None:
            hours[at] += row.worked
        elif persons_of(row):
            lacking[at] = lacking.get(at, 0) + 1
    figures: list[StaffFigure] = []
    for at, worked in sorted(hours.items()):
        year, month = str(at[0]), str(at[1])
        tables: dict[str, Decimal | None] = {WORKED_HOURS: None}
        if full_time_hours:
            tables[FULL_TIME] = full_time_hours
        for table, divisor in tables.items():
            if at in lacking:
                groups = "en grupp" if lacking[at] == 1 else f"{lacking[at]} grupper"
                note = f"Arbetade timmar saknas för {groups}."
                figures.append(no_figure(table, month, year, note))
            else:
                figures.append(StaffFigure(table, month, year, worked, divisor, None, False))
    return tuple(figures)
