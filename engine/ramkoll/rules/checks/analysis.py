"""Sheet Analys: causes that can be used, and that explain what there is to explain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ramkoll.model.facts import TOTAL_LINE, Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.register import COST, INCOME
from ramkoll.model.units import swedish_amount
from ramkoll.rules.listing import ListRow, enumerated, list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

WARNING = Severity.WARNING
TABLE = "analysis"
NET = f"{TOTAL_LINE}net"
# What a comparison is called in the list, and where the amount it is a share of stands.
COMPARISONS = {
    "budget": ("Budget", "economy", "budget_ytd"),
    "prior": ("Föregående år", "economy", "prior_ytd"),
    "forecast": ("Prognos", "forecasts", "budget_year"),
}
SIDES = ("income", "cost")


@dataclass(frozen=True)
class _Row:
    """A row of the analysis in kronor: what is to be explained, and what the causes say."""

    label: str
    deviation: Decimal
    explained: Decimal
    left: Fact

    @property
    def opposite(self) -> bool:
        return self.deviation * self.explained < 0


@rule(
    "R491",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen är {avvikelse}, orsakerna förklarar {förklarat} och {kvar} är oförklarat. "
    "Gränsen är {gräns}.",
    tip="Lägg till den orsak som saknas, eller rätta beloppen.",
    covers=["V41"],
    follows=True,
)
def deviation_unexplained(view: FormView) -> Iterator[Hit]:
    """Orsakerna ska tillsammans förklara avvikelsen.

    Varför: det som är kvar är en orsak som ingen har hittat, eller ett belopp som är fel.
    Godkänns: det oförklarade är högst det större av oförklarat_tkr och oförklarat_procent av
    avvikelsen; avvikelsen är under gränserna för enhetens kommentar; eller jämförelsen har inga
    orsaker och förklaras i kommentaren på Netto. Intäkter och kostnader prövas var för sig när
    nettot är förklarat.
    Källa: arbetsbokens blad Analys.
    """
    for row, limit in _amiss(view):
        if not row.opposite:
            yield _left_hit(row, limit)


@rule(
    "R492",
    Scope.FORM,
    WARNING,
    "{rad}: avvikelsen är {avvikelse}, men orsakerna är tillsammans {förklarat}, åt andra hållet. "
    "Gränsen är {gräns}.",
    tip="Plus är bättre: en högre kostnad skrivs med minus. Vänd tecknen, eller lägg till det som "
    "drar åt andra hållet.",
    covers=["V41"],
    follows=True,
)
def causes_against_deviation(view: FormView) -> Iterator[Hit]:
    """Orsakerna ska tillsammans gå åt samma håll som avvikelsen.

    Varför: vända tecken gör att texten förklarar motsatsen till siffran.
    Godkänns: samma tecken, eller ett oförklarat belopp under gränserna. En enskild orsak får gå
    åt andra hållet.
    Källa: arbetsbokens blad Analys.
    """
    for row, limit in _amiss(view):
        if row.opposite:
            yield _left_hit(row, limit)


def _left_hit(row: _Row, limit: Decimal) -> Hit:
    return hit(
        row.left,
        effect=row.left.number,
        rad=row.label,
        avvikelse=swedish_amount(row.deviation),
        förklarat=swedish_amount(row.explained),
        kvar=swedish_amount(row.left.number),
        gräns=swedish_amount(limit),
    )


def _amiss(view: FormView) -> Iterator[tuple[_Row, Decimal]]:
    """Rows with too much left, one of a comparison: the net, else the worse of its sides."""
    causes = list(list_rows(view, "causes"))
    for comparison, (word, table, base) in COMPARISONS.items():
        said = any(row.text("comparison").casefold() == word.casefold() for row in causes)
        if not said and not _silent(view, comparison, causes):
            continue
        # Without a cause nothing is said of the sides: a comment on the net would do for both.
        for sides in (("net",), SIDES) if said else (("net",),):
            found = [_row(view, f"{comparison}.{side}") for side in sides]
            wrong = [
                (row, limit)
                for side, row in zip(sides, found, strict=True)
                if row is not None and (limit := _beyond(view, row, table, base, side)) is not None
            ]
            if wrong:
                yield max(wrong, key=lambda pair: abs(pair[0].left.number))
                break


def _silent(view: FormView, comparison: str, causes: list[ListRow]) -> bool:
    """Whether a unit that writes causes has neither a cause nor a comment about last year.

    A missing comment on the deviation from budget has a remark of its own, and the forecast's
    deviation is mostly that of the outcome.
    """
    if comparison != "prior" or not causes:
        return False
    text = view.text("economy", NET, "comment_prior")
    return text is None or not any(map(str.isalpha, str(text.value)))


def _row(view: FormView, line: str) -> _Row | None:
    deviation = view.figure(TABLE, line, "deviation")
    explained = view.figure(TABLE, line, "explained")
    left = view.figure(TABLE, line, "unexplained")
    if deviation is None or left is None:
        return None
    return _Row(
        view.label(TABLE, line),
        deviation.number,
        explained.number if explained else Decimal(0),
        left,
    )


def _beyond(view: FormView, row: _Row, table: str, base: str, side: str) -> Decimal | None:
    """The limit that the rest is beyond; None when it is not, or the deviation is a small one."""
    whole = view.figure(table, f"{TOTAL_LINE}{side}", base)
    share = view.limit("kommentar_enhet_procent") * (abs(whole.number) if whole else 0)
    large = max(
        view.limit("kommentar_enhet_tkr"), min(view.limit("kommentar_enhet_alltid_tkr"), share)
    )
    limit = max(view.limit("oförklarat_tkr"), view.limit("oförklarat_procent") * abs(row.deviation))
    return limit if abs(row.deviation) >= large and abs(row.left.number) > limit else None


@rule(
    "R493",
    Scope.FORM,
    WARNING,
    "Orsaken {namn}: kontogruppen «{kod}» {varför}.",
    tip="Skriv kontogruppens kod som den står på bladet Utfall.",
    covers=["V41"],
)
def cause_of_unknown_group(view: FormView) -> Iterator[Hit]:
    """En orsaks kontogrupp ska finnas, och vara av samma slag som orsaken.

    Varför: annars hamnar orsaken inte i tabellen per kontogrupp, eller på fel sida.
    Godkänns: koden finns i registret, eller är tom för en orsak som gäller flera grupper.
    Källa: ramarbetsbokens blad Kontogrupper.
    """
    kinds = _kinds(view)
    for row in list_rows(view, "causes") if kinds else ():
        code, kind = row.text("group"), row.text("kind").casefold()
        if not code or (code in kinds and kind in ("", kinds[code])):
            continue
        why = "finns inte"
        if code in kinds:
            group = "en intäkt" if kinds[code] == INCOME else "en kostnad"
            why = f"är {group}, men orsaken är skriven som {kind}"
        yield hit(row.at("group"), namn=_name(row), kod=code, varför=why)


def _kinds(view: FormView) -> dict[str, str]:
    """Account groups by code: the register's, else those of the workbook's own rows."""
    if view.register is not None:
        return {group.code: group.kind for group in view.register.groups}
    place = view.table("economy")
    return dict(place.kinds) if place else {}


@rule(
    "R494",
    Scope.FORM,
    WARNING,
    "Belopp saknas för {antal}: {namn}.",
    tip="Skriv beloppet i tkr, plus om det är bättre. Går det inte att beräkna: uppskatta.",
    covers=["V41"],
)
def cause_without_amount(view: FormView) -> Iterator[Hit]:
    """En orsak ska ha ett belopp.

    Varför: utan belopp förklarar den ingenting av avvikelsen.
    Godkänns: ett belopp på varje rad som har en orsak.
    Källa: arbetsbokens blad Analys.
    """
    rows = [
        row
        for row in list_rows(view, "causes")
        if row.number("amount") is None and (row.says("cause") or row.says("text"))
    ]
    if rows:
        first, *rest = (row.at("amount") for row in rows)
        yield hit(
            first,
            related=rest,
            antal="en orsak" if not rest else f"{len(rows)} orsaker",
            namn=enumerated([_name(row) for row in rows]),
        )


@rule(
    "R495",
    Scope.FORM,
    WARNING,
    "Orsaken {namn}, {belopp}: {vad}. Beloppet räknas inte på alla rader överst på bladet.",
    tip="Välj i listan.",
    covers=["V41"],
)
def cause_without_place(view: FormView) -> Iterator[Hit]:
    """En orsak med belopp ska säga vad som jämförs, och om den är intäkt eller kostnad.

    Varför: beloppet räknas efter de två orden; utan dem räknas det inte alls.
    Godkänns: Budget, Föregående år eller Prognos, och Intäkt eller Kostnad.
    Källa: arbetsbokens blad Analys.
    """
    words = {word.casefold() for word, _, _ in COMPARISONS.values()}
    for row in list_rows(view, "causes"):
        amount = row.number("amount")
        if not amount:
            continue
        for column, name, allowed in (
            ("comparison", "jämförelse", words),
            ("kind", "intäkt eller kostnad", {INCOME, COST}),
        ):
            said = row.text(column)
            if said.casefold() not in allowed:
                yield hit(
                    row.at(column),
                    effect=amount,
                    namn=_name(row),
                    belopp=swedish_amount(amount),
                    vad=f"«{said}» är ingen {name}" if said else f"{name} är inte valt",
                )


def _name(row: ListRow) -> str:
    return f"«{row.named('cause') or row.named('text') or row.text('group')}»"
