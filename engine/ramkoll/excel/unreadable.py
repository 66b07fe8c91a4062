"""The refusal of a file that cannot be read as a workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, TypeAlias

from ramkoll.model.errors import RamkollError

Code: TypeAlias = Literal[
    "tom", "ej_arbetsbok", "lösenord", "xls", "xlsb", "trasig", "för_stor", "osäker"
]

SAVE_AGAIN = (
    "Öppna filen i Excel, välj Spara som och filformatet Excel-arbetsbok (.xlsx), "
    "och lämna in den nya filen."
)


class Unreadable(RamkollError):
    """A file that is refused before or while it is read.

    ``code`` is short and stable, for programs; ``str()`` is the Swedish text for people.
    ``unclear`` says that another reader may make the file out: nothing in it is unsafe, too large
    or to be read in two ways.
    """

    def __init__(
        self,
        code: Code,
        what: str,
        *,
        where: str = "",
        expected: str = "",
        todo: str = SAVE_AGAIN,
        unclear: bool = False,
    ) -> None:
        self.code: Code = code
        self.unclear = unclear
        super().__init__(what, where=where, expected=expected, todo=todo)

    def __reduce__(self) -> tuple[Callable[[], Unreadable], tuple[()]]:
        # Files are parsed in a child process; without this the refusal cannot travel back.
        rebuild = partial(
            Unreadable,
            self.code,
            self.what,
            where=self.where,
            expected=self.expected,
            todo=self.todo,
            unclear=self.unclear,
        )
        return rebuild, ()


def damaged(where: str, what: str = "Filen är skadad och går inte att läsa.") -> Unreadable:
    """The refusal of a file whose content does not hang together."""
    return Unreadable("trasig", what, where=where)


def unclear(where: str, what: str = "Filen är skadad och går inte att läsa.") -> Unreadable:
    """The refusal of what one reader cannot make out, and another may."""
    return Unreadable("trasig", what, where=where, unclear=True)


def too_large(where: str, what: str) -> Unreadable:
    """The refusal of a workbook beyond a cap."""
    return Unreadable(
        "för_stor",
        what,
        where=where,
        todo="Ta bort bilder och blad som inte hör till uppföljningen, spara och försök igen.",
    )
