"""Why a child gave a file up, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ramkoll.excel.unreadable import SAVE_AGAIN, Unreadable, too_large
from ramkoll.model.errors import RamkollError


def our_fault(name: str, at: Sequence[str]) -> RamkollError:
    """The program failed on a file, at these lines of code."""
    error = RamkollError(
        "Arbetsboken gick inte att läsa på grund av ett fel i Ramkoll.",
        where=name,
        todo="Säg till förvaltningen av Ramkoll vilken fil det är, och ta bort den ur mappen så "
        "länge.",
    )
    for line in at:
        error.add_note(line)
    return error


def died(name: str) -> RamkollError:
    """The child ended while it had the file."""
    return Unreadable(
        "osäker",
        "Läsningen avbröts, eftersom något i filen fick den att sluta i förtid.",
        where=name,
        todo=SAVE_AGAIN,
    )


def too_slow(name: str) -> RamkollError:
    """The file took longer than a child has."""
    return too_large(name, "Filen tog så lång tid att läsa att läsningen avbröts.")


def too_much(name: str) -> RamkollError:
    """The file needs more memory than a child has."""
    return too_large(name, "Filen kräver mer minne än en arbetsbok får ta.")


def no_children() -> RamkollError:
    """No child can be started."""
    return RamkollError(
        "Ramkoll kan inte starta den process som läser arbetsböcker.",
        todo="Stäng andra program, så att minne blir ledigt, och försök igen; hjälper det inte, "
        "kontakta förvaltningen av Ramkoll.",
    )
