"""Amounts with two sides: internal trade between units, and grants with their costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ramkoll.model.findings import Scope, Severity
from ramkoll.model.units import swedish_amount
from ramkoll.rules.listing import ListRow, list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

WARNING = Severity.WARNING
ROUNDED = Decimal(1000)  # kronor: amounts are typed in whole tkr
YEAR_END = 12


@rule(
    "R471",
    Scope.FORM,
    WARNING,
    "{avser}: motparten {motpart} {varför}.",
    tip="Skriv koden för den enhet som köper eller säljer, som den står i ramarbetsboken.",
    covers=["V27"],
)
def unknown_counterpart(view: FormView) -> Iterator[Hit]:
    """Motparten i intern handel ska vara en annan enhet i registret.

    Varför: en motpart som inte finns kan inte ha sin sida av affären.
    Godkänns: koden finns i registret under perioden och är inte enhetens egen.
    Källa: ramarbetsbokens blad Organisation.
    """
    if view.register is None:
        return
    day = view.period.last_day
    for row in _trades(view):
        code = row.text("counterpart")
        if code == row.enhet:
            why = "är enheten själv"
        elif not code:
            why = "är inte ifylld"
        elif view.register.enhet(code, day) is None:
            why = "finns inte i registret under perioden"
        else:
            continue
        words = f"«{code}»" if code else "till affären"
        yield hit(row.at("counterpart"), avser=_name(row), motpart=words, varför=why)


@rule(
    "R472",
    Scope.PACKAGE,
    WARNING,
    "{enhet} har {belopp} i intern handel med {motpart}, som har {motbelopp} med {enhet_kod}. "
    "Tillsammans blir det {skillnad}, väntat 0.",
    tip="Jämför underlagen: samma affär ska ha samma belopp, med omvänt tecken.",
    covers=["V27"],
)
def trade_does_not_cancel(view: PackageView) -> Iterator[Hit]:
    """Intern handel mellan två enheter ska ta ut sig.

    Varför: det som den ena har sålt har den andra köpt; annars är regionens summor för stora.
    Godkänns: beloppen är tillsammans 0, på en tkr när. Prövas när båda enheterna har lämnat in
    och har affären med.
    Källa: arbetsböckernas blad Intern handel.
    """
    for one, other, rows, back in _pairs(view):
        together = _total(rows) + _total(back)
        if rows and back and abs(together) > ROUNDED:
            yield hit(
                rows[0].at("trade_amount"),
                related=[row.at("trade_amount") for row in (*rows[1:], *back)],
                effect=together,
                enhet=one.enhet,
                enhet_kod=one.form.enhet,
                belopp=swedish_amount(_total(rows)),
                motpart=other.enhet,
                motbelopp=swedish_amount(_total(back)),
                skillnad=swedish_amount(together),
            )


@rule(
    "R473",
    Scope.PACKAGE,
    WARNING,
    "{enhet} har {belopp} i intern handel med {motpart}, som inte har någon rad med {enhet_kod}.",
    tip="Lägg till raden i motpartens arbetsbok, med omvänt tecken.",
    covers=["V27"],
)
def trade_of_one_side(view: PackageView) -> Iterator[Hit]:
    """Intern handel ska finnas i båda enheternas arbetsböcker.

    Varför: annars tas bara den ena sidan bort när regionens siffror ställs samman.
    Godkänns: motparten har en rad tillbaka, eller beloppen är tillsammans 0, eller motpartens
    arbetsbok är inte inlämnad.
    Källa: arbetsböckernas blad Intern handel.
    """
    for one, other, rows, back in _pairs(view):
        for mine, own, its, theirs in ((one, rows, back, other), (other, back, rows, one)):
            if own and not its and abs(_total(own)) > ROUNDED:
                yield hit(
                    own[0].at("trade_amount"),
                    related=[row.at("trade_amount") for row in own[1:]],
                    effect=_total(own),
                    enhet=mine.enhet,
                    enhet_kod=mine.form.enhet,
                    belopp=swedish_amount(_total(own)),
                    motpart=theirs.enhet,
                )


def _pairs(
    view: PackageView,
) -> Iterator[tuple[FormView, FormView, list[ListRow], list[ListRow]]]:
    """Two units that have handed in and trade, with the rows of the one and of the other."""
    forms = {form.form.enhet: form for form in view.forms}
    rows: dict[tuple[str, str], list[ListRow]] = {}
    for form in (*view.forms, *view.others):
        for row in _trades(form):
            rows.setdefault((row.enhet, row.text("counterpart")), []).append(row)
    seen: set[frozenset[str]] = set()
    for one, other in rows:
        pair = frozenset((one, other))
        if one in forms and other in forms and len(pair) > 1 and pair not in seen:
            seen.add(pair)
            yield forms[one], forms[other], rows[one, other], rows.get((other, one), [])


def _trades(view: FormView) -> Iterator[ListRow]:
    return (row for row in list_rows(view, "trade") if row.number("trade_amount"))


def _total(rows: list[ListRow]) -> Decimal:
    return sum((row.number("trade_amount") or Decimal(0) for row in rows), Decimal(0))


def _name(row: ListRow) -> str:
    return row.named("name") or "Raden"


@rule(
    "R475",
    Scope.FORM,
    WARNING,
    "{namn}: ingående balans {ingående} och netto {netto} ger {väntat}, men utgående balans är "
    "{utgående}.",
    tip="Rätta balansen, eller det bidrag eller den kostnad som saknas.",
    covers=["V28"],
    follows=True,
)
def grant_balance_differs(view: FormView) -> Iterator[Hit]:
    """Ingående balans och årets netto ska ge utgående balans.

    Varför: det som inte är använt ska finnas kvar som skuld till den som gav bidraget.
    Godkänns: lika på en tkr när, eller någon av balanserna är tom.
    Källa: arbetsbokens blad Statsbidrag.
    """
    for row in list_rows(view, "grants"):
        opening, closing = row.number("opening_balance"), row.number("closing_balance")
        net = row.number("grant_net") or Decimal(0)
        if opening is None or closing is None or abs(opening + net - closing) <= ROUNDED:
            continue
        yield hit(
            row.at("closing_balance"),
            related=[row.at("opening_balance"), row.at("grant_net")],
            effect=opening + net - closing,
            namn=row.named("project", "name"),
            ingående=swedish_amount(opening),
            netto=swedish_amount(net),
            väntat=swedish_amount(opening + net),
            utgående=swedish_amount(closing),
        )


@rule(
    "R476",
    Scope.PACKAGE,
    WARNING,
    "{namn}: helårets netto är {netto} (bidrag {bidrag}, kostnad {kostnad}), väntat 0.{sida}",
    tip="Boka det som saknas, eller skriv ingående och utgående balans för det som inte är använt.",
    covers=["V28"],
)
def grant_not_neutral(view: PackageView) -> Iterator[Hit]:
    """Ett riktat bidrag ska gå jämnt ut över ett helt år.

    Varför: ett överskott är bidrag som ska användas eller betalas tillbaka, ett underskott en
    kostnad som ingen betalar.
    Godkänns: bidrag och kostnad per aktivitetskod, alla enheter tillsammans, är lika på en tkr när,
    eller så förklarar balanserna skillnaden. Prövas i december.
    Källa: arbetsböckernas blad Statsbidrag.
    """
    if view.period.month != YEAR_END:
        return
    for rows in _by_project(view).values():
        income, cost = _sum(rows, "grant_income"), _sum(rows, "grant_cost")
        change = _sum(rows, "closing_balance") - _sum(rows, "opening_balance")
        if abs(income + cost - change) <= ROUNDED:
            continue
        side = "" if income and cost else " Bara den ena sidan är bokförd."
        more = {"netto": swedish_amount(income + cost), "sida": side}
        yield _grant_hit(rows, income + cost, more)


@rule(
    "R477",
    Scope.PACKAGE,
    WARNING,
    "{namn}: kostnaden {kostnad} är större än bidraget {bidrag} och ingående balans {ingående}; "
    "{underskott} saknar finansiering.",
    tip="Rekvirera bidraget, eller flytta den kostnad som bidraget inte täcker.",
    covers=["V28"],
)
def grant_overspent(view: PackageView) -> Iterator[Hit]:
    """Kostnaden för ett riktat bidrag ska rymmas i bidraget och det som fanns kvar.

    Varför: det som inte ryms belastar enhetens egen ram.
    Godkänns: kostnaden är högst bidrag plus ingående balans per aktivitetskod, alla enheter
    tillsammans, med statsbidrag_underskott_tkr till godo; eller en kommentar på någon av raderna.
    I december prövas hela nettot i stället.
    Källa: arbetsböckernas blad Statsbidrag.
    """
    if view.period.month == YEAR_END:
        return
    for rows in _by_project(view).values():
        income, cost = _sum(rows, "grant_income"), _sum(rows, "grant_cost")
        opening = _sum(rows, "opening_balance")
        short = income + cost + opening
        limit = rows[0].view.limit("statsbidrag_underskott_tkr")
        if cost and -short > limit and not any(row.says("comment") for row in rows):
            more = {"ingående": swedish_amount(opening), "underskott": swedish_amount(-short)}
            yield _grant_hit(rows, short, more)


def _grant_hit(rows: list[ListRow], net: Decimal, more: Mapping[str, str]) -> Hit:
    first, *rest = (row.at("grant_net") for row in rows)
    return hit(
        first,
        related=rest,
        effect=net,
        severity=None,
        namn=rows[0].named("project", "name"),
        bidrag=swedish_amount(_sum(rows, "grant_income")),
        kostnad=swedish_amount(_sum(rows, "grant_cost")),
        **more,
    )


def _by_project(view: PackageView) -> dict[str, list[ListRow]]:
    """Rows of grants by code: one may be booked in one unit and used in another."""
    found: dict[str, list[ListRow]] = {}
    for form in (*view.forms, *view.others):
        for row in list_rows(form, "grants"):
            if row.says("project"):
                found.setdefault(row.text("project").casefold(), []).append(row)
    return found


def _sum(rows: list[ListRow], column: str) -> Decimal:
    return sum((row.number(column) or Decimal(0) for row in rows), Decimal(0))
