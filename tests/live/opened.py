"""Workbooks as a host would have sent them, opened by our own engine."""

from typing import Any

from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.live.snapshot_book import open_snapshot


class Opened:
    """A Book with its recorder, and its first sheet."""

    def __init__(self, snapshot):
        self.recorder = Recorder()
        self.book: Any = open_snapshot(snapshot, self.recorder)
        self.sheet = self.book.sheets[0]

    def actions(self) -> list[Any]:
        return self.recorder.actions()


def opened(values=None, **more):
    """One sheet «Blad» with these values; more is what else SheetSnapshot and Snapshot take."""
    for_book = {k: more.pop(k) for k in ("names", "active", "selection", "date_1904") if k in more}
    sheet = SheetSnapshot(name="Blad", values=values or [], **more)
    other = SheetSnapshot(name="Annat blad", values=[["x"]])
    return Opened(Snapshot(name="605.xlsx", sheets=[sheet, other], **for_book))
