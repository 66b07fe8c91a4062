"""What the panel shows, as data: it may be opened after the answer has come."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from ramkoll_lo.problem import Problem
from ramkoll_lo.ribbon import GROUPS

Line = Dict[str, Any]
Act = Callable[[], None]

# After these the list is the same one, so that the reader's place in it is kept.
STAYS = frozenset(("acknowledge", "withdraw", "clear_marks", "use_forecast"))


class Progress(NamedTuple):
    """How far the command that runs has come."""

    done: int = 0
    total: int = 0
    what: str = ""
    may_stop: bool = True

    @property
    def words(self) -> str:
        """In one line."""
        count = f"{self.done} av {self.total}" if self.total else ""
        return " · ".join(part for part in (count, self.what) if part)


class State(NamedTuple):
    """All that the panel shows."""

    message: str = "Välj ett kommando i verktygsraden Ramkoll."
    lines: Tuple[Line, ...] = ()
    progress: Optional[Progress] = None
    trouble: Optional[Problem] = None
    again: Optional[Act] = None
    # How many of the lines are shown, and whether they are new to the reader.
    shown: int = 0
    fresh: bool = True


def help_lines() -> List[Line]:
    """What the buttons do, and what can be done when something does not go."""
    lines = []
    for group in GROUPS:
        lines.append(_line(0, "heading", group["label"]))
        for button in group["buttons"]:
            lines.append(_line(1, "text", button["label"], button["supertip"]))
    lines.append(_line(0, "heading", "När något inte går"))
    for words, note in _HELP:
        lines.append(_line(1, "text", words, note))
    return lines


_HELP = (
    ("Ångra", "Ctrl+Z tar tillbaka allt som ett kommando skrev, i ett steg."),
    ("Avbryta", "Tryck Esc, eller välj Avbryt i panelen. Då har inget ändrats."),
    (
        "Ramkoll svarar inte",
        "Ramkoll startas av sig självt när du klickar. Händer inget: välj Anslutning längst ner, "
        "eller be den som sköter Ramkoll.",
    ),
    ("Fel-id", "Står under ett fel. Lämna det till den som sköter Ramkoll."),
)


def _line(level: int, kind: str, words: str, note: str = "") -> Line:
    at = {"sheet": "", "address": "", "words": ""}
    return {"level": level, "kind": kind, "words": words, "note": note, "at": at, "does": None}
