"""The seven figures by hand, the published one, and attacks on what is shown."""

import csv
import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.compute.attack import reports_give_away

from ramkoll.compute.sick_figures import by_enhet, by_interval, statutory
from ramkoll.compute.sick_leave import sick_leave
from ramkoll.compute.staff import SickRow, StaffRow

INPUTS = Path(__file__).parents[1] / "data" / "2024-08" / "inputs"
LIMIT = 10
D = Decimal


def people(enhet, sex, age, persons, ordinary, *, month=1, year=2024, group="alla"):
    count = None if persons is None else D(persons)
    hours = None if ordinary is None else D(ordinary)
    return StaffRow(enhet, year, month, sex, age, group, D(persons or 0), count, hours, None)


def ill(enhet, sex, age, interval, hours, *, month=1, year=2024):
    return SickRow(enhet, year, month, sex, age, interval, D(hours))


STAFF = [
    people("A", "K", "-29", 20, 2000),
    people("A", "K", "30-49", 30, 3000),
    people("A", "M", "50-", 25, 2500),
    people("B", "M", "-29", 15, 1500),
    people("B", "K", "50-", 12, 1000),
]
SICK = [
    ill("A", "K", "-29", "1-14", 50),
    ill("A", "K", "-29", "60-", 50),
    ill("A", "K", "30-49", "15-59", 300),
    ill("A", "M", "50-", "1-14", 20),
    ill("A", "M", "50-", "60-", 80),
    ill("B", "M", "-29", "1-14", 40),
    ill("B", "K", "50-", "60-", 70),
]
AREAS = {"A": "Norr", "B": "Söder"}


def leave_of(staff=STAFF, sick=SICK, month=1, *, year=2024, areas=AREAS, **more):
    return sick_leave(staff, sick, year, month, limit=LIMIT, areas=areas, **more)


def figures_of(leave):
    made = (*statutory([leave]), *by_enhet([leave]), *by_interval(leave))
    return {(each.table, each.row, each.column): each for each in made}


def seven(leave):
    return {each.row: each for each in statutory([leave])}


# --- by hand


@pytest.mark.parametrize(
    ("row", "numerator", "denominator"),
    [
        ("total", 50 + 50 + 300 + 20 + 80 + 40 + 70, 10_000),
        ("long", 50 + 80 + 70, 610),
        ("women", 50 + 50 + 300 + 70, 6000),
        ("men", 20 + 80 + 40, 4000),
        ("age_29", 50 + 50 + 40, 3500),
        ("age_30_49", 300, 3000),
        ("age_50", 20 + 80 + 70, 3500),
    ],
)
def test_each_of_the_seven_is_its_own_ratio_of_sums(row, numerator, denominator):
    figure = seven(leave_of())[row]
    assert (figure.numerator, figure.denominator) == (numerator, denominator)
    assert figure.value == D(numerator) / D(denominator)
    assert figure.column == "2024"


def test_months_are_added_before_they_are_divided():
    staff = STAFF + [row._replace(month=2, ordinary=row.ordinary * 3) for row in STAFF]
    sick = SICK + [row._replace(month=2) for row in SICK]
    figure = seven(leave_of(staff, sick, 2))["total"]
    assert (figure.numerator, figure.denominator) == (1220, 40_000)
    assert seven(leave_of(staff, sick, 1))["total"].denominator == 10_000


hours = st.integers(0, 400)


@given(st.lists(hours, min_size=5, max_size=5))
@settings(max_examples=50)
def test_the_total_lies_between_women_and_men_and_is_their_weighted_mean(given_hours):
    sick = [
        ill(row.enhet, row.sex, row.age, "1-14", each)
        for row, each in zip(STAFF, given_hours, strict=True)
    ]
    found = seven(leave_of(sick=sick))
    total, women, men = (found[key] for key in ("total", "women", "men"))
    assert min(women.value, men.value) <= total.value <= max(women.value, men.value)
    assert women.numerator + men.numerator == total.numerator
    assert women.denominator + men.denominator == total.denominator


