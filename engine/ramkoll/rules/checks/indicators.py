"""Indicators: percentages typed a hundred times off, and a unit's figure that is the region's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.listing import ListRow, list_rows, plain_number
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView, PackageView

FIGURES = {
    "indicator_outcome": "utfallet",
    "indicator_target": "målet",
    "indicator_previous": "föregående utfall",
}
NEAR = Decimal("1.5")  # a slip of a hundred leaves a figure this near the others
_CHANGE = re.compile(r"förändr|ökning|minsk|öka|utveckling|jämfört|skillnad", re.IGNORECASE)
_SHARE = re.compile(r"\bandel", re.IGNORECASE)
_TOTAL = re.compile(r"\s*\([^)]*(?:totalt|hela regionen)[^)]*\)", re.IGNORECASE)


@rule(
    "R421",
    Scope.FORM,
    Severity.WARNING,
    "{namn}: {vad} är {belopp}, men {andra}. Det skiljer ungefär hundra gånger.",
    tip="Skriv procenttalet: 5,7 för 5,7 procent, i en cell som inte har procentformat.",
    covers=["V21"],
)
def percentage_slipped(view: FormView) -> Iterator[Hit]:
    """Ett nyckeltal i procent ska skrivas som procenttal.

    Varför: 0,057 bredvid målet 5 ger fel status, och 830 i stället för 8,3 likaså.
    Godkänns: talet är inte hundra gånger större eller mindre än både mål och föregående utfall,
    så många av dem som finns. Prövas när måttenheten är procent.
    Källa: arbetsbokens blad Nyckeltal.
    """
    for row in list_rows(view, "indicators"):
        if not row.text("indicator_unit").startswith("%"):
            continue
        values = {column: row.number(column) for column in FIGURES}
        numbers = {column: abs(value) for column, value in values.items() if value}
        slipped = _slipped(numbers)
        if slipped:
            others = [column for column in numbers if column != slipped]
            yield hit(
                row.at(slipped),
                related=[row.at(column) for column in others],
                namn=row.named("indicator_id", "name"),
                vad=FIGURES[slipped],
                belopp=plain_number(values[slipped]),
                andra=" och ".join(f"{FIGURES[c]} {plain_number(values[c])}" for c in others),
            )


def _slipped(numbers: dict[str, Decimal]) -> str:
    """The column that is a hundred times off all the others, which agree; empty when none is.

    Of only two that differ, the one below 1 is a ratio; above 1 it is not sure which is wrong,
    and the outcome is pointed at.
    """
    found = [
        column
        for column, value in numbers.items()
        if len(numbers) > 1 and all(_hundred(value, numbers[c]) for c in numbers if c != column)
    ]
    if len(numbers) > 2 and found:
        return found[0] if len(found) == 1 else ""
    return min(found, key=lambda column: numbers[column] > 1) if found else ""


def _hundred(one: Decimal, other: Decimal) -> bool:
    small, large = sorted((one, other))
    return 100 / NEAR <= large / small <= 100 * NEAR


@rule(
    "R422",
    Scope.FORM,
    Severity.WARNING,
    "{namn}: {vad} är {belopp}, men en andel ligger mellan 0 och 100 %.",
    tip="Kontrollera talet och måttenheten.",
    covers=["V21"],
)
def share_outside_whole(view: FormView) -> Iterator[Hit]:
    """En andel ska ligga mellan 0 och 100 procent.

    Varför: en andel över hundra eller under noll är ett skrivfel eller något annat än en andel.
    Godkänns: 0–100, eller ett namn som inte säger andel, eller som säger att det är en förändring.
    Prövas när måttenheten är %.
    Källa: arbetsbokens blad Nyckeltal.
    """
    for row in list_rows(view, "indicators"):
        name = row.text("name")
        if row.text("indicator_unit") != "%" or not _SHARE.search(name) or _is_change(name):
            continue
        for column, what in FIGURES.items():
            value = row.number(column)
            if value is not None and not 0 <= value <= 100:
                yield hit(
                    row.at(column),
                    namn=row.named("indicator_id", "name"),
                    vad=what,
                    belopp=plain_number(value, "%"),
                )


def _is_change(name: str) -> bool:
    # «… (öka)» only says the direction that is wished.
    return _CHANGE.search(re.sub(r"\([^)]*\)", "", name)) is not None


@rule(
    "R488",
    Scope.PACKAGE,
    Severity.INFO,
    "{namn} har samma utfall, {utfall}, som {annat} på nivån {nivå}.",
    tip="Kontrollera att det är enhetens eget utfall och inte regionens som har kopierats.",
    covers=["V40"],
)
def figure_of_the_region(view: PackageView) -> Iterator[Hit]:
    """En enhets nyckeltal är sällan lika med regionens på sista siffran.

    Varför: regionens tal blir lätt inskrivet också på raden för den egna nivån.
    Godkänns: olika utfall, olika namn, eller bara en nivå. Att talen är lika kan vara rätt.
    Källa: arbetsböckernas blad Nyckeltal.
    """
    own: list[ListRow] = []
    whole: dict[str, list[ListRow]] = {}
    for form in (*view.forms, *view.others):
        for row in list_rows(form, "indicators"):
            if _of_region(row):
                whole.setdefault(_plain_name(row), []).append(row)
            else:
                own.append(row)
    for row in own:
        outcome = row.number("indicator_outcome")
        for other in whole.get(_plain_name(row), ()):
            if outcome and outcome == other.number("indicator_outcome"):
                yield hit(
                    row.at("indicator_outcome"),
                    related=[other.at("indicator_outcome")],
                    namn=row.named("indicator_id", "name"),
                    utfall=plain_number(outcome, row.text("indicator_unit")),
                    annat=other.named("indicator_id", "name"),
                    nivå=other.text("level") or "hela regionen",
                )


def _of_region(row: ListRow) -> bool:
    level = row.text("level").casefold()
    return "hela" in level or bool(_TOTAL.search(row.text("name")))


def _plain_name(row: ListRow) -> str:
    return " ".join(_TOTAL.sub("", row.text("name")).split()).casefold()
