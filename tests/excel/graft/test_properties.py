"""What holds of every small plan that is put into a workbook, and taken out again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.excel.edited import FILE, rich_workbook
from tests.excel.grafted import check_graft
from tests.excel.rich_corpus import drawn, drawn_prefixed, slicers
from tests.excel.survival import differing

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.structure import faults
from ramkoll.model.cells import Area
from ramkoll.model.plan import Choice, Highlight, PlannedCell, SheetPlan, Style

HOSTS = {"rikt": rich_workbook, "drawn": drawn, "prefix": drawn_prefixed, "slicers": slicers}
NAME = "Ramkolls 'blad' & å"

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
) | st.sampled_from(["=1+1", " kant ", "_x000D_", "]]>&<", "0605", "#N/A", "a\nb"])
values = st.one_of(
    texts,
    st.booleans(),
    st.decimals(-(10**12), 10**12, allow_nan=False, places=3),
    st.dates(date(1920, 1, 1), date(2099, 12, 31)),
)
colours = st.none() | st.sampled_from(["DDEBF7", "C00000", "123456"])
styles = st.builds(
    Style,
    number_format=st.sampled_from(["General", "#,##0", "0.0%", '# ##0" kr"']),
    bold=st.booleans(),
    size=st.sampled_from([10, 11, 14]),
    colour=colours,
    fill=colours,
    wrap=st.booleans(),
    indent=st.integers(0, 3),
    locked=st.booleans(),
)
formulas = st.none() | st.sampled_from(["1+1", "SUM(A1:B2)", 'IF(A1="å",1,2)'])


@st.composite
def plans(draw: st.DrawFn) -> SheetPlan:
    """A sheet with a few cells, columns, choices and highlights."""
    places = draw(st.sets(st.tuples(st.integers(1, 30), st.integers(1, 12)), max_size=8))
    cells = []
    for row, column in sorted(places):
        value, style, formula = draw(values), draw(styles), draw(formulas)
        if formula is not None:
            value = Decimal(draw(st.integers(-99, 99)))
        elif isinstance(value, date):
            style = Style("yyyy-mm-dd", bold=style.bold, fill=style.fill)
        cells.append(PlannedCell(row, column, value, formula, style))
    area = Area(2, 2, 4, 3)
    return SheetPlan(
        NAME,
        tuple(cells),
        widths=draw(st.dictionaries(st.integers(1, 9), st.sampled_from([8.0, 20.5]), max_size=3)),
        heights=draw(st.dictionaries(st.integers(1, 9), st.sampled_from([18.0, 30.0]), max_size=3)),
        freeze=draw(st.none() | st.just((2, 1))),
        tab_colour=draw(colours),
        protected=draw(st.booleans()),
        print_area=draw(st.none() | st.just(Area(1, 1, 9, 5))),
        choices=draw(st.sampled_from([(), (Choice(area, ("ja", "nej")),)])),
        highlights=draw(st.sampled_from([(), (Highlight(area, "B2<0", Style(fill="FFC7CE")),)])),
    )


@cache
def host(name: str) -> bytes:
    return HOSTS[name]()


@pytest.mark.parametrize("name", HOSTS)
@settings(max_examples=8)
@given(plan=plans())
def test_a_plan_reads_as_it_was_a_second_run_is_the_first_and_it_goes_without_a_trace(
    name: str, plan: SheetPlan
) -> None:
    every_property(name, plan)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTS)
@settings(max_examples=250)
@given(plan=plans())
def test_so_do_many_plans(name: str, plan: SheetPlan) -> None:
    every_property(name, plan)


def every_property(name: str, plan: SheetPlan) -> None:
    data = host(name)
    # All reads and looks as in a new workbook, and a second run gives the same bytes.
    came = check_graft(data, Graft(sheets=(SheetGraft(plan),))).data
    sheet = scan_bytes(came, FILE).sheet(plan.name)
    assert sheet is not None
    assert sheet.cells.keys() == {(cell.row, cell.column) for cell in plan.cells}
    for cell in plan.cells:
        found = sheet.cell(cell.row, cell.column)
        assert found.formula == cell.formula
        wanted = cell.value
        if isinstance(wanted, Decimal):
            assert float(str(found.value)) == float(wanted)
        elif isinstance(wanted, date):
            assert str(found.value).startswith(wanted.isoformat())
        else:
            assert found.value == wanted
    assert set(map(str, faults(came))) <= set(map(str, faults(data)))
    went = graft(came, FILE, Graft(removed=(plan.name,)), dependents=False).data
    left = differing(data, went)
    may = {"xl/styles.xml"}
    if any(cell.formula for cell in plan.cells):
        may |= {"xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"}
    assert left <= may
