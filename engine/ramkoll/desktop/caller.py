"""RunPython's way to the desk: started by Excel for one click, and there while its window is.

The macro starts a hidden interpreter with this module's ``run`` and the arguments that xlwings
gives: ``--wb=`` the workbook, ``--hwnd=`` Excel's window.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from ramkoll.desktop.address import ask, read_address
from ramkoll.desktop.desk import HELP, PANEL, UNDO, Desk
from ramkoll.desktop.options import read_options
from ramkoll.desktop.port import Caller
from ramkoll.desktop.process import not_answering, run_desk, running_desk, speechless, tell
from ramkoll.model.errors import RamkollError
from ramkoll.server.settings import data_folder

# A browser that starts for the first time of the day, or that is closed to be opened anew.
_WINDOW_SECONDS = 30.0


def caller_of(arguments: Sequence[str]) -> Caller | None:
    """The workbook that xlwings' arguments name; None when no workbook was open."""
    given = dict(each[2:].partition("=")[::2] for each in arguments if each.startswith("--"))
    path, hwnd = given.get("wb", ""), given.get("hwnd", "")
    # An address ends with the name as a path does.
    book = re.split(r"[/\\]", path)[-1]
    if not book:
        return None
    return Caller(int(hwnd) if hwnd.isdecimal() else 0, book, path)


def run(command: str, arguments: Sequence[str] | None = None) -> None:
    """Carry out a button's click; ends when its window is closed. Exits with 2 when it cannot."""
    speechless()
    try:
        caller = caller_of(sys.argv if arguments is None else arguments)
        if caller is None and command not in (PANEL, HELP):
            raise RamkollError(
                "Ramkoll vet inte vilken arbetsbok som menas.",
                todo="Öppna arbetsboken i Excel och välj knappen på fliken Ramkoll igen.",
            )
        _run(command, caller, data_folder())
    except RamkollError as error:
        tell(str(error))
        sys.exit(2)


def _run(command: str, caller: Caller | None, folder: Path) -> None:
    def clicked(desk: Desk) -> None:
        if command == UNDO:
            desk.undo(caller)
        else:
            desk.call(command, {}, caller)

    # The desk that the last click started may still be there, with its window.
    if not run_desk(read_options(folder), folder, clicked, lasts=_while_it_is_seen()):
        _hand_over(command, caller, folder)


def _hand_over(command: str, caller: Caller | None, folder: Path) -> None:
    running_desk(folder)
    address = read_address(folder)
    book = asdict(caller or Caller(0, ""))
    try:
        if address is None:
            raise OSError
        if command == UNDO:
            ask(address, "POST", "/api/v1/desk/undo", book)
        else:
            ask(address, "POST", "/api/v1/desk/calls", {"command": command, **book})
    except OSError as error:
        raise not_answering(folder) from error


def _while_it_is_seen() -> Callable[[Desk], bool]:
    """Until no window has been open for a while, and nothing runs."""
    idle_since = time.monotonic()

    def lasts(desk: Desk) -> bool:
        nonlocal idle_since
        now = time.monotonic()
        if desk.board.state.running or desk.board.unwatched_since is None:
            idle_since = now
        return now - idle_since < _WINDOW_SECONDS

    return lasts
