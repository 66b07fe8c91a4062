"""Cases of the rules that weigh amounts against each other: slips, months, forecasts, moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet
from tests.rules.case import COSTS, NET, OUTCOME, RAM, THIS_YEAR, both, fails, month, passes
from tests.rules.region import Edit, Formula, Value, change, copy, put, remove, submit

BUDGET_MONTHS = "Budget 2025"
TYPED, CAUSE, COMMENT = "Ny prognos", "Orsak", "Kommentar mot budget"


def forecast(row: str, value: Value | Formula, file: str = "20") -> Edit:
    """A full-year forecast in tkr."""
    return put(file, "Prognos", row, TYPED, value)


def budget_month(name: str, value: Value, row: str = "K02", file: str = "20") -> Edit:
    """One month's budget in kronor."""
    return put(file, "Månad", (BUDGET_MONTHS, row), name, value)


def outcome_month(name: str, value: Value, row: str = "K02", file: str = "20") -> Edit:
    """One month's outcome in kronor."""
    return put(file, "Månad", (THIS_YEAR, row), name, value)


def comment(row: str, text: str, file: str = "20") -> Edit:
    """A comment on sheet Utfall."""
    return put(file, "Utfall", row, COMMENT, text)


def calendar(year: int, number: int, report: str, day: str) -> Edit:
    """A row of the frame workbook's calendar."""

    def fill(sheet: Worksheet) -> None:
        header = next(c[0].row or 0 for c in sheet.iter_rows() if c[0].value == "År")
        row = header + 1
        while sheet.cell(row, 1).value is not None:
            row += 1
        deadline = datetime.fromisoformat(day)
        values: tuple[int | str | datetime, ...] = (year, number, report, deadline)
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value

    return change(RAM, "Kalender", fill)


def without_rows(*lines: str) -> Callable[[Worksheet], None]:
    """Remove this year's outcome rows."""

    def what(sheet: Worksheet) -> None:
        for line in lines:
            cells = next(
                cells
                for cells in sheet.iter_rows()
                if {THIS_YEAR, line} <= {str(cell.value) for cell in cells}
            )
            sheet.delete_rows(cells[0].row or 0)

    return what


TWO_UNITS = both(
    copy("30", "40"),
    put("40", "Start", "Enhet (kod)", "", "20"),
    remove("20"),
    put(RAM, "Delposter", ("30", "stab"), "Fiktiv", "J"),
    put(RAM, "Delposter", ("30", "stab"), "Enhet", "20"),
    put(RAM, "Delposter", ("20", "stab"), "Delpost", "budgetreglering"),
)

RESIDUALS = (
    fails("R101", "summan är utan en rad", put("10", "Utfall", COSTS, OUTCOME, -13040)),
    fails("R101", "summan har en rad två gånger", put("10", "Utfall", COSTS, OUTCOME, -18990)),
    fails("R102", "utfallet är utan maj", put("10", "Utfall", "K01", OUTCOME, -9990)),
    fails(
        "R102",
        "budgeten har en månad för mycket",
        put("10", "Utfall", "K01", "Budget jan", -15000),
    ),
    fails("R104", "nettot är utan kostnaderna", put("10", "Utfall", NET, OUTCOME, 3505)),
    fails(
        "R131",
        "en varav-rad är dubbel",
        *(put(RAM, "Delposter", each, "Fullständig", "J") for each in ("stab", "budgetreglering")),
        month("30", ("K01", "stab"), -1760000),
    ),
    fails(
        "R201",
        "ett beslut är inläst två gånger",
        put("20", "Prognos", "K02", "Budget helår", -1200),
    ),
    fails("R211", "en månad har vänt tecken", month("20", "K02", 150000)),
    fails("R211", "en månad är dubbel", month("20", "K01", -2380000)),
    fails("R213", "en rad är borttagen", change("20", "Månad", without_rows("K02"))),
    passes("R213", "två rader är borttagna", change("20", "Månad", without_rows("K01", "K02"))),
    passes("R213", "en månad är ändrad men alla rader finns", month("20", "K02", -250000)),
)

