"""Investments: what has been spent, what is left, and what must be said about it.

Expenditure is +. Section A is finished objects, B those decided and begun this year, C those
carried over and not done yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.findings import Scope, Severity
from ramkoll.model.units import NO_BREAK_SPACE, swedish_amount, swedish_number
from ramkoll.rules.listing import ListRow, enumerated, list_rows
from ramkoll.rules.rule import Hit, amount_in_words, hit, rule
from ramkoll.rules.views import FormView

WARNING = Severity.WARNING
DONE, BEGUN, CARRIED = "A", "B", "C"
SECTIONS = (DONE, BEGUN, CARRIED)
ROUNDED = Decimal(2000)  # kronor: three amounts typed in whole tkr may be so far off together


@rule(
    "R461",
    Scope.FORM,
    WARNING,
    "{namn}: avsnitt är {avsnitt}. Objektet kommer inte med i någon av tabellerna.",
    tip="Välj A (avslutad), B (beviljad i år) eller C (överförd, ej genomförd).",
    covers=["V25"],
)
def investment_without_section(view: FormView) -> Iterator[Hit]:
    """Varje investering ska höra till ett avsnitt.

    Varför: avsnittet avgör i vilken tabell objektet trycks, och vad som krävs av det.
    Godkänns: A, B eller C.
    Källa: arbetsbokens blad Investeringar.
    """
    for row in _objects(view):
        if _section(row) not in SECTIONS:
            said = row.text("section")
            yield hit(
                row.at("section"), namn=_name(row), avsnitt=f"«{said}»" if said else "inte valt"
            )


@rule(
    "R462",
    Scope.FORM,
    WARNING,
    "{namn}: utfall sedan start är {totalt}, mindre än årets utfall {utfall}.",
    tip="Utfall sedan start ska ha årets utfall med; rätta det som är fel.",
    covers=["V25"],
    follows=True,
)
def total_below_year(view: FormView) -> Iterator[Hit]:
    """Utfallet sedan start är minst så stort som årets.

    Varför: annars är årets utgift inte med i objektets totala.
    Godkänns: utfall sedan start minst lika med årets utfall, eller tomt.
    Källa: arbetsbokens blad Investeringar.
    """
    for row in _objects(view):
        outcome, total = row.number("investment_outcome"), row.number("total_outcome")
        if outcome is not None and total is not None and total < outcome - ROUNDED / 2:
            yield hit(
                row.at("total_outcome"),
                related=[row.at("investment_outcome")],
                effect=outcome - total,
                namn=_name(row),
                totalt=swedish_amount(total),
                utfall=swedish_amount(outcome),
            )


@rule(
    "R463",
    Scope.FORM,
    WARNING,
    "{namn}: prognosen för året är {prognos}, men utfallet är redan {utfall}.",
    tip="Höj prognosen, eller skriv i kommentaren vilken utgift som ska bokas om.",
    covers=["V25"],
    follows=True,
)
def investment_forecast_below_outcome(view: FormView) -> Iterator[Hit]:
    """En investerings prognos är minst så stor som det som redan är bokfört.

    Varför: en utgift går sällan tillbaka, och prognosen är då för låg.
    Godkänns: prognosen minst lika med utfallet i avsnitt B och C.
    Källa: arbetsbokens blad Investeringar.
    """
    for row in _objects(view):
        outcome, forecast = row.number("investment_outcome"), row.number("investment_forecast")
        if outcome is None or forecast is None or _section(row) == DONE:
            continue
        if forecast < outcome - ROUNDED / 2:
            yield hit(
                row.at("investment_forecast"),
                related=[row.at("investment_outcome")],
                effect=outcome - forecast,
                namn=_name(row),
                prognos=swedish_amount(forecast),
                utfall=swedish_amount(outcome),
            )


@rule(
    "R464",
    Scope.FORM,
    WARNING,
    "{namn}: årets budget är {budget}, men av den totala budgeten {totalt} är bara {kvar} kvar "
    "från tidigare år.",
    tip="Kontrollera årets budget mot beslutet, total budget och utfall sedan start.",
    covers=["V25"],
    follows=True,
)
def year_budget_above_rest(view: FormView) -> Iterator[Hit]:
    """En överförd investerings årsbudget är högst det som är kvar av den totala.

    Varför: annars är mer pengar överförda än vad som har beslutats.
    Godkänns: i avsnitt C är årets budget högst total budget minus det som användes före året,
    alltså utfall sedan start minus årets utfall. Avrundning till hela tkr släpps förbi.
    Källa: arbetsbokens blad Investeringar.
    """
    for row in _objects(view):
        budget, whole = row.number("investment_budget"), row.number("total_budget")
        spent = row.number("total_outcome")
        if _section(row) != CARRIED or not budget or not whole or spent is None:
            continue
        left = whole - (spent - (row.number("investment_outcome") or Decimal(0)))
        if budget - left > ROUNDED:
            yield hit(
                row.at("investment_budget"),
                related=[row.at("total_budget"), row.at("total_outcome")],
                effect=budget - left,
                namn=_name(row),
                budget=swedish_amount(budget),
                totalt=swedish_amount(whole),
                kvar=swedish_amount(left),
            )


@rule(
    "R465",
    Scope.FORM,
    WARNING,
    "{namn}: årets budget är {budget}, men total budget är {totalt}.",
    tip="Skriv objektets beslutade totala budget. Är objektet struket: sätt årets budget till 0.",
    covers=["V25"],
)
def year_budget_without_total(view: FormView) -> Iterator[Hit]:
    """En överförd investering med budget för året ska ha en total budget.

    Varför: utan den går det inte att se om objektet ryms i sitt beslut.
    Godkänns: i avsnitt C en total budget som inte är 0, eller ingen budget för året.
    Källa: arbetsbokens blad Investeringar.
    """
    for row in _objects(view):
        budget, whole = row.number("investment_budget"), row.number("total_budget")
        if _section(row) == CARRIED and budget and not whole:
            yield hit(
                row.at("total_budget"),
                related=[row.at("investment_budget")],
                effect=budget,
                namn=_name(row),
                budget=swedish_amount(budget),
                totalt="tom" if whole is None else "0",
            )


@rule(
    "R466",
    Scope.FORM,
    WARNING,
    "Prognos saknas på {antal} med budget {belopp}: {namn}. Tomt är inte noll.",
    tip="Skriv prognosen för året, 0 om inget blir av.",
    covers=["V25"],
)
def investment_forecast_missing(view: FormView) -> Iterator[Hit]:
    """En investering med budget för året ska ha en prognos.

    Varför: en tom prognos ser ut som att hela budgeten blir över.
    Godkänns: i avsnitt B och C en prognos, även om den är 0, eller ingen budget.
    Källa: arbetsbokens blad Investeringar.
    """
    rows = [
        row
        for row in _objects(view)
        if _section(row) in (BEGUN, CARRIED)
        and row.number("investment_budget")
        and row.number("investment_forecast") is None
    ]
    if rows:
        first, *rest = (row.at("investment_forecast") for row in rows)
        budget = sum((row.number("investment_budget") or Decimal(0) for row in rows), Decimal(0))
        yield hit(
            first,
            related=rest,
            effect=budget,
            antal="ett objekt" if not rest else f"{len(rows)} objekt",
            belopp=swedish_amount(budget),
            namn=enumerated([_name(row) for row in rows]),
        )


@rule(
    "R467",
    Scope.FORM,
    WARNING,
    "{namn}: {vad} {belopp} mot {mot} {jämfört}, {avvikelse}, men kommentar saknas. Gränsen är "
    "{gräns}.",
    tip="Skriv i kolumnen Kommentar vad som är orsaken.",
    covers=["V25", "V26"],
    follows=True,
)
def investment_comment_missing(view: FormView) -> Iterator[Hit]:
    """En investerings avvikelse ska kommenteras när den är stor.

    Varför: ett överskridande ska förklaras, och pengar som blir över kan behövas någon annanstans.
    Godkänns: kommentar, eller en avvikelse under det större av investering_kommentar_tkr och
    investering_kommentar_procent. I avsnitt A jämförs utfall med budget och utfall sedan start med
    total budget; i B och C prognos med budget, och utfall sedan start när det är över den totala.
    Källa: ramarbetsbokens blad Trösklar.
    """
    least = view.limit("investering_kommentar_tkr")
    share = view.limit("investering_kommentar_procent")
    for row in _objects(view):
        if row.says("comment"):
            continue
        for column, against, words in _compared(row):
            amount, whole = row.number(column), row.number(against)
            if amount is None or whole is None:
                continue
            over = amount - whole
            if over and abs(over) >= max(least, share * abs(whole)):
                yield hit(
                    row.at("comment"),
                    related=[row.at(column), row.at(against)],
                    effect=over,
                    namn=_name(row),
                    vad=words[0],
                    belopp=swedish_amount(amount),
                    mot=words[1],
                    jämfört=swedish_amount(whole),
                    avvikelse=f"{swedish_amount(abs(over))} {'över' if over > 0 else 'under'}",
                    gräns=f"{amount_in_words(least)} och "
                    f"{swedish_number(share * 100)}{NO_BREAK_SPACE}%",
                )
                break  # one comment answers both


def _compared(row: ListRow) -> Iterator[tuple[str, str, tuple[str, str]]]:
    section = _section(row)
    if section == DONE:
        yield "investment_outcome", "investment_budget", ("utfall", "budget")
    elif section in (BEGUN, CARRIED):
        yield "investment_forecast", "investment_budget", ("prognos", "budget")
    total, budget = row.number("total_outcome"), row.number("total_budget")
    # What is under way has not used its whole budget yet: only an overrun is a deviation.
    if section == DONE or (total is not None and budget is not None and total > budget):
        yield "total_outcome", "total_budget", ("utfall sedan start", "total budget")


@rule(
    "R468",
    Scope.FORM,
    WARNING,
    "{namn} är påbörjad ({utfall} hittills) trots investeringsstoppet, men beslut att starta "
    "saknas.",
    tip="Skriv beslutets nummer i kolumnen Beslut att starta.",
    covers=["V25"],
)
def started_in_spite_of_stop(view: FormView) -> Iterator[Hit]:
    """En investering som startas under ett stopp ska ha ett beslut.

    Varför: stoppet gäller alla som inte har fått ett undantag.
    Godkänns: beslut att starta är skrivet, inget utfall, eller inget stopp: tröskeln
    investeringsstopp är 0. Prövas i avsnitt B.
    Källa: ramarbetsbokens blad Trösklar.
    """
    if not view.limit("investeringsstopp"):
        return
    for row in _objects(view):
        outcome = row.number("investment_outcome")
        if _section(row) == BEGUN and outcome and outcome > 0 and not row.says("decision"):
            yield hit(row.at("decision"), namn=_name(row), utfall=swedish_amount(outcome))


def _objects(view: FormView) -> Iterator[ListRow]:
    return (row for row in list_rows(view, "investments") if row.says("object"))


def _section(row: ListRow) -> str:
    return row.text("section").upper()


def _name(row: ListRow) -> str:
    return row.named("object_id", "object")
