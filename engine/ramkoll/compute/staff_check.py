"""HR's raw groups held against the totals in the units' own workbooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ramkoll.compute.staff import SickRow, StaffRow, persons_of
from ramkoll.compute.staff_labels import range_of

EMPLOYED, ORDINARY, WORKED, SICK = "employed", "ordinary", "worked", "sick"


class UnitTotal(NamedTuple):
    """What a unit's own workbook says: månadsavlönade or hours; ``interval`` for sick hours."""

    enhet: str
    year: int
    month: int
    measure: str
    interval: str
    value: Decimal


class StaffDifference(NamedTuple):
    """Where the two differ. Both amounts are None when the sick leave is protected."""

    enhet: str
    year: int
    month: int
    measure: str
    interval: str
    hr: Decimal | None
    unit: Decimal | None
    protected: bool


_At = tuple[str, int, int]  # enhet, year, month


def staff_differences(
    staff: Iterable[StaffRow],
    sick: Iterable[SickRow],
    totals: Iterable[UnitTotal],
    *,
    limit: int,
    protected: Collection[str] = (),
) -> tuple[StaffDifference, ...]:
    """Every total that is not the sum of HR's groups, where both have said something.

    Sick hours are given without amounts for a unit that had ``limit`` persons or fewer in any
    month of the year, whose size is not known, or that is in ``protected`` (hidden for the sake
    of others). Intervals are the same when they are of the same days, however written. HR's
    lists leave out groups without sick hours: once a unit has any for a month, the rest are 0.
    """
    sums, sizes = _staff_sums(staff)
    hours: dict[_At, dict[object, Decimal]] = {}
    for row in sick:
        by_days = hours.setdefault((row.enhet, row.year, row.month), {})
        days = range_of(row.interval) or row.interval
        by_days[days] = by_days.get(days, Decimal(0)) + row.hours
    found = []
    for total in totals:
        at = (total.enhet, total.year, total.month)
        secret = False
        hr: Decimal | None
        if total.measure == SICK:
            secret = total.enhet in protected or sizes.get(at[:2], 0) <= limit
            days = range_of(total.interval) or total.interval
            hr = hours[at].get(days, Decimal(0)) if at in hours else None
        else:
            hr = sums.get((at, total.measure))
        if hr is not None and hr != total.value:
            ours, theirs = (None, None) if secret else (hr, total.value)
            measure, interval = total.measure, total.interval
            found.append(StaffDifference(*at, measure, interval, ours, theirs, secret))
    return tuple(found)


def _staff_sums(
    staff: Iterable[StaffRow],
) -> tuple[Mapping[tuple[_At, str], Decimal], Mapping[tuple[str, int], int]]:
    """HR's sums that have all their terms, and each unit's fewest persons in a year."""
    sums: dict[tuple[_At, str], Decimal] = {}
    lacking: set[tuple[_At, str]] = set()
    monthly: dict[_At, int] = {}
    for row in staff:
        at = (row.enhet, row.year, row.month)
        monthly[at] = monthly.get(at, 0) + persons_of(row)
        values = {EMPLOYED: row.employed, ORDINARY: row.ordinary, WORKED: row.worked}
        for measure, value in values.items():
            if value is None:
                lacking.add((at, measure))
            else:
                sums[at, measure] = sums.get((at, measure), Decimal(0)) + value
    sizes: dict[tuple[str, int], int] = {}
    for (enhet, year, _), persons in monthly.items():
        if persons:
            sizes[enhet, year] = min(persons, sizes.get((enhet, year), persons))
    return {key: value for key, value in sums.items() if key not in lacking}, sizes
