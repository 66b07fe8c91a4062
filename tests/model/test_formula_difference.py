"""What has been done to a formula, by what it means and not by how it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.model.formula_difference import Change, difference, same_formula
from ramkoll.model.formula_shape import Place, pieces

SUM = 'IF(COUNT(C9:C13)=0,"",SUM(C9:C13))'
NET = 'IF(COUNT(C8,C14)=0,"",N(C8)+N(C14))'
LESS = 'IF(COUNT(C9,D9)=0,"",N(C9)-N(D9))'
YEAR = 'IF(COUNT(Månad!D7:O7)=0,"",SUMIFS(Månad!D7:O7,Månad!$D$5:$O$5,"<="&Start!$B$12)/1000)'


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (SUM, 'if( count($C$9:c13) = 0 ,"", sum(C9:$C13))'),
        (SUM, f"+{SUM}"),
        (SUM, f"({SUM})"),
        (YEAR, YEAR.replace("Månad!", "'månad'!").replace("$", "")),
        ("'Min flik'!A1+1", "'min FLIK'!$A$1 + 1"),
        ("SUM(C9:C9)", "SUM(C9)"),
        ("SUM(C9:C13)", "SUM(C13:C9)"),
    ],
)
def test_what_means_the_same_is_the_same(expected: str, found: str) -> None:
    assert same_formula(expected, found)
    assert difference(expected, found, 14, 3) is None


@pytest.mark.parametrize(
    ("expected", "found", "change", "detail"),
    [
        (SUM, "SUM([1]Blad1!C9:C13)", Change.LEADS_OUT, ""),
        (SUM, "SUM('C:\\x\\[bok.xlsx]A'!C9:C13)", Change.LEADS_OUT, ""),
        (SUM, "SUM('[bok.xlsx]A B'!C9:C13)", Change.LEADS_OUT, ""),
        (SUM, "SUM(#REF!)", Change.BROKEN, ""),
        (SUM, "SUM(Blad!#REF!)", Change.BROKEN, ""),
        (SUM, "SUM(C9:C14)", Change.OWN_CELL, ""),
        (SUM, "SUM(C:C)", Change.OWN_CELL, ""),
        (SUM, "SUM(9:14)", Change.OWN_CELL, ""),
        (SUM, "SUM(C9:C12)", Change.AREA, ""),
        (SUM, "SUM(C9:D13)", Change.AREA, ""),
        (SUM, "C9+C10+C11+C12", Change.CHAIN, ""),
        (SUM, "SUM(D9:D13)", Change.MOVED, ""),
        (SUM, "SUM(Prognos!C9:C13)", Change.OTHER_SHEET, ""),
        (SUM, f"{SUM}+500", Change.CONSTANT, "+500"),
        (SUM, "SUM(C9:C13)*1.02", Change.CONSTANT, "*1.02"),
        (SUM, "SUM(C9:C13)*102%", Change.CONSTANT, "*102%"),
        (SUM, "(SUM(C9:C13)+5)*2", Change.CONSTANT, "+5 *2"),
        (SUM, "500+SUM(C9:C13)", Change.CONSTANT, "500+"),
        (SUM, "-1*SUM(C9:C13)", Change.CONSTANT, "-1*"),
        (SUM, "SUM(C9:C13,500)", Change.OTHER, ""),
        (SUM, "ROUND(SUM(C9:C13),0)", Change.ROUNDED, "ROUND"),
        (SUM, 'IF(COUNT(C9:C13)=0,"",INT(SUM(C9:C13)))', Change.ROUNDED, "INT"),
        (SUM, f"IFERROR({SUM},0)", Change.ERROR_HIDDEN, "IFERROR"),
        (SUM, f"_xlfn.IFNA({SUM},0)", Change.ERROR_HIDDEN, "IFNA"),
        (SUM, "ROUND(IFERROR(SUM(C9:C13),0),0)", Change.ROUNDED, "ROUND"),
        (SUM, "ROUND(SUM(C9:C12),0)", Change.AREA, ""),
        (SUM, "ABS(SUM(C9:C13))", Change.ABSOLUTE, "ABS"),
        (SUM, "-SUM(C9:C13)", Change.TURNED, ""),
        (SUM, "SUM(C9:C10,C11:C13)", Change.WRITTEN_OTHERWISE, ""),
        (SUM, "C9+C10+C11+C12+C13", Change.WRITTEN_OTHERWISE, ""),
        (SUM, "SUM(C9:C13)*1", Change.WRITTEN_OTHERWISE, "*1"),
        (SUM, "SUBTOTAL(9,C9:C13)", Change.OTHER, ""),
        (SUM, "SUBTOTAL(9,C9:C12)", Change.AREA, ""),
        (SUM, "AVERAGE(C9:C13)", Change.OTHER, ""),
        (SUM, "", Change.OTHER, ""),
        (SUM, "(((", Change.OTHER, ""),
        (NET, "C8-C14", Change.TURNED, "- i stället för +"),
        (NET, "SUM(C7:C13)", Change.AREA, ""),
        (LESS, "D9-C9", Change.TURNED, ""),
        (LESS, "C9+D9", Change.TURNED, "+ i stället för -"),
        (LESS, "C10-D10", Change.MOVED, ""),
        (LESS, "C9-D9*1.02", Change.CONSTANT, "*1.02"),
        (LESS, "C9", Change.OTHER, ""),
        (YEAR, YEAR.replace("Start!$B$12", "5"), Change.FIXED, "5"),
        (YEAR, YEAR.replace("/1000", "/100"), Change.CONSTANT, "100 i stället för 1000"),
        (YEAR, YEAR.replace("/1000", ""), Change.CONSTANT, "utan /1000"),
        (YEAR, YEAR.replace("$B$12", "$B$13"), Change.MOVED, ""),
        (YEAR, YEAR.replace("D7:O7", "D8:O8"), Change.MOVED, ""),
        (YEAR, YEAR.replace("D7:O7", "D7:N7"), Change.AREA, ""),
        (YEAR, YEAR.replace("Månad", "Historik"), Change.OTHER_SHEET, ""),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_known(
    expected: str, found: str, change: Change, detail: str
) -> None:
    row, column = (14, 3) if expected == SUM else (15, 5)
    said = difference(expected, found, row, column)
    assert said is not None
    assert (said.change, said.detail) == (change, detail)


@pytest.mark.parametrize("hostile", ["-(" * 4000, "(" * 8000, "A1+" * 2700, "ROUND(" * 1300])
def test_a_formula_that_is_made_to_hang_is_just_another(hostile: str) -> None:
    said = difference(SUM, hostile, 14, 3)
    assert said is not None
    assert said.change is Change.OTHER


def test_what_a_sum_misses_doubles_and_takes_too_much_is_named() -> None:
    said = difference(SUM, "SUM(C8:C10,C10)-C12", 14, 3)
    assert said is not None
    assert said.missing == (Place("", 11, 3), Place("", 13, 3))
    assert said.extra == (Place("", 8, 3),)
    assert said.twice == (Place("", 10, 3),)
    assert said.minus == (Place("", 12, 3),)


def test_references_that_are_off_alike_have_one_shift() -> None:
    said = difference(LESS, "C10-D10", 9, 5)
    assert said is not None
    assert said.shift == (1, 0)
    assert [piece.shown for piece in said.found] == ["C10", "D10"]
    apart = difference(LESS, "C10-D11", 9, 5)
    assert apart is not None
    assert apart.shift is None


def test_pieces_know_their_sheets_and_cells() -> None:
    found = pieces("SUM('Blad ''1'!$A$1:b2,[2]X!C3)&\"a!\"\"b\"+Namn%")
    kinds = [piece.kind for piece in found]
    assert [t.sheet for t in found if t.kind == "area"] == ["Blad '1", "[2]X"]
    assert [t.area.address for t in found if t.area] == ["A1:B2", "C3"]
    assert [t.leads_out for t in found if t.area] == [False, True]
    assert kinds.count("text") == 1
    assert found[0].text == "SUM"


@given(st.text(alphabet="AC19$:+-*/(),;'\"!#[]&=<>%. \nåSUMIFN{}", max_size=40))
def test_any_text_is_taken(text: str) -> None:
    assert difference(text, text, 1, 1) is None
    said = difference(SUM, text, 14, 3)
    assert said is None or said.change in Change
