"""A command, from the bytes that a host sends to the actions it gets back."""

import json
from typing import Any

import pytest
import xlwings

from ramkoll.live import run
from ramkoll.live.actions import DefineName, Look, Mark, Marked, RowHeight, Select, WriteValues
from ramkoll.live.command import Command, Reads
from ramkoll.live.host import Cancelled, Host
from ramkoll.live.reading import submission_of
from ramkoll.live.results import NoView, Result
from ramkoll.live.run import ANSWER, run_command
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.live.writing import write_number, write_text
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import Style

REGION: Any = None  # the command needs none


def _double(book: xlwings.Book, host: Host, *, sheet: str, times: float = 2.0) -> Result:
    """Multiply every number of a sheet and say how many there were."""
    read: Any = submission_of(book).sheet(sheet)
    numbers = [(at, cell.value) for at, cell in read.cells.items() if cell.kind == "tal"]
    target = book.sheets[sheet]
    for done, (at, value) in enumerate(numbers):
        host.progress(done, len(numbers), "Räknar")
        write_number(target.range(at), float(value) * times)
    write_text(target["D1"], "=inte en formel")
    host.look(
        "blad",
        [Area(1, 1, 2, 1), Area(1, 4, 1, 4)],
        Style(number_format="0.0", bold=True, fill="FFF2CC", top="thin", bottom="BFBFBF"),
    )
    host.mark(sheet, [Marked("A1", "varning", "Se hit")])
    host.row_height(sheet, [1], 30)
    book.names.add("Summa", "=Blad!$A$1:$A$2")
    target.activate()
    target["A1"].select()
    return Result(f"{len(numbers)} tal ändrades.", NoView())


@pytest.fixture
def fake(monkeypatch):
    commands = {"double": Command("double", Reads.EVERYTHING, _double)}
    monkeypatch.setattr(run, "commands", lambda: commands)


def _call(report=lambda *_: None, arguments=None, **sheet):
    workbook = {
        "name": "605.xlsx",
        "sheets": [{"name": "Annat"}, {"name": "Blad", "values": [[1, "a"], [2.5, None]], **sheet}],
        "active": "Annat",
    }
    body = {
        "workbook": workbook,
        "arguments": {"sheet": "Blad"} if arguments is None else arguments,
    }
    return run_command("double", json.dumps(body).encode(), REGION, report)


def test_a_command_gets_a_book_and_gives_actions_and_an_answer(fake):
    steps = []
    answer = _call(lambda *step: steps.append(step))
    assert answer.result.message == "2 tal ändrades."
    assert steps == [(0, 2, "Räknar"), (1, 2, "Räknar")]
    look, *more = [a for a in answer.actions if isinstance(a, Look)]
    assert more == []
    assert look == Look(
        "Blad",
        ["A1:A2", "D1"],
        number_format="0.0",
        fill="#FFF2CC",
        colour="",
        bold=True,
        italic=False,
        size=10.0,
        wrap=False,
        horizontal="general",
        vertical="center",
        indent=0,
        borders={"top": "thin", "bottom": "#BFBFBF"},
    )
    assert [a for a in answer.actions if a is not look] == [
        WriteValues("Blad", "A1:A2", [[2.0], [5.0]]),
        WriteValues("Blad", "D1", [["=inte en formel"]]),
        DefineName("Summa", "Blad!$A$1:$A$2"),
        RowHeight("Blad", [1], 30),
        Mark("Blad", [Marked("A1", "varning", "Se hit")]),
        Select("Blad", "A1"),
    ]


@pytest.mark.parametrize(("reads", "may"), [(Reads.REPORT, True), (Reads.FORMS, False)])
def test_only_a_command_of_the_report_writes_in_a_sheet_that_it_was_not_sent(reads, may):
    unread = Snapshot("bok.xlsx", [SheetSnapshot("Underlag", sent=False)])
    found = run._writable(unread, Command("double", reads, _double))
    assert [sheet.sent for sheet in found.sheets] == [may]


def test_the_answer_is_json_that_reads_back_the_same(fake):
    answer = _call()
    assert ANSWER.validate_json(ANSWER.dump_json(answer)) == answer


def test_the_same_call_twice_gives_the_same(fake):
    assert _call() == _call()


def test_arguments_have_defaults_and_are_checked(fake):
    answer = _call(arguments={"sheet": "Blad", "times": 10.0})
    assert answer.actions[0].values == [[10.0], [25.0]]
    for wrong in ({}, {"sheet": "Blad", "okänd": 1}):
        with pytest.raises(RamkollError, match="uppgift"):
            _call(arguments=wrong)


def test_a_command_that_is_asked_to_stop_stops(fake):
    def stop(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        _call(stop)


def test_a_command_that_meets_a_formula_leaves_it_and_says_so(fake):
    with pytest.raises(RamkollError, match=r"Blad!A1: .*formel"):
        _call(formulas=[[1, 1, "=1"]])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"workbook": 1}',
        b'{"workbook": {"name": "x", "sheets": []}, "arguments": {"sheet": "B"}}',
        b'{"workbook": {"name": "x", "sheets": [{"name": "B", "values": [[NaN]]}]}}',
        "ö".encode("latin-1"),
    ],
)
def test_what_is_no_call_is_refused_in_swedish(fake, body):
    with pytest.raises(RamkollError, match="går inte att läsa"):
        run_command("double", body, REGION, lambda *_: None)
