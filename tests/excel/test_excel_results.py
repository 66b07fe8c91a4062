"""Engines held against results that Microsoft documents, or that Excel is known for.

Each formula is saved with what Excel gives. Nothing of it may be called stale; where both engines
are known to get something else, nobody may be believed.
"""

import pytest
from tests.excel.books import book, saved

from ramkoll.excel.recalc import recalculate
from ramkoll.model.recalculated import Verdict

DATA: dict[str, object] = {
    "A1": 1, "A2": 2, "A3": 3, "A4": 4, "A5": 5,
    "B1": "3", "B2": True, "B3": "text", "B4": "605", "B5": "0605",
    "C1": "äpple", "C2": "Öl", "C3": "ål", "C4": "apa", "C5": "605",
    "D1": 10, "D2": 20, "D3": 30, "D4": 40, "D5": 50,
    "E1": "#N/A", "E2": 0.1, "E3": 0.2,
}  # fmt: skip

CONFIRMED = [
    ("ROUND(1.005,2)", 1.01),
    ("ROUND(-2.5,0)", -3),
    ("ROUND(2.5,0)", 3),
    ("ROUND(-1.475,2)", -1.48),
    ("ROUND(21.5,-1)", 20),
    ("ROUND(626.3,-3)", 1000),
    ("ROUNDUP(-3.14159,1)", -3.2),
    ("ROUNDDOWN(-3.14159,1)", -3.1),
    ("0.1+0.2=0.3", True),
    ("E2+E3=0.3", True),
    ("1/3&\"\"", "0.333333333333333"),
    ("0.1+0.2&\"\"", "0.3"),
    ('SUM("3",TRUE)', 4),
    ("SUM(B1)", 0),
    ("SUM(B1:B3)", 0),
    ("SUM(A1:A5)", 15),
    ("B1+1", 4),
    ("B2+1", 2),
    ("COUNT(A1:B5)", 5),
    ("COUNTA(A1:B5)", 10),
    ("AVERAGE(A1:B5)", 3),
    ("MAX(A1:B5)", 5),
    ("F1", 0),
    ('F1&""', ""),
    ("F1=0", True),
    ('F1=""', True),
    ("LEN(F1)", 0),
    ("0^0", "#NUM!"),
    ("1/0", "#DIV/0!"),
    ("SQRT(-1)", "#NUM!"),
    ("E1+1", "#N/A"),
    ("SUM(A1,E1)", "#N/A"),
    ('IFERROR(E1,"saknas")', "saknas"),
    ("IFERROR(1/0,0)", 0),
    ("ISNA(E1)", True),
    ("ISERROR(E1)", True),
    ("ISERR(E1)", False),
    ('COUNTIF(B4:B5,"605")', 2),
    ("COUNTIF(B4:B5,605)", 2),
    ('SUMIF(B4:B5,"605",A4:A5)', 9),
    ('SUMIF(A1:A5,">2")', 12),
    ('SUMIF(A1:A5,">2",D1:D5)', 120),
    ('SUMIFS(D1:D5,A1:A5,">=2",A1:A5,"<5")', 90),
    ('COUNTIFS(A1:A5,">1",D1:D5,"<50")', 3),
    ('AVERAGEIF(A1:A5,">2")', 4),
    ('AVERAGEIFS(D1:D5,A1:A5,">2")', 40),
    ('IFNA(E1,"saknas")', "saknas"),
    ("SUMPRODUCT(A1:A5,D1:D5)", 550),
    ("SUMPRODUCT((A1:A5>2)*D1:D5)", 120),
    ("SUMPRODUCT(--(A1:A5>2))", 3),
    ('VLOOKUP("ÖL",C1:D5,2,FALSE)', 20),
    ("VLOOKUP(3.5,A1:D5,4,TRUE)", 30),
    ("VLOOKUP(0,A1:D5,4,TRUE)", "#N/A"),
    ("INDEX(D1:D5,MATCH(3,A1:A5,0))", 30),
    ("MATCH(3.5,A1:A5)", 3),
    ("HLOOKUP(1,A1:D2,2,FALSE)", 2),
    ("MOD(-3,2)", 1),
    ("MOD(3,-2)", -1),
    ("INT(-8.9)", -9),
    ("TRUNC(-8.9)", -8),
    ("EDATE(DATE(2024,1,31),1)", 45351),
    ("EDATE(DATE(2023,1,31),1)", 44985),
    ("EOMONTH(DATE(2024,1,15),1)", 45351),
    ("DATE(2024,2,30)", 45352),
    ("DATE(2024,13,1)", 45658),
    ("DAY(45351)", 29),
    ("MONTH(45351)", 2),
    ("YEAR(45351)", 2024),
    ("-2^2", 4),
    ("50%*4", 2),
    ('"a"="A"', True),
    ('EXACT("a","A")', False),
    ('"a"<"B"', True),
    ('1<"a"', True),
    ('TRUE>"z"', True),
    ('LEFT("Åsa",1)', "Å"),
    ('UPPER("åäö")', "ÅÄÖ"),
    ('LEN("åäö")', 3),
    ('FIND("ö","åäö")', 3),
    ('SUBSTITUTE("a-b-c","-","+",2)', "a-b+c"),
    ("LARGE(A1:A5,2)", 4),
    ("MEDIAN(A1:A5)", 3),
    ("SUM(A:A)", 15),
    ("SUM(2:2)", 22.1),
    ("COUNTBLANK(F1:F5)", 5),
    ("ROWS(A:A)", 1048576),
    ("AND(TRUE,A1)", True),
    ("IF(F1,1,2)", 2),
    ("N(B3)", 0),
    ("CHOOSE(2,A1,A2)", 2),
]  # fmt: skip

