"""The workbook as a form: sheets, headings, rows and cells where they belong."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.layout.form import Irregular
from ramkoll.model.findings import Scope, Severity
from ramkoll.rules.rule import Hit, rule
from ramkoll.rules.views import WorkbookView

BLOCKS, WARNING, INFO = Severity.BLOCKS, Severity.WARNING, Severity.INFO


@rule(
    "R001",
    Scope.WORKBOOK,
    BLOCKS,
    "Bladet {blad} saknas.",
    tip="Lägg tillbaka bladet {blad} från den utdelade arbetsboken, med samma namn.",
    covers=["V29"],
)
def sheet_missing(view: WorkbookView) -> Iterator[Hit]:
    """Alla blad som formuläret alltid har ska finnas.

    Varför: ett blad som saknas är belopp som saknas.
    Godkänns: bladet finns, oavsett ordning.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.SHEET_MISSING)


@rule(
    "R002",
    Scope.WORKBOOK,
    BLOCKS,
    "Tabellens rubrikrad går inte att hitta, så inget på bladet har lästs.",
    tip="Lägg tillbaka rubrikraden från den utdelade arbetsboken.",
    covers=["V29"],
)
def headings_missing(view: WorkbookView) -> Iterator[Hit]:
    """Varje tabell ska ha sin rubrikrad.

    Varför: kolumner känns igen på sina rubriker, aldrig på sin plats.
    Godkänns: minst två av rubrikerna står på samma rad.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.HEADINGS_MISSING)


@rule(
    "R003",
    Scope.WORKBOOK,
    BLOCKS,
    "Kolumnen «{kolumn}» saknas.",
    tip="Lägg tillbaka kolumnen med rubriken «{kolumn}».",
    covers=["V29"],
)
def column_missing(view: WorkbookView) -> Iterator[Hit]:
    """Alla kolumner i formuläret ska finnas med sin rubrik.

    Varför: en kolumn som saknas är belopp som saknas.
    Godkänns: rubriken finns på rubrikraden, oavsett plats.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.COLUMN_MISSING)


@rule(
    "R004",
    Scope.WORKBOOK,
    BLOCKS,
    "Kolumnen «{kolumn}» finns två gånger; den första har lästs.",
    tip="Ta bort den kolumn som inte gäller, eller ge den en annan rubrik.",
    covers=["V29"],
)
def column_double(view: WorkbookView) -> Iterator[Hit]:
    """En rubrik ska finnas en gång.

    Varför: vid två kolumner går det inte att veta vilken som gäller.
    Godkänns: varje rubrik finns högst en gång.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.COLUMN_DOUBLE)


@rule(
    "R005",
    Scope.WORKBOOK,
    BLOCKS,
    "Kolumnen heter «{kolumn}», men perioden kräver «{väntat}»; kolumnen har inte lästs.",
    tip="Kontrollera perioden på bladet Start och att rätt kolumn har klistrats in.",
    covers=["V29"],
)
def column_of_other_period(view: WorkbookView) -> Iterator[Hit]:
    """Rubrikens period ska vara arbetsbokens.

    Varför: belopp för en annan period ser rimliga ut och är ändå fel.
    Godkänns: rubriken har arbetsbokens år och månader.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.COLUMN_OTHER_PERIOD)


@rule(
    "R006",
    Scope.WORKBOOK,
    BLOCKS,
    "{raden} {rad} saknas{serie}.",
    tip="Lägg tillbaka {den} från den utdelade arbetsboken; lämna tomt där inget ska stå.",
    covers=["V06", "V29"],
)
def row_missing(view: WorkbookView) -> Iterator[Hit]:
    """Varje kontogrupp och summa i registret ska ha sin rad.

    Varför: en rad som saknas är belopp som saknas i summan.
    Godkänns: raden finns, även om den är tom.
    Källa: ramarbetsbokens blad Kontogrupper.
    """
    for each in view.irregular(Irregular.ROW_MISSING):
        facts = dict(each.facts)
        facts["serie"] = f" under {facts['serie']}" if facts.get("serie") else ""
        one = facts["antal"] == 1
        facts["raden"], facts["den"] = ("Raden", "raden") if one else ("Raderna", "raderna")
        yield Hit(each.at, facts)


