"""Cases of the rules about goals, staff, measures, investments, transfers and the analysis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
from tests.rules import case
from tests.rules.case import NET, RAM, Case
from tests.rules.region import PERIOD, Edit, Value, put, remove

from ramkoll.model.period import Period

HR, REG = "personal_HR", "region_REG"
GOALS, FIGURES = "Uppdrag", "Nyckeltal"
PLAN = "Investeringsbudget"
OBJECTS, MEASURES = "Investeringar", "Åtgärder"
GRANTS, TRADE, CAUSES = "Statsbidrag", "Intern handel", "Analys"
NOW = str(PERIOD.year)
OUTCOME, BUDGET, FORECAST = "Utfall jan", f"Budget {NOW}", f"Prognos {NOW}"
WOMEN = ("10", NOW, "K", "30-49")
SICK = ("10", NOW, "K", "30-49", "1-14")
EMPLOYED = (NOW, "Månadsavlönade")


def fails(rule: str, name: str, *edits: Edit) -> Case:
    """The rule finds something in the region with all sheets."""
    return replace(case.fails(rule, name, *edits), sheets=PERIOD)


def passes(rule: str, name: str, *edits: Edit) -> Case:
    """The rule finds nothing there."""
    return replace(case.passes(rule, name, *edits), sheets=PERIOD)


def in_december(of_may: Case) -> Case:
    """The same at the end of the year."""
    return replace(of_may, sheets=Period(PERIOD.year, 12))


def own_sheet(file: str, *rows: tuple[Value, ...]) -> Edit:
    """A sheet of the person's own, with these rows. Formulas lose their cached values by this."""

    def edit(folder: Path) -> None:
        path = folder / f"{file}.xlsx"
        book = openpyxl.load_workbook(path)
        sheet = book.create_sheet("Min flik")
        for row in rows:
            sheet.append(row)
        book.save(path)

    return edit


def forecast(value: int) -> Edit:
    """The laboratory's forecast for staff, in tkr; the budget is −14 400."""
    return put("20", "Prognos", "K01", "Ny prognos", value)


METHODS = (
    fails("R401", "prognosen är mycket bättre", forecast(-11000)),
    fails("R401", "prognosen är mycket sämre", forecast(-18000)),
    passes("R401", "inom marginalen", forecast(-14700)),
    passes(
        "R401",
        "orsaken är skriven",
        forecast(-11000),
        put("20", "Prognos", NET, "Orsak", "Två tjänster dras in från juni."),
    ),
)

STATUS = (
    fails("R411", "status är tom", put("10", GOALS, "U1", "Status", None)),
    fails(
        "R411",
        "två är tomma",
        put("10", GOALS, "U1", "Status", None),
        put("10", GOALS, "U2", "Status", None),
    ),
    passes("R411", "ej mätt är en status"),
    fails("R412", "egna ord", put("10", GOALS, "U1", "Status", "Pågår")),
    fails("R412", "egna ord för ett nyckeltal", put("10", FIGURES, "N1", "Manuell", "Bra")),
    passes("R412", "små bokstäver", put("10", GOALS, "U1", "Status", "delvis uppfyllt")),
    fails("R413", "inget skäl", put("10", FIGURES, "N1", "Manuell", "Ej uppfyllt")),
    fails("R413", "regeln säger detsamma", put("10", FIGURES, "N1", "Manuell", "Delvis uppfyllt")),
    passes(
        "R413",
        "skäl är skrivet",
        put("10", FIGURES, "N1", "Manuell", "Ej uppfyllt"),
        put("10", FIGURES, "N1", "Skäl", "Köerna har ökat i maj."),
    ),
    fails("R414", "inget mål", put("10", FIGURES, "N1", "Mål", None)),
    fails(
        "R414",
        "målet är noll",
        put("20", FIGURES, "N4", "Utfall", 3),
        zero := put("20", FIGURES, "N4", "Mål", 0),
    ),
    passes("R414", "inget utfall heller", zero),
    fails("R415", "ingen riktning", put("10", FIGURES, "N1", "Bättre", None)),
    fails("R415", "en annan riktning", put("10", FIGURES, "N1", "Bättre", "upp")),
    passes("R415", "långsiktigt utan riktning"),
    fails("R416", "ingen måttenhet", put("10", FIGURES, "N1", "Måttenhet", None)),
    passes(
        "R416",
        "varken utfall eller mål",
        put("20", FIGURES, "N4", "Måttenhet", None),
        put("20", FIGURES, "N4", "Mål", None),
    ),
    fails("R417", "inget målområde", put("10", GOALS, "U1", "Målområde", None)),
    passes("R417", "alla har målområde"),
    fails("R418", "stavat på ett annat sätt", put("10", GOALS, "U1", "Målområde", "Tillgänglig")),
    fails("R418", "helt okänt", put("10", FIGURES, "N1", "Målområde", "Kultur")),
    passes("R418", "stora bokstäver", put("10", GOALS, "U1", "Målområde", "TILLGÄNGLIGHET")),
    passes(
        "R418",
        "regionens bok är inte inlämnad",
        put("10", FIGURES, "N1", "Målområde", "Kultur"),
        remove(REG),
    ),
)

