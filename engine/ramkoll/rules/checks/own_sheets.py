"""People's own sheets: what an auditor would ask about. Run only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.formula_words import formula_in_swedish, function_in_swedish
from ramkoll.rules.listing import plain_number
from ramkoll.rules.rule import Hit, rule
from ramkoll.rules.views import OwnSheetView

WARNING, INFO = Severity.WARNING, Severity.INFO
CLOSE = Decimal("1e-9")

_CAUSES = {
    "#DIV/0!": "den delar med noll eller en tom cell",
    "#N/A": "det som söks finns inte",
    "#NAME?": "den har en funktion eller ett namn som Excel inte känner igen",
    "#NULL!": "områdena har inga celler gemensamt",
    "#NUM!": "talet går inte att räkna ut",
    "#REF!": "den hänvisar till en cell, en rad eller ett blad som är borta",
    "#VALUE!": "det står text där ett tal behövs",
    "#SPILL!": "cellerna där svaret ska stå är inte tomma",
}


@rule(
    "R061",
    Scope.OWN,
    WARNING,
    "{område} har en annan formel än cellerna runt om: {formel}. Efter deras mönster hade det "
    "stått {mönster}.{skillnad}{fler}",
    tip="Kopiera grannens formel hit, eller skriv vid cellen varför den ska vara en annan.",
)
def pattern_broken(view: OwnSheetView) -> Iterator[Hit]:
    """En formel mitt bland lika formler ska vara som de.

    Varför: en formel som har ändrats i en enda cell ger ett fel som ingen ser i summan.
    Godkänns: färre än fyra lika formler finns runt om; formeln återkommer längs raden eller
    kolumnen; den summerar sin rad eller kolumn; eller cellen bredvid har samma formel.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.PATTERN_BROKEN):
        yield _hit(
            each,
            område=_cells(each, "Cellen", "Cellerna"),
            formel=formula_in_swedish(str(each.facts["formula"])),
            mönster=formula_in_swedish(str(each.facts["pattern"])),
            skillnad=_difference(each),
        )


@rule(
    "R062",
    Scope.OWN,
    WARNING,
    "{område} har ett inskrivet tal{tal}, men cellerna runt om har formler. Efter deras mönster "
    "hade det stått {mönster}.{skillnad}{fler}",
    tip="Kopiera grannens formel hit, eller skriv vid cellen varför talet är inskrivet.",
)
def constant_among_formulas(view: OwnSheetView) -> Iterator[Hit]:
    """Mitt bland lika formler ska det inte stå ett inskrivet tal.

    Varför: talet följer inte med när underlaget ändras. Är det i dag detsamma som formeln ger, är
    fyndet en upplysning.
    Godkänns: färre än fyra lika formler finns runt om; inskrivna tal återkommer längs raden eller
    kolumnen; eller hela raden tvärs över är inskriven.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.CONSTANT):
        alone = ":" not in str(each.facts["area"])
        yield _hit(
            each,
            severity=INFO if _is_same(each) else None,
            område=_cells(each, "Cellen", "Cellerna"),
            tal=f", {plain_number(each.number('shown'))}" if alone else " i varje cell",
            mönster=formula_in_swedish(str(each.facts["pattern"])),
            skillnad=_difference(each),
        )


@rule(
    "R063",
    Scope.OWN,
    WARNING,
    "{område}: summan {formel} tar inte med {missade}, som ser ut att höra dit.{belopp}{fler}",
    tip="Ta med cellerna i summan, eller skilj dem åt med en tom rad om de inte hör dit.",
)
def sum_short(view: OwnSheetView) -> Iterator[Hit]:
    """En summa ska ta med alla tal i det block som den summerar.

    Varför: en rad som infogas sist i blocket, eller klistras in under det, hamnar utanför.
    Godkänns: talen utanför har ett annat talformat, är av annat slag (formel eller inskrivna),
    ser ut som årtal, eller tas med av en annan summa; löpande summor godkänns också.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.SUM_SHORT):
        sheet = each.facts["sheet"]
        missed = f"{each.facts['missed']}" + (f" på bladet {sheet}" if sheet else "")
        alone = ":" not in str(each.facts["area"])
        left_out = plain_number(each.number("left_out"))
        yield _hit(
            each,
            område=_cells(each, "Cellen", "Cellerna"),
            formel=formula_in_swedish(str(each.facts["formula"])),
            missade=missed,
            belopp=f" Där står tillsammans {left_out}." if alone else "",
        )


