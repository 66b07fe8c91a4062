"""Measures (resultatförbättrande åtgärder): each counted once, with an effect that can be true."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.effects import (
    AGAINST_BUDGET,
    AGAINST_PRIOR,
    effect_degree,
    effect_so_far,
    months_in_force,
)
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.units import NO_BREAK_SPACE, swedish_amount, swedish_number
from ramkoll.rules.listing import ListRow, enumerated, list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING, INFO = Severity.WARNING, Severity.INFO
AMOUNTS = ("effect_estimated", "measure_outcome", "measure_prior", "effect_budget")


@rule(
    "R481",
    Scope.FORM,
    WARNING,
    "{namn} står på {antal} rader för enhet {enhet}; effekten räknas varje gång.",
    tip="Behåll en rad, eller ge raderna olika namn om de är olika åtgärder.",
    covers=["V32"],
)
def measure_listed_twice(view: FormView) -> Iterator[Hit]:
    """En åtgärd ska stå på en rad i arbetsboken.

    Varför: två rader gör att samma besparing räknas två gånger.
    Godkänns: nummer och namn finns bara en gång per enhet. Samma nummer för olika enheter är
    samma åtgärd på flera håll.
    Källa: arbetsbokens blad Åtgärder.
    """
    by_name: dict[tuple[str, str], list[ListRow]] = {}
    for row in _measures(view):
        by_name.setdefault((row.enhet, _folded(row)), []).append(row)
    for (enhet, _), rows in by_name.items():
        if len(rows) > 1:
            yield hit(
                rows[1].at("name"),
                related=[row.at("name") for row in rows if row is not rows[1]],
                namn=_name(rows[0]),
                antal=str(len(rows)),
                enhet=enhet,
            )


@rule(
    "R482",
    Scope.FORM,
    WARNING,
    "{namn} och {annan} har samma beslut ({beslut}) och samma belopp.",
    tip="Är det samma åtgärd: ta bort den ena. Annars: dela upp beloppen på dem.",
    covers=["V32"],
)
def measure_under_two_numbers(view: FormView) -> Iterator[Hit]:
    """Två åtgärder har inte samma beslut och samma belopp.

    Varför: en åtgärd som har fått två nummer räknas två gånger.
    Godkänns: beslut eller något av beloppen skiljer sig, eller enheten. Prövas när minst två av
    beloppen är skrivna.
    Källa: arbetsbokens blad Åtgärder.
    """
    seen: dict[tuple[object, ...], ListRow] = {}
    for row in _measures(view):
        amounts = tuple(row.number(column) for column in AMOUNTS)
        if not row.says("decision") or sum(bool(each) for each in amounts) < 2:
            continue
        key = (row.enhet, row.text("decision").casefold(), amounts)
        first = seen.setdefault(key, row)
        if first is not row and _folded(first) != _folded(row):
            yield hit(
                row.at("measure_id"),
                related=[first.at("measure_id")],
                effect=effect_so_far(row.record),
                namn=_name(row),
                annan=_name(first),
                beslut=row.text("decision"),
            )


@rule(
    "R483",
    Scope.FORM,
    INFO,
    "{namn}: effekten hittills är {effekt}, {grad} av bedömningen för {månader} (effekt på helår "
    "{bedömd}).",
    tip="Gör en ny bedömning av helårseffekten, eller skriv i kommentaren varför bedömningen står "
    "kvar.",
    covers=["V32"],
    follows=True,
)
def effect_far_beyond(view: FormView) -> Iterator[Hit]:
    """En effekt som är långt över bedömningen kräver en ny bedömning.

    Varför: antingen var bedömningen för låg, eller så mäter raden något mer än åtgärden.
    Godkänns: effektgraden är högst effektgrad_procent, eller effekten är under effektgrad_tkr,
    eller kommentaren nämner bedömningen. Effektgrad är effekten delad med bedömd effekt för de
    månader som åtgärden har gällt, från startmånaden.
    Källa: arbetsbokens blad Åtgärder.
    """
    for row in _measures(view):
        degree, effect = effect_degree(row.record, view.period), effect_so_far(row.record)
        months = months_in_force(row.text("start"), view.period)
        if degree is None or effect is None or months is None:
            continue
        if degree <= view.limit("effektgrad_procent") or effect < view.limit("effektgrad_tkr"):
            continue
        if "bedöm" not in row.text("comment").casefold():
            yield hit(
                row.at("effect_estimated"),
                related=[row.at("comment")],
                namn=_name(row),
                effekt=swedish_amount(effect),
                grad=f"{swedish_number(degree * 100)}{NO_BREAK_SPACE}%",
                månader="en månad" if months[0] == 1 else f"{months[0]} månader",
                bedömd=swedish_amount(row.number("effect_estimated") or Decimal(0)),
            )


@rule(
    "R484",
    Scope.FORM,
    WARNING,
    "{namn}: {vad}.",
    tip="Välj hur effekten mäts, och skriv beloppen i de kolumner som metoden använder.",
    covers=["V32"],
)
def effect_without_method(view: FormView) -> Iterator[Hit]:
    """En effekt ska ha en metod, och stå i metodens egen kolumn.

    Varför: en effekt mot budget och en mot föregående år går inte att lägga ihop.
    Godkänns: metod är vald och dess belopp är skrivna, eller inga belopp är skrivna.
    Källa: arbetsbokens blad Åtgärder.
    """
    for row in _measures(view):
        written = {column for column in AMOUNTS[1:] if row.number(column) is not None}
        method = row.text("method").casefold()
        if written and not method:
            yield hit(row.at("method"), namn=_name(row), vad="effekten har ingen metod")
        elif written and method not in (AGAINST_BUDGET, AGAINST_PRIOR):
            words = f"metoden «{row.text('method')}» finns inte"
            yield hit(row.at("method"), namn=_name(row), vad=words)
        elif method == AGAINST_BUDGET and written and "effect_budget" not in written:
            words = "metoden är mot budget, men effekten mot budget är tom"
            yield hit(row.at("effect_budget"), namn=_name(row), vad=words)
        elif method == AGAINST_PRIOR and written == {"measure_outcome"}:
            words = "metoden är mot föregående år, men föregående års utfall är tomt"
            yield hit(row.at("measure_prior"), namn=_name(row), vad=words)
        elif method == AGAINST_PRIOR and written == {"effect_budget"}:
            words = "metoden är mot föregående år, men bara effekten mot budget är skriven"
            yield hit(row.at("measure_outcome"), namn=_name(row), vad=words)


@rule(
    "R485",
    Scope.FORM,
    INFO,
    "Mandat saknas på {antal} som trycks i tabellen: {namn}.",
    tip="Välj vem som har beslutat: chef, regiondirektör eller politiskt.",
    covers=["V32"],
)
def mandate_missing(view: FormView) -> Iterator[Hit]:
    """En åtgärd som trycks bör ha ett mandat.

    Varför: åtgärderna visas också per mandat, och den som saknar ett syns inte där.
    Godkänns: mandat är valt, eller åtgärden är inte med i tabellen, eller arbetsboken har inga
    mandat alls.
    Källa: arbetsbokens blad Åtgärder.
    """
    printed = [r for r in _measures(view) if r.text("in_table").casefold() == "ja"]
    rows = [row for row in printed if not row.text("mandate")]
    if rows and len(rows) < len(printed):
        first, *rest = (row.at("mandate") for row in rows)
        yield hit(
            first,
            related=rest,
            antal="en åtgärd" if not rest else f"{len(rows)} åtgärder",
            namn=enumerated([_name(row) for row in rows]),
        )


def _measures(view: FormView) -> Iterator[ListRow]:
    return (row for row in list_rows(view, "measures") if row.says("name"))


def _name(row: ListRow) -> str:
    return row.named("measure_id", "name")


def _folded(row: ListRow) -> str:
    text = f"{row.text('measure_id')} {row.text('name')}"
    return " ".join(text.split()).casefold()
