"""A plan in a part of a sheet: what stands outside it is kept, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.excel.broken import package
from tests.excel.edited import FILE, as_shown, entries, part, prefixed, rich_workbook, with_parts
from tests.excel.grafted import check_graft
from tests.excel.rich_plan import chart, rich_plan

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.looks import Width, read_looks
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import (
    Choice,
    Highlight,
    PlannedCell,
    PlanValue,
    SheetPlan,
    Style,
    TablePlan,
)
from ramkoll.model.workbook import Sheet

SHEET = "Utfall å"
OURS = Area(22, 2, 60, 12)
TABLE = TablePlan("Egen_tabell", Area(30, 2, 32, 3), ("nyckel", "värde"))
CELLS = (
    PlannedCell(22, 2, "Vårt", style=Style(bold=True, fill="DDEBF7")),
    PlannedCell(23, 2, Decimal("12.5"), "SUM(C22:C23)", Style("#,##0")),
    PlannedCell(24, 3, "Till 605", link="external:605.xlsx#'Utfall'!E14"),
    PlannedCell(30, 2, "nyckel"), PlannedCell(30, 3, "värde"), PlannedCell(31, 2, "k605"),
)  # fmt: skip
PLAN = SheetPlan(
    SHEET,
    CELLS,
    widths={2: 31.0, 3: 9.0},
    heights={22: 39.75},
    charts=(replace(chart("bar"), row=35, column=4),),
    choices=(Choice(Area(25, 2, 26, 2), ("Ja", "Nej")),),
    highlights=(Highlight(Area(22, 2, 24, 3), "$B22<0", Style(bold=True)),),
    tables=(TABLE,),
    merges=(Area(40, 2, 41, 3),),
)


def area(plan: SheetPlan = PLAN, ours: Area = OURS) -> Graft:
    return Graft(sheets=(SheetGraft(plan, ours),))


def host(*, with_prefix: bool = False) -> bytes:
    data = graft(
        rich_workbook(), FILE, Graft(sheets=(SheetGraft(rich_plan().sheets[0]),)), dependents=False
    ).data
    name = "xl/worksheets/sheet1.xml"
    return with_parts(data, {name: prefixed(part(data, name))}) if with_prefix else data


def outside(sheet: Sheet, ours: Area) -> dict[tuple[int, int], object]:
    return {at: cell for at, cell in sheet.cells.items() if not ours.holds(*at)}


@pytest.mark.parametrize("with_prefix", [False, True])
def test_all_outside_the_area_stands_as_it_stood(with_prefix: bool) -> None:
    data = host(with_prefix=with_prefix)
    done = check_graft(data, area())
    before, after = scan_bytes(data, FILE).sheet(SHEET), scan_bytes(done.data, FILE).sheet(SHEET)
    assert before is not None
    assert after is not None
    assert outside(after, OURS) == outside(before, OURS)
    old, new = before.beside, after.beside
    assert (new.notes, new.auto_filter, new.protection) == (
        old.notes,
        old.auto_filter,
        old.protection,
    )
    assert set(new.validations) > set(old.validations)
    assert set(new.conditional_formats) > set(old.conditional_formats)
    assert set(new.hyperlinks) > set(old.hyperlinks)
    assert set(after.merged) == {*before.merged, Area(40, 2, 41, 3)}
    assert new.drawings == old.drawings + 1
    assert [t.name for t in new.tables] == [*(t.name for t in old.tables), "Egen_tabell"]
    looks, then = read_looks(data, FILE).sheets[SHEET], read_looks(done.data, FILE).sheets[SHEET]
    assert then.frozen == looks.frozen
    assert [w for w in then.widths if w.first > 3] == [Width(4, 5, 14.7109375)]
    assert then.heights == {**looks.heights, 22: 39.75}
    assert {at: s for at, s in then.styles.items() if not OURS.holds(*at)} == looks.styles
    # Nothing but the sheet, what hangs on it, and the lists of them.
    changed = {edit.part for edit in done.edits}
    assert changed <= {
        "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/styles.xml",
        "xl/drawings/drawing1.xml", "xl/drawings/_rels/drawing1.xml.rels", "[Content_Types].xml",
        "xl/charts/chart4.xml", "xl/tables/table2.xml", "xl/calcChain.xml",
    }  # fmt: skip


def test_the_plan_reads_as_planned() -> None:
    after = scan_bytes(check_graft(host(), area()).data, FILE).sheet(SHEET)
    assert after is not None
    for cell in CELLS:
        assert as_shown(after.cell(cell.row, cell.column)).value == cell.value
        assert after.cell(cell.row, cell.column).formula == cell.formula


def test_what_the_plan_no_longer_has_goes() -> None:
    data = host()
    full = check_graft(data, area()).data
    empty = check_graft(full, area(SheetPlan(SHEET, (), widths={}))).data
    before, after = scan_bytes(data, FILE).sheet(SHEET), scan_bytes(empty, FILE).sheet(SHEET)
    assert before is not None
    assert after is not None
    assert after.cells == before.cells
    assert replace(after, cells={}) == replace(before, cells={})
    assert entries(empty).keys() - {"xl/worksheets/_rels/sheet1.xml.rels"} == entries(
        data
    ).keys() - {"xl/worksheets/_rels/sheet1.xml.rels"}
    assert part(empty, "xl/drawings/drawing1.xml") == part(data, "xl/drawings/drawing1.xml")


def test_a_chart_of_somebody_else_in_the_sheet_keeps_its_relationship() -> None:
    data = host()
    full = check_graft(data, area()).data
    rels = part(full, "xl/drawings/_rels/drawing1.xml.rels")
    old = part(data, "xl/drawings/_rels/drawing1.xml.rels").removesuffix("</Relationships>")
    assert rels.startswith(old)
    ids = [
        piece.split('"')[0]
        for piece in part(full, "xl/drawings/drawing1.xml").split('cNvPr id="')[1:]
    ]
    assert len(ids) == len(set(ids)) == 2


def test_formulas_that_shared_one_in_the_area_get_their_own() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:C2" si="0">A1*2</f><v>2</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>4</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>0</v></c><c r="C2"><f t="shared" si="0"/><v>0</v></c></row>'
    )
    plan = SheetPlan("Blad1", (PlannedCell(1, 2, Decimal(7)),))
    done = check_graft(package(rows), area(plan, Area(1, 1, 2, 2)))
    sheet = scan_bytes(done.data, FILE).sheets[0]
    assert {at: (cell.value, cell.formula) for at, cell in sheet.cells.items()} == {
        (1, 2): (7, None), (1, 3): (4, "B1*2"), (2, 3): (0, "B2*2"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "message"),
    [
        (Area(1, 6, 2, 6), "En matrisformel i F2:F4 går utanför"),
        (Area(16, 1, 16, 3), "Sammanfogade celler i A16:C17 går utanför"),
    ],
)
def test_what_stands_across_the_edge_is_refused(ours: Area, message: str) -> None:
    with pytest.raises(RamkollError, match=message):
        graft(rich_workbook(), FILE, area(SheetPlan(SHEET, ()), ours))


def test_a_table_across_the_edge_is_refused() -> None:
    with pytest.raises(RamkollError, match="Tabellen Poster i B2:D6 går utanför"):
        graft(rich_workbook(), FILE, area(SheetPlan("Tabell", ()), Area(1, 1, 4, 9)))


def test_a_plan_that_goes_outside_its_part_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="outside B22:L60"):
        graft(rich_workbook(), FILE, area(SheetPlan(SHEET, (PlannedCell(1, 1, "x"),))))


def test_a_new_sheet_with_a_part_of_its_own_is_just_a_new_sheet() -> None:
    plan = replace(PLAN, name="Nytt", charts=())
    done = graft(rich_workbook(), FILE, area(plan), dependents=False)
    assert graft(done.data, FILE, area(plan), dependents=False).data == done.data


@settings(max_examples=25, deadline=None)
@given(
    st.builds(lambda top, left, high, wide: Area(top, left, top + high, left + wide), *(st.integers(1, 14),) * 2, *(st.integers(0, 8),) * 2),
    st.dictionaries(st.tuples(st.integers(1, 22), st.integers(1, 22)), st.sampled_from(["å", Decimal(3), None]), max_size=9),
)  # fmt: skip
def test_any_area_of_a_sheet_of_cells(ours: Area, cells: dict[tuple[int, int], PlanValue]) -> None:
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><v>{r}</v></c>' for c in "ACDHK") + "</row>"
        for r in (1, 2, 5, 9, 20)
    )
    data = package(rows)
    plan = SheetPlan(
        "Blad1", tuple(PlannedCell(*at, value) for at, value in cells.items() if ours.holds(*at))
    )
    done = check_graft(data, area(plan, ours))
    before, after = scan_bytes(data, FILE).sheets[0], scan_bytes(done.data, FILE).sheets[0]
    assert outside(after, ours) == outside(before, ours)
    inside = {at: cell.value for at, cell in after.cells.items() if ours.holds(*at)}
    assert inside == {at: value for at, value in cells.items() if ours.holds(*at) and value}
