"""The forecast: typed for the whole year or month by month, not half of either."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView


@rule(
    "R151",
    Scope.FORM,
    Severity.WARNING,
    "{rad}: prognosen är skriven månad för månad, men {saknas} är tomt och räknas som 0.",
    tip="Fyll i de månader som saknas, med 0 där inget väntas, eller töm månaderna och skriv "
    "helåret i stället.",
    covers=["V16"],
)
def forecast_months_missing(view: FormView) -> Iterator[Hit]:
    """En prognos månad för månad ska ha alla månader som är kvar.

    Varför: en tom månad räknas som 0 och gör årets kostnad för låg.
    Godkänns: alla månader som är kvar är ifyllda, eller ingen.
    Källa: arbetsbokens blad Prognos.
    """
    place = view.table("forecasts")
    if place is None:
        return
    months = view.period.months_left
    for line, _, label in view.lines("forecasts"):
        slots = {n: SlotKey("forecasts", RowKey(line), "forecast_month", n) for n in months}
        slots = {n: slot for n, slot in slots.items() if ("forecast_month", n) in place.columns}
        filled = {
            n for n, slot in slots.items() if view.form.places.fact_key(slot) in view.form.facts
        }
        empty = [n for n in slots if n not in filled]
        if filled and empty:
            refs = [view.form.places.ref(slots[n]) for n in empty]
            names = ", ".join(MONTH_NAMES[n - 1] for n in empty)
            yield hit(refs[0], related=refs[1:], rad=label, saknas=names)
