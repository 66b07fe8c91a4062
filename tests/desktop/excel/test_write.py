"""What is written to an open workbook: all of it, or none, and everything put back."""

from copy import deepcopy

import pytest
from tests.desktop.excel.com import EDITING, EXCEPTION, GONE, com_error
from tests.desktop.excel.sheets import Style, area
from tests.desktop.excel.test_commands import assert_same
from tests.desktop.excel.workbooks import ACTIONS, workbook

from ramkoll.live.actions import (
    ClearLinks,
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


class Open:
    """The small workbook, open."""

    def __init__(self, session, **more):
        self.fake = workbook()
        self.excel = session.opens(self.fake, **more)
        self.ours = session.workbook(self.excel)
        self.sheet = self.fake.sheets[0]

    def apply(self, *actions, over_formulas=True):
        return self.ours.apply(actions, self.ours.read(["*"]), over_formulas=over_formulas)

    def cell(self, row, column):
        return *self.sheet.cells.get((row, column), (None, None)), self.sheet.style(
            (row, column)
        ).number_format


@pytest.fixture
def small(session):
    return Open(session)


def test_every_action_does_what_it_says(small):
    undone = small.apply(*ACTIONS)
    sheet = small.sheet
    assert undone.whole
    assert [small.cell(2, 1), small.cell(2, 2)] == [("=1", None, "#,##0"), (2.0, None, "#,##0")]
    assert [small.cell(3, 1), small.cell(3, 2)] == [(None, None, "#,##0"), (True, None, "#,##0")]
    assert small.cell(4, 1) == ("1/2", None, "#,##0")
    assert [small.cell(6, 3), small.cell(7, 3)] == [("=A1", None, "@"), ("'x", None, "@")]
    assert [small.cell(row, 4)[1:] for row in (2, 3, 4)] == [
        ("=SUM(B2:C2)", "#,##0"),
        ("=TODAY()", "#,##0"),
        ("=INDEX(A1:A3,1)", "#,##0"),
    ]
    assert sheet.style((4, 4)) == Style(
        "#,##0", 0xCEF4FF, None, 0.0, 1, None, None, 0.0, True, True, 12.0, True, -4152, -4108, 1
    )
    assert [sheet.above.get((row, 1)) for row in (1, 2, 5)] == [
        (1, 2, None),
        (1, 2, 0x332211),
        (1, 2, 0x332211),
    ]
    assert sheet.above.get((6, 3)) is None
    assert sheet.above[8, 3][0] == -4119
    assert sheet.merged == {area("A8:B9")}
    assert {row: sheet.heights.get(row) for row in (1, 2, 4, 7)} == {1: 30, 2: 30, 4: None, 7: 30}
    assert sheet.tables == {"Lista": area("A10:C14")}
    assert [(c.title, c.left, c.top) for c in sheet.charts] == [("Ny rubrik", 96, 30), (None, 3, 4)]
    assert sheet.charts[0].series == [
        '=SERIES("Utfall ""tkr""",\'Blad 1\'!$A$2:$A$4,\'Blad 1\'!$B$2:$B$4,1)',
        "=SERIES(,,{1},2)",
        "=SERIES(\"Budget\",'Blad 1'!$A$2:$A$4,Dolt!$A$1,3)",
    ]
    names = {name.name: name.refers_to for name in small.fake.names}
    assert names["Period"] == "='Blad 1'!$B$2"
    assert names["Nytt"] == "='Blad 1'!$B$3"
    assert "Borttaget" not in names
    assert small.fake.active == 0
    assert small.fake.selected == {"Blad 1": "$B$2:$B$4"}


def test_put_back_leaves_the_workbook_as_it_was_in_all_that_can_be_seen(small):
    before = deepcopy(small.excel.state())
    undone = small.apply(*ACTIONS)
    assert small.excel.state() != before
    small.ours.put_back(undone)
    assert_same(small.excel.state(), before)


def test_put_back_works_in_an_excel_without_formula2(session):
    older = Open(session, new=False)
    older.sheet.cells[4, 4] = 7.0, "=INDEX(B2:B4,1)"
    before = deepcopy(older.excel.state())
    undone = older.apply(*ACTIONS)
    assert not any(call.endswith("Formula2") for call in older.excel.calls)
    older.ours.put_back(undone)
    # Here Excel writes what it calls an implicit intersection in another way, and means the same.
    older.sheet.cells[4, 4] = 7.0, "=INDEX(B2:B4,1)"
    assert_same(older.excel.state(), before)


#: How many calls that change something the actions above are, and those that put settings back.
WRITES, SETTINGS_BACK = 82, 8


def test_there_are_as_many_writes_as_are_broken_below(small):
    small.excel.writes = 0
    small.apply(*ACTIONS)
    assert small.excel.writes == WRITES


@pytest.mark.parametrize("how", ["fail_at", "fail_after"])
def test_a_fault_in_any_write_leaves_everything_as_it_was(session, how):
    """Refused, or done and yet said to be refused: nothing is left of the actions."""
    for number in range(1, WRITES - SETTINGS_BACK + 1):
        small = Open(session)
        snapshot = small.ours.read(["*"])
        before = deepcopy(small.excel.state())
        small.excel.writes = 0
        setattr(small.excel, how, number)
        with pytest.raises(RamkollError, match="0x800A03EC|Sammanfogade"):
            small.ours.apply(ACTIONS, snapshot, over_formulas=True)
        assert_same(small.excel.state(), before)


@pytest.mark.parametrize("number", range(WRITES - SETTINGS_BACK + 1, WRITES + 1))
def test_a_fault_in_putting_a_setting_back_is_tried_once_more(small, number):
    before = small.excel.settings.copy()
    small.excel.writes = 0
    small.excel.fail_at = number
    small.apply(*ACTIONS)
    assert small.excel.settings == before


def test_what_cannot_be_put_back_after_a_fault_is_said_with_the_cells(small):
    small.excel.writes = 0
    small.excel.fail_at, small.excel.fail_for_ever = 60, True
    with pytest.raises(RamkollError) as caught:
        small.apply(*ACTIONS)
    assert "allt kunde inte tas tillbaka" in caught.value.what
    assert "Excel kunde inte ställas tillbaka" in caught.value.what
    assert "Blad 1!" in caught.value.where


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "=SUM(",
        "'x",
        "''",
        "-",
        "-abc",
        "+46",
        "@x",
        "1/2",
        "3-4",
        "12",
        "1,5",
        "50 %",
        "sant",
        "FALSE",
        "#N/A",
        "2024-01-01",
        " ",
        "x" * 9_000,
    ],
)
@pytest.mark.parametrize("at", ["A20", "C6"])
def test_a_text_is_a_text_in_cells_of_every_kind(small, text, at):
    """C6 is formatted as text."""
    row, column = (20, 1) if at == "A20" else (6, 3)
    code = small.sheet.style((row, column)).number_format
    small.apply(WriteValues("Blad 1", at, [[text]]))
    assert small.cell(row, column) == (text, None, code)


