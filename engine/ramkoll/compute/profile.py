"""How a year's budget lies over its months: evenly, as last year's outcome did, or by plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

LINEAR, SEASONAL, PLANNED = "linjär", "säsong", "planerad"
EVEN = Decimal("0.01")  # of a twelfth: rounding to whole tkr is not a plan
MONTHS = 12

Amounts = Sequence[Decimal | None]


def profile(budget: Amounts, prior: Amounts) -> str:
    """The profile's word; empty when not every month is budgeted.

    ``budget`` and ``prior`` (last year's outcome) are twelve amounts in kronor, None for blank.
    Linjär: every month within 1 % of a twelfth of the year. Säsong: the months lie nearer to
    the budget shared out as last year's outcome lay than to twelfths, nearer being the smaller
    sum of the months' absolute distances. That needs all of last year, and a year whose sum is
    not zero. Planerad: the rest.
    """
    own = _filled(budget)
    if own is None:
        return ""
    # Everything times twelve, and times last year's sum: without a division nothing is rounded,
    # and what is as near as the other is never nearer by a last digit.
    year = sum(own, Decimal(0))
    from_twelfths = [abs(MONTHS * each - year) for each in own]
    if all(distance <= EVEN * abs(year) for distance in from_twelfths):
        return LINEAR
    before = _filled(prior)
    whole = sum(before, Decimal(0)) if before is not None else Decimal(0)
    if before is None or not whole:
        return PLANNED
    pairs = zip(own, before, strict=True)
    from_season = [MONTHS * abs(whole * each - year * then) for each, then in pairs]
    nearer = sum(from_season) < abs(whole) * sum(from_twelfths)
    return SEASONAL if nearer else PLANNED


def _filled(months: Amounts) -> list[Decimal] | None:
    found = [each for each in months if each is not None]
    return found if len(found) == len(months) == MONTHS else None
