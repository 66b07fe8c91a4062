"""An Excel in memory, as the desk sees one: workbooks that were scanned, and what is done to them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.live.applied import applied, sent

from ramkoll.desktop.port import Caller, OpenBook, Undone
from ramkoll.live.actions import Action, Select
from ramkoll.live.file_host import snapshot_of
from ramkoll.live.snapshot import Snapshot
from ramkoll.model.cells import parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission


@dataclass
class Before:
    workbook: Submission
    left: Sequence[str] = ()

    @property
    def whole(self) -> bool:
        return not self.left


@dataclass
class MemoryBook:
    """``did`` tells what was asked of it, in order; ``broken`` is what a step raises instead."""

    workbook: Submission
    active: str = "Utfall"
    selection: str = "A1"
    did: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    broken: dict[str, Exception] = field(default_factory=dict)
    held: dict[str, threading.Event] = field(default_factory=dict)
    over_formulas: bool | None = None
    left: Sequence[str] = ()
    kept: str = ""

    def step(self, name: str, *facts: str) -> None:
        self.did.append(" ".join((name, *facts)))
        self.threads.add(threading.current_thread().name)
        if name in self.held:
            assert self.held[name].wait(30)
        if name in self.broken:
            raise self.broken[name]

    def read(self, wanted: Sequence[str]) -> Snapshot:
        self.step("read")
        part = sent(self.workbook, list(wanted))
        return snapshot_of(part, active=self.active, selection=self.selection)

    def apply(
        self, actions: Sequence[Action], before: Snapshot, *, over_formulas: bool
    ) -> Before | None:
        self.over_formulas = over_formulas
        if not actions:
            return None
        self.step("apply")
        old = Before(self.workbook, self.left)
        self.workbook = applied(self.workbook, list(actions))
        for action in actions:
            if isinstance(action, Select):
                self.active, self.selection = action.sheet, action.address
        return old

    def put_back(self, before: Undone) -> None:
        self.step("put_back")
        assert isinstance(before, Before)
        self.workbook = before.workbook

    def go_to(self, sheet: str, address: str) -> None:
        self.step("go_to", f"{sheet}!{address}")
        self.active, self.selection = sheet, address

    @contextmanager
    def running(self, title: str) -> Iterator[None]:
        self.step("running", title)
        try:
            yield
        finally:
            self.did.append("restored")
            if "restored" in self.broken:
                raise self.broken["restored"]

    def say(self, words: str) -> None:
        self.said.append(words)
        if "say" in self.broken:
            raise self.broken["say"]

    def saving(self) -> str:
        return self.kept

    def offer_undo(self, title: str) -> None:
        self.step("offer_undo", title)

    def value(self, place: str) -> object:
        sheet, _, address = place.partition("!")
        found = self.workbook.sheet(sheet)
        assert found is not None
        return found.cell(*parse_a1(address)).value


@dataclass
class MemoryExcel:
    books: dict[str, MemoryBook]
    asked: list[Caller] = field(default_factory=list)

    def book(self, caller: Caller) -> OpenBook:
        self.asked.append(caller)
        if caller.book not in self.books:
            raise RamkollError(
                "Arbetsboken är inte öppen längre.", where=caller.book, todo="Öppna den igen."
            )
        return self.books[caller.book]


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.01)
