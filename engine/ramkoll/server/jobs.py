"""Jobs: each call of a command, from waiting to its answer.

Worker threads change a job; the event loop reads it. One lock holds for all.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from ramkoll.model.errors import RamkollError
from ramkoll.server.errors import Refused, error_facts, error_id, json_bytes
from ramkoll.server.log import log
from ramkoll.server.settings import Limits


class State(StrEnum):
    """Where a job stands. The last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({State.DONE, State.FAILED, State.CANCELLED})


@dataclass(eq=False)
class Job:
    """One call. ``body`` is let go of when the job has ended; ``answer`` is JSON."""

    id: str
    command: str
    user: str
    body: bytes
    begun: float
    state: State = State.WAITING
    done: int = 0
    total: int = 0
    what: str = ""
    answer: bytes = b"null"
    error: dict[str, str] | None = None
    cancelling: bool = False
    ended: float = 0.0
    listeners: set[Callable[[], None]] = field(default_factory=set)

    def line(self) -> bytes:
        """The job as JobState. The answer is put in as it is: the worker has made it JSON."""
        facts = {
            "id": self.id,
            "state": self.state,
            "done": self.done,
            "total": self.total,
            "what": self.what,
        }
        head = json_bytes(facts)[:-1]
        return b'%b,"answer":%b,"error":%b}' % (head, self.answer, json_bytes(self.error))


class Jobs:
    """All jobs that wait, run, or have ended not long ago."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._queue: deque[Job] = deque()
        self._idle: set[int] = set()
        self._streams = 0
        self._closed = False

    # What the event loop asks for.

    def add(self, command: str, body: bytes, user: str) -> Job:
        """Put a call last in the queue. Refused when too many wait."""
        with self._changed:
            self._forget()
            if self._closed or len(self._queue) >= self._limits.waiting:
                raise Refused(
                    503,
                    "Servern är upptagen med andra kommandon.",
                    todo="Vänta tills de är klara, eller avbryt dem, och försök igen.",
                )
            job = Job(secrets.token_hex(8), command, user, body, self._clock())
            self._jobs[job.id] = job
            self._queue.append(job)
            self._changed.notify_all()
        return job

    def get(self, job_id: str) -> Job:
        """A job by its id. Refused when it never was, or was forgotten."""
        with self._changed:
            self._forget()
            job = self._jobs.get(job_id)
        if job is None:
            raise Refused(
                404,
                "Kommandots svar finns inte kvar på servern.",
                todo="Kör kommandot igen.",
            )
        return job

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop. One that has ended stays as it is."""
        job = self.get(job_id)
        with self._changed:
            if job.state is State.WAITING:
                self._queue.remove(job)
                self._end(job, State.CANCELLED)
            elif job.state is State.RUNNING and not job.cancelling:
                job.cancelling = True
                job.what = "Avbryter"
                self._tell(job)
        return job

    async def lines(self, job: Job) -> AsyncIterator[bytes]:
        """The job at each change, a line each, until it has ended. Refused if too many listen."""
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def told() -> None:
            # The loop is closed when the server has stopped while a worker was still at it.
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)

        with self._changed:
            job.listeners.add(told)
            self._streams += 1
        try:
            while True:
                news.clear()
                with self._changed:
                    line, ended = job.line(), job.state in FINAL
                yield line + b"\n"
                if ended:
                    return
                try:
                    await asyncio.wait_for(news.wait(), self._limits.heartbeat)
                except TimeoutError:
                    continue  # the same line again
        finally:
            with self._changed:
                job.listeners.discard(told)
                self._streams -= 1

    @contextmanager
    def heard(self, job: Job, told: Callable[[], None]) -> Iterator[None]:
        """Let ``told`` be called at each change of a job, by whatever thread makes it."""
        with self._changed:
            job.listeners.add(told)
        try:
            yield
        finally:
            with self._changed:
                job.listeners.discard(told)

    def may_listen(self) -> None:
        """Refused when too many streams are open; polling still works."""
        if self._streams >= self._limits.streams:
            raise Refused(
                503, "För många lyssnar på servern.", todo="Stäng flikar som inte används."
            )

    @property
    def counts(self) -> dict[str, int]:
        """How many jobs stand where, and how many streams are open."""
        with self._changed:
            found = {state.value: 0 for state in State}
            for job in self._jobs.values():
                found[job.state] += 1
            return found | {"streams": self._streams}

    # What a worker's thread asks for.

    def next(self, rank: int = 0) -> Job | None:
        """The first in the queue, as running; waits for one. None when the server stops.

        Of those that wait the lowest ``rank`` gets it: that worker has read the region's files
        already, and the others need not.
        """
        with self._changed:
            self._idle.add(rank)
            while not self._closed and not (self._queue and rank == min(self._idle)):
                self._changed.wait()
            self._idle.discard(rank)
            # Whoever is lowest now may have something to do.
            self._changed.notify_all()
            if self._closed:
                return None
            job = self._queue.popleft()
            job.state = State.RUNNING
            self._tell(job)
            return job

    def progress(self, job: Job, done: int, total: int, what: str) -> None:
        """Say how far a job has come."""
        with self._changed:
            if job.state is State.RUNNING and not job.cancelling:
                job.done, job.total, job.what = done, total, what
                self._tell(job)

    def finish(self, job: Job, answer: bytes) -> None:
        """A job has its answer; one that was asked to stop is stopped all the same."""
        with self._changed:
            if not job.cancelling:
                job.answer = answer
            self._end(job, State.CANCELLED if job.cancelling else State.DONE)

    def stop(self, job: Job) -> None:
        """A job has done as it was asked, and stopped."""
        with self._changed:
            self._end(job, State.CANCELLED)

    def fail(self, job: Job, error: RamkollError, named: str = "", **facts: object) -> None:
        """A job has failed; ``facts`` are for the log."""
        with self._changed:
            if job.state in FINAL:
                return
            named = named or error_id()
            job.error = error_facts(error, named)
            self._end(job, State.FAILED, error=named, **facts)

    def close(self) -> None:
        """No more jobs: those that wait are cancelled."""
        with self._changed:
            self._closed = True
            for job in list(self._queue):
                self._end(job, State.CANCELLED)
            self._queue.clear()
            self._changed.notify_all()

    # With the lock held.

    def _end(self, job: Job, state: State, **facts: object) -> None:
        if job.state in FINAL:
            return
        job.state, job.ended, job.body, job.what = state, self._clock(), b"", ""
        log(
            "job",
            logging.WARNING if state is State.FAILED else logging.INFO,
            job=job.id,
            command=job.command,
            ms=round((job.ended - job.begun) * 1000),
            outcome=state.value,
            bytes=len(job.answer),
            **facts,
        )
        self._tell(job)

    def _tell(self, job: Job) -> None:
        for listener in list(job.listeners):
            listener()

    def _forget(self) -> None:
        """Let go of what ended long ago, and of the oldest when there is too much."""
        ended = [job for job in self._jobs.values() if job.state in FINAL]
        limits, now = self._limits, self._clock()
        size = list(itertools.accumulate(len(job.answer) for job in reversed(ended)))
        for n, job in enumerate(reversed(ended)):
            old = now - job.ended > limits.kept_seconds
            # The newest is kept whatever its size: somebody is waiting for it.
            if old or n >= limits.kept or (n and size[n] > limits.kept_bytes):
                del self._jobs[job.id]
