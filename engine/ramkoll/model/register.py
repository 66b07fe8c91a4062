"""A region's own rules: organisation, account groups, frame decisions, thresholds.

All of it stands in the frame workbook; nothing here is about one region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.period import Period

INCOME, COST = "intäkt", "kostnad"


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A unit that this one takes over from, whole (None) or by a share of 0–1."""

    code: str
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Enhet:
    """A unit (avdelning) during a time. The key is (code, valid_from)."""

    code: str
    name: str
    area: str
    board: str
    valid_from: date
    valid_to: date | None = None
    predecessors: tuple[Predecessor, ...] = ()
    part_of: str = ""
    at: CellRef | None = None

    def valid(self, day: date) -> bool:
        """Whether the unit exists that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def label(self) -> str:
        """Code and name, as tables print it."""
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """A row of the income statement. ``kind`` is intäkt (+) or kostnad (−)."""

    code: str
    name: str
    kind: str
    order: Decimal = Decimal(0)
    sign_checked: bool = True
    at: CellRef | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A varav row of a unit. A complete break-down must add up to its parent.

    A fictive part (budgetregleringspost) has a budget and never an outcome.
    """

    enhet: str
    code: str
    name: str
    complete: bool = False
    fictive: bool = False
    at: CellRef | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the frame register; the amount is a fact in kronor, cost negative."""

    id: str
    day: date
    year: int
    board: str
    area: str
    enhet: str
    kind: str
    amount: Fact
    text: str = ""

    @property
    def at(self) -> CellRef:
        """The cell of the amount."""
        return self.amount.at


ALL = "*"


@dataclass(frozen=True, slots=True)
class Reporter:
    """A rapportör: somebody who hands in a form that is not one unit's own.

    ``enheter`` are the units it reports for (``*`` all), ``sheets`` the sheets it has of a
    form; none means all of them.
    """

    code: str
    name: str
    form: str
    enheter: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    at: CellRef | None = None

    def covers(self, enhet: str) -> bool:
        """Whether it reports for a unit."""
        return ALL in self.enheter or enhet in self.enheter

    @property
    def label(self) -> str:
        """Code and name; once when they are the same."""
        return self.name if self.code == self.name else f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Control:
    """A control total from the ledger: what a unit's figures must add up to, in kronor."""

    enhet: str
    measure: str
    period: Period
    amount: Decimal
    at: CellRef


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for a period's submissions; ``report`` is månad, tertial, delår or bokslut."""

    period: Period
    report: str
    day: date
    at: CellRef


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit that rules use, with where it comes from."""

    id: str
    value: Decimal | str
    unit: str
    description: str
    source: str
    at: CellRef | None = None


@dataclass(frozen=True)
class Register:
    """Everything the frame workbook says, as values."""

    file: str
    sha256: str
    organisation: str
    board: str
    enheter: tuple[Enhet, ...] = ()
    groups: tuple[AccountGroup, ...] = ()
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decision, ...] = ()
    controls: tuple[Control, ...] = ()
    reporters: tuple[Reporter, ...] = ()
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()

    def valid_enheter(self, day: date) -> tuple[Enhet, ...]:
        """The units that exist that day, in the register's order, each code once."""
        found: dict[str, Enhet] = {}
        for enhet in self.enheter:
            if enhet.valid(day):
                found.setdefault(enhet.code, enhet)
        return tuple(found.values())

    def enhet(self, code: str, day: date) -> Enhet | None:
        """The unit of a code that day."""
        return next((e for e in self.valid_enheter(day) if e.code == code), None)

    def reporter(self, code: str) -> Reporter | None:
        """The rapportör of a code."""
        return next((each for each in self.reporters if each.code == code), None)

    def parts_of(self, enhet: str) -> tuple[Part, ...]:
        """The varav rows of a unit."""
        return tuple(part for part in self.parts if part.enhet == enhet)

    def kinds(self) -> Iterator[tuple[str, tuple[AccountGroup, ...]]]:
        """Account groups by kind, income first, each in its order."""
        for kind in (INCOME, COST):
            groups = [group for group in self.groups if group.kind == kind]
            yield kind, tuple(sorted(groups, key=lambda group: group.order))

    def limit(self, threshold_id: str) -> Decimal:
        """The value of a threshold that is a number; KeyError when it is unknown."""
        value = self.thresholds[threshold_id].value
        assert isinstance(value, Decimal), f"no number: {threshold_id}"
        return value

    def groups_in_order(self) -> tuple[AccountGroup, ...]:
        """All account groups, income first, each kind in its order."""
        return tuple(group for _, groups in self.kinds() for group in groups)