PERCENT = (
    fails("R421", "skrivet som andel av ett", put("10", FIGURES, "N1", "Utfall", 0.835)),
    fails("R421", "hundra gånger för stort", put("10", FIGURES, "N2", "Utfall", 85)),
    fails(
        "R421",
        "målet som andel, inget föregående",
        put("10", FIGURES, "N1", "Mål", 0.9),
        put("10", FIGURES, "N1", "Föregående", None),
    ),
    passes("R421", "en liten andel är liten", put("10", FIGURES, "N2", "Utfall", 0.1)),
    passes(
        "R421",
        "index är ingen procent",
        put("10", FIGURES, "N1", "Utfall", 0.835),
        put("10", FIGURES, "N1", "Måttenhet", "index"),
    ),
    fails("R422", "mer än allt", put("10", FIGURES, "N1", "Utfall", 104)),
    fails("R422", "mindre än inget", put("10", FIGURES, "N1", "Utfall", -4)),
    passes("R422", "en förändring av en andel får vara minus"),
    fails("R488", "samma tal", put("30", FIGURES, "N6", "Utfall", 4.1)),
    passes("R488", "nästan samma tal", put("30", FIGURES, "N6", "Utfall", 4.2)),
)

STAFF = (
    fails("R431", "enheten har en person mer", put("10", "Personal", EMPLOYED, "maj", 21.5)),
    fails(
        "R431",
        "HR har ändrat två månader",
        put(HR, "Personal", (*WOMEN, "Ordinarie timmar"), "apr", 2100),
        put(HR, "Personal", (*WOMEN, "Ordinarie timmar"), "maj", 2100),
    ),
    passes(
        "R431",
        "timmar på en halv när",
        put("10", "Personal", (NOW, "Ordinarie timmar"), "maj", 3280.4),
    ),
    passes(
        "R431",
        "HR:s bok är inte inlämnad",
        put("10", "Personal", EMPLOYED, "maj", 21.5),
        remove(HR),
    ),
    fails(
        "R432", "enheten har andra", put("10", "Personal", (NOW, "Sjuktimmar, dag 1–14"), "maj", 97)
    ),
    passes(
        "R432",
        "enhetens är tomma",
        *(
            put("10", "Personal", (NOW, f"Sjuktimmar, dag {days}"), "maj", None)
            for days in ("1–14", "15–59", "60–")
        ),
    ),
    fails("R433", "inget kön", put(HR, "Personal", (*WOMEN, "Ordinarie timmar"), "Kön", None)),
    fails("R433", "en summarad", put(HR, "Sjukfrånvaro", SICK, "Kön", "Alla")),
    passes("R433", "utskrivet", put(HR, "Sjukfrånvaro", SICK, "Kön", "Kvinnor")),
    fails("R434", "en tredjedel", put("10", "Personal", EMPLOYED, "maj", 20.33)),
    fails(
        "R434",
        "en tredjedel hos HR",
        put(HR, "Personal", (*WOMEN, "Antal månadsavlönade"), "maj", 12.3),
    ),
    passes("R434", "halva personer"),
    fails("R441", "minus hos enheten", put("10", "Personal", (NOW, "Arbetade timmar"), "maj", -3)),
    fails("R441", "minus hos HR", put(HR, "Sjukfrånvaro", SICK, "maj", -1)),
    passes("R441", "noll", put(HR, "Sjukfrånvaro", SICK, "maj", 0)),
    fails(
        "R442",
        "enhetens sjuktimmar",
        put("10", "Personal", (NOW, "Sjuktimmar, dag 1–14"), "maj", 3281),
    ),
    fails("R442", "en grupps sjuktimmar", put(HR, "Sjukfrånvaro", SICK, "maj", 2001)),
    passes("R442", "nästan alla", put(HR, "Sjukfrånvaro", SICK, "maj", 1900)),
    fails("R443", "en lucka", put(HR, "Sjukfrånvaro", SICK, "Intervall", "1-13")),
    fails("R443", "ett ord", put(HR, "Sjukfrånvaro", SICK, "Intervall", "kort")),
    passes("R443", "skrivet med ord", put(HR, "Sjukfrånvaro", SICK, "Intervall", "dag 1–14")),
)

