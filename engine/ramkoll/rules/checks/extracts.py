"""The extracts that workbooks are made from: every amount has a unit, once, in the period."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.form import Irregular
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, rule
from ramkoll.rules.views import WorkbookView


@rule(
    "R090",
    Scope.WORKBOOK,
    Severity.BLOCKS,
    "{vad}; {belopp} kommer inte med i någon arbetsbok.",
    tip="{åtgärd}",
    covers=["V06"],
)
def amount_homeless(view: WorkbookView) -> Iterator[Hit]:
    """Varje belopp i utdragen ska höra till en enhet och en kontogrupp i dagens organisation.

    Varför: ett belopp som ingen har kommer inte med i någon summa.
    Godkänns: enheten finns eller har en efterföljare, en delad enhet har en nyckel som ger 100 %,
    och kontogruppen finns i registret.
    Källa: utdragen och registrets föregångare.
    """
    yield from view.irregular(Irregular.AMOUNT_HOMELESS)


@rule(
    "R095",
    Scope.WORKBOOK,
    Severity.WARNING,
    "Rader med {ord} har ingen plats på bladet {blad} i enheternas arbetsböcker.",
    tip="Rätta utdraget, eller lägg till raden i formuläret. HR:s bok och rapporten har dem ändå.",
    covers=["V06"],
)
def rows_homeless(view: WorkbookView) -> Iterator[Hit]:
    """Uppgifter i utdragen bör ha en rad på enhetens blad.

    Varför: enheten ser annars inte hela sin sjukfrånvaro.
    Godkänns: formuläret har en rad för varje intervall som utdraget har.
    Källa: utdragen och formulärets blad Personal.
    """
    yield from view.irregular(Irregular.ROW_HOMELESS)


@rule(
    "R091",
    Scope.WORKBOOK,
    Severity.WARNING,
    "Enheten {enhet} har föregångaren {föregångare}, som inte finns i registret; jämförelsen med "
    "föregående år saknar den delen.",
    tip="Lägg till {föregångare} i enheter.csv och dess utfall i utdraget, om det går att få.",
    covers=["V15"],
)
def predecessor_missing(view: WorkbookView) -> Iterator[Hit]:
    """En föregångare i registret ska själv finnas där.

    Varför: utan den jämförs hela enheten med en del av den.
    Godkänns: varje föregångare har en egen rad i enheter.csv, med tid före efterföljarens.
    Källa: registrets kolumn föregångare.
    """
    yield from view.irregular(Irregular.PREDECESSOR_MISSING)


@rule(
    "R092",
    Scope.WORKBOOK,
    Severity.WARNING,
    "{antal} rader har samma nyckel som någon annan rad; beloppen är summerade.",
    tip="Kontrollera att inget är uttaget två gånger.",
    covers=["V05"],
)
def rows_repeated(view: WorkbookView) -> Iterator[Hit]:
    """Varje nyckel i ett utdrag bör stå på en rad.

    Varför: ett uttag som har körts två gånger dubblar beloppen.
    Godkänns: enhet, kontogrupp, år, månad och delpost finns tillsammans på högst en rad.
    Källa: utdragen.
    """
    yield from view.irregular(Irregular.ROWS_REPEATED)


@rule(
    "R093",
    Scope.WORKBOOK,
    Severity.INFO,
    "Rader bokförda efter {period}: {antal}, tillsammans {belopp}. De kommer inte med.",
    tip="Inget behöver göras om perioden är rätt.",
    covers=["V29"],
)
def booked_ahead(view: WorkbookView) -> Iterator[Hit]:
    """Utfall efter perioden hör till en senare rapport.

    Varför: ett utdrag som är nyare än perioden kan vara rätt, men fel period är det inte.
    Godkänns: inget utfall är bokfört efter perioden.
    Källa: utdraget utfall_månad.
    """
    yield from view.irregular(Irregular.BOOKED_AHEAD)


@rule(
    "R094",
    Scope.WORKBOOK,
    Severity.INFO,
    "Budgetrader för andra år än {år}: {antal}, tillsammans {belopp}. De kommer inte med.",
    tip="Inget behöver göras om perioden är rätt.",
    covers=["V29"],
)
def budget_of_other_year(view: WorkbookView) -> Iterator[Hit]:
    """Budgeten i utdraget ska gälla rapportens år.

    Varför: arbetsböckerna har plats för ett års budget, och fel års budget ser rimlig ut.
    Godkänns: alla rader i utdraget budget_månad är för periodens år.
    Källa: utdraget budget_månad.
    """
    yield from view.irregular(Irregular.OTHER_YEAR)
