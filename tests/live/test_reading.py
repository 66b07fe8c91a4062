"""What only Excel itself answers is read rightly too: here our engine answers as COM does."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.live.opened import opened

from ramkoll.live.reading import has_formula, sheet_named, submission_of
from ramkoll.live.snapshot_cells import NotCalculated, SheetCells
from ramkoll.live.snapshot_range import Range
from ramkoll.model.cells import Cell, CellKind


def _answering(monkeypatch, rows):
    """What was sent is passed over; every range answers with these rows."""
    monkeypatch.setattr(SheetCells, "block", lambda *_: [list(row) for row in rows])


def _cells(book):
    return submission_of(book.book).sheets[0].cells


@pytest.mark.parametrize(
    ("number", "text"), [(-2146826243, "#SPILL!"), (-2146826238, "#CALC!"), (-1, "#N/A")]
)
def test_an_error_newer_than_xlwings_is_an_error_and_no_number(monkeypatch, number, text):
    book = opened([["x"]])
    _answering(monkeypatch, [[number]])
    assert _cells(book) == {(1, 1): Cell(CellKind.ERROR, text)}


@pytest.mark.parametrize(
    ("date_1904", "day_0"), [(False, datetime(1899, 12, 30)), (True, datetime(1904, 1, 1))]
)
def test_a_time_of_day_that_com_gives_as_a_moment_is_the_part_of_a_day(
    monkeypatch, date_1904, day_0
):
    book = opened([["x"]], formats=["h:mm"], format_of=[[0]], date_1904=date_1904)
    _answering(monkeypatch, [[day_0.replace(hour=6)]])
    assert _cells(book) == {(1, 1): Cell(CellKind.NUMBER, Decimal("0.25"), None, "h:mm")}


def test_a_moment_that_com_gives_a_little_off_is_read_to_the_millisecond(monkeypatch):
    book = opened([["x"]], formats=["yyyy-mm-dd"], format_of=[[0]])
    _answering(monkeypatch, [[datetime(2024, 8, 31, 5, 59, 59, 999_993)]])
    assert _cells(book)[1, 1].value == datetime(2024, 8, 31, 6)


def test_a_currency_that_com_gives_as_decimal_is_a_number(monkeypatch):
    book = opened([["x"]])
    _answering(monkeypatch, [[Decimal("12.5000")]])
    assert _cells(book)[1, 1] == Cell(CellKind.NUMBER, Decimal("12.5"))


def test_names_of_single_sheets_and_of_excel_itself_are_left_out():
    names = {"Period": "Blad!$A$1", "Blad!Lokal": "Blad!$A$2", "_xlnm.Print_Area": "Blad!$A:$B"}
    assert submission_of(opened([[1.0]], names=names).book).names == {"Period": "Blad!$A$1"}


def test_a_sheet_is_found_in_any_case_or_not_at_all():
    book = opened().book
    found: Any = sheet_named(book, "ANNAT blad")
    assert found.name == "Annat blad"
    assert sheet_named(book, "Borta") is None


def test_a_formula_is_told_from_a_text_that_begins_as_one():
    book = opened([["=A1", 2.0, 3.0]], formulas=[(1, 2, "=1+1")])
    assert [has_formula(cell) for cell in book.sheet["A1:C1"]] == [False, True, False]
    book.sheet["C1"].formula = "=2"
    assert has_formula(book.sheet["C1"])


def test_reading_after_a_write_is_refused_when_there_are_formulas():
    book = opened([[1.0, 2.0]], formulas=[(1, 2, "=A1*2")])
    book.sheet["A1"].value = 3
    with pytest.raises(NotCalculated, match=r"Blad!B1"):
        submission_of(book.book)


def test_few_questions_are_asked_of_excel(monkeypatch):
    """Each is a call between processes over COM: a long list must not ask for each cell."""
    asked = []
    code: Any = Range.number_format

    def counted(self):
        asked.append(self.address)
        return code.fget(self)

    rows = [["text", float(row), None, 0.5] for row in range(2_000)]
    book = opened(rows, formats=["@", "0", "General"], format_of=[[0, 1, 2, 1]] * 2_000)
    monkeypatch.setattr(Range, "number_format", property(counted, code.fset))
    assert len(_cells(book)) == 6_000
    assert len(asked) < 10
