"""The workers: processes kept warm, each with a thread here that hands it one job at a time."""

from __future__ import annotations

import json
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ramkoll.model.errors import RamkollError
from ramkoll.server import worker
from ramkoll.server.errors import error_id, our_fault
from ramkoll.server.jobs import FINAL, Job, Jobs
from ramkoll.server.log import log
from ramkoll.server.settings import Limits
from ramkoll.server.worker import Runner, Setup

# How often a running job is looked at for a cancel or its time limit.
_TICK = 0.05
# What the slot's thread gets to see to it by itself.
_GRACE = 0.5
_SPAWN = multiprocessing.get_context("spawn")


class Pool:
    """So many workers as ``limits`` says, from ``start()`` to ``close()``."""

    def __init__(
        self,
        jobs: Jobs,
        limits: Limits,
        setup: Setup,
        make_runner: Callable[[Setup], Runner] = worker.engine,
    ) -> None:
        slots = range(limits.workers)
        self._slots = [_Slot(rank, jobs, limits, setup, make_runner) for rank in slots]
        self._jobs = jobs

    def start(self) -> None:
        """Start the workers; returns at once, and they get ready in their own time."""
        for slot in self._slots:
            slot.thread.start()

    def close(self) -> None:
        """End every worker, at once if it does not end by itself."""
        self._jobs.close()
        for slot in self._slots:
            slot.closing.set()
        for slot in self._slots:
            slot.thread.join()

    @property
    def pids(self) -> list[int]:
        """The processes that are ready or at work."""
        return [pid for slot in self._slots if (pid := slot.pid) is not None]


