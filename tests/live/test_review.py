"""Granskning som blad: the findings on a sheet of the open workbook."""

from dataclasses import replace

import pytest
from tests.live.applied import applied, contents
from tests.live.calls import region, run
from tests.pipeline.opened import book, edited

from ramkoll.live.actions import AddSheet, ColumnWidth, Select
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.workbook import Sheet
from ramkoll.pipeline.check import check_open
from ramkoll.sheets.returned import NAME, own_sheet


def texts(sheet):
    return [str(cell.value) for cell in sheet.cells.values() if cell.kind is CellKind.TEXT]


@pytest.fixture
def once():
    """The answer on an example workbook, and the workbook afterwards."""
    answer = run("review", book("616"))
    return answer, applied(book("616"), answer.actions)


def test_the_sheet_is_added_last_and_has_every_finding_with_a_link_to_its_cell(once):
    answer, after = once
    assert answer.actions[0] == AddSheet("Granskning")
    assert after.sheets[-1].name == "Granskning"
    said = texts(after.sheets[-1])
    links = [c.formula for c in after.sheets[-1].cells.values() if c.formula]
    for row in answer.result.view.findings:
        assert row.message in said
        assert f'HYPERLINK("#{row.at.sheet}!{row.at.address}","{row.at.address}")' in links
    assert answer.result.message == (
        "Fynden står på bladet Granskning. 4 fynd: 3 varningar, 1 upplysning."
    )


def test_it_can_be_read_and_is_gone_to(once):
    answer, _ = once
    widths = {c: a.width for a in answer.actions if isinstance(a, ColumnWidth) for c in a.columns}
    assert widths[5] == 60
    assert answer.actions[-1] == Select("Granskning", "A1")


def test_no_other_sheet_is_touched(once):
    answer, after = once
    assert {getattr(each, "sheet", "Granskning") for each in answer.actions} == {"Granskning"}
    was = contents(book("616"))
    assert {name: cells for name, cells in contents(after).items() if name in was} == was


def test_the_sheet_is_known_as_ours_and_left_out_of_the_next_check(once):
    _, after = once
    assert NAME in after.names
    own = own_sheet(after)
    assert own is not None
    assert (own[0].name, own[1]) == ("Granskning", "")
    checked = check_open(after, region().layouts, region().frame())
    assert not [each for each in checked.findings if each.at.sheet == "Granskning"]


def test_the_next_time_it_is_written_anew_and_none_is_added(once):
    _, after = once
    again = run("review", edited(after, {"Utfall!I7": "Fler besök än budgeterat, 15 mkr."}))
    assert not [each for each in again.actions if isinstance(each, AddSheet)]
    twice = applied(after, again.actions)
    assert len(twice.sheets) == len(after.sheets)
    assert not [text for text in texts(twice.sheets[-1]) if text.startswith("Försäljning")]


def test_a_sheet_of_somebodys_own_with_that_name_is_left_alone():
    own = Sheet("granskning", {(1, 1): Cell(CellKind.TEXT, "Mina egna noteringar")})
    workbook = replace(book("616"), sheets=(*book("616").sheets, own))
    after = applied(workbook, run("review", workbook).actions)
    assert [sheet.name for sheet in after.sheets[-2:]] == ["granskning", "Granskning Ramkoll"]
    assert contents(after)["granskning"] == contents(workbook)["granskning"]


def test_what_is_acknowledged_is_not_on_the_sheet():
    here = region()
    row = run("check", book("616"), of=here).result.view.findings[0]
    run("acknowledge", book("616"), of=here, finding=row.id, reason="Känd avvikelse")
    after = applied(book("616"), run("review", book("616"), of=here).actions)
    assert row.message not in texts(after.sheets[-1])


def test_a_workbook_without_findings_says_so():
    here = region()
    for row in run("check", book("605"), of=here).result.view.findings:
        run("acknowledge", book("605"), of=here, finding=row.id, reason="I sin ordning")
    answer = run("review", book("605"), of=here)
    assert answer.result.message == "Fynden står på bladet Granskning. Inga fynd."
    assert "Ingenting behöver rättas." in texts(applied(book("605"), answer.actions).sheets[-1])
