"""Children that read: whatever happens to one, its own file is refused and the others are read."""

import multiprocessing
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES
from tests.excel import misbehaving
from tests.excel.broken import package, zipped

from ramkoll.excel import children as children_module
from ramkoll.excel.children import Children, read_apart
from ramkoll.excel.scan import scan
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError

SMALL = 2**30


def done(*what: str, count: int = 2, seconds: float = 20.0) -> list[object]:
    with Children(count, SMALL, seconds) as children:
        return list(children.each(misbehaving.do, [(f"{each}.xlsx", (each,)) for each in what]))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("killed", "något i filen fick den att sluta i förtid"),
        ("crashed", "något i filen fick den att sluta i förtid"),
        ("aborted", "något i filen fick den att sluta i förtid"),
        ("left", "något i filen fick den att sluta i förtid"),
        ("greedy", "kräver mer minne"),
        ("greedy in small pieces", "kräver mer minne"),
        ("fault", "ett fel i Ramkoll"),
        ("panic", "ett fel i Ramkoll"),
        ("deep", "ett fel i Ramkoll"),
    ],
)
def test_what_ends_a_child_costs_its_own_item_only(what: str, said: str) -> None:
    before, error, *after = done("a", what, "b", "c", "d")
    assert (before, after) == ("a", ["b", "c", "d"])
    assert isinstance(error, RamkollError)
    assert error.where == f"{what}.xlsx"
    assert said in error.what
    assert error.todo.endswith(".")
    assert "hemligt" not in str(error)


@pytest.mark.parametrize("what", ["hangs", "stopped"])
def test_a_child_that_is_not_done_in_time_is_ended_and_its_item_refused(what: str) -> None:
    begun = time.monotonic()
    before, error, *after = done("a", what, "b", "c", seconds=0.6)
    assert time.monotonic() - begun < 30
    assert (before, after) == ("a", ["b", "c"])
    assert isinstance(error, Unreadable)
    assert error.code == "för_stor"
    assert "så lång tid" in error.what


def test_a_refusal_comes_back_with_all_that_it_says() -> None:
    refused, setup = done("refused", "set-up")
    assert isinstance(refused, Unreadable)
    assert (refused.code, str(refused)) == (
        "lösenord",
        "a.xlsx: Filen är låst. Väntat: öppen. Öppna.",
    )
    assert type(setup) is RamkollError
    assert str(setup) == "a.xlsx: Filen finns inte. Leta."


def test_a_fault_of_ours_says_where_in_the_code_and_nothing_of_the_cells() -> None:
    (error,) = done("fault")
    assert isinstance(error, RamkollError)
    assert "misbehaving.py" in error.__notes__[0]
    assert "hemligt" not in "".join(error.__notes__)


def test_every_item_that_kills_is_refused_and_no_child_is_left_behind() -> None:
    others = multiprocessing.active_children()  # of servers that other tests share
    with Children(2, SMALL, 20) as children:
        answers = list(
            children.each(
                misbehaving.do, [(str(n), ("killed" if n % 2 else "a",)) for n in range(10)]
            )
        )
        alive = children.pids
    assert [isinstance(each, RamkollError) for each in answers] == [False, True] * 5
    assert len(alive) <= 2
    assert not [each for each in alive if _lives(each)]
    assert set(multiprocessing.active_children()) <= set(others)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_is_done_twice_and_nothing_left_out(tmp_path: Path) -> None:
    file = str(tmp_path / "done.txt")
    what = [f"{n}" if n % 3 else "killed" for n in range(12)]
    with Children(1, SMALL, 20) as children:
        answers = list(children.each(misbehaving.count, [(each, (file, each)) for each in what]))
    assert Path(file).read_text().split() == what
    assert [each for each in answers if isinstance(each, str)] == [
        each for each in what if each != "killed"
    ]


def test_answers_come_in_the_order_of_the_items() -> None:
    with Children(2, SMALL, 20) as children:
        assert list(children.each(misbehaving.slow, [(str(n), (n,)) for n in range(50)])) == list(
            range(50)
        )


def test_children_go_on_with_other_work_and_with_what_a_function_was_given() -> None:
    with Children(2, SMALL, 20) as children:
        assert list(children.each(misbehaving.do, [])) == []
        assert children.pids == []
        assert list(children.each(misbehaving.do, [("a", ("a",))])) == ["a"]
        first = children.pids
        with_prefix = partial(misbehaving.shared, "å")
        assert list(children.each(with_prefix, [("a", ("b",)), ("b", ("c",))])) == ["åb", "åc"]
        assert first[0] in children.pids


def test_who_stops_halfway_gets_no_old_answers_next_time() -> None:
    with Children(2, SMALL, 20) as children:
        answers = children.each(misbehaving.slow, [(str(n), (n,)) for n in range(20)])
        assert next(answers) == 0
        del answers
        assert list(children.each(misbehaving.do, [("a", ("a",)), ("b", ("b",))])) == ["a", "b"]