# Excel's result, which the engines do not get: nothing may be said of the saved value.
NOBODY = [
    ("DATE(1900,2,29)", 60),
    ('TEXT(0.285,"0.00")', "0,29"),
    ('TEXT(45351,"åååå-mm-dd")', "2024-02-29"),
    ('VALUE("1,5")', 1.5),
    ('COUNTIF(C1:C5,"?pa")', 1),
    ('COUNTIF(A1:B5,"<>1")', 9),
    ("SUBTOTAL(109,A1:A5)", 12),
    ("NOW()", 45351.5),
    ("RAND()", 0.5),
    ('INDIRECT("A1")', 1),
    ("OFFSET(A1,1,0)", 2),
    ("SUM(A1:INDEX(A1:A5,3))", 6),
    ("SUM((A1,A3))", 4),
    ("SUM(A1:C1 A1:A3)", 1),
    ("[1]Blad1!A1", 7),
    ("ENEGEN(1)", 5),
    ("A1:A5", "#VALUE!"),
    ("SUM(LAMBDA(x,x+1)(1))", 2),
]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    cells = dict(DATA)
    rows = {f"H{n + 10}": each for n, each in enumerate((*CONFIRMED, *NOBODY))}
    cells |= {at: saved(formula, value) for at, (formula, value) in rows.items()}
    found = recalculate(book({"Blad1": cells}))
    told = {opinion.formula: opinion.verdict for opinion in found.opinions}
    return {formula: told.get(formula, Verdict.CONFIRMED) for formula, _ in rows.values()}


@pytest.mark.parametrize("formula", [formula for formula, _ in CONFIRMED])
def test_the_engine_gets_what_excel_gets(formula: str, verdicts: dict[str, Verdict]) -> None:
    assert verdicts[formula] is Verdict.CONFIRMED


@pytest.mark.parametrize("formula", [formula for formula, _ in NOBODY])
def test_where_engines_are_known_to_differ_nothing_is_called_stale(
    formula: str, verdicts: dict[str, Verdict]
) -> None:
    assert verdicts[formula] is not Verdict.STALE
    assert verdicts[formula] is not Verdict.CIRCULAR
