"""`ramkoll serve` as it is started from a terminal: what it says, and how it stops."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection

import pytest

from ramkoll.cli import main
from ramkoll.server.certificate import AUTHORITY, CERTIFICATE, KEY
from ramkoll.server.settings import Settings, checked_folders, data_folder


@contextmanager
def served(*arguments):
    """A started server: the process, and the address and code that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ramkoll", "serve", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address, code, _ = (process.stdout.readline() for _ in range(3))
        found = re.fullmatch(r"Panelen: (\w+)://localhost:(\d+)/(.*)#nyckel=(\S+)\n", address)
        assert found, (address, process.stderr.read() if process.poll() is not None else "")
        assert code == f"Startkod: {found[4]}\n"
        yield process, found
    finally:
        process.kill()
        process.communicate()


def health(found, **context):
    """The answer of a started server, once its workers are ready, and their processes."""
    kind = HTTPSConnection if found[1] == "https" else HTTPConnection
    until = time.monotonic() + 30
    while True:
        connection = kind("localhost", int(found[2]), timeout=10, **context)
        connection.request("GET", "/api/v1/health", headers={"Authorization": f"Bearer {found[4]}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        if answer["workers"] == 2 or time.monotonic() > until:
            return answer
        time.sleep(0.1)


def workers(pid):
    """The processes that a process has started, on Linux."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        found = [int(each) for each in file.read().split()]
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children") as file:
            found += [int(each) for each in file.read().split()]
    return sorted(set(found))


def all_gone(pids, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not [pid for pid in pids if os.path.exists(f"/proc/{pid}") and _lives(pid)]:
            return True
        time.sleep(0.05)
    return False


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux shows them")
def test_it_serves_https_with_its_own_certificate_and_stops_when_it_is_asked_to(tmp_path):
    assert main(["certificate", "--out", str(tmp_path / "certifikat")]) == 0
    with served("--data", str(tmp_path)) as (process, found):
        assert found[1] == "https"
        trusts = ssl.create_default_context(cafile=tmp_path / "certifikat" / AUTHORITY)
        assert health(found, context=trusts)["workers"] == 2
        pids = workers(process.pid)
        assert len(pids) >= 2
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert out.endswith("Servern är stoppad.\n")
    events = [json.loads(line)["event"] for line in err.splitlines()]
    assert events[0] == "started"
    assert events[-1] == "stopped"
    assert found[4] not in err
    assert str(tmp_path) not in err
    assert all_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux shows them")
def test_no_worker_outlives_a_server_that_is_killed(tmp_path):
    with served("--http", "--data", str(tmp_path)) as (process, found):
        health(found)
        pids = workers(process.pid)
        assert len(pids) >= 2
        process.kill()
        process.wait(5)
        assert all_gone(pids)


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes as Linux shows them")
def test_the_demos_calculator_does_not_outlive_a_server_that_is_killed(tmp_path):
    with served("--demo", "--data", str(tmp_path)) as (process, found):
        health(found)
        before = workers(process.pid)
        connection = HTTPConnection("localhost", int(found[2]), timeout=30)
        right = {"Authorization": f"Bearer {found[4]}"}
        connection.request("GET", "/demo/api/workbooks", headers=right)
        assert connection.getresponse().read()
        connection.close()
        pids = workers(process.pid)
        assert set(pids) > set(before)
        process.kill()
        process.wait(5)
        assert all_gone(pids)


def test_the_demo_needs_nothing_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served("--demo") as (process, found):
        assert (found[1], found[3]) == ("http", "demo.html")
        answer = health(found)
        assert answer["demo"] is True
        assert answer["submissions"] is True
        assert answer["inputs"] is True
        assert list(tmp_path.iterdir())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert process.returncode == 0
        assert not list(tmp_path.iterdir())
        first = found[4]
    with served("--demo") as (_, found):
        assert found[4] != first


def test_a_taken_port_is_said_in_swedish(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--http", "--data", str(tmp_path), "--port", str(port)]) == 2
    assert f"Port {port} går inte att använda" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--data", "{tmp}"], "ramkoll certificate"),
        (["--data", "{tmp}", "--certificate", "{tmp}/x.pem"], "både --certificate och --key"),
        (["--data", "{tmp}", "--http", "--port", "0", "--submissions", "{tmp}/saknas"], "efter --submissions"),
        (["--data", "{tmp}", "--http", "--port", "0", "--layouts", "{tmp}/saknas"], "efter --layouts"),
        (["--data", "{tmp}/fil/mapp", "--http"], "Datamappen går inte att skapa"),
    ],
)  # fmt: skip
def test_a_wrong_start_is_said_in_swedish(tmp_path, arguments, says, capsys):
    (tmp_path / "fil").write_text("")
    assert main(["serve", *(each.format(tmp=tmp_path) for each in arguments)]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "åtta", "1e3", ""])
def test_a_port_that_is_none_is_wrong_use(port, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["serve", f"--port={port}"])
    assert stopped.value.code == 2
    assert "är ingen port" in capsys.readouterr().err


def test_the_certificate_says_how_it_is_trusted_and_how_that_is_undone(tmp_path, capsys):
    assert main(["certificate", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "Import-Certificate" in said
    assert "Remove-Item Cert:" in said
    assert {CERTIFICATE, KEY} <= {each.name for each in tmp_path.iterdir()}
    assert main(["certificate", "--out", str(tmp_path)]) == 0
    assert "behöver inte godkännas igen" in capsys.readouterr().out


def test_a_folder_that_is_missing_is_named_by_its_option(tmp_path):
    checked_folders(Settings(tmp_path, inputs=tmp_path))
    with pytest.raises(Exception, match="--previous"):
        checked_folders(Settings(tmp_path, previous=tmp_path / "saknas"))


def test_the_data_folder_is_the_users_own(tmp_path):
    assert data_folder({"XDG_DATA_HOME": str(tmp_path)}, "linux") == tmp_path / "ramkoll"
    assert data_folder({}, "linux").parts[-3:] == (".local", "share", "ramkoll")
    assert data_folder({"LOCALAPPDATA": str(tmp_path)}, "win32") == tmp_path / "Ramkoll"
    assert data_folder({}, "darwin").parts[-2:] == ("Application Support", "Ramkoll")
