"""What a command does becomes few actions that give the same, in the order that matters."""

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ramkoll.live.actions import (
    ClearMarks,
    DefineName,
    Look,
    Mark,
    Marked,
    ResizeTable,
    RowHeight,
    Select,
    SetSeries,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.areas import area_of
from ramkoll.live.recorder import Formula, Recorder


def test_twelve_thousand_writes_in_a_block_are_one_action():
    recorder = Recorder()
    began = time.perf_counter()
    for row in range(1, 201):
        for column in range(1, 61):
            recorder.write("Blad", (row, column), float(row * column))
    (action,) = recorder.actions()
    assert time.perf_counter() - began < 2
    assert isinstance(action, WriteValues)
    assert action.address == "A1:BH200"
    assert action.values[199][59] == 12000.0


def test_twelve_thousand_writes_each_with_its_look_are_two_actions():
    recorder = Recorder()
    for row in range(1, 201):
        for column in range(1, 61):
            recorder.write("Blad", (row, column), 1.0)
            recorder.look("Blad", [(row, column)], {"number_format": "0.0", "bold": True})
    writes, look = recorder.actions()
    assert isinstance(writes, WriteValues)
    assert look == Look("Blad", ["A1:BH200"], number_format="0.0", bold=True)


def test_the_last_write_into_a_cell_counts():
    recorder = Recorder()
    recorder.write("Blad", (1, 1), "först")
    recorder.write("Blad", (1, 1), Formula("=1+1"))
    recorder.write("Blad", (1, 2), Formula("=2+2"))
    recorder.write("Blad", (1, 2), None)
    assert recorder.actions() == [
        WriteValues("Blad", "B1", [[None]]),
        WriteFormulas("Blad", "A1", [["=1+1"]]),
    ]


def test_values_and_formulas_of_a_table_are_a_rectangle_for_each_run_of_columns():
    recorder = Recorder()
    for row in range(1, 51):
        recorder.write("Blad", (row, 1), "text")
        recorder.write("Blad", (row, 2), 1.0)
        recorder.write("Blad", (row, 3), Formula(f"=B{row}*2"))
    actions: Any = recorder.actions()
    addresses = [(type(action), action.address) for action in actions]
    assert addresses == [(WriteValues, "A1:B50"), (WriteFormulas, "C1:C50")]


def test_the_same_look_in_several_areas_is_one_action():
    recorder = Recorder()
    recorder.look("Blad", [(1, 1), (1, 2)], {"fill": "#FFF2CC"})
    recorder.look("Blad", [(3, 1)], {"bold": True})
    recorder.look("Blad", [(5, 1), (6, 1)], {"fill": "#FFF2CC"})
    assert recorder.actions() == [
        Look("Blad", ["A1:B1", "A5:A6"], fill="#FFF2CC"),
        Look("Blad", ["A3"], bold=True),
    ]


def test_looks_on_the_same_cell_are_laid_over_each_other():
    recorder = Recorder()
    recorder.look("Blad", [(1, 1)], {"fill": "#111111", "bold": True, "borders": {"top": "thin"}})
    recorder.look("Blad", [(1, 1)], {"fill": "#222222", "borders": {"bottom": "double"}})
    (look,) = recorder.actions()
    assert look == Look(
        "Blad", ["A1"], fill="#222222", bold=True, borders={"top": "thin", "bottom": "double"}
    )


def test_a_format_stays_before_what_is_written_after_it():
    recorder = Recorder()
    recorder.look("Blad", [(1, 1)], {"number_format": "@"})
    recorder.write("Blad", (1, 1), "007")
    recorder.look("Blad", [(1, 1)], {"number_format": "0"})
    recorder.write("Blad", (1, 1), 7.0)
    recorder.write("Blad", (9, 9), 1.0)
    recorder.look("Blad", [(9, 9)], {"number_format": "@"})
    actions: Any = recorder.actions()
    kinds = [(type(a), a.address if isinstance(a, WriteValues) else a.addresses) for a in actions]
    assert kinds.index((WriteValues, "I9")) < kinds.index((Look, ["I9"]))
    assert kinds.index((Look, ["A1"])) < kinds.index((WriteValues, "A1"))


def test_a_name_parts_what_came_before_from_what_comes_after():
    recorder = Recorder()
    recorder.write("Blad", (1, 1), 1.0)
    recorder.define_name(DefineName("ny", "Blad!$A$1"))
    recorder.write("Blad", (1, 2), Formula("=ny"))
    recorder.resize_table(ResizeTable("Blad", "Tabell", "A1:B2"))
    recorder.write("Blad", (2, 2), 2.0)
    assert [type(action) for action in recorder.actions()] == [
        WriteValues,
        DefineName,
        WriteFormulas,
        ResizeTable,
        WriteValues,
    ]


def test_names_one_after_another_keep_their_order_and_repeat_nothing():
    recorder = Recorder()
    for name in ("a_1", "a_2", "a_1"):
        recorder.define_name(DefineName(name, "Blad!$A$1"))
    assert [a.name for a in recorder.actions() if isinstance(a, DefineName)] == ["a_1", "a_2"]


def test_what_neither_reads_nor_changes_cells_comes_last_and_gathered():
    recorder = Recorder()
    recorder.select("Blad", "A1")
    recorder.mark("Blad", [Marked("A1", "varning", "ett")])
    recorder.row_height("Blad", [3, 1], 20.0)
    recorder.series(SetSeries("Blad", "Diagram", 0, "a", "b", "c"))
    recorder.write("Blad", (1, 1), 1.0)
    recorder.mark("Blad", [Marked("A2", "stoppar", "två")])
    recorder.row_height("Blad", [1, 2], 30.0)
    recorder.series(SetSeries("Blad", "Diagram", 0, "x", "y", "z"))
    recorder.select("Blad", "B2")
    assert recorder.actions() == [
        WriteValues("Blad", "A1", [[1.0]]),
        RowHeight("Blad", [3], 20.0),
        RowHeight("Blad", [1, 2], 30.0),
        SetSeries("Blad", "Diagram", 0, "x", "y", "z"),
        Mark("Blad", [Marked("A1", "varning", "ett"), Marked("A2", "stoppar", "två")]),
        Select("Blad", "B2"),
    ]


def test_marks_from_before_a_clearing_are_gone_and_those_after_stay():
    recorder = Recorder()
    recorder.mark("Blad", [Marked("A1", "varning", "ett")])
    recorder.clear_marks()
    recorder.mark("Blad", [Marked("A2", "varning", "två")])
    assert recorder.actions() == [ClearMarks(), Mark("Blad", [Marked("A2", "varning", "två")])]


def test_nothing_done_is_no_action():
    assert Recorder().actions() == []


CELL = st.tuples(st.integers(1, 4), st.integers(1, 4))
STEP = st.one_of(
    st.tuples(st.just("write"), CELL, st.sampled_from([1.0, "text", None])),
    st.tuples(st.just("look"), CELL, st.sampled_from(["@", "0", "General"])),
    st.tuples(st.just("fill"), CELL, st.sampled_from(["#000000", "#FFFFFF"])),
    st.tuples(st.just("name"), CELL, st.sampled_from(["n_1", "n_2"])),
)


@given(st.lists(STEP, max_size=40))
def test_the_actions_leave_every_cell_as_the_steps_one_by_one_would(steps):
    """Each cell remembers the format it had when its value was written, which Excel cares for."""
    recorder, wanted = Recorder(), _Cells()
    for kind, cell, what in steps:
        if kind == "write":
            recorder.write("Blad", cell, what)
            wanted.write(cell, what)
        elif kind == "name":
            recorder.define_name(DefineName(what, f"Blad!$A${cell[0]}"))
        else:
            field = "number_format" if kind == "look" else "fill"
            recorder.look("Blad", [cell], {field: what})
            wanted.look(cell, field, what)
    found = _Cells()
    for action in recorder.actions():
        if isinstance(action, WriteValues):
            for cell, value in _each(action.address, action.values):
                found.write(cell, value)
        elif isinstance(action, Look):
            for address in action.addresses:
                for cell, _ in _each(address, None):
                    for field in ("number_format", "fill"):
                        if getattr(action, field) is not None:
                            found.look(cell, field, getattr(action, field))
    assert found == wanted


class _Cells:
    def __init__(self):
        self.looks, self.held = {}, {}

    def write(self, cell, value):
        self.held[cell] = (value, self.looks.get((cell, "number_format")))

    def look(self, cell, field, value):
        self.looks[cell, field] = value

    def __eq__(self, other):
        return (self.looks, self.held) == (other.looks, other.held)


def _each(address, values):
    area = area_of(address)
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield (row, column), values and values[row - area.top][column - area.left]
