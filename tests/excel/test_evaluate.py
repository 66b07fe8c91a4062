"""Our own evaluator against hand-made answers and against another engine."""

from contextlib import suppress
from decimal import Decimal

import pytest

from ramkoll.excel.evaluate import Evaluator, Figure, NotComputable
from ramkoll.excel.formula import Cells, Name, UnknownFormula, parse
from ramkoll.excel.precedents import NoOpinion, evaluated, precedents
from ramkoll.model.cells import Area, Cell, CellKind
from ramkoll.model.workbook import Sheet, Submission

VALUES: dict[str, Decimal | str] = {
    "A1": Decimal("10"), "A2": Decimal("0.1"), "A3": "text", "A5": Decimal("-3"),
    "B1": "kod_a", "B2": "KOD_A", "B3": "kod_b", "B5": "kod_a",
}  # fmt: skip


def workbook(formula: str, **more: str) -> Submission:
    cells = {}
    for address, value in VALUES.items():
        kind = CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER
        cells[int(address[1:]), ord(address[0]) - 64] = Cell(kind, value)
    for address, text in {"D1": formula, **more}.items():
        cells[int(address[1:]), ord(address[0]) - 64] = Cell(CellKind.BLANK, formula=text)
    names = {"Tal": "'Å & Ö''s'!$A$1:$A$5", "Kod": "'Å & Ö''s'!$B$1:$B$5"}
    return Submission("bok.xlsx", "", (Sheet("Å & Ö's", cells), Sheet("Annat", {})), names)


def value(formula: str, **more: str) -> object:
    book = Evaluator(workbook(formula, **more))
    found = book.value(book.at("Å & Ö's", 1, 4))
    return found.value if isinstance(found, Figure) else found


ANSWERS = [
    ("1+2*3", "7"),
    ("-2*3", "-6"),
    ("2-3-4", "-5"),
    ("8/2/2", "2"),
    ("MIN(3,A5,2)", "-3"),
    ("MAX(0,A5)", "0"),
    ("MAX(A1:A5)", "10"),
    ("ROUND(2.5,0)", "3"),
    ("ROUND(-2.45,1)", "-2.5"),
    ("INT(-2.5)", "-3"),
    ("MOD(1234,1000)", "234"),
    ("MOD(-3,10)", "7"),
    ("IF(A5>=A1,1,2)", "2"),
    ("-(2+3)*-2", "10"),
    ("A1-A2", "9.9"),
    ("$A$1+A4", "10"),
    ("'Å & Ö''s'!A1*2", "20"),
    ("SUM(A1:A5)", "7.1"),
    ("SUM(A1:A5,A1,1)", "18.1"),
    ("ABS(A5)+ABS(3)", "6"),
    ("IF(ABS(A5)<=3,A1,A2)", "10"),
    ("IF(A1<>10,1,2)", "2"),
    ('SUMIFS(Tal,Kod,"kod_a")', "7.1"),
    ('SUMIFS(tal,KOD,"kod_a",Kod,"kod_a")/1000', "0.0071"),
    ('SUMIFS(Tal,Kod,"kod_b")', "0"),
    ('SUMIFS(Tal,Kod,"kod")', "0"),
    ('SUMIFS(Tal,Kod,B1)+1.5E+2', "157.1"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "answer"), ANSWERS)
def test_a_formula_comes_to(formula, answer):
    assert value(formula) == Decimal(answer)


@pytest.mark.parametrize(("formula", "answer"), ANSWERS)
def test_the_other_engine_agrees(formula, answer):
    book = workbook(formula)
    evaluator = Evaluator(book)
    at = evaluator.at("Å & Ö's", 1, 4)

    def grid(reference):
        area = parse_area(reference)
        return [
            [book.sheets[0].cell(r, c).value for c in range(area.left, area.right + 1)]
            for r in range(area.top, area.bottom + 1)
        ]

    def parse_area(reference):
        name = reference.rpartition("!")[2].replace("$", "")
        expr = parse({"TAL": "A1:A5", "KOD": "B1:B5"}.get(name, name))
        return evaluator.resolve(expr, at).area

    assert evaluated(formula, grid) == pytest.approx(Decimal(answer), abs=Decimal("1e-9"))


def test_the_largest_figure_still_tells_what_it_is_made_of():
    book = workbook("MAX(0,A1*2)+MIN(A5,A1)")
    evaluator = Evaluator(book, Cells("Å & Ö's", Area(1, 1, 5, 1)))
    found = evaluator.value(evaluator.at("Å & Ö's", 1, 4))
    assert isinstance(found, Figure)
    assert found.weights is not None
    assert {at.address: w for at, w in found.weights.items()} == {"A1": 2, "A5": 1}