@rule(
    "R007",
    Scope.WORKBOOK,
    BLOCKS,
    "Raden {kod} finns också på rad {rad}; den första har lästs, den andra inte.",
    tip="Ta bort den rad som inte gäller, eller lägg ihop dem till en.",
    covers=["V05"],
)
def row_double(view: WorkbookView) -> Iterator[Hit]:
    """Varje kod ska ha en rad.

    Varför: en dubblerad rad räknas annars två gånger, eller tappas.
    Godkänns: koden finns en gång per delpost och serie.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.ROW_DOUBLE)


@rule(
    "R008",
    Scope.WORKBOOK,
    BLOCKS,
    "{raden} «{kod}» finns inte i registret och har inte lästs.",
    tip="Rätta koden, eller låt den centrala controllern lägga till den i ramarbetsboken.",
    covers=["V06", "V29"],
)
def row_unknown(view: WorkbookView) -> Iterator[Hit]:
    """En rad med innehåll ska ha en kod ur registret.

    Varför: belopp på en okänd rad kommer annars inte med, utan att någon märker det.
    Godkänns: koden finns på ramarbetsbokens blad Kontogrupper, delposten på Delposter.
    Källa: ramarbetsboken.
    """
    for each in view.irregular(Irregular.ROW_UNKNOWN):
        facts = {**each.facts, "raden": "Raderna" if each.related else "Raden"}
        yield Hit(each.at, facts, related=each.related)


@rule(
    "R009",
    Scope.WORKBOOK,
    INFO,
    "{vad}, först vid «{namn}» på rad {rad}; raderna har lästs efter sin kod.",
    tip="Inget behöver göras om det är avsikten: formlerna är prövade mot de nya platserna.",
    covers=["V29"],
)
def rows_moved(view: WorkbookView) -> Iterator[Hit]:
    """Raderna bör stå i formulärets ordning.

    Varför: flyttade rader läses rätt, men är svårare att jämföra med andras. Formler som
    har kommit i otakt får egna fynd.
    Godkänns: raderna står i registrets ordning utan mellanrum.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.ROWS_MOVED)


@rule(
    "R010",
    Scope.WORKBOOK,
    BLOCKS,
    "Uppgiften «{uppgift}» saknas på bladet.",
    tip="Lägg tillbaka raden «{uppgift}» från den utdelade arbetsboken.",
    covers=["V29"],
)
def field_missing(view: WorkbookView) -> Iterator[Hit]:
    """Bladet Start ska ha alla sina uppgifter.

    Varför: utan enhet, period och version går det inte att veta vad arbetsboken gäller.
    Godkänns: ledtexten finns, oavsett plats på bladet.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.FIELD_MISSING)


@rule(
    "R011",
    Scope.WORKBOOK,
    BLOCKS,
    "{vad}: cellen har texten «{text}» i stället för ett tal, så Excel räknar inte med den.",
    tip="Skriv talet {menat} i cellen (utan mellanslag och andra tecken).",
    covers=["V30"],
)
def text_number(view: WorkbookView) -> Iterator[Hit]:
    """Ett belopp ska stå som tal, inte som text.

    Varför: Excel hoppar över text i summor, och felet syns inte.
    Godkänns: cellen innehåller ett tal eller är tom.
    Källa: formulärets layout.
    """
    for each in view.irregular(Irregular.TEXT_NUMBER):
        facts = dict(each.facts)
        facts["menat"] = f"{facts['menat']:f}".replace(".", ",")
        yield Hit(each.at, facts)


@rule(
    "R012",
    Scope.WORKBOOK,
    BLOCKS,
    "{vad}: cellen innehåller «{text}», som inte går att läsa som ett tal.",
    tip="Skriv ett tal, eller töm cellen.",
    covers=["V30"],
)
def not_number(view: WorkbookView) -> Iterator[Hit]:
    """Där ett belopp väntas ska det stå ett tal.

    Varför: det går inte att räkna med text, datum eller sant/falskt.
    Godkänns: cellen innehåller ett tal eller är tom.
    Källa: formulärets layout.
    """
    # A formula without a value is no text; another rule says what it should come to.
    computed = view.without_value()
    yield from (each for each in view.irregular(Irregular.NOT_NUMBER) if each.at not in computed)


@rule(
    "R013",
    Scope.WORKBOOK,
    WARNING,
    "{vad}: «{text}» är inget datum.",
    tip="Skriv datumet som 2024-08-31.",
    covers=["V30"],
)
def not_date(view: WorkbookView) -> Iterator[Hit]:
    """Där ett datum väntas ska det stå ett datum.

    Varför: beslut och giltighet räknas efter datum.
    Godkänns: cellen innehåller ett datum eller är tom.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.NOT_DATE)


