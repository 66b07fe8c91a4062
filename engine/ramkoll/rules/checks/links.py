"""Input cells that take their value from outside the workbook."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.form import Irregular
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, rule
from ramkoll.rules.views import WorkbookView


@rule(
    "R020",
    Scope.WORKBOOK,
    Severity.WARNING,
    "{vad}: cellen hämtar sitt värde från en annan fil, så det som visas kan vara gammalt och går "
    "inte att följa.",
    tip="Skriv in värdet i cellen, eller räkna på ett eget blad i samma arbetsbok.",
    covers=["V30"],
)
def linked_elsewhere(view: WorkbookView) -> Iterator[Hit]:
    """En inmatningscell ska inte hämta sitt värde från en annan arbetsbok eller en egen disk.

    Varför: den som tar emot arbetsboken har inte filen, och ser bara det värde
    som sparades sist.
    Godkänns: ett värde, eller en formel inom arbetsboken, också till ett eget blad.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.LINKED)
