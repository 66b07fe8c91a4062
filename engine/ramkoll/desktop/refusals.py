"""What the desk says when it cannot do what it is asked to."""

from __future__ import annotations

from ramkoll.model.errors import RamkollError
from ramkoll.server.errors import Refused


def no_excel() -> RamkollError:
    """There can be no Excel on this machine."""
    return Refused(
        409,
        "Ramkoll kan inte styra något Excel på den här datorn.",
        expected="Excel för Windows",
        todo="Använd tillägget för LibreOffice, eller panelen i Excel på webben.",
    )


def no_window() -> RamkollError:
    """No browser can be started."""
    return Refused(
        409,
        "Ramkolls fönster går inte att öppna, eftersom ingen webbläsare hittades.",
        expected="Microsoft Edge eller en annan webbläsare",
        todo="Be IT installera Edge. Kommandona fungerar ändå, och läget visas i statusfältet.",
    )


def no_answer() -> RamkollError:
    """A worker has not answered within every limit."""
    return RamkollError(
        "Räkneprocessen svarade inte i tid.",
        todo="Arbetsboken är orörd. Försök igen; händer det igen, starta om Ramkoll.",
    )


def half_done(named: str) -> RamkollError:
    """A fault of ours while cells were written; ``named`` is its id in the log."""
    return RamkollError(
        f"Ett fel i Ramkoll inträffade medan arbetsboken skrevs (fel-id {named}).",
        todo="Se efter om cellerna är som de ska. Stäng annars arbetsboken utan att spara, "
        "och ge fel-id till förvaltningen av Ramkoll.",
    )
