"""The command that shows what was read of a workbook."""

from __future__ import annotations

import errno
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence

from ramkoll.cli import OK
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Sheet, Submission


def _cells(arguments: Namespace) -> int:
    from ramkoll.excel.scan import scan
    from ramkoll.pipeline.cells_json import cells_json
    from ramkoll.pipeline.cells_text import cells_text

    book = scan(arguments.workbook)
    sheets = _wanted(book, arguments.sheet)
    if arguments.json:
        _write(cells_json(book, sheets))
    else:
        _write(f"{line}\n" for line in cells_text(book, sheets))
    return OK


def _wanted(book: Submission, name: str | None) -> Sequence[Sheet]:
    if name is None:
        return book.sheets
    sheet = book.sheet(name)
    if sheet is None:
        there = ", ".join(f"«{each.name}»" for each in book.sheets)
        raise RamkollError(
            f"Arbetsboken har inget blad med celler som heter «{name}».",
            where=book.file,
            todo=f"Välj ett av bladen {there}." if there else "Kontrollera arbetsboken i Excel.",
        )
    return (sheet,)


def _write(pieces: Iterable[str]) -> None:
    """Write as it is made; BrokenPipeError when nobody reads any more."""
    try:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    except OSError as error:
        if error.errno == errno.EINVAL:  # what Windows says of a closed pipe
            raise BrokenPipeError from error
        raise


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {"cells": _cells}
