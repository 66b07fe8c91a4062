"""The forecast methods as Excel formulas against the methods themselves."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from ramkoll.compute import report_forecast
from ramkoll.compute.forecast import Basis, proposals
from ramkoll.compute.items import Item
from ramkoll.compute.report_forecast import FORMULAS, forecast_items
from ramkoll.compute.tables import Block, Row
from ramkoll.compute.underlag import Codes, Criterion, Underlag
from ramkoll.excel.evaluate import Evaluator, Figure
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.facts import Facts
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.sheets.table import draw_table
from ramkoll.store.layouts import load_layouts

TABLE, LAYOUTS = "prognosunderlag", load_layouts()
# Round amounts, öre, nothing at all, and what meets its own opposite.
AMOUNTS = st.one_of(
    st.none(),
    st.sampled_from([Decimal(0), Decimal(1), Decimal(-1), Decimal(1000), Decimal(-1000)]),
    st.integers(-(10**12), 10**12).map(lambda ore: Decimal(ore) / 100),
)
PARTS = st.one_of(st.just(Decimal(0)), st.integers(-(10**9), 10**9).map(Decimal))
BASES = st.builds(
    Basis,
    months=st.integers(1, 12),
    outcome=AMOUNTS,
    budget=AMOUNTS,
    budget_year=AMOUNTS,
    prior=AMOUNTS,
    prior_year=AMOUNTS,
    recent=AMOUNTS,
    prior_recent=AMOUNTS,
    fictive_left=PARTS,
    fictive_year=PARTS,
)
AUGUST = Basis(8, *(Decimal(n) for n in (-770, -700, -1200, -616, -1000, -330, -300)))
EARLY = replace(AUGUST, months=2, recent=None, prior_recent=None)


def item_of(basis: Basis) -> Item:
    """The row that the report gets of a unit with this basis."""
    place = SimpleNamespace(sheet="Månad", header_row=6)
    places = SimpleNamespace(tables={report_forecast.MONTHS: place})
    form = SimpleNamespace(enhet="605", file="605.xlsx", sha256="", places=places)
    source = SimpleNamespace(form=form, computed=SimpleNamespace(facts=Facts()), label="605")
    with patch.object(report_forecast, "basis_of", lambda *_: basis):
        (item,) = forecast_items([source], Register("", "", "", ""))  # type: ignore[list-item]
    return item


def by_formula(basis: Basis) -> dict[str, Decimal]:
    """What the formulas of the sheet come to in kronor, by method, over a sheet Underlag."""
    item = item_of(basis)
    measures = {figure.measure for figure in item.figures}
    codes = Codes({}, {}, {}, {name: name for name in {*measures, *report_forecast.LABELS}})
    report = LAYOUTS.report(Period(2024, basis.months))
    table = next(each for each in report.tables if each.id == TABLE)
    row = Row("a", "605", (Criterion("U_rad", "rad_1", "row", item.row),), exprs=item.exprs)
    values = {("a", name): Decimal(1) for name in item.exprs}
    headings = {column.id: column.heading for column in table.columns}
    block = Block(table, TABLE, TABLE, TABLE, "Enhet", headings, (row,), values)
    drawn = draw_table(block, Underlag((), codes, basis.months), 1)
    sheet = Sheet(
        TABLE,
        {
            (cell.row, cell.column): Cell(CellKind.BLANK, formula=cell.formula)
            for cell in drawn.cells
            if cell.formula is not None
        },
    )
    amounts: dict[tuple[int, int], Cell] = {}
    for n, figure in enumerate(item.figures, 1):
        amounts[n, 1] = Cell(CellKind.NUMBER, figure.value)
        amounts[n, 2] = Cell(CellKind.TEXT, figure.measure)
        amounts[n, 3] = Cell(CellKind.TEXT, "rad_1")
    last = max(1, len(item.figures))
    names = {
        name: f"Underlag!${letter}$1:${letter}${last}"
        for name, letter in (("U_varde", "A"), ("U_matt", "B"), ("U_rad", "C"))
    }
    evaluator = Evaluator(Submission("bok.xlsx", "", (sheet, Sheet("Underlag", amounts)), names))
    found = {}
    for name in item.exprs:
        value = evaluator.value(evaluator.at(TABLE, drawn.rows["a"], drawn.columns[name]))
        assert isinstance(value, Figure)
        found[name.removeprefix("method_")] = value.value * 1000
    return found


@given(BASES)
@example(AUGUST)
@example(EARLY)
@example(replace(EARLY, months=1))
@example(replace(AUGUST, months=12))
@example(replace(AUGUST, fictive_left=Decimal(40), fictive_year=Decimal(120)))
@example(replace(AUGUST, fictive_left=Decimal(40), fictive_year=Decimal(0)))
@example(replace(AUGUST, fictive_left=Decimal(0), fictive_year=Decimal(120)))
@example(replace(AUGUST, outcome=Decimal(770)))
@example(replace(AUGUST, budget=Decimal(0)))
def test_the_formulas_give_what_the_methods_give(basis):
    expected = {each.method: each.value for each in proposals(basis) if each.value is not None}
    found = by_formula(basis)
    assert set(found) == set(expected)
    for method, value in expected.items():
        # Decimals of 28 digits, and divided by 1 000 on the way.
        assert abs(found[method] - value) <= abs(value) * Decimal("1e-24"), method


def test_every_method_has_a_formula():
    assert set(FORMULAS) == set(by_formula(AUGUST))


def test_a_method_without_a_figure_says_why_beside_the_others():
    item = item_of(EARLY)
    assert "method_E" not in item.exprs
    assert "E: metoden behöver tre månaders utfall" in item.texts["note"]
