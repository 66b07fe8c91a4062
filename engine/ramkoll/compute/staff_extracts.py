"""HR's extracts as raw groups, and whose hours may not stand in a unit's own workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from ramkoll.compute.organisation import Succession
from ramkoll.compute.report_staff import earlier_areas, heir_of
from ramkoll.compute.sick_leave import sick_leave
from ramkoll.compute.staff import ENHET, SickRow, StaffRow, row_of
from ramkoll.model.period import Period
from ramkoll.model.register import Register

if TYPE_CHECKING:
    import pandas as pd


def protected_hours(
    personal: pd.DataFrame,
    sick: pd.DataFrame,
    succession: Succession,
    register: Register,
    period: Period,
) -> Callable[[str, int], bool]:
    """Whether a unit's hours of a year may be used to find out about few persons.

    So they may for a unit with few persons, and for one that the report hides for its sake: with
    the hours of the second, the total less the shown ones would give the first.
    """
    limit = int(register.limit("sekretess_personer"))
    staff = tuple(_staff(personal, succession))
    absent = tuple(_sick(sick, succession))
    enheter = register.valid_enheter(period.last_day)
    areas = {each.code: each.area for each in enheter}
    within = {each.code: each.part_of for each in enheter if each.part_of}
    hidden: set[tuple[str, int]] = set()
    known: set[tuple[str, int]] = set()
    for year in sorted({row.year for row in staff}):
        until = period.month if year == period.year else 12
        leave = sick_leave(
            staff,
            absent,
            year,
            until,
            limit=limit,
            areas=areas,
            within=within,
            earlier_areas=earlier_areas(register, year, period, areas),
        )
        known |= {(row.enhet, year) for row in staff if row.year == year}
        for code in areas:
            key = f"{ENHET}{row_of(code, within)}"
            few = 0 < leave.fewest.get(key, 0) <= limit
            if few or key in leave.hidden:
                hidden.add((code, year))
    small = _small(staff, limit)
    return lambda enhet, year: (enhet, year) in hidden | small or (enhet, year) not in known


def _small(staff: tuple[StaffRow, ...], limit: int) -> set[tuple[str, int]]:
    """Units with so few persons in any month of a year, also where there is no sick leave."""
    counts: dict[tuple[str, int, int], Decimal] = {}
    for row in staff:
        persons = row.employed if row.persons is None else row.persons
        at = (row.enhet, row.year, row.month)
        counts[at] = counts.get(at, Decimal(0)) + persons
    return {(enhet, year) for (enhet, year, _), count in counts.items() if count <= limit}


def _staff(frame: pd.DataFrame, succession: Succession) -> Iterator[StaffRow]:
    for row in frame.to_dict("records"):
        year, month = int(row["år"]), int(row["månad"])
        if 1 <= month <= 12:
            yield StaffRow(
                heir_of(succession, str(row["enhet"]), year, month),
                year,
                month,
                str(row["kön"]),
                str(row["åldersgrupp"]),
                str(row["personalgrupp"]),
                row["antal_månadsavlönade"] or Decimal(0),
                row["antal_personer"],
                row["ordinarie_timmar"],
                row["arbetade_timmar"],
            )


def _sick(frame: pd.DataFrame, succession: Succession) -> Iterator[SickRow]:
    for row in frame.to_dict("records"):
        year, month = int(row["år"]), int(row["månad"])
        if 1 <= month <= 12 and row["sjuktimmar"] is not None:
            yield SickRow(
                heir_of(succession, str(row["enhet"]), year, month),
                year,
                month,
                str(row["kön"]),
                str(row["åldersgrupp"]),
                str(row["intervall"]),
                row["sjuktimmar"],
            )
