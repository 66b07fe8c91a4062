"""`ramkoll desktop` as it is started at logon: one for each user, found by its address file."""

import ctypes
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from tests.desktop.memory_excel import until

from ramkoll.cli import main
from ramkoll.desktop import process
from ramkoll.desktop.address import (
    FILE,
    Address,
    answers,
    only_one,
    read_address,
    remove_address,
    write_address,
)
from ramkoll.desktop.options import Options, read_options
from ramkoll.model.errors import RamkollError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="starts processes as Linux does")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "ramkoll"


@contextmanager
def started(home, *arguments):
    """The process, once it has said that it runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "ramkoll", "desktop", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    try:
        assert child.stdout.readline().startswith("Ramkoll är igång på skrivbordet."), (
            child.stderr.read()
        )
        yield child
    finally:
        child.kill()
        child.communicate()


def ask(address, path="/api/v1/health", **headers):
    connection = HTTPConnection("127.0.0.1", address.port, timeout=10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {address.secret}"} | headers)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


def test_it_is_found_by_its_address_file_is_the_only_one_and_stops_when_asked(home, capsys):
    assert main(["desktop", "--status"]) == 1
    assert main(["desktop", "--stop"]) == 0
    assert capsys.readouterr().out.count("inte igång") == 2
    with started(home) as child:
        address = read_address(home)
        lines = (home / FILE).read_text("ascii").split("\n")
        assert lines == [f"http://127.0.0.1:{address.port}", address.secret, ""]
        assert stat.S_IMODE((home / FILE).stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert json.loads(ask(address)[1])["status"] == "ok"
        assert ask(address, Authorization="Bearer fel")[0] == 401
        assert ask(address, "/window.html")[0] == 200
        assert main(["desktop"]) == 0
        assert "redan igång" in capsys.readouterr().out
        assert read_address(home) == address
        assert main(["desktop", "--status"]) == 0
        assert "är igång på skrivbordet" in capsys.readouterr().out
        assert main(["desktop", "--stop"]) == 0
        out, err = child.communicate(timeout=10)
        assert child.returncode == 0, err
        assert out.endswith("Ramkoll på skrivbordet är avslutat.\n")
        assert address.secret not in out + err
    assert not (home / FILE).exists()
    log = (home / process.LOG).read_text("utf-8")
    assert json.loads(log.splitlines()[-1])["event"] == "stopped"
    assert address.secret not in log


@pytest.mark.slow
@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(home, way):
    with started(home) as child:
        child.send_signal(way)
        child.communicate(timeout=10)
        assert child.returncode == 0
    assert not (home / FILE).exists()


@pytest.mark.slow
def test_the_file_of_one_that_was_killed_is_replaced(home, capsys):
    with started(home) as child:
        stale = read_address(home)
        child.kill()
        child.wait(5)
        assert read_address(home) == stale
        assert answers(stale) is None
        assert main(["desktop", "--status"]) == 1
        assert main(["desktop", "--stop"]) == 0
    with started(home):
        fresh = read_address(home)
        assert fresh.secret != stale.secret
        assert answers(fresh)
        assert ask(fresh, Authorization=f"Bearer {stale.secret}")[0] == 401


@pytest.mark.slow
def test_it_runs_without_any_stream_as_under_pythonw(home):
    script = "import sys; sys.stdin = sys.stdout = sys.stderr = None; from ramkoll.cli import main; sys.exit(main(['desktop']))"
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        until(lambda: answers(read_address(home)), 30)
        assert main(["desktop", "--stop"]) == 0
        assert child.wait(10) == 0
    finally:
        child.kill()
        child.wait()


def test_one_that_holds_the_place_and_does_not_answer_is_said(home, capsys, monkeypatch):
    monkeypatch.setattr(process, "_STARTING", 0.2)
    monkeypatch.setattr(process.running_desk, "__defaults__", (0.2,))
    home.mkdir()
    with only_one(home) as ours:
        assert ours
        assert main(["desktop"]) == 2
    assert "svarar inte" in capsys.readouterr().err


def test_the_lock_is_for_one_and_is_free_again(tmp_path):
    with only_one(tmp_path) as first:
        assert first
        with only_one(tmp_path) as second:
            assert not second
    with only_one(tmp_path) as third:
        assert third


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "http://127.0.0.1:80",
        "http://127.0.0.1:80\n",
        "http://elak.example:80\nx\n",
        "åäö\n",
    ],
)
def test_an_address_file_that_is_none_of_ours_is_passed_over(tmp_path, text):
    (tmp_path / FILE).write_text(text, "utf-8")
    assert read_address(tmp_path) is None


def test_only_its_own_address_file_is_taken_away(tmp_path):
    ours, theirs = Address(1, "a"), Address(2, "b")
    write_address(tmp_path, ours)
    write_address(tmp_path, theirs)
    remove_address(tmp_path, ours)
    assert read_address(tmp_path) == theirs
    assert [each.name for each in tmp_path.iterdir()] == [FILE]
    assert "b" not in repr(theirs).removeprefix("Address")
    remove_address(tmp_path, theirs)
    assert read_address(tmp_path) is None


def test_another_program_on_the_port_is_no_desk_of_ours(tmp_path):
    script = "import http.server; s = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler); print(s.server_port, flush=True); s.serve_forever()"
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path
    )  # fmt: skip
    try:
        assert answers(Address(int(child.stdout.readline()), "hemlig")) is None
    finally:
        child.kill()
        child.communicate()


def test_options_go_before_settings_and_settings_survive_every_letter(tmp_path):
    said = Options(submissions=tmp_path / 'åäö "x" \\ y', port=0, data=tmp_path)
    (tmp_path / "skrivbord.toml").write_text(said.text, "utf-8")
    assert read_options(tmp_path) == said
    given = Options(submissions=tmp_path / "annan")
    assert given.over(said) == Options(submissions=tmp_path / "annan", port=0, data=tmp_path)
    assert read_options(tmp_path / "tom") == Options()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('inputs = "C:\\utdrag"', "enkla citattecken"),
        ("mapp = 'x'", "«mapp» är ingen inställning"),
        ("port = 'x'", "port ska vara ett tal"),
        ("port = true", "port ska vara ett tal"),
        ("inputs = 3", "inputs ska vara en mapp"),
        ("inputs = ''", "inputs ska vara en mapp"),
        ("inputs", "enkla citattecken"),
    ],
)
def test_settings_that_cannot_be_used_are_said_in_swedish(home, text, says, capsys):
    home.mkdir()
    (home / "skrivbord.toml").write_text(text, "utf-8")
    assert main(["desktop"]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "skrivbord.toml" in said
    assert not (home / FILE).exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--submissions", "{tmp}/saknas"], "efter --submissions"),
        (["--data", "{tmp}/fil/mapp"], "Datamappen går inte att skapa"),
    ],
)
def test_a_wrong_start_is_said_in_swedish_and_leaves_no_address(
    home, tmp_path, arguments, says, capsys
):
    (tmp_path / "fil").write_text("")
    assert main(["desktop", *(each.format(tmp=tmp_path) for each in arguments)]) == 2
    assert says in capsys.readouterr().err
    assert not (home / FILE).exists()


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / FILE).mkdir()
    (tmp_path / FILE / "x").write_text("")
    with pytest.raises(RamkollError, match="Adressfilen"):
        write_address(tmp_path, Address(1, "a"))


def test_the_console_of_windows_is_heard_when_it_is_closed(monkeypatch):
    """With a kernel that is none: Windows itself is not here."""

    class Kernel:
        handlers: list = []  # noqa: RUF012

        def SetConsoleCtrlHandler(self, handler, add):  # noqa: N802
            (self.handlers.append if add else self.handlers.remove)(handler)

    kernel = type("windll", (), {"kernel32": Kernel()})
    monkeypatch.setattr(ctypes, "windll", kernel, raising=False)
    monkeypatch.setattr(ctypes, "WINFUNCTYPE", lambda *_: lambda call: call, raising=False)
    monkeypatch.setattr(process, "_CLOSING", 0.05)
    stopped = []
    ended = threading.Event()
    with process._windows_console(lambda: stopped.append(True), ended):
        [handler] = Kernel.handlers
        assert not handler(0)
        assert not handler(1)
        assert stopped == []
        begun = time.monotonic()
        handler(2)
        assert stopped == [True]
        assert time.monotonic() - begun >= 0.04
    assert Kernel.handlers == []
