"""What is written to an open workbook: all of it, or none, and everything put back."""

from copy import deepcopy

import pytest
from tests.desktop.excel.seen import assert_same
from tests.desktop.excel.sheets import Style, area
from tests.desktop.excel.workbooks import ACTIONS, Open

from ramkoll.live.actions import (
    AddSheet,
    ClearLinks,
    Look,
    Select,
    SetChart,
    WriteFormulas,
    WriteValues,
)
from ramkoll.model.errors import RamkollError


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
    assert sheet.widths == {1: 20.0, 2: 20.0, 5: 20.0}
    assert [each.name for each in small.fake.sheets] == ["Blad 1", "Dolt", "Tomt", "Granskning"]
    added = small.fake.sheet("Granskning")
    assert added.cells == {(1, 1): ("Fynd", None), (1, 2): (3.0, None)}
    assert (added.widths, added.style((1, 1)).bold) == ({1: 40.0}, True)
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


@pytest.mark.host("desktop", "undo")
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
WRITES, SETTINGS_BACK = 91, 8


def test_there_are_as_many_writes_as_are_broken_below(small):
    small.excel.writes = 0
    small.apply(*ACTIONS)
    assert small.excel.writes == WRITES


@pytest.mark.parametrize("how", ["fail_at", pytest.param("fail_after", marks=pytest.mark.slow)])
@pytest.mark.host("desktop", "rollback")
def test_a_fault_in_any_write_leaves_everything_as_it_was(session, how):
    """Refused, or done and yet said to be refused: nothing is left of the actions."""
    for number in range(1, WRITES - SETTINGS_BACK + 1):
        small = Open(session)
        snapshot = small.ours.read(["*"])
        before = deepcopy(small.excel.state())
        small.excel.writes = 0
        setattr(small.excel, how, number)
        with pytest.raises(RamkollError, match=r"0x800A03EC|Sammanfogade"):
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


@pytest.mark.host("desktop", "changed")
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


@pytest.mark.limit(
    "desktop", "Har någon ändrat en av cellerna efter kommandot ångras inget, och det sägs."
)
def test_put_back_is_refused_when_somebody_has_written_since(small):
    undone = small.apply(*ACTIONS)
    small.sheet.write((4, 2), 99.0)
    state = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match=r"Blad 1!B4: Det går inte att ångra"):
        small.ours.put_back(undone)
    assert small.excel.state() == state


def test_a_sheet_that_was_added_is_not_taken_away_with_what_somebody_has_written_on_it(small):
    undone = small.apply(*ACTIONS)
    small.fake.sheet("Granskning").cells[9, 9] = "Anteckning", None
    state = deepcopy(small.excel.state())
    with pytest.raises(RamkollError, match=r"Granskning: Det går inte att ångra"):
        small.ours.put_back(undone)
    assert small.excel.state() == state


def test_a_sheet_alone_is_added_without_going_there(small):
    small.apply(AddSheet("Granskning"))
    assert small.fake.sheets[-1].name == "Granskning"
    assert small.fake.sheets[small.fake.active].name == "Tomt"


def test_put_back_is_refused_when_a_sheet_is_gone(small):
    undone = small.apply(*ACTIONS)
    del small.fake.sheets[0]
    small.fake.active = 0
    with pytest.raises(RamkollError, match="Bladet «Blad 1» finns inte"):
        small.ours.put_back(undone)


@pytest.mark.limit(
    "desktop", "Länkar som Sammanställ har tagit bort kommer inte tillbaka med Ångra; det sägs."
)
def test_links_are_taken_away_and_it_is_said_that_they_do_not_come_back(small):
    small.sheet.links = {(3, 2), (3, 3), (9, 9)}
    undone = small.apply(ClearLinks("Blad 1", "A1:D4"), WriteValues("Blad 1", "A3", [[1.0]]))
    assert small.sheet.links == {(9, 9)}
    assert not undone.whole
    assert undone.left == ("2 länkar i cellerna Blad 1!A1:D4",)


@pytest.mark.limit(
    "desktop",
    "Diagramserier som har tagits bort kommer tillbaka med Ångra utan sina egna färger; det sägs.",
)
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


@pytest.mark.limit(
    "desktop",
    "Har tiotusentals celler var sitt utseende kommer utseendet inte tillbaka med Ångra; det sägs.",
)
def test_cells_of_a_thousand_looks_are_not_all_asked_for_and_it_is_said(small, monkeypatch):
    for row in range(20, 80):
        for column in range(1, 20):
            small.sheet.restyle((row, column), size=float(row % 7 + column % 5))
    monkeypatch.setattr("ramkoll.desktop.excel.remember.MOST_QUESTIONS", 200)
    undone = small.apply(Look("Blad 1", ["A20:S79"], size=10.0))
    assert not undone.whole
    assert undone.left[0].startswith("hur cellerna på bladet «Blad 1» såg ut")
    assert small.sheet.style((50, 5)).size == 10.0


def test_fills_that_excel_says_the_same_of_are_told_apart(small):
    """Of fills that are near each other Excel gives one index, and black for their colour."""
    for row, colour in ((20, 0xEEDDCC), (21, 0xEEDDCD), (22, 0x000000), (23, 0x000000)):
        small.sheet.restyle((row, 1), fill=colour, pattern=1)
    before = deepcopy(small.excel.state())
    undone = small.apply(Look("Blad 1", ["A20:A23"], fill="#FFFFFF"))
    small.ours.put_back(undone)
    assert_same(small.excel.state(), before)