PRIVACY = (
    fails("R451", "en egen flik", own_sheet("30", ("Kön", "Sjuka"), ("K", 2), ("M", 1))),
    fails("R451", "i en annan enhets bok", own_sheet("10", ("Kvinnor", 9), ("Män", 12))),
    passes("R451", "många personer", own_sheet("10", ("Kvinnor", 19), ("Män", 12))),
    passes("R451", "ingen uppdelning", own_sheet("10", ("Vikarier", 4))),
    fails(
        "R452",
        "sjuktimmar för fyra personer",
        sick := put("30", "Personal", (NOW, "Sjuktimmar, dag 1–14"), "mar", 8),
    ),
    fails("R452", "utan HR:s bok", sick, remove(HR)),
    passes(
        "R452", "gränsen är lägre", sick, put(RAM, "Trösklar", "sekretess_personer", "Värde", 3)
    ),
)

INVESTMENTS = (
    fails("R371", "potten är höjd", put(REG, PLAN, "Mindre åtgärder", "Belopp", 500)),
    fails("R371", "ramen saknas", put(REG, PLAN, (NOW, "Investeringsram"), "Kategori", None)),
    fails("R371", "ett objekts budget är ändrad", put("10", OBJECTS, "Kök", BUDGET, 702)),
    passes(
        "R371", "ett objekts budget är ändrad med 1 tkr", put("10", OBJECTS, "Kök", BUDGET, 701)
    ),
    passes("R371", "nästa år är inte fördelat än"),
    fails("R461", "inget avsnitt", put("10", OBJECTS, "Kök", "Avsnitt", None)),
    fails("R461", "ett annat", put("10", OBJECTS, "Kök", "Avsnitt", "D")),
    passes("R461", "liten bokstav", put("10", OBJECTS, "Kök", "Avsnitt", "c")),
    fails("R462", "mindre än årets", put("10", OBJECTS, "Kök", "Utfall sedan", 90)),
    passes("R462", "tomt", put("10", OBJECTS, "Kök", "Utfall sedan", None)),
    fails("R463", "redan mer", put("10", OBJECTS, "Röntgen", FORECAST, 400)),
    passes("R463", "allt är klart", put("10", OBJECTS, "Röntgen", FORECAST, 500)),
    fails("R464", "mer än vad som är kvar", put("10", OBJECTS, "Kök", BUDGET, 800)),
    passes("R464", "inom avrundningen", put("10", OBJECTS, "Kök", BUDGET, 751)),
    fails("R465", "total budget är noll", put("10", OBJECTS, "Kök", "Total budget", 0)),
    fails("R465", "total budget är tom", put("10", OBJECTS, "Kök", "Total budget", None)),
    passes("R465", "ingen budget alls"),
    fails("R466", "ingen prognos", put("10", OBJECTS, "Röntgen", FORECAST, None)),
    passes("R466", "prognosen är noll", put("20", OBJECTS, "Analysinstrument", FORECAST, 0)),
    fails("R467", "prognosen är lägre", put("10", OBJECTS, "Röntgen", FORECAST, 600)),
    fails("R467", "avslutad och för dyr", put("10", OBJECTS, "Tak", "Kommentar", None)),
    fails("R467", "mer än den totala", put("10", OBJECTS, "Kök", "Total budget", 80)),
    passes(
        "R467",
        "kommentaren är skriven",
        put("10", OBJECTS, "Röntgen", FORECAST, 600),
        put("10", OBJECTS, "Röntgen", "Kommentar", "Billigare upphandling."),
    ),
    passes("R467", "en liten avvikelse"),
    fails(
        "R468",
        "startad under stoppet",
        stop := put(RAM, "Trösklar", "investeringsstopp", "Värde", 1),
    ),
    passes("R468", "med beslut", stop, put("10", OBJECTS, "Röntgen", "Beslut att", "HSN/12")),
    passes("R468", "inget stopp"),
)

