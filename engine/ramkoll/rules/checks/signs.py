"""The sign of each account group: income is plus, cost is minus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import COST, INCOME
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING = Severity.WARNING
LEAST, MOST = Decimal("0.5"), Decimal(2)  # a turned figure lies this near what it is held against
KINDS = {INCOME: ("minus", "en intäkt är plus"), COST: ("plus", "en kostnad är minus")}

# Table and column, what it is called, and the figures that it should be like.
CHECKED = (
    (
        ("economy", "outcome_ytd"),
        "utfall",
        ((("economy", "budget_ytd"), "budget"), (("economy", "prior_ytd"), "föregående år")),
    ),
    (
        ("economy", "budget_ytd"),
        "budget",
        ((("economy", "outcome_ytd"), "utfall"), (("economy", "prior_ytd"), "föregående år")),
    ),
    (
        ("forecasts", "forecast"),
        "prognos",
        ((("forecasts", "budget_year"), "budget helår"),),
    ),
)


@dataclass(frozen=True)
class Turned:
    """A figure of the wrong sign; ``near`` are the figures it is near with its sign turned."""

    at: CellRef
    row: str
    measure: str
    value: Decimal
    kind: str
    near: tuple[str, ...]


@rule(
    "R111",
    Scope.FORM,
    WARNING,
    "{rad}, {mått}: {belopp} är {tecken}, men {regel}.",
    tip="Kontrollera beloppet. Är det en kreditering eller återföring: skriv det i kommentaren.",
    covers=["V12"],
)
def unusual_sign(view: FormView) -> Iterator[Hit]:
    """En intäkt är plus och en kostnad minus.

    Varför: ett vänt tecken ger dubbelt fel i nettot.
    Godkänns: rätt tecken, ett belopp under gränsen tecken_minst_tkr, eller en kontogrupp utan
    teckenkontroll. Fiktiva delposters budget räknas inte.
    Källa: ramarbetsbokens blad Kontogrupper och Trösklar.
    """
    for each in _turned(view):
        if not each.near:
            yield _hit(each)


@rule(
    "R112",
    Scope.FORM,
    WARNING,
    "{rad}, {mått}: {belopp} är {tecken}, men {regel}. Tecknet är troligen vänt: {menat} ligger "
    "nära {jämfört}.",
    tip="Rätta till {menat} om tecknet är vänt.",
    covers=["V12"],
)
def sign_probably_turned(view: FormView) -> Iterator[Hit]:
    """Ett belopp med fel tecken som annars liknar budget och föregående år är troligen vänt.

    Varför: ett vänt tecken ger dubbelt fel i nettot.
    Godkänns: som för fel tecken; förslaget ges när beloppet med vänt tecken är mellan hälften
    och det dubbla av det det jämförs med.
    Källa: ramarbetsbokens blad Kontogrupper och Trösklar.
    """
    for each in _turned(view):
        if each.near:
            yield _hit(each)


def _hit(each: Turned) -> Hit:
    sign, rule_words = KINDS[each.kind]
    return hit(
        each.at,
        effect=2 * each.value if each.near else None,
        rad=each.row,
        mått=each.measure,
        belopp=each.value,
        tecken=sign,
        regel=rule_words,
        menat=-each.value,
        jämfört=" och ".join(each.near),
    )


def _turned(view: FormView) -> Iterator[Turned]:
    least = view.limit("tecken_minst_tkr")
    for (table, column), measure, others in CHECKED:
        for line, label, kind in _checked_lines(view, table):
            fact = view.figure(table, line, column)
            if fact is None or (table == "forecasts" and view.fictive_budget(line)):
                continue  # a forecast may hold the fictive budget or not
            value = _real(view, table, line, column, fact)
            wrong = -value if kind == INCOME else value
            if wrong <= 0 or wrong < least:
                continue
            near = tuple(_near(view, line, -value, others))
            yield Turned(_place(view, table, line, fact), label, measure, value, kind, near)


def _checked_lines(view: FormView, table: str) -> Iterator[tuple[str, str, str]]:
    """Code, label and kind of the rows whose sign is checked."""
    place = view.table(table)
    for line, group, label in view.lines(table):
        checked = group.sign_checked if group else view.defaults.sign_checked(label)
        kind = place.kinds.get(line) if place else None
        if checked and kind in KINDS:
            yield line, label, kind


def _real(view: FormView, table: str, line: str, column: str, fact: Fact) -> Decimal:
    """A figure without the budget of fictive parts, which may have any sign."""
    if (table, column) != ("economy", "budget_ytd"):
        return fact.number
    return fact.number - view.fictive_budget(line)


def _near(
    view: FormView,
    line: str,
    turned: Decimal,
    others: tuple[tuple[tuple[str, str], str], ...],
) -> Iterator[str]:
    """The names of the figures to hold against, if the turned figure is near each of them."""
    found = []
    for (table, column), name in others:
        fact = view.figure(table, line, column)
        if fact is None:
            continue
        number = _real(view, table, line, column, fact)
        if number == 0:
            continue
        if not LEAST <= turned / number <= MOST:
            return
        found.append(name)
    yield from found


def _place(view: FormView, table: str, line: str, fact: Fact) -> CellRef:
    """The cell of a figure; for a forecast typed in one cell, that cell."""
    typed = view.figure(table, line, "forecast_typed") if table == "forecasts" else None
    return typed.at if typed is not None and typed.value == fact.value else fact.at
