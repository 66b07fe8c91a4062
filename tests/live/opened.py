"""Workbooks as a host would have sent them, opened by our own engine."""

from typing import Any

import xlwings

from ramkoll.live.actions import Action
from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.live.snapshot_book import open_snapshot


class Opened:
    """A Book with its recorder, and its first sheet."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.recorder = Recorder()
        self.book: xlwings.Book = open_snapshot(snapshot, self.recorder)
        self.sheet: xlwings.Sheet = self.book.sheets[0]

    def actions(self) -> list[Action]:
        return self.recorder.actions()


def opened(values: list[list[Any]] | None = None, **more: Any) -> Opened:
    """One sheet «Blad» with these values; more is what else SheetSnapshot and Snapshot take."""
    for_book = {k: more.pop(k) for k in ("names", "active", "selection", "date_1904") if k in more}
    sheet = SheetSnapshot(name="Blad", values=values or [], **more)
    other = SheetSnapshot(name="Annat blad", values=[["x"]])
    return Opened(Snapshot(name="605.xlsx", sheets=[sheet, other], **for_book))
