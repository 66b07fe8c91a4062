"""Sheets and columns that are not as the form has them, and yet are read or left out rightly."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.form import Irregular
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, rule
from ramkoll.rules.views import WorkbookView

BLOCKS, WARNING, INFO = Severity.BLOCKS, Severity.WARNING, Severity.INFO


@rule(
    "R033",
    Scope.WORKBOOK,
    WARNING,
    "Bladet {blad} har bytt namn till «{namn}»; allt på bladet har lästs.",
    tip="Ge bladet tillbaka namnet {blad}.",
    covers=["V29"],
)
def sheet_renamed(view: WorkbookView) -> Iterator[Hit]:
    """Formulärets blad ska ha formulärets namn.

    Varför: bladet läses rätt på sina rubriker, men knapparna i Excel hittar bara bladets eget namn.
    Godkänns: bladet heter som i formuläret, bortsett från stora och små bokstäver.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.SHEET_RENAMED)


@rule(
    "R034",
    Scope.WORKBOOK,
    WARNING,
    "Bladet «{kopia}» är en kopia av {blad} och har inte lästs; {skillnad}.",
    tip="Flytta över det som bara står på «{kopia}» till {blad} och ta bort kopian.",
    covers=["V29"],
)
def sheet_copied(view: WorkbookView) -> Iterator[Hit]:
    """Ett blad i formuläret ska finnas en gång.

    Varför: den som har skrivit på kopian tror att det är med, men bara formulärets blad läses.
    Godkänns: inget annat blad har formulärets titel och rubriker.
    Källa: formulärets layout.
    """
    for each in view.irregular(Irregular.SHEET_COPIED):
        count = each.facts["olika"]
        one = "en cell har" if count == "1" else f"{count} celler har"
        said = "de är lika" if count == "0" else f"{one} ett annat innehåll där"
        severity = INFO if count == "0" else None
        yield Hit(each.at, {**each.facts, "skillnad": said}, severity=severity)


@rule(
    "R035",
    Scope.WORKBOOK,
    BLOCKS,
    "Kolumnen «{kolumn}» är inte formulärets men står bland kolumner som formlerna räknar ihop, så "
    "dess belopp kommer med i summorna i Excel. Ramkoll räknar utan den.",
    tip="Flytta kolumnen till höger om tabellen.",
    covers=["V29"],
)
def column_among(view: WorkbookView) -> Iterator[Hit]:
    """Egna kolumner ska stå utanför kolumnerna som räknas ihop.

    Varför: en summa över månaderna tar med allt som står mellan den första och den sista.
    Godkänns: mellan den första och den sista månaden står inga egna tal.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.COLUMN_AMONG)
