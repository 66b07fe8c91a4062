"""A unit's sheet Personal as rules look at it: its rows by month and year."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.compute.staff_groups import GroupAmount
from ramkoll.layout.places import TablePlace
from ramkoll.model.facts import Fact
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.views import FormView

UNIT_TABLE, UNIT_MEASURE = "staff", "staff"


def unit_months(view: FormView, line: str) -> Iterator[tuple[Fact, int, int]]:
    """The filled months of a row on a unit's sheet Personal, with year and month."""
    for fact in view.form.facts.select(UNIT_MEASURE, dataset=UNIT_TABLE, line=line):
        assert fact.key.period is not None
        yield fact, fact.key.period.year, fact.key.period.month


def is_protected(view: FormView, line: str) -> bool:
    """Whether a row of sheet Personal says something about a person when they are few."""
    place = view.table(UNIT_TABLE)
    row = place.layout.row(line) if place else None
    return row is not None and row.protected


def intervals(place: TablePlace | None) -> Iterator[tuple[str, str, str]]:
    """The sick rows of sheet Personal: line, interval in the extract, label."""
    for row in place.layout.fixed if place else ():
        if "intervall" in row.where:
            yield row.id, row.where["intervall"], row.label


def month_words(cell: Fact | GroupAmount) -> str:
    """The month of a unit's figure or of a group's amount, with its year."""
    if isinstance(cell, GroupAmount):
        return f"{MONTH_NAMES[cell.month - 1]} {cell.year}"
    period = cell.key.period
    assert period is not None
    return f"{MONTH_NAMES[period.month - 1]} {period.year}"
