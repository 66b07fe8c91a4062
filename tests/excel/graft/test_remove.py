"""A sheet goes only when nothing is left without what it refers to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.excel.edited import FILE, entries, part, rich_workbook, with_parts
from tests.excel.grafted import check_graft
from tests.excel.rich_plan import rich_plan

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import PlannedCell, SheetPlan, TablePlan

GONE = Graft(removed=("Granskning",))


def with_formula(formula: str, name: str = "Granskning") -> bytes:
    sheets = (
        SheetPlan("Blad", (PlannedCell(1, 1, "", formula),)),
        SheetPlan(name, (PlannedCell(1, 1, "Fel"),)),
    )
    return workbook_bytes(replace(rich_plan(), sheets=sheets, names={}))


@pytest.mark.parametrize(
    "formula",
    ["Granskning!A1", "1+granskning!$A$1", "SUM('Granskning'!A1:B2)", "SUM(Blad:Granskning!A1)",
     "SUM('Blad:Granskning'!A1)", "SUM(Granskning:Blad!A1)"],
)  # fmt: skip
def test_a_formula_that_refers_to_it_keeps_a_sheet(formula: str) -> None:
    with pytest.raises(RamkollError, match="Bladet «Granskning» används av formler: bladet «Blad»"):
        graft(with_formula(formula), FILE, GONE)


@pytest.mark.parametrize(
    "formula",
    ['"Granskning!A1"', "MinGranskning!A1", "'Min Granskning'!A1", "[1]Granskning!A1",
     "'[1]Granskning'!A1", "Granskning.x!A1", "Granskning+Blad!A1"],
)  # fmt: skip
@pytest.mark.broken_packages("names sheets and workbooks that are not there")
def test_a_formula_that_only_looks_so_does_not(formula: str) -> None:
    done = check_graft(with_formula(formula), GONE)
    assert [sheet.name for sheet in scan_bytes(done.data, FILE).sheets] == ["Blad"]


def test_names_with_apostrophes_and_other_letters_are_found() -> None:
    data = with_formula("SUM('Året''s mål & <2024>'!A1)", name="Året's mål & <2024>")
    with pytest.raises(RamkollError, match="används av formler"):
        graft(data, FILE, Graft(removed=("ÅRET'S mål & <2024>",)))


def test_a_chart_on_another_sheet_keeps_it() -> None:
    sheets = rich_plan().sheets
    chart = sheets[0].charts[0]
    other = SheetPlan("Bilder", (), charts=(chart,))
    data = graft(
        rich_workbook(),
        FILE,
        Graft(sheets=(SheetGraft(replace(sheets[0], charts=())), SheetGraft(other))),
        dependents=False,
    ).data
    with pytest.raises(RamkollError, match="ett diagram"):
        graft(data, FILE, Graft(removed=(sheets[0].name,)))
    check_graft(data, Graft(removed=("Bilder", sheets[0].name)))


def test_a_table_that_a_formula_on_another_sheet_uses_keeps_its_sheet() -> None:
    data = rich_workbook()
    sheet = part(data, "xl/worksheets/sheet3.xml")
    formula = '<sheetData><row r="1"><c r="A1"><f>SUM(Poster[a])</f><v>0</v></c></row></sheetData>'
    used = with_parts(data, {"xl/worksheets/sheet3.xml": sheet.replace("<sheetData/>", formula)})
    other = TablePlan("Annan", Area(1, 1, 2, 1), ("x",))
    plans = [SheetPlan("Tabell", (PlannedCell(1, 1, "x"),), tables=t) for t in ((), (other,))]
    rewritten = [Graft(sheets=(SheetGraft(plan),)) for plan in plans]
    for what in (Graft(removed=("Tabell",)), *rewritten):
        check_graft(data, what)
        with pytest.raises(RamkollError, match="Tabellen poster skulle försvinna"):
            graft(used, FILE, what, dependents=False)


def test_a_sheet_can_go_and_come_anew_last() -> None:
    data = with_formula("1+1")
    plan = SheetPlan("Granskning", (PlannedCell(3, 1, "Ny"),))
    done = graft(
        data, FILE, Graft(sheets=(SheetGraft(plan),), removed=("Granskning",)), dependents=False
    )
    assert scan_bytes(done.data, FILE).sheets[1].cells.keys() == {(3, 1)}


def test_a_sheet_that_macros_know_by_name_stays() -> None:
    data = rich_workbook()
    sheet = part(data, "xl/worksheets/sheet3.xml")
    rels = part(data, "xl/_rels/workbook.xml.rels")
    macros = '<Relationship Id="rIdM" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
    data = with_parts(
        data,
        {
            "xl/worksheets/sheet3.xml": sheet.replace(
                "<dimension", '<sheetPr codeName="Blad3"/><dimension', 1
            ),
            "xl/_rels/workbook.xml.rels": rels.replace(
                "</Relationships>", macros + "</Relationships>"
            ),
        },
    )
    with pytest.raises(RamkollError, match="Bladet har en plats i arbetsbokens makron"):
        graft(data, FILE, Graft(removed=("Tomt",)))
    plan = SheetPlan("Tomt", (PlannedCell(1, 1, "x"),), tab_colour="1F4E79")
    done = check_graft(data, Graft(sheets=(SheetGraft(plan),)))
    assert 'sheetPr codeName="Blad3"' in part(done.data, "xl/worksheets/sheet3.xml")


def test_the_chosen_sheet_is_still_chosen_when_it_has_been_rewritten() -> None:
    data = rich_workbook()
    plan = SheetPlan("UTFALL Å", (PlannedCell(1, 1, "x"),))
    done = check_graft(
        data, Graft(sheets=(SheetGraft(plan), SheetGraft(replace(plan, name="Nytt"))))
    )
    assert 'tabSelected="1"' in part(done.data, "xl/worksheets/sheet1.xml")
    assert "tabSelected" not in part(done.data, "xl/worksheets/sheet4.xml")
    assert "xl/comments1.xml" not in entries(done.data)
