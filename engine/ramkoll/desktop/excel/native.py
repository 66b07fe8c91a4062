"""Excel's own objects as COM gives them: called in English, and with patience.

xlwings finds Excel and the workbook; from there on its ``.api`` is called here, for three reasons.

- pywin32 asks with no language (LCID 0), and a Swedish Excel then takes and gives number formats
  and formulas in Swedish. VBA always asks in English, and so do we.
- xlwings asks again for ever while Excel is busy, such as when somebody writes in a cell.
- pywin32 tells a refused property as one that does not exist; here Excel's own words come through.

Only names of Excel's object model are used, and the contract test holds a list of them.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ramkoll.desktop.excel.words import code_of, is_busy

T = TypeVar("T")

ENGLISH = 0x0409
_GET_OR_CALL, _PUT = 1 | 2, 4  # DISPATCH_METHOD | DISPATCH_PROPERTYGET, DISPATCH_PROPERTYPUT
_UNKNOWN_NAME = 0x80020006
#: What these members give is always of one kind, so that its members have the same numbers. A call
#: is then one question instead of two. (Item of FormatConditions, say, gives several kinds.)
_ALIKE = frozenset({"Range", "Font", "Interior", "Borders"})


def _nobody() -> None:
    """Nobody is told that Excel is waited for."""


@dataclass(frozen=True)
class Patience:
    """How long a busy Excel is waited for, in seconds, and who is told when it takes a while."""

    most: float = 20.0
    told_after: float = 1.0
    told: Callable[[], None] = _nobody
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __call__(self, ask: Callable[[], T]) -> T:
        """The answer, asked for until Excel has time. A call that it rejected was never begun."""
        began, told, pause = self.clock(), False, 0.02
        while True:
            try:
                return ask()
            except Exception as error:
                waited = self.clock() - began
                if not is_busy(error) or waited >= self.most:
                    raise
                if waited >= self.told_after and not told:
                    told = True
                    self.told()
            self.sleep(pause)
            pause = min(pause * 2, 0.5)


class Native:
    """One of Excel's objects. What its members give is a value, or a Native again."""

    __slots__ = ("_alike", "_ids", "_own", "kept", "patience")

    def __init__(
        self,
        own: Any,
        patience: Patience,
        alike: dict[str, dict[str, int]] | None = None,
        ids: dict[str, int] | None = None,
    ) -> None:
        """``own`` is a PyIDispatch of pywin32's; ``ids`` what is known of its members' numbers."""
        self._own = own
        self._alike = {} if alike is None else alike
        self._ids = {} if ids is None else ids
        self.patience = patience
        #: What has been got of this object and is asked of again, by what it was asked for with.
        self.kept: dict[str, Native] = {}

    def get(self, name: str, *arguments: Any) -> Any:
        """A property, or what a method returns. Errors are pywin32's com_error."""
        return self._asked(name, _GET_OR_CALL, True, arguments)

    def do(self, name: str, *arguments: Any) -> Any:
        """Call a method that changes something."""
        return self._asked(name, _GET_OR_CALL, True, arguments)

    def put(self, name: str, value: Any) -> None:
        """Give a property a value."""
        self._asked(name, _PUT, False, (value,))

    def has(self, name: str) -> bool:
        """Whether this version of Excel knows a member."""
        try:
            self._id(name)
        except Exception as error:
            if code_of(error) != _UNKNOWN_NAME:
                raise
            return False
        return True

    def _asked(self, name: str, how: int, answered: bool, arguments: tuple[Any, ...]) -> Any:
        known = self._id(name)
        plain = [each._own if isinstance(each, Native) else each for each in arguments]
        answer = self.patience(lambda: self._own.Invoke(known, ENGLISH, how, answered, *plain))
        if not hasattr(answer, "GetIDsOfNames"):
            return answer
        ids = self._alike.setdefault(name, {}) if name in _ALIKE else None
        return Native(answer, self.patience, self._alike, ids)

    def _id(self, name: str) -> int:
        known = self._ids.get(name)
        if known is None:
            known = self.patience(lambda: self._own.GetIDsOfNames(ENGLISH, name))
            self._ids[name] = known
        return known


def left_out() -> Any:
    """What is given for an argument that is left out before others."""
    return importlib.import_module("pythoncom").Missing


def native(api: Any, patience: Patience) -> Native:
    """The object behind an ``.api`` of xlwings'."""
    return Native(api._oleobj_, patience)
