"""A year's budget over its months: what is linear, what is a season, and what is planned."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.region import write_region

from ramkoll.compute.items import Source
from ramkoll.compute.profile import LINEAR, PLANNED, SEASONAL, profile
from ramkoll.compute.report_profile import profile_items
from ramkoll.pipeline.check import check
from ramkoll.store.layouts import load_layouts

EVEN = [Decimal(-100)] * 12
SUMMER = [Decimal(-100)] * 6 + [Decimal(-40)] * 2 + [Decimal(-130)] * 4
NOTHING = [None] * 12


def changed(months: list[Decimal], month: int, amount: object) -> list[Decimal | None]:
    found: list[Decimal | None] = list(months)
    found[month - 1] = None if amount is None else Decimal(str(amount))
    return found


def test_twelfths_are_linear_whatever_last_year_was():
    for prior in (EVEN, SUMMER, NOTHING):
        assert profile(EVEN, prior) == LINEAR


@pytest.mark.parametrize(("december", "word"), [(-101, LINEAR), (-99, LINEAR), (-102, PLANNED)])
def test_one_per_cent_of_a_twelfth_is_still_linear(december, word):
    assert profile(changed(EVEN, 12, december), NOTHING) == word


def test_a_year_of_nothing_but_zeros_is_linear():
    assert profile([Decimal(0)] * 12, NOTHING) == LINEAR


def test_the_pattern_of_last_year_is_a_season_whatever_its_size():
    assert profile([each * 3 for each in SUMMER], SUMMER) == SEASONAL


def test_nearer_to_twelfths_than_to_last_year_is_planned():
    assert profile(changed(EVEN, 3, -150), SUMMER) == PLANNED


def test_as_near_to_last_year_as_to_twelfths_is_planned():
    assert profile(changed(EVEN, 3, -150), EVEN) == PLANNED


@pytest.mark.parametrize(
    "prior",
    [NOTHING, changed(SUMMER, 12, None), SUMMER[:11], [Decimal(5), Decimal(-5)] * 6],
    ids=["blank", "december blank", "eleven months", "a sum of zero"],
)
def test_without_a_whole_last_year_there_is_no_season(prior):
    assert profile(SUMMER, prior) == PLANNED


@pytest.mark.parametrize("budget", [NOTHING, changed(EVEN, 7, None), EVEN[:11]])
def test_a_month_without_budget_gives_no_word(budget):
    assert profile(budget, SUMMER) == ""


AMOUNTS = st.lists(st.integers(-9999, 9999).map(Decimal), min_size=12, max_size=12)


@given(AMOUNTS, AMOUNTS, st.integers(-9, 9).filter(bool))
def test_the_word_does_not_depend_on_the_size_of_the_budget(budget, prior, factor):
    assert profile([each * factor for each in budget], prior) == profile(budget, prior)


@given(AMOUNTS, AMOUNTS)
def test_the_word_does_not_depend_on_the_order_of_the_months(budget, prior):
    turned = profile(list(reversed(budget)), list(reversed(prior)))
    assert turned == profile(budget, prior)


def test_a_unit_has_twelve_figures_at_the_net_of_its_budget(tmp_path):
    layouts = load_layouts()
    folder = write_region(tmp_path, layouts)
    (view,) = check([folder / "10.xlsx"], layouts, lambda *_: None).forms
    (item,) = profile_items([Source(view.form, view.computed, view.enhet)])
    # Budget a month: 400 + 300 − 2 500 − 600 − 100 tkr; one row of the sheet, twelve columns.
    assert [each.value for each in item.figures] == [Decimal(-2_500_000)] * 12
    assert [each.measure for each in item.figures][::11] == ["budget_01", "budget_12"]
    assert len({each.at.row for each in item.figures}) == 1
    assert len({each.at.column for each in item.figures}) == 12
    assert {each.at.sheet for each in item.figures} == {"Månad"}
    assert item.texts == {"profile": LINEAR}
