"""Formulas and the sums they show: typed over, changed, or not recalculated."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.form import STRUCTURE, Irregular
from ramkoll.layout.formulas import form_formulas
from ramkoll.model.cells import CellRef
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.change_words import back, shows_and_should
from ramkoll.rules.residual import in_formula_cell
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.shown import Became, Shown
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
MOST_RELATED = 20
RIGHT_NOW = "Värdet stämmer nu, men ändras inte när underlaget ändras."
EMPTY_NOW = "Raden är tom nu, men cellen fylls inte när underlaget kommer."

MESSAGE = "{rad}, {kolumn}: {hur}. Cellen {resultat}{trolig}"
TIP = "{åter} Ska beloppet vara ett annat, ändra i cellerna som formeln räknar på."


@rule("R101", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V01", "V06"])
def sum_differs(view: FormView) -> Iterator[Hit]:
    """En summarad ska visa summan av sina rader.

    Varför: en summa som skrivits över ändras inte när raderna ändras.
    Godkänns: summan är lika med radernas, på ett halvt öre när.
    Källa: formulärets layout.
    """
    for each in _causes(view):
        if each.total is not None and not each.total.of and each.column.total == "sum":
            yield _hit(view, each)


@rule(
    "R102",
    Scope.FORM,
    BLOCKS,
    MESSAGE + " Summor och avvikelser som bygger på cellen visar då också fel.",
    tip=TIP,
    covers=["V02", "V06"],
)
def row_differs(view: FormView) -> Iterator[Hit]:
    """En formel på en kontogrupps rad ska visa det som formuläret räknar fram.

    Varför: ett överskrivet utfall eller en överskriven avvikelse följer inte ekonomisystemet.
    Godkänns: cellen visar formelns värde, på ett halvt öre när.
    Källa: formulärets layout.
    """
    for each in _causes(view):
        if each.total is None:
            yield _hit(view, each)


@rule("R103", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V03"])
def difference_of_sums(view: FormView) -> Iterator[Hit]:
    """På en summarad ska skillnaden vara skillnaden mellan summorna.

    Varför: en avvikelse som inte är skillnaden mellan utfall och budget går inte att förklara.
    Godkänns: avvikelsen på summaraden är lika med summan av radernas avvikelser.
    Källa: formulärets layout.
    """
    for each in _causes(view):
        if each.total is not None and not each.total.of and each.column.total == "formula":
            yield _hit(view, each)


@rule("R104", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V04"])
def net_differs(view: FormView) -> Iterator[Hit]:
    """Raden Netto ska vara summa intäkter plus summa kostnader.

    Varför: nettot är det som rapporteras och jämförs med ramen.
    Godkänns: varje cell på raden är lika med det som formuläret räknar fram.
    Källa: formulärets layout.
    """
    for each in _causes(view):
        if each.total is not None and each.total.of:
            yield _hit(view, each)


@rule(
    "R105",
    Scope.FORM,
    WARNING,
    "Bladet {blad}: {antal}, {först}{rad}, {kolumn}: {funnet} i stället för {väntat}. Ramkoll "
    "räknar med det nya värdet.",
    tip="Öppna arbetsboken i Excel, räkna om (F9), spara och lämna in den igen.",
    covers=["V01", "V02", "V03", "V04", "V30"],
    follows=True,
)
def not_recalculated(view: FormView) -> Iterator[Hit]:
    """Formlernas sparade värden ska stämma med cellerna de räknar på.

    Varför: den som öppnar filen i en förhandsvisning ser annars andra siffror än de rapporterade.
    Godkänns: varje formel visar sitt värde. Prövas när formlerna är formulärets och raderna rätt.
    Källa: formulärets layout.
    """
    if _torn(view) or any(each.cause or each.foreign_rows for each in view.differing):
        return
    for sheet, cells in _by_sheet(each for each in view.differing if not each.same).items():
        first = cells[0]
        yield hit(
            first.at,
            related=(each.at for each in cells[1:MOST_RELATED]),
            blad=sheet,
            antal=_count(cells, "en formel visar ett äldre värde", "formler visar äldre värden"),
            först=_first(cells),
            rad=first.row,
            kolumn=first.heading,
            funnet=first.found_words,
            väntat=first.expected_words,
        )


@rule(
    "R106",
    Scope.FORM,
    WARNING,
    "Bladet {blad}: formeln är {hur} i {antal}, {först}{rad}, {kolumn}. {nu}",
    tip="Kopiera tillbaka formlerna från den utdelade arbetsboken.",
    covers=["V01", "V02", "V03", "V04"],
)
def formula_replaced(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska stå kvar, även där ett inskrivet värde är rätt.

    Varför: nästa månad följer den överskrivna cellen inte med.
    Godkänns: cellen har en formel.
    Källa: formulärets layout.
    """
    same = [e for e in view.differing if e.same]
    deleted = (e for e in same if e.became is Became.DELETED)
    replaced = (e for e in same if e.became in (Became.NUMBER, Became.TEXT))
    for sheet, cells in (*_by_sheet(replaced).items(), *_by_sheet(deleted).items()):
        gone = cells[0].became is Became.DELETED
        yield hit(
            cells[0].at,
            related=(each.at for each in cells[1:MOST_RELATED]),
            hur="raderad" if gone else "ersatt av ett fast värde",
            nu=EMPTY_NOW if gone else RIGHT_NOW,
            blad=sheet,
            antal=_count(cells, "en cell", "celler"),
            först=_first(cells),
            rad=cells[0].row,
            kolumn=cells[0].heading,
        )


