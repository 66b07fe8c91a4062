"""Extract rows as rows of forms: whose they become, and that none is lost without a word."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ramkoll.compute.listed import listed
from ramkoll.compute.organisation import Succession
from ramkoll.model.period import Period
from ramkoll.model.register import AccountGroup, Enhet, Predecessor, Register, Reporter
from ramkoll.store.extract_columns import COLUMNS
from ramkoll.store.layouts import load_layouts

PERIOD = Period(2025, 5)
D = Decimal


def unit(code: str, begins: int = 2020, ends: int | None = None, *before: Predecessor) -> Enhet:
    last = None if ends is None else date(ends, 12, 31)
    return Enhet(code, f"Enhet {code}", "Vård", "RS", date(begins, 1, 1), last, before)


# A och B är en enhet, C, sedan 2025; G delades i D (30 procent) och E samma år.
REGISTER = Register(
    "budgetram.xlsx",
    "",
    "",
    "RS",
    enheter=(
        unit("A", 2020, 2024),
        unit("B", 2020, 2024),
        unit("C", 2025, None, Predecessor("A"), Predecessor("B")),
        unit("G", 2020, 2024),
        unit("D", 2025, None, Predecessor("G", D("0.3"))),
        unit("E", 2025, None, Predecessor("G", D("0.7"))),
        unit("F", 2020),
    ),
    groups=(AccountGroup("I1", "Intäkter", "intäkt"), AccountGroup("K1", "Kostnader", "kostnad")),
    reporters=(
        Reporter("HR", "HR", "personal", ("*",)),
        Reporter("REG", "Regionen", "region"),
        Reporter("INV", "Investeringar", "avdelning", ("C", "F"), ("Investeringar",)),
    ),
)
FORMS = [
    load_layouts().form(name, PERIOD) for name in ("avdelning", "omrade", "personal", "region")
]


def put(extracts, few=lambda *_: False):
    """Rows as dictionaries by extract, shared out."""
    frames = {
        name: pd.DataFrame(
            [[row.get(column) for column in COLUMNS[name]] for row in rows],
            columns=list(COLUMNS[name]),
            dtype=object,
        )
        for name, rows in extracts.items()
    }
    return listed(FORMS, frames, Succession(REGISTER, PERIOD.last_day), REGISTER, PERIOD, few)


def said(found):
    return [
        (each.at.file, str(each.facts.get("vad") or each.facts["ord"]))
        for each in found.irregularities
    ]


def hours(unit_code, year, month, amount, **more):
    row = {"enhet": unit_code, "år": year, "månad": month, "kön": "K", "åldersgrupp": "-29"}
    return row | {"ordinarie_timmar": D(amount)} | more


def sick(unit_code, year, month, amount, interval="1-14"):
    row = {"enhet": unit_code, "år": year, "månad": month, "kön": "K", "åldersgrupp": "-29"}
    return row | {"intervall": interval, "sjuktimmar": D(amount)}


# --- whose a row becomes


def test_predecessors_are_added_up_in_the_unit_that_goes_on():
    found = put({"personal": [hours("A", 2024, 3, 100), hours("B", 2024, 3, 40)]})
    assert found.cells["staff", "C"]["ordinary_hours", 2024] == {("m", 3): D(140)}
    assert ("staff", "A") not in found.cells
    assert said(found) == []


def test_a_split_unit_is_divided_by_its_key_and_nothing_is_left_over():
    found = put({"personal": [hours("G", 2024, 3, 100)]})
    assert found.cells["staff", "D"]["ordinary_hours", 2024] == {("m", 3): D(30)}
    assert found.cells["staff", "E"]["ordinary_hours", 2024] == {("m", 3): D(70)}


def test_an_unknown_unit_is_told_once_for_each_extract():
    rows = [hours("X", 2025, month, 10) for month in (1, 2)]
    found = put({"personal": rows, "sjukfrånvaro": [sick("X", 2025, 1, 5)]})
    assert sorted(file for file, _ in said(found)) == ["personal.csv", "sjukfrånvaro.csv"]
    assert all("X" in what for _, what in said(found))
    assert not any(who == "X" for _, who in found.cells)


def test_hr_gets_every_group_as_it_stands_in_the_extract():
    found = put({"personal": [hours("A", 2024, 3, 100), hours("A", 2024, 4, 50)]})
    (row,) = found.rows["staff_groups", "HR"]
    assert row["enhet", 0] == "A"
    assert (row["m", 3], row["m", 4]) == (D(100), D(50))


def test_a_rapportor_has_the_sheet_of_its_units_and_of_no_others():
    rows = [
        {"id": code, "avsnitt": "1", "objekt": f"Objekt {code}", "ansvarig_enhet": code}
        for code in ("C", "F", "D")
    ]
    found = put({"investeringar": rows})
    assert [row["object", 0] for row in found.rows["investments", "INV"]] == [
        "Objekt C",
        "Objekt F",
    ]
    assert [row["object", 0] for row in found.rows["investments", "D"]] == ["Objekt D"]
    assert ("investments", "C") not in found.rows


def test_months_of_a_list_are_added_up_to_the_period_and_no_further():
    rows = [
        {"projekt": "9916", "namn": "Nära vård", "enhet": "F", "år": year, "månad": month}
        | {"bidrag_kr": D(amount), "kostnad_kr": D(0)}
        for year, month, amount in ((2025, 1, 10), (2025, 5, 5), (2025, 6, 1000), (2024, 5, 2000))
    ]
    (row,) = put({"satsningar": rows}).rows["grants", "F"]
    assert row["grant_income", 0] == D(15)


# --- what has no place is told


def test_an_interval_that_no_row_has_is_told():
    found = put({"sjukfrånvaro": [sick("F", 2025, 1, 5), sick("F", 2025, 1, 7, "1-7")]})
    ((file, what),) = said(found)
    assert (file, "«1-7»" in what) == ("sjukfrånvaro.csv", True)
    assert found.cells["staff", "F"]["sick_1_14", 2025] == {("m", 1): D(5)}


def test_a_heading_of_a_text_that_no_row_has_is_told():
    rows = [{"rapportör": "F", "rubrik": r, "text": "Text."} for r in ("Verksamhet", "Väder")]
    found = put({"texter": rows})
    assert [what for _, what in said(found)] == [
        "Rader med rubrik «Väder» har ingen plats på bladet Texter"
    ]
    assert found.cells["texts", "F"]["operations", 0]["text", 0] == "Text."


def test_a_comment_on_an_account_group_that_is_not_there_is_told():
    rows = [
        {"enhet": "F", "kontogrupp": group, "kommentar_budget": f"Om {group}."}
        for group in ("K1", "K9", "")
    ]
    found = put({"kommentarer": rows})
    assert {(file, what.partition(" har")[0]) for file, what in said(found)} == {
        ("kommentarer.csv", "Rader med kontogrupp «K9»")
    }
    assert found.cells["economy", "F"]["K1", 0]["comment_budget", 0] == "Om K1."
    assert found.cells["economy", "F"]["sum.net", 0]["comment_budget", 0] == "Om ."


@pytest.mark.parametrize(("year", "month"), [(2025, 0), (2025, 13), (25, 1), (9999, 1)])
def test_a_month_that_does_not_exist_is_told_and_stops_nothing(year, month):
    found = put(
        {
            "personal": [hours("F", year, month, 10), hours("F", 2025, 1, 3)],
            "satsningar": [
                {"projekt": "1", "namn": "P", "enhet": "F", "år": year, "månad": month}
                | {"bidrag_kr": D(1), "kostnad_kr": D(0)}
            ],
        }
    )
    assert {file for file, _ in said(found)} == {"personal.csv", "satsningar.csv"}
    assert found.years("staff", "F") == (2025,)


def test_a_row_for_a_rapportor_whose_form_has_no_such_table_is_told():
    found = put({"orsaker": [{"rapportör": "HR", "orsak": "Vakanser", "belopp_kr": D(5)}]})
    assert [file for file, _ in said(found)] == ["orsaker.csv"]
    assert found.rows == {}


def test_texts_of_units_that_have_become_one_stand_below_each_other():
    rows = [{"rapportör": code, "rubrik": "Verksamhet", "text": f"Från {code}."} for code in "AB"]
    found = put({"texter": rows})
    assert found.cells["texts", "C"]["operations", 0]["text", 0] == "Från A.\nFrån B."


# --- nothing is lost

UNITS = st.sampled_from("ABCDEFGX")
YEARS, MONTHS = st.sampled_from([2023, 2024, 2025]), st.integers(1, 12)
INTERVALS = st.sampled_from(["1-14", "15-59", "60-", "90+"])


@given(st.lists(st.tuples(UNITS, YEARS, MONTHS, INTERVALS, st.integers(1, 999)), max_size=20))
@settings(max_examples=60)
def test_sick_hours_go_in_as_they_come_out_or_are_told(rows):
    extract = [sick(code, year, month, amount, day) for code, year, month, day, amount in rows]
    found = put({"sjukfrånvaro": extract})
    out = sum(
        (
            amount
            for (table, _), cells in found.cells.items()
            for months in cells.values()
            for amount in months.values()
            if table == "staff"
        ),
        D(0),
    )
    in_time = [row for row in extract if (row["år"], row["månad"]) <= (2025, 5)]
    told = [row for row in in_time if row["enhet"] == "X" or row["intervall"] == "90+"]
    assert out == sum((row["sjuktimmar"] for row in in_time if row not in told), D(0))
    words = " ".join(what for _, what in said(found))
    assert ("«90+»" in words) == any(row["intervall"] == "90+" for row in extract)
    assert ("X" in words) == any(
        row["enhet"] == "X" and row["intervall"] != "90+" for row in in_time
    )
    raw = found.rows.get(("sick_groups", "HR"), [])
    assert sum(
        (value for row in raw for (column, _), value in row.items() if column == "m"), D(0)
    ) == sum((row["sjuktimmar"] for row in in_time), D(0))


@given(
    st.lists(st.tuples(UNITS, st.integers(-999, 999), st.text("abcåäö ", max_size=5)), max_size=20)
)
@settings(max_examples=60)
def test_every_row_of_a_list_becomes_a_row_or_is_told(rows):
    extract = [
        {"enhet": code, "motpart": "F", "avser": text, "belopp_kr": D(amount)}
        for code, amount, text in rows
    ]
    found = put({"internhandel": extract})
    placed = [row for (table, _), rows in found.rows.items() if table == "trade" for row in rows]
    expected = sum({"X": 0, "G": 2}.get(code, 1) for code, _, _ in rows)
    assert len(placed) == expected
    assert sum((row["trade_amount", 0] for row in placed), D(0)) == sum(
        amount for code, amount, _ in rows if code != "X"
    )
    assert len(found.irregularities) == any(code == "X" for code, _, _ in rows)


# --- small units


def test_a_small_unit_has_its_hours_but_not_its_sick_hours():
    extracts = {"personal": [hours("F", 2025, 1, 10)], "sjukfrånvaro": [sick("F", 2025, 1, 5)]}
    found = put(extracts, few=lambda code, year: (code, year) == ("F", 2025))
    assert found.cells["staff", "F"] == {("ordinary_hours", 2025): {("m", 1): D(10)}}
