"""Where the desk stands, for all to read: the driver writes it, the window follows it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from pydantic import TypeAdapter

from ramkoll.desktop.wire import DeskState
from ramkoll.live.results import Result
from ramkoll.live.snapshot import Raw
from ramkoll.server.wire import Error

_STATE: TypeAdapter[DeskState] = TypeAdapter(DeskState)


class Board:
    """The desk's state, changed as a whole under one lock, and the one window that follows it."""

    def __init__(self, excel: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._state = DeskState(excel)
        self._window: Callable[[], None] | None = None
        self._closed = False
        #: When a window was last seen to go, by the clock; None while one is open.
        self.unwatched_since: float | None = clock()

    @property
    def state(self) -> DeskState:
        """The state as it stands now."""
        return self._state

    # What the desk does.

    def begin(self, command: str, arguments: dict[str, Raw], book: str) -> bool:
        """A call begins. False when one is under way."""
        with self._lock:
            if self._state.running:
                return False
            before = self._state
            self._state = DeskState(
                before.excel,
                book,
                before.call + 1,
                command,
                arguments,
                "reading",
                shown=before.shown,
                undo=before.undo if before.book == book else "",
                left=before.left if before.book == book else [],
            )
            self._tell()
            return True

    def look(self, book: str, *, with_help: bool) -> bool:
        """Somebody wants to see the window; False when another workbook's command runs.

        What was shown last stays, if it was about the same workbook.
        """
        with self._lock:
            before = self._state
            if before.book != book and before.running:
                return False
            if before.book != book:
                self._state = DeskState(before.excel, book, before.call + 1, shown=before.shown)
            self._change(show="help" if with_help else "panel", shown=before.shown + 1)
            return True

    def progress(self, done: int, total: int, what: str) -> None:
        """The engine works, and has come so far."""
        with self._lock:
            now = (self._state.phase, self._state.done, self._state.total, self._state.what)
            if now != ("working", done, total, what) and not self._state.stopping:
                self._change(phase="working", done=done, total=total, what=what)

    def stop(self) -> bool:
        """Ask what runs to stop. False when it writes, or nothing runs."""
        with self._lock:
            if self._state.phase not in ("reading", "working"):
                return False
            self._change(stopping=True, what="Avbryter")
            return True

    def may_write(self) -> bool:
        """From here on it is all or nothing; False when somebody has asked it to stop."""
        with self._lock:
            if self._state.stopping:
                return False
            self._change(phase="writing", done=0, total=0, what="")
            return True

    def can_undo(self, label: str, left: list[str]) -> None:
        """What the last command that wrote is called, and what of it cannot be put back."""
        with self._lock:
            self._change(undo=label, left=left)

    def succeed(self, result: Result | None) -> None:
        """The call is done."""
        self._end(phase="done", result=result)

    def fail(self, problem: Error) -> None:
        """The call could not be done."""
        self._end(phase="failed", problem=problem)

    def cancelled(self) -> None:
        """The call was stopped before anything was written."""
        self._end(phase="cancelled")

    def close(self) -> None:
        """Nothing follows any more."""
        with self._lock:
            self._closed = True
            self._tell()

    # What the window asks for.

    async def lines(self, heartbeat: float) -> AsyncIterator[bytes]:
        """The state at each change, a line of JSON each; an empty line when nothing happens.

        The newest window is the one that counts: the others get ``elsewhere``, and the end.
        """
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def told() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)

        with self._lock:
            self._tell()
            self._window, self.unwatched_since = told, None
        shown: DeskState | None = None
        try:
            while True:
                news.clear()
                with self._lock:
                    state, ours, closed = self._state, self._window is told, self._closed
                    if not ours:
                        state = replace(state, elsewhere=True)
                yield b"\n" if state is shown else _STATE.dump_json(state) + b"\n"
                if closed or not ours:
                    return
                shown = state
                try:
                    await asyncio.wait_for(news.wait(), heartbeat)
                except TimeoutError:
                    continue
        finally:
            with self._lock:
                if self._window is told:
                    self._window, self.unwatched_since = None, self._clock()

    def json(self) -> bytes:
        """The state as it stands now, as JSON."""
        return _STATE.dump_json(self._state)

    # With the lock held.

    def _change(self, **what: object) -> None:
        self._state = replace(self._state, **what)  # type: ignore[arg-type]
        self._tell()

    def _tell(self) -> None:
        if self._window is not None:
            self._window()

    def _end(self, **what: object) -> None:
        with self._lock:
            self._change(stopping=False, done=0, total=0, what="", **what)
