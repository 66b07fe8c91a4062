"""Amounts that are ten or a thousand times what they are held against: kr, tkr or a digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import TOTAL_LINE, Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

TIGHT, WIDE = Decimal("1.25"), Decimal(2)  # how far from ten and from a thousand a ratio may lie
TEN, THOUSAND = Decimal(10), Decimal(1000)
BELONGS = Decimal(3)  # within three times a figure the amount has a reason of its own
WAYS = {
    THOUSAND: "tusen gånger större än",
    TEN: "tio gånger större än",
    1 / TEN: "en tiondel av",
    1 / THOUSAND: "en tusendel av",
}
SLIPPED = {THOUSAND: "skrivet i fel enhet (kr eller tkr)", TEN: "skrivet med en siffra för mycket"}
SLIPPED |= {1 / THOUSAND: SLIPPED[THOUSAND], 1 / TEN: "skrivet med en siffra för lite"}


@dataclass(frozen=True)
class Slip:
    """An amount that was probably meant as another, and what says so."""

    at: CellRef
    line: str
    row: str
    measure: str
    value: Decimal
    factor: Decimal
    against: tuple[str, ...]

    @property
    def meant(self) -> Decimal:
        """The amount without the slip."""
        return self.value / self.factor


@rule(
    "R113",
    Scope.FORM,
    Severity.WARNING,
    "{rad}, {mått}: {belopp} är ungefär {gånger} {jämfört}. Beloppet är troligen {fel}.",
    tip="Rätta till {menat} om det är så, annars skriv orsaken på raden.",
    covers=["V13"],
    follows=True,
)
def amount_in_wrong_unit(view: FormView) -> Iterator[Hit]:
    """Ett belopp ska vara i rubrikens enhet och ha rätt antal siffror.

    Varför: kr i stället för tkr gör ett belopp tusen gånger för stort, och syns i alla summor.
    Godkänns: beloppet ligger inte nära tio eller tusen gånger det som det jämförs med, någon
    jämförelse stöder beloppet, felet vore under fel_enhet_minst_tkr, eller raden har en kommentar
    eller en orsak. Tio gånger kräver två jämförelser som säger samma sak, tusen gånger en; i en
    enhet vars netto är ekonomisystemets är tio gånger en stor faktura och inget fel.
    Källa: ramarbetsbokens blad Trösklar och arbetsbokens blad Prognos och Månad.
    """
    for slip in slips(view):
        yield hit(
            slip.at,
            effect=slip.value - slip.meant,
            rad=slip.row,
            mått=slip.measure,
            belopp=slip.value,
            gånger=WAYS[slip.factor],
            jämfört=_listed(slip.against),
            fel=SLIPPED[slip.factor],
            menat=slip.meant,
        )


def factor_of(value: Decimal, others: Sequence[Decimal]) -> Decimal | None:
    """The slip that a value has against every figure it is held against; None when unsure.

    A value that is near any of them, or of another sign, has no slip. Ten times, and an amount
    that is too small, need two figures that say so: rows that are hardly used are common.
    """
    ratios = [value / other for other in others if other]
    if not ratios or any(ratio <= 0 or 1 / BELONGS < ratio < BELONGS for ratio in ratios):
        return None
    if not (all(ratio > 1 for ratio in ratios) or all(ratio < 1 for ratio in ratios)):
        return None
    for factor in WAYS:
        room = TIGHT if factor in (TEN, 1 / TEN) else WIDE
        enough = 1 if factor == THOUSAND else 2
        if sum(1 / room <= ratio / factor <= room for ratio in ratios) >= enough:
            return factor
    return None


def slips(view: FormView) -> Iterator[Slip]:
    """Every amount of a form that is probably in the wrong unit or has a digit too many or few."""
    least = view.limit("fel_enhet_minst_tkr")
    for line, _, label in view.lines("forecasts"):
        for slip in (*_typed(view, line, label), *_months_typed(view, line, label)):
            if abs(slip.value - slip.meant) >= least and not view.explained(line):
                yield slip
    for series, column, words in (
        ("outcome", "outcome_ytd", "utfall"),
        ("budget", "budget_ytd", "budget"),
    ):
        booked = _as_in_ledger(view, column)
        for line, _, label in view.lines("economy"):
            whole = list(_row(view, line, label, column, words))
            for slip in whole or _single_months(view, line, label, series, words):
                large = abs(slip.value - slip.meant) >= least
                counts = slip.factor == THOUSAND or not booked
                if large and counts and not view.explained(line):
                    yield slip


def _as_in_ledger(view: FormView, measure: str) -> bool:
    """Whether the unit's net is the ledger's: then ten times is a large invoice, and no slip.

    A thousand times is a slip even so: the ledger may have been taken out in the wrong unit.
    """
    figure = view.figure("economy", f"{TOTAL_LINE}net", measure)
    controls = view.register.controls if view.register else ()
    return figure is not None and any(
        (each.enhet, each.period, each.measure) == (view.form.enhet, view.period, measure)
        and abs(each.amount - figure.number) < 1
        for each in controls
    )


def _typed(view: FormView, line: str, label: str) -> Iterator[Slip]:
    """A full-year forecast against the budget, the last forecast and the outcome so far."""
    typed = view.figure("forecasts", line, "forecast_typed")
    if typed is None:
        return
    so_far = view.figure("economy", line, "outcome_ytd")
    others = {
        "budgeten": _number(view.figure("forecasts", line, "budget_year")),
        "föregående prognos": _number(view.figure("forecasts", line, "forecast_previous")),
        "utfallet i årstakt": _number(so_far) * 12 / view.period.month,
    }
    yield from _slip(typed, label, "ny prognos för helåret", others)


def _months_typed(view: FormView, line: str, label: str) -> Iterator[Slip]:
    """A month's forecast against the outcome and the budget of an ordinary month."""
    so_far = _number(view.figure("economy", line, "outcome_ytd"))
    year = _number(view.figure("forecasts", line, "budget_year"))
    others = {
        "utfallet per månad": so_far / view.period.month,
        "budgeten per månad": year / 12,
    }
    for fact in view.form.facts.select("forecast_month", line=line):
        if fact.key.period is not None and isinstance(fact.value, Decimal):
            name = MONTH_NAMES[fact.key.period.month - 1]
            yield from _slip(fact, label, f"prognos för {name}", others)