def test_a_rounded_figure_is_no_sum_of_its_sources():
    book = workbook("ROUND(A1,0)")
    evaluator = Evaluator(book, Cells("Å & Ö's", Area(1, 1, 5, 1)))
    found = evaluator.value(evaluator.at("Å & Ö's", 1, 4))
    assert isinstance(found, Figure)
    assert found.value == 10
    assert found.weights is None


def test_texts_are_put_together_as_charts_need_them():
    assert value('A3&CHAR(10)&"+"&A1&","&RIGHT("00"&MOD(1234,100),3)') == "text\n+10,034"


def test_a_text_answer_is_given():
    assert value('IF(ABS(A1)<0.5,"Ja","Nej ""nu""")') == 'Nej "nu"'


def test_a_figure_tells_what_it_is_made_of():
    book = workbook("(C1-A1)/1000+5", C1='SUMIFS(Tal,Kod,"kod_a")*2')
    source = Cells("Å & Ö's", Area(1, 1, 5, 1))
    evaluator = Evaluator(book, source)
    found = evaluator.value(evaluator.at("Å & Ö's", 1, 4))
    assert isinstance(found, Figure)
    assert found.weights is not None
    weights = {at.address: weight for at, weight in found.weights.items()}
    assert weights == {"A1": Decimal("0.001"), "A2": Decimal("0.002"), "A5": Decimal("0.002")}
    assert (found.fixed, found.value) == (Decimal(5), Decimal("5.0042"))


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("A3+1", "räknar med «text»"),
        ("1/A4", "delar med noll"),
        ("D1", "hänvisar till sig själv"),
        ("Saknas!A1", "bladet Saknas, som inte finns"),
        ("Okänt", "namnet Okänt"),
        ("A1:A2+1", "område där det ska stå en cell"),
        ("VLOOKUP(A1,A1:B3,2)", "funktionen VLOOKUP"),
        ('SUMIFS(Tal,Kod,"kod*")', "inte är en av våra koder"),
        ('SUMIFS(Tal,Kod,"<>kod")', "inte är en av våra koder"),
        ("SUMIFS(Tal,Kod,605)", "inte är en av våra koder"),
        ('SUMIFS(A1:A4,Kod,"kod_a")', "inte är lika stora"),
        ("SUMIFS(Tal,Kod)", "saknar något villkor"),
        ("A1^A2", "tecknet ^"),
        ("A1&A2", "varken är text eller ett heltal"),
        ("CHAR(65)", "funktionen CHAR"),
        ("RIGHT(A3,A4)", "funktionen RIGHT"),
        ("[1]Blad!A1", "tecknet ["),
        ("Tabell[Belopp]", "i formeln"),
        ("1+", "en halv formel"),
        ("SUM(A1", "en halv formel"),
        ("(" * 5000, "fler parenteser"),
        ("-" * 5000 + "1", "fler parenteser"),
    ],
)
def test_what_cannot_be_recomputed_is_said(formula, why):
    with pytest.raises(NotComputable) as fault:
        value(formula)
    assert str(fault.value).startswith("'Å & Ö''s'!D1 ")
    assert why in str(fault.value)


def test_a_long_chain_of_cells_is_no_crash():
    cells = {(row, 1): Cell(CellKind.BLANK, formula=f"A{row + 1}+1") for row in range(1, 9000)}
    evaluator = Evaluator(Submission("bok.xlsx", "", (Sheet("Blad", cells),)))
    with pytest.raises(NotComputable, match="för många celler"):
        evaluator.value(evaluator.at("Blad", 1, 1))


def test_an_error_in_a_cell_is_passed_on():
    book = workbook("A1+C1")
    cells = dict(book.sheets[0].cells) | {(1, 3): Cell(CellKind.ERROR, "#REF!")}
    evaluator = Evaluator(Submission("bok.xlsx", "", (Sheet("Å & Ö's", cells),)))
    with pytest.raises(NotComputable, match="C1 visar felet #REF!"):
        evaluator.value(evaluator.at("Å & Ö's", 1, 4))


@pytest.mark.parametrize(
    "formula", ["", "1,2", "A1 B1", "A1B", "1..2", '"öppen', "A0", "XFE1", "#REF!"]
)
def test_what_is_no_formula_of_ours_is_refused_or_a_name(formula):
    with suppress(UnknownFormula):
        assert isinstance(parse(formula), Name)


def test_precedents_are_cells_ranges_and_names():
    formula = "SUMIFS(U_varde,U_matt,\"x\")/1000+SUM(B5:B8)-'Ekonomisk analys'!F7"
    found = set(precedents(formula))
    assert found == {"U_VARDE", "U_MATT", "B5:B8", "'EKONOMISK ANALYS'!F7"}


@pytest.mark.parametrize("formula", ["A1+", "OFFSET(A1,1,1)", "1/0", "A1:A2*2"])
def test_the_other_engine_may_have_no_opinion(formula):
    with pytest.raises(NoOpinion):
        evaluated(formula, lambda _: [[Decimal(1)], [Decimal(2)]])
