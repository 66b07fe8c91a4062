"""The budget against the frame that is decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import Decision
from ramkoll.rules.residual import Term, of_total, sentence
from ramkoll.rules.rule import FRAME, Hit, amount_in_words, hit, rule
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
NET = f"{TOTAL_LINE}net"
SLIPS = (Decimal("0.001"), Decimal("0.1"), Decimal(10), Decimal(1000))


@dataclass(frozen=True)
class Framed:
    """A unit's full-year budget beside the decisions of the year, in order of day.

    ``now`` are those in force on the period's last day, ``later`` the rest.
    """

    at: CellRef
    budget: Decimal
    now: tuple[Decision, ...]
    later: tuple[Decision, ...]

    @property
    def frame(self) -> Decimal:
        """The frame on the period's last day, in kronor."""
        return _added(self.now)

    @property
    def not_read(self) -> tuple[Decision, ...]:
        """The latest decisions, if the budget is the frame before them."""
        for first in _days(self.now)[1:]:
            if self.budget == _added(each for each in self.now if each.day < first):
                return tuple(each for each in self.now if each.day >= first)
        return ()

    @property
    def ahead(self) -> tuple[Decision, ...]:
        """The decisions after the period, if the budget is the frame after them."""
        for last in _days(self.later):
            early = tuple(each for each in self.later if each.day <= last)
            if self.budget == self.frame + _added(early):
                return early
        return ()

    @property
    def slip(self) -> tuple[Decision, Decimal] | None:
        """A decision and the amount that would make the frame the budget: a slip of the unit."""
        found = [
            (each, each.amount.number * factor)
            for each in self.now
            for factor in SLIPS
            if each.amount.number and self.frame + each.amount.number * (factor - 1) == self.budget
        ]
        return found[0] if len(found) == 1 and self.budget != self.frame else None


@rule(
    "R201",
    Scope.FRAME,
    BLOCKS,
    "{enhet}: budgeten för helåret {år} är {budget}, men ramen är {ram}; skillnaden är "
    "{skillnad}.{trolig}",
    tip="Rätta budgeten, eller för in rambeslutet på ramarbetsbokens blad Ram.",
    covers=["V06", "V09"],
    needs=[FRAME],
    follows=True,
)
def budget_differs_from_frame(view: FormView) -> Iterator[Hit]:
    """Helårsbudgeten ska vara lika med den ram som är beslutad, på kronan.

    Varför: en budget över ram saknar finansiering.
    Godkänns: budgeten är lika med summan av besluten till och med periodens sista dag.
    Källa: ramarbetsbokens blad Ram.
    """
    framed = _framed(view)
    if framed is None or not framed.now or framed.budget == framed.frame:
        return
    if not framed.not_read and not framed.ahead and framed.slip is None:
        difference = framed.budget - framed.frame
        yield hit(
            framed.at,
            effect=difference,
            related=(each.at for each in framed.now),
            enhet=view.enhet,
            år=str(view.period.year),
            budget=framed.budget,
            ram=framed.frame,
            skillnad=difference,
            trolig=sentence(of_total(difference, map(_term, framed.now))),
        )


@rule(
    "R202",
    Scope.FRAME,
    WARNING,
    "{enhet}: budgeten för helåret är {budget}, ramen är {ram}. Skillnaden är det som är "
    "beslutat men inte inläst: {beslut}.",
    tip="Läs in beslutet i budgeten till nästa rapport.",
    covers=["V09"],
    needs=[FRAME],
    follows=True,
)
def decision_not_read_in(view: FormView) -> Iterator[Hit]:
    """Alla rambeslut till och med perioden ska vara inlästa i budgeten.

    Varför: till dess jämförs utfallet med en gammal ram.
    Godkänns: budgeten är lika med ramen. Är den lika med ramen före de senaste besluten är de
    troligen bara inte inlästa, och det blir en varning i stället för ett stopp.
    Källa: ramarbetsbokens blad Ram.
    """
    framed = _framed(view)
    if framed is not None and framed.budget != framed.frame and framed.not_read:
        yield _about_decisions(view, framed, framed.not_read)


@rule(
    "R203",
    Scope.FRAME,
    WARNING,
    "{enhet}: budgeten för helåret är {budget}, ramen är {ram}. Skillnaden är beslut som "
    "fattats efter perioden: {beslut}.",
    tip="Säg i kommentaren att budgeten är efter beslutet, eller backa den till periodens ram.",
    covers=["V09"],
    needs=[FRAME],
    follows=True,
)
def decision_after_period(view: FormView) -> Iterator[Hit]:
    """Budgeten ska vara den som gällde vid periodens slut.

    Varför: annars jämförs enheterna med ramar från olika dagar.
    Godkänns: budgeten är lika med ramen vid periodens slut.
    Källa: ramarbetsbokens blad Ram.
    """
    framed = _framed(view)
    if framed is None or framed.budget == framed.frame or framed.not_read or not framed.now:
        return
    if framed.ahead:
        yield _about_decisions(view, framed, framed.ahead)