@rule(
    "R064",
    Scope.OWN,
    WARNING,
    "{område}: summan {formel} räknar {dubbla} två gånger{genom}.{belopp}{fler}",
    tip="Summera antingen raderna eller delsummorna, inte båda.",
)
def sum_double(view: OwnSheetView) -> Iterator[Hit]:
    """En summa ska räkna varje cell en gång.

    Varför: en summa över både rader och deras delsumma blir för stor.
    Godkänns: delsummorna räknas med DELSUMMA, summan delas med två, eller områdena överlappar inte.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.SUM_DOUBLE):
        sheet, through = each.facts["sheet"], each.facts["through"]
        assert isinstance(through, list)
        subtotals = ", ".join(through[:3]) + (" …" if len(through) > 3 else "")
        alone = ":" not in str(each.facts["area"])
        value = each.number("value")
        yield _hit(
            each,
            område=_cells(each, "Cellen", "Cellerna"),
            formel=formula_in_swedish(str(each.facts["formula"])),
            dubbla=f"{each.facts['twice']}" + (f" på bladet {sheet}" if sheet else ""),
            genom=f", en gång för sig och en gång i {subtotals}" if through else "",
            belopp=f" Det som räknas dubbelt är {plain_number(value)}." if alone and value else "",
        )


@rule(
    "R065",
    Scope.OWN,
    WARNING,
    "{område} har tal som text («{text}»), så formeln i {summa} räknar inte med {dem}."
    "{belopp}{fler}",
    tip="{åtgärd}",
)
def text_in_sum(view: OwnSheetView) -> Iterator[Hit]:
    """Det som summeras ska stå som tal, inte som text.

    Varför: Excel hoppar över text i summor utan att säga till.
    Godkänns: cellen har ett tal, är tom, har en text som inte är något tal, eller är en rubrik.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.TEXT_SUMMED):
        left_out = each.number("left_out")
        typed = "Skriv in talet på nytt utan mellanslag, eller använd Data, Text till kolumner."
        made = "Gör om formeln så att den ger ett tal, till exempel med TEXTNUM."
        yield _hit(
            each,
            område=_cells(each, "Cellen", "Cellerna"),
            text=str(each.facts["text"]).strip(),
            summa=each.facts["sum"],
            dem="den" if each.facts["count"] == 1 else "dem",
            belopp="" if left_out is None else f" Där står tillsammans {plain_number(left_out)}.",
            åtgärd=typed if each.facts["typed"] else made,
        )


