"""One call of a command, from the bytes that a host sent to the answer it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from ramkoll.live.actions import Action
from ramkoll.live.catalogue import commands
from ramkoll.live.command import Command, Reads
from ramkoll.live.lines import Line, lines
from ramkoll.live.region import Region
from ramkoll.live.results import Result
from ramkoll.live.snapshot import Raw, Snapshot
from ramkoll.live.snapshot_host import SnapshotHost
from ramkoll.model.errors import RamkollError


@checked_dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid", allow_inf_nan=False))
class Call:
    """What a host sends: the open workbook, and the command's arguments by name.

    ``lines`` asks for the result as plain lines too, for a host without our pane.
    """

    workbook: Snapshot
    arguments: dict[str, Raw] = field(default_factory=dict)
    lines: bool = False


@dataclass(frozen=True)
class Answer:
    """What a host gets back: what to do with the workbook, and what to show.

    ``over_formulas`` says that the sheets written are ours as a whole, so that formulas there are
    moved and not lost; else a host refuses to replace one by a value. ``lines`` is empty when the
    host did not ask for them.
    """

    command: str
    result: Result
    actions: list[Action]
    over_formulas: bool = False
    lines: list[Line] = field(default_factory=list)


CALL: TypeAdapter[Call] = TypeAdapter(Call)
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def run_command(
    command_id: str, body: bytes, region: Region, report: Callable[[int, int, str], None]
) -> Answer:
    """Run a command. ``report`` is told of progress, and raises Cancelled to stop.

    Raises RamkollError for a call that cannot be understood and for all that the command refuses.
    """
    command = commands().get(command_id)
    if command is None:
        raise RamkollError(
            f"Kommandot «{command_id}» finns inte.",
            todo="Ladda om panelen; den kan vara äldre än servern.",
        )
    try:
        call = CALL.validate_json(body)
    except ValidationError as error:
        raise _misunderstood(error) from error
    arguments = _arguments(command.arguments, call.arguments)
    host = SnapshotHost(_writable(call.workbook, command), region, report)
    result = command.run(host.book, host, **arguments)
    told = lines(result) if call.lines else []
    return Answer(command_id, result, host.actions(), _ours_as_a_whole(command), told)


def _writable(workbook: Snapshot, command: Command) -> Snapshot:
    """The workbook, where a command of the report may write in sheets that it is not sent.

    Those are the report's own, such as the long Underlag: they are written anew as a whole, so that
    nothing in them needs to be known. Every other command writes only in what it has read.
    """
    if not _ours_as_a_whole(command):
        return workbook
    return replace(workbook, sheets=[replace(each, sent=True) for each in workbook.sheets])


def _ours_as_a_whole(command: Command) -> bool:
    return command.reads is Reads.REPORT


def _arguments(wanted: Any, given: dict[str, Raw]) -> dict[str, Raw]:
    """The arguments, each of the kind that the command says. RamkollError when one is not."""
    found = {}
    for name, parameter in wanted.items():
        if name not in given:
            if parameter.default is parameter.empty:
                raise _wrong_argument(name)
            continue
        try:
            found[name] = TypeAdapter(parameter.annotation).validate_python(given[name])
        except ValidationError as error:
            raise _wrong_argument(name) from error
    if given.keys() - wanted.keys():
        raise _wrong_argument(sorted(given.keys() - wanted.keys())[0])
    return found


def _wrong_argument(name: str) -> RamkollError:
    return RamkollError(
        f"Kommandot fick en uppgift som det inte kan använda: {name}.",
        todo="Ladda om panelen; den kan vara äldre än servern.",
    )


def _misunderstood(error: ValidationError) -> RamkollError:
    # Where, never what: a cell's value belongs in no message that may be logged.
    where = ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])
    return RamkollError(
        "Det som skickades från arbetsboken går inte att läsa.",
        where=where,
        todo="Ladda om panelen; den kan vara äldre än servern.",
    )
