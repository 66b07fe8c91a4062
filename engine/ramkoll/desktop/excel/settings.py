"""Excel's own settings while it is written to, or a command runs: as they were when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.words import plainly, settings_left
from ramkoll.model.errors import RamkollError

_MANUAL, _WAIT, _NO_CANCEL = -4135, 2, 0
ESCAPE = "{ESC}"
#: What is put back, in words, and what puts it back.
Undo = list[tuple[str, Callable[[], object]]]
_CANCEL_MACRO = "Ramkoll_Avbryt"


class _Setting(NamedTuple):
    """A property of the Application, or of its AutoCorrect, and what it is while writing."""

    name: str
    value: Any
    words: str
    part: str | None = None


#: Set from the first to the last and put back from the last to the first: whatever else goes wrong,
#: the user gets the keyboard back first; and Excel calculates when all else is as it was.
_WHILE_WRITING = (
    _Setting("Calculation", _MANUAL, "beräkningen"),
    _Setting("EnableEvents", False, "händelser"),
    _Setting("DisplayAlerts", False, "frågor och varningar"),
    # Else Excel fills a table's whole column with a formula that is written into one of its cells.
    _Setting("AutoFillFormulasInLists", False, "ifyllning av tabellkolumner", "AutoCorrect"),
    _Setting("ScreenUpdating", False, "skärmen"),
    _Setting("Cursor", _WAIT, "muspekaren"),
    _Setting("EnableCancelKey", _NO_CANCEL, "Esc"),
    # Nobody begins to edit a cell half-way.
    _Setting("Interactive", False, "tangentbord och mus"),
)


@contextmanager
def quiet(app: Native) -> Iterator[None]:
    """Excel neither draws, calculates, asks nor runs others' macros meanwhile."""
    undo: Undo = []

    def begin() -> None:
        for setting in _WHILE_WRITING:
            of = app.get(setting.part) if setting.part else app
            was = of.get(setting.name)
            if was == setting.value:
                continue
            # Noted first: a call that seemed to fail may have been carried out.
            undo.append((setting.words, partial(of.put, setting.name, was)))
            of.put(setting.name, setting.value)

    yield from _between(begin, undo)


@contextmanager
def running(app: Native, addin: str, title: str) -> Iterator[None]:
    """While a command runs: its words in the status bar, and Esc asks to cancel it."""
    undo: Undo = []

    def begin() -> None:
        was = app.get("StatusBar")
        # False gives the status bar back to Excel; a text is somebody else's.
        undo.append(
            ("statusfältet", lambda: app.put("StatusBar", was if isinstance(was, str) else False))
        )
        app.put("StatusBar", f"Ramkoll: {title} …")
        if addin_is_open(app, addin):
            undo.append(("Esc", partial(app.do, "OnKey", ESCAPE)))
            app.do("OnKey", ESCAPE, macro(addin, _CANCEL_MACRO))

    yield from _between(begin, undo)


def macro(addin: str, name: str) -> str:
    """A macro of the add-in's, as OnKey and OnUndo want it."""
    book = addin.replace("'", "''")
    return f"'{book}'!{name}"


def addin_is_open(app: Native, addin: str) -> bool:
    """Whether the add-in is there: a key for a macro that is not would be a dead key."""
    try:
        app.get("Workbooks").get("Item", addin)
    except Exception as error:
        if not hasattr(error, "hresult"):
            raise
        return False
    return True


def _between(begin: Callable[[], None], undo: Undo) -> Iterator[None]:
    """Do ``begin``, hand over, and undo all that was done, each for itself, whatever happens."""
    cause: RamkollError | None = None
    try:
        with plainly():
            begin()
        yield
    except RamkollError as error:
        cause = error
        raise
    finally:
        # Once more when it fails: there is nothing to lose by it, and a dead keyboard otherwise.
        left = [words for words, back in reversed(undo) if not (_done(back) or _done(back))]
        if left:
            raise settings_left(", ".join(left), cause) from cause


def _done(back: Callable[[], object]) -> bool:
    try:
        back()
    except Exception as error:
        if not hasattr(error, "hresult"):
            raise
        return False
    return True
