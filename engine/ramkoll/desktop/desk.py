"""The desk: one thread that drives the open Excel, a call at a time.

It is a host as all others are: it reads the sheets that a command asks for, lets a worker process
of the server do the work, and applies the actions, all or none.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from ramkoll.desktop.board import Board
from ramkoll.desktop.port import Caller, Excel, OpenBook, Undone
from ramkoll.desktop.refusals import half_done, no_answer, no_excel, no_window
from ramkoll.excel.apart import code_lines
from ramkoll.live.catalogue import commands, sheets_read
from ramkoll.live.host import Cancelled
from ramkoll.live.results import NoView, Result
from ramkoll.live.run import ANSWER, CALL, Answer, Call
from ramkoll.live.snapshot import Raw, Snapshot
from ramkoll.model.errors import RamkollError
from ramkoll.server.errors import Refused, error_facts, error_id, our_fault
from ramkoll.server.jobs import FINAL, Job, State
from ramkoll.server.log import log
from ramkoll.server.routes import Api
from ramkoll.server.settings import MEGABYTE
from ramkoll.server.wire import Error
from ramkoll.store.ribbon import load_ribbon

#: Buttons that the window itself answers.
PANEL, HELP = "panel", "help"
#: What putting back is called among the calls.
UNDO = "undo"
_OTHERS = {
    "acknowledge": "Kvittera",
    "withdraw": "Ångra kvittering",
    "use_forecast": "Använd förslaget",
    UNDO: "Ångra",
}
# The macro that asked must have ended before Excel is spoken to: it answers one at a time.
_SETTLE = 0.05
# How often a job is looked at when nothing is heard of it.
_TICK = 0.2
# What a command wrote in so many workbooks can be put back.
_KEPT = 8
# Cells that are being written are written to the end, or put back, before the process ends.
_WRITING_SECONDS = 60.0
# So long an error stands in the status bar when there is no window to show it in.
_READ_SECONDS = 8.0


@dataclass(frozen=True)
class _Call:
    command: str
    label: str
    arguments: dict[str, Raw]
    caller: Caller


class Desk:
    """Takes calls from any thread and carries them out on its own, between start and close.

    ``make_excel`` is called on that thread; None says that there is no Excel here. ``show`` brings
    up the window (``anew``: also when one is open) and says whether it could.
    """

    def __init__(
        self,
        api: Api,
        make_excel: Callable[[], Excel | None],
        show: Callable[[bool], bool],
        *,
        has_excel: bool,
        settle: float = _SETTLE,
    ) -> None:
        self.board = Board(has_excel)
        self._api, self._make_excel, self._show, self._settle = api, make_excel, show, settle
        self._labels = _OTHERS | {each.command: each.label for each in load_ribbon().buttons}
        self._reads = {each.id: sheets_read(each, api.layouts) for each in commands().values()}
        self._work: queue.SimpleQueue[Callable[[Excel], None] | None] = queue.SimpleQueue()
        self._news = threading.Event()
        self._closing = threading.Event()
        self._undone: list[tuple[Caller, str, Undone]] = []
        self._last: Caller | None = None
        self._thread = threading.Thread(target=self._drive, name="ramkoll-desk", daemon=True)

    @contextmanager
    def open(self) -> Iterator[None]:
        """The desk takes calls as long as this lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._closing.set()
            self.board.stop()
            self._news.set()
            self._work.put(None)
            # Longer than a cancel takes; an Excel that does not answer is left to itself.
            self._thread.join(self._api.settings.limits.cancel + 1)
            if self.board.state.phase == "writing":
                self._thread.join(_WRITING_SECONDS)

    # What the routes ask for.

    def call(self, command: str, arguments: dict[str, Raw], caller: Caller | None) -> None:
        """Take in a call; it is carried out when this has returned. Refused when one runs."""
        if command in (PANEL, HELP):
            return self._look(caller, with_help=command == HELP)
        here = self._meant(caller)
        if command not in self._reads:
            raise Refused(
                404,
                f"Kommandot «{command}» finns inte.",
                todo="Uppdatera Ramkolls tillägg; det kan vara äldre eller nyare än programmet.",
            )
        self._begin(command, arguments, here)
        call = _Call(command, self._labels.get(command, command), arguments, here)
        self._work.put(partial(self._run, call, self._answered))

    def _look(self, caller: Caller | None, *, with_help: bool) -> None:
        """Show the window; it draws what it shows itself, also while a command runs."""
        here = caller or self._last
        if self.board.look(here.book if here else "", with_help=with_help):
            self._last = here
        if not self._show(True):
            raise no_window()

    def undo(self, caller: Caller | None) -> None:
        """Take in the wish to put back what the last command in a workbook wrote."""
        here = self._meant(caller)
        self._begin(UNDO, {}, here)
        call = _Call(UNDO, self._labels[UNDO], {}, here)
        self._work.put(partial(self._run, call, self._put_back))

    def cancel(self) -> bool:
        """Ask what runs to stop. False when nothing runs, or it is writing already."""
        asked = self.board.stop()
        self._news.set()
        return asked

    def go(self, sheet: str, address: str) -> Future[None]:
        """Show a cell of the last call's workbook. Refused when a command runs."""
        here = self._meant(None)
        if self.board.state.running:
            raise self._busy()
        done: Future[None] = Future()

        def act(excel: Excel) -> None:
            # Whoever waited for longer than that has been told that it could not be done.
            if not done.set_running_or_notify_cancel():
                return
            try:
                excel.book(here).go_to(sheet, address)
            except Exception as fault:
                done.set_exception(fault)
            else:
                done.set_result(None)

        self._work.put(act)
        return done

    # On the desk's own thread.

    def _drive(self) -> None:
        excel: Excel | None = None
        missing: RamkollError | None = None
        try:
            excel = self._make_excel()
        except RamkollError as error:
            missing = error
        except Exception as fault:
            log("no excel", logging.ERROR, at=code_lines(fault))
        while (work := self._work.get()) is not None:
            try:
                work(excel if excel is not None else _NoExcel(missing))
            except Exception as fault:  # never without this thread
                log("fault", logging.ERROR, id=error_id(), at=code_lines(fault))

    def _run(self, call: _Call, act: Callable[[_Call, OpenBook], Result], excel: Excel) -> None:
        begun = time.monotonic()
        shown = self.board.unwatched_since is None or self._show(False)
        self._closing.wait(self._settle)
        book: OpenBook | None = None
        problem: Error | None = None
        outcome = "done"
        try:
            book = excel.book(call.caller)
            result = act(call, book)
        except Cancelled:
            outcome = "cancelled"
            self.board.cancelled()
        except _Failed as failed:
            outcome, problem = "failed", failed.problem
        except RamkollError as error:
            named = error_id()
            outcome, problem = "failed", Error(**error_facts(error, named))
        except Exception as fault:
            named = error_id()
            log("fault", logging.ERROR, id=named, command=call.command, at=code_lines(fault))
            wrote = self.board.state.phase == "writing"
            said = half_done(named) if wrote else our_fault(named)
            outcome, problem = "failed", Error(**error_facts(said, named))
        else:
            self.board.succeed(result)
        if problem is not None:
            self.board.fail(problem)
        log(
            "call",
            logging.WARNING if problem else logging.INFO,
            command=call.command,
            ms=round((time.monotonic() - begun) * 1000),
            outcome=outcome,
            **({"error": problem.id} if problem else {}),
        )
        if problem is not None and book is not None and not shown:
            self._say_aloud(book, call.label, problem)

    def _answered(self, call: _Call, book: OpenBook) -> Result:
        """Read, ask, apply."""
        with book.running(call.label):
            before = book.read(self._reads[call.command])
            answer = self._asked(call, before, book)
            if not self.board.may_write():
                raise Cancelled
            undone = book.apply(answer.actions, before, over_formulas=answer.over_formulas)
            if undone is not None:
                self._keep(call, undone)
        result = answer.result
        if undone is not None:
            # What is written is written, whether Excel can be asked more or not.
            with suppress(RamkollError):
                result = replace(result, message=f"{result.message} {book.saving()}".rstrip())
                book.offer_undo(call.label)
        return result

    def _asked(self, call: _Call, before: Snapshot, book: OpenBook) -> Answer:
        """Let a worker answer. Raises Cancelled, or what the command refuses."""
        jobs, settings = self._api.jobs, self._api.settings
        limits = settings.limits
        body = CALL.dump_json(Call(before, call.arguments))
        if len(body) > limits.unpacked:
            raise RamkollError(
                "Arbetsboken är för stor för Ramkoll.",
                expected=f"högst {limits.unpacked // MEGABYTE} MB i de blad som kommandot läser",
                todo="Ta bort egna blad med stora mängder data ur arbetsboken och försök igen.",
            )
        if self.board.state.stopping:
            raise Cancelled
        job = jobs.add(call.command, body, settings.user)
        del body
        # The worker has its own limits; these come into force only when they have not.
        until = time.monotonic() + limits.start + 2 * limits.slow_command
        try:
            with jobs.heard(job, self._news.set):
                said = ""
                while job.state not in FINAL:
                    words = self._progress(job)
                    if words != said:
                        book.say(f"{call.label}: {words}")
                        said = words
                    self._news.wait(_TICK)
                    self._news.clear()
                    if time.monotonic() > until:
                        raise no_answer()
        finally:
            if job.state not in FINAL:
                jobs.cancel(job.id)
        if job.state is State.CANCELLED:
            raise Cancelled
        if job.error is not None:
            raise _Failed(Error(**job.error))
        return ANSWER.validate_json(job.answer)

    def _progress(self, job: Job) -> str:
        """How far a job has come, in words for the status bar; hands on the wish to stop it."""
        if self.board.state.stopping:
            self._api.jobs.cancel(job.id)
        else:
            self.board.progress(job.done, job.total, job.what or "Väntar på svar")
        now = self.board.state
        count = f"{now.done} av {now.total}" if now.total else ""
        return " · ".join(filter(None, (count, now.what)))

    def _put_back(self, call: _Call, book: OpenBook) -> Result:
        """Put back what the last command wrote in the workbook."""
        found = next((each for each in self._undone if _same(each[0], call.caller)), None)
        if found is None:
            raise RamkollError(
                "Det finns inget att ångra som Ramkoll har skrivit.",
                where=call.caller.book,
                todo="Ramkoll kan ångra det senaste kommandot som skrev i arbetsboken, en gång.",
            )
        if not self.board.may_write():
            raise Cancelled
        _, label, undone = found
        with book.running(call.label):
            book.put_back(undone)
        self._undone.remove(found)
        self.board.can_undo("", [])
        left = "" if undone.whole else " " + " ".join(undone.left)
        return Result(f"{label} är ångrat.{left}", NoView())

    def _say_aloud(self, book: OpenBook, label: str, problem: Error) -> None:
        """No window can be shown: the error is read in the status bar."""
        with suppress(RamkollError), book.running(label):
            book.say(f"{problem.what} {problem.todo}")
            self._closing.wait(_READ_SECONDS)

    # Small parts.

    def _keep(self, call: _Call, undone: Undone) -> None:
        others = [each for each in self._undone if not _same(each[0], call.caller)]
        self._undone = [*others, (call.caller, call.label, undone)][-_KEPT:]
        self.board.can_undo(call.label, list(undone.left))

    def _meant(self, caller: Caller | None) -> Caller:
        if not self.board.state.excel:
            raise no_excel()
        here = caller or self._last
        if here is None:
            raise Refused(
                409,
                "Ramkoll vet inte vilken arbetsbok som menas.",
                todo="Välj en knapp på fliken Ramkoll i den arbetsbok som det gäller.",
            )
        return here

    def _begin(self, command: str, arguments: dict[str, Raw], here: Caller) -> None:
        if not self.board.begin(command, arguments, here.book):
            raise self._busy()
        self._last = here

    def _busy(self) -> Refused:
        state = self.board.state
        return Refused(
            409,
            f"{self._labels.get(state.command, state.command)} körs redan i {state.book}.",
            todo="Vänta tills det är klart, eller tryck Esc för att avbryta.",
        )


class _NoExcel:
    """Stands where Excel is not, and says why."""

    def __init__(self, why: RamkollError | None) -> None:
        self.why = why

    def book(self, caller: Caller) -> OpenBook:
        raise self.why or no_excel()


class _Failed(Exception):
    """A worker has said what is wrong, and the log knows it by its id."""

    def __init__(self, problem: Error) -> None:
        self.problem = problem
        super().__init__(problem.id)


def _same(one: Caller, other: Caller) -> bool:
    """Whether two calls are about one workbook. RunPython tells no more of it than its name."""
    if one.book.casefold() != other.book.casefold():
        return False
    paths = {each.path.casefold() for each in (one, other) if each.path not in ("", each.book)}
    return len(paths) < 2
