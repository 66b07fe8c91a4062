"""Small groups are hidden, and cannot be worked out from what is shown."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.compute.attack import determined, given_away, reports_give_away, small_sets

from ramkoll.compute.suppression import (
    Breakdown,
    Group,
    Hidden,
    Part,
    disclosed,
    fewest_persons,
    hidden,
    protect,
)

LIMIT = 10


def parts(**persons):
    return [Part(key, count) for key, count in persons.items()]


# --- one total


@pytest.mark.parametrize(
    ("given_parts", "gone"),
    [
        # Nobody is small: all is shown.
        (parts(a=11, b=12, c=13), ""),
        # Exactly the limit is small.
        (parts(a=10, b=30, c=20), "ac"),
        (parts(a=7, b=30, c=20), "ac"),
        # Two small ones of more than the limit in all protect each other.
        (parts(a=7, b=4, c=20), "ab"),
        # Two small ones that are the limit in all do not.
        (parts(a=6, b=4, c=20, d=30), "abc"),
        # A tie is settled by the key.
        (parts(a=3, y=20, x=20), "ax"),
        # Nobody is no group: it is not hidden, and hides nobody.
        (parts(a=0, b=30, c=20), ""),
        (parts(a=0, b=5, c=20, d=30), "bc"),
        # All are hidden: there is nothing more to hide.
        (parts(a=4, b=30), "ab"),
    ],
)
def test_what_is_hidden_of_a_total(given_parts, gone):
    found = hidden(given_parts, LIMIT)
    assert found == Hidden(frozenset(gone), False)
    assert hidden(reversed(given_parts), LIMIT) == found


def test_a_total_of_few_is_hidden_itself():
    assert hidden(parts(a=4, b=6), LIMIT) == Hidden(frozenset("ab"), True)
    assert not hidden(parts(a=4, b=7), LIMIT).total


def test_the_limit_is_a_parameter():
    assert hidden(parts(a=7, b=30, c=20), 5).parts == frozenset()
    assert hidden(parts(a=7, b=30, c=20), 20).parts == frozenset("ac")


def test_women_and_men_are_hidden_together():
    both = [("k", "m")]
    assert hidden(parts(k=200, m=9), LIMIT, together=both).parts == {"k", "m"}
    assert hidden(parts(k=30, m=20, okänt=2), LIMIT, together=both).parts == {"k", "m", "okänt"}
    # Even a sex that nobody has: otherwise the other would be the total.
    assert hidden(parts(k=8, m=0), LIMIT, together=both).parts == {"k", "m"}


def test_a_part_hidden_for_other_reasons_hides_one_more():
    assert hidden(parts(a=40, b=30, c=20), LIMIT, already=["a"]).parts == {"a", "c"}


def test_parts_that_are_zero_together_are_each_known_to_be_zero():
    zero, some = Decimal(0), Decimal(5)
    known = [Part("a", 7, zero), Part("b", 12, zero), Part("c", 20, some), Part("d", 30, some)]
    assert hidden(known, LIMIT).parts == {"a", "b", "c"}
    known[1] = Part("b", 12, some)
    assert hidden(known, LIMIT).parts == {"a", "b"}


def test_a_group_is_as_small_as_in_its_smallest_month_with_anybody():
    group = Group("x", frozenset("ab"))
    months = [{"a": 0, "b": 0}, {"a": 20, "b": 4}, {"a": 9, "b": 2}, {"a": 30, "b": 30}]
    assert fewest_persons(group, months) == 11
    assert fewest_persons(group, months[:1]) == 0


# --- everything that is published side by side


def groups(**cells):
    return [Group(key, frozenset(each)) for key, each in cells.items()]


@pytest.mark.parametrize(
    ("shown", "persons"),
    [
        # A total less all parts but one.
        (groups(total="abc", b="b", c="c"), {"a": 7, "b": 20, "c": 30}),
        # Two totals that differ by one avdelning.
        (groups(region="abc", area="bc"), {"a": 7, "b": 20, "c": 30}),
        # An age group of one avdelning only: the avdelning less that age is the few others.
        (groups(avdelning="ay", young="y", total="ayo"), {"a": 5, "y": 45, "o": 90}),
        # An avdelning with women only, and women elsewhere: women less it is the few others.
        (groups(avdelning="a", women="ab", total="abm"), {"a": 30, "b": 6, "m": 40}),
        # In more than one step, with no pair that tells.
        (
            groups(ab="ab", cd="cd", ac="ac", bde="bde"),
            {"a": 20, "b": 20, "c": 20, "d": 20, "e": 3},
        ),
    ],
)
def test_a_small_group_between_large_ones_is_found(shown, persons):
    assert disclosed(shown, persons, LIMIT) is not None
    assert given_away([group.cells for group in shown], persons, LIMIT) is not None


def test_what_differs_by_more_than_the_limit_is_let_be():
    shown = groups(region="abc", area="bc", women="ab")
    assert disclosed(shown, {"a": 11, "b": 20, "c": 30}, LIMIT) is None


def test_the_groups_that_give_another_away_are_told():
    shown = groups(total="abc", b="b", c="c", other="x")
    persons = {"a": 7, "b": 20, "c": 30, "x": 50}
    assert disclosed(shown, persons, LIMIT) == frozenset({"total", "b", "c"})


CELLS = "abcdefgh"
tables = st.fixed_dictionaries({each: st.sampled_from([0, 1, 3, 6, 9, 12, 25]) for each in CELLS})
several = st.lists(st.frozensets(st.sampled_from(CELLS), min_size=1), min_size=1, max_size=7)


@given(tables, several)
@settings(max_examples=150)
def test_the_search_finds_what_an_attacker_finds_and_no_more(persons, sums):
    shown = [Group(f"g{n}", cells) for n, cells in enumerate(sums)]
    ours = disclosed(shown, persons, LIMIT)
    assert (ours is None) == (given_away(sums, persons, LIMIT) is None)
    if ours is not None:
        told = [group.cells for group in shown if group.key in ours]
        assert given_away(told, persons, LIMIT) is not None


@given(st.lists(tables, min_size=1, max_size=3), several)
@settings(max_examples=100)
def test_no_report_of_the_year_gives_a_small_group_back(months, sums):
    made = [Group(f"g{n}", cells) for n, cells in enumerate(sums)]
    whole = Group("all", frozenset(CELLS), rank=1)
    breakdowns = [Breakdown("all", tuple(group.key for group in made))]
    reports = protect([*made, whole], breakdowns, months, LIMIT)
    shown = [[group.cells for group in (*made, whole) if group.key not in gone] for gone in reports]
    assert reports_give_away(shown, months, LIMIT) is None
    for earlier, later in itertools.pairwise(reports):
        assert earlier <= later
    # The order in which groups are given means nothing.
    assert protect([whole, *reversed(made)], breakdowns, months, LIMIT) == reports


def test_what_is_hidden_changes_with_no_new_month_alone():
    """Both protected avdelningar close: with another choice of the second, one would be known."""
    every = [*groups(a="a", b="b", c="c", d="d"), Group("all", frozenset("abcd"), rank=1)]
    breakdowns = [Breakdown("all", ("a", "b", "c", "d"))]
    months = [{"a": 7, "b": 20, "c": 30, "d": 90}, {"a": 0, "b": 40, "c": 11, "d": 90}]
    first, second = protect(every, breakdowns, months, LIMIT)
    assert first == {"a", "b"}
    assert second >= first


def test_the_second_part_is_the_one_with_the_fewest_persons_in_any_month():
    every = groups(a="a", b="b", c="c")
    every.append(Group("all", frozenset("abc"), rank=1))
    months = [{"a": 20, "b": 12, "c": 15}, {"a": 7, "b": 40, "c": 15}]
    reports = protect(every, [Breakdown("all", ("a", "b", "c"))], months, LIMIT)
    assert reports == (frozenset(), frozenset("ab"))


def test_published_in_an_earlier_organisation_is_taken_into_account():
    """An area without the unit that left it, less the same area with it, is the unit."""
    units = [*groups(a="a", b="b", c="c"), Group("new area", frozenset("bc"), rank=1)]
    old = Group("old area", frozenset("abc"), fixed=True)
    persons = {"a": 7, "b": 20, "c": 30}
    breakdowns = [Breakdown("new area", ("b", "c"))]
    (alone,) = protect(units, breakdowns, [persons], LIMIT)
    assert alone == {"a"}
    (gone,) = protect(units, breakdowns, [persons], LIMIT, fixed=[[old]])
    shown = [group.cells for group in (*units, old) if group.key not in gone]
    assert given_away(shown, persons, LIMIT) is None


# --- the attacker


def test_the_attacker_breaks_suppression_of_small_groups_alone():
    persons = {"a": 7, "b": 20, "c": 30}
    naive = [{each} for each in persons if persons[each] > LIMIT]
    assert given_away([set("abc"), *naive], persons, LIMIT) == frozenset("a")
    assert determined([set("abc"), *naive], {"a"})
    assert not determined([set("abc"), {"c"}], {"a"})


def test_the_attacker_subtracts_one_month_from_the_next():
    months = [{"a": 40, "b": 20}, {"a": 4, "b": 20}]
    assert reports_give_away([[{"a"}], [{"a"}]], months, LIMIT) == (1, frozenset("a"))
    assert reports_give_away([[{"a"}], []], months, LIMIT) is None


def test_the_attacker_tries_every_small_set():
    persons = {"a": 4, "b": 5, "c": 3, "d": 20}
    assert set(small_sets(persons, 8)) == {frozenset("ac"), frozenset("bc")}
