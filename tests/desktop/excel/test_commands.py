"""Each command on an example workbook, through COM: as it is elsewhere, and all of it put back."""

import json
import random
from copy import deepcopy
from dataclasses import asdict

import pytest
from tests.desktop.excel.ranges import dollars
from tests.desktop.excel.seen import LOOK_OF_STOPPAR, OF_THE_PANE, assert_same
from tests.desktop.excel.sheets import Chart, Condition, area, book_of, every
from tests.live.applied import applied
from tests.live.calls import region, run
from tests.live.cases import STALE
from tests.live.test_consolidate import TEMPLATE
from tests.pipeline.opened import book, edited

from ramkoll.excel.scan import scan
from ramkoll.live.actions import ResizeTable, SetChart
from ramkoll.live.areas import area_of
from ramkoll.live.catalogue import commands, sheets_read
from ramkoll.live.run import run_command
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError

SOME_SHEETS = {"Sammanfattning", "Målområden", "Personal", "Investeringar"}

#: command, example, what is selected, what somebody has written, the arguments, what is done.
CALLS = {
    "check": ("check", "616", "Utfall!A1", {}, {"mark": True}, {"clear_marks", "mark"}),
    "check, only told": ("check", "616", "Utfall!A1", {}, {}, set()),
    "clear_marks": ("clear_marks", "616", "Utfall!A1", {}, {}, {"clear_marks"}),
    "forecast": ("forecast", "616", "Prognos!A9", {}, {}, set()),
    "use_forecast": (
        "use_forecast",
        "616",
        "Prognos!A9",
        {},
        {"line": "K07", "method": "C"},
        {"values", "select"},
    ),
    "refresh": ("refresh", "605", "Utfall!A1", STALE, {}, {"values", "mark"}),
    "compare": ("compare", "605", "Utfall!A1", STALE, {}, set()),
    "next_comment": ("next_comment", "616", "Utfall!A1", {}, {}, {"select"}),
    "trace": ("trace", "616", "Utfall!E14", {}, {}, set()),
    "review": (
        "review",
        "616",
        "Utfall!A1",
        {},
        {},
        {
            "add_sheet",
            "name",
            "look",
            "values",
            "formulas",
            "unmerge",
            "clear_links",
            "row_height",
            "column_width",
            "select",
        },
    ),
    "units": ("units", "616", "Utfall!A1", {}, {}, set()),
}


def ran(command, snapshot, arguments, here=None):
    """The answer of the engine to what was read, over the wire as it is."""
    body = json.dumps({"workbook": asdict(snapshot), "arguments": arguments}).encode()
    return run_command(command, body, here or region(), lambda *_: None)


def with_looks(fake, most=1_000):
    """What the reader of files does not tell: looks, lines, marks, heights, all of several kinds."""
    for sheet in fake.sheets:
        for number, at in enumerate(sorted(sheet.cells)[:most]):
            looks = {
                "bold": at[1] % 2 == 0,
                "fill": (None, 0xEEDDCC, 0)[at[0] % 3],
                "size": 9.0 + at[0] % 2,
            }
            sheet.restyle(at, **looks, pattern=-4142 if at[0] % 3 == 0 else 1, indent=number % 2)
            if at[0] % 4 == 0:
                sheet.above[at] = (1, 2, None) if at[1] % 2 else (-4119, 4, 0x112233)
            if at[0] % 5 == 0:
                sheet.restyle(at, colour=0x400000, theme=4, tint=0.4)
        for one in sheet.merged:  # which Excel makes look alike
            for at in every([one]):
                sheet.restyle(at, **sheet.style((one.top, one.left))._asdict())
        sheet.heights[3] = 31.5
        sheet.conditions.append(Condition([area("B2:C9")], 2, "=$A$1>3", stop=False))
        sheet.conditions.append(Condition([area("B2:C9")], 3, ""))
    by_the_pane = Condition([area("A2:A3"), area("C5")], 2, OF_THE_PANE, stop=False)
    by_the_pane.look.update(LOOK_OF_STOPPAR)
    fake.sheets[0].conditions.append(by_the_pane)
    return fake


def in_excel(fake):
    """The same of the stand-in Excel's workbook."""
    return {
        sheet.name: {
            at: (value if formula is None else formula, sheet.style(at).number_format)
            for at, (value, formula) in sheet.cells.items()
        }
        for sheet in fake.sheets
    }


@pytest.fixture
def layouts():
    return region().layouts


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if CALLS[n][5] else pytest.mark.slow) for n in CALLS],
)
@pytest.mark.host(
    "desktop",
    "check",
    "clear_marks",
    "forecast",
    "use_forecast",
    "refresh",
    "compare",
    "next_comment",
    "trace",
    "review",
    "units",
    "undo",
)
def test_a_command_changes_the_open_workbook_as_it_does_a_snapshot_of_it(session, layouts, name):
    command, example, at, written, arguments, done = CALLS[name]
    submission = edited(book(example), written)
    fake = with_looks(book_of(submission))
    sheet, _, address = at.partition("!")
    fake.active = [each.name for each in fake.sheets].index(sheet)
    fake.selected[sheet] = dollars(area(address))
    excel = session.opens(fake)
    ours = session.workbook(excel)
    snapshot = ours.read(sheets_read(commands()[command], layouts))
    assert (snapshot.active, snapshot.selection) == (sheet, address)
    answer = ran(command, snapshot, arguments)
    assert {action.op for action in answer.actions} == done
    before = deepcopy(excel.state())
    undone = ours.apply(answer.actions, snapshot, over_formulas=False)
    assert excel.state()[1:3] == before[1:3], "settings"
    wanted = applied(submission, answer.actions)
    assert in_excel(fake) == in_excel(book_of(wanted))
    assert {n.name: n.refers_to.removeprefix("=") for n in fake.names} == dict(wanted.names)
    if done - {"select"}:
        assert excel.state() != before
        ours.put_back(undone)
        assert undone.whole
        assert_same(excel.state(), before)
    else:
        assert undone is None


