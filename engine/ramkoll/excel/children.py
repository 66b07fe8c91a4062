"""Child processes that read what somebody sent, so that no workbook takes Ramkoll down.

A child has so much memory and so much time for each workbook. One that dies, hangs or wants too
much costs its own workbook: that one is refused in a sentence, the child is replaced, and the
others are read.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import logging
import multiprocessing
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Generic, TypeVar

from ramkoll.excel.answers import Refused, packed, unpacked
from ramkoll.excel.apart import apart, code_lines
from ramkoll.excel.gave_up import died, no_children, our_fault, too_much, too_slow
from ramkoll.excel.scan import scan
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission

_LOG = logging.getLogger(__name__)

T = TypeVar("T")

# Address space of a child. Measured on Linux: 30 MB with the reader loaded, and for a million
# formula cells 0.3 GB by the quick reader, 0.7 by the namespace-aware one with its answer.
MEMORY: Final = 2 * 2**30
# A workbook takes tens of milliseconds, one of 400,000 cells some seconds, and a network drive or
# a busy Citrix server ten times that.
SECONDS: Final = 60.0
# What a child says at once: a million formula cells are 41 MB. Long texts come on top.
MAX_ANSWER: Final = 256 * 2**20
# More of them compete for the disk and the memory that users of a Citrix server share.
MOST: Final = 8
# From a cold start on a slow disk, with a virus scanner reading along.
_START = 60.0
# How often children may fail to start before we say that none can.
_TRIES = 3
# One at work and one waiting, so that none is idle while we see to an answer.
_AHEAD = 2
# What a message may take that has begun in time.
_GRACE = 1.0
_SELDOM = (100_000, 10, 10)

# The first byte of what a child says.
_READY, _ANSWER, _REFUSED, _MEMORY, _FAULT = b"RAEMF"

# A fork of a process that has loaded the reader takes 10 ms and a new interpreter 200; both are
# clean, neither holds what we have in memory. Windows has the latter only.
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: Any = multiprocessing.get_context("forkserver" if _FORKS else "spawn")
if _FORKS:
    _CONTEXT.set_forkserver_preload([__name__])


class Children:
    """At most ``count`` children, each with ``memory`` bytes and ``seconds`` for an item.

    They start when they are needed, and end with the ``with`` block, whatever they are doing.
    None for ``count`` is as many as there are cores.
    """

    def __init__(
        self,
        count: int | None = None,
        memory: int = MEMORY,
        seconds: float = SECONDS,
    ) -> None:
        self.count = count or min(cores(), MOST)
        self.memory, self.seconds = memory, seconds
        self._living: list[_Child] = []

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._living:
            child.end()
        self._living.clear()

    def each(
        self, function: Callable[..., T], items: Sequence[tuple[str, tuple[object, ...]]]
    ) -> Iterator[T | RamkollError]:
        """What the function gives for each item's arguments, or why it gave none, in their order.

        An item is the name that errors give and the arguments. The function is a module's, or a
        partial of one, and must be done twice as well as once; what it returns is made of the
        model's values. Raises RamkollError when no child can be started.

        In the midst of other work it goes to children of its own: an answer says not what it is to.
        """
        if any(each.items for each in self._living):
            with Children(self.count, self.memory, self.seconds) as others:
                yield from others.each(function, items)
            return
        work: _Work[T] = _Work(self, function, items)
        try:
            for n in range(len(items)):
                yield work.answer(n)
        finally:
            # Who stops halfway must not find the old answers next time.
            for child in [each for each in self._living if each.items]:
                self._drop(child)

    @property
    def pids(self) -> list[int]:
        """The processes that are there now."""
        return [pid for each in self._living if (pid := each.process.pid) is not None]

    def _drop(self, child: _Child) -> None:
        self._living.remove(child)
        child.end()


def prepare(*modules: str) -> None:
    """Begin with what takes time before the first child can start; returns at once.

    ``modules`` are what the children will need beside the reader: it is imported once for all.
    For a command that knows that it will read: meanwhile it imports what it needs itself.
    """
    if sys.platform != "win32" and _FORKS:
        from multiprocessing import forkserver

        _CONTEXT.set_forkserver_preload([__name__, *modules])
        with _undisturbed():
            forkserver.ensure_running()


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_apart(path: Path, name: str | None = None) -> Submission:
    """As ``scan``, in a child of its own. Raises as ``scan`` does, and when the child gave up."""
    with Children(1) as children:
        return read_in(children, path, name)


def read_in(children: Children, path: Path, name: str | None = None) -> Submission:
    """As ``scan``, in one of the children."""
    (answer,) = children.each(scan, [(name or path.name, (path, name))])
    return given(answer, Submission)


def given(answer: object, kind: type[T]) -> T:
    """An answer of ``each`` that is of this kind. Raises the error that it is, or Refused."""
    if isinstance(answer, RamkollError):
        raise answer
    if not isinstance(answer, kind):
        raise Refused(type(answer).__name__)
    return answer


class _Work(Generic[T]):
    """One function on some items, from the first given to the last answered."""

    def __init__(
        self,
        children: Children,
        function: Callable[..., T],
        items: Sequence[tuple[str, tuple[object, ...]]],
    ) -> None:
        self.children, self.items = children, items
        # Packed once: it may hold the forms and the frame. What we send is our own, and believed.
        self.function = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        self.left = deque(range(len(items)))
        self.answers: dict[int, T | RamkollError] = {}
        self.failed_starts = 0

    def answer(self, n: int) -> T | RamkollError:
        """The answer of an item, once it is there. Others are seen to meanwhile."""
        while n not in self.answers:
            self._give()
            self._hear()
        # Before who asks goes to work with it.
        self._give()
        return self.answers.pop(n)

    def _give(self) -> None:
        """Hand out items: one to each child, new ones as long as there may be, then one ahead."""
        living = self.children._living
        for child in [each for each in living if not each.items]:
            if self.left:
                self._hand(child)
        while self.left and len(living) < self.children.count:
            with _undisturbed():
                living.append(_Child(self.children.memory, self.children.seconds))
            self._hand(living[-1])
        # Not at the end, where an item would wait for a slow one while another child is idle.
        for child in [each for each in living if len(each.items) < _AHEAD]:
            if len(self.left) > len(living):
                self._hand(child)

    def _hand(self, child: _Child) -> None:
        n = self.left.popleft()
        if not child.items:
            child.until = time.monotonic() + (self.children.seconds if child.ready else _START)
        child.items.append(n)
        # That it has died is seen where it is heard.
        with suppress(OSError), _within(child, self.children.seconds):
            if child.knows is not self.function:
                child.knows = self.function
                child.pipe.send_bytes(self.function)
            child.pipe.send_bytes(pickle.dumps(self.items[n][1]))

    def _hear(self) -> None:
        """Wait for a child to say something, or for one's time to be up."""
        busy = [each for each in self.children._living if each.items]
        first = min(each.until for each in busy)
        said = wait([each.pipe for each in busy], max(0.0, first - time.monotonic()))
        for child in busy:
            if child.pipe in said:
                self._listen(child)
            elif time.monotonic() > child.until:
                self._lost(child, too_slow)

    def _listen(self, child: _Child) -> None:
        try:
            with _within(child, max(0.0, child.until - time.monotonic()) + _GRACE):
                said = child.pipe.recv_bytes(MAX_ANSWER)
        except (EOFError, ConnectionError):
            return self._lost(child, died)
        except OSError:  # more than fits
            return self._lost(child, too_much)
        kind = said[0] if said else None
        if kind == _READY and len(said) == 2:
            child.ready = True
            if not said[1]:
                _LOG.info("the system sets no limit of memory for a process")
        elif kind == _MEMORY:
            return self._lost(child, too_much)
        elif kind in (_ANSWER, _REFUSED, _FAULT):
            n = child.items[0]
            try:
                self.answers[n] = _told(said, self.items[n][0])
            except Refused:
                return self._lost(child, died)
            child.items.popleft()
        else:
            return self._lost(child, died)
        child.until = time.monotonic() + self.children.seconds

    def _lost(self, child: _Child, why: Callable[[str], RamkollError]) -> None:
        """A child is gone, or must go: the item it was at is answered so, the next one is not."""
        if child.ready:
            n = child.items.popleft()
            self.answers[n] = why(self.items[n][0])
        else:
            self.failed_starts += 1
        self.left.extendleft(reversed(child.items))
        child.items.clear()
        self.children._drop(child)
        if self.failed_starts >= _TRIES:
            raise no_children()