def test_an_empty_text_and_nothing_empty_a_cell(small):
    small.apply(WriteValues("Blad 1", "A8:C8", [["", None, 1.0]]))
    assert [small.cell(8, column)[0] for column in (1, 2, 3)] == [None, None, 1.0]


def test_a_formula_in_general_does_not_take_the_format_of_what_it_says(small):
    small.apply(WriteFormulas("Blad 1", "F9", [["=TODAY()"]]))
    assert small.cell(9, 6) == (0.0, "=TODAY()", "General")


def test_nothing_is_written_when_a_cell_has_changed_since_it_was_read(small):
    snapshot = small.ours.read(["Blad 1"])
    small.sheet.cells[3, 2] = 12.0, None
    before = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match=r"Blad 1!B3: Arbetsboken ändrades medan"):
        small.ours.apply(ACTIONS, snapshot, over_formulas=True)
    assert small.excel.state() == before


def test_a_sheet_that_was_not_read_is_written_without_comparison(small):
    snapshot = small.ours.read(["Tomt"])
    small.sheet.cells[3, 2] = 12.0, None
    small.ours.apply([WriteValues("Blad 1", "B3", [[1.0]])], snapshot, over_formulas=False)
    assert small.cell(3, 2)[0] == 1.0


def test_a_value_replaces_no_formula_unless_it_may(small):
    with pytest.raises(RamkollError, match=r"Blad 1!D2: Cellen har en formel"):
        small.apply(WriteValues("Blad 1", "B2:D2", [[1.0, 2.0, 3.0]]), over_formulas=False)
    assert small.cell(2, 2)[0] == 45_000.0
    small.apply(WriteFormulas("Blad 1", "D2", [["=1"]]), over_formulas=False)
    assert small.cell(2, 4)[1] == "=1"


def test_put_back_is_refused_when_somebody_has_written_since(small):
    undone = small.apply(*ACTIONS)
    small.sheet.write((4, 2), 99.0)
    state = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match=r"Blad 1!B4: Det går inte att ångra"):
        small.ours.put_back(undone)
    assert small.excel.state() == state


def test_put_back_is_refused_when_a_sheet_is_gone(small):
    undone = small.apply(*ACTIONS)
    del small.fake.sheets[0]
    small.fake.active = 0
    with pytest.raises(RamkollError, match="Bladet «Blad 1» finns inte"):
        small.ours.put_back(undone)


def test_links_are_taken_away_and_it_is_said_that_they_do_not_come_back(small):
    small.sheet.links = {(3, 2), (3, 3), (9, 9)}
    undone = small.apply(ClearLinks("Blad 1", "A1:D4"), WriteValues("Blad 1", "A3", [[1.0]]))
    assert small.sheet.links == {(9, 9)}
    assert not undone.whole
    assert undone.left == ("2 länkar i cellerna Blad 1!A1:D4",)


def test_series_that_are_taken_away_come_back_without_their_looks_and_it_is_said(small):
    small.sheet.charts[0].series.append("=SERIES(\"b\",,'Blad 1'!$B$1:$B$3,2)")
    before = deepcopy(small.excel.state())
    undone = small.apply(SetChart("Blad 1", "Diagram 1", "x", "A1", 1))
    assert len(small.sheet.charts[0].series) == 1
    assert undone.left[0].startswith("hur 1 serier i diagrammet «Diagram 1»")
    small.ours.put_back(undone)
    assert_same(small.excel.state(), before)


def test_a_selection_alone_is_nothing_to_put_back(small):
    assert small.apply(Select("Blad 1", "B2")) is None
    assert (small.fake.active, small.fake.selected["Blad 1"]) == (0, "$B$2")
    assert "Application.ScreenUpdating" not in small.excel.calls


def test_no_actions_are_no_calls(small):
    small.excel.calls.clear()
    snapshot = small.ours.read([])
    small.excel.calls.clear()
    assert small.ours.apply([], snapshot, over_formulas=False) is None
    assert small.excel.calls == []


# ---- What stands in the way ----

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
    _protect(small, "cells", "rows")
    if allowed_by is None:
        with pytest.raises(RamkollError, match="skyddat"):
            small.apply(action)
    else:
        small.apply(action)


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
    with pytest.raises(RamkollError, match="allt kunde inte tas tillbaka|stängts"):
        small.ours.apply(ACTIONS, snapshot, over_formulas=True)
