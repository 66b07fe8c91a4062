"""A command writes numbers, texts and formulas, and never the one for the other."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.live.opened import opened

from ramkoll.live.actions import WriteFormulas, WriteValues
from ramkoll.live.writing import (
    write_formula,
    write_formulas,
    write_number,
    write_text,
    write_values,
)
from ramkoll.model.errors import RamkollError

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


@given(
    st.one_of(
        TEXTS,
        st.sampled_from(["=", "'", "@", "+", "-", "#", "''="]).flatmap(
            lambda sign: TEXTS.map(lambda text: sign + text)
        ),
    )
)
def test_no_text_becomes_anything_but_itself(text):
    book = opened()
    write_text(book.sheet["A1"], text)
    assert book.actions() == [WriteValues("Blad", "A1", [[text]])]
    assert book.sheet["A1"].value == text


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1", "'", "0605", "TRUE", "3 mars", "+46", "=cmd|' /C calc'!A0"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(text):
    book = opened()
    write_values(book.sheet["A1"], [[text, 1], [2, text]])
    assert book.actions() == [WriteValues("Blad", "A1:B2", [[text, 1.0], [2.0, text]])]


def test_numbers_are_floats_and_an_empty_text_empties():
    book = opened([["förr"]])
    write_number(book.sheet["B1"], Decimal("-2039058.10"))
    write_number(book.sheet["C1"], 3)
    write_text(book.sheet["A1"], "")
    (action,) = book.actions()
    assert action.values == [[None, -2039058.1, 3.0]]
    assert [type(value) for value in action.values[0][1:]] == [float, float]


def test_dates_and_booleans_are_written_as_they_are():
    book = opened()
    write_values(book.sheet["A1"], [[date(2024, 8, 31), datetime(2024, 8, 31, 12), True]])
    assert [a.values for a in book.actions() if isinstance(a, WriteValues)] == [
        [[45535.0, 45535.5, True]]
    ]


@pytest.mark.parametrize("value", [Decimal(1), "text", None, "=2"])
def test_a_formula_is_never_replaced_by_a_value(value):
    book = opened([[1.0, 2.0, None]], formulas=[(1, 2, "=A1*2")])
    with pytest.raises(RamkollError, match=r"^Blad!B1: .*formel ersätts aldrig") as refused:
        write_values(book.sheet["A1"], [[5, value, 6]])
    assert refused.value.todo
    with pytest.raises(RamkollError, match="Blad!B1"):
        write_values(book.sheet["B1"], [[value]])
    assert book.actions() == []


def test_a_formula_written_by_the_command_itself_is_not_replaced_by_a_value_either():
    book = opened()
    write_formula(book.sheet["A1"], "=1+1")
    with pytest.raises(RamkollError, match="Blad!A1"):
        write_number(book.sheet["A1"], 2)


def test_a_text_that_begins_with_an_equals_sign_may_be_replaced():
    book = opened([["=ingen formel"]])
    write_text(book.sheet["A1"], "ny text")
    assert book.sheet["A1"].value == "ny text"


def test_formulas_are_written_on_purpose_and_may_replace_formulas():
    book = opened([[1.0]], formulas=[(1, 1, "=1")])
    write_formula(book.sheet["A1"], "=SUM(B1:B2)")
    write_formulas(book.sheet["B1"], [["=1"], ["=2"]])
    assert book.actions() == [
        WriteFormulas("Blad", "A1:B1", [["=SUM(B1:B2)", "=1"]]),
        WriteFormulas("Blad", "B2", [["=2"]]),
    ]


@pytest.mark.parametrize("text", ["", "=", "SUM(A1)", "'=1", "=" + "1" * 8_192])
def test_what_is_no_formula_is_not_written_as_one(text):
    book = opened()
    with pytest.raises(ValueError, match="no formula"):
        write_formula(book.sheet["A1"], text)
    assert book.actions() == []


def test_a_formula_where_excel_would_make_a_text_of_it_is_refused():
    book = opened([[None, None]], formats=["@", "0"], format_of=[[1, 0]])
    with pytest.raises(RamkollError, match="formaterad som text"):
        write_formulas(book.sheet["A1"], [["=1", "=2"]])
    with pytest.raises(RamkollError, match="formaterad som text"):
        write_formula(book.sheet["B1"], "=2")
    write_formula(book.sheet["A1"], "=1")


def test_a_text_that_no_cell_holds_is_refused_in_swedish():
    book = opened()
    with pytest.raises(RamkollError, match="Blad!A1: Texten är längre"):
        write_text(book.sheet["A1"], "x" * 32_768)
    assert book.actions() == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="infinity or NaN"):
        write_number(opened().sheet["A1"], value)