@rule(
    "R014",
    Scope.WORKBOOK,
    BLOCKS,
    "{vad}: cellen visar felvärdet {värde}.",
    tip="Rätta formeln eller skriv in beloppet.",
    covers=["V30"],
)
def error_cell(view: WorkbookView) -> Iterator[Hit]:
    """Ingen cell i formuläret får visa ett felvärde.

    Varför: ett felvärde sprider sig till summorna, eller döljer ett belopp.
    Godkänns: cellen visar ett tal, en text eller är tom.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.ERROR_CELL)


@rule(
    "R015",
    Scope.WORKBOOK,
    WARNING,
    "Cellerna {område} är sammanfogade; bara den första kan ha ett belopp.",
    tip="Dela cellerna (Start, Sammanfoga och centrera) och skriv beloppen på var sin rad.",
    covers=["V30"],
)
def merged(view: WorkbookView) -> Iterator[Hit]:
    """Celler i tabellerna ska inte vara sammanfogade.

    Varför: en sammanfogad cell döljer de belopp som stod i de andra cellerna.
    Godkänns: ingen sammanfogning rör tabellens rader och kolumner.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.MERGED)


@rule(
    "R017",
    Scope.WORKBOOK,
    BLOCKS,
    "Raden går inte att använda: {varför}.",
    tip="Rätta raden i ramarbetsboken.",
    covers=["V05"],
)
def register_row(view: WorkbookView) -> Iterator[Hit]:
    """Varje rad i ramarbetsbokens listor ska gå att använda, och stå en gång.

    Varför: en rad som hoppas över ändrar ramar, enheter eller kontrollsummor.
    Godkänns: kod, typ, datum och belopp finns, och raden finns inte redan.
    Källa: ramarbetsbokens blad.
    """
    yield from view.irregular(Irregular.REGISTER_ROW)


@rule(
    "R018",
    Scope.WORKBOOK,
    BLOCKS,
    "{varför}",
    tip="{åtgärd}",
    covers=["V29", "V30"],
)
def unreadable(view: WorkbookView) -> Iterator[Hit]:
    """Filen ska gå att läsa som en Excelarbetsbok.

    Varför: det som inte går att läsa kommer inte med i sammanställningen.
    Godkänns: filen är en hel .xlsx- eller .xlsm-arbetsbok utan lösenord.
    Källa: filformatet Office Open XML.
    """
    yield from view.irregular(Irregular.UNREADABLE)


@rule(
    "R019",
    Scope.WORKBOOK,
    BLOCKS,
    "{varför}",
    tip="{åtgärd}",
    covers=["V29"],
)
def unknown_form(view: WorkbookView) -> Iterator[Hit]:
    """Arbetsboken ska vara ett av Ramkolls formulär, i en version som är känd, för en period.

    Varför: utan formulär och period går det inte att veta vad beloppen betyder.
    Godkänns: bladet Start säger vilket formulär, vilket år och vilken månad.
    Källa: formulärets layout.
    """
    yield from view.irregular(Irregular.UNKNOWN_FORM)
