"""The investment budget: the frame is shared out, and to the objects that are budgeted."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.compute.investment_plan import plan_gaps
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import ASKED_PERIOD, Hit, amount_in_words, hit, rule
from ramkoll.rules.views import PackageView


@rule(
    "R371",
    Scope.PACKAGE,
    Severity.WARNING,
    "Investeringsbudgeten {år}: {vad} {belopp}, men {mot}; skillnaden är {skillnad}.",
    tip="Rätta raderna på bladet Investeringsbudget, eller objektens budget på bladen "
    "Investeringar.",
    covers=["V25"],
    needs=[ASKED_PERIOD],
)
def plan_does_not_hold(view: PackageView) -> Iterator[Hit]:
    """Objekt och pott ska tillsammans vara investeringsramen.

    Varför: pengar som inte är fördelade, eller fördelade två gånger, syns annars först när de
    är slut.
    Godkänns: årets objekt och pott är lika med ramen, och objekten är lika med summan av
    objektens budget på bladen Investeringar, på 1 tkr när; eller så har året ingen rad.
    Källa: regionens arbetsbok, blad Investeringsbudget, och avdelningarnas blad Investeringar.
    """
    forms = [each.form for each in (*view.forms, *view.others)]
    for gap in plan_gaps(forms, view.period.year):
        difference = gap.amount - (gap.other or 0)
        yield hit(
            gap.at,
            effect=difference,
            år=str(view.period.year),
            vad=gap.what,
            belopp=gap.amount,
            mot=f"{gap.against} saknas"
            if gap.other is None
            else f"{gap.against} är {amount_in_words(gap.other)}",
            skillnad=difference,
        )