@rule(
    "R066",
    Scope.OWN,
    WARNING,
    "{område} har text, «{text}», i en kolumn med {antal} datum.{fler}",
    tip="Skriv in datumet på nytt, som 2024-08-31, så att Excel tar det för ett datum.",
)
def text_among_dates(view: OwnSheetView) -> Iterator[Hit]:
    """I en kolumn med datum ska varje datum vara ett datum.

    Varför: en text sorteras, filtreras och jämförs inte som ett datum.
    Godkänns: färre än tre datum i kolumnen, eller fler texter och tal än datum.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.TEXT_DATE):
        yield _hit(
            each,
            område=_cells(each, "Cellen", "Cellerna"),
            text=each.facts["text"],
            antal=each.facts["dates"],
        )


@rule(
    "R067",
    Scope.OWN,
    WARNING,
    "{område} visar felvärdet {värde}{orsak}.{följd}{fler}",
    tip="{åtgärd}",
)
def error_on_own_sheet(view: OwnSheetView) -> Iterator[Hit]:
    """Ingen cell ska visa ett felvärde.

    Varför: ett felvärde sprider sig till alla celler som bygger på det. Fyndet står vid den
    första cellen i kedjan.
    Godkänns: cellen visar ett värde, eller formeln ber om felet med SAKNAS().
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.ERROR):
        value, formula = str(each.facts["error"]), str(each.facts["formula"])
        cause = _CAUSES.get(value, "")
        if each.facts["broken"]:
            cause = _CAUSES["#REF!"]
        if value == "#DIV/0!" and each.facts["blank"] and each.facts["count"] == 1:
            cause = f"den delar med {each.facts['blank']}, som är tom eller noll"
        because = f": formeln {formula_in_swedish(formula)} ger felet"
        because += f", eftersom {cause}" if cause else ""
        followers = each.facts["followers"]
        assert isinstance(followers, int)
        other = "en annan cell" if followers == 1 else f"{followers} andra celler"
        mend = "Rätta formeln här"
        mend = f"{mend}, så försvinner också felen som följer." if followers else f"{mend}."
        yield _hit(
            each,
            severity=INFO if value == "#N/A" and not followers else None,
            område=_where(each),
            värde=value,
            orsak=because if formula else "",
            följd=f" Därför visar också {other} fel." if followers else "",
            åtgärd=mend if formula else "Skriv in värdet på nytt, eller lägg tillbaka formeln.",
        )


@rule(
    "R068",
    Scope.OWN,
    WARNING,
    "{område}: {vad} hänvisar till något som är borta (#REF!), men cellen visar inget fel.{fler}",
    tip="Peka om formeln till rätt cell.",
)
def hidden_broken_reference(view: OwnSheetView) -> Iterator[Hit]:
    """En formel ska inte hänvisa till celler som är borta.

    Varför: OMFEL och liknande döljer felet, så att cellen visar ett värde som ser riktigt ut.
    Godkänns: formeln har inget #REF!.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.BROKEN_REFERENCE):
        formula = formula_in_swedish(str(each.facts["formula"]))
        yield _hit(each, område=_cells(each, "Cellen", "Cellerna"), vad=f"formeln {formula}")


@rule(
    "R069",
    Scope.OWN,
    WARNING,
    "{namn} används i formler men leder ingenstans (#REF!).{fler}",
    tip="Öppna Formler, Namnhanteraren och peka om namnen, eller ta bort dem.",
)
def broken_name(view: OwnSheetView) -> Iterator[Hit]:
    """Ett namn som används i formler ska leda till celler som finns.

    Varför: formeln räknar med något annat än det som namnet säger, eller visar fel.
    Godkänns: namnet leder till celler, eller används inte.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.BROKEN_NAME):
        one = each.facts["count"] == 1
        yield _hit(each, namn=f"{'Namnet' if one else 'Namnen'} {each.facts['names']}")