def test_intervals_are_shares_of_each_groups_own_sick_hours():
    found = figures_of(leave_of())
    for column, whole, parts in (
        ("total", 610, (110, 300, 200)),
        ("women", 470, (50, 300, 120)),
        ("men", 140, (60, 0, 80)),
    ):
        rows = [found["sick_intervals", each, column] for each in ("1-14", "15-59", "60-")]
        assert [row.numerator for row in rows] == list(parts)
        assert {row.denominator for row in rows} == {whole}
    assert [each.row for each in by_interval(leave_of())][::3] == ["1-14", "15-59", "60-"]


def test_each_enhet_and_area_has_its_own_ratio():
    found = figures_of(leave_of())
    assert found["sick_enhet", "enhet:A", "2024"].value == D(500) / D(7500)
    assert found["sick_enhet", "area:Söder", "2024"].value == D(110) / D(2500)
    assert found["sick_enhet", "enhet:A", "2024"].persons == 75


def test_a_unit_in_anothers_row_is_part_of_its_figure():
    found = figures_of(leave_of(within={"B": "A"}))
    assert found["sick_enhet", "enhet:A", "2024"].numerator == 610
    assert ("sick_enhet", "enhet:B", "2024") not in found


# --- the same employees, and what is missing


def test_sick_hours_of_a_group_without_ordinary_hours_are_left_out_and_told():
    staff = [*STAFF[:-1], people("B", "K", "50-", 10, None)]
    leave = leave_of(staff)
    figure = seven(leave)["total"]
    assert (figure.numerator, figure.denominator) == (540, 9000)
    assert [(gap.enhet, gap.month) for gap in leave.gaps] == [("B", 1)]
    assert (
        leave.gaps[0].text
        == "Ordinarie timmar saknas för en grupp, som inte är med i sjukfrånvaron."
    )


def test_a_staff_group_without_hours_takes_its_whole_group_out():
    staff = [*STAFF, people("A", "M", "50-", 5, None, group="övrig")]
    assert seven(leave_of(staff))["total"].numerator == 510


def test_a_group_of_sick_rows_that_nobody_is_in_is_left_out():
    sick = [*SICK, ill("C", "K", "-29", "1-14", 99)]
    leave = leave_of(sick=sick)
    assert seven(leave)["total"].numerator == 610
    assert leave.gaps[0].enhet == "C"


def test_a_month_that_one_list_lacks_is_in_neither_and_is_told():
    staff = STAFF + [row._replace(month=2) for row in STAFF]
    figure = seven(leave_of(staff, SICK, 2))["total"]
    assert (figure.numerator, figure.denominator) == (610, 10_000)
    assert figure.note == "Underlag saknas för februari."


def test_a_large_enhet_without_sick_rows_is_told_and_a_small_one_is_not_named():
    staff = [*STAFF, people("C", "K", "-29", 40, 4000), people("S", "K", "-29", 5, 500)]
    leave = leave_of(staff)
    assert [gap.enhet for gap in leave.gaps] == ["C"]
    assert seven(leave)["total"].denominator == 14_500


def test_a_year_without_rows_has_no_figures_and_says_so():
    for figure in figures_of(leave_of(year=2023)).values():
        assert figure.value is None
        assert not figure.hidden
        assert figure.note == "Uppgifter saknas för perioden."


def test_labels_that_do_not_tell_give_a_reason_and_no_figure():
    staff = [row._replace(age="25-34") if row.age == "-29" else row for row in STAFF]
    sick = [
        row._replace(
            age="25-34" if row.age == "-29" else row.age,
            interval="15-" if row.interval == "60-" else row.interval,
        )
        for row in SICK
    ]
    found = seven(leave_of(staff, sick))
    assert "«25-34»" in found["age_29"].note
    assert "«25-34»" in found["age_30_49"].note
    assert found["age_50"].value == D(170) / D(3500)
    assert found["long"].note == "Intervallet «15-» går över dag 60."
    assert found["total"].value == D("0.061")


