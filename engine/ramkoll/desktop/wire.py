"""The JSON of the desk's routes, as types: what the window's own types are generated from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from ramkoll.live.results import Result
from ramkoll.live.snapshot import Raw
from ramkoll.server.wire import Error

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

Phase: TypeAlias = Literal["idle", "reading", "working", "writing", "done", "failed", "cancelled"]


@checked_dataclass(frozen=True, config=_STRICT)
class DeskBook:
    """The workbook that is meant; see port.Caller. Without ``book`` the one of the last call."""

    hwnd: int = 0
    book: str = ""
    path: str = ""


@checked_dataclass(frozen=True, config=_STRICT)
class DeskCall(DeskBook):
    """A button that was pressed: a command of the engine, or panel or help."""

    command: str = field(kw_only=True)
    arguments: dict[str, Raw] = field(default_factory=dict)


@checked_dataclass(frozen=True, config=_STRICT)
class DeskTicket:
    """A ticket that the window was opened with."""

    ticket: str


@checked_dataclass(frozen=True, config=_STRICT)
class DeskPlace:
    """A cell to go to in the workbook of the last call."""

    sheet: str
    address: str


@dataclass(frozen=True)
class DeskState:
    """Where the desk stands.

    ``call`` is the number of the last call, 0 before the first. ``phase`` is reading, working and
    writing while it runs; then ``result`` or ``problem`` says how it went. ``undo`` is what the
    last command that wrote is called, while it can be put back, and ``left`` says what cannot.
    ``shown`` grows each time Panel or Hjälp is pressed in Excel, and ``show`` says which.
    ``excel`` is whether an Excel can be driven here at all, and ``elsewhere`` that another window
    has taken over from the one that reads this.
    """

    excel: bool
    book: str = ""
    call: int = 0
    command: str = ""
    arguments: dict[str, Raw] = field(default_factory=dict)
    phase: Phase = "idle"
    stopping: bool = False
    done: int = 0
    total: int = 0
    what: str = ""
    result: Result | None = None
    problem: Error | None = None
    undo: str = ""
    left: list[str] = field(default_factory=list)
    show: Literal["panel", "help"] = "panel"
    shown: int = 0
    elsewhere: bool = False

    @property
    def running(self) -> bool:
        """Whether a call is under way."""
        return self.phase in ("reading", "working", "writing")
