"""Prognossäkerhet: the methods tried on earlier years, by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.compute.accuracy import Accuracy, accuracy


def year(*months: int) -> list[Decimal | None]:
    return [Decimal(each) for each in months]


def halves(first: int, second: int) -> list[Decimal | None]:
    """A year with one amount in each month to June and another after."""
    return year(*[first] * 6, *[second] * 6)


# 2021: −180. 2022: −240. 2023: −270. The autumn costs twice the spring, but not in 2023.
HISTORY = {2021: halves(-10, -20), 2022: halves(-14, -26), 2023: halves(-20, -25)}
GROSS = {2021: Decimal(6000), 2022: Decimal(6000), 2023: Decimal(9000)}


def measured(history=HISTORY, months=6, gross_costs=GROSS) -> dict[str, Accuracy]:
    return {each.method: each for each in accuracy(history, months, gross_costs)}


def test_only_methods_without_a_budget_are_tried():
    assert list(measured()) == ["B", "D", "E"]


def test_straight_projection_is_measured_by_hand():
    # after June −60, −84, −120: forecasts −120, −168, −240, errors −60, −72, −30
    found = measured()["B"]
    assert found.years == (2021, 2022, 2023)
    assert found.bias == -54
    assert found.mean_absolute_error == 54
    assert found.within == Decimal(2) / 3  # at most 60, 60 and 90
    assert found.skill == 0


def test_last_years_pattern_is_measured_by_hand_against_straight_projection():
    # 2022: −84 · 180/60 = −252, error 12. 2023: −120 · 240/84 = −342,857…, error 72,857…
    found = measured()["D"]
    assert found.years == (2022, 2023)
    errors = [Decimal(12), -270 + Decimal(120 * 240) / 84]
    assert found.bias == sum(errors) / 2
    assert found.mean_absolute_error == sum(errors) / 2
    assert found.within == 1
    # B in the same two years, and not in 2021 too: (72 + 30) / 2 = 51
    assert found.skill == 1 - (sum(errors) / 2) / 51
    assert found.skill < Decimal("0.2")


def test_the_recent_level_is_measured_by_hand():
    # 2022: −84 + 42/30 · −120 = −252, error 12. 2023: −120 + 60/42 · −156 = −342,857…
    found = measured()["E"]
    assert found.years == (2022, 2023)
    assert found.bias is not None
    assert round(found.bias, 6) == round((12 + Decimal("72.857142857")) / 2, 6)


def test_the_recent_level_is_that_of_the_three_months_just_before():
    # only April is dear: −90 + 60/30 · −60 = −210, which the year became
    even = halves(-10, -10)
    dear = year(-10, -10, -10, -40, -10, -10, *[-20] * 6)
    found = measured({2020: even, 2021: dear, 2023: even, 2024: dear})["E"]
    assert found.years == (2021, 2024)
    assert found.mean_absolute_error == 0
    assert found.skill == 1


def test_an_error_is_outcome_minus_forecast_so_plus_is_better_than_forecast():
    cheaper = {2022: halves(-20, -10), 2023: halves(-20, -10)}
    assert measured(cheaper)["B"].bias == 60  # −180 − −240


def test_errors_that_cancel_out_are_no_bias_but_still_errors():
    found = measured({2022: halves(-20, -10), 2023: halves(-10, -20)})["B"]
    assert found.bias == 0
    assert found.mean_absolute_error == 60


def test_a_method_tried_in_one_year_only_has_no_measure():
    two = {each: HISTORY[each] for each in (2022, 2023)}
    found = measured(two)
    assert found["B"].bias == -51
    assert found["D"] == Accuracy("D", (2023,))
    assert measured({2023: HISTORY[2023]})["B"] == Accuracy("B", (2023,))
    assert measured({})["B"] == Accuracy("B", ())


def test_a_year_with_a_month_that_nobody_has_said_is_no_year():
    hole = [*HISTORY[2022][:11], None]
    found = measured({**HISTORY, 2022: hole})
    assert found["B"].years == (2021, 2023)
    assert found["D"].years == ()  # 2023 has no year before it any more


def test_a_gap_between_years_is_no_year_before():
    gap = {2019: HISTORY[2021], 2021: HISTORY[2022], 2023: HISTORY[2023]}
    assert measured(gap)["B"].years == (2019, 2021, 2023)
    assert measured(gap)["D"].years == ()


def test_the_order_of_the_history_does_not_matter():
    assert measured(dict(reversed(HISTORY.items()))) == measured()


def test_a_year_that_a_method_refuses_is_not_counted_for_it():
    flipped = {**HISTORY, 2024: halves(20, -25), 2025: halves(-20, -25)}
    assert measured(flipped)["B"].years == (2021, 2022, 2023, 2024, 2025)
    assert measured(flipped)["D"].years == (2022, 2023)


@pytest.mark.parametrize("months", [1, 2])
def test_before_march_the_recent_level_cannot_be_tried(months):
    assert measured(months=months)["E"] == Accuracy("E", ())
    assert measured(months=months)["D"].bias is not None


def test_in_december_nobody_is_wrong_and_nobody_has_skill():
    for found in measured(months=12).values():
        assert found.bias == found.mean_absolute_error == 0
        assert found.within == 1
        assert found.skill is None


def test_the_share_within_one_percent_is_of_the_years_with_a_gross_cost():
    # errors −60, −72, −30: the edge of 1 % counts as within
    found = measured(gross_costs={2021: Decimal(6000), 2022: Decimal(7199), 2023: Decimal(0)})
    assert found["B"].within == Decimal(1) / 2
    assert found["B"].bias == -54
    assert measured(gross_costs={2021: Decimal(6000)})["B"].within is None
    assert measured(gross_costs={})["B"].within is None


@given(
    st.dictionaries(
        st.integers(2015, 2024),
        st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=12, max_size=12),
    ),
    st.integers(1, 12),
)
def test_a_thousand_times_the_history_is_a_thousand_times_the_errors(history, months):
    large = {each: [amount * 1000 for amount in amounts] for each, amounts in history.items()}
    for one, other in zip(accuracy(history, months, {}), accuracy(large, months, {}), strict=True):
        assert (one.years, one.skill) == (other.years, other.skill)
        if one.bias is not None:
            assert other.bias == one.bias * 1000


@pytest.mark.parametrize("months", [0, 13])
def test_a_year_has_twelve_months(months):
    with pytest.raises(ValueError, match="1–12"):
        accuracy({}, months, {})


def test_a_history_has_all_months_of_a_year():
    with pytest.raises(ValueError, match="2023 has 11"):
        accuracy({2023: HISTORY[2023][:11]}, 8, {})


def test_a_gross_cost_is_no_negative_number():
    with pytest.raises(ValueError, match="positive"):
        accuracy(HISTORY, 8, {2023: Decimal(-1)})