TWO_SIDES = (
    fails("R471", "en okänd enhet", put("10", TRADE, "Prover", "Motpart", "77")),
    fails("R471", "enheten själv", put("10", TRADE, "Prover", "Motpart", "10")),
    fails("R471", "en enhet som har upphört", put("10", TRADE, "Prover", "Motpart", "21")),
    passes("R471", "en annan enhet"),
    fails("R472", "olika belopp", put("10", TRADE, "Prover", "Belopp", -1380)),
    fails("R472", "samma tecken", put("10", TRADE, "Prover", "Belopp", 1480)),
    passes("R472", "några hundra kronor"),
    fails("R473", "motparten saknar raden", put("10", TRADE, "Prover", "Belopp", None)),
    passes(
        "R473",
        "motpartens bok är inte inlämnad",
        put("10", TRADE, "Prover", "Belopp", None),
        remove("10"),
    ),
    fails(
        "R475",
        "balansen stämmer inte",
        opening := put("30", GRANTS, "9911", "Ingående", 50),
        put("30", GRANTS, "9911", "Utgående", 200),
    ),
    passes("R475", "balansen stämmer", opening, put("30", GRANTS, "9911", "Utgående", 250)),
    passes("R475", "bara den ena", opening),
    in_december(fails("R476", "bidraget är inte använt")),
    in_december(
        passes(
            "R476",
            "balansen förklarar det",
            *(
                put(file, GRANTS, code, heading, value)
                for file, code, heading, value in (
                    ("30", "9910", "Utgående", 850),
                    ("30", "9911", "Utgående", 200),
                    ("20", "9912", "Ingående", 90),
                )
            ),
        )
    ),
    passes("R476", "prövas i december"),
    fails("R477", "mer än bidraget", put("20", GRANTS, "9912", "Kostnad", -150)),
    passes("R477", "bidraget bokförs hos en annan enhet"),
    passes(
        "R477",
        "något fanns kvar",
        put("20", GRANTS, "9912", "Kostnad", -150),
        put("20", GRANTS, "9912", "Ingående", 60),
    ),
    passes(
        "R477",
        "kommentaren är skriven",
        put("20", GRANTS, "9912", "Kostnad", -150),
        put("20", GRANTS, "9912", "Kommentar", "Rekvireras i juni."),
    ),
)

ONCE = (
    fails(
        "R481",
        "samma nummer och namn",
        *(
            put("10", MEASURES, "Vakanser", heading, value)
            for heading, value in (("Åtgärd nr", "Å1"), ("Åtgärd", "Färre inhyrda"))
        ),
    ),
    passes("R481", "samma åtgärd i två enheter"),
    fails(
        "R482",
        "ett nytt nummer",
        *(
            same := (
                put("10", MEASURES, "Telefoni", "Utfall jan–maj 2025", -800),
                put("10", MEASURES, "Telefoni", "Utfall jan–maj 2024", -1350),
                put("10", MEASURES, "Telefoni", "Bedömd", 1200),
                put("10", MEASURES, "Telefoni", "Beslut", "HSN/7"),
            )
        ),
    ),
    passes("R482", "ett annat beslut", *same[:3]),
    fails(
        "R483",
        "mycket större än bedömt",
        big := put("10", MEASURES, "Telefoni", "Utfall jan–maj 2025", -40),
    ),
    passes("R483", "liten effekt"),
    passes(
        "R483",
        "bedömningen är kommenterad",
        big,
        put("10", MEASURES, "Telefoni", "Kommentar", "Bedömningen görs om i höst."),
    ),
    fails("R484", "ingen metod", put("10", MEASURES, "Telefoni", "Metod", None)),
    fails("R484", "fel kolumn", put("10", MEASURES, "Vakanser", "Metod", "mot föregående år")),
    fails(
        "R484", "inget föregående år", put("10", MEASURES, "Telefoni", "Utfall jan–maj 2024", None)
    ),
    passes(
        "R484",
        "effekten är inte skriven än",
        put("10", MEASURES, "Vakanser", "Effekt mot budget", None),
    ),
    fails("R485", "inget mandat", put("10", MEASURES, "Telefoni", "Mandat", None)),
    passes("R485", "är inte i tabellen", put("10", MEASURES, "Vakanser", "Mandat", None)),
)

