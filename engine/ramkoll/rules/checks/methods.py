"""The unit's forecast against what the methods give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.forecast import Bracket, bracket, disagree, outside, proposals
from ramkoll.compute.forecast_basis import basis_of
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.units import swedish_amount
from ramkoll.rules.listing import list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

NET = f"{TOTAL_LINE}net"
FIRST_MONTH = 3  # after one or two months the methods carry over single bookings


@rule(
    "R401",
    Scope.FORM,
    Severity.WARNING,
    "Netto: prognosen {prognos} är {utanför} {håll} än vad metoderna ger som {yttersta}: "
    "{lägst} (metod {lägst_metod}) till {högst} (metod {högst_metod}). {oense}"
    "Marginalen är {marginal}.",
    tip="Skriv i kolumnen Orsak till ändring på raden Netto vad som väntas hända, eller ändra "
    "prognosen.",
    covers=["V18"],
    follows=True,
)
def forecast_outside_methods(view: FormView) -> Iterator[Hit]:
    """En prognos långt utanför det som metoderna ger ska ha en orsak.

    Varför: utfallet hittills, budgeten och föregående år pekar åt ett annat håll, och den som
    läser vill veta vad som ska hända under resten av året.
    Godkänns: från mars till november, när prognosen ligger inom metodernas spann med en marginal
    på det större av prognos_spann_tkr och prognos_spann_procent av bruttokostnaden; eller när en
    orsak står på raden Netto, på bladet Analys eller på bladet Texter. Skiljer sig metoderna åt
    med mer än prognos_oense_procent blir det en upplysning.
    Källa: arbetsbokens blad Månad och Prognos.
    """
    forecast = view.figure("forecasts", NET, "forecast")
    basis = basis_of(view.form, view.computed, view.register)
    if forecast is None or basis is None or basis.months < FIRST_MONTH or not basis.months_left:
        return
    span = bracket(proposals(basis))
    if span is None or _explained(view):
        return
    share = view.limit("prognos_spann_procent") * (basis.gross_cost or Decimal(0))
    slack = max(view.limit("prognos_spann_tkr"), share)
    beyond = outside(span, forecast.number, slack)
    if not beyond:
        return
    low, high = span.ends
    split = disagree(span, view.limit("prognos_oense_procent"), basis)
    yield hit(
        forecast,
        severity=Severity.INFO if split else None,
        effect=beyond,
        prognos=swedish_amount(forecast.number),
        utanför=swedish_amount(abs(forecast.number - (high if beyond > 0 else low))),
        håll="bättre" if beyond > 0 else "sämre",
        yttersta="bäst" if beyond > 0 else "sämst",
        lägst=swedish_amount(low),
        högst=swedish_amount(high),
        lägst_metod=span.low.method,
        högst_metod=span.high.method,
        oense=_disagreement(span) if split else "",
        marginal=swedish_amount(slack),
    )


def _disagreement(span: Bracket) -> str:
    return f"Metoderna är själva oense: de skiljer {swedish_amount(span.spread)}. "


def _explained(view: FormView) -> bool:
    written = (
        view.text("forecasts", NET, "forecast_cause"),
        view.text("texts", "forecast", "text"),
    )
    if any(text is not None and any(map(str.isalpha, str(text.value))) for text in written):
        return True
    return any(
        row.text("comparison").casefold() == "prognos" and row.says("cause")
        for row in list_rows(view, "causes")
    )
