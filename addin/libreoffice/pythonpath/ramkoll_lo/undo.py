"""One step of undo for all that a command does, also for what LibreOffice cannot undo by itself."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any, Callable, Iterator, List, Sequence, Tuple

import unohelper
from com.sun.star.document import XUndoAction

from ramkoll_lo.main_thread import later
from ramkoll_lo.problem import half_done
from ramkoll_lo.reading import CONTENT


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


def whole_undo(cells: Any, filled: Sequence[Sequence[bool]]) -> None:
    """Let what is now written into a rectangle be undone, and done again, in all of its cells.

    ``filled`` are the cells that get something. LibreOffice's undo of values put into a rectangle
    leaves them in cells that were empty; that of an array formula does not: such cells first get
    one. Its redo leaves what a cell held that becomes empty; that of a clearing does not.
    """
    for part in _parts(cells, cells.queryEmptyCells(), filled, True):
        part.setArrayFormula("=0")
    for part in _parts(cells, cells.queryContentCells(CONTENT), filled, False):
        part.clearContents(CONTENT)


def _parts(cells: Any, some: Any, filled: Sequence[Sequence[bool]], wanted: bool) -> Iterator[Any]:
    """Rectangles of those of some cells of a rectangle that get something, or get nothing."""
    own = cells.RangeAddress
    for each in some.RangeAddresses:
        lines = [
            (row, _runs(filled[row - own.StartRow], wanted, own.StartColumn, each))
            for row in range(each.StartRow, each.EndRow + 1)
        ]
        for runs, alike in groupby(lines, key=lambda line: line[1]):
            rows = [row for row, _ in alike]
            for first, last in runs:
                yield cells.Spreadsheet.getCellRangeByPosition(first, rows[0], last, rows[-1])


def _runs(filled: Sequence[bool], wanted: bool, left: int, within: Any) -> List[Tuple[int, int]]:
    """The columns within an area that do, as the first and the last of those side by side."""
    found: List[Tuple[int, int]] = []
    for column in range(within.StartColumn, within.EndColumn + 1):
        if filled[column - left] is not wanted:
            continue
        if found and found[-1][1] == column - 1:
            found[-1] = found[-1][0], column
        else:
            found.append((column, column))
    return found


class _Still:
    """Lets the window be drawn once when a step is undone or done again, and not at each cell."""

    def __init__(self, doc: Any) -> None:
        self._doc = doc
        self._held = False

    def hold(self) -> None:
        """Draw nothing for now. It ends by itself, also when LibreOffice fails in the midst."""
        if not self._held:
            self._doc.lockControllers()
            self._held = True
            later(self.let_go)

    def let_go(self) -> None:
        """Draw."""
        if self._held:
            self._held = False
            with suppress(Exception):  # the workbook may be closed by now
                self._doc.unlockControllers()


@contextmanager
def one_step(doc: Any, title: str) -> Iterator[None]:
    """Make one step of undo of what is done within; when something is raised it is undone at once.

    The screen is drawn, and formulas are calculated, once at the end. Something is done within:
    there is a step of undo in any case.
    """
    manager = doc.UndoManager
    before = len(manager.getAllUndoActionTitles())
    still = _Still(doc)
    doc.lockControllers()
    doc.addActionLock()
    manager.enterUndoContext(title)
    try:
        manager.addUndoAction(Restore(still.let_go, still.hold))
        yield
        manager.addUndoAction(Restore(still.hold, still.let_go))
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
