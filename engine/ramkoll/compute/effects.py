"""Measures (resultatförbättrande åtgärder): how much of their estimated effect has come."""

from __future__ import annotations

import re
from decimal import Decimal

from ramkoll.model.facts import Record
from ramkoll.model.period import Period

AGAINST_BUDGET, AGAINST_PRIOR = "mot budget", "mot föregående år"


def months_in_force(start: str, period: Period) -> tuple[int, int] | None:
    """Months of the year that a measure is in force: so far, and in all.

    ``start`` is as 2024-02. From an earlier year it is in force all year; None when the text is
    no month, or when it has not started yet.
    """
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", start.strip())
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    began = Period(int(match[1]), int(match[2])) if 1900 < int(match[1]) < 2200 else None
    if began is None or began > period:
        return None
    first = began.month if began.year == period.year else 1
    return period.month - first + 1, 12 - first + 1


def effect_so_far(measure: Record) -> Decimal | None:
    """The effect of a row on sheet Åtgärder in kronor, + is better; None when it has none.

    Measured against the budget it is written; against last year it is the change of the cost.
    """
    if measure.text("method").casefold() == AGAINST_BUDGET:
        return measure.number("effect_budget")
    outcome, prior = measure.number("measure_outcome"), measure.number("measure_prior")
    return None if outcome is None or prior is None else outcome - prior


def effect_degree(measure: Record, period: Period) -> Decimal | None:
    """Effect so far of what was estimated for the months in force, as a ratio; 1 is 100 %.

    None without an effect, an estimate above 0 or a start that can be read.
    Källa: arbetsbokens blad Åtgärder.
    """
    effect, estimated = effect_so_far(measure), measure.number("effect_estimated")
    months = months_in_force(measure.text("start"), period)
    if effect is None or estimated is None or estimated <= 0 or months is None:
        return None
    return effect * months[1] / (estimated * months[0])
