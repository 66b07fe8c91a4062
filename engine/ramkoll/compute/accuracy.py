"""Prognossäkerhet: how right the forecast methods would have been in earlier years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.compute.forecast import Basis, proposals

MEASURED = ("B", "D", "E")  # those that need no budget, which the history does not have
NAIVE = "B"  # the one that the others are measured against
WITHIN = Decimal("0.01")  # of gross costs: how near a forecast should have been


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Prognossäkerhet: how one method did, forecast after k months, in the years it can be tested.

    An error is the year's outcome − the forecast, so + came out better than forecast. ``bias`` is
    the mean error and ``mean_absolute_error`` the mean size of it, in kronor. ``within`` is the
    share (0–1) of the years whose error was at most 1 % of that year's gross cost, over the years
    that have one. ``skill`` is 1 − the method's mean absolute error / that of method B in the same
    years: 1 is faultless, 0 no better than B, negative worse; None where B made no error.
    All are None where fewer than two years can be tested: one year is an anecdote.
    """

    method: str
    years: tuple[int, ...]
    bias: Decimal | None = None
    mean_absolute_error: Decimal | None = None
    within: Decimal | None = None
    skill: Decimal | None = None


def accuracy(
    history: Mapping[int, Sequence[Decimal | None]],
    months: int,
    gross_costs: Mapping[int, Decimal],
) -> tuple[Accuracy, ...]:
    """How the methods that need no budget (B, D, E) would have done after k months.

    ``history`` has twelve months of outcome for each earlier year, in kronor; a year with a month
    that nobody has said is left out, also as the year before. ``gross_costs`` has each year's gross
    cost as a positive number. Each year is forecast from what was known then: its own first months
    and the whole year before. Källa: arbetsbokens blad Historik.

    ValueError for months outside 1–12, a year that has not twelve months, a negative gross cost.
    """
    if not 1 <= months <= 12:
        raise ValueError(f"a year has months 1–12: {months}")
    for year, amounts in history.items():
        if len(amounts) != 12:
            raise ValueError(f"a year has twelve months: {year} has {len(amounts)}")
    if any(cost < 0 for cost in gross_costs.values()):
        raise ValueError("a gross cost is a positive number")
    full = {
        year: said
        for year, amounts in sorted(history.items())
        if len(said := [each for each in amounts if each is not None]) == 12
    }
    errors: dict[str, dict[int, Decimal]] = {method: {} for method in MEASURED}
    for year, amounts in full.items():
        for proposal in proposals(_as_it_was(amounts, full.get(year - 1), months)):
            if proposal.value is not None and proposal.method in errors:
                errors[proposal.method][year] = sum(amounts, Decimal(0)) - proposal.value
    return tuple(
        _measured(method, found, errors[NAIVE], gross_costs) for method, found in errors.items()
    )


def _as_it_was(year: Sequence[Decimal], before: Sequence[Decimal] | None, months: int) -> Basis:
    """What was known of a year after k months, without its budget."""
    recent = slice(months - 3, months) if months >= 3 else None

    def total(amounts: Sequence[Decimal] | None, part: slice | None) -> Decimal | None:
        return None if amounts is None or part is None else sum(amounts[part], Decimal(0))

    return Basis(
        months=months,
        outcome=total(year, slice(months)),
        budget=None,
        budget_year=None,
        prior=total(before, slice(months)),
        prior_year=total(before, slice(12)),
        recent=total(year, recent),
        prior_recent=total(before, recent),
    )


def _measured(
    method: str,
    errors: Mapping[int, Decimal],
    naive: Mapping[int, Decimal],
    gross_costs: Mapping[int, Decimal],
) -> Accuracy:
    years = tuple(errors)
    if len(years) < 2:
        return Accuracy(method, years)
    size = _mean([abs(error) for error in errors.values()])
    # In the same years: B can be tested one year more than the methods that need the year before.
    naive_size = _mean([abs(naive[year]) for year in years])
    judged = [year for year in years if gross_costs.get(year)]
    near = [year for year in judged if abs(errors[year]) <= WITHIN * gross_costs[year]]
    return Accuracy(
        method,
        years,
        bias=_mean(list(errors.values())),
        mean_absolute_error=size,
        within=Decimal(len(near)) / len(judged) if len(judged) >= 2 else None,
        skill=1 - size / naive_size if naive_size else None,
    )


def _mean(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)) / len(amounts)