class _Worker:
    """One process and its two pipes."""

    def __init__(self, make_runner: Callable[[Setup], Runner], setup: Setup) -> None:
        self.done = 0
        theirs, self.calls = _SPAWN.Pipe(duplex=False)
        self.events, their_events = _SPAWN.Pipe(duplex=False)
        # Daemonic: it is ended with the server, should the server end without closing the pool.
        self.process = _SPAWN.Process(
            target=worker.work, args=(theirs, their_events, make_runner, setup), daemon=True
        )
        self.process.start()
        # Else we would never see that the process has gone.
        theirs.close()
        their_events.close()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.calls.close()
        self.process.join(0.2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.events.close()
        self.process.close()


class _Slot:
    """A thread that keeps one worker, and replaces it when it dies or is worn."""

    def __init__(
        self,
        rank: int,
        jobs: Jobs,
        limits: Limits,
        setup: Setup,
        make_runner: Callable[[Setup], Runner],
    ) -> None:
        self.rank = rank
        self.jobs, self.limits, self.setup, self.make_runner = jobs, limits, setup, make_runner
        self.closing = threading.Event()
        self.worker: _Worker | None = None
        self.pid: int | None = None
        self.thread = threading.Thread(target=self._serve, name="ramkoll-worker", daemon=True)

    def _serve(self) -> None:
        self._warm()
        while (job := self.jobs.next(self.rank)) is not None:
            try:
                self._do(job)
            except Exception as fault:
                # Never leave a job without an end, nor the server without this thread.
                self._replace(type(fault).__name__)
                self._fault(job, [type(fault).__name__])
            # Made ready before the next job needs it.
            self._warm()
        self._drop()

    def _do(self, job: Job) -> None:
        # A worker that had died unseen never began: that is no fault of the job.
        for _ in range(2):
            error = self._warm()
            if error is not None:
                return self.jobs.fail(job, error)
            if self._run(job):
                return
        self._died(job)

    def _warm(self) -> RamkollError | None:
        """See to it that there is a worker that is ready; else say why there is none."""
        if self.worker is not None and self.worker.done >= self.limits.jobs_per_worker:
            self._drop()
        if self.worker is not None and not self.worker.process.is_alive():
            self._replace("died while it waited")
        if self.worker is not None or self.closing.is_set():
            return None
        begun = time.monotonic()
        self.worker = made = _Worker(self.make_runner, self.setup)
        kind, said = self._heard(made.events, begun + self.limits.start)
        if kind == worker.READY:
            self.pid = made.process.pid
            log("worker ready", pid=self.pid, ms=round((time.monotonic() - begun) * 1000))
            return None
        self._replace("did not start")
        if kind == worker.REFUSED:
            return RamkollError(**json.loads(said))
        named = error_id()
        at = json.loads(said) if kind == worker.FAULT else []
        log("worker fault", logging.ERROR, id=named, at=at)
        return RamkollError(
            f"Räkneprocessen går inte att starta (fel-id {named}).",
            todo="Starta om servern; hjälper det inte, ge fel-id till förvaltningen av Ramkoll.",
        )

    def _heard(self, events: Any, until: float) -> tuple[int | None, bytes]:
        """The first that a worker says before a time; None when it says nothing or dies."""
        try:
            while not events.poll(_TICK):
                if time.monotonic() > until or self.closing.is_set():
                    return None, b""
            said = events.recv_bytes(self.limits.answer + 1)
        except (EOFError, OSError):
            return None, b""
        return said[0], said[1:]

    def _run(self, job: Job) -> bool:
        """See a job to its end. False when the worker died before it had begun."""
        made = self.worker
        if made is None:  # the server is closing
            self.jobs.stop(job)
            return True
        slow = job.command in self.limits.slow_commands
        seconds = self.limits.slow_command if slow else self.limits.command
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(job, made, seconds, ended), daemon=True)
        watch.start()
        try:
            return self._see_to(job, made, seconds)
        finally:
            ended.set()

    def _watch(self, job: Job, made: _Worker, seconds: float, ended: threading.Event) -> None:
        """Kill a process that holds this slot's thread in the middle of a message: one that has
        been stopped takes nothing from a full pipe, and ends nothing that it has begun to say.
        """
        until = time.monotonic() + seconds + _GRACE
        asked = False
        while not ended.wait(4 * _TICK) and time.monotonic() < until:
            if not asked and (job.cancelling or self.closing.is_set()):
                asked = True
                until = min(until, time.monotonic() + self.limits.cancel + _GRACE)
        if not ended.is_set():
            with suppress(ValueError):  # it has ended in the same moment
                made.process.kill()

    def _see_to(self, job: Job, made: _Worker, seconds: float) -> bool:
        begun = False
        limits = self.limits
        until, cancel_until = time.monotonic() + seconds, 0.0
        try:
            made.calls.send((job.command, job.body, job.user))
        except OSError:
            self._replace("died while it waited")
            return False
        while job.state not in FINAL:
            now = time.monotonic()
            if self.closing.is_set() or (cancel_until and now > cancel_until):
                self._replace("did not stop when it was asked to")
                self.jobs.stop(job)
                break
            if now > until:
                self._replace("took too long")
                self.jobs.fail(job, _too_slow(seconds), why="time")
                break
            if job.cancelling and not cancel_until:
                cancel_until = now + limits.cancel
                with suppress(OSError):  # that it has died is seen below
                    made.calls.send(None)
            try:
                if not made.events.poll(_TICK):
                    continue
                said = made.events.recv_bytes(limits.answer + 1)
            except (EOFError, ConnectionError):
                if not begun and not job.cancelling:
                    self._replace("died while it waited")
                    return False
                self._died(job)
                break
            except OSError:  # more than fits
                self._replace("answered too much")
                self.jobs.fail(job, _too_much(), why="size")
                break
            begun = True
            self._told(job, said[0], said[1:])
        made.done += 1
        return True

    def _told(self, job: Job, kind: int, said: bytes) -> None:
        if kind == worker.BEGUN:
            return
        if kind == worker.PROGRESS:
            self.jobs.progress(job, *json.loads(said))
        elif kind == worker.ANSWER:
            self.jobs.finish(job, said)
        elif kind == worker.CANCELLED:
            self.jobs.stop(job)
        elif kind == worker.REFUSED:
            self.jobs.fail(job, RamkollError(**json.loads(said)), why="refused")
        elif kind == worker.MEMORY:
            self._replace("out of memory")
            self.jobs.fail(job, _no_memory(), why="memory")
        else:
            self._fault(job, json.loads(said))

    def _fault(self, job: Job, at: list[str]) -> None:
        named = error_id()
        log("fault", logging.ERROR, id=named, job=job.id, command=job.command, at=at)
        self.jobs.fail(job, our_fault(named), named, why="fault")

    def _died(self, job: Job) -> None:
        self._replace("died")
        if job.cancelling:
            return self.jobs.stop(job)
        self.jobs.fail(
            job,
            RamkollError(
                "Räkneprocessen avbröts innan kommandot var klart.",
                todo="Arbetsboken är orörd. Försök igen; kommer felet tillbaka, "
                "ge fel-id till förvaltningen av Ramkoll.",
            ),
            why="died",
        )

    def _replace(self, why: str) -> None:
        if self.worker is not None:
            log("worker replaced", logging.WARNING, pid=self.pid, why=why)
        self._drop()

    def _drop(self) -> None:
        gone, self.worker, self.pid = self.worker, None, None
        if gone is not None:
            gone.end()


def _too_slow(seconds: float) -> RamkollError:
    return RamkollError(
        f"Kommandot avbröts, eftersom det inte blev klart på {seconds:.0f} sekunder.",
        todo="Arbetsboken är orörd. Försök igen när datorn är mindre belastad; kommer felet "
        "tillbaka, ge fel-id till förvaltningen av Ramkoll.",
    )


def _no_memory() -> RamkollError:
    return RamkollError(
        "Arbetsboken är för stor för det minne som servern får använda.",
        todo="Arbetsboken är orörd. Ta bort egna blad med stora mängder data och försök igen.",
    )


def _too_much() -> RamkollError:
    return RamkollError(
        "Kommandots svar är för stort att skicka till Excel.",
        todo="Arbetsboken är orörd. Ge fel-id till förvaltningen av Ramkoll.",
    )
