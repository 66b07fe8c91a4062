"""What a check has to say, at a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from ramkoll.model.cells import CellRef
from ramkoll.model.period import Period


class Severity(StrEnum):
    """How much a finding matters. ``BLOCKS`` must be mended before figures go to the board."""

    BLOCKS = "stoppar"
    WARNING = "varning"
    INFO = "upplysning"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Scope(StrEnum):
    """What a rule looks at: one form, the workbook as a file, the period, the frame …"""

    FORM = "formulär"
    WORKBOOK = "arbetsbok"
    PERIOD = "period"
    FRAME = "ram"
    PREVIOUS = "förra rapporten"
    PACKAGE = "alla inlämningar"
    OWN = "egna blad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. ``effect`` is the amount at stake in kronor, never negative.

    ``at`` names the cell to go to; a remark on a whole file has row 0 there.
    """

    rule: str
    severity: Severity
    message: str
    tip: str
    at: CellRef
    related: tuple[CellRef, ...] = ()
    expected: str = ""
    found: str = ""
    effect: Decimal | None = None

    @property
    def order(self) -> tuple[int, Decimal, str, str, int, int, str]:
        """Sort key: most severe first, then most kronor, then by place."""
        effect = -self.effect if self.effect is not None else Decimal(0)
        at = self.at
        return (self.severity.rank, effect, at.file, at.sheet, at.row, at.column, self.rule)


def finding_id(finding: Finding, enhet: str, period: Period) -> str:
    """What tells a finding from all others: 16 hexadecimal digits.

    It is another when the period, the cell, the amount or the words differ, so that what was
    acknowledged comes back when it is about something else. The file's name is no part of it.
    """
    at = finding.at
    said = (
        enhet,
        period,
        finding.rule,
        at.sheet,
        at.row,
        at.column,
        finding.message,
        finding.effect,
    )
    return sha256("\x1f".join(map(str, said)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen a finding and says why it may stand. ``place`` is the cell, in words."""

    finding: str
    rule: str
    enhet: str
    period: Period
    place: str
    message: str
    reason: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class NotRun:
    """A rule that could not be run, and why, as the end of «inte körd, eftersom …»."""

    rule: str
    because: str
