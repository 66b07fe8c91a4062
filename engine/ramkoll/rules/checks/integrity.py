"""Formulas that are not the form's: what was done to them, and by how much the result differs."""

from __future__ import annotations

from collections.abc import Iterator, Set
from decimal import Decimal

from ramkoll.layout.form import Irregular
from ramkoll.layout.search import listed
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.formula_difference import Change
from ramkoll.rules.change_words import BACK, back, done, result, where
from ramkoll.rules.changed import Alike, Changed
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import FormView

BLOCKS, WARNING = Severity.BLOCKS, Severity.WARNING
MOST_RELATED = 20
MESSAGE = "{var}: {gjort}. {resultat}"
TIP = "{åter}"


@rule("R021", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V01", "V29"])
def sum_area_differs(view: FormView) -> Iterator[Hit]:
    """En formel ska ta med formulärets rader och kolumner, varken fler eller färre.

    Varför: en rad som inte är med i summan är ett belopp som saknas, och det syns inte i cellen.
    Godkänns: formeln räknar på samma celler som formulärets, efter deras koder och rubriker.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.AREA)


@rule("R022", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V01", "V04", "V29"])
def chain_differs(view: FormView) -> Iterator[Hit]:
    """En summa som är skriven cell för cell ska ha med varje rad en gång.

    Varför: i =C9+C10+C12 är det lätt att tappa en rad, ta med den två gånger eller dra ifrån den.
    Godkänns: varje rad i summan är med en gång, och inga andra.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.CHAIN)


@rule("R023", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V01", "V29"])
def takes_itself(view: FormView) -> Iterator[Hit]:
    """En formel ska inte räkna med sin egen cell.

    Varför: en summa som tar med sin egen rad är en cirkelreferens, och Excel visar 0 eller ett
    gammalt värde.
    Godkänns: formelns områden slutar utanför den egna cellen.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.OWN_CELL)


@rule("R024", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V29"])
def other_sheet(view: FormView) -> Iterator[Hit]:
    """En formel ska hämta sina belopp från formulärets blad.

    Varför: ett annat blad, en kopia eller en egen flik kan ha andra belopp än dem som lämnas in.
    Godkänns: formeln pekar på samma blad som formulärets, också när bladet har bytt namn.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.OTHER_SHEET)


@rule(
    "R025",
    Scope.FORM,
    BLOCKS,
    MESSAGE + " Den som tar emot arbetsboken har inte den filen.",
    tip=TIP,
    covers=["V29", "V30"],
)
def other_workbook(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska inte hämta något ur en annan arbetsbok.

    Varför: värdet är det som sparades sist, och går inte att följa eller räkna om.
    Godkänns: formeln pekar bara inom arbetsboken.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.LEADS_OUT)


