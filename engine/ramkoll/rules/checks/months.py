"""Sheet Månad: the months' budget against the full year, and costs that fall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from statistics import median

from ramkoll.layout.places import RowKey
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.model.register import COST
from ramkoll.model.units import swedish_amount
from ramkoll.rules.residual import HALF_TKR, KRONA, fits
from ramkoll.rules.rule import CONTROLS, Hit, amount_in_words, hit, rule
from ramkoll.rules.views import FormView

WARNING, INFO = Severity.WARNING, Severity.INFO
SLIPS = (Decimal("0.001"), Decimal("0.1"), Decimal(10), Decimal(1000))


@rule(
    "R161",
    Scope.FORM,
    WARNING,
    "{rad}: budgeten för årets tolv månader är {månader} på bladet Månad, men budgeten för "
    "helåret är {helår} på bladet Prognos; skillnaden är {skillnad}.{trolig}",
    tip="Rätta budgetmånaderna eller budgeten för helåret, så att de är lika.",
    covers=["V10"],
    follows=True,
)
def budget_months_differ_from_year(view: FormView) -> Iterator[Hit]:
    """Budgeten för årets tolv månader ska vara lika med budgeten för helåret, rad för rad.

    Varför: annars räknas avvikelsen hittills och prognosavvikelsen mot olika budgetar.
    Godkänns: lika på kronan, eller på ett halvt tkr när helåret är skrivet i hela tkr, eller
    raden har ingen budget på något av bladen.
    Källa: arbetsbokens blad Månad och Prognos.
    """
    for line, _, label in view.lines("forecasts"):
        months = view.months("budget", line)
        year = view.figure("forecasts", line, "budget_year")
        at = view.slot_ref("forecasts", line, "budget_year")
        place = view.table("months")
        if at is None or place is None or RowKey(line, "", "budget") not in place.rows:
            continue
        whole = year.number if year else Decimal(0)
        added = sum((fact.number for fact in months.values()), Decimal(0))
        difference = added - whole
        least = HALF_TKR if whole and whole % 1000 == 0 else KRONA
        if abs(difference) >= least:
            first = months[min(months)].at if months else at
            yield hit(
                first,
                effect=difference,
                related=[at] if months else (),
                rad=label,
                månader=added,
                helår=whole,
                skillnad=difference,
                trolig=_likely(months, whole, added, least),
            )


def _likely(months: Mapping[int, Fact], whole: Decimal, added: Decimal, near: Decimal) -> str:
    """What is wrong with the months, as a sentence; empty when it is not sure."""
    if not months:
        return " Alla budgetmånader är tomma."
    if not whole:
        return " Budgeten för helåret är tom."
    if any(fits(added, whole * factor, max(near, abs(whole) / 1000)) for factor in SLIPS):
        return " Alla månader är troligen skrivna i fel enhet (kr eller tkr)."
    difference = added - whole
    usual = median(abs(fact.number) for fact in months.values())
    empty = [n for n in range(1, 13) if n not in months or not months[n].number]
    if len(empty) == 1 and usual / 2 <= abs(difference) <= 2 * usual:
        missing = amount_in_words(-difference)
        return f" Budgeten för {MONTH_NAMES[empty[0] - 1]} är tom; där fattas {missing}."
    found = []
    for n, fact in months.items():
        meant = fact.number - difference
        if not meant:
            continue
        for factor, what in (
            (Decimal(2), "är dubbelt så stor"),
            (Decimal(-1), "har vänt tecken"),
            *((slip, "är troligen skriven i fel enhet") for slip in SLIPS),
        ):
            if fits(fact.number, meant * factor, near):
                month, right = MONTH_NAMES[n - 1], amount_in_words(meant)
                found.append(f"Budgeten för {month} {what}: med {right} stämmer helåret")
    return f" {found[0]}." if len(found) == 1 else ""


@rule(
    "R162",
    Scope.FORM,
    WARNING,
    "{rad}: kostnaden minskar med {belopp} i {månad}. Gränsen är {gräns}, och raden har ingen "
    "kommentar.",
    tip="Skriv i kommentaren om det är en rättelse eller en kreditering, annars rätta månaden.",
    covers=["V14"],
    follows=True,
)
def cost_falls(view: FormView) -> Iterator[Hit]:
    """En kostnad som har bokförts ska inte minska mycket en senare månad utan förklaring.

    Varför: en stor minuskostnad är oftast en rättelse som hör till en annan period, eller ett fel.
    Godkänns: minskningen är under kostnad_faller_tkr eller under kostnad_faller_procent av en
    vanlig månad, kontogruppen saknar teckenkontroll, eller raden har en kommentar eller en orsak.
    Har hela utfallet fel tecken gäller den regeln i stället.
    Källa: ramarbetsbokens blad Trösklar och arbetsbokens blad Månad.
    """
    least, share = (view.limit(f"kostnad_faller_{each}") for each in ("tkr", "procent"))
    place = view.table("months")
    for line, group, label in view.lines("economy"):
        checked = group.sign_checked if group else view.defaults.sign_checked(label)
        if place is None or place.kinds.get(line) != COST or not checked or view.explained(line):
            continue
        so_far = view.figure("economy", line, "outcome_ytd")
        if so_far is not None and so_far.number >= view.limit("tecken_minst_tkr"):
            continue  # the accumulated amount has the wrong sign, and a remark of its own
        months = {n: f for n, f in view.months("outcome", line).items() if n <= view.period.month}
        for n, fact in months.items():
            rest = [abs(other.number) for m, other in months.items() if m != n]
            limit = max(least, share * Decimal(median(rest or [Decimal(0)])))
            if fact.number >= limit:
                yield hit(
                    fact,
                    effect=fact.number,
                    rad=label,
                    belopp=swedish_amount(fact.number),
                    månad=MONTH_NAMES[n - 1],
                    gräns=swedish_amount(limit),
                )


@rule(
    "R213",
    Scope.FRAME,
    INFO,
    "{enhet}: raden {rad} saknas på bladet Månad. Den är troligen {belopp} {period}: så mycket "
    "fattas till ekonomisystemets kontrollsumma.",
    tip="Lägg tillbaka raden med sina belopp från den utdelade arbetsboken.",
    covers=["V06"],
    needs=[CONTROLS],
)
def size_of_missing_row(view: FormView) -> Iterator[Hit]:
    """När en rad saknas säger kontrollsumman hur stor den är.

    Varför: den som letar efter raden känner igen den på beloppet.
    Godkänns: ingen rad eller fler än en saknas, eller nettot är ändå ekonomisystemets.
    Källa: ramarbetsbokens blad Kontrollsummor.
    """
    place = view.table("months")
    if place is None or view.register is None:
        return
    present = {row.line for row in place.rows if row.series == "outcome" and not row.part}
    missing = [group for group in view.register.groups if group.code not in present]
    controls = [
        each
        for each in view.register.controls
        if (each.enhet, each.period, each.measure) == (view.form.enhet, view.period, "outcome_ytd")
    ]
    if len(missing) != 1 or len(controls) != 1:
        return
    net = sum(
        (
            fact.number
            for line in present
            for n, fact in view.months("outcome", line).items()
            if n <= view.period.month
        ),
        Decimal(0),
    )
    lacking = controls[0].amount - net
    if abs(lacking) >= 1:
        yield hit(
            CellRef.whole_file(view.file, place.sheet),
            related=[controls[0].at],
            effect=lacking,
            enhet=view.enhet,
            rad=f"{missing[0].code} {missing[0].name}".strip(),
            belopp=lacking,
            period=view.period,
        )
