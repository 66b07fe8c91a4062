"""Every command through the desk: the same answer and the same cells as by the engine itself."""

import json

import pytest
from tests.conftest import GOLDENS
from tests.desktop.memory_excel import MemoryBook
from tests.live.applied import applied, contents
from tests.live.calls import run
from tests.live.cases import CASES, REPORT
from tests.pipeline.opened import book, edited

from ramkoll.excel.scan import scan

# The others take the engine's own time.
QUICK = {"check-616"}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name, marks=[] if name in QUICK else pytest.mark.slow)
        for name, case in CASES.items()
    ],
)
def test_a_command_answers_and_writes_through_the_desk_as_by_itself(engine, case, request):
    read = scan(request.getfixturevalue("consolidated")) if case.book == REPORT else book(case.book)
    workbook = edited(read, case.written)
    sheet, _, address = case.at.rpartition("!")
    memory = MemoryBook(workbook, sheet, address or "A1")
    engine.excel.books = {workbook.file: memory}
    state = engine.done(case.command, book=workbook.file)
    assert state["problem"] is None
    golden = json.loads((GOLDENS / case.golden).read_text("utf-8"))
    assert state["result"]["view"]["kind"] == golden["view"]["kind"]
    if case.command != "consolidate":  # whose sentence has the time
        assert state["result"] == golden
        expected = applied(workbook, run(case.command, workbook, case.at).actions)
        assert contents(memory.workbook) == contents(expected)
    else:
        assert "apply" in memory.did
        assert memory.over_formulas is True
