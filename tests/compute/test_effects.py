"""How much of a measure's estimated effect has come, for the months it has been in force."""

from decimal import Decimal

import pytest

from ramkoll.compute.effects import effect_degree, effect_so_far, months_in_force
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact, Key, Read, Record
from ramkoll.model.period import Period
from ramkoll.model.units import Unit

AUGUST = Period(2024, 8)


def measure(**columns: str | int) -> Record:
    ref = CellRef("605.xlsx", "Åtgärder", 6, 1)
    facts = {
        name: Fact(
            Key("measures", "605", "000001", name),
            Decimal(value) if isinstance(value, int) else value,
            Unit.KR,
            Read(ref),
        )
        for name, value in columns.items()
    }
    return Record("000001", facts)


TRAVEL: dict[str, str | int] = {
    "method": "mot föregående år",
    "start": "2024-02",
    "effect_estimated": 1100,
    "measure_outcome": -500,
    "measure_prior": -1200,
}


@pytest.mark.parametrize(
    ("start", "months"),
    [
        ("2024-02", (7, 11)),
        ("2024-08", (1, 5)),
        ("2024-1", (8, 12)),
        ("2023-11", (8, 12)),
        ("2024-09", None),
        ("2025-01", None),
        ("2024-13", None),
        ("feb 2024", None),
        ("", None),
        ("0001-01", None),
    ],
)
def test_a_measure_is_in_force_from_its_first_month(
    start: str, months: tuple[int, int] | None
) -> None:
    assert months_in_force(start, AUGUST) == months


def test_a_lower_cost_than_last_year_is_an_effect_of_the_estimate_for_its_months() -> None:
    assert effect_so_far(measure(**TRAVEL)) == 700
    assert effect_degree(measure(**TRAVEL), AUGUST) == 1  # 700 of 7/11 of 1 100
    worse = measure(**{**TRAVEL, "measure_outcome": -1300})
    assert effect_degree(worse, AUGUST) == Decimal(-100) / 700


def test_against_budget_the_effect_is_as_written() -> None:
    kept = measure(**{**TRAVEL, "method": "Mot budget", "effect_budget": 350})
    assert effect_so_far(kept) == 350
    assert effect_degree(kept, AUGUST) == Decimal("0.5")


@pytest.mark.parametrize(
    "missing", ["start", "effect_estimated", "measure_outcome", "measure_prior"]
)
def test_without_one_of_its_figures_there_is_no_degree(missing: str) -> None:
    columns = {name: value for name, value in TRAVEL.items() if name != missing}
    assert effect_degree(measure(**columns), AUGUST) is None


def test_an_estimate_of_nothing_has_no_degree() -> None:
    assert effect_degree(measure(**{**TRAVEL, "effect_estimated": 0}), AUGUST) is None