@rule(
    "R070",
    Scope.OWN,
    WARNING,
    "{vad} hämtar värden ur {bok}. Excel visar det som stod där när länken senast "
    "uppdaterades.{fler}",
    tip="Klistra in värdena, eller kontrollera att länken är uppdaterad och leder till rätt fil.",
)
def other_workbook(view: OwnSheetView) -> Iterator[Hit]:
    """Formler ska inte bygga på andra arbetsböcker utan att det syns.

    Varför: den andra filen kan vara flyttad, ändrad eller gammal, och mottagaren har den inte.
    Godkänns: formler och använda namn håller sig inom arbetsboken.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.OTHER_WORKBOOK):
        where = each.facts["where"]
        what = f"Namnet {where}" if each.facts["count"] == 1 else f"Namnen {where}"
        if not each.facts.get("names"):
            what = _formulas(each)
        target = each.facts["target"]
        yield _hit(each, vad=what, bok=f"arbetsboken {target}" if target else "en annan arbetsbok")


@rule(
    "R071",
    Scope.OWN,
    INFO,
    "{vad} använder {funktion}: {följd}.{fler}",
    tip="{åtgärd}",
)
def volatile(view: OwnSheetView) -> Iterator[Hit]:
    """Beräkningar bör ge samma svar i morgon, och gå att följa.

    Varför: IDAG, NU och SLUMP ger nya värden varje gång boken öppnas; INDIREKT och FÖRSKJUTNING
    bygger sina hänvisningar medan de räknar, så att ingen ser i formeln vad de tar.
    Godkänns: dagens datum i en cell som ingen formel använder.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.VOLATILE):
        functions = each.facts["functions"]
        assert isinstance(functions, list)
        follows = "svaret blir ett annat när boken öppnas en annan dag"
        mend = "Skriv datumet i en cell som ett värde, så går siffrorna att stämma av i efterhand."
        if each.facts["random"]:
            follows = "svaret blir ett nytt varje gång boken räknas om"
            mend = "Klistra in värdena, så går siffrorna att stämma av i efterhand."
        if each.facts["built"]:
            follows = "det syns inte i formeln vilka celler den tar, och den följer inte med när "
            follows += "rader och blad flyttas"
            mend = "Peka direkt på cellerna, eller använd INDEX, där det går."
        names = " och ".join(function_in_swedish(name) for name in functions)
        yield _hit(each, vad=_formulas(each), funktion=names, följd=follows, åtgärd=mend)


@rule(
    "R072",
    Scope.OWN,
    INFO,
    "{vad} hämtar värden från bladet {blad}, som är dolt.{fler}",
    tip="Visa bladet {blad}, så att den som läser kan följa siffrorna.",
)
def hidden_sheet(view: OwnSheetView) -> Iterator[Hit]:
    """Det som siffrorna bygger på bör gå att se.

    Varför: den som granskar kan inte följa en siffra till ett dolt blad.
    Godkänns: bladen som formlerna hämtar från visas.
    Källa: bladets egna formler; regeln körs bara med --own-sheets.
    """
    for each in view.of(OwnKind.HIDDEN_SHEET):
        yield _hit(each, vad=_formulas(each), blad=each.facts["target"])


def _hit(each: OwnRemark, *, severity: Severity | None = None, **facts: object) -> Hit:
    more = each.facts.get("fler", "")
    return Hit(each.at, {**facts, "fler": more}, None, each.related, severity)


def _cells(each: OwnRemark, one: str, many: str) -> str:
    area = str(each.facts["area"])
    return f"{many if ':' in area else one} {area}"


def _where(each: OwnRemark) -> str:
    return f"{'Cellen' if each.facts['count'] == 1 else 'Cellerna'} {each.facts['where']}"


def _formulas(each: OwnRemark) -> str:
    count = each.facts["count"]
    words = "Formeln" if count == 1 else f"{count} formler"
    return f"{words} i {each.facts['where']}"


def _difference(each: OwnRemark) -> str:
    """By how much the cell differs from its neighbours' formula, in the sheet's own numbers."""
    expected, shown = each.number("expected"), each.number("shown")
    if expected is None or shown is None:
        return ""
    if _is_same(each):
        return " De ger samma tal nu, men inte om underlaget ändras."
    return (
        f" Det ger {plain_number(_short(expected))}, cellen visar {plain_number(_short(shown))}: "
        f"skillnaden är {plain_number(_short(abs(shown - expected)))}."
    )


def _is_same(each: OwnRemark) -> bool:
    """Whether the cell shows what its neighbours' formula would give there."""
    expected, shown = each.number("expected"), each.number("shown")
    if expected is None or shown is None:
        return False
    return abs(shown - expected) <= max(abs(expected), Decimal(1)) * CLOSE


def _short(value: Decimal) -> Decimal:
    """Without the long tail that a division gives."""
    return round(value, 4)
