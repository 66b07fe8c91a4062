"""HR's groups added up to today's units: persons, hours and sick hours a month."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from ramkoll.compute.organisation import Homeless, Succession
from ramkoll.compute.staff_labels import range_of
from ramkoll.layout.form import Form
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Record

STAFF, SICK = "staff_groups", "sick_groups"
EMPLOYED, PERSONS = "Antal månadsavlönade", "Antal personer"
ORDINARY, WORKED = "Ordinarie timmar", "Arbetade timmar"
SICK_HOURS = "Sjuktimmar"


class GroupKey(NamedTuple):
    """What HR's amounts are added up by; ``interval`` is as days_of says it, empty for none."""

    enhet: str
    measure: str
    interval: str
    year: int
    month: int


class GroupAmount(NamedTuple):
    """One amount of one group in HR's workbook, as it stands there. There are ten thousands."""

    table: str
    record: Record
    year: int
    month: int
    number: Decimal
    at: CellRef

    @property
    def group(self) -> tuple[str, str, str]:
        """Unit, sex and age."""
        return self.record.text("enhet"), self.record.text("sex"), self.record.text("age")


def days_of(interval: str) -> str:
    """An interval's days written one way: ``1-14`` for «dag 1–14»; as it stands if it is none."""
    days = range_of(interval)
    if days is None:
        return interval
    low, high = ("" if each is None else str(each) for each in days)
    return f"{low}-{high}"


def group_amounts(form: Form) -> Iterator[GroupAmount]:
    """Every amount of HR's lists, of rows that say their year."""
    for table in (STAFF, SICK):
        records = {record.line: record for record in form.facts.records(table)}
        for fact in form.facts.select("m", dataset=table):
            record, period = records[fact.key.line], fact.key.period
            year = record.text("year")
            if period is not None and year.isdigit():
                yield GroupAmount(table, record, int(year), period.month, fact.number, fact.at)


def unit_sums(form: Form, succession: Succession) -> dict[GroupKey, Decimal]:
    """HR's amounts summed to the units of today, shared as the register has it.

    Groups of units that have no heir are left out. The sums hold no sex and no age.
    """
    found: dict[GroupKey, Decimal] = {}
    for amount in group_amounts(form):
        heirs = succession.heirs(amount.record.text("enhet"), amount.year, amount.month)
        if isinstance(heirs, Homeless):
            continue
        measure, interval = amount.record.text("measure"), days_of(amount.record.text("interval"))
        for heir in heirs:
            key = GroupKey(heir.code, measure, interval, amount.year, amount.month)
            found[key] = found.get(key, Decimal(0)) + amount.number * heir.share
    return found


def fewest(sums: dict[GroupKey, Decimal], enhet: str, year: int) -> Decimal | None:
    """The fewest persons of a unit in any month of a year; None when HR has none of it.

    Persons where they are counted, else those employed by the month.
    """
    by_month: dict[int, dict[str, Decimal]] = {}
    for key, number in sums.items():
        if key.enhet == enhet and key.year == year and key.measure in (PERSONS, EMPLOYED):
            by_month.setdefault(key.month, {})[key.measure] = number
    counts = [month.get(PERSONS, month.get(EMPLOYED, Decimal(0))) for month in by_month.values()]
    return min(counts, default=None)