@rule(
    "R107",
    Scope.FORM,
    BLOCKS,
    "{rad} står bland raderna som {summa} lägger ihop, så raden räknas med i summan.",
    tip="Flytta raden till sin plats i den utdelade arbetsboken.",
    covers=["V01", "V07"],
)
def foreign_row_in_sum(view: FormView) -> Iterator[Hit]:
    """En summas rader ska bara vara de som hör till den; varav-rader räknas aldrig med.

    Varför: en varav-rad är en del av sin rad och räknas annars två gånger.
    Godkänns: mellan summans första och sista rad står bara dess egna kontogrupper.
    Källa: formulärets layout.
    """
    for at, row, total in _foreign(view):
        yield hit(at, rad=row, summa=total)


def _causes(view: FormView) -> Iterator[Shown]:
    """The cells whose formula is gone. Those with another formula have their own rules."""
    for each in view.differing:
        if each.cause and each.became is not Became.CHANGED:
            yield each


def _torn(view: FormView) -> bool:
    """Whether rows or columns are gone, double or too many: Excel adds other cells than we do."""
    kinds = {each.kind for each in view.form.irregularities}
    return bool(kinds & {*STRUCTURE, Irregular.COLUMN_AMONG})


def _hit(view: FormView, each: Shown) -> Hit:
    return hit(
        each.at,
        effect=each.effect,
        rad=each.row,
        kolumn=each.heading,
        funnet=each.found_words,
        väntat=each.expected_words,
        hur=each.became.value,
        resultat=shows_and_should(each),
        åter=back(view, each, form_formulas(view.form.places)[each.slot]),
        trolig=in_formula_cell(view, each),
    )


def _by_sheet(cells: Iterator[Shown]) -> dict[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for each in sorted(cells, key=lambda each: each.at):
        found.setdefault(each.at.sheet, []).append(each)
    return found


def _count(cells: list[Shown], one: str, many: str) -> str:
    return one if len(cells) == 1 else f"{len(cells)} {many}"


def _first(cells: list[Shown]) -> str:
    return "" if len(cells) == 1 else "först "


def _foreign(view: FormView) -> Iterator[tuple[CellRef, str, str]]:
    """Rows in the area of a sum that do not belong to it, each once: place, row and sum."""
    seen = set()
    for each in view.differing:
        if each.same or each.total is None:
            continue
        for key in each.foreign_rows:
            row = each.place.rows[key]
            if (each.place.sheet, row) not in seen:
                seen.add((each.place.sheet, row))
                ref = CellRef(view.file, each.place.sheet, row, min(each.place.keys.values()))
                yield ref, each.place.labels.get(key, key.line), each.total.label