class _Child:
    """One process, the pipe to it, and what it has been given and not answered, in order."""

    def __init__(self, memory: int, seconds: float) -> None:
        self.items: deque[int] = deque()
        self.until = 0.0
        self.ready = False
        self.knows: bytes | None = None
        self.pipe, theirs = _CONTEXT.Pipe()
        self.process = _CONTEXT.Process(target=_serve, args=(theirs, memory, seconds), daemon=True)
        self.process.start()
        # Else we would never see that the process has gone.
        theirs.close()

    def end(self) -> None:
        """End the process, whatever it is doing: it has nothing to save."""
        self.process.kill()
        self.process.join()
        self.pipe.close()
        self.process.close()


@contextmanager
def _within(child: _Child, seconds: float) -> Iterator[None]:
    """Kill a child that holds us in the middle of a message, as one that is stopped does."""
    timer = threading.Timer(seconds, child.process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach, since they have not begun to ignore it yet."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, memory: int, seconds: float) -> None:
    """The whole life of a child."""
    limited = apart(memory)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(pipe, inbox), daemon=True).start()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    pipe.send_bytes(bytes([_READY, limited]))
    function: Any = None
    while True:
        try:
            call = pickle.loads(inbox.get())
            if callable(call):
                function = call
                continue
            # Ends this process from outside of Python, should who waits for it be gone.
            faulthandler.dump_traceback_later(2 * seconds, exit=True, file=sys.stderr)
            said = bytes([_ANSWER]) + packed(function(*call))
        except RamkollError as error:
            said = bytes([_REFUSED]) + _facts(error)
        except MemoryError:
            # What is left of the memory is in pieces.
            pipe.send_bytes(bytes([_MEMORY]))
            os._exit(1)
        except BaseException as error:  # a fault in a library's Rust is no Exception
            said = bytes([_FAULT]) + json.dumps(code_lines(error)).encode()
        faulthandler.cancel_dump_traceback_later()
        pipe.send_bytes(said)
        del said


def _take(pipe: Connection, inbox: queue.SimpleQueue[bytes]) -> None:
    """Take what is sent at once, whatever is at work: who sends must never wait for us.

    When the pipe closes who started us is gone, and so are we.
    """
    try:
        while True:
            inbox.put(pipe.recv_bytes())
    except (EOFError, OSError):
        os._exit(0)


def _facts(error: RamkollError) -> bytes:
    code = error.code if isinstance(error, Unreadable) else ""
    facts = [code, error.what, error.where, error.expected, error.todo]
    return json.dumps(facts).encode()


def _told(said: bytes, name: str) -> Any:
    """What a child answered: a value, its refusal, or the fault of ours that it met."""
    if said[0] == _ANSWER:
        return unpacked(memoryview(said)[1:])
    try:
        facts = json.loads(said[1:])
        assert isinstance(facts, list) and all(isinstance(each, str) for each in facts)
        if said[0] == _FAULT:
            return our_fault(name, facts)
        code, what, where, expected, todo = facts
    except (ValueError, AssertionError) as error:
        raise Refused(type(error).__name__) from error
    if not code:
        return RamkollError(what, where=where, expected=expected, todo=todo)
    return Unreadable(code, what, where=where, expected=expected, todo=todo)
