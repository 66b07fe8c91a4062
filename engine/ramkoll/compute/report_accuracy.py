"""Prognossäkerhet in the report: how the methods would have done on each unit's own history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.compute.accuracy import Accuracy, accuracy
from ramkoll.compute.items import Figure, Item, Source
from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.units import Unit

ACCURACY, HISTORY, MONTHS, MONTH, PRIOR = "forecast_accuracy", "history", "months", "m", "prior"
NET, COST = f"{TOTAL_LINE}net", f"{TOTAL_LINE}cost"
_WORDS = {
    "mean_absolute_error": ("error", "medelfel"),
    "bias": ("bias", "skevhet"),
}


def accuracy_items(sources: Sequence[Source]) -> Iterator[Item]:
    """One row a unit with the mean error and the bias of each method that needs no budget.

    The years are those of sheet Historik and last year. Amounts in kronor; an error is the year's
    outcome − the forecast, so + came out better than forecast.
    """
    for source in sources:
        place = source.form.places.tables.get(HISTORY)
        if place is None:
            continue
        net, cost = _years(source, NET), _years(source, COST)
        gross: dict[int, Decimal] = {}
        for year, months in cost.items():
            amount = sum((each or Decimal(0) for each in months), Decimal(0))
            if amount < 0:
                gross[year] = -amount
        found = accuracy(net, source.form.places.period.month, gross)
        at = CellRef(source.form.file, place.sheet, place.header_row, 1)
        figures = tuple(_figures(source, found, at))
        if figures:
            texts = {"note": " ".join(_notes(found))}
            enhet = source.form.enhet
            yield Item(ACCURACY, enhet, source.label, {"enhet": enhet}, texts, figures)


def _years(source: Source, line: str) -> dict[int, list[Decimal | None]]:
    """Twelve months of a sum row for each earlier year that the workbook has."""
    found: dict[int, list[Decimal | None]] = {}
    for table in (HISTORY, MONTHS):
        place = source.form.places.tables.get(table)
        for series in place.series if place else ():
            if table == MONTHS and series.layout.id != PRIOR:
                continue
            slots = [SlotKey(table, RowKey(line, "", series.key), MONTH, n) for n in range(1, 13)]
            keys = [source.form.places.fact_key(slot) for slot in slots]
            facts = [source.computed.facts.get(key) for key in keys]
            found[series.year] = [None if fact is None else fact.number for fact in facts]
    return found


def _figures(source: Source, found: Sequence[Accuracy], at: CellRef) -> Iterator[Figure]:
    for each in found:
        for name, (measure, words) in _WORDS.items():
            value = getattr(each, name)
            if value is not None:
                yield Figure(
                    f"{measure}_{each.method}",
                    value,
                    Unit.KR,
                    at,
                    source.form.sha256,
                    source.form.enhet,
                    f"radsummorna Netto, åren {_listed(each.years)}",
                    label=f"Metod {each.method}, {words}",
                )


def _notes(found: Sequence[Accuracy]) -> Iterator[str]:
    for each in found:
        if each.within is not None:
            share = f"{round(each.within * 100)} %"
            yield f"{each.method}: {share} av åren inom 1 % av bruttokostnaden."


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years))
