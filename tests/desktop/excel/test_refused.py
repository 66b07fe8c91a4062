"""What Excel refuses, or cannot do now: said plainly, and nothing is written."""

from copy import deepcopy

import pytest
from tests.desktop.excel.com import EDITING, EXCEPTION, GONE, com_error
from tests.desktop.excel.seen import assert_same
from tests.desktop.excel.sheets import area
from tests.desktop.excel.workbooks import ACTIONS

from ramkoll.live.actions import (
    AddSheet,
    ClearLinks,
    ColumnWidth,
    DefineName,
    Look,
    Mark,
    Marked,
    Merge,
    ResizeTable,
    RowHeight,
    Select,
    SetChart,
    Unmerge,
    WriteFormulas,
    WriteValues,
)
from ramkoll.model.errors import RamkollError

REFUSALS = {
    "sheet": (WriteValues("Finns inte", "A1", [[1.0]]), "Bladet «Finns inte» finns inte"),
    "table": (ResizeTable("Blad 1", "Annan", "A1:B2"), "Tabellen «Annan» på bladet «Blad 1»"),
    "hidden": (Select("Dolt", "A1"), "Bladet «Dolt» är dolt"),
    "measure": (WriteValues("Blad 1", "A1:B1", [[1.0]]), "måtten på Blad 1!A1:B1"),
    "text": (WriteValues("Blad 1", "A1:B1", [[1.0, "x" * 32_768]]), "B1: Texten är för lång"),
    "formula": (WriteFormulas("Blad 1", "A1", [["=" + "1+" * 4_096 + "1"]]), "Formeln är för lång"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_does_not_fit_is_refused_before_anything_is_written(small, name):
    action, words = REFUSALS[name]
    before = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match=words):
        small.apply(WriteValues("Blad 1", "B2", [[1.0]]), action)
    assert small.excel.state() == before


def _protect(small, *allows, **more):
    small.sheet.protected, small.sheet.allows = True, set(allows)
    small.sheet.people_only = more.get("people_only", False)


@pytest.mark.host("desktop", "locked")
def test_a_locked_cell_on_a_protected_sheet_is_told_and_an_unlocked_one_written(small):
    _protect(small)
    with pytest.raises(RamkollError, match=r"Blad 1!B3: Cellen är låst på ett skyddat blad"):
        small.apply(WriteValues("Blad 1", "B2:B3", [[1.0], [2.0]]))
    assert small.cell(2, 2)[0] == 45_000.0
    undone = small.apply(WriteValues("Blad 1", "B2", [[1.0]]))
    assert small.cell(2, 2)[0] == 1.0
    small.ours.put_back(undone)
    assert small.cell(2, 2)[0] == 45_000.0


def test_a_sheet_protected_against_people_only_takes_all(small):
    _protect(small, people_only=True)
    small.apply(WriteValues("Blad 1", "B3", [[1.0]]), Look("Blad 1", ["B3"], bold=True))
    assert small.cell(3, 2)[0] == 1.0


@pytest.mark.parametrize(
    ("action", "allowed_by"),
    [
        (Look("Blad 1", ["B2"], bold=True), "cells"),
        (Mark("Blad 1", [Marked("B2", "varning", "x")]), "cells"),
        (RowHeight("Blad 1", [2], 30.0), "rows"),
        (ColumnWidth("Blad 1", [2], 30.0), "columns"),
        (Merge("Blad 1", ["B2:B3"]), None),
        (Unmerge("Blad 1", "B2:B3"), None),
        (ClearLinks("Blad 1", "B2"), None),
        (ResizeTable("Blad 1", "Lista", "A10:C14"), None),
        (SetChart("Blad 1", "Diagram 1", "x", "A1", 1), None),
    ],
)
def test_a_protected_sheet_takes_formats_only_when_its_protection_lets_it(
    small, action, allowed_by
):
    _protect(small)
    with pytest.raises(RamkollError, match="Bladet «Blad 1» är skyddat mot ändrade format"):
        small.apply(action)
    _protect(small, "cells", "rows", "columns")
    if allowed_by is None:
        with pytest.raises(RamkollError, match="skyddat"):
            small.apply(action)
    else:
        small.apply(action)


def test_a_workbook_whose_structure_is_protected_takes_no_sheet_and_it_is_said(small):
    small.fake.closed = True
    before = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match="struktur är skyddad, så bladet «Granskning»"):
        small.apply(*ACTIONS)
    assert small.excel.state() == before
    small.apply(AddSheet("Tomt"))  # which is there


