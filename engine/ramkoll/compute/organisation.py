"""Earlier figures in the organisation of the report date.

Units are closed, merged, split and moved. A figure of last year belongs to the unit that does
the same work today: several predecessors are summed, and a split is divided by its key. A
split without a key is left out and reported: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ramkoll.model.register import Enhet, Register


class Trouble(StrEnum):
    """Why a unit's figures have no home in today's organisation."""

    UNKNOWN = "okänd"
    CLOSED = "upphörd utan efterföljare"
    SPLIT = "delad utan nyckel"


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit of today that takes a share (0–1) of a figure."""

    code: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class _Claim:
    heir: str
    share: Decimal | None
    before: date


class Succession:
    """Who has taken over from whom, seen from a report date."""

    def __init__(self, register: Register, day: date) -> None:
        self._day = day
        self._rows: dict[str, list[Enhet]] = {}
        for enhet in sorted(register.enheter, key=lambda each: each.valid_from):
            self._rows.setdefault(enhet.code, []).append(enhet)
        self._claims: dict[tuple[str, date], list[_Claim]] = {}
        self.missing: list[tuple[Enhet, str]] = []
        for enhet in register.valid_enheter(day):
            self._claim(enhet, enhet, Decimal(1), ())

    def _claim(
        self, heir: Enhet, row: Enhet, share: Decimal | None, seen: tuple[Enhet, ...]
    ) -> None:
        if row in seen:
            return
        predecessors = list(row.predecessors)
        own = self._earlier(row, row.code)
        if own is not None and row.code not in [each.code for each in predecessors]:
            # The same code goes on with another name or area: the same unit.
            self._add(heir, own, share, row.valid_from)
            self._claim(heir, own, share, (*seen, row))
        for predecessor in predecessors:
            before = self._earlier(row, predecessor.code)
            if before is None:
                self.missing.append((row, predecessor.code))
                continue
            part = predecessor.share
            whole = None if share is None else share if part is None else share * part
            self._add(heir, before, part if part is None else whole, row.valid_from)
            self._claim(heir, before, whole, (*seen, row))

    def _add(self, heir: Enhet, row: Enhet, share: Decimal | None, before: date) -> None:
        claims = self._claims.setdefault((row.code, row.valid_from), [])
        claims.append(_Claim(heir.code, share, before))

    def _earlier(self, row: Enhet, code: str) -> Enhet | None:
        rows = [each for each in self._rows.get(code, ()) if each.valid_from < row.valid_from]
        return rows[-1] if rows else None

    def heirs(self, code: str, year: int, month: int) -> tuple[Heir, ...] | Trouble:
        """The units of today that a figure of a code and month belongs to, by share.

        A month after a unit closed goes to its successors; one before it opened, to itself.
        """
        rows = self._rows.get(code)
        if not rows:
            return Trouble.UNKNOWN
        day = date(year, month, 1)
        begun = [row for row in rows if row.valid_from <= day]
        row = begun[-1] if begun else rows[0]
        claims = self._claims.get((row.code, row.valid_from), [])
        living = row.valid(self._day)
        claims = [claim for claim in claims if not living or day < claim.before]
        if living and not claims:
            return (Heir(row.code, Decimal(1)),)
        if not claims:
            return Trouble.CLOSED
        if len(claims) == 1 and not living and claims[0].share in (None, Decimal(1)):
            return (Heir(claims[0].heir, Decimal(1)),)
        shares = [claim.share for claim in claims if claim.share is not None]
        if len(shares) < len(claims):
            return Trouble.SPLIT
        rest = Decimal(1) - sum(shares, Decimal(0))
        if rest < 0 or (rest > 0 and not living):
            return Trouble.SPLIT
        heirs = [Heir(c.heir, c.share) for c in claims if c.share is not None]
        if rest > 0:
            heirs.append(Heir(row.code, rest))
        return tuple(_merged(heirs))


def _merged(heirs: list[Heir]) -> Iterator[Heir]:
    by_code: dict[str, Decimal] = {}
    for heir in heirs:
        by_code[heir.code] = by_code.get(heir.code, Decimal(0)) + heir.share
    return (Heir(code, share) for code, share in by_code.items())
