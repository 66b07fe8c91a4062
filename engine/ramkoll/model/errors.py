"""Faults of set-up, said so that the reader knows what to do. Data faults are Findings."""

from __future__ import annotations


class RamkollError(Exception):
    """Something about the set-up stops the work: a missing file, a wrong argument, a full disk.

    Takes the facts and says them in Swedish: what is wrong, where, what was expected, and what
    to do next. ``str()`` gives all of it, ready for the user.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", todo: str) -> None:
        self.what = what
        self.where = where
        self.expected = expected
        self.todo = todo
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        expected = f" Väntat: {self.expected}." if self.expected else ""
        return f"{place}{self.what}{expected} {self.todo}"
