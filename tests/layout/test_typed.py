"""Numbers that people type as text, and what they most likely meant."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from ramkoll.layout.typed import NotANumber, date_in, number_in, number_meant, text_in
from ramkoll.model.cells import Cell, CellKind


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 234", "1234"), ("1\u00a0234", "1234"), ("1\u202f234,50", "1234.50"),
        ("\u22121234", "-1234"), ("–5", "-5"), ("1 234-", "-1234"), ("(1 234)", "-1234"),
        ("++5,2", "5.2"), ("--5", "5"), ("5.2", "5.2"), ("5,2", "5.2"), ("1 234 tkr", "1234"),
        ("1234 kr", "1234"), ("1.234.567", "1234567"), ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"), ("0,125", "0.125"), ("1234.567", "1234.567"), ("'12", "12"),
    ],
)  # fmt: skip
def test_a_number_typed_as_text_is_understood(text, meant):
    assert number_meant(text) == Decimal(meant)


@pytest.mark.parametrize(
    "text", ["1,234", "1.234", "12 st", "", "-", "ca 5", "1-14", "5,2,1", "1e5"]
)
def test_what_can_be_read_two_ways_or_not_at_all_is_not_guessed(text):
    assert number_meant(text) is None


def test_a_blank_is_no_number_and_zero_is_one():
    assert number_in(Cell(CellKind.BLANK)) is None
    assert number_in(Cell(CellKind.TEXT, "  ")) is None
    assert number_in(Cell(CellKind.NUMBER, Decimal(0))) == 0


def test_an_error_a_date_and_a_truth_are_no_numbers():
    for cell in (
        Cell(CellKind.ERROR, "#REF!"),
        Cell(CellKind.DATE, datetime(2024, 8, 1)),
        Cell(CellKind.BOOL, True),
    ):
        assert isinstance(number_in(cell), NotANumber)


def test_a_code_typed_as_a_number_is_its_digits():
    assert text_in(Cell(CellKind.NUMBER, Decimal(605))) == "605"
    assert text_in(Cell(CellKind.TEXT, " 0605 ")) == "0605"


def test_a_date_may_be_a_date_or_its_text():
    assert date_in(Cell(CellKind.DATE, datetime(2024, 8, 31, 12))) == date(2024, 8, 31)
    assert date_in(Cell(CellKind.TEXT, "2024-08-31")) == date(2024, 8, 31)
    assert isinstance(date_in(Cell(CellKind.TEXT, "i augusti")), NotANumber)
