"""What children are asked to do in the tests of them: what a hostile file might make them do."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import warnings
from pathlib import Path

from ramkoll.excel.scan import scan
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission


def kill(pid: int) -> None:
    """End a process as when memory runs out. Windows has no such signals; mypy runs for it too."""
    if sys.platform != "win32":
        os.kill(pid, signal.SIGKILL)


def stop(pid: int) -> None:
    """Let a process do nothing more, but live."""
    if sys.platform != "win32":
        os.kill(pid, signal.SIGSTOP)


def interrupt(pid: int) -> None:
    """As Ctrl-C does, to every process of the terminal."""
    if sys.platform != "win32":
        os.killpg(pid, signal.SIGINT)


def do(what: str) -> object:
    """One thing, by its name; a name that is none is given back."""
    if what == "killed":
        kill(os.getpid())
    if what == "crashed":
        ctypes.string_at(0)
    if what == "aborted":
        os.abort()
    if what == "left":
        os._exit(0)
    if what == "hangs":
        time.sleep(60)
    if what == "greedy":
        return len(bytearray(3 * 2**30))
    if what == "greedy in small pieces":
        return len([bytes(10_000) for _ in range(10**6)])
    if what == "stopped":
        stop(os.getpid())
    if what == "refused":
        raise Unreadable(
            "lösenord", "Filen är låst.", where="a.xlsx", expected="öppen", todo="Öppna."
        )
    if what == "set-up":
        raise RamkollError("Filen finns inte.", where="a.xlsx", todo="Leta.")
    if what == "fault":
        raise ValueError("hemligt värde")
    if what == "panic":
        raise BaseException("hemligt värde")
    if what == "deep":
        nested: list[object] = []
        for _ in range(100_000):
            nested = [nested]
        return nested
    if what == "cell":
        return Cell(CellKind.TEXT, "ö")
    return what


def speak(what: str) -> str:
    """Write to the terminal in every way that Python and libraries have."""
    print("hemligt på skärmen")
    print("hemligt på felskärmen", file=sys.stderr)
    os.write(1, b"hemligt")
    os.write(2, b"hemligt")
    warnings.warn("hemligt", stacklevel=1)
    return what


def poison(file: str) -> object:
    """An answer that would make a file where it is unpacked."""
    return _Poison(file)


class _Poison:
    def __init__(self, file: str) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path(self.file),)


def write_itself(file: str, seconds: float) -> None:
    """Leave the process's number behind, and be slow."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(seconds)


def count(file: str, what: str) -> object:
    """Add a line to a file, then do what is said."""
    with Path(file).open("a") as stream:
        stream.write(f"{what}\n")
    return do(what)


def slow(n: int) -> int:
    """The first are the slowest, so that the last are done before them."""
    time.sleep(0.05 if n < 2 else 0)
    return n


def much(megabytes: int) -> str:
    """A long answer."""
    return "x" * (megabytes * 2**20)


def shared(prefix: str, what: str) -> str:
    """For a partial."""
    return prefix + what


def read(path: Path, name: str) -> Submission:
    """Reading, but for one file that kills its reader."""
    if name == "dödar.xlsx":
        kill(os.getpid())
    return scan(path, name)
