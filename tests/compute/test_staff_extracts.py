"""Whose hours may not stand in a unit's own workbook."""

from datetime import date
from decimal import Decimal

import pandas as pd

from ramkoll.compute.organisation import Succession
from ramkoll.compute.staff_extracts import protected_hours
from ramkoll.model.period import Period
from ramkoll.model.register import Enhet, Register, Threshold
from ramkoll.store.extract_columns import COLUMNS

PERIOD = Period(2025, 3)
LIMIT = Threshold("sekretess_personer", Decimal(10), "personer", "", "")


def frame(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = COLUMNS[name]
    return pd.DataFrame([{c: row.get(c) for c in columns} for row in rows], dtype=object)


def protected(sizes: dict[str, tuple[int, ...]], year: int = 2025) -> set[str]:
    """The units whose hours are protected; ``sizes`` are persons in each month, women."""
    codes = (*sizes, "Tom")
    enheter = tuple(Enhet(code, code, "Vård", "N", date(2020, 1, 1)) for code in codes)
    register = Register("", "", "", "", enheter=enheter, thresholds={"sekretess_personer": LIMIT})
    staff: list[dict[str, object]] = []
    sick: list[dict[str, object]] = []
    for code, months in sizes.items():
        for month, count in enumerate(months, 1):
            who = {"enhet": code, "år": year, "månad": month, "kön": "K", "åldersgrupp": "30-49"}
            persons = {"antal_personer": Decimal(count), "antal_månadsavlönade": Decimal(count)}
            hours = {"ordinarie_timmar": Decimal(count * 100), "arbetade_timmar": Decimal(90)}
            staff.append({**who, **persons, **hours, "personalgrupp": "vård"})
            sick.append({**who, "intervall": "1-14", "sjuktimmar": Decimal(count)})
    frames = frame("personal", staff), frame("sjukfrånvaro", sick)
    succession = Succession(register, PERIOD.last_day)
    is_protected = protected_hours(*frames, succession, register, PERIOD)
    return {code for code in codes if is_protected(code, year)}


def test_a_small_unit_is_protected_and_another_for_its_sake():
    assert protected({"A": (40, 40), "B": (15, 15), "C": (7, 7)}) == {"B", "C", "Tom"}


def test_nobody_is_protected_where_all_are_large():
    assert protected({"A": (40, 40), "B": (15, 15)}) == {"Tom"}


def test_a_unit_is_as_small_as_in_its_smallest_month():
    assert "B" in protected({"A": (40, 40), "B": (15, 9), "D": (30, 30)})


def test_a_unit_that_the_extract_does_not_count_is_protected():
    assert protected({"A": (40, 40), "B": (40, 40)}) == {"Tom"}