def test_other_work_in_the_midst_of_work_mixes_no_answers() -> None:
    with Children(2, SMALL, 20) as children:
        answers = children.each(misbehaving.slow, [(str(n), (n,)) for n in range(20)])
        assert next(answers) == 0
        assert list(children.each(misbehaving.do, [("a", ("a",)), ("b", ("b",))])) == ["a", "b"]
        assert list(answers) == list(range(1, 20))


def test_long_questions_and_long_answers_do_not_wait_for_each_other() -> None:
    with Children(1, SMALL, 20) as children:
        long = "x" * 2**20
        asked = [("a", (long,))] * 8
        assert list(children.each(misbehaving.do, asked)) == [long] * 8


def test_an_answer_beyond_the_cap_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children_module, "MAX_ANSWER", 2**20)
    with Children(1, SMALL, 20) as children:
        error, fine = children.each(misbehaving.much, [("stor.xlsx", (2,)), ("a", (0,))])
    assert isinstance(error, Unreadable)
    assert (error.code, error.where, fine) == ("för_stor", "stor.xlsx", "")


def test_an_answer_that_calls_something_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "made"
    with Children(1, SMALL, 20) as children:
        (error,) = children.each(misbehaving.poison, [("ond.xlsx", (str(file),))])
        (cell,) = children.each(misbehaving.do, [("a", ("cell",))])
    assert isinstance(error, Unreadable)
    assert not file.exists()
    assert cell == Cell(CellKind.TEXT, "ö")


def test_children_end_when_the_work_is_broken_off(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    items = [("a", (str(file), 0.0)), ("b", (str(file), 60.0))]
    with pytest.raises(KeyboardInterrupt), Children(1, SMALL, 60) as children:  # noqa: PT012
        assert next(children.each(misbehaving.write_itself, items)) is None
        raise KeyboardInterrupt
    assert not _lives(int(file.read_text()))


PARENT = """
import sys
from tests.excel import misbehaving
from ramkoll.excel.children import Children
if __name__ == "__main__":
    with Children(1) as children:
        for _ in children.each(misbehaving.write_itself, [("a", (sys.argv[1], 60.0))]):
            pass
"""


@pytest.mark.parametrize("how", ["Ctrl-C", "killed"])
def test_children_end_with_who_started_them(tmp_path: Path, how: str) -> None:
    script, file = tmp_path / "parent.py", tmp_path / "pid"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, script, file],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    ) as parent:
        _until(lambda: file.exists() and file.read_text() != "")
        (misbehaving.kill if how == "killed" else misbehaving.interrupt)(parent.pid)
        out, _ = parent.communicate(timeout=30)
    pid = int(file.read_text())
    _until(lambda: not _lives(pid))
    assert out.count(b"KeyboardInterrupt") == (how == "Ctrl-C")
    assert out.count(b"Traceback") == (how == "Ctrl-C")


SPEAKING = """
from tests.excel import misbehaving
from ramkoll.excel.children import Children
if __name__ == "__main__":
    with Children(1) as children:
        print(*children.each(misbehaving.speak, [("a", ("a",)), ("b", ("b",))]))
"""


def test_children_write_nothing_on_the_terminal(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(SPEAKING)
    said = subprocess.run(
        [sys.executable, "-W", "always", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (said.stdout, said.stderr) == ("a b\n", "")


def _until(true) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_that_no_child_can_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RamkollError, match="kan inte starta"), Children(1, 2**20, 20) as children:
        list(children.each(misbehaving.do, [("a", ("a",))]))


def test_a_workbook_read_apart_is_as_read_here() -> None:
    path = EXAMPLES / "605.xlsx"
    assert read_apart(path) == scan(path)
    assert read_apart(path, "mapp/605.xlsx") == scan(path, "mapp/605.xlsx")
    with pytest.raises(RamkollError, match=r"saknas\.xlsx: Filen finns inte"):
        read_apart(path.with_name("saknas.xlsx"))


def test_hostile_files_among_good_ones_are_refused_and_the_good_ones_read(tmp_path: Path) -> None:
    good = [tmp_path / f"{n}.xlsx" for n in range(8)]
    for n, path in enumerate(good):
        path.write_bytes(package(f'<row r="1"><c r="A1"><v>{n}</v></c></row>'))
    hostile = {
        "vid.xlsx": package('<row r="1048577"><c r="XFE1048577"><v>1</v></c></row>'),
        "bomb.xlsx": zipped({"[Content_Types].xml": bytes(100 * 2**20)}),
        "dödar.xlsx": package(),
    }
    for name, data in hostile.items():
        (tmp_path / name).write_bytes(data)
    paths = [*good[:4], *(tmp_path / name for name in hostile), *good[4:]]
    with Children(2, SMALL, 20) as children:
        answers = list(
            children.each(misbehaving.read, [(each.name, (each, each.name)) for each in paths])
        )
    refused = [each for each in answers if isinstance(each, RamkollError)]
    assert [each.where.split()[0] for each in refused] == list(hostile)
    assert [each for each in answers if not isinstance(each, RamkollError)] == [
        scan(each) for each in good
    ]
