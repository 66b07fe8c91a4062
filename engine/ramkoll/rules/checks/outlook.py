"""The forecast against what has happened: too low, not moved, turned, or without a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ramkoll.layout.thresholds import Defaults
from ramkoll.model.facts import TOTAL_LINE, Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.model.register import COST
from ramkoll.model.units import swedish_amount
from ramkoll.rules.checks.forecast import forecast_missing
from ramkoll.rules.checks.slips import slips
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING = Severity.WARNING
NET = f"{TOTAL_LINE}net"


@rule(
    "R154",
    Scope.FORM,
    WARNING,
    "{rad}: utfallet är {utfall}, men prognosen är tom och räknas som 0.",
    tip="Skriv prognosen för helåret, minst utfallet hittills, eller 0 om det bokas om.",
    covers=["V16"],
    follows=True,
)
def forecast_missing_beside_outcome(view: FormView) -> Iterator[Hit]:
    """En rad med utfall ska ha en prognos, också när den saknar budget.

    Varför: utfallet finns kvar vid årets slut, men är inte med i prognosens summa.
    Godkänns: prognosen är skriven, om så 0, eller utfallet är under prognos_kontroll_tkr. Rader
    med budget eller föregående prognos har en egen regel.
    Källa: ramarbetsbokens blad Trösklar och arbetsbokens blad Prognos.
    """
    least = view.limit("prognos_kontroll_tkr")
    for line, _, label in view.lines("forecasts"):
        outcome = view.figure("economy", line, "outcome_ytd")
        at = view.slot_ref("forecasts", line, "forecast_typed")
        others = (view.figure("forecasts", line, c) for c in ("budget_year", "forecast_previous"))
        if at is None or outcome is None or any(each and each.number for each in others):
            continue
        if view.figure("forecasts", line, "forecast") is None and abs(outcome.number) >= least:
            yield hit(
                at,
                effect=outcome.number,
                related=[outcome.at],
                rad=label,
                utfall=swedish_amount(outcome.number),
            )


@rule(
    "R155",
    Scope.FORM,
    WARNING,
    "{rad}: prognosen för helåret är {prognos}, men utfallet är redan {utfall} {period}; resten av "
    "året skulle ge {rest}, åt andra hållet.",
    tip="Höj prognosen till minst utfallet, eller skriv i Orsak till ändring vad som ska vända.",
    covers=["V16"],
    follows=True,
)
def forecast_below_outcome(view: FormView) -> Iterator[Hit]:
    """Prognosen för helåret ska inte vara mindre än det som redan är bokfört.

    Varför: det som är bokfört försvinner sällan, så resten av året blir troligen underskattat.
    Godkänns: prognosen är minst så stor som utfallet, skillnaden är under prognos_kontroll_tkr,
    kontogruppen saknar teckenkontroll, eller raden har en orsak eller en kommentar.
    Källa: ramarbetsbokens blad Trösklar och arbetsbokens blad Prognos.
    """
    least = view.limit("prognos_kontroll_tkr")
    place = view.table("forecasts")
    for line, group, label in view.lines("forecasts"):
        outcome = view.figure("economy", line, "outcome_ytd")
        forecast = view.figure("forecasts", line, "forecast")
        checked = group.sign_checked if group else view.defaults.sign_checked(label)
        if outcome is None or forecast is None or place is None or not checked:
            continue
        sign = -1 if place.kinds.get(line) == COST else 1
        rest = forecast.number - outcome.number
        as_usual = sign * outcome.number > 0 and sign * forecast.number >= 0
        if not as_usual or -sign * rest < least or view.explained(line):
            continue
        if line not in _slipped(view):
            yield hit(
                view.slot_ref("forecasts", line, "forecast_typed") or forecast.at,
                effect=rest,
                related=[outcome.at],
                rad=label,
                prognos=swedish_amount(forecast.number),
                utfall=swedish_amount(outcome.number),
                period=view.period,
                rest=swedish_amount(rest),
            )


@rule(
    "R156",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen mot budget har gått från {förr} till {nu} sedan {sedan}, men prognosen är "
    "oförändrad. Gränsen är {gräns}.",
    tip="Ändra prognosen, eller skriv J i «Oförändrad – bekräftas».",
    covers=["V16"],
    follows=True,
)
def forecast_not_moved(view: FormView) -> Iterator[Hit]:
    """En prognos ska prövas när periodens avvikelse har ändrats mycket sedan förra rapporten.

    Varför: en prognos som inte rörs fast utfallet gör det är troligen inte prövad.
    Godkänns: prognosen är ändrad, eller bekräftad med J på raden eller på Netto, raden har en
    orsak, avvikelsen har ändrats mindre än kommentar_kontogrupp_tkr eller mindre än
    kommentar_kontogrupp_procent av helårets budget, eller den har närmat sig den avvikelse som
    prognosen redan räknar med. Förra rapporten är den som kalendern har före perioden, annars
    månaden innan.
    Källa: ramarbetsbokens blad Trösklar och Kalender, och arbetsbokens blad Månad.
    """
    least, share = (view.limit(f"kommentar_kontogrupp_{each}") for each in ("tkr", "procent"))
    before = _last_report(view)
    for line, _, label in view.lines("forecasts"):
        change = view.figure("forecasts", line, "forecast_change")
        expected = view.figure("forecasts", line, "forecast_deviation")
        at = view.slot_ref("forecasts", line, "forecast_confirmed")
        previous = view.figure("forecasts", line, "forecast_previous")
        if change is None or change.number or previous is None or expected is None or at is None:
            continue
        budget = view.figure("forecasts", line, "budget_year")
        limit = max(least, share * abs(budget.number if budget else Decimal(0)))
        then, now = _deviation(view, line, before), _deviation(view, line, view.period.month)
        away = abs(expected.number - now) > abs(expected.number - then)
        if abs(now - then) < limit or not away or _confirmed(view, line):
            continue
        if line not in _slipped(view):
            yield hit(
                at,
                effect=now - then,
                related=[change.at],
                rad=label,
                förr=swedish_amount(then),
                nu=swedish_amount(now),
                sedan=MONTH_NAMES[before - 1] if before else "årets början",
                gräns=swedish_amount(limit),
            )


@rule(
    "R157",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen {period} är {hittills}, men prognosavvikelsen är {helår}, åt andra hållet. "
    "Gränsen är {gräns}.",
    tip="Skriv i Orsak till ändring vad som vänder under resten av året, eller ändra prognosen.",
    covers=["V19"],
    follows=True,
)
def forecast_turns(view: FormView) -> Iterator[Hit]:
    """Avvikelsen hittills och prognosavvikelsen ska inte gå åt var sitt håll utan förklaring.

    Varför: den som har ett överskott och spår ett underskott vet något som läsaren inte vet.
    Godkänns: samma håll, någon av dem är under gränserna för kommentar, eller raden har en orsak
    eller en kommentar.
    Källa: ramarbetsbokens blad Trösklar.
    """
    rows = [(line, label, "kontogrupp") for line, _, label in view.lines("forecasts")]
    for line, label, level in [*rows, (NET, view.label("forecasts", NET), "enhet")]:
        so_far = view.figure("economy", line, "deviation")
        year = view.figure("forecasts", line, "forecast_deviation")
        if so_far is None or year is None or so_far.number * year.number >= 0:
            continue
        limits = [
            _comment_limit(view, level, view.figure(*place))
            for place in (("economy", line, "budget_ytd"), ("forecasts", line, "budget_year"))
        ]
        large = abs(so_far.number) >= limits[0] and abs(year.number) >= limits[1]
        if not large or view.explained(line):
            continue
        slipped = _slipped(view)
        if line not in slipped and not (line == NET and slipped):
            yield hit(
                view.slot_ref("forecasts", line, "forecast_cause") or year.at,
                related=[so_far.at, year.at],
                rad=label,
                period=view.period,
                hittills=swedish_amount(so_far.number),
                helår=swedish_amount(year.number),
                gräns=f"{swedish_amount(limits[0])} och {swedish_amount(limits[1])}",
            )


@rule(
    "R158",
    Scope.FORM,
    WARNING,
    "{enhet}: prognosen är {prognosavvikelse} mot budget, men ingen åtgärd är beskriven. Gränsen "
    "är {gräns}.",
    tip="Skriv på raden Netto, i Orsak till ändring, vilka åtgärder som ska ge budget i balans.",
    covers=["V35"],
    follows=True,
)
def no_plan_for_deficit(view: FormView) -> Iterator[Hit]:
    """En enhet som spår ett underskott ska säga vilka åtgärder den vidtar.

    Varför: nämnden ska få veta hur budgeten ska hållas, inte bara att den inte hålls.
    Godkänns: en kommentar eller en orsak nämner en åtgärd eller en plan, arbetsboken har
    åtgärder, eller underskottet är under plan_underskott_tkr eller under
    plan_underskott_procent av budgeten. Prövas när alla rader har en prognos.
    Källa: ramarbetsbokens blad Trösklar.
    """
    deviation = view.figure("forecasts", NET, "forecast_deviation")
    budget = view.figure("forecasts", NET, "budget_year")
    if deviation is None or budget is None or any(forecast_missing(view)):
        return
    least, share = (view.limit(f"plan_underskott_{each}") for each in ("tkr", "procent"))
    limit = max(least, share * abs(budget.number))
    if -deviation.number < limit or view.form.facts.records("measures"):
        return
    columns = ("comment_budget", "comment_prior", "forecast_cause")
    texts = (str(fact.value) for column in columns for fact in view.form.facts.select(column))
    planned = any(names_plan(text, view.defaults) for text in texts)
    if not planned and not _slipped(view):
        yield hit(
            view.slot_ref("forecasts", NET, "forecast_cause") or deviation.at,
            effect=deviation.number,
            related=[deviation.at],
            enhet=view.enhet,
            prognosavvikelse=swedish_amount(deviation.number),
            gräns=swedish_amount(limit),
        )


def names_plan(text: str, words: Defaults) -> bool:
    """Whether a text says that something is done: a word for it that is not denied."""
    folded = " ".join(text.casefold().split())
    denied = "|".join(re.escape(each.strip()) for each in words.plan_negations)
    return any(
        not re.search(rf"\b({denied})\s+(\w+\s+)?\w*$", folded[: found.start()])
        for word in words.plan_words
        for found in re.finditer(re.escape(word), folded)
    )


def _slipped(view: FormView) -> frozenset[str]:
    """The rows with an amount in the wrong unit: their other remarks would only follow from it."""
    return frozenset(slip.line for slip in slips(view))


def _last_report(view: FormView) -> int:
    """The month of the report before this one, in this year; 0 when there was none."""
    deadlines = view.register.deadlines if view.register else ()
    earlier = [
        each.period.month
        for each in deadlines
        if each.period.year == view.period.year and each.period < view.period
    ]
    return max(earlier, default=view.period.month - 1)


def _deviation(view: FormView, line: str, until: int) -> Decimal:
    outcome, budget = (
        sum((f.number for n, f in view.months(series, line).items() if n <= until), Decimal(0))
        for series in ("outcome", "budget")
    )
    return outcome - budget


def _confirmed(view: FormView, line: str) -> bool:
    said = [view.text("forecasts", each, "forecast_confirmed") for each in (line, NET)]
    confirmed = any(each and str(each.value).strip().upper() == "J" for each in said)
    return confirmed or view.says("forecasts", line, "forecast_cause")


def _comment_limit(view: FormView, level: str, budget: Fact | None) -> Decimal:
    number = budget.number if budget else Decimal(0)
    least, share = (view.limit(f"kommentar_{level}_{each}") for each in ("tkr", "procent"))
    return max(least, share * abs(number))
