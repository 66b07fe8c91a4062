"""The basis of the methods out of a workbook: months, last year, fictive items, gross cost."""

from decimal import Decimal

import pytest
from tests.rules.region import write_region

from ramkoll.compute.forecast import Basis
from ramkoll.compute.forecast_basis import basis_of
from ramkoll.compute.forms import compute_form
from ramkoll.model.facts import Facts
from ramkoll.model.period import Period
from ramkoll.pipeline.check import check
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import load_layouts


@pytest.fixture(scope="module")
def staff_unit(tmp_path_factory: pytest.TempPathFactory) -> FormView:
    """Unit 30, after May: a grant paid back, and a saving of 150 tkr a month not shared out."""
    layouts = load_layouts()
    folder = write_region(tmp_path_factory.mktemp("region"), layouts)
    checked = check([folder / "30.xlsx", folder / "budgetram.xlsx"], layouts, lambda *_: None)
    return next(view for view in checked.forms if view.form.enhet == "30")


def without(view: FormView, year: int, months: tuple[int, ...]) -> Basis:
    """The basis when nobody has filled in some months."""
    gone = {Period(year, month) for month in months}
    kept = [
        fact
        for fact in view.form.facts
        if not (fact.key.dataset == "months" and fact.key.period in gone)
    ]
    facts = Facts(kept)
    form = type(view.form)(**{**vars(view.form), "facts": facts})
    basis = basis_of(form, compute_form(form.places, facts), view.register)
    assert basis is not None
    return basis


def tkr(amount: int) -> Decimal:
    return Decimal(amount) * 1000


def test_the_net_has_its_months_its_years_and_its_fictive_items(staff_unit: FormView) -> None:
    basis = basis_of(staff_unit.form, staff_unit.computed, staff_unit.register)
    assert basis == Basis(
        months=5,
        outcome=tkr(-4320),
        budget=tkr(-3750),
        budget_year=tkr(-9000),
        prior=Decimal(-4364955),
        prior_year=Decimal(-10475766),
        recent=tkr(-2050),
        prior_recent=Decimal(-873000 * 3 + 3 * 12),
        fictive_left=tkr(1050),
        gross_cost=tkr(12000),
        fictive_year=tkr(1800),
    )


def test_a_row_of_its_own_has_its_own_amounts(staff_unit: FormView) -> None:
    basis = basis_of(staff_unit.form, staff_unit.computed, staff_unit.register, "I02")
    assert basis is not None
    assert [basis.outcome, basis.budget, basis.fictive_left] == [0, tkr(500), 0]


def test_without_a_register_nothing_is_known_to_be_fictive(staff_unit: FormView) -> None:
    basis = basis_of(staff_unit.form, staff_unit.computed, None)
    assert basis is not None
    assert basis.fictive_left == 0
    assert basis.gross_cost == tkr(10200)


def test_last_year_is_whole_when_its_december_is_booked(staff_unit: FormView) -> None:
    assert without(staff_unit, 2024, (12,)).prior_year is None
    assert without(staff_unit, 2024, (7,)).prior_year is not None  # a month without bookings
    assert without(staff_unit, 2024, tuple(range(1, 13))).prior is None


def test_the_years_budget_is_that_of_the_forecast_when_months_lack(staff_unit: FormView) -> None:
    # The fictive item of the missing months is not in sight either.
    assert without(staff_unit, 2025, (12,)).budget_year == tkr(-9000)
