"""Whether the values that a workbook holds are what its formulas come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ramkoll.layout.form import Irregular
from ramkoll.model.cells import CellRef, CellValue
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.recalculated import Doubt, Opinion, Recalculated, Verdict
from ramkoll.model.units import swedish_number
from ramkoll.rules.formula_words import function_in_swedish
from ramkoll.rules.rule import Hit, hit, rule
from ramkoll.rules.views import WorkbookView

BLOCKS, WARNING, INFO = Severity.BLOCKS, Severity.WARNING, Severity.INFO
_MOST_NAMED = 6  # cells of a ring, or related ones, that are named
_MOST_RINGS = 5  # on one sheet that are told one by one
_MOST_DECIMALS = 9


@rule(
    "R041",
    Scope.WORKBOOK,
    WARNING,
    "Cellen visar {funnet}, men dess formel ger {väntat}{sedan}{följd}.",
    tip="Öppna filen i Excel, räkna om den med Ctrl+Alt+F9 och spara.",
)
def stale_value(view: WorkbookView) -> Iterator[Hit]:
    """Ett värde som filen har sparat för en formel ska vara det som formeln ger.

    Varför: det sparade värdet är det som läses, skrivs ut och rapporteras. Det blir kvar om
    filen är sparad utan att räknas om, eller av ett program som inte räknar.
    Godkänns: värdet är formelns, på 15 siffror när. Två räknemotorer måste få samma värde, ett
    annat än det sparade, innan det kallas fel. Formler som ger ett nytt värde varje gång, som
    IDAG, prövas inte.
    Källa: Excels omräkning.
    """
    for each in view.recalculated:
        by_root: dict[CellRef, list[Opinion]] = defaultdict(list)
        stale = [o for o in each.opinions if o.verdict is Verdict.STALE]
        told = {opinion.at for opinion in stale}
        for opinion in stale:
            begun = [root for root in opinion.roots if root in told]
            if opinion.at not in opinion.roots and begun:
                by_root[begun[0]].append(opinion)
        for opinion in stale:
            if opinion.at in opinion.roots or not told & set(opinion.roots):
                yield _stale(each, opinion, by_root[opinion.at])


def _stale(found: Recalculated, opinion: Opinion, following: list[Opinion]) -> Hit:
    since = ""
    if opinion.since:
        changed = "ändrades" if len(opinion.since) == 1 else "(någon av dem) ändrades"
        since = f", sedan {_named(opinion.since)} {changed}"
    elif opinion.at not in opinion.roots and opinion.roots:
        since = f", eftersom {_named(opinion.roots)} inte är omräknad"
    led = ""
    if following:
        cells = "1 cell" if len(following) == 1 else f"{len(following)} celler"
        led = f"; {cells} som bygger på den är också fel"
    factor = found.kronor.get(opinion.at)
    # What a figure of the form rests on, itself or through others, is the figure's fault too.
    figures = [o for o in (opinion, *following) if o.at in found.kronor]
    effect = max((_off(o, found.kronor[o.at]) for o in figures), default=None)
    related = tuple(dict.fromkeys((*opinion.since, *opinion.roots, *(o.at for o in following))))
    return hit(
        opinion.at,
        effect=effect,
        severity=BLOCKS if figures else None,
        related=tuple(ref for ref in related if ref != opinion.at)[:_MOST_NAMED],
        funnet=_value(opinion.cached, factor),
        väntat=_value(opinion.value, factor),
        sedan=since,
        följd=led,
    )


def _off(opinion: Opinion, kronor: Decimal) -> Decimal:
    one, other = (
        v if isinstance(v, Decimal) else Decimal(0) for v in (opinion.cached, opinion.value)
    )
    return abs(one - other) * kronor


@rule(
    "R042",
    Scope.WORKBOOK,
    WARNING,
    "{antal} saknar sparat värde{exempel}.",
    tip="Öppna filen i Excel och spara den, så räknas formlerna.",
)
def without_value(view: WorkbookView) -> Iterator[Hit]:
    """En formel ska ha det värde sparat som den ger.

    Varför: filen är sparad av ett program som inte räknar, och den som läser den ser inget.
    Godkänns: varje formel har ett värde, om så en tom text.
    Källa: filformatet Office Open XML.
    """
    unread = {each.at for each in view.irregular(Irregular.NOT_NUMBER)}
    for each in view.recalculated:
        figures = unread | each.kronor.keys()
        for opinions in _by_sheet(each.opinions, Verdict.UNCACHED):
            first = opinions[0]
            example = ""
            if first.known:
                example = f"; {first.at.in_sheet} ska vara {_value(first.value, None)}"
            yield hit(
                first.at,
                related=(o.at for o in opinions[1 : _MOST_NAMED + 1]),
                severity=BLOCKS if any(o.at in figures for o in opinions) else None,
                antal=_counted(len(opinions), "Formeln i cellen", "formler på bladet"),
                exempel=example,
            )


@rule(
    "R043",
    Scope.WORKBOOK,
    WARNING,
    "{antal}: {ring}. {följd}",
    tip="Ändra någon av formlerna så att den inte bygger på sig själv.",
)
def circular(view: WorkbookView) -> Iterator[Hit]:
    """En formel ska inte bygga på sig själv, vare sig direkt eller genom andra.

    Varför: Excel kan inte räkna en sådan cell, och visar noll eller det värde den hade förut.
    Godkänns: inga celler pekar på varandra i ring. Är Excel inställt på iterativ beräkning är
    ringen en upplysning, eftersom värdet beror på hur många varv som räknats.
    Källa: formlernas hänvisningar, och att räknemotorn går samma varv.
    """
    for each in view.recalculated:
        by_sheet: dict[str, list[tuple[CellRef, ...]]] = defaultdict(list)
        for ring in each.rings:
            by_sheet[ring[0].sheet].append(ring)
        told = "Excel visar noll eller ett gammalt värde."
        if each.iterates:
            told = "Iterativ beräkning är på, så värdet beror på antalet varv."
        for rings in by_sheet.values():
            # So many have one cause, as a row that went and left every formula one row off.
            many = len(rings) > _MOST_RINGS
            for ring in rings[:1] if many else rings:
                yield _ring(ring, len(rings) if many else 1, told, iterates=each.iterates)


def _ring(ring: tuple[CellRef, ...], count: int, told: str, *, iterates: bool) -> Hit:
    """What is said of a ring, which may stand for others on its sheet."""
    shown = [ref.in_sheet for ref in ring[:_MOST_NAMED]]
    if len(ring) > _MOST_NAMED:
        shown.append(f"… ({len(ring)} celler)")
    return hit(
        ring[0],
        related=ring[1:],
        severity=INFO if iterates else None,
        antal="Cirkelreferens" if count == 1 else f"{count} cirkelreferenser på bladet, den första",
        ring=" → ".join((*shown, ring[0].in_sheet)),
        följd=told,
    )


@rule(
    "R044",
    Scope.WORKBOOK,
    INFO,
    "{antal} kan inte räknas om, eftersom {varför}{funktion}.",
    tip="Kontrollera i Excel att cellen är omräknad (Ctrl+Alt+F9) och rätt.",
)
def nobody_can_vouch(view: WorkbookView) -> Iterator[Hit]:
    """Varje formel ska kunna räknas om, så att det går att säga om dess värde är aktuellt.

    Varför: ett värde som ingen har prövat kan vara gammalt, och det ska inte tigas om.
    Godkänns: en räknemotor får det värde som filen har sparat.
    Källa: räknemotorerna, och de funktioner vars resultat är jämförda med Excels.
    """
    for each in view.recalculated:
        groups: dict[tuple[str, Doubt, str], list[Opinion]] = defaultdict(list)
        for opinion in each.opinions:
            if opinion.verdict is Verdict.UNKNOWN and opinion.doubt is not None:
                groups[opinion.at.sheet, opinion.doubt, opinion.what].append(opinion)
        for (_, doubt, what), opinions in groups.items():
            yield hit(
                opinions[0].at,
                related=(o.at for o in opinions[1 : _MOST_NAMED + 1]),
                antal=_counted(len(opinions), "Formeln i cellen", "formler på bladet"),
                varför=doubt.value,
                funktion=f": {function_in_swedish(what)}" if what else "",
            )


@rule(
    "R045",
    Scope.WORKBOOK,
    INFO,
    "Cellen visar {funnet}, men räknemotorerna får {andra}. Det går inte att säga vad som gäller.",
    tip="Räkna om cellen i Excel (Ctrl+Alt+F9) och jämför.",
)
def engines_disagree(view: WorkbookView) -> Iterator[Hit]:
    """När räknemotorerna får olika värden, eller inte är prövade mot Excel, ska det sägas.

    Varför: ingen räknemotor är Excel, och ingen av dem ska tros på sitt ord.
    Godkänns: minst en räknemotor får det värde som filen har sparat.
    Källa: räknemotorernas värden för formeln, med de sparade värdena som indata.
    """
    for each in view.recalculated:
        for opinion in each.opinions:
            if opinion.verdict is Verdict.DISPUTED:
                got = dict.fromkeys(_value(value, None) for value in opinion.others.values())
                yield hit(
                    opinion.at,
                    funnet=_value(opinion.cached, None),
                    andra=" och ".join(got),
                )


def _by_sheet(opinions: Iterable[Opinion], verdict: Verdict) -> Iterator[list[Opinion]]:
    sheets: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        if opinion.verdict is verdict:
            sheets[opinion.at.sheet].append(opinion)
    yield from sheets.values()


def _counted(number: int, one: str, many: str) -> str:
    return one if number == 1 else f"{number} {many}"


def _named(refs: tuple[CellRef, ...]) -> str:
    shown = [ref.in_sheet for ref in refs[:_MOST_NAMED]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} och {shown[-1]}"


def _value(value: CellValue, kronor: Decimal | None) -> str:
    """A value in words; one in kronor with its unit."""
    match value:
        case bool():
            return "SANT" if value else "FALSKT"
        case Decimal():
            decimals = -int(value.normalize().as_tuple().exponent)
            words = swedish_number(value, min(max(decimals, 0), _MOST_DECIMALS))
            units = {Decimal(1): " kr", Decimal(1000): " tkr", Decimal(1_000_000): " mkr"}
            return words + (units.get(kronor, "") if kronor is not None else "")
        case None | "":
            return "tomt"
        case str() if value.startswith("#"):
            return value
        case str():
            return f"«{value}»"
    return f"{value:%Y-%m-%d}"
