"""Cells, periods, units and facts: the small values that everything rests on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.model.cells import (
    CellRef,
    a1,
    column_letters,
    column_number,
    decimal_from_double,
    parse_a1,
    quoted_sheet,
)
from ramkoll.model.facts import Derived, Fact, Facts, Key, Read, leaves, total
from ramkoll.model.period import Period
from ramkoll.model.units import Unit, round_half_up, swedish_amount, swedish_number


@given(st.integers(1, 16384))
def test_column_letters_and_numbers_are_each_others_inverse(column):
    assert column_number(column_letters(column)) == column


@given(st.integers(1, 1_048_576), st.integers(1, 16384))
def test_an_address_reads_back_as_its_row_and_column(row, column):
    assert parse_a1(a1(row, column)) == (row, column)


@pytest.mark.parametrize("text", ["", "A", "1", "A0", "AAAA1", "XFE1", "A1048577", "A1:B2"])
def test_what_is_no_cell_address_is_refused(text):
    with pytest.raises(ValueError, match=r"cell address|outside"):
        parse_a1(text)


def test_a_cell_prints_as_file_sheet_and_address():
    ref = CellRef.at("605.xlsx", "Utfall", "$E$14")
    assert str(ref) == "605.xlsx Utfall!E14"
    assert CellRef("605.xlsx", "Ekonomisk analys", 7, 6).in_sheet == "'Ekonomisk analys'!F7"
    assert str(CellRef.whole_file("605.xlsx")) == "605.xlsx"
    assert str(CellRef.whole_file("605.xlsx", "Utfall")) == "605.xlsx Utfall"


@pytest.mark.parametrize(
    ("name", "written"),
    [("Utfall", "Utfall"), ("Månad", "Månad"), ("Ida's", "'Ida''s'"), ("A1", "'A1'"), ("1", "'1'")],
)
def test_sheet_names_are_quoted_when_formulas_need_it(name, written):
    assert quoted_sheet(name) == written


@pytest.mark.parametrize(
    ("double", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (1.005, "1.005"),
        (-91777450.0, "-91777450"),
        (1e21, "1E+21"),
        (0.0, "0"),
        (-0.0, "0"),
        (123456789.12, "123456789.12"),
    ],
)
def test_a_double_becomes_the_decimal_that_excel_shows(double, shown):
    assert decimal_from_double(double) == Decimal(shown)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 2))
def test_every_amount_of_up_to_fifteen_digits_survives_a_double(digits, decimals):
    amount = Decimal(digits).scaleb(-decimals)
    assert decimal_from_double(float(amount)) == amount


@pytest.mark.parametrize("double", [float("nan"), float("inf"), float("-inf")])
def test_what_no_cell_can_hold_is_refused(double):
    with pytest.raises(ValueError, match="infinity"):
        decimal_from_double(double)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [("0.5", 0, "1"), ("-0.5", 0, "-1"), ("2.5", 0, "3"), ("-69.145", 1, "-69.1"),
     ("1.005", 2, "1.01"), ("-0.04", 1, "0.0"), ("2.455", 1, "2.5")],
)  # fmt: skip
def test_rounding_is_half_away_from_zero(value, decimals, rounded):
    assert str(round_half_up(Decimal(value), decimals)) == rounded


def test_numbers_in_text_are_swedish():
    assert swedish_number(Decimal("-1234567.5"), 1) == "−1\u00a0234\u00a0567,5"
    assert swedish_amount(Decimal(5_164_903), Unit.MKR) == "5,2\u00a0mkr"
    assert swedish_amount(Decimal(-499), Unit.TKR) == "0\u00a0tkr"


def test_a_period_is_read_and_worded():
    period = Period.parse("2024-08")
    assert (period.words, str(period)) == ("januari–augusti 2024", "2024-08")
    assert Period(2024, 1).words == "januari 2024"
    assert Period(2024, 12).months_left == ()
    assert str(Period(2024, 2).last_day) == "2024-02-29"


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-00", "aug 2024", "24-08", "2024-08-01"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


def _fact(line: str, value: str, address: str) -> Fact:
    key = Key("economy", "605", line, "outcome_ytd", Period(2024, 8))
    return Fact(key, Decimal(value), Unit.KR, Read(CellRef.at("605.xlsx", "Utfall", address)))


def test_facts_are_found_by_key_and_measure_and_added():
    facts = Facts([_fact("K01", "-10.5", "D10"), _fact("K02", "-2", "D11")])
    assert len(facts) == 2
    assert total(facts.select("outcome_ytd", enhet="605")) == Decimal("-12.5")
    assert [fact.at.address for fact in facts.select("outcome_ytd", line="K02")] == ["D11"]
    assert list(facts.select("budget_ytd")) == []


def test_two_facts_under_one_key_are_refused():
    with pytest.raises(ValueError, match="two facts"):
        Facts([_fact("K01", "1", "D10"), _fact("K01", "1", "D10")])


def test_an_origin_leads_down_to_every_cell():
    one, other = _fact("K01", "1", "D10"), _fact("K02", "2", "D11")
    at = CellRef.at("605.xlsx", "Utfall", "D12")
    derived = Derived("Summa", (one.origin, Derived("minus", (other.origin,))), at)
    assert [ref.address for ref in leaves(derived)] == ["D10", "D11"]
    assert Fact(one.key, Decimal(3), Unit.KR, derived).at == at
