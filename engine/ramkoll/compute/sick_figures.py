"""The published figures of sick leave: the seven of the law, per enhet, and per interval.

Källa: de sju uppgifter om sjukfrånvaro som lagen om kommunal bokföring och redovisning kräver
i årsredovisningen, i procent av gruppens sammanlagda ordinarie arbetstid.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ramkoll.compute.sick_leave import LONG, SickLeave
from ramkoll.compute.staff import AREA, ENHET, TOTAL, StaffFigure, hidden_figure, no_figure
from ramkoll.compute.staff_labels import AGES, MEN, WOMEN, long_intervals
from ramkoll.model.period import MONTH_NAMES

STATUTORY, INTERVALS, PER_ENHET = "sick_leave", "sick_intervals", "sick_enhet"
_NO_DATA = "Uppgifter saknas för perioden."


def statutory(leaves: Sequence[SickLeave]) -> tuple[StaffFigure, ...]:
    """The seven figures (rows) of each period (columns: its year), as ratios of hours.

    total, women, men and the three ages: sick hours / ordinary hours of the group itself.
    long: sick hours in spells of 60 days or more / all sick hours.
    """
    figures = []
    for leave in leaves:
        column = str(leave.year)
        figures += [_of_ordinary(leave, STATUTORY, TOTAL, column), _long_share(leave, column)]
        for key in (WOMEN, MEN, *AGES):
            figures.append(_of_ordinary(leave, STATUTORY, key, column))
    return tuple(figures)


def by_enhet(leaves: Sequence[SickLeave]) -> tuple[StaffFigure, ...]:
    """Sick leave of the whole, each area (``area:``) and enhet (``enhet:``), a column a year."""
    keys = {key for leave in leaves for key in leave.groups if key.startswith((AREA, ENHET))}
    return tuple(
        _of_ordinary(leave, PER_ENHET, key, str(leave.year))
        for key in (TOTAL, *sorted(keys))
        for leave in leaves
    )


def by_interval(leave: SickLeave) -> tuple[StaffFigure, ...]:
    """Sick hours in each interval (row) / all sick hours, of total, women and men (columns).

    The groups are those of the employees: HR does not say how many were ill in an interval.
    """
    figures = []
    for interval in leave.intervals:
        for key in (TOTAL, WOMEN, MEN):
            figures.append(_share(leave, INTERVALS, interval, key, key, [interval]))
    return tuple(figures)


def _long_share(leave: SickLeave, column: str) -> StaffFigure:
    if LONG in leave.unsaid and TOTAL in leave.groups and TOTAL not in leave.hidden:
        return no_figure(STATUTORY, LONG, column, leave.unsaid[LONG])
    long = long_intervals(leave.intervals)
    return _share(leave, STATUTORY, LONG, column, TOTAL, () if isinstance(long, str) else long)


def _share(
    leave: SickLeave, table: str, row: str, column: str, key: str, intervals: Sequence[str]
) -> StaffFigure:
    """Some intervals' part of a group's sick hours."""
    if key in leave.hidden or key not in leave.groups:
        return _figure(leave, table, row, column, key, Decimal(0), Decimal(0))
    part, whole = leave.sick_hours(key, intervals), leave.sick_hours(key)
    if not whole:
        return no_figure(table, row, column, "Ingen sjukfrånvaro i perioden.")
    return _figure(leave, table, row, column, key, part, whole)


def _of_ordinary(leave: SickLeave, table: str, key: str, column: str) -> StaffFigure:
    if key in leave.unsaid:
        return no_figure(table, key, column, leave.unsaid[key])
    if key not in leave.groups:
        return no_figure(table, key, column, _NO_DATA)
    sick, ordinary = leave.sick_hours(key), leave.ordinary_hours(key)
    return _figure(leave, table, key, column, key, sick, ordinary)


def _figure(
    leave: SickLeave,
    table: str,
    row: str,
    column: str,
    key: str,
    numerator: Decimal,
    denominator: Decimal,
) -> StaffFigure:
    if key in leave.hidden:
        return hidden_figure(table, row, column)
    if key not in leave.groups:
        return no_figure(table, row, column, _NO_DATA)
    lacking = [MONTH_NAMES[m - 1] for m in range(1, leave.month + 1) if m not in leave.months]
    note = f"Underlag saknas för {', '.join(lacking)}." if lacking else ""
    persons = Decimal(leave.fewest[key])
    return StaffFigure(table, row, column, numerator, denominator, persons, False, note)
