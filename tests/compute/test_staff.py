"""Headcount, worked time, what labels mean, and HR's rows against the units' own totals."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from ramkoll.compute.staff import (
    CHANGE,
    FULL_TIME,
    HEADCOUNT,
    WORKED_HOURS,
    SickRow,
    StaffFigure,
    StaffRow,
    headcount,
    persons_of,
    row_of,
    worked_time,
)
from ramkoll.compute.staff_labels import long_intervals, range_of, sex_of, statutory_ages

EXAMPLE = Path(__file__).parents[1] / "data" / "2024-08" / "inputs" / "personal.csv"
D = Decimal


def group(enhet, sex, employed, persons, *, year=2024, month=8, ordinary=100, worked=80):
    hours = [None if each is None else D(each) for each in (persons, ordinary, worked)]
    return StaffRow(enhet, year, month, sex, "30-49", "alla", D(employed), *hours)


def by_place(figures):
    return {(each.table, each.row, each.column): each for each in figures}


# --- headcount


def test_headcount_of_four_years_with_halves_and_the_change():
    rows = [group("A", "K", "20.5", 22, year=year) for year in (2020, 2021, 2022, 2023, 2024)] + [
        group("A", "M", "13", 13, year=2024),
        group("B", "M", "12.5", 15, year=2023),
    ]
    found = by_place(headcount(rows, 2024, 8, limit=10))
    values = {key[1:]: each.value for key, each in found.items()}
    assert values["total", "2021"] == D("20.5")
    assert values["total", "2024"] == D("33.5")
    assert values["total", CHANGE] == D("33.5") - D("33")
    assert values["men", CHANGE] == D("0.5")
    assert ("total", "2020") not in values
    assert values["enhet:A", "2024"] == D("33.5")


def test_a_year_without_figures_is_no_zero():
    found = by_place(headcount([group("A", "K", 20, 20)], 2024, 8, limit=10))
    last = found[HEADCOUNT, "total", "2023"]
    assert last.value is None
    assert last.note == "Uppgift saknas för augusti 2023."
    assert found[HEADCOUNT, "total", CHANGE].value is None
    assert found[HEADCOUNT, "total", CHANGE].note == last.note


def test_other_months_are_not_counted():
    rows = [group("A", "K", 20, 20), group("A", "K", 99, 99, month=7)]
    found = by_place(headcount(rows, 2024, 8, limit=10))
    assert found[HEADCOUNT, "total", "2024"].value == 20


def test_few_men_hide_women_and_men_and_the_change_but_never_the_total_or_an_enhet():
    rows = [group("A", "K", 90, 90), group("A", "M", "9.5", 10), group("B", "K", 3, 3)]
    rows += [row._replace(year=2023, persons=D(20)) for row in rows]
    found = by_place(headcount(rows, 2024, 8, limit=10))
    for key in ("women", "men"):
        for column in ("2024", CHANGE):
            assert found[HEADCOUNT, key, column].hidden
            assert found[HEADCOUNT, key, column].value is None
        assert not found[HEADCOUNT, key, "2023"].hidden
    assert found[HEADCOUNT, "total", "2024"].value == D("102.5")
    assert found[HEADCOUNT, "enhet:B", "2024"].value == 3


def test_a_few_of_another_sex_hide_the_split_too():
    rows = [group("A", "K", 90, 90), group("A", "M", 50, 50), group("A", "?", 2, 2)]
    found = by_place(headcount(rows, 2024, 8, limit=10))
    assert found[HEADCOUNT, "women", "2024"].hidden
    assert found[HEADCOUNT, "total", "2024"].value == 142


def test_a_unit_in_anothers_row_is_counted_there():
    rows = [group("A", "K", 20, 20), group("A1", "K", 5, 5)]
    found = by_place(headcount(rows, 2024, 8, limit=10, within={"A1": "A"}))
    assert found[HEADCOUNT, "enhet:A", "2024"].value == 25
    assert (HEADCOUNT, "enhet:A1", "2024") not in found
    assert row_of("x", {"x": "y", "y": "z"}) == "z"
    assert row_of("x", {"x": "y", "y": "x"}) in {"x", "y"}


def test_the_example_has_the_published_headcount():
    with EXAMPLE.open(encoding="utf-8") as file:
        rows = [
            StaffRow(
                line["enhet"], int(line["år"]), int(line["månad"]), line["kön"],
                line["åldersgrupp"], line["personalgrupp"], D(line["antal_månadsavlönade"]),
                D(line["antal_personer"]), D(line["ordinarie_timmar"]),
                D(line["arbetade_timmar"]),
            )
            for line in csv.DictReader(file)
        ]  # fmt: skip
    found = by_place(headcount(rows, 2024, 8, limit=10))
    years = ("2021", "2022", "2023", "2024", CHANGE)
    values = [found[HEADCOUNT, "total", year].value for year in years]
    assert values == [D("598.5"), D("628.0"), D("657.0"), D("665.0"), D("8.0")]
    for year in years:
        women, men = (found[HEADCOUNT, key, year].value for key in ("women", "men"))
        assert women + men == found[HEADCOUNT, "total", year].value


@pytest.mark.parametrize(
    ("employed", "persons", "count"),
    [("8", 12, 12), ("10.5", None, 10), ("0.5", None, 1), ("0.5", 0, 1), ("0", 0, 1)],
)
def test_persons_are_never_thought_to_be_more_than_is_known(employed, persons, count):
    assert persons_of(group("A", "K", employed, persons)) == count


def test_nobody_is_nobody():
    assert persons_of(group("A", "K", 0, 0, ordinary=0, worked=None)) == 0


def test_a_hidden_figure_cannot_carry_a_number():
    with pytest.raises(AssertionError):
        StaffFigure("t", "r", "c", None, None, D(7), True)


# --- worked time


def test_worked_hours_and_full_time_equivalents_per_month_and_year():
    rows = [group("A", "K", 1, 1, worked=150), group("B", "M", 1, 1, worked=180)]
    rows += [group("A", "K", 1, 1, year=2023, month=2, worked=165)]
    plain = by_place(worked_time(rows))
    assert {key: each.value for key, each in plain.items()} == {
        (WORKED_HOURS, "8", "2024"): 330,
        (WORKED_HOURS, "2", "2023"): 165,
    }
    found = by_place(worked_time(rows, D(165)))
    assert found[FULL_TIME, "8", "2024"].value == 2
    assert found[FULL_TIME, "8", "2024"].denominator == 165


def test_a_month_in_which_hours_are_missing_has_no_sum():
    rows = [group("A", "K", 1, 1), group("B", "K", 1, 1, worked=None)]
    (figure,) = worked_time(rows)
    assert figure.value is None
    assert figure.note == "Arbetade timmar saknas för en grupp."


# --- labels


@pytest.mark.parametrize(
    ("label", "numbers"),
    [
        ("-29", (None, 29)),
        ("–29 år", (None, 29)),
        ("30-49", (30, 49)),
        ("30 – 49 år", (30, 49)),
        ("50-", (50, None)),
        ("50+", (50, None)),
        ("≥ 60 dagar", (60, None)),
        (">59", (60, None)),
        ("<30", (None, 29)),
        ("<=29", (None, 29)),
        ("dag 1–14", (1, 14)),
        ("44", (44, 44)),
        ("-", None),
        ("", None),
        ("49-30", None),
        ("okänd", None),
        ("2024-01-01", None),
    ],
)
def test_a_label_is_read_as_numbers_or_not_at_all(label, numbers):
    assert range_of(label) == numbers


def test_finer_ages_are_put_into_those_of_the_law():
    ages, unsaid = statutory_ages(["16-24", "25-29", "30-39", "40-49", "50-64", "65-"])
    assert unsaid == {}
    assert [ages[each] for each in sorted(ages)] == [
        "age_29", "age_29", "age_30_49", "age_30_49", "age_50", "age_50",
    ]  # fmt: skip


def test_an_age_group_over_a_border_takes_away_only_the_ages_it_touches():
    ages, unsaid = statutory_ages(["-24", "25-34", "35-49", "50-"])
    assert ages == {"50-": "age_50"}
    assert set(unsaid) == {"age_29", "age_30_49"}
    assert "«25-34» ligger i flera av lagens grupper" in unsaid["age_29"]


def test_an_unreadable_age_takes_away_all_three():
    ages, unsaid = statutory_ages(["-29", "unga", "50-"])
    assert ages == {}
    assert set(unsaid.values()) == {"Åldersgruppen «unga» går inte att tolka som åldrar."}
    assert len(unsaid) == 3


@pytest.mark.parametrize(
    ("labels", "long"),
    [
        (["1-14", "15-59", "60-"], ("60-",)),
        (["dag 1–14", "dag 15–59", "60–89", "≥90"], ("60–89", "≥90")),
        (["1-14", "15-90", "91-"], "Intervallet «15-90» går över dag 60."),
        (["1-14", "15-"], "Intervallet «15-» går över dag 60."),
        (["1-14", "15-59"], "Inget intervall börjar vid dag 60 eller senare."),
        (["kort", "60-"], "Intervallet «kort» går inte att tolka som dagar."),
    ],
)
def test_long_spells_are_those_from_day_60_or_cannot_be_said(labels, long):
    assert long_intervals(labels) == long


def test_the_sexes_are_read_by_letter_or_word():
    assert [sex_of(each) for each in ("K", " kvinnor ", "M", "Män", "X")] == [
        "women", "women", "men", "men", None,
    ]  # fmt: skip


# --- against the units' own totals


def sick(enhet, interval, hours):
    return SickRow(enhet, 2024, 8, "K", "30-49", interval, D(hours))
