"""Shared formulas, moved as Excel and openpyxl move them."""

from __future__ import annotations

import pytest
from openpyxl.formula.translate import Translator

from ramkoll.model.cells import parse_a1
from ramkoll.model.formula_text import SharedFormula, in_r1c1


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("A1", "C4"),
        ("$A1+A$1+$A$1", "$A4+C$1+$A$1"),
        ("SUM(A1:B2,A1)", "SUM(C4:D5,C4)"),
        ("SUM(A:A,$B:C,1:1,2:$3)", "SUM(C:C,$B:E,4:4,5:$3)"),
        ("Blad!A1+Blad2!$B$2", "Blad!C4+Blad2!$B$2"),
        ("'A1 ''Å'' B2'!A1", "'A1 ''Å'' B2'!C4"),
        ("Jan:Mar!A1", "Jan:Mar!C4"),
        ("AB12!A1", "AB12!C4"),
        ("[1]Blad!A1+'[2]B 1'!A1", "[1]Blad!C4+'[2]B 1'!C4"),
        ('IF(A1="A1 ""B2""",A1,"C3")', 'IF(C4="A1 ""B2""",C4,"C3")'),
        ("LOG10(A1)+ATAN2(A1,B1)+_xlfn.T.TEST(A1)", "LOG10(C4)+ATAN2(C4,D4)+_xlfn.T.TEST(C4)"),
        ("T1[Kol A1]+T1[[#This Row],[A1]]*A1", "T1[Kol A1]+T1[[#This Row],[A1]]*C4"),
        ("T1[[A1]:[B'[2]]", "T1[[A1]:[B'[2]]"),
        ("1E5+A1*2.5E-3", "1E5+C4*2.5E-3"),
        ("#REF!+A1+#N/A+#DIV/0!", "#REF!+C4+#N/A+#DIV/0!"),
        ("Ram_2024+år24+A1.b+_A1+XFE1+ABCD1", "Ram_2024+år24+A1.b+_A1+XFE1+ABCD1"),
        ("XFC1048573", "#REF!"),
        ("XFB1048573", "XFD1048576"),
        ("A1048574:B2", "#REF!:D5"),
        ("a1", "C4"),
        ("Blad!A1:Blad!B2", "Blad!C4:Blad!D5"),
        ("A:A:$B:B,1:1:2:2", "C:C:$B:D,4:4:5:5"),
        ("A1#", "C4#"),
        ("A1#/B1", "C4#/D4"),
        ("TRUE+A1%", "TRUE+C4%"),
        ("-A1^2&B1 C1", "-C4^2&D4 E4"),
        ("{1,2;3,4}*A1", "{1,2;3,4}*C4"),
        ("", ""),
        ('"öppen A1', '"öppen C4'),
        ("[öppen A1", "[öppen C4"),
    ],
)  # fmt: skip
def test_a_formula_moves_three_rows_down_and_two_columns_right(text: str, moved: str) -> None:
    assert SharedFormula.parse(text).moved(3, 2) == moved


def test_a_formula_moves_up_and_left_until_the_edge() -> None:
    formula = SharedFormula.parse("B2+$B$2+1:2")
    assert formula.moved(-1, -1) == "A1+$B$2+#REF!"
    assert formula.moved(0, 0) == "B2+$B$2+1:2"


@pytest.mark.parametrize(
    "text",
    [
        'SUMIFS(Underlag!$F:$F,Underlag!$A:$A,$B7,Underlag!$D:$D,"<="&H$4)',
        "IF(ISERROR(C7/D7),0,ROUND(C7/D7-1,3))",
        "VLOOKUP($A7,'Ram 2024'!$A$5:$F$90,COLUMN()-2,FALSE)",
        'INDEX(A7:F7,MATCH("Å14",A$1:F$1,0))*1.5E+3-LOG10(B9)',
    ],
)
@pytest.mark.parametrize("place", ["K20", "L21", "AA100", "XFA30"])
def test_common_formulas_move_as_openpyxl_moves_them(text: str, place: str) -> None:
    row, column = parse_a1(place)
    expected = Translator("=" + text, "K20").translate_formula(place)
    assert "=" + SharedFormula.parse(text).moved(row - 20, column - 11) == expected


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("sum( $A$1 : b2 )", "SUM(R1C1:RC)"),
        ("'Mitt Blad'!A1", "MITT BLAD!R[-1]C[-1]"),
        ("MittBlad!A1", "MITTBLAD!R[-1]C[-1]"),
        ("'Blad1'!A:$C", "BLAD1!C[-1]:C3"),
        ("'Å''s'!2:$3", "Å'S!R:R3"),
        ("T[ [#This Row], [Min kol] ]", "T[[#THIS ROW],[MIN KOL]]"),
        ('T[minkol]&"a b"', 'T[MINKOL]&"a b"'),
        ("Blad!A1:Blad!B2", "BLAD!R[-1]C[-1]:BLAD!RC"),
    ],
)
def test_what_excel_takes_for_one_formula_is_one_text(formula: str, text: str) -> None:
    assert in_r1c1(formula, 2, 2) == text