@rule(
    "R204",
    Scope.FRAME,
    BLOCKS,
    "{enhet}: budgeten för helåret {år} är {budget}, men enheten har inget rambeslut till och "
    "med {dag}.",
    tip="För in enhetens rambeslut på ramarbetsbokens blad Ram.",
    covers=["V09"],
    needs=[FRAME],
    follows=True,
)
def no_decision(view: FormView) -> Iterator[Hit]:
    """En enhet med budget ska ha minst ett rambeslut för året.

    Varför: utan beslut går budgeten inte att stämma av.
    Godkänns: enheten har ett rambeslut, eller ingen budget.
    Källa: ramarbetsbokens blad Ram.
    """
    framed = _framed(view)
    if framed is not None and not framed.now and framed.budget:
        yield hit(
            framed.at,
            effect=framed.budget,
            related=(each.at for each in framed.later),
            enhet=view.enhet,
            år=str(view.period.year),
            budget=framed.budget,
            dag=view.period.last_day.isoformat(),
        )


@rule(
    "R205",
    Scope.FRAME,
    BLOCKS,
    "Beslutet {beslut} för {enhet} är {belopp}. Med {menat} blir ramen {budget}, som är enhetens "
    "budget för helåret. Beloppet är troligen skrivet i fel enhet eller med fel antal siffror.",
    tip="Rätta till {menat} på ramarbetsbokens blad Ram, om det är så beslutet lyder.",
    covers=["V09", "V13"],
    needs=[FRAME],
    follows=True,
)
def decision_in_wrong_unit(view: FormView) -> Iterator[Hit]:
    """Ett rambeslut ska vara skrivet i tkr.

    Varför: ett belopp i kronor blir tusen gånger för stort, och ett med en siffra för mycket tio.
    Godkänns: ramen är lika med budgeten, eller inget enskilt beslut ger budgeten exakt när det
    görs tio eller tusen gånger större eller mindre. Annars gäller regeln om budget och ram.
    Källa: ramarbetsbokens blad Ram.
    """
    framed = _framed(view)
    if framed is not None and framed.slip is not None and not framed.not_read:
        decision, meant = framed.slip
        yield hit(
            decision.at,
            effect=decision.amount.number - meant,
            related=[framed.at],
            beslut=decision.id,
            enhet=view.enhet,
            belopp=decision.amount,
            menat=meant,
            budget=framed.budget,
        )


def _framed(view: FormView) -> Framed | None:
    """The budget and the decisions; None when the workbook has no budget to compare."""
    at = view.slot_ref("forecasts", NET, "budget_year")
    if view.register is None or view.unit is None or at is None:
        return None
    budget = view.figure("forecasts", NET, "budget_year")
    decisions = sorted(
        (
            each
            for each in view.register.decisions
            if each.enhet == view.unit.code and each.year == view.period.year
        ),
        key=lambda each: each.day,
    )
    last = view.period.last_day
    return Framed(
        at,
        budget.number if budget else Decimal(0),
        tuple(each for each in decisions if each.day <= last),
        tuple(each for each in decisions if each.day > last),
    )


def _about_decisions(view: FormView, framed: Framed, decisions: Sequence[Decision]) -> Hit:
    return hit(
        framed.at,
        effect=framed.budget - framed.frame,
        related=(each.at for each in decisions),
        enhet=view.enhet,
        budget=framed.budget,
        ram=framed.frame,
        beslut="; ".join(_named(decisions)),
    )


def _named(decisions: Sequence[Decision]) -> Iterator[str]:
    """Each decision with its day and what it comes to for the unit."""
    for (name, day), rows in groupby(decisions, key=lambda each: (each.id, each.day)):
        yield f"{name} ({day.isoformat()}, {amount_in_words(_added(rows))})"


def _term(decision: Decision) -> Term:
    return Term(f"beslutet {decision.id}", decision.amount.number)


def _days(decisions: Sequence[Decision]) -> list[date]:
    return sorted({each.day for each in decisions})


def _added(decisions: Iterator[Decision] | Sequence[Decision]) -> Decimal:
    return sum((each.amount.number for each in decisions), Decimal(0))