def test_sexes_that_cannot_be_read_give_a_reason():
    staff = [row._replace(sex="1" if row.sex == "M" else "2") for row in STAFF]
    sick = [row._replace(sex="1" if row.sex == "M" else "2") for row in SICK]
    found = seven(leave_of(staff, sick))
    assert found["women"].note == "Könet «1» går inte att tolka som kvinnor eller män."
    assert found["total"].numerator == 610


def test_no_sick_leave_at_all_has_no_shares():
    found = figures_of(leave_of(sick=[ill("A", "K", "-29", "60-", 0)]))
    assert found["sick_leave", "total", "2024"].value == 0
    assert found["sick_leave", "long", "2024"].note == "Ingen sjukfrånvaro i perioden."


# --- what is hidden


def unit(code, persons, *, month=1, year=2024):
    """An enhet with women and men of all ages, and some sick leave in every group."""
    staff, sick = [], []
    for number, (sex, age) in enumerate((s, a) for s in "KM" for a in ("-29", "30-49", "50-")):
        share = persons // 6 + (number < persons % 6)
        if share:
            staff.append(people(code, sex, age, share, 100 * share, month=month, year=year))
            sick.append(ill(code, sex, age, "1-14", 3 * share, month=month, year=year))
    return staff, sick


def region(months=(1,), year=2024, **units):
    staff, sick = [], []
    for month in months:
        for code, persons in units.items():
            more = unit(code, persons, month=month, year=year)
            staff += more[0]
            sick += more[1]
    return staff, sick


def hidden_rows(leave):
    return {row for (_, row, _), each in figures_of(leave).items() if each.hidden}


def test_an_enhet_of_seven_never_comes_back():
    staff, sick = region((1, 2, 3), A=7, B=40, C=30, D=90)
    areas = dict.fromkeys("ABCD", "Norr")
    for month in (1, 2, 3):
        leave = leave_of(staff, sick, month, areas=areas)
        assert hidden_rows(leave) == {"enhet:A", "enhet:C"}
        for each in figures_of(leave).values():
            if each.hidden:
                assert (each.numerator, each.denominator, each.persons) == (None, None, None)


def test_an_area_with_one_small_enhet_hides_another_area_and_an_enhet_in_it():
    staff, sick = region(A=7, B=60, C=30, D=90)
    areas = {"A": "Liten", "B": "Mellan", "C": "Mellan", "D": "Stor"}
    # Stor and its only enhet are the same figure; Mellan is as large, and has parts to hide.
    gone = hidden_rows(leave_of(staff, sick, areas=areas))
    assert {"area:Liten", "enhet:A"} < gone
    assert len(gone & {"area:Mellan", "area:Stor"}) == 1
    assert gone & {"enhet:B", "enhet:C", "enhet:D"}


def test_a_region_and_an_area_that_differ_by_one_small_enhet_are_not_both_shown():
    """The enhet outside the areas is not printed with an area, and yet it is the difference."""
    staff, sick = region(A=7, B=60, C=30)
    gone = hidden_rows(leave_of(staff, sick, areas={"B": "Norr", "C": "Norr"}))
    assert {"enhet:A", "area:Norr"} <= gone
    assert gone & {"enhet:B", "enhet:C"}


def test_few_men_hide_women_and_men_in_the_seven_and_in_every_interval():
    staff = [*STAFF[:2], STAFF[4], people("A", "M", "50-", 9, 900)]
    found = figures_of(leave_of(staff))
    for key in ("women", "men"):
        assert found["sick_leave", key, "2024"].hidden
        assert all(
            each.hidden for (table, _, c), each in found.items()
            if table == "sick_intervals" and c == key
        )  # fmt: skip
    assert not found["sick_leave", "total", "2024"].hidden


