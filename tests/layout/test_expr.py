"""The language of computed columns: one definition, rendered, computed and worded alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.layout.expr import Name, evaluate, names, parse
from ramkoll.layout.expr_formula import formula, plain_formula
from ramkoll.layout.expr_words import in_words


class Row:
    """A row of columns a, b, c in cells A1, B1, C1; a repeated column r in D1:E1."""

    def __init__(self, **values):
        self.values = values

    def value(self, name):
        clock = {"month": Decimal(8), "months_left": Decimal(4)}
        return clock.get(name.column, self.values.get(name.column))

    def span(self, name):
        return self.values.get(name.column, [None, None])

    def months(self, series, *, whole_year):
        months = self.values.get(series.column, [None] * 12)
        return months if whole_year else months[:8]

    def any_month(self, series):
        return any(each is not None for each in self.months(series, whole_year=True))

    def cell(self, name):
        cells = {"month": "Start!$B$9", "months_left": "(12-Start!$B$9)"}
        return cells.get(name.column, f"{name.column.upper()}1")

    def number(self, name):
        return f"N({self.cell(name)})"

    def span_address(self, name):
        return "D1:E1"

    def months_address(self, series):
        return "Månad!E9:P9"

    def month_numbers(self, series):
        return "Månad!$E$5:$P$5"

    def scale(self, series):
        return "/1000"

    def at(self, name, line):
        return self.values.get(f"{name.column}@{line}")

    def where(self, amount, criteria):
        return self.values.get(amount.column, Decimal(0))

    def at_cell(self, name, line):
        return f"Utfall!E{len(line)}"

    def list_area(self, name):
        return f"${name.column.upper()}$9:${name.column.upper()}$508"

    def words(self, name):
        return name.column


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("a - b", 'IF(COUNT(A1,B1)=0,"",N(A1)-N(B1))'),
        ("a - (b - c)", 'IF(COUNT(A1,B1,C1)=0,"",N(A1)-(N(B1)-N(C1)))'),
        ("a / abs(b)", 'IF(OR(COUNT(A1,B1)=0,N(B1)=0),"",N(A1)/ABS(N(B1)))'),
        ("a / (b * c)", 'IF(OR(COUNT(A1,B1,C1)=0,N(B1)*N(C1)=0),"",N(A1)/(N(B1)*N(C1)))'),
        ("-(a + b) * 2", 'IF(COUNT(A1,B1)=0,"",(-(N(A1)+N(B1)))*2)'),
        ("a / months_left",
         'IF(OR(COUNT(A1)=0,(12-Start!$B$9)=0),"",N(A1)/(12-Start!$B$9))'),
        ("ytd(m.x)",
         'IF(COUNT(Månad!E9:P9)=0,"",SUMIFS(Månad!E9:P9,Månad!$E$5:$P$5,"<="&Start!$B$9)/1000)'),
        ("year(m.x)", 'IF(COUNT(Månad!E9:P9)=0,"",SUM(Månad!E9:P9)/1000)'),
        ("sum(r)", 'IF(COUNT(D1:E1)=0,"",SUM(D1:E1))'),
        ("if_any(r, a + sum(r), b)",
         'IF(COUNT(D1:E1)>0,N(A1)+SUM(D1:E1),IF(ISNUMBER(B1),B1,""))'),
        ("at(x.a, 'sum.net')", 'IF(ISNUMBER(Utfall!E7),Utfall!E7,"")'),
        ("at(x.a, 'k') - b", 'IF(COUNT(Utfall!E1,B1)=0,"",N(Utfall!E1)-N(B1))'),
        ("where(l.a, l.b, 'Budget')", 'SUMIFS($A$9:$A$508,$B$9:$B$508,"Budget")'),
    ],
)  # fmt: skip
def test_an_expression_is_rendered_as_a_formula_that_keeps_blanks_blank(text, rendered):
    assert formula(parse(text), Row()) == rendered


def test_a_report_formula_has_no_tests_for_blanks():
    assert plain_formula(parse("a - b"), Row()) == "N(A1)-N(B1)"


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("a - b", {"a": Decimal(5), "b": Decimal(7)}, Decimal(-2)),
        ("a - b", {"a": Decimal(5)}, Decimal(5)),
        ("a - b", {"b": Decimal(5)}, Decimal(-5)),
        ("a - b", {}, None),
        ("a / abs(b)", {"a": Decimal(-5), "b": Decimal(-10)}, Decimal("-0.5")),
        ("a / b", {"a": Decimal(5)}, None),
        ("a / b", {"a": Decimal(5), "b": Decimal(0)}, None),
        ("a / month", {"a": Decimal(16)}, Decimal(2)),
        ("ytd(m.x)", {"x": [Decimal(n) for n in range(1, 13)]}, Decimal(36)),
        ("year(m.x)", {"x": [Decimal(n) for n in range(1, 13)]}, Decimal(78)),
        ("ytd(m.x)", {"x": [None] * 11 + [Decimal(9)]}, Decimal(0)),
        ("ytd(m.x)", {}, None),
        ("if_any(r, a + sum(r), b)", {"a": Decimal(1), "r": [Decimal(2), None]}, Decimal(3)),
        ("if_any(r, a + sum(r), b)", {"a": Decimal(1), "b": Decimal(9)}, Decimal(9)),
        ("if_any(r, a + sum(r), b)", {"a": Decimal(1)}, None),
    ],
)
def test_an_expression_is_computed_as_its_formula_would_be(text, values, result):
    assert evaluate(parse(text), Row(**values)) == result


amounts = st.none() | st.integers(-(10**9), 10**9).map(Decimal)


@given(amounts, amounts)
def test_a_difference_changes_sign_when_its_terms_change_places(a, b):
    one = evaluate(parse("a - b"), Row(a=a, b=b))
    other = evaluate(parse("b - a"), Row(a=a, b=b))
    assert (one is None) == (other is None) == (a is None and b is None)
    if one is not None and other is not None:
        assert one == -other


@pytest.mark.parametrize(
    "text",
    ["a ** b", "a if b else c", "open('x')", "a.b.c", "a and b", "sum(a, b)", "a -", ""],
)
def test_what_is_not_of_the_language_is_refused(text):
    with pytest.raises(ValueError, match="not"):
        parse(text)


def test_names_leave_the_clock_out():
    assert names(parse("a.b / month + c")) == (Name("b", "a"), Name("c"))


def test_an_expression_is_said_in_words():
    assert in_words(parse("a - b"), Row()) == "a − b"
    assert in_words(parse("(a - b) / abs(c)"), Row()) == "(a − b) / |c|"
