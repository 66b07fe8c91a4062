"""The forecast: typed for the whole year or month by month, not half of either."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

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


@rule(
    "R152",
    Scope.FORM,
    Severity.BLOCKS,
    "Prognos saknas på {antal}: {rader}. En tom prognos räknas som 0 i summorna.",
    tip="Skriv prognosen för helåret på varje rad, 0 där inget väntas, eller månad för månad.",
    covers=["V16"],
    follows=True,
)
def forecast_missing(view: FormView) -> Iterator[Hit]:
    """En rad med budget eller föregående prognos ska ha en prognos.

    Varför: summan av prognoserna blir fel på hela radens belopp, och felet syns inte i den.
    Godkänns: prognosen är skriven för helåret eller månad för månad, även om den är 0.
    Källa: arbetsbokens blad Prognos.
    """
    rows = []
    for line, _, label in view.lines("forecasts"):
        expected = [
            view.figure("forecasts", line, "budget_year"),
            view.figure("forecasts", line, "forecast_previous"),
        ]
        at = view.slot_ref("forecasts", line, "forecast_typed")
        amiss = any(fact is not None and fact.number for fact in expected)
        if at is not None and amiss and view.figure("forecasts", line, "forecast") is None:
            largest = max(abs(fact.number) for fact in expected if fact is not None)
            rows.append((at, label, largest))
    if rows:
        refs = [at for at, _, _ in rows]
        named = ", ".join(label for _, label, _ in rows[:3]) + (" …" if len(rows) > 3 else "")
        count = "en rad" if len(rows) == 1 else f"{len(rows)} rader"
        effect = sum((amount for _, _, amount in rows), Decimal(0))
        yield hit(refs[0], related=refs[1:], effect=effect, antal=count, rader=named)


@rule(
    "R153",
    Scope.FORM,
    Severity.WARNING,
    "{rad}: både helåret ({helår}) och månaderna är skrivna; utfallet och månaderna gäller och ger "
    "{prognos}.",
    tip="Töm månaderna om helåret ska gälla, eller töm helåret.",
    covers=["V16"],
)
def forecast_typed_twice(view: FormView) -> Iterator[Hit]:
    """En prognos ska vara skriven på ett sätt: för helåret eller månad för månad.

    Varför: den som ändrar helåret ser inte att månaderna går före.
    Godkänns: bara det ena är skrivet, eller båda ger samma prognos.
    Källa: arbetsbokens blad Prognos.
    """
    for line, _, label in view.lines("forecasts"):
        typed = view.figure("forecasts", line, "forecast_typed")
        forecast = view.figure("forecasts", line, "forecast")
        if typed is not None and forecast is not None and typed.number != forecast.number:
            yield hit(typed, rad=label, helår=typed, prognos=forecast)
