"""One step of undo for all that a command does, also for what LibreOffice cannot undo by itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Iterator

import unohelper
from com.sun.star.document import XUndoAction

from ramkoll_lo.problem import half_done


class Restore(unohelper.Base, XUndoAction):
    """A step of undo of our own: two functions that do nothing LibreOffice has an undo for."""

    def __init__(self, back: Callable[[], None], again: Callable[[], None]) -> None:
        self.Title = "Ramkoll"
        self._back, self._again = back, again

    def undo(self) -> None:
        """Put back."""
        self._back()

    def redo(self) -> None:
        """Do again."""
        self._again()


def undoable(doc: Any, do: Callable[[], None], back: Callable[[], None]) -> None:
    """Do what LibreOffice has no undo for, with an undo of ours."""
    do()
    doc.UndoManager.addUndoAction(Restore(back, do))


def empties_again(cells: Any) -> None:
    """Let what is now written into a rectangle be undone in its empty cells too.

    LibreOffice's undo of values put into a rectangle leaves them in cells that were empty; that of
    an array formula does not. So the empty cells first get one, and undoing that empties them.
    """
    for each in cells.queryEmptyCells().RangeAddresses:
        corners = each.StartColumn, each.StartRow, each.EndColumn, each.EndRow
        cells.Spreadsheet.getCellRangeByPosition(*corners).setArrayFormula("=0")


@contextmanager
def one_step(doc: Any, title: str) -> Iterator[None]:
    """Make one step of undo of what is done within; when something is raised it is undone at once.

    The screen is drawn, and formulas are calculated, once at the end.
    """
    manager = doc.UndoManager
    before = len(manager.getAllUndoActionTitles())
    doc.lockControllers()
    doc.addActionLock()
    manager.enterUndoContext(title)
    try:
        yield
    except BaseException:
        manager.leaveUndoContext()
        _take_back(manager, before)
        raise
    else:
        manager.leaveUndoContext()
    finally:
        doc.removeActionLock()
        doc.unlockControllers()


def _take_back(manager: Any, before: int) -> None:
    """Undo the context, if it holds anything (an empty one leaves no step)."""
    try:
        if len(manager.getAllUndoActionTitles()) > before:
            manager.undo()
            manager.clearRedo()
    except Exception as error:
        raise half_done() from error
