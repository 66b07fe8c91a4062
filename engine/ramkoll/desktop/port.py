"""What the desk asks of the Excel that is open: the one seam between it and COM.

``desktop/excel`` carries it out over xlwings; tests have one over workbooks in memory. All of it
is called from one thread, and only when Excel runs no macro of ours. Everything that Excel refuses
comes as a RamkollError in Swedish.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ramkoll.live.actions import Action
from ramkoll.live.snapshot import Snapshot


@dataclass(frozen=True)
class Caller:
    """Which open workbook a button was pressed in.

    ``hwnd`` is the window of its Excel, 0 when not known; ``book`` the workbook's name; ``path``
    its full name, which is an address for one in SharePoint, and the name again when never saved.
    """

    hwnd: int
    book: str
    path: str = ""


class Undone(Protocol):
    """What a command changed in a workbook, as it was before."""

    @property
    def whole(self) -> bool:
        """Whether all of it can be put back; else ``left`` says in Swedish what cannot."""

    @property
    def left(self) -> Sequence[str]:
        """What cannot be put back, in Swedish; empty when all can."""


class OpenBook(Protocol):
    """An open workbook."""

    def read(self, wanted: Sequence[str]) -> Snapshot:
        """The cells of the sheets asked for (``*``: of all), and the names of all sheets."""

    def apply(
        self, actions: Sequence[Action], before: Snapshot, *, over_formulas: bool
    ) -> Undone | None:
        """Do the actions, all or none; None when there were none.

        ``before`` is what they were made from: nothing is written when a cell to be written holds
        something else by now, or a formula that a value would replace and not ``over_formulas``.
        """

    def put_back(self, before: Undone) -> None:
        """Make everything as it was before the actions.

        Nothing is put back when somebody has changed one of the cells since.
        """

    def go_to(self, sheet: str, address: str) -> None:
        """Show a cell and select it."""

    def running(self, title: str) -> AbstractContextManager[None]:
        """While a command runs: its words in the status bar, and Esc asks to cancel it.

        Excel's own settings (status bar, Esc, screen, calculation, events) are as they were when
        it ends, however it ends.
        """

    def say(self, words: str) -> None:
        """Words in the status bar, while ``running``."""

    def saving(self) -> str:
        """How what is written here is saved, in Swedish, when it is not as usual; else empty."""

    def offer_undo(self, title: str) -> None:
        """Let Excel's Ångra run our macro that asks for ``put_back``."""


class Excel(Protocol):
    """Every Excel of this user in this session of Windows."""

    def book(self, caller: Caller) -> OpenBook:
        """The workbook a button was pressed in; RamkollError when it is open no more."""
