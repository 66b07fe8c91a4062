"""What builds on a graft follows it, in the same new workbook."""

from __future__ import annotations

from decimal import Decimal

from tests.excel.broken import package
from tests.excel.edited import FILE

from ramkoll.excel.graft.cell_edit import CellEdit
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import CellRef
from ramkoll.model.plan import PlannedCell, SheetPlan

ROWS = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c></row>'


def test_a_formula_that_uses_a_cell_shows_the_new_value() -> None:
    what = Graft(cells=(CellEdit("Blad1", 1, 1, Decimal(5)),))
    done = graft(package(ROWS), FILE, what)
    assert scan_bytes(done.data, FILE).sheets[0].cell(1, 2).value == 10
    assert done.recalculated == (CellRef(FILE, "Blad1", 1, 2),)
    (edit,) = done.edits
    assert edit.part == "xl/worksheets/sheet1.xml"
    assert edit.what.startswith("celler satta på bladet «Blad1»; ")
    again = graft(done.data, FILE, what)
    assert again.data is done.data
    assert again.edits == ()


def test_a_formula_elsewhere_follows_a_sheet_that_is_rewritten() -> None:
    plan = SheetPlan("Underlag", (PlannedCell(1, 1, Decimal(3)),))
    host = graft(package(ROWS), FILE, Graft(sheets=(SheetGraft(plan),))).data
    uses = CellEdit("Blad1", 2, 1, Decimal(4), "Underlag!A1+1")
    host = graft(host, FILE, Graft(cells=(uses,))).data
    new = SheetPlan("Underlag", (PlannedCell(1, 1, Decimal(30)),))
    done = graft(host, FILE, Graft(sheets=(SheetGraft(new),)))
    assert scan_bytes(done.data, FILE).sheets[0].cell(2, 1).value == 31
    kept = graft(host, FILE, Graft(sheets=(SheetGraft(new),)), dependents=False)
    assert scan_bytes(kept.data, FILE).sheets[0].cell(2, 1).value == 4
