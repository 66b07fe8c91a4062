"""Marks are known again in every language, by every host, and stand beside the user's own formats."""

import re
from copy import deepcopy

import pytest
from tests.desktop.excel.seen import LOOK_OF_STOPPAR, OF_THE_PANE, assert_same
from tests.desktop.excel.sheets import Condition, area
from tests.desktop.excel.workbooks import VARNING
from tests.pipeline.opened import ROOT

from ramkoll.desktop.excel.marks import formula_of, severity_of
from ramkoll.live.actions import ClearMarks, Mark, Marked

PANE = (ROOT / "addin/office/src/excel/marks.ts").read_text(encoding="utf-8")
SEVERITIES = ("stoppar", "varning", "upplysning", "kontrollera")


def ours(small):
    return [c for c in small.sheet.conditions if severity_of(c.formula)]


def mark(*cells):
    return Mark("Blad 1", [Marked(address, severity, "x") for address, severity in cells])


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_formula_is_the_same_in_every_language_and_known_to_both_hosts(severity):
    formula = formula_of(severity)
    outside = re.sub(r'"[^"]*"', "", formula)
    assert outside == "=<>"  # no function, no separator, no truth, no reference, no number
    assert severity_of(formula) == severity
    told_by_pane = re.search(r"const TAG = /(.+)/;", PANE)
    assert told_by_pane
    pattern = re.compile(told_by_pane[1])
    assert pattern.findall(formula) == [severity]
    (rule,) = re.findall(r"rule\.formula = `(.+)`;", PANE)
    written_by_pane = rule.replace("${severity}", severity)
    for in_a_language in (written_by_pane, written_by_pane.replace("LEN(", "LÄNGD(")):
        assert severity_of(in_a_language) == severity


def test_no_formula_of_anybody_elses_is_taken_for_ours():
    for formula in ("=$A$1>3", '=A1="Ramkoll"', '=A1="Ramkoll-markering"', ""):
        assert severity_of(formula) is None


def test_a_mark_looks_as_the_panes_and_stops_no_other_format(small):
    small.sheet.conditions = []
    small.apply(mark(("B2", "stoppar"), ("D4", "varning"), ("B3", "stoppar")))
    by_formula = {c.formula: c for c in small.sheet.conditions}
    stoppar, varning = (by_formula[formula_of(s)] for s in ("stoppar", "varning"))
    assert [one.address for one in stoppar.area] == ["B2", "B3"]
    assert (stoppar.look, varning.look) == (LOOK_OF_STOPPAR, VARNING)
    assert not stoppar.stop
    for colour in ("#FDE7E9", "#B10E1C", "#FFF4CE", "#8A6100", "#E1EFFA", "#115EA3", "#F0E6FA"):
        assert colour in PANE


def test_all_marks_go_of_both_hosts_and_nothing_else(small):
    theirs = Condition([area("A2:A3")], 2, OF_THE_PANE)
    small.sheet.conditions.append(theirs)
    small.fake.sheets[1].conditions.append(deepcopy(theirs))
    others = [c for c in small.sheet.conditions if not severity_of(c.formula)]
    small.apply(ClearMarks())
    assert small.sheet.conditions == others
    assert small.fake.sheets[1].conditions == []


def test_many_marks_are_put_on_and_back_in_pieces_that_excel_takes(small):
    cells = [(f"{column}{row}", "varning") for row in range(100, 200, 2) for column in "BDF"]
    small.apply(mark(*cells))
    before = deepcopy(small.excel.state())
    undone = small.apply(ClearMarks(), mark(("A1", "stoppar")))
    assert len(ours(small)) == 1
    small.ours.put_back(undone)
    assert_same(small.excel.state(), before)
    assert {one.address for c in ours(small) for one in c.area} >= {address for address, _ in cells}
