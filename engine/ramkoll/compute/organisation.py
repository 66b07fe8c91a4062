"""Earlier figures in the organisation of the report date.

Units are closed, merged, split and moved. A figure of last year belongs to the unit that does
the same work today: several predecessors are summed, and a split is divided by its key. A
split without a key is left out and reported: it is never guessed.
"""

from __future__ import annotations

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
class Homeless:
    """Why figures have no home, and the unit where the way to today's organisation ends."""

    trouble: Trouble
    code: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """A later row of the register that takes over, whole (None) or a share of 0–1."""

    row: Enhet
    share: Decimal | None


class Succession:
    """Who has taken over from whom, seen from a report date."""

    def __init__(self, register: Register, day: date) -> None:
        self._day = day
        self._rows: dict[str, list[Enhet]] = {}
        for enhet in sorted(register.enheter, key=lambda each: each.valid_from):
            self._rows.setdefault(enhet.code, []).append(enhet)
        self._claims: dict[tuple[str, date], list[_Claim]] = {}
        self.missing: list[tuple[Enhet, str]] = []
        self._known: dict[tuple[Enhet, date], tuple[Heir, ...] | Homeless] = {}
        for enhet in register.enheter:
            if enhet.valid_from <= day:
                self._claim(enhet)

    def _claim(self, row: Enhet) -> None:
        for predecessor in row.predecessors:
            before = self._earlier(row, predecessor.code)
            if before is None:
                self.missing.append((row, predecessor.code))
            elif predecessor.share is not None or predecessor.code != row.code:
                claims = self._claims.setdefault((before.code, before.valid_from), [])
                claims.append(_Claim(row, predecessor.share))

    def _earlier(self, row: Enhet, code: str) -> Enhet | None:
        rows = self._rows.get(code, ())
        before = [each for each in rows if each.valid_from < row.valid_from]
        if not before and code != row.code:
            # Taken over by a unit that is older than what it took over.
            before = [each for each in rows if each.valid_to and row.valid(each.valid_to)]
        return before[-1] if before else None

    def heirs(self, code: str, year: int, month: int) -> tuple[Heir, ...] | Homeless:
        """The units of today that a figure of a code and month belongs to, by share.

        A month after a unit closed goes to its successors; one before it opened, to itself.
        """
        rows = self._rows.get(code)
        if not rows:
            return Homeless(Trouble.UNKNOWN, code)
        month_begins = date(year, month, 1)
        begun = [row for row in rows if row.valid_from <= month_begins]
        return self._heirs(begun[-1] if begun else rows[0], month_begins)

    def _heirs(self, row: Enhet, day: date) -> tuple[Heir, ...] | Homeless:
        if (row, day) not in self._known:
            # Units that take over from each other in a ring have no key that anybody can follow.
            self._known[row, day] = Homeless(Trouble.SPLIT, row.code)
            self._known[row, day] = self._follow(row, day)
        return self._known[row, day]

    def _follow(self, row: Enhet, day: date) -> tuple[Heir, ...] | Homeless:
        on = self._goes_on_as(row)
        claims = [
            claim
            for claim in self._claims.get((row.code, row.valid_from), ())
            # What a living unit books after it gave something away is its own.
            if not row.valid(day) or day < _taken_over(row, claim.row)
        ]
        shares = [claim.share for claim in claims if claim.share is not None]
        rest = Decimal(1) - sum(shares, Decimal(0))
        takers: list[tuple[Enhet, Decimal]]
        if len(claims) == 1 and not shares and on is None:
            takers = [(claims[0].row, Decimal(1))]
        elif len(shares) < len(claims) or rest < 0 or (rest > 0 and on is None and claims):
            return Homeless(Trouble.SPLIT, row.code)
        else:
            takers = [(c.row, c.share) for c in claims if c.share is not None]
            if rest > 0 and on is not None:
                takers.append((on, rest))
        if not takers:
            return Homeless(Trouble.CLOSED, row.code)
        return self._shared(row, takers, day)

    def _goes_on_as(self, row: Enhet) -> Enhet | None:
        """The row itself while it is valid, else the next of the same code; None when closed."""
        if row.valid(self._day):
            return row
        rows = self._rows[row.code]
        later = [each for each in rows if row.valid_from < each.valid_from <= self._day]
        keyed = {claim.row for claim in self._claims.get((row.code, row.valid_from), ())}
        return later[0] if later and later[0] not in keyed else None

    def _shared(
        self, row: Enhet, takers: list[tuple[Enhet, Decimal]], day: date
    ) -> tuple[Heir, ...] | Homeless:
        by_code: dict[str, Decimal] = {}
        for taker, share in takers:
            found = (Heir(row.code, Decimal(1)),) if taker == row else self._heirs(taker, day)
            if isinstance(found, Homeless):
                return found
            for heir in found:
                by_code[heir.code] = by_code.get(heir.code, Decimal(0)) + heir.share * share
        return tuple(Heir(code, share) for code, share in by_code.items())


def _taken_over(row: Enhet, by: Enhet) -> date:
    """When a unit was taken over: as the other began, or as it ended when the other is older."""
    older = by.valid_from <= row.valid_from
    return row.valid_to if older and row.valid_to is not None else by.valid_from