@pytest.mark.host("desktop", "acknowledge", "withdraw")
def test_an_acknowledged_finding_loses_its_mark_and_gets_it_back(session, layouts):
    fake = book_of(book("616"))
    excel = session.opens(fake)
    ours, here = session.workbook(excel), region()
    wanted = sheets_read(commands()["check"], layouts)

    def marks_after(command, **arguments):
        snapshot = ours.read(wanted)
        answer = ran(command, snapshot, {**arguments, "mark": True}, here)
        ours.apply(answer.actions, snapshot, over_formulas=False)
        return answer, [one.address for s in fake.sheets for c in s.conditions for one in c.area]

    answer, first = marks_after("check")
    finding = answer.result.view.findings[0].id
    snapshot = ours.read(wanted)
    told = ran("acknowledge", snapshot, {"finding": finding, "reason": "Känt sedan maj."}, here)
    ours.apply(told.actions, snapshot, over_formulas=False)
    _, fewer = marks_after("check")
    assert len(fewer) <= len(first)
    ran("withdraw", ours.read(wanted), {"finding": finding}, here)
    _, again = marks_after("check")
    assert again == first


@pytest.mark.slow
@pytest.mark.host("desktop", "consolidate", "undo")
def test_sammanstall_changes_the_open_report_as_the_command_line_does(session, layouts):
    submission = scan(TEMPLATE)
    fake = with_looks(book_of(submission), most=60)
    excel = session.opens(fake)
    ours = session.workbook(excel)
    wanted = sheets_read(commands()["consolidate"], layouts)
    snapshot = ours.read(wanted)
    assert not next(s for s in snapshot.sheets if s.name == "Underlag").sent
    answer = ran("consolidate", snapshot, {})
    give_charts_and_tables(fake, answer.actions)
    before = deepcopy(excel.state())
    undone = ours.apply(answer.actions, snapshot, over_formulas=True)
    filled = applied(submission, answer.actions)
    assert in_excel(fake) == in_excel(book_of(filled))
    assert {sheet.name: sheet.merged for sheet in fake.sheets} == {
        sheet.name: set(sheet.merged) for sheet in filled.sheets
    }
    assert excel.state()[1:3] == before[1:3]
    ours.put_back(undone)
    assert undone.whole
    assert_same(excel.state(), before)
    # Once more, and then upon itself, as it is used: the second leaves all as the first had it.
    ours.apply(answer.actions, snapshot, over_formulas=True)
    done = deepcopy(excel.state())
    excel.calls.clear()
    snapshot = ours.read(wanted)
    answer = ran("consolidate", snapshot, {})
    ours.apply(answer.actions, snapshot, over_formulas=True)
    assert_same(excel.state(), done)
    assert len(excel.calls) < 90_000  # each takes 0.1 to 1 ms in a real Excel


@pytest.mark.slow
@pytest.mark.host("desktop", "rollback")
def test_a_fault_in_the_midst_of_sammanstall_leaves_the_report_as_it_was(session, layouts):
    """Of four sheets, so that many places can be tried; the first and the last write among them."""
    fake = with_looks(book_of(scan(TEMPLATE)), most=40)
    excel = session.opens(fake)
    ours = session.workbook(excel)
    snapshot = ours.read(sheets_read(commands()["consolidate"], layouts))
    actions = [
        a
        for a in ran("consolidate", snapshot, {}).actions
        if getattr(a, "sheet", "Sammanfattning") in SOME_SHEETS
    ]
    give_charts_and_tables(fake, actions)
    before = deepcopy(excel.state())
    ours.put_back(ours.apply(actions, snapshot, over_formulas=True))
    assert_same(excel.state(), before)
    for _ in range(2):  # what is new the first time is there the second
        ours.apply(actions, snapshot, over_formulas=True)
        snapshot = ours.read(sheets_read(commands()["consolidate"], layouts))
        before, excel.writes = deepcopy(excel.state()), 0
    ours.apply(actions, snapshot, over_formulas=True)
    assert_same(excel.state(), before)
    writes = excel.writes
    for number in sorted({1, 9, *random.Random(7).sample(range(10, writes - 8), 10), writes - 8}):
        excel.writes, excel.fail_at = 0, number
        with pytest.raises(RamkollError, match="0x800A03EC"):
            ours.apply(actions, snapshot, over_formulas=True)
        assert_same(excel.state(), before)


@pytest.mark.slow
@pytest.mark.host("desktop", "reconcile")
def test_stam_av_reads_the_open_report_as_it_reads_the_file(session, layouts, consolidated):
    report = scan(consolidated)
    excel = session.opens(book_of(report))
    wanted = sheets_read(commands()["reconcile"], layouts)
    told = ran("reconcile", session.workbook(excel).read(wanted), {})
    assert told.result.view == run("reconcile", report).result.view
    assert len(told.result.view.ties) > 9
    assert told.actions == []


def give_charts_and_tables(fake, actions):
    """The charts and tables that a report has, which the reader of files does not tell."""
    for action in actions:
        if isinstance(action, SetChart):
            series = [f'=SERIES("{n}",,Om!$A$1:$A$3,{n})' for n in range(1, 3)]
            chart = Chart(action.chart, "Gammal rubrik", 5.0, 7.0, series[: action.series])
            fake.sheet(action.sheet).charts.append(chart)
        elif isinstance(action, ResizeTable):
            one = area_of(action.address)
            fake.sheet(action.sheet).tables[action.table] = Area(
                one.top, one.left, one.top + 1, one.right
            )