def test_a_workbook_shared_in_the_old_way_takes_values_and_says_why_not_more(small):
    small.fake.shared = True
    small.apply(WriteValues("Blad 1", "B2", [[1.0]]), DefineName("Period", "'Blad 1'!$A$1"))
    with pytest.raises(RamkollError, match="delad på det äldre sättet"):
        small.apply(Mark("Blad 1", [Marked("B2", "varning", "x")]))


@pytest.mark.parametrize("kind", ["arrays", "spills"])
def test_a_formula_over_several_cells_is_left_whole(small, kind):
    setattr(small.sheet, kind, [area("D2:D4")])
    with pytest.raises(RamkollError, match=r"Blad 1!D2.*matrisformel"):
        small.apply(WriteValues("Blad 1", "B2:D2", [[1.0, 2.0, 3.0]]))
    assert small.cell(2, 2)[0] == 45_000.0


def test_merged_cells_that_hinder_excel_are_named_as_the_cause(small):
    small.sheet.merged.add(area("B20:C21"))
    snapshot = small.ours.read(["*"])
    small.excel.writes = 0
    small.excel.fail_at = 9
    with pytest.raises(RamkollError, match=r"Blad 1!A20:B20: Sammanfogade celler hindrar"):
        small.ours.apply(
            [WriteValues("Blad 1", "A20:B20", [[1.0, 2.0]])], snapshot, over_formulas=True
        )


# ---- Excel is busy, or gone ----


def test_a_busy_excel_is_waited_for_and_then_written_to(session, small):
    snapshot = small.ours.read(["*"])
    small.excel.busy = 5
    small.ours.apply(ACTIONS, snapshot, over_formulas=True)
    assert small.cell(2, 2)[0] == 2.0
    assert 0 < session.clock.now < 20


def test_a_cell_that_is_edited_for_long_is_told_once_and_then_given_up(session, small):
    small.excel.editing = -1
    before = deepcopy(small.excel.state())
    with pytest.raises(RamkollError) as caught:
        small.ours.read(["*"])
    assert "Excel är upptaget: en cell redigeras" in caught.value.what
    assert "(Enter eller Esc)" in caught.value.todo
    assert 20 <= session.clock.now < 25
    assert len(session.told) == 1
    assert small.excel.state() == before


def test_editing_that_begins_half_way_is_waited_out_and_nothing_is_lost(small):
    snapshot = small.ours.read(["*"])
    before = deepcopy(small.excel.state())

    def edits():
        small.excel.editing = 8  # for some more calls, and then it ends
        return com_error(EXCEPTION, EDITING)

    small.excel.writes = 0
    small.excel.fail_at, small.excel.error = 40, edits
    undone = small.ours.apply(ACTIONS, snapshot, over_formulas=True)
    small.ours.put_back(undone)
    assert_same(small.excel.state(), before)


def test_an_excel_that_ends_meanwhile_is_said_to_have_ended(small):
    snapshot = small.ours.read(["*"])
    small.excel.writes = 0
    small.excel.fail_at, small.excel.fail_for_ever = 30, True
    small.excel.error = lambda: com_error(GONE)
    with pytest.raises(RamkollError, match=r"allt kunde inte tas tillbaka|stängts"):
        small.ours.apply(ACTIONS, snapshot, over_formulas=True)
