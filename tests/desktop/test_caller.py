"""RunPython's way: a desk that is started for a click, and lives as long as its window."""

import threading
import time

import pytest
from tests.desktop.memory_excel import MemoryBook, MemoryExcel, until
from tests.pipeline.opened import book

from ramkoll.desktop import caller, process
from ramkoll.desktop.address import FILE, ask, read_address
from ramkoll.desktop.port import Caller


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["-c", "--wb=605.xlsx", "--from_xl=1", "--app=C:\\X\\EXCEL", "--hwnd=123"], Caller(123, "605.xlsx", "605.xlsx")),
        (["--wb=a=b; 50% & c.xlsx", "--hwnd="], Caller(0, "a=b; 50% & c.xlsx", "a=b; 50% & c.xlsx")),
        (["--wb=C:\\mapp\\605.xlsx"], Caller(0, "605.xlsx", "C:\\mapp\\605.xlsx")),
        (["--wb=https://x.example/d/605.xlsx"], Caller(0, "605.xlsx", "https://x.example/d/605.xlsx")),
    ],
)  # fmt: skip
def test_the_workbook_is_the_one_that_the_arguments_name(arguments, found):
    assert caller.caller_of(arguments) == found


def test_a_command_without_a_workbook_is_told_what_to_do(capsys):
    with pytest.raises(SystemExit) as ended:
        caller.run("check", ["-c", "--wb=", "--hwnd=1"])
    assert ended.value.code == 2
    assert "vilken arbetsbok" in capsys.readouterr().err


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A machine with an Excel in memory; the interpreter that Excel would start is this one."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    memory = MemoryExcel({"616.xlsx": MemoryBook(book("616"))})
    opened: list[str] = []

    def start(address):
        opened.append(address)
        return True

    def run_desk(options, folder, ready, *, lasts):
        return process.run_desk(
            options,
            folder,
            ready,
            lasts=lasts,
            make_excel=lambda: memory,
            has_excel=True,
            start=start,
        )

    monkeypatch.setattr(caller, "run_desk", run_desk)
    return tmp_path / "ramkoll", memory, opened


def test_the_click_is_done_the_next_one_is_handed_over_and_it_ends_with_its_window(
    home, monkeypatch
):
    folder, memory, opened = home
    monkeypatch.setattr(caller, "_WINDOW_SECONDS", 4)
    seen = {}

    def next_click():
        """As Excel would: while the first interpreter is there."""
        until(lambda: read_address(folder) and opened)
        address = read_address(folder)
        assert address is not None
        caller.run("help", ["--wb=605.xlsx", "--hwnd=5"])
        seen.update(ask(address, "GET", "/api/v1/desk"))
        caller.run("panel", ["--wb=", "--hwnd=5"])  # the help and the panel need no workbook
        seen["without"] = ask(address, "GET", "/api/v1/desk")["shown"]

    other = threading.Thread(target=next_click)
    other.start()
    caller.run("panel", ["--wb=616.xlsx", "--hwnd=5"])
    other.join(20)
    assert (seen["book"], seen["show"], seen["shown"]) == ("605.xlsx", "help", 2)
    assert seen["without"] == 3
    assert len(opened) == 3
    assert memory.asked == []
    assert not (folder / FILE).exists()


def test_it_does_not_end_while_a_window_is_open_or_a_command_runs(monkeypatch):
    monkeypatch.setattr(caller, "_WINDOW_SECONDS", 0.05)

    class Board:
        unwatched_since: float | None = None
        state = type("State", (), {"running": False})

    desk = type("Desk", (), {"board": Board()})()
    lasts = caller._while_it_is_seen()
    time.sleep(0.1)
    assert lasts(desk)
    desk.board.unwatched_since = 0.0
    desk.board.state = type("State", (), {"running": True})
    time.sleep(0.1)
    assert lasts(desk)
    desk.board.state = Board.state
    time.sleep(0.1)
    assert not lasts(desk)


def test_what_keeps_it_from_starting_is_told(home, capsys):
    folder, _, _ = home
    folder.mkdir()
    (folder / "skrivbord.toml").write_text("port = 'x'")
    with pytest.raises(SystemExit) as ended:
        caller.run("check", ["--wb=616.xlsx"])
    assert ended.value.code == 2
    assert "port ska vara ett tal" in capsys.readouterr().err
