"""The process that does the engine's work, so that one workbook cannot take the server down.

It takes a call at a time from one pipe and answers on another. What goes back is bytes and JSON,
never pickled objects: the server believes nothing that a workbook may have had a hand in.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ramkoll.excel.apart import apart, code_lines
from ramkoll.model.errors import RamkollError

# The first byte of what a worker says.
READY, BEGUN, PROGRESS, ANSWER, CANCELLED, REFUSED, FAULT, MEMORY = b"RBPACEFM"
# Progress oftener than this is not seen by anybody.
_BETWEEN = 0.05
_SELDOM = (100_000, 10, 10)
_EXAMPLE_FORM = "templates/avdelning-1.xlsx"

Report = Callable[[int, int, str], None]
# Command, body and user in; the answer as JSON out.
Runner = Callable[[str, bytes, str, Report], bytes]


@dataclass(frozen=True)
class Setup:
    """What a worker is told when it starts. ``memory`` is its most, in bytes of address space."""

    data: Path | None
    submissions: Path | None
    inputs: Path | None
    previous: Path | None
    layouts: Path | None
    memory: int


def engine(setup: Setup) -> Runner:
    """The engine with the region's files; what every command needs is read at once."""
    from ramkoll.excel.scan import scan
    from ramkoll.live.catalogue import commands
    from ramkoll.live.region import Region
    from ramkoll.live.run import ANSWER as ANSWER_TYPE
    from ramkoll.live.run import run_command
    from ramkoll.pipeline.check import check_open
    from ramkoll.rules.catalogue import rules
    from ramkoll.store.acknowledgements import FILE, Acknowledgements
    from ramkoll.store.layouts import load_layouts
    from ramkoll.store.resources import resource

    region = Region(
        load_layouts(setup.layouts),
        setup.submissions,
        setup.inputs,
        setup.previous,
        Acknowledgements(setup.data / FILE if setup.data else None),
    )
    commands()
    rules()
    with suppress(RamkollError):  # the command that needs it says so
        region.frame()
    with suppress(RamkollError, OSError):  # so that the first click finds everything imported
        check_open(scan(resource(_EXAMPLE_FORM)), region.layouts, None)

    def run(command: str, body: bytes, user: str, report: Report) -> bytes:
        region.user = user
        return ANSWER_TYPE.dump_json(run_command(command, body, region, report))

    return run


def work(
    calls: Connection, events: Connection, make_runner: Callable[[Setup], Runner], setup: Setup
) -> None:
    """The whole life of a worker: ends when the server ends, whichever way it does."""
    apart(setup.memory)
    inbox: queue.SimpleQueue[tuple[str, bytes, str]] = queue.SimpleQueue()
    cancelled = threading.Event()
    threading.Thread(target=_listen, args=(calls, inbox, cancelled), daemon=True).start()
    from ramkoll.live.host import Cancelled

    try:
        run = make_runner(setup)
    except RamkollError as error:
        return _say(events, REFUSED, _facts(error))
    except Exception as error:
        return _say(events, FAULT, _lines(error))
    _say(events, READY)
    # What was read at the start stays: it is not gone through for cycles at each click, and new
    # things seldom, since a call makes a hundred thousand and drops nearly all of them by itself.
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    while True:
        command, body, user = inbox.get()
        _say(events, BEGUN)
        report = _reporter(events, cancelled)
        try:
            answer = run(command, body, user, report)
        except Cancelled:
            _say(events, CANCELLED)
        except RamkollError as error:
            _say(events, REFUSED, _facts(error))
        except MemoryError:
            # What is left of the memory is in pieces: the server takes a new worker.
            return _say(events, MEMORY)
        except Exception as error:
            _say(events, FAULT, _lines(error))
        else:
            _say(events, ANSWER, answer)
            del answer
        del body


def _listen(
    calls: Connection, inbox: queue.SimpleQueue[tuple[str, bytes, str]], cancelled: threading.Event
) -> None:
    """Take calls and cancels. When the pipe closes the server is gone, and so are we."""
    try:
        while True:
            call = calls.recv()
            if call is None:
                cancelled.set()
            else:
                cancelled.clear()
                inbox.put(call)
    except (EOFError, OSError):
        os._exit(0)


def _reporter(events: Connection, cancelled: threading.Event) -> Report:
    told = 0.0

    def report(done: int, total: int, what: str) -> None:
        nonlocal told
        if cancelled.is_set():
            from ramkoll.live.host import Cancelled

            raise Cancelled
        now = time.monotonic()
        if now - told >= _BETWEEN or done == total:
            told = now
            _say(events, PROGRESS, json.dumps([done, total, what]).encode())

    return report


def _say(events: Connection, kind: int, said: bytes = b"") -> None:
    try:
        events.send_bytes(bytes([kind]) + said)
    except OSError:
        os._exit(0)


def _facts(error: RamkollError) -> bytes:
    facts: dict[str, Any] = {
        "what": error.what,
        "where": error.where,
        "expected": error.expected,
        "todo": error.todo,
    }
    return json.dumps(facts).encode()


def _lines(error: BaseException) -> bytes:
    return json.dumps(code_lines(error)).encode()