REFUND = "Återbetalt bidrag"
EXPLAINED = (
    fails(
        "R491",
        "orsakerna är för små",
        *(
            put("30", CAUSES, name, "Belopp", value)
            for name, value in ((REFUND, -10), ("Ofördelad besparing", -50), ("Ränta", 20))
        ),
    ),
    fails(
        "R491",
        "kostnader och intäkter tar ut sig",
        put("30", CAUSES, REFUND, "Belopp", -1200),
        put("30", CAUSES, "Ofördelad besparing", "Belopp", -50),
    ),
    passes("R491", "nästan allt är förklarat"),
    passes(
        "R491",
        "inga orsaker",
        *(
            put("30", CAUSES, name, "Jämförelse", None)
            for name in (REFUND, "Ofördelad besparing", "Ränta")
        ),
    ),
    fails(
        "R492",
        "tecknen är vända",
        put("30", CAUSES, REFUND, "Belopp", 500),
        put("30", CAUSES, "Ofördelad besparing", "Belopp", 750),
    ),
    passes("R492", "en orsak åt andra hållet"),
    fails("R493", "okänd kontogrupp", put("30", CAUSES, "Ränta", "Kontogrupp", "K99")),
    fails("R493", "fel slag", put("30", CAUSES, "Ränta", "Intäkt/kostnad", "Intäkt")),
    passes("R493", "ingen kontogrupp", put("30", CAUSES, "Ränta", "Kontogrupp", None)),
    fails("R494", "inget belopp", put("30", CAUSES, "Ränta", "Belopp", None)),
    passes("R494", "alla har belopp"),
    fails(
        "R495", "varken intäkt eller kostnad", put("30", CAUSES, "Ränta", "Intäkt/kostnad", None)
    ),
    fails("R495", "en annan jämförelse", put("30", CAUSES, "Ränta", "Jämförelse", "Plan")),
    passes("R495", "små bokstäver", put("30", CAUSES, "Ränta", "Jämförelse", "budget")),
)

OVERSIGHT = (
    fails("R498", "inget datum", put(REG, "Uppsikt", "Ta fram en plan", "Ska", None)),
    passes("R498", "redan återrapporterat", put(REG, "Uppsikt", "Redovisa köerna", "Ska", None)),
    fails("R499", "försenad", put(REG, "Uppsikt", "Redovisa köerna", "Återrapporterat", None)),
    passes("R499", "datumet har inte kommit"),
)

LISTS = (
    fails("R012", "i en lista", put("10", OBJECTS, "Kök", "Total budget", "en miljon")),
    fails("R012", "i HR:s bok", put(HR, "Sjukfrånvaro", SICK, "jan", "tolv")),
    fails("R106", "i en lista", put("10", OBJECTS, "Röntgen", "Prognos −", 100)),
    fails("R419", "ett annat uppdrag", put("10", GOALS, "U2", "Nr", "U1")),
    fails("R419", "ett annat objekt", put("10", OBJECTS, "Kök", "Nr", "1")),
    passes("R419", "varje nummer är ett uppdrag"),
    fails("R486", "en okänd enhet", put("10", GOALS, "U1", "Enhet", "4711")),
    fails("R486", "en annans enhet", put("10", OBJECTS, "Kök", "Enhet", "20")),
    passes("R486", "tomt", put("10", GOALS, "U1", "Enhet", None)),
    fails("R487", "ett annat ord", put("10", FIGURES, "N1", "Sikt", "medel")),
    fails("R487", "hela ordet", put("30", CAUSES, "Ränta", "Till nämnd", "Ja")),
    passes("R487", "stor bokstav", put("10", FIGURES, "N1", "Sikt", "Kort")),
)

SHEETS_CASES = (
    *METHODS, *STATUS, *PERCENT, *STAFF, *PRIVACY, *INVESTMENTS, *TWO_SIDES, *ONCE, *EXPLAINED,
    *OVERSIGHT, *LISTS,
)  # fmt: skip