SLIPS = (
    fails("R113", "prognosen är skriven i kronor", forecast("K02", -2400000)),
    fails("R113", "prognosen har en nolla för mycket", forecast("K02", -24000)),
    fails("R113", "prognosen har en siffra för lite", forecast("K02", -240)),
    fails(
        "R113",
        "en prognosmånad är skriven i kronor",
        *(
            put("20", "Prognos", "K02", f"Prognos {name}", -200000 if name == "jun" else -200)
            for name in ("jun", "jul", "aug", "sep", "okt", "nov", "dec")
        ),
    ),
    fails("R113", "en utfallsmånad är tusen gånger för stor", outcome_month("feb", -240000000)),
    fails("R113", "en utfallsmånad har en nolla för mycket", outcome_month("feb", -2100000)),
    passes(
        "R113",
        "en stor faktura som finns i ekonomisystemet",
        outcome_month("feb", -2100000),
        put(RAM, "Kontrollsummor", ("20", "utfall"), "Belopp", -1315000),
    ),
    passes(
        "R113",
        "en månad med en tiondel",
        outcome_month("feb", -20000, "K01", "10"),
        outcome_month("feb", -22000),
    ),
    passes("R113", "en stor men rimlig ändring", forecast("K02", -12000)),
    passes(
        "R113",
        "utfallet stöder prognosen",
        *(outcome_month(name, -2000000) for name in ("jan", "feb", "mar", "apr", "maj")),
        forecast("K02", -24000),
    ),
    passes(
        "R113",
        "raden har en orsak",
        forecast("K02", -24000),
        put("20", "Prognos", "K02", CAUSE, "Nytt avtal."),
    ),
    passes(
        "R113",
        "en säsong som budgeten och förra året också har",
        outcome_month("apr", -2100000),
        budget_month("apr", -2000000),
    ),
    passes(
        "R113",
        "en liten rad tio gånger större",
        forecast("K04", -50),
        outcome_month("jan", -300, "K04"),
    ),
    fails(
        "R205", "beslutet är skrivet i kronor", put(RAM, "Ram", ("RF/1", "20"), "Belopp", 1200000)
    ),
    fails(
        "R205", "beslutet har en siffra för lite", put(RAM, "Ram", ("RF/1", "10"), "Belopp", -2900)
    ),
    passes("R205", "ett annat belopp", put(RAM, "Ram", ("RF/1", "20"), "Belopp", 1300)),
)

MONTHS = (
    fails("R161", "en budgetmånad är tom", budget_month("mar", None)),
    fails("R161", "en budgetmånad är dubbel", budget_month("mar", -400000)),
    fails("R161", "en budgetmånad är tusen gånger för stor", budget_month("okt", -200000000)),
    fails("R161", "en budgetmånad har vänt tecken", budget_month("okt", 200000)),
    fails("R161", "helåret är höjt", put("20", "Prognos", "K02", "Budget helår", -3000)),
    passes("R161", "helåret är avrundat till hela tkr", budget_month("mar", -199600)),
    passes(
        "R161",
        "budgeten är flyttad mellan månader",
        budget_month("mar", 0),
        budget_month("okt", -400000),
    ),
    fails("R162", "en stor kreditering", outcome_month("apr", 700000)),
    passes("R162", "en liten kreditering", outcome_month("apr", 450000)),
    passes(
        "R162",
        "en förklarad kreditering",
        outcome_month("apr", 700000),
        comment("K02", "Rabatt från förra året."),
    ),
    passes("R162", "hela utfallet har fel tecken", outcome_month("apr", 2000000)),
    passes("R162", "mindre än en halv månad", outcome_month("apr", 580000, "K01")),
)

OUTLOOK = (
    fails("R154", "utfall utan prognos", outcome_month("jan", -1500000, "K04")),
    passes("R154", "ett litet utfall utan prognos"),
    passes("R154", "noll är en prognos", outcome_month("jan", -1500000, "K04"), forecast("K04", 0)),
    fails("R155", "prognosen är mindre än utfallet", forecast("K02", -800)),
    passes("R155", "nästan hela prognosen är förbrukad", forecast("K02", -950)),
    passes(
        "R155",
        "orsaken är skriven",
        forecast("K02", -800),
        put("20", "Prognos", "K02", CAUSE, "Rabatten betalas i december."),
    ),
    fails("R156", "avvikelsen rör sig, prognosen står still", outcome_month("maj", -1500000)),
    passes(
        "R156",
        "oförändrad är bekräftad",
        outcome_month("maj", -1500000),
        put("20", "Prognos", "K02", "Oförändrad", "J"),
    ),
    passes(
        "R156",
        "prognosen räknade redan med det",
        outcome_month("maj", -1500000),
        put("20", "Prognos", "K02", "Föregående prognos", -4000),
        forecast("K02", -4000),
    ),
    passes("R156", "en vanlig månad", outcome_month("maj", -900000)),
    fails(
        "R157",
        "underskott nu, överskott sedan",
        outcome_month("jan", -1500000),
        forecast("K02", -1000),
    ),
    fails(
        "R157",
        "nettot går åt två håll",
        outcome_month("jan", -1500000),
        forecast("K01", -13000),
    ),
    passes(
        "R157",
        "orsaken är skriven",
        outcome_month("jan", -1500000),
        forecast("K02", -1000),
        put("20", "Prognos", "K02", CAUSE, "Fakturan krediteras."),
        put("20", "Prognos", NET, CAUSE, "Fakturan krediteras."),
    ),
    passes("R157", "samma håll", outcome_month("jan", -1500000), forecast("K02", -4000)),
    fails("R158", "underskott utan åtgärder", forecast("K01", -33000, "10")),
    fails(
        "R158",
        "inga åtgärder är planerade",
        forecast("K01", -33000, "10"),
        put("10", "Prognos", NET, CAUSE, "Hyrpersonal. Inga ytterligare åtgärder är planerade."),
    ),
    passes(
        "R158",
        "åtgärder är beskrivna",
        forecast("K01", -33000, "10"),
        put("10", "Prognos", NET, CAUSE, "Hyrpersonal. Åtgärder: anställningsstopp från juni."),
    ),
    passes("R158", "ett litet underskott", forecast("K01", -30600, "10")),
)

