"""The desk's process: one for each user, from logon to logoff, on loopback only."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI

from ramkoll.desktop.address import (
    Address,
    answers,
    only_one,
    read_address,
    remove_address,
    write_address,
)
from ramkoll.desktop.desk import Desk
from ramkoll.desktop.options import Options
from ramkoll.desktop.port import Excel
from ramkoll.desktop.routes import SENT, TAKEN, router
from ramkoll.desktop.window import Opener, Tickets, start_browser
from ramkoll.model.errors import RamkollError
from ramkoll.server import worker
from ramkoll.server.app import Extra, make_app
from ramkoll.server.log import log_to
from ramkoll.server.routes import Api
from ramkoll.server.serve import listen, server
from ramkoll.server.settings import MEGABYTE, Limits, Settings, private_folder, user_name
from ramkoll.server.worker import Runner, Setup

LOG = "skrivbord.log"
# A person has one command running, and on a shared machine each of them has a desk.
LIMITS = Limits(workers=1)
HAS_EXCEL = sys.platform == "win32"
# A desk that has just been started by somebody else is not ready yet.
_STARTING = 15.0
# To end in order when Windows closes the console; then it ends us itself.
_CLOSING = 4.0
# From wincon.h: the console is closed, or the user logs off.
_CLOSE_EVENT = 2
# From winuser.h: MB_ICONWARNING and MB_SETFOREGROUND.
_WARNING_IN_FRONT = 0x30 | 0x10000


class DeskApp(NamedTuple):
    """The app, and the desk that stands behind its routes."""

    app: FastAPI
    desk: Desk


def open_excel() -> Excel | None:
    """The Excel of this user; None where there can be none. To be called on the desk's thread."""
    if not HAS_EXCEL:
        return None
    from ramkoll.desktop.excel.find import XlwingsExcel  # looks for Excel as soon as it is made

    return XlwingsExcel()


def desk_app(
    settings: Settings,
    *,
    make_excel: Callable[[], Excel | None] = open_excel,
    has_excel: bool = HAS_EXCEL,
    start: Callable[[str], bool] = start_browser,
    stop: Callable[[], None] = lambda: None,
    make_runner: Callable[[Setup], Runner] = worker.engine,
) -> DeskApp:
    """The server's app with the desk's routes. ``start`` shows an address in a browser."""
    tickets = Tickets()
    opener = Opener(f"http://127.0.0.1:{settings.port}/", tickets, start)
    made: list[Desk] = []

    def extra(api: Api) -> Extra:
        desk = Desk(api, make_excel, lambda anew: opener.open(anew=anew), has_excel=has_excel)
        made.append(desk)
        routes = router(desk, settings, tickets, opener, stop)
        return Extra(routes, TAKEN, SENT, desk.open())

    app = make_app(settings, make_runner, extra)
    return DeskApp(app, made[0])


def run_desk(
    options: Options,
    folder: Path,
    ready: Callable[[Desk], None],
    *,
    lasts: Callable[[Desk], bool] = lambda _desk: True,
    make_excel: Callable[[], Excel | None] = open_excel,
    has_excel: bool = HAS_EXCEL,
    start: Callable[[str], bool] = start_browser,
) -> bool:
    """Run the desk until it is asked to end, or it ``lasts`` no longer.

    False when this user has one already. ``folder`` is the user's data folder, which holds the
    address file. Raises RamkollError when it cannot be started.
    """
    private_folder(folder)
    with only_one(folder) as ours:
        if not ours:
            return False
        data = private_folder(options.data or folder)
        with _logged(folder), listen("127.0.0.1", options.port or 0) as listener:
            settings = Settings(
                data=data,
                port=listener.getsockname()[1],
                https=False,
                submissions=options.submissions,
                inputs=options.inputs,
                previous=options.previous,
                layouts=options.layouts,
                user=user_name(),
                limits=LIMITS,
            )
            address = Address(settings.port, settings.secret)

            def stop() -> None:
                made.desk.board.close()
                serving.should_exit = True

            def began() -> None:
                write_address(folder, address)
                threading.Thread(target=_watch, args=(made.desk, lasts, stop), daemon=True).start()
                ready(made.desk)

            made = desk_app(
                settings, make_excel=make_excel, has_excel=has_excel, start=start, stop=stop
            )
            serving = server(made.app, settings, None, began)
            try:
                with _told_to_end(stop):
                    serving.run(sockets=[listener])
            except KeyboardInterrupt:
                pass  # one of the ways it is meant to be stopped
            finally:
                remove_address(folder, address)
    return True


