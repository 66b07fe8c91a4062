"""Our own xlwings engine: a snapshot becomes an ordinary ``xlwings.Book``.

Only what xlwings offers under BSD is built on: ``xlwings.Engine(impl=…)`` and the objects that
``xlwings.Book``, ``Sheet`` and ``Range`` hand their work to. It behaves as the Windows engine does
over COM, so that a command runs on both, and has only what commands need: every other member
raises NotImplementedError with its name. Nothing is registered with xlwings: an engine is reached
from its Book, and the ones for a real Excel stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ramkoll.live.snapshot_cells import CellError, Held
from ramkoll.live.snapshot_part import Part

CleanValue = Callable[..., Any]


class Engine(Part):
    """What xlwings asks of an engine: its names, and how values look on their way in and out."""

    __slots__ = ()
    # So xlwings calls one that is no Excel on this machine; by another name it would look for the
    # program in front among those of the engine that is active, and there may be none.
    name = "remote"
    # As COM: xlwings then hands over one value for a whole range as one value.
    type = "desktop"

    @staticmethod
    def clean_value_data(
        data: list[list[Held]],
        dates: CleanValue,
        empty: object,
        numbers: CleanValue | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Values as the caller wants them: dates and numbers made by the given functions."""

        def clean(value: Held) -> Any:
            if value is None or value == "":
                return empty
            if isinstance(value, datetime):
                return dates(
                    year=value.year,
                    month=value.month,
                    day=value.day,
                    hour=value.hour,
                    minute=value.minute,
                    second=value.second,
                    microsecond=value.microsecond,
                    tzinfo=None,
                )
            if isinstance(value, CellError):
                return value.text if err_to_str else None
            if numbers is not None and isinstance(value, float) and not isinstance(value, bool):
                return numbers(value)
            return value

        return [[clean(value) for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: object, _: object) -> object:
        """A value on its way to cells; what numpy and pandas have for nothing is nothing."""
        if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
            if value != value or str(value) in ("NaT", "<NA>"):
                return None
            as_python = getattr(value, "to_pydatetime", None) or getattr(value, "item", None)
            return as_python() if as_python is not None else value
        return None if value != value else value


ENGINE = Engine()


class App(Part):
    """The program that a snapshot's workbook is open in, as far as anything here knows it."""

    __slots__ = ("book",)
    engine = ENGINE
    pid = -1

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def selection(self) -> Any:
        """What is selected, or None."""
        return self.book.selected

    def activate(self, steal_focus: bool = False) -> None:
        """It is in front already: the user has just clicked in it."""
