"""Fictive parts, such as a budgetregleringspost: a budget, no outcome, in one place."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import Part
from ramkoll.rules.rule import ASKED_PERIOD, Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

WARNING = Severity.WARNING


@rule(
    "R133",
    Scope.FORM,
    WARNING,
    "{rad}: {post} har utfallet {utfall} {period}, men posten är fiktiv och ska bara ha budget.",
    tip="Bokför utfallet där det hör hemma, eller sätt N i kolumnen Fiktiv på ramarbetsbokens "
    "blad Delposter.",
    covers=["V11"],
    needs=[ASKED_PERIOD],
    follows=True,
)
def fictive_part_has_outcome(view: FormView) -> Iterator[Hit]:
    """En fiktiv delpost, till exempel en budgetregleringspost, har aldrig utfall.

    Varför: posten finns bara i budgeten, så ett utfall på den är bokfört på fel plats.
    Godkänns: utfallet är tomt eller 0.
    Källa: ramarbetsbokens blad Delposter.
    """
    for part in _fictive(view):
        for line, _, label in view.lines("economy"):
            months = view.months("outcome", line, part.code)
            booked = [f for n, f in months.items() if n <= view.period.month and f.number]
            if booked:
                amount = sum((fact.number for fact in booked), Decimal(0))
                yield hit(
                    booked[0],
                    effect=sum((abs(fact.number) for fact in booked), Decimal(0)),
                    related=(fact.at for fact in booked[1:]),
                    rad=label,
                    post=part.name,
                    utfall=amount,
                    period=view.period,
                )


@rule(
    "R333",
    Scope.PACKAGE,
    WARNING,
    "{post} har budget i {antal} enheter: {enheter}. En fiktiv post ska ligga på ett ställe.",
    tip="Flytta posten till en av enheterna, och för in flytten på ramarbetsbokens blad Ram.",
    covers=["V11"],
    needs=[ASKED_PERIOD],
)
def fictive_part_in_several_units(view: PackageView) -> Iterator[Hit]:
    """En fiktiv delpost ska finnas i en enda enhet inom nämnden.

    Varför: en besparing som ingen enhet äger får inte delas upp så att ingen ser hur stor den är.
    Godkänns: posten har budget i en enhet; den får ligga på flera kontogrupper där.
    Källa: ramarbetsbokens blad Delposter.
    """
    held: dict[tuple[str, str], dict[str, list[Fact]]] = {}
    named: dict[tuple[str, str], Part] = {}
    for form in view.forms:
        board = form.unit.board if form.unit else ""
        for part in _fictive(form):
            facts = [
                fact
                for line, _, _ in form.lines("economy")
                for fact in form.months("budget", line, part.code).values()
                if fact.number
            ]
            if facts:
                key = (board, part.code)
                named.setdefault(key, part)
                held.setdefault(key, {})[form.enhet] = facts
    for key, units in held.items():
        if len(units) > 1:
            refs = [facts[0].at for facts in units.values()]
            yield hit(
                refs[1],
                related=[refs[0], *refs[2:]],
                post=named[key].name,
                antal=str(len(units)),
                enheter=", ".join(units),
            )


def _fictive(view: FormView) -> list[Part]:
    parts = view.register.parts_of(view.form.enhet) if view.register else ()
    return [part for part in parts if part.fictive]
