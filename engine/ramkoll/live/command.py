"""A command: a function over an open workbook, with what it reads and what it may be given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ramkoll.live.results import Result


class Reads(StrEnum):
    """Which sheets of the open workbook a command is sent, beside the names of all of them."""

    NOTHING = "nothing"
    FORMS = "forms"  # the sheets that forms have
    REVIEW = "review"  # those, and the sheet of findings that we write
    REPORT = "report"  # the sheets of the consolidated workbook, but not Underlag
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Command:
    """A command of the ribbon or the pane; ``run`` takes the Book, the host and its arguments."""

    id: str
    reads: Reads
    run: Callable[..., Result]

    @property
    def arguments(self) -> Mapping[str, inspect.Parameter]:
        """The arguments after the Book and the host, all by name."""
        parameters = inspect.signature(self.run, eval_str=True).parameters
        return {n: p for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


_COMMANDS: dict[str, Command] = {}


def command(
    command_id: str, reads: Reads
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Make a function ``cmd(book, host, *, …) -> Result`` a command of this id."""

    def register(run: Callable[..., Result]) -> Callable[..., Result]:
        assert command_id not in _COMMANDS, f"two commands are called {command_id}"
        _COMMANDS[command_id] = Command(command_id, reads, run)
        return run

    return register


def registered() -> Mapping[str, Command]:
    """The commands of every module that has been imported; see catalogue.commands()."""
    return _COMMANDS