def test_an_age_in_one_enhet_only_hides_the_enhet_and_not_the_age_of_the_law():
    staff, sick = region(B=90, C=90)
    staff = [row for row in staff if row.age != "-29"]
    staff += [people("A", "K", "-29", 45, 4500), people("A", "K", "50-", 5, 500)]
    sick = [*(row for row in sick if row.age != "-29"), ill("A", "K", "-29", "1-14", 90)]
    leave = leave_of(staff, sick, areas=dict.fromkeys("ABC", "Norr"))
    assert "enhet:A" in hidden_rows(leave)
    assert not {"age_29", "age_30_49", "age_50"} & hidden_rows(leave)


def test_a_group_that_was_small_in_one_month_is_hidden_for_the_rest_of_the_year():
    staff, sick = region((1, 3), A=40, B=60, C=50)
    small = unit("A", 8, month=2)
    rest = region((2,), B=60, C=50)
    leave = leave_of(
        staff + small[0] + rest[0], sick + small[1] + rest[1], 3, areas=dict.fromkeys("ABC", "N")
    )
    assert hidden_rows(leave) == {"enhet:A", "enhet:C"}


def test_an_enhet_that_begins_in_the_year_is_not_small_before_it_has_anybody():
    staff, sick = region((1,), B=60, C=50)
    more = region((2,), A=40, B=60, C=50)
    leave = leave_of(staff + more[0], sick + more[1], 2, areas=dict.fromkeys("ABC", "N"))
    assert hidden_rows(leave) == set()


def test_a_small_enhet_that_moved_cannot_be_read_from_last_years_report():
    staff, sick = region(year=2023, A=7, A2=8, B=40, C=50, D=60)
    then = {"A": "Norr", "A2": "Norr", "B": "Norr", "C": "Söder", "D": "Söder"}
    now = {**then, "A": "Söder"}
    old = leave_of(staff, sick, year=2023, areas=then)
    new = leave_of(staff, sick, year=2023, areas=now, earlier_areas=[then])
    persons = {(r.enhet, r.sex, r.age): int(r.persons) for r in staff}
    naive = leave_of(staff, sick, year=2023, areas=now)
    assert reports_give_away([shown(old, then) + shown(naive, now)], [collapsed(persons)], LIMIT)
    assert not reports_give_away([shown(old, then) + shown(new, now)], [collapsed(persons)], LIMIT)


def collapsed(persons):
    """Sex and age put aside: the attacker's table of enheter only, small enough to try all."""
    found: dict[str, int] = {}
    for (enhet, _, _), count in persons.items():
        found[enhet] = found.get(enhet, 0) + count
    return found


def shown(leave, areas):
    """What by_enhet shows, as sets of enheter."""
    found = []
    for each in by_enhet([leave]):
        if each.value is None:
            continue
        kind, _, name = each.row.partition(":")
        if kind == "total":
            found.append(frozenset(code for code, _, _ in leave.ordinary))
        elif kind == "area":
            found.append(frozenset(code for code, area in areas.items() if area == name))
        else:
            found.append(frozenset([name]))
    return found


def test_a_group_that_no_two_figures_give_away_but_four_do_is_protected():
    """Age 50+ and women, less enhet A, is twice the ten women of B."""
    staff = [*STAFF[:-1], people("B", "K", "50-", 10, 1000)]
    found = figures_of(leave_of(staff))
    places = (("age_50", "sick_leave"), ("women", "sick_leave"), ("enhet:A", "sick_enhet"))
    assert any(found[table, row, "2024"].hidden for row, table in places)
    assert not found["sick_leave", "women", "2024"].hidden


# --- attacks on random tables: two years, several months, all tables of the report


CELLS = [(e, s, a) for e in "ABC" for s, a in (("K", "-29"), ("K", "50-"), ("M", "-29"))]
tables = st.fixed_dictionaries({c: st.sampled_from([0, 2, 5, 9, 11, 14, 30]) for c in CELLS})


