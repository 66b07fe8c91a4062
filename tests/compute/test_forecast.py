"""Six methods by hand, when each of them keeps silent, and the bracket that they make."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ramkoll.compute.forecast import (
    METHODS,
    Basis,
    Bracket,
    Proposal,
    bracket,
    disagree,
    outside,
    proposals,
)


def kr(amount: str | int) -> Decimal:
    return Decimal(amount)


# After August. Budget and last year both have more of the year after the summer than before it.
AUGUST = Basis(
    months=8,
    outcome=kr(-770),
    budget=kr(-700),
    budget_year=kr(-1200),
    prior=kr(-616),
    prior_year=kr(-1000),
    recent=kr(-330),
    prior_recent=kr(-300),
)
UNKNOWN = Basis(8, None, None, None, None, None, None, None)


def figures(basis: Basis) -> dict[str, Decimal | None]:
    return {each.method: each.value for each in proposals(basis)}


def why(basis: Basis, method: str) -> str:
    found = next(each for each in proposals(basis) if each.method == method)
    assert found.value is None, f"{method} gives {found.value}"
    return found.why


def times(basis: Basis, factor: int) -> Basis:
    """The same row with all amounts so many times as large."""
    amounts: dict[str, Any] = {each.name: getattr(basis, each.name) for each in fields(Basis)}
    scaled = {name: v * factor for name, v in amounts.items() if isinstance(v, Decimal)}
    return Basis(**{**amounts, **scaled})


def made_of(*values: str | int) -> Bracket:
    found = [Proposal(letter, kr(value)) for letter, value in zip("ABCDEF", values, strict=False)]
    made = bracket(found)
    assert made is not None
    return made


# The methods by hand


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("A", "-1270"),  # −770 + (−1200 − −700)
        ("B", "-1155"),  # −770 · 12/8
        ("C", "-1320"),  # −1200 · 770/700, ten percent over
        ("D", "-1250"),  # −770 · 1000/616
        ("E", "-1192.4"),  # −770 + 330/300 · (−1000 − −616)
        ("F", "-1305"),  # −1200 + (−770 − −700) · 12/8
    ],
)
def test_a_method_gives_what_is_computed_by_hand(method, value):
    assert figures(AUGUST)[method] == kr(value)


def test_income_is_forecast_as_cost_is():
    income = times(AUGUST, -1)
    assert figures(income) == {method: -v for method, v in figures(AUGUST).items() if v}


def test_all_six_are_told_in_order_and_in_words_also_when_nothing_is_known():
    assert "".join(METHODS) == "ABCDEF"
    assert [each.method for each in proposals(AUGUST)] == list(METHODS)
    silent = proposals(UNKNOWN)
    assert [each.method for each in silent] == list(METHODS)
    assert [each.value for each in silent] == [None] * 6
    assert all(each.why.endswith("saknas") for each in silent)
    assert all(": " in text for text in METHODS.values())


def test_a_figure_needs_no_reason():
    assert {each.why for each in proposals(AUGUST)} == {""}


# Missing


@pytest.mark.parametrize(
    ("field", "silent"),
    [
        ("outcome", "ABCDEF"),
        ("budget", "ACF"),
        ("budget_year", "ACF"),
        ("prior", "DE"),
        ("prior_year", "DE"),
        ("recent", "E"),
        ("prior_recent", "E"),
    ],
)
@pytest.mark.parametrize("months", [8, 12])
def test_what_nobody_has_said_silences_the_methods_that_need_it(field, silent, months):
    found = figures(replace(AUGUST, **{"months": months, field: None}))
    assert [method for method, value in found.items() if value is None] == list(silent)


def test_all_that_is_missing_is_named():
    assert why(replace(AUGUST, budget=None), "A") == "budget för perioden saknas"
    assert why(UNKNOWN, "C") == (
        "utfall för perioden, budget för perioden och budget för helåret saknas"
    )


def test_a_blank_is_no_zero():
    assert figures(replace(AUGUST, outcome=None))["B"] is None
    assert figures(replace(AUGUST, outcome=kr(0)))["B"] == 0


# Zero


@pytest.mark.parametrize(
    ("field", "method", "what"),
    [
        ("budget", "C", "budget för perioden"),
        ("prior", "D", "föregående års utfall för samma period"),
        ("prior_recent", "E", "föregående års utfall för samma tre månader"),
    ],
)
def test_a_denominator_of_zero_gives_no_figure_and_is_named(field, method, what):
    amounts: dict[str, Any] = {field: kr(0)}
    basis = replace(AUGUST, **amounts)
    assert why(basis, method) == f"{what} är 0: det går inte att dela med 0"


def test_an_outcome_of_zero_is_an_outcome():
    found = figures(replace(AUGUST, outcome=kr(0), recent=kr(0)))
    assert found == {"A": -500, "B": 0, "C": 0, "D": 0, "E": 0, "F": -150}


def test_a_year_that_nets_to_zero_is_forecast_as_zero_by_its_pattern():
    grant = replace(AUGUST, budget_year=kr(0), prior_year=kr(0))
    assert [figures(grant)[each] for each in "CD"] == [kr(0)] * 2


# Signs


@pytest.mark.parametrize(
    ("change", "method", "reason"),
    [
        (
            {"budget": kr(700), "budget_year": kr(1200)},
            "C",
            "utfall för perioden och budget för perioden har olika tecken",
        ),
        (
            {"budget_year": kr(1200)},
            "C",
            "budget för perioden och budget för helåret har olika tecken",
        ),
        (
            {"prior": kr(616), "prior_year": kr(1000)},
            "D",
            "utfall för perioden och föregående års utfall för samma period har olika tecken",
        ),
        (
            {"prior_year": kr(1)},
            "D",
            "föregående års utfall för samma period och föregående års utfall för helåret "
            "har olika tecken",
        ),
        (
            {"recent": kr(330)},
            "E",
            "utfall för de tre senaste månaderna och föregående års utfall för samma tre månader "
            "har olika tecken",
        ),
        (
            {"prior_year": kr(-600)},
            "E",
            "föregående års utfall för samma tre månader och föregående års utfall för månaderna "
            "som är kvar har olika tecken",
        ),
    ],
)
def test_a_sign_that_flips_gives_no_figure_and_says_between_what(change, method, reason):
    assert why(replace(AUGUST, **change), method) == reason


def test_a_sign_that_flips_leaves_the_methods_without_a_ratio_alone():
    flipped = replace(AUGUST, budget=kr(700), budget_year=kr(1200))
    # −770 + 500, and 1200 + (−770 − 700) · 12/8
    assert [figures(flipped)[each] for each in "AF"] == [kr(-270), kr(-1005)]


# Denominators near zero


@pytest.mark.parametrize(("base", "comparable"), [("-77", False), ("-77.01", True)])
@pytest.mark.parametrize("method", ["C", "D", "E"])
def test_ten_times_the_base_is_no_proportion_but_just_under_it_is(method, base, comparable):
    small = replace(
        AUGUST,
        recent=kr(-770),
        budget=kr(base),
        budget_year=kr(-120),
        prior=kr(base),
        prior_year=kr(-120),
        prior_recent=kr(base),
    )
    if comparable:
        assert figures(small)[method] is not None
    else:
        assert "är minst 10 gånger" in why(small, method)


@pytest.mark.parametrize(
    ("months", "base", "heavy"),
    [
        (8, "-200", False),  # 1200 · 8/12 / 4
        (8, "-199", True),
        (1, "-25", False),  # 1200 · 1/12 / 4
        (1, "-24", True),
    ],
)
@pytest.mark.parametrize("method", ["C", "D"])
def test_months_with_less_than_a_quarter_of_an_even_share_tell_nothing_of_the_year(
    method, months, base, heavy
):
    names = ("budget", "budget_year") if method == "C" else ("prior", "prior_year")
    change: dict[str, Any] = dict(zip(names, (kr(base), kr(-1200)), strict=True))
    basis = replace(replace(AUGUST, **change), months=months, outcome=kr(base))
    if heavy:
        assert "nära 0" in why(basis, method)
    else:
        assert figures(basis)[method] == -1200


@pytest.mark.parametrize(("base", "heavy"), [("-72", False), ("-71", True)])
def test_three_months_near_zero_tell_nothing_of_the_months_that_are_left(base, heavy):
    # 384 kronor are left for 4 months: 288 for 3, of which a quarter is 72
    basis = replace(AUGUST, recent=kr(base), prior_recent=kr(base))
    if heavy:
        assert "nära 0" in why(basis, "E")
    else:
        assert figures(basis)["E"] == -770 - 384


def test_a_few_kronor_are_not_enlarged_to_millions():
    # last year's invoices came in the autumn; this year one of 9 kronor came before
    late = replace(AUGUST, outcome=kr(-9), prior=kr(-5), prior_year=kr(-5_000_000))
    assert figures(late)["D"] is None  # not −9 000 000
    # and millions are not measured against a few kronor
    new = replace(AUGUST, outcome=kr(-9_000_000), prior=kr(-5), prior_year=kr(-10))
    assert figures(new)["D"] is None


# Fictive items: a budget, never an outcome

# A saving of 120, in twelfths, on top of the budget of AUGUST's row; the outcome is on budget.
EVENLY = replace(
    AUGUST, outcome=kr(-700), budget=kr(-620), budget_year=kr(-1080), fictive_left=kr(40)
)


def test_a_fictive_budget_is_left_out_of_what_remains():
    assert figures(EVENLY)["A"] == -1200  # −700 + (−1080 − −620 − 40)


@pytest.mark.parametrize("method", ["A", "C", "F"])
@pytest.mark.parametrize("months", range(1, 13))
def test_who_keeps_the_real_budget_is_forecast_at_the_real_budget(method, months):
    """Whatever its pattern, and whenever the saving is budgeted: it is never booked."""
    month = [kr(-70)] * 7 + [kr(-142)] * 5  # −1200
    for saving in ([kr(10)] * 12, [kr(0)] * 11 + [kr(120)], [kr(120)] + [kr(0)] * 11):
        real, left = sum(month[:months], kr(0)), sum(saving[months:], kr(0))
        basis = replace(
            AUGUST,
            months=months,
            outcome=real,
            budget=real + sum(saving[:months], kr(0)),
            budget_year=kr(-1200 + 120),
            fictive_left=left,
            fictive_year=kr(120),
        )
        assert figures(basis)[method] == -1200


@pytest.mark.parametrize("months", range(1, 13))
def test_a_fictive_budget_of_unsaid_year_is_taken_to_be_spread_evenly(months):
    left = kr(10) * (12 - months)
    unsaid = replace(EVENLY, months=months, fictive_left=left)
    said = replace(unsaid, fictive_year=kr(120))
    for method in "ACF":
        one, other = figures(unsaid)[method], figures(said)[method]
        assert one is not None
        assert other is not None
        assert abs(one - other) < kr("1e-20")


def test_spread_evenly_it_is_neutral_where_the_deviation_goes_on():
    assert figures(EVENLY)["F"] == figures(replace(EVENLY, fictive_left=kr(0)))["F"] == -1200


def test_left_in_the_budgets_pattern_it_would_give_another_figure():
    assert figures(EVENLY)["C"] == -1200
    assert round(figures(replace(EVENLY, fictive_left=kr(0)))["C"] or 0) == -1219


def test_a_budget_that_is_fictive_only_says_so():
    only = replace(AUGUST, budget=kr(80), budget_year=kr(120), fictive_left=kr(40))
    assert why(only, "C").startswith("budget för perioden utan fiktiva poster är 0")


def test_the_methods_without_a_budget_know_of_no_fictive_items():
    with_it, without = figures(EVENLY), figures(replace(EVENLY, fictive_left=kr(0)))
    assert [with_it[each] for each in "BDE"] == [without[each] for each in "BDE"]


# Over the year


@pytest.mark.parametrize("months", [1, 2])
def test_before_march_there_are_no_three_months(months):
    early = replace(AUGUST, months=months)
    assert why(early, "E") == "metoden behöver tre månaders utfall, tidigast mars"
    assert why(replace(early, recent=None), "E") == why(early, "E")
    assert figures(replace(AUGUST, months=3))["E"] == kr("-1192.4")


def test_january_stands_for_a_twelfth():
    january = Basis(1, kr(-110), kr(-100), kr(-1200), kr(-88), kr(-1000), None, None)
    # −110 − 1100; · 12; 1200 · 1,1; · 1000/88; E in March; −1200 − 10 · 12
    assert figures(january) == {
        "A": -1210, "B": -1320, "C": -1320, "D": -1250, "E": None, "F": -1320,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"budget": kr(-1200), "prior": kr(-1000)},
        {"budget": kr(0), "budget_year": kr(0), "prior": kr(0), "prior_year": kr(0)},
        {"recent": kr(0), "prior_recent": kr(0)},
        {"budget": kr(1), "budget_year": kr(-1)},
        {"fictive_year": kr(120)},
    ],
)
def test_in_december_the_year_is_its_outcome_whatever_it_is_compared_with(change):
    assert set(figures(replace(AUGUST, months=12, **change)).values()) == {kr(-770)}


def test_a_december_that_adds_up_gives_the_outcome_by_the_formulas_too():
    """The rule for December is no other forecast: it is where the formulas go."""
    november = replace(AUGUST, months=11, budget=kr(-1200), prior=kr(-1000))
    found = figures(november)
    assert [found[each] for each in "ACDE"] == [kr(-770)] * 4


@pytest.mark.parametrize("months", [0, 13, -1])
def test_a_year_has_twelve_months(months):
    with pytest.raises(ValueError, match="months 1–12"):
        replace(AUGUST, months=months)


def test_a_gross_cost_is_no_negative_number():
    with pytest.raises(ValueError, match="positive"):
        replace(AUGUST, gross_cost=kr(-1))


# What holds for all amounts

AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
BASES = st.builds(
    Basis,
    st.integers(1, 12),
    *[st.none() | AMOUNTS] * 7,
    fictive_left=AMOUNTS,
    fictive_year=st.none() | AMOUNTS,
)


@given(BASES)
def test_a_thousand_times_the_amounts_is_a_thousand_times_the_forecast(basis):
    for small, large in zip(proposals(basis), proposals(times(basis, 1000)), strict=True):
        assert large.why == small.why
        assert large.value == (None if small.value is None else small.value * 1000)


@given(BASES)
def test_a_method_gives_a_figure_or_a_reason_and_never_both(basis):
    for each in proposals(basis):
        assert (each.value is None) == bool(each.why)


@given(BASES)
def test_a_forecast_by_pattern_never_weighs_a_krona_more_than_fourfold(basis):
    straight = figures(basis)["B"]
    for method in "CD":
        value = figures(basis)[method]
        if value is not None:
            assert straight is not None
            assert abs(value) <= 4 * abs(straight) * kr("1.000000001")
            assert value * straight >= 0


@given(st.integers(3, 12), AMOUNTS, AMOUNTS)
def test_a_linear_year_on_budget_is_the_same_by_all_six(months, month, prior_month):
    assume(abs(month) < 10 * abs(prior_month))
    assume(month * prior_month > 0)
    basis = Basis(
        months,
        outcome=month * months,
        budget=month * months,
        budget_year=month * 12,
        prior=prior_month * months,
        prior_year=prior_month * 12,
        recent=month * 3,
        prior_recent=prior_month * 3,
    )
    assert set(figures(basis).values()) == {month * 12}


# The bracket


def test_a_bracket_goes_from_the_lowest_to_the_highest():
    found = bracket(proposals(AUGUST))
    assert found is not None
    assert (found.low, found.high) == (Proposal("C", kr(-1320)), Proposal("B", kr(-1155)))
    assert found.spread == 165


def test_fewer_than_two_methods_make_no_bracket():
    none, one = Proposal("A", None, "budget saknas"), Proposal("B", kr(-5))
    assert bracket([]) is None
    assert bracket([none, one]) is None
    assert bracket([none, one, Proposal("C", kr(-5))]) == Bracket(one, Proposal("B", kr(-5)))
    assert bracket(proposals(UNKNOWN)) is None


def test_a_zero_is_a_figure_of_the_bracket():
    assert made_of(0, -5).spread == 5


@pytest.mark.parametrize(
    ("forecast", "distance"),
    [
        ("-1200", 0),
        ("-1300", 0),
        ("-1350", 0),  # on the edge, low − slack
        ("-1350.01", "-0.01"),
        ("-1400", -50),
        ("-1100", 0),
        ("-1050", 0),  # on the edge, high + slack
        ("-1049.99", "0.01"),
        ("200", 1250),
    ],
)
def test_outside_is_the_signed_distance_to_the_widened_bracket(forecast, distance):
    assert outside(made_of(-1300, -1100), kr(forecast), kr(50)) == kr(distance)


def test_without_slack_the_bracket_is_the_limit():
    assert outside(made_of(-5, -5), kr(-5), kr(0)) == 0
    assert outside(made_of(-5, -5), kr(-6), kr(0)) == -1


def test_a_slack_is_not_negative():
    with pytest.raises(ValueError, match="slack"):
        outside(made_of(-5, -4), kr(-5), kr(-1))


@pytest.mark.parametrize(("size", "differ"), [("999", True), ("-999", True), ("1000", False)])
def test_methods_disagree_by_more_than_a_share_of_a_size(size, differ):
    assert disagree(made_of(-1100, -1000), kr("0.1"), kr(size)) is differ


def test_the_size_of_a_basis_is_its_gross_cost():
    net_near_zero = made_of(-60, 40)
    assert not disagree(net_near_zero, kr("0.1"), replace(AUGUST, gross_cost=kr(1000)))
    assert disagree(net_near_zero, kr("0.1"), replace(AUGUST, gross_cost=kr(999)))


@pytest.mark.parametrize("gross_cost", [None, kr(0)])
def test_without_a_gross_cost_methods_are_measured_against_the_largest_of_them(gross_cost):
    basis = replace(AUGUST, gross_cost=gross_cost)
    assert not disagree(made_of(-1000, -900), kr("0.1"), basis)
    assert disagree(made_of(-1000, -899), kr("0.1"), basis)
    assert not disagree(made_of(0, 0), kr("0.1"), basis)


# The rate that a forecast needs
