"""What a person is told when something cannot be done: cause, place, next step and an id."""

from __future__ import annotations

import secrets
import sys
import time
import traceback
from typing import Any

AGAIN = "Försök igen. Händer det igen: lämna fel-id till den som sköter Ramkoll."


class Problem(Exception):
    """What is wrong, where, what was expected and what to do; ``id`` is also in the log."""

    def __init__(
        self, what: str, todo: str, where: str = "", expected: str = "", id: str = ""
    ) -> None:
        super().__init__(what)
        self.what, self.todo, self.where, self.expected = what, todo, where, expected
        self.id = id or secrets.token_hex(4)


class Cancelled(Exception):
    """The user has asked a command to stop. Nothing has been written."""


def from_server(error: dict[str, Any]) -> Problem:
    """What the engine says went wrong."""
    said = {key: str(error.get(key) or "") for key in ("what", "todo", "where", "expected", "id")}
    return Problem(**said)


def as_problem(error: BaseException, log_file: str = "") -> Problem:
    """A Problem of whatever was raised. What is not foreseen is our fault, and is said to be."""
    if isinstance(error, Problem):
        return error
    if type(error).__name__ == "DisposedException":
        return Problem(
            "Arbetsboken stängdes medan Ramkoll arbetade. Inget har skrivits.",
            todo="Öppna arbetsboken igen och kör kommandot en gång till.",
        )
    found = Problem("Ett fel som Ramkoll inte känner till inträffade i LibreOffice.", todo=AGAIN)
    _log(found.id, error, log_file)
    return found


def _log(id: str, error: BaseException, log_file: str) -> None:
    """Where in our code it happened, and the kind of error: its words may hold a cell's value."""
    steps = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{step.name}:{step.lineno}" for step in reversed(steps))
    line = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {id} {type(error).__name__} {where}\n"
    try:
        with open(log_file, "a", encoding="utf-8") as log:
            log.write(line)
    except OSError:
        sys.stderr.write(f"Ramkoll {line}")


# What stands in the way of writing; the same words as in Excel.


def missing(what: str) -> Problem:
    """A sheet or a table that an action names is not there."""
    return Problem(
        f"{what} finns inte i arbetsboken. Inget har ändrats.",
        todo="Kontrollera att rätt arbetsbok är öppen och att inget har bytt namn eller tagits "
        "bort.",
    )


def hidden_sheet(sheet: str) -> Problem:
    """A sheet that is hidden cannot be shown."""
    return Problem(
        f"Bladet «{sheet}» är dolt, så det går inte att gå dit.",
        todo="Högerklicka på en bladflik, välj Visa blad och försök igen.",
    )


def too_large(sheet: str) -> Problem:
    """A sheet has more cells than can be sent."""
    return Problem(
        f"Bladet «{sheet}» är för stort för att läsas.",
        expected="högst en miljon celler",
        todo="Ta bort det som står långt ner eller långt till höger på bladet, eller flytta det "
        "till en egen arbetsbok.",
    )


def locked(sheet: str, address: str) -> Problem:
    """A cell to be written is locked on a protected sheet."""
    return Problem(
        "Cellen är låst på ett skyddat blad. Inget har ändrats.",
        where=f"{sheet}!{address}",
        todo="Ramkoll tar aldrig bort ett skydd. Ta bort det själv under Verktyg > Skydda blad om "
        "cellen ska ändras, och försök igen.",
    )


def unformattable(sheet: str) -> Problem:
    """A protected sheet whose looks may not be changed."""
    return Problem(
        f"Bladet «{sheet}» är skyddat mot ändrade format. Inget har ändrats.",
        todo="Ramkoll tar aldrig bort ett skydd. Ta bort det själv under Verktyg > Skydda blad, "
        "och försök igen.",
    )


def read_only() -> Problem:
    """The workbook was opened to be read."""
    return Problem(
        "Arbetsboken är öppnad skrivskyddad. Inget har ändrats.",
        todo="Välj Redigera > Redigeringsläge, eller spara en egen kopia, och försök igen.",
    )


def changed_meanwhile(place: str) -> Problem:
    """A cell to be written holds something else than when it was read."""
    return Problem(
        "Arbetsboken ändrades medan Ramkoll räknade. Inget har skrivits.",
        where=place,
        todo="Kör kommandot igen, så räknar det på det som står där nu.",
    )


def holds_formula(place: str) -> Problem:
    """A value would replace a formula."""
    return Problem(
        "Cellen har en formel, och Ramkoll ersätter aldrig en formel med ett värde.",
        where=place,
        todo="Ta bort formeln i cellen om ett värde ska stå där, och kör kommandot igen.",
    )


def outdated(what: str) -> Problem:
    """An answer that this version of the extension does not understand."""
    return Problem(
        "Tillägget förstår inte Ramkolls svar. Inget har skrivits.",
        where=what,
        todo="Uppdatera Ramkolls tillägg i LibreOffice; det kan vara äldre än Ramkoll.",
    )


def unwritten(action: str) -> Problem:
    """LibreOffice refused an action, and what had been done before it was taken back."""
    return Problem(
        "LibreOffice kunde inte göra det som Ramkoll bad om. Inget har ändrats.",
        where=action,
        todo=AGAIN,
    )


def half_done() -> Problem:
    """A fault in the middle of writing, and then in taking back."""
    return Problem(
        "LibreOffice slutade svara mitt i skrivningen, och allt kunde inte tas tillbaka.",
        todo="Ångra med Ctrl+Z, eller stäng arbetsboken utan att spara och öppna den igen.",
    )
