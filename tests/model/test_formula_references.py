"""Formulas cut into references, and keys that tell copies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.model.cells import Area
from ramkoll.model.formula_references import references, words
from ramkoll.model.formula_text import CopyKeys, SharedFormula, in_r1c1


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("SUM(B1:M1)*$C$3", [("", "", "B1:M1"), ("", "", "C3")]),
        ("[1]Blad!A1+'[2]Mitt blad'!$B2:C$4", [("1", "Blad", "A1"), ("2", "Mitt blad", "B2:C4")]),
        ("'Åke''s'!B9:B2", [("", "Åke's", "B2:B9")]),
        ("Jan:Dec!B2", [("", "Jan:Dec", "B2")]),
        ("SUM(Blad1!#REF!,A1)", [("", "", "A1")]),
        ("LOG10(B2)-taxa2024+tbl[A1]", [("", "", "B2")]),
        ("'C:\\mapp\\[bok 1.xlsx]Blad 1'!B2", [("bok 1.xlsx", "Blad 1", "B2")]),
        ('"A1"&A2', [("", "", "A2")]),
        ("A:B", [("", "", "A1:B1048576")]),
        ("2:3", [("", "", "A2:XFD3")]),
        ("Blad!A1:Blad!B2", [("", "Blad", "A1:B2")]),
        ("Blad!A1:Annat!B2", [("", "Blad", "A1"), ("", "Annat", "B2")]),
        ("A1 : C2:B3", [("", "", "A1:C3")]),
        ("A1#/B1", [("", "", "A1"), ("", "", "B1")]),
        ("A1:Blad!Namn", [("", "", "A1")]),
        ("A1:INDEX(B:B,2)", [("", "", "A1"), ("", "", "B1:B1048576")]),
        ("", []),
    ],
)
def test_references_are_found_with_their_place(
    formula: str, found: list[tuple[str, str, str]]
) -> None:
    assert [(r.workbook, r.sheet, r.area.address) for r in references(formula)] == found


def test_a_reference_moves_with_its_formula_but_for_dollar_signs() -> None:
    (reference,) = references("SUM(B$2:C5)")
    assert reference.moved(10, 1) == Area(2, 3, 15, 4)
    assert reference.moved(-5, 0) is None


def test_words_and_signs_come_in_order() -> None:
    cut = [t if isinstance(t, str) else "ref" for t in words('if( A1 >= 1.5 , "x y" , -B2% )')]
    assert cut == ["IF(", "ref", ">=", "1.5", ",", '"x y"', ",", "-", "ref", "%", ")"]


def test_the_sheet_of_a_name_is_a_word_before_it() -> None:
    assert words("[1]!Summa+'Å 1'!namn") == ("[1]!", "Summa", "+", "'Å 1'!", "namn")
    assert words("Blad!#REF!+A1:Blad!x")[2:3] == ("+",)
    assert words("A1:Blad!x")[1:] == (":", "Blad!", "x")


@pytest.mark.parametrize(
    "formula",
    [
        "A5*$B$2",
        "SUM($A$1:A5)",
        "'Blad A5'!A5&\"A5\"",
        "A:A+5:5",
        "T[A5]+A5",
        "Q1!A5",
        "LOG10(A5)",
        "A5#/B5",
    ],
)
@pytest.mark.parametrize("by", [(1, 0), (0, 1), (7, 3)])
def test_copies_have_the_same_key(formula: str, by: tuple[int, int]) -> None:
    copied = SharedFormula.parse(formula).moved(*by)
    assert CopyKeys().key(formula, 5, 4) == CopyKeys().key(copied, 5 + by[0], 4 + by[1])


@given(st.lists(st.sampled_from(["A{0}", "$B{0}", "C$3", "$D$4", "A{1}", '"A1"', "5"]), min_size=1))
def test_down_a_column_keys_are_equal_exactly_when_formulas_in_r1c1_terms_are(
    parts: list[str],
) -> None:
    keys = CopyKeys()
    texts = ["+".join(parts).format(row, row + 1) for row in range(1, 6)]
    texts[2] = texts[2].replace("A3", "A2")
    cells = [(text, row, 9) for row, text in enumerate(texts, 1)]
    found = [keys.key(*each) for each in cells]
    right = [in_r1c1(*each) for each in cells]
    assert [k == found[0] for k in found] == [r == right[0] for r in right]