def _row(view: FormView, line: str, label: str, column: str, words: str) -> Iterator[Slip]:
    """A row's accumulated amount against the other accumulated amounts of the row."""
    names = {"outcome_ytd": "utfallet", "budget_ytd": "budgeten", "prior_ytd": "föregående år"}
    fact = view.figure("economy", line, column)
    if fact is None:
        return
    others = {
        name: _number(view.figure("economy", line, other))
        for other, name in names.items()
        if other != column
    }
    forecast = _number(view.figure("forecasts", line, "forecast"))
    others["prognosen hittills"] = forecast * view.period.month / 12
    yield from _slip(fact, label, words, others)


def _single_months(
    view: FormView, line: str, label: str, series: str, words: str
) -> Iterator[Slip]:
    """One month against the row's other months and the same month in the other series."""
    rows = {each: view.months(each, line) for each in ("outcome", "budget", "prior")}
    own = rows.pop(series)
    usual = Decimal(median(abs(each.number) for each in own.values())) if own else Decimal(0)
    names = {"outcome": "utfallet", "budget": "budgeten", "prior": "utfallet föregående år"}
    for n, fact in own.items():
        if usual < BELONGS * abs(fact.number) < BELONGS * BELONGS * usual:
            continue  # an ordinary month, as nearly all are
        rest = [abs(other.number) for m, other in own.items() if m != n]
        if (series == "outcome" and n > view.period.month) or len(rest) < 2:
            continue
        sign = 1 if fact.number > 0 else -1
        others = {"radens andra månader": sign * Decimal(median(rest))}
        for each, months in rows.items():
            # The outcome of months to come is not there, and says nothing of a budget.
            if n in months:
                others[f"{names[each]} samma månad"] = months[n].number
        for slip in _slip(fact, label, f"{words} i {MONTH_NAMES[n - 1]}", others, least=2):
            # A month with a tenth is booked late or corrected: that is how months are.
            if series != "outcome" or slip.factor != 1 / TEN:
                yield slip


def _slip(
    fact: Fact, row: str, measure: str, others: dict[str, Decimal], least: int = 1
) -> Iterator[Slip]:
    known = {name: number for name, number in others.items() if number}
    factor = factor_of(fact.number, list(known.values()))
    if factor is not None and len(known) >= least:
        yield Slip(fact.at, fact.key.line, row, measure, fact.number, factor, tuple(known))


def _listed(names: Sequence[str]) -> str:
    return " och ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _number(fact: Fact | None) -> Decimal:
    return fact.number if fact is not None else Decimal(0)