def running_desk(folder: Path, patience: float = _STARTING) -> dict[str, Any] | None:
    """The health of the desk that holds the user's place; waits for one that is starting."""
    until = time.monotonic() + patience
    while True:
        found = answers(read_address(folder))
        if found is not None or time.monotonic() > until:
            return found
        time.sleep(0.1)


def gone(folder: Path, patience: float = _STARTING) -> bool:
    """Whether the user's desk ends within so many seconds."""
    until = time.monotonic() + patience
    while True:
        with only_one(folder) as free:
            if free or time.monotonic() > until:
                return free
        time.sleep(0.1)


def not_answering(folder: Path) -> RamkollError:
    """What is said of a desk that is there and does not answer."""
    return RamkollError(
        "Ramkoll är startat på skrivbordet men svarar inte.",
        where=str(folder),
        todo="Avsluta ramkoll i Aktivitetshanteraren, eller logga ut och in igen.",
    )


def _watch(desk: Desk, lasts: Callable[[Desk], bool], stop: Callable[[], None]) -> None:
    while lasts(desk):
        time.sleep(0.5)
    stop()


@contextmanager
def _logged(folder: Path) -> Iterator[None]:
    """The log in a file that is never large. (It holds no cells; see server/log.py.)"""
    try:
        handler = RotatingFileHandler(
            folder / LOG, maxBytes=MEGABYTE, backupCount=3, encoding="utf-8", delay=False
        )
    except OSError as error:
        raise RamkollError(
            f"Loggen går inte att skriva ({error.strerror}).",
            where=str(folder / LOG),
            todo="Se efter att mappen går att skriva i, och starta Ramkoll igen.",
        ) from error
    log_to(handler)
    try:
        yield
    finally:
        log_to(logging.NullHandler())
        handler.close()


@contextmanager
def _told_to_end(stop: Callable[[], None]) -> Iterator[None]:
    """End in order when the system asks: SIGTERM, or a Windows console that is closed.

    A process without a console (pythonw) is told of nothing at logoff: Windows ends it, and the
    address file it leaves is replaced at the next start.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    ended = threading.Event()
    try:
        with _console(stop, ended):
            yield
    finally:
        ended.set()
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _console(stop: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    if sys.platform == "win32":
        with _windows_console(stop, ended):
            yield
    else:
        yield


@contextmanager
def _windows_console(stop: Callable[[], None], ended: threading.Event) -> Iterator[None]:
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009

    def closed(kind: int) -> bool:
        if kind < _CLOSE_EVENT:  # Ctrl-C and Ctrl-Break are signals to Python
            return False
        stop()
        return ended.wait(_CLOSING)

    handler = getattr(ctypes, "WINFUNCTYPE")(ctypes.c_int, ctypes.c_uint)(closed)  # noqa: B009
    kernel.SetConsoleCtrlHandler(handler, True)
    try:
        yield
    finally:
        kernel.SetConsoleCtrlHandler(handler, False)


def speechless() -> bool:
    """Let what is printed go nowhere where there is nowhere: pythonw has no streams at all.

    True when it was so.
    """
    silent = sys.stderr is None
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    return silent


def tell(words: str) -> None:
    """Say what is wrong to a user who sees no terminal."""
    if HAS_EXCEL:
        box: Any = getattr(ctypes, "windll").user32.MessageBoxW  # noqa: B009
        box(None, words, "Ramkoll", _WARNING_IN_FRONT)
    else:
        print(words, file=sys.stderr)
