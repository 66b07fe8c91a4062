"""Goals: the status of an indicator, of a task and of a goal area, and how many have which.

A status is 0–3 as the report prints it. Indicators are judged by a rule; where the rule cannot
tell, a person sets the status and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from ramkoll.model.facts import Record

HIGHER, LOWER = "högre", "lägre"
LONG_TERM = "lång"


class Status(IntEnum):
    """How far a goal is reached; the number is the code of the report."""

    MET = 0
    PARTLY_MET = 1
    NOT_MET = 2
    NOT_MEASURED = 3

    @property
    def words(self) -> str:
        """As the form's list of choices says it."""
        return _WORDS[self]

    @property
    def symbol(self) -> str:
        """As the report's tables print it."""
        return _SYMBOLS[self]


_WORDS = {
    Status.MET: "Helt uppfyllt",
    Status.PARTLY_MET: "Delvis uppfyllt",
    Status.NOT_MET: "Ej uppfyllt",
    Status.NOT_MEASURED: "Ej mätt",
}
_SYMBOLS = {
    Status.MET: "●",
    Status.PARTLY_MET: "◆",
    Status.NOT_MET: "■",
    Status.NOT_MEASURED: "—",
}
_BY_WORDS = {words.casefold(): status for status, words in _WORDS.items()}


def status_in(text: str) -> Status | None:
    """The status that a cell says, capitals and small letters alike; None for anything else."""
    return _BY_WORDS.get(" ".join(text.split()).casefold())


def indicator_status(
    outcome: Decimal | None, target: Decimal | None, better: str, limit: Decimal
) -> Status | None:
    """What the rule says of an indicator; None where it cannot tell and a person must.

    Outcome and target are in the indicator's own unit. ``better`` is högre or lägre. Worse is the
    distance from the target in the bad direction: nothing worse is met; at least ``limit`` (a
    ratio, 0.9) of the target left is partly met. A target of 0 has no shares, and no target or
    direction no rule. Källa: arbetsbokens blad Nyckeltal.
    """
    if outcome is None:
        return Status.NOT_MEASURED
    if not target or better not in (HIGHER, LOWER):
        return None
    worse = outcome - target if better == LOWER else target - outcome
    if worse <= 0:
        return Status.MET
    # Multiplied instead of divided: on the limit it is exactly on it.
    reached = abs(target) - worse >= limit * abs(target)
    return Status.PARTLY_MET if reached else Status.NOT_MET


def ruled_status(indicator: Record, limit: Decimal) -> Status | None:
    """What the rule says of a row on sheet Nyckeltal."""
    return indicator_status(
        indicator.number("indicator_outcome"),
        indicator.number("indicator_target"),
        indicator.text("better").casefold(),
        limit,
    )


def final_status(indicator: Record, limit: Decimal) -> Status | None:
    """The status that counts of a row on sheet Nyckeltal: the manual one, else the rule's."""
    manual = status_in(indicator.text("status_manual"))
    return ruled_status(indicator, limit) if manual is None else manual


def task_status(task: Record) -> Status | None:
    """The status of a row on sheet Uppdrag; None when none of the four is written."""
    return status_in(task.text("status"))


def weighed(statuses: Iterable[Status]) -> Status:
    """The status of a goal area from those of its tasks and indicators.

    What is not measured weighs nothing. All that are measured met is met, all not met is not
    met; a mixture is partly met, and nothing measured is not measured.
    """
    measured = {each for each in statuses if each is not Status.NOT_MEASURED}
    if not measured:
        return Status.NOT_MEASURED
    return measured.pop() if len(measured) == 1 else Status.PARTLY_MET


@dataclass(frozen=True, slots=True)
class Tally:
    """How many have each status: four counts, by the status's number."""

    counts: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        """All of them, not measured ones too."""
        return sum(self.counts)

    def count(self, status: Status) -> int:
        """How many have a status."""
        return self.counts[status]

    def share(self, status: Status) -> Decimal | None:
        """A status's part of all, as a ratio 0–1; None when there are none at all."""
        return Decimal(self.counts[status]) / self.total if self.total else None


def tally(statuses: Iterable[Status]) -> Tally:
    """The counts of statuses."""
    found = Counter(statuses)
    return Tally((found[Status(0)], found[Status(1)], found[Status(2)], found[Status(3)]))