FICTIVE = (
    fails("R133", "posten har fått utfall", month("30", ("K01", "budgetreglering"), 10000)),
    passes("R133", "utfallet är 0", month("30", ("K01", "budgetreglering"), 0)),
    fails("R333", "posten finns i två enheter", TWO_UNITS),
    passes("R333", "posten finns i en enhet"),
)

MOVES = (
    fails("R334", "ena sidan saknas", put(RAM, "Ram", ("HSN/2", "30"), "Typ", "justering")),
    fails("R334", "sidorna är olika stora", put(RAM, "Ram", ("HSN/2", "30"), "Belopp", 900)),
    passes(
        "R334",
        "den andra sidan är i en annan nämnd",
        put(RAM, "Ram", ("HSN/2", "30"), "Nämnd", "KTN"),
    ),
)

TIME = (
    fails("R144", "attesterad för sent", calendar(2025, 5, "månad", "2025-06-09"), submit("10")),
    passes(
        "R144", "attesterad sista dagen", calendar(2025, 5, "månad", "2025-06-10"), submit("10")
    ),
    passes(
        "R144",
        "perioden står inte i kalendern",
        calendar(2025, 4, "tertial", "2025-05-02"),
        submit("10"),
    ),
    fails("R335", "delåret är för sent", calendar(2025, 8, "delår", "2025-11-03")),
    passes("R335", "delåret är i tid", calendar(2025, 8, "delår", "2025-10-31")),
    passes("R335", "tertialet har ingen lag", calendar(2025, 4, "tertial", "2025-07-15")),
    fails("R336", "delåret är för kort", calendar(2025, 4, "delår", "2025-05-20")),
    passes("R336", "halvåret är ett delår", calendar(2025, 6, "delår", "2025-08-20")),
)

# Skatteverket's own made-up numbers and names that nobody has.
PERSONS = (
    fails(
        "R171", "personnummer i en kommentar", comment("K02", "Avser 19121212-1212 enligt beslut.")
    ),
    fails(
        "R171",
        "samordningsnummer i en orsak",
        put("20", "Prognos", "K02", CAUSE, "Se 121272-1219."),
    ),
    passes(
        "R171",
        "diarienummer, telefon och belopp",
        comment("K02", "Dnr 121212-1212. Tel 0701121212. Totalt 1212121212 kr, 121212 1212."),
    ),
    passes("R171", "fel kontrollsiffra", comment("K02", "Faktura 121212-1213.")),
    fails(
        "R172", "chefen är sjukskriven", comment("K01", "Överskott, enhetschefen är sjukskriven.")
    ),
    fails(
        "R172",
        "ett namn och en ledighet",
        comment("K01", "Vakans: Anna Exempelsson föräldraledig."),
    ),
    fails(
        "R172",
        "i uppgiften om controller",
        put("20", "Start", "Controller (namn, telefon)", "", "Eva Ek (föräldraledig)"),
    ),
    passes(
        "R172",
        "sjukfrånvaro, sjukvård och byggnader",
        comment(
            "K01",
            "Sjukfrånvaron och sjukskrivningarna ökar, och chefen följer upp. Rehabilitering av "
            "byggnaden. Sjukvård i Falun. Föräldraledig personal ersätts.",
        ),
        put("20", "Start", "Controller (namn, telefon)", "", "Eva Ek, 070-12 34 56"),
    ),
)

LINKS = (
    fails("R020", "länk till en annan arbetsbok", forecast("K02", Formula("[1]Blad1!$A$1", -2400))),
    fails(
        "R020",
        "länk till en egen disk",
        forecast("K02", Formula("'C:\\Mina[bok.xlsx]A'!A1", -2400)),
    ),
    passes(
        "R020", "ett eget blad i samma arbetsbok", forecast("K02", Formula("'Min flik'!B7", -2400))
    ),
)

ECONOMY_CASES = (
    *RESIDUALS, *SLIPS, *MONTHS, *OUTLOOK, *FICTIVE, *MOVES, *TIME, *PERSONS, *LINKS,
)  # fmt: skip