@rule("R026", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V02", "V03", "V29"])
def points_elsewhere(view: FormView) -> Iterator[Hit]:
    """En formel ska peka på formulärets rader och kolumner.

    Varför: en formel som har kopierats utan dollartecken, eller från en annan rad, räknar på
    grannens belopp.
    Godkänns: varje hänvisning är formulärets, efter koder, rubriker och ledtexter.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.MOVED)


@rule(
    "R027",
    Scope.FORM,
    BLOCKS,
    MESSAGE,
    tip="{åter} Ska beloppet justeras, gör det i cellerna som formeln räknar på och skriv varför.",
    covers=["V02", "V29"],
)
def constant_in_formula(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska inte ha egna tal som läggs till, dras ifrån eller multipliceras.

    Varför: en justering inne i en formel syns inte för den som läser, och ligger kvar nästa månad.
    Godkänns: formeln har bara de tal som formulärets har.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.CONSTANT)


@rule(
    "R028",
    Scope.FORM,
    BLOCKS,
    MESSAGE,
    tip="{åter} Färre decimaler visas med cellens talformat.",
    covers=["V01", "V29"],
)
def rounded(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska inte avrunda.

    Varför: avrundade belopp går inte att stämma av, och summor av dem blir fel.
    Godkänns: formeln räknar utan avrundning, också om cellen visar hela tusental.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.ROUNDED)


@rule(
    "R029",
    Scope.FORM,
    BLOCKS,
    MESSAGE,
    tip="{åter} Visar den då ett felvärde, rätta cellen som felet kommer från.",
    covers=["V29", "V30"],
)
def error_hidden(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska inte dölja felvärden.

    Varför: ett dolt fel blir 0 eller tomt, och beloppet saknas utan att någon ser det.
    Godkänns: formeln har inget OMFEL eller OMSAKNAS som formulärets inte har.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.ERROR_HIDDEN)


@rule("R030", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V03", "V29"])
def sign_changed(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska behålla tecknen: intäkter plus, kostnader minus.

    Varför: ett vänt eller borttaget minus gör ett underskott till ett överskott.
    Godkänns: formeln vänder inget tecken och tar inget bort som formulärets inte gör.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.ABSOLUTE, Change.TURNED)


@rule("R031", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V02", "V29"])
def fixed_in_formula(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska hämta period och belopp ur cellerna, inte ha dem inskrivna.

    Varför: ett inskrivet tal står kvar när cellen ändras, till exempel månaden på bladet Start.
    Godkänns: varje cell som formulärets formel pekar på finns med.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.FIXED)


@rule("R032", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V29", "V30"])
def points_at_nothing(view: FormView) -> Iterator[Hit]:
    """En formel ska inte peka på celler som är borttagna.

    Varför: när rader, kolumner eller blad tas bort blir hänvisningen #REFERENS! för alltid.
    Godkänns: formeln har inga brutna hänvisningar.
    Källa: formulärets layout.
    """
    yield from _hits(view, Change.BROKEN)


@rule("R016", Scope.FORM, BLOCKS, MESSAGE, tip=TIP, covers=["V29"])
def formula_changed(view: FormView) -> Iterator[Hit]:
    """Formulärets formler ska vara oförändrade.

    Varför: en ändrad formel kan visa en annan siffra än den som rapporteras.
    Godkänns: formeln är formulärets, bortsett från dollartecken, mellanslag och stora bokstäver.
    Källa: formulärets layout.
    """
    if view.misplaced:
        moved = {
            each.at.sheet for each in view.form.irregularities if each.kind is Irregular.ROWS_MOVED
        }
        yield _together(view.misplaced, moved)
    yield from _hits(view, Change.WRITTEN_OTHERWISE, Change.OTHER)


def _hits(view: FormView, *changes: Change) -> Iterator[Hit]:
    for alike in view.changed:
        if alike.change in changes and alike not in view.misplaced:
            yield _hit(view, alike)


def _hit(view: FormView, alike: Alike) -> Hit:
    first, largest = alike.first, alike.largest
    others = [each.at for each in alike.cells[1:]]
    return hit(
        first.at,
        effect=_effect(largest),
        related=others[:MOST_RELATED],
        severity=BLOCKS if alike.off else WARNING,
        var=where(alike),
        gjort=done(view, alike),
        resultat=result(alike),
        åter=back(view, first.shown, first.expected_formula, others),
        funnet=largest.shown.found_words if largest.is_saved else "",
        väntat=largest.shown.expected_words,
    )


def _effect(each: Changed) -> Decimal | None:
    return each.shown.effect if each.off and not each.is_error else None


def _together(displaced: tuple[Alike, ...], moved: Set[str]) -> Hit:
    """One finding for formulas that many moved rows or columns have put out of step.

    Sheets on which rows have ``moved`` come first.
    """
    every = (changed for alike in displaced for changed in alike.cells)
    cells = sorted(every, key=lambda each: (each.at.sheet not in moved, each.at))
    largest = max(cells, key=lambda each: (each.off, each.size))
    names = list(dict.fromkeys(each.at.sheet for each in cells))
    sheets = f"{'bladet' if len(names) == 1 else 'bladen'} {listed(names)}"
    return hit(
        cells[0].at,
        effect=_effect(largest),
        related=[each.at for each in cells[1 : MOST_RELATED + 1]],
        severity=BLOCKS if largest.off else WARNING,
        var=f"{len(cells)} formler på {sheets}",
        gjort="de pekar inte på samma rader och kolumner som formulärets, den första här; rader "
        "eller kolumner har troligen sorterats, flyttats eller infogats utan att formlerna följde "
        "med",
        resultat="Ramkoll har räknat efter formulärets formler. "
        + (result(Alike((largest,))) if largest.off else ""),
        åter=BACK.replace("formeln", "formlerna"),
    )