def published(leave, areas):
    """The cells of every figure that is shown, worked out from what the figures are called."""

    def inside(key, cell):
        enhet, sex, age = cell
        kind, _, name = key.partition(":")
        return {
            "women": sex == "K",
            "men": sex == "M",
            "age_29": age == "-29",
            "age_50": age == "50-",
            "enhet": enhet == name,
            "area": areas[enhet] == name,
        }.get(kind, kind in ("total", "long"))

    found = []
    for (table, row, column), each in figures_of(leave).items():
        if each.value is not None:
            key = column if table == "sick_intervals" else row
            found.append(frozenset(cell for cell in CELLS if inside(key, cell)))
    return found


@given(
    st.lists(tables, min_size=2, max_size=3),
    st.sampled_from([dict.fromkeys("ABC", "N"), {"A": "N", "B": "N", "C": "S"}]),
)
@settings(max_examples=60)
def test_no_report_of_two_years_gives_away_a_small_group(months, areas):
    # A month without anybody is a missing month, and another test.
    assume(all(any(each.values()) for each in months))
    staff, sick = [], []
    for year in (2023, 2024):
        # Last year's months in another order: another table.
        for month, persons in enumerate(months if year == 2024 else months[::-1], 1):
            for (enhet, sex, age), count in persons.items():
                if count:
                    staff.append(people(enhet, sex, age, count, 100, month=month, year=year))
                    sick.append(ill(enhet, sex, age, "1-14", 1, month=month, year=year))
                    sick.append(ill(enhet, sex, age, "60-", 1, month=month, year=year))
    for year in (2023, 2024):
        tables = months if year == 2024 else months[::-1]
        leaves = [
            leave_of(staff, sick, k, year=year, areas=areas) for k in range(1, len(tables) + 1)
        ]
        assert reports_give_away([published(each, areas) for each in leaves], tables, LIMIT) is None
        for earlier, later in itertools.pairwise(leaves):
            assert earlier.hidden <= later.hidden


def test_the_same_tables_with_small_groups_alone_hidden_are_broken():
    """The attack above must be able to succeed: primary suppression is not enough."""
    small = {("A", "K", "-29"): 5, ("A", "K", "50-"): 0, ("A", "M", "-29"): 2}
    persons = dict.fromkeys(CELLS, 30) | small
    naive = [frozenset(CELLS)]
    naive += [frozenset(c for c in CELLS if c[0] == e) for e in "BC"]
    assert reports_give_away([naive], [persons], LIMIT) is not None


# --- the example


def example(name):
    with (INPUTS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_example_has_the_published_sick_leave():
    staff = [
        StaffRow(
            r["enhet"], int(r["år"]), int(r["månad"]), r["kön"], r["åldersgrupp"],
            r["personalgrupp"], D(r["antal_månadsavlönade"]), D(r["antal_personer"]),
            D(r["ordinarie_timmar"]), D(r["arbetade_timmar"]),
        )
        for r in example("personal.csv")
    ]  # fmt: skip
    sick = [
        SickRow(
            r["enhet"], int(r["år"]), int(r["månad"]), r["kön"], r["åldersgrupp"],
            r["intervall"], D(r["sjuktimmar"]),
        )
        for r in example("sjukfrånvaro.csv")
    ]  # fmt: skip
    areas = {r["kod"]: r["område"] for r in example("enheter.csv")}
    leave = leave_of(staff, sick, 8, areas=areas)
    found = figures_of(leave)
    assert round(found["sick_leave", "total", "2024"].value * 100, 1) == D("5.7")
    small = {r.enhet for r in staff} - {
        row.removeprefix("enhet:") for (t, row, _), each in found.items()
        if t == "sick_enhet" and each.value is not None
    }  # fmt: skip
    assert "614" in small
    assert len(small) == 2
    assert leave.gaps == ()
