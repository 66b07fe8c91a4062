"""Periodisering in the report: each unit's net budget per month, and the profile it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ramkoll.compute.forecast_basis import BUDGET, NET, PRIOR, Months
from ramkoll.compute.items import Figure, Item, Source
from ramkoll.compute.profile import profile
from ramkoll.model.period import SHORT_MONTHS

PROFILES = "month_profiles"
YEAR = range(1, 13)


def profile_items(sources: Sequence[Source]) -> Iterator[Item]:
    """One item a unit that has budgeted months, with a figure for each of them.

    Källa: arbetsböckernas blad Månad, raden Netto för budgeten och för föregående års utfall.
    """
    for source in sources:
        months = Months(source.form, source.computed)
        figures = tuple(_figures(source, months))
        if figures:
            budget = [months.amount(BUDGET, NET, month) for month in YEAR]
            prior = [months.amount(PRIOR, NET, month) for month in YEAR]
            yield Item(
                PROFILES,
                source.form.enhet,
                source.label,
                {"enhet": source.form.enhet},
                {"profile": profile(budget, prior)},
                figures,
            )


def _figures(source: Source, months: Months) -> Iterator[Figure]:
    for month in YEAR:
        fact = months.fact(BUDGET, NET, month)
        if fact is not None:
            yield Figure(
                f"budget_{month:02d}",
                fact.number,
                fact.unit,
                fact.at,
                source.form.sha256,
                source.form.enhet,
                label=f"Budget {SHORT_MONTHS[month - 1]}, netto",
            )
