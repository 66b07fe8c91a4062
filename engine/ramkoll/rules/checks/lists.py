"""Rows of lists: whose they are, the numbers they go by, and words chosen from a few."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.layout import TableLayout
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import ListRow, enumerated, list_rows
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

UNIT = "enhet"
# Lists whose rows with one number are one row in the report: the number, and what it is of.
_NUMBERED = {
    "tasks": ("task_id", "task"),
    "indicators": ("indicator_id", "name"),
    "investments": ("object_id", "object"),
}
# Choices that have a rule of their own, which says what becomes of the row.
_OWN_RULE = {
    ("causes", "comparison"),
    ("causes", "kind"),
    ("tasks", "status"),
    ("indicators", "status_manual"),
    ("indicators", "better"),
    ("investments", "section"),
    ("measures", "method"),
    ("measures", "mandate"),
}


@rule(
    "R419",
    Scope.PACKAGE,
    Severity.WARNING,
    "Nr {nr} på bladet {blad} står för olika saker: {namn}. De blir en rad i rapporten, med den "
    "första radens namn.",
    tip="Ge raderna olika nummer. Är de samma sak: skriv namnet likadant.",
    covers=["V05"],
)
def number_of_two_things(view: PackageView) -> Iterator[Hit]:
    """Ett nummer ska stå för ett enda uppdrag, nyckeltal eller investeringsobjekt.

    Varför: rader med samma nummer räknas ihop, och det andra namnet försvinner ur rapporten.
    Godkänns: raderna med ett nummer har samma namn; stora och små bokstäver är lika.
    Källa: arbetsböckernas blad Uppdrag, Nyckeltal och Investeringar.
    """
    for table, (number, name) in _NUMBERED.items():
        rows: dict[str, dict[str, ListRow]] = {}
        for form in (*view.forms, *view.others):
            for row in list_rows(form, table):
                if row.text(number) and row.says(name):
                    rows.setdefault(row.text(number), {}).setdefault(_folded(row.text(name)), row)
        for said, named in rows.items():
            first, *others = named.values()
            if others:
                yield hit(
                    others[0].at(number),
                    related=[row.at(number) for row in (first, *others[1:])],
                    nr=said,
                    blad=first.at(number).sheet,
                    namn=enumerated([row.named(name) for row in (first, *others)]),
                )


@rule(
    "R486",
    Scope.FORM,
    Severity.WARNING,
    "{antal} på bladet {blad}: enheten «{enhet}» är inte en av dem som {vem} lämnar för.",
    tip="Skriv enhetens kod som den står i ramarbetsboken, eller flytta raden till rätt arbetsbok.",
    covers=["V05"],
)
def row_of_other_unit(view: FormView) -> Iterator[Hit]:
    """En rad i en lista ska höra till den enhet som arbetsboken är för.

    Varför: en okänd enhets rad räknas i summan, men inte hos någon enhet.
    Godkänns: kolumnen Enhet har arbetsbokens enhet, eller en som rapportören lämnar för. Tomt är
    arbetsbokens enhet, och går inte an i en rapportörs bok.
    Källa: ramarbetsbokens blad Organisation och Rapportörer.
    """
    if view.unit is None and (view.reporter is None or not view.reporter.enheter):
        return
    for layout in _lists(view):
        strange: dict[str, list[ListRow]] = {}
        if layout.column(UNIT) is None:
            continue
        for row in list_rows(view, layout.id):
            if not _is_its(view, row.enhet):
                strange.setdefault(row.text(UNIT), []).append(row)
        for enhet, rows in strange.items():
            first, *rest = (row.at(UNIT) for row in rows)
            yield hit(
                first,
                related=rest,
                antal=f"{len(rows)} rader" if rest else "En rad",
                blad=first.sheet,
                enhet=enhet,
                vem=view.enhet,
            )


@rule(
    "R487",
    Scope.FORM,
    Severity.WARNING,
    "{rubrik}: «{ord}» finns inte i listan ({val}), så raden räknas inte som den skulle.",
    tip="Välj i listan.",
    covers=["V30"],
)
def word_not_in_list(view: FormView) -> Iterator[Hit]:
    """Där formuläret har en lista att välja i ska ett av dess ord stå.

    Varför: rapporten delar upp raderna efter orden; ett annat ord faller utanför.
    Godkänns: ett av listans ord, eller tomt; stora och små bokstäver är lika.
    Källa: formulärets layout.
    """
    for layout in _lists(view):
        for column in layout.columns:
            if column.kind != "choice" or (layout.id, column.id) in _OWN_RULE:
                continue
            allowed = {_folded(word) for word in column.choices}
            strange: dict[str, list[ListRow]] = {}
            for row in list_rows(view, layout.id):
                if row.text(column.id) and _folded(row.text(column.id)) not in allowed:
                    strange.setdefault(row.text(column.id), []).append(row)
            for word, rows in strange.items():
                first, *rest = (row.at(column.id) for row in rows)
                choices = ", ".join(column.choices)
                yield hit(first, related=rest, rubrik=column.heading, ord=word, val=choices)


def _lists(view: FormView) -> Iterator[TableLayout]:
    """The lists of the form that may be quoted from."""
    for place in view.form.places.tables.values():
        if place.layout.rows == "list" and not place.layout.protected:
            yield place.layout


def _is_its(view: FormView, enhet: str) -> bool:
    if view.reporter is not None:
        return view.reporter.covers(enhet)
    return enhet == view.form.enhet


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
