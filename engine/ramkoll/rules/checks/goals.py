"""Goals: tasks and indicators have a status that somebody can stand for."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ramkoll.compute.goals import HIGHER, LONG_TERM, LOWER, ruled_status, status_in
from ramkoll.layout.layout import ColumnLayout
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import ListRow, enumerated, list_rows, plain_number
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

WARNING, INFO = Severity.WARNING, Severity.INFO
LAST_MONTH = 12  # long-term indicators are followed in the annual report


@rule(
    "R411",
    Scope.FORM,
    WARNING,
    "Status saknas på {antal}: {namn}.",
    tip="Välj status för varje uppdrag; Ej mätt om det inte går att bedöma ännu.",
    covers=["V20"],
)
def task_without_status(view: FormView) -> Iterator[Hit]:
    """Varje uppdrag ska ha en status.

    Varför: ett uppdrag utan status faller bort ur sammanfattningen av måluppfyllelsen.
    Godkänns: en status är skriven på varje rad som har ett uppdrag.
    Källa: arbetsbokens blad Uppdrag.
    """
    rows = [r for r in list_rows(view, "tasks") if r.says("task") and not r.text("status")]
    if rows:
        first, *rest = (row.at("status") for row in rows)
        count = "ett uppdrag" if not rest else f"{len(rows)} uppdrag"
        names = enumerated([row.named("task_id") or row.named("task") for row in rows])
        yield hit(first, related=rest, antal=count, namn=names)


@rule(
    "R412",
    Scope.FORM,
    WARNING,
    "{namn}: statusen «{status}» finns inte. {val} är de som räknas.",
    tip="Välj en status i listan.",
    covers=["V20"],
)
def unknown_status(view: FormView) -> Iterator[Hit]:
    """En status ska vara en av de fyra.

    Varför: en annan status kan inte räknas in i sammanfattningen.
    Godkänns: Helt uppfyllt, Delvis uppfyllt, Ej uppfyllt eller Ej mätt; stora och små bokstäver
    är lika.
    Källa: arbetsbokens blad Uppdrag och Nyckeltal.
    """
    for table, column in (("tasks", "status"), ("indicators", "status_manual")):
        for row in list_rows(view, table):
            if row.text(column) and status_in(row.text(column)) is None:
                yield hit(
                    row.at(column),
                    namn=_name(row),
                    status=row.text(column),
                    val=", ".join(_choices(view, table, column)),
                )


def _choices(view: FormView, table: str, column: str) -> tuple[str, ...]:
    place = view.table(table)
    found: ColumnLayout | None = place.layout.column(column) if place else None
    return found.choices if found else ()


@rule(
    "R413",
    Scope.FORM,
    WARNING,
    "{namn}: manuell status är «{status}» men skäl saknas. {regeln}",
    tip="Skriv skälet, eller töm den manuella statusen så att regeln gäller.",
    covers=["V20"],
)
def manual_status_without_reason(view: FormView) -> Iterator[Hit]:
    """En manuell status ska ha ett skäl.

    Varför: den som läser måste kunna förstå varför regeln inte gäller.
    Godkänns: skäl är skrivet, eller den manuella statusen är tom. Säger regeln detsamma är det
    en upplysning.
    Källa: arbetsbokens blad Nyckeltal.
    """
    for row in list_rows(view, "indicators"):
        manual = status_in(row.text("status_manual"))
        if manual is None or row.says("status_reason"):
            continue
        ruled = ruled_status(row.record, view.limit("nyckeltal_delvis_procent"))
        if ruled is None:
            why = "Regeln kan inte avgöra det."
        elif ruled is manual:
            why = "Regeln ger samma status."
        else:
            why = f"Regeln ger «{ruled.words}»: utfall {_figures(row)}."
        yield hit(
            row.at("status_reason"),
            related=[row.at("status_manual")],
            severity=INFO if ruled is manual else None,
            namn=_name(row),
            status=manual.words,
            regeln=why,
        )


def _figures(row: ListRow) -> str:
    unit = row.text("indicator_unit")
    outcome, target = row.number("indicator_outcome"), row.number("indicator_target")
    return f"{plain_number(outcome, unit)}, mål {plain_number(target, unit)}"


@rule(
    "R414",
    Scope.FORM,
    WARNING,
    "{namn} har utfallet {utfall}, men målet är {mål}: status går inte att räkna.",
    tip="Skriv målet. Är det 0 eller finns det inget: välj en manuell status och skriv skälet.",
    covers=["V20"],
)
def indicator_without_target(view: FormView) -> Iterator[Hit]:
    """Ett nyckeltal med utfall ska ha ett mål att jämföra med, eller en manuell status.

    Varför: utan mål, eller med målet 0, finns det ingen andel av målet att bedöma.
    Godkänns: ett mål som inte är 0, en manuell status, eller inget utfall. Långsiktiga nyckeltal
    prövas bara i december.
    Källa: arbetsbokens blad Nyckeltal.
    """
    for row in _followed(view):
        target, unit = row.number("indicator_target"), row.text("indicator_unit")
        if row.number("indicator_outcome") is None or target:
            continue
        if not row.text("status_manual"):
            yield hit(
                row.at("indicator_target"),
                related=[row.at("status_manual")],
                namn=_name(row),
                utfall=plain_number(row.number("indicator_outcome"), unit),
                mål=plain_number(target),
            )


@rule(
    "R415",
    Scope.FORM,
    WARNING,
    "{namn}: kolumnen Bättre är {riktning}, så status går inte att räkna.",
    tip="Välj högre om ett högre utfall är bättre, annars lägre.",
    covers=["V20"],
)
def indicator_without_direction(view: FormView) -> Iterator[Hit]:
    """Ett nyckeltal med mål ska säga åt vilket håll som är bättre.

    Varför: utan riktning vet ingen om 5,7 mot målet 5 är bra eller dåligt.
    Godkänns: högre eller lägre, eller ett nyckeltal utan både utfall och mål. Långsiktiga
    nyckeltal prövas bara i december.
    Källa: arbetsbokens blad Nyckeltal.
    """
    for row in _followed(view):
        better = row.text("better")
        if _measured(row) and better.casefold() not in (HIGHER, LOWER):
            yield hit(
                row.at("better"),
                namn=_name(row),
                riktning=f"«{better}»" if better else "tom",
            )


@rule(
    "R416",
    Scope.FORM,
    WARNING,
    "Måttenhet saknas på {antal}: {namn}.",
    tip="Skriv måttenheten, till exempel %, index eller dagar.",
    covers=["V20"],
)
def indicator_without_unit(view: FormView) -> Iterator[Hit]:
    """Ett nyckeltal med utfall eller mål ska ha en måttenhet.

    Varför: ett tal utan enhet kan läsas som något annat än det är.
    Godkänns: måttenheten är skriven, eller både utfall och mål är tomma. Långsiktiga nyckeltal
    prövas bara i december.
    Källa: arbetsbokens blad Nyckeltal.
    """
    rows = [row for row in _followed(view) if _measured(row) and not row.text("indicator_unit")]
    if rows:
        first, *rest = (row.at("indicator_unit") for row in rows)
        count = "ett nyckeltal" if not rest else f"{len(rows)} nyckeltal"
        names = enumerated([row.named("indicator_id") or row.named("name") for row in rows])
        yield hit(first, related=rest, antal=count, namn=names)


@rule(
    "R417",
    Scope.FORM,
    WARNING,
    "Målområde saknas på bladet {blad}: {namn}.",
    tip="Skriv målområdet som det heter i regionens arbetsbok.",
    covers=["V20"],
)
def goal_area_missing(view: FormView) -> Iterator[Hit]:
    """Varje uppdrag och nyckeltal ska höra till ett målområde.

    Varför: måluppfyllelsen räknas per målområde, och en rad utan målområde räknas ingenstans.
    Godkänns: målområdet är skrivet på varje rad som har ett uppdrag eller ett nyckeltal.
    Källa: arbetsbokens blad Uppdrag och Nyckeltal.
    """
    for table, named in (("tasks", "task"), ("indicators", "name")):
        rows = [r for r in list_rows(view, table) if r.says(named) and not r.says("goal")]
        if rows:
            first, *rest = (row.at("goal") for row in rows)
            names = enumerated([_name(row) for row in rows])
            yield hit(first, related=rest, blad=first.sheet, namn=names)


@rule(
    "R418",
    Scope.PACKAGE,
    WARNING,
    "Målområdet «{målområde}» på {antal} finns inte på bladet {blad} i {fil}.{menat}",
    tip="Skriv målområdet likadant i båda böckerna.",
    covers=["V20"],
)
def unknown_goal_area(view: PackageView) -> Iterator[Hit]:
    """Ett målområde ska heta detsamma i alla arbetsböcker.

    Varför: ett namn som är skrivet på två sätt blir två målområden i sammanfattningen.
    Godkänns: målområdet finns på regionens blad Målområden. Prövas när den boken är inlämnad och
    har målområden; stora och små bokstäver är lika.
    Källa: regionens arbetsbok, bladet Målområden.
    """
    goals = [row for other in view.others for row in list_rows(other, "goals") if row.says("goal")]
    if not goals:
        return
    names = {_folded(row.text("goal")): row.text("goal") for row in goals}
    sheet, book = goals[0].at("goal").sheet, goals[0].view.file
    for form in (*view.forms, *view.others):
        strange: dict[str, list[ListRow]] = {}
        for table in ("tasks", "indicators"):
            for row in list_rows(form, table):
                if row.says("goal") and _folded(row.text("goal")) not in names:
                    strange.setdefault(row.text("goal"), []).append(row)
        for goal, rows in strange.items():
            first, *rest = (row.at("goal") for row in rows)
            near = get_close_matches(_folded(goal), names, 1, 0.7)
            yield hit(
                first,
                related=rest,
                målområde=goal,
                antal=f"{len(rows)} rader" if rest else "en rad",
                blad=sheet,
                fil=book,
                menat=f" Menas «{names[near[0]]}»?" if near else "",
            )


def _followed(view: FormView) -> Iterator[ListRow]:
    """Indicators that are followed in the period: long-term ones only at the end of the year."""
    for row in list_rows(view, "indicators"):
        if row.text("term").casefold() != LONG_TERM or view.period.month == LAST_MONTH:
            yield row


def _measured(row: ListRow) -> bool:
    return any(row.number(f"indicator_{each}") is not None for each in ("outcome", "target"))


def _name(row: ListRow) -> str:
    columns = ("task_id", "task") if row.table == "tasks" else ("indicator_id", "name")
    return row.named(*columns)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
