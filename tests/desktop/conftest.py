"""The desk over workbooks in memory: the real routes, jobs and workers, on a port of its own."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.desktop import stand_in
from tests.desktop.memory_excel import MemoryBook, MemoryExcel, until
from tests.pipeline.opened import BOOKS, INPUTS, book
from tests.server.conftest import LIMITS, Client

from ramkoll.desktop.process import desk_app
from ramkoll.server import worker
from ramkoll.server.serve import listen, server
from ramkoll.server.settings import Limits, Settings


class Stream:
    """The window's line to the desk."""

    def __init__(self, desk):
        self.connection = desk.send("GET", "/api/v1/desk/events")
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200

    def next(self):
        """The next line that says something; None at the end."""
        while line := self.answer.readline():
            if line.strip():
                return json.loads(line)
        return None

    def close(self):
        # Else the socket stays open: the answer has one of its own.
        self.answer.close()
        self.connection.close()


RUNNING = ("reading", "working", "writing")


@dataclass
class Desktop(Client):
    """A client as Excel's macros are one; ``opened`` are the addresses that were shown."""

    desk: Any = None
    excel: MemoryExcel = field(default_factory=lambda: MemoryExcel({}))
    opened: list = field(default_factory=list)
    stopped: list = field(default_factory=list)

    @property
    def book(self) -> MemoryBook:
        return self.excel.books["616.xlsx"]

    def post(self, path, body, **headers):
        return self.ask("POST", f"/api/v1/desk/{path}", json.dumps(body).encode(), **headers)

    def press(self, command="check", book="616.xlsx", **arguments):
        """A button of the ribbon, as the macro asks."""
        said = {"command": command, "hwnd": 7, "book": book, "path": f"C:\\mapp\\{book}"}
        if arguments:
            said["arguments"] = arguments
        return self.post("calls", said, Accept="text/plain")

    def undo(self, book="616.xlsx"):
        said = {"hwnd": 7, "book": book, "path": f"C:\\mapp\\{book}"}
        return self.post("undo", said, Accept="text/plain")

    @property
    def state(self):
        return self.get("/api/v1/desk").json

    def ended(self, seconds=30):
        """The state when nothing runs any more."""
        end = time.monotonic() + seconds
        while (found := self.state)["phase"] in RUNNING:
            assert time.monotonic() < end, found
            time.sleep(0.01)
        return found

    def close_windows(self):
        """No window is open, and none is on its way."""
        until(lambda: not self.desk.board.state.running)
        until(lambda: self.desk.board.unwatched_since is not None)
        Stream(self).close()
        until(lambda: self.desk.board.unwatched_since is not None)
        self.opened.clear()

    def done(self, command="check", **more):
        """Press a button and wait; the state afterwards."""
        answer = self.press(command, **more)
        assert answer.status == 202, answer.body
        return self.ended()


@contextmanager
def desktop(
    folder, make_runner=stand_in.make_runner, books=("616",), excel=None, has_excel=True, **changes
):
    """A desk in a thread, with an Excel in memory."""
    listener = listen("127.0.0.1", 0)
    settings = Settings(
        data=folder, port=listener.getsockname()[1], https=False, limits=LIMITS, user="Åsa"
    )
    settings = replace(settings, **changes)
    memory = MemoryExcel({f"{name}.xlsx": MemoryBook(book(name)) for name in books})
    opened: list[str] = []
    stopped: list[bool] = []

    def start(address):
        opened.append(address)
        return True

    made = desk_app(
        settings,
        make_excel=excel or (lambda: memory),
        has_excel=has_excel,
        start=start,
        stop=lambda: stopped.append(True),
        make_runner=make_runner,
    )
    ready = threading.Event()
    serving = server(made.app, settings, None, ready.set)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield Desktop(made.app, settings, serving, made.desk, memory, opened, stopped)
    finally:
        made.desk.board.close()
        serving.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with desktop(tmp_path_factory.mktemp("data"), books=("616", "605")) as found:
        yield found


@pytest.fixture
def here(shared):
    """The module's desk, with its workbooks as they were."""
    until(lambda: not shared.desk.board.state.running)
    for name in ("616", "605"):
        shared.excel.books[f"{name}.xlsx"] = MemoryBook(book(name))
    shared.excel.asked.clear()
    shared.opened.clear()
    return shared


@pytest.fixture(scope="package")
def engine(tmp_path_factory):
    """A desk with the real engine and the examples; its tests are in one group."""
    with desktop(
        tmp_path_factory.mktemp("data"), worker.engine,
        limits=Limits(workers=1), submissions=BOOKS, inputs=INPUTS,
    ) as found:  # fmt: skip
        yield found
