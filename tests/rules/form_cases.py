"""Cases of the rules about one workbook: formulas, signs, comments, parts, attest."""

from __future__ import annotations

from tests.rules.case import (
    COSTS,
    NET,
    OUTCOME,
    RAM,
    THIS_YEAR,
    both,
    fails,
    month,
    passes,
)
from tests.rules.region import Formula, change, put, submit, swap_rows

COMPLETE = both(
    put(RAM, "Delposter", "stab", "Fullständig", "J"),
    put(RAM, "Delposter", "budgetreglering", "Fullständig", "J"),
)
WORKBOOKS = ("10", "20", "30", "område_Närvård", "område_Ledning", "region_REGION")
VARAV = ("K01", "stab")
SUM_OF_COSTS = 'IF(COUNT(D9:D13)=0,"",SUM(D9:D13))'

ARITHMETIC = (
    fails("R101", "summan är överskriven", put("10", "Utfall", COSTS, OUTCOME, -15000)),
    fails("R101", "summan är tömd", put("10", "Utfall", COSTS, OUTCOME, None)),
    passes(
        "R101",
        "formeln är en rad för kort",
        put("10", "Utfall", COSTS, OUTCOME, Formula("SUM(C9:C10)", -15525)),
    ),
    fails(
        "R101",
        "månadens summa är överskriven",
        put("10", "Månad", (THIS_YEAR, COSTS), "feb", -3000000),
    ),
    passes(
        "R101",
        "samma summa med en annan formel",
        put("10", "Utfall", COSTS, OUTCOME, Formula("C9+C10+C11+C12+C13", -16015)),
    ),
    fails("R102", "utfallet är överskrivet", put("10", "Utfall", "K01", OUTCOME, -13000)),
    fails("R102", "avvikelsen är överskriven", put("10", "Utfall", "K01", "Avvikelse", 50)),
    fails("R102", "procenten är överskriven", put("10", "Utfall", "K01", "Avvikelse %", 0.02)),
    fails("R102", "prognosen är ett streck", put("10", "Prognos", "K01", "Prognos 2025", "–")),
    passes(
        "R102",
        "skillnaden är mindre än ett halvt öre",
        put("10", "Utfall", "K01", OUTCOME, -12550.000001),
    ),
    fails("R103", "summans avvikelse är överskriven", put("10", "Utfall", COSTS, "Avvikelse", 0)),
    passes(
        "R103",
        "summan är överskriven, avvikelsen är kvar",
        put("10", "Utfall", COSTS, OUTCOME, -15000),
    ),
    fails("R104", "nettot är överskrivet", put("10", "Utfall", NET, OUTCOME, -12000)),
    fails("R104", "nettots prognos är tömd", put("10", "Prognos", NET, "Prognos 2025", None)),
    passes("R104", "nettot är rätt"),
    fails("R105", "ny månad utan omräkning", month("10", "K01", -2490000)),
    passes("R105", "filen är sparad utan värden", change("10", "Utfall", lambda s: None)),
    passes(
        "R105",
        "en summa är överskriven",
        put("10", "Utfall", COSTS, OUTCOME, -15000),
        month("10", "K01", -2490000),
    ),
    fails(
        "R106",
        "rätt summa inskriven",
        put("10", "Utfall", COSTS, OUTCOME, -16015),
        put("10", "Utfall", "K01", OUTCOME, -12550),
    ),
    fails(
        "R106", "formeln är raderad på en tom rad", put("10", "Utfall", "K05", "Avvikelse", None)
    ),
    passes("R106", "fel summa inskriven", put("10", "Utfall", COSTS, OUTCOME, -15000)),
    fails(
        "R107",
        "en varav-rad står bland kostnaderna",
        swap_rows("30", "Utfall", VARAV, ("K04",)),
        put("30", "Utfall", COSTS, OUTCOME, Formula(SUM_OF_COSTS, -8760)),
    ),
    passes("R107", "varav-raderna står sist"),
)

SIGNS = (
    fails("R111", "en stor kreditering", month("20", "K02", 1145000)),
    passes("R111", "en liten kreditering", month("20", "K02", 900000)),
    passes("R111", "bidrag får vara minus", month("30", "I02", -2000000)),
    fails("R112", "vänt tecken på utfallet", month("20", "K02", 1840000)),
    fails("R112", "vänt tecken på prognosen", put("20", "Prognos", "K02", "Ny prognos", 2400)),
    passes("R112", "fel tecken men ett annat belopp", month("20", "K02", 1145000)),
)

COMMENTS = (
    fails("R121", "netto över gränserna"),
    passes(
        "R121",
        "kommentar på nettot",
        put("30", "Utfall", NET, "Kommentar mot budget", "Återbetalt bidrag."),
    ),
    passes(
        "R121",
        "under båda gränserna",
        month("30", "I02", 500000),
        month("30", ("K01", "Personal"), -1100000),
    ),
    fails(
        "R121",
        "ett streck är ingen kommentar",
        put("30", "Utfall", NET, "Kommentar mot budget", "–"),
    ),
    fails("R122", "kontogruppen över gränserna", month("10", "K01", -3500000)),
    fails(
        "R122",
        "kommentar bara på nettot",
        month("10", "K01", -3500000),
        put("10", "Utfall", NET, "Kommentar mot budget", "Övertid."),
    ),
    passes(
        "R122",
        "kommentar på raden",
        month("10", "K01", -3500000),
        put("10", "Utfall", "K01", "Kommentar mot budget", "Övertid."),
    ),
    fails("R123", "prognosen är ändrad"),
    passes("R123", "orsaken är skriven", put("10", "Prognos", "K01", "Orsak", "Fler anställda.")),
    passes("R123", "en liten ändring", put("10", "Prognos", "K01", "Ny prognos", -30200)),
    passes("R123", "prognosen är tom", put("10", "Prognos", "K01", "Ny prognos", None)),
    fails(
        "R124",
        "överskott om ett underskott",
        put("30", "Utfall", NET, "Kommentar mot budget", "Överskott på grund av vakanser."),
    ),
    fails(
        "R124",
        "lägre kostnader om högre",
        put("10", "Utfall", "K01", "Kommentar mot budget", "Lägre kostnader än budget."),
    ),
    passes(
        "R124",
        "rätt riktning",
        put(
            "30", "Utfall", NET, "Kommentar mot budget", "Underskott på grund av återbetalt bidrag."
        ),
    ),
    passes(
        "R124",
        "nekat",
        put(
            "30", "Utfall", NET, "Kommentar mot budget", "Inget överskott; bidraget är återbetalt."
        ),
    ),
    passes(
        "R124",
        "om något annat än raden",
        put("30", "Utfall", NET, "Kommentar mot budget", "Överskott i fonden täcker en del."),
    ),
)

PARTS = (
    fails("R131", "en varav-rad är ändrad", COMPLETE, month("30", VARAV, -780000)),
    passes("R131", "varav-raderna summerar", COMPLETE),
    passes("R131", "uppdelningen är inte fullständig", month("30", VARAV, -780000)),
    fails("R132", "en varav-rad är större än raden", month("30", VARAV, -1500000)),
    passes("R132", "budgeten minskas av en fiktiv post"),
)

SUBMISSION = (
    fails("R141", "utkast"),
    passes("R141", "inlämnade", *(submit(each) for each in WORKBOOKS)),
    fails("R142", "inlämnad utan attest", put("10", "Start", "Status", "", "Inlämnad")),
    passes("R142", "inlämnad med attest", submit("10")),
    fails(
        "R143",
        "samma person",
        submit("10"),
        put("10", "Start", "Controller (namn, telefon)", "", "Ek, Eva, 070-12 34 56"),
    ),
    passes(
        "R143",
        "samma förnamn",
        submit("10"),
        put("10", "Start", "Controller (namn, telefon)", "", "Eva Alm, 070-12 34 56"),
    ),
)

LEFT = ("jun", "jul", "aug", "sep", "okt", "nov", "dec")
FORECAST = (
    fails("R151", "bara juni är skriven", put("10", "Prognos", "K01", "Prognos jun", -2500)),
    passes(
        "R151",
        "alla månader är skrivna, en av dem med 0",
        *(put("10", "Prognos", "K01", f"Prognos {each}", -2500) for each in LEFT[:-1]),
        put("10", "Prognos", "K01", "Prognos dec", 0),
    ),
    passes("R151", "helåret är skrivet"),
    fails("R152", "en rad saknar prognos", put("10", "Prognos", "K01", "Ny prognos", None)),
    fails(
        "R152",
        "två rader saknar prognos",
        put("10", "Prognos", "K01", "Ny prognos", None),
        put("10", "Prognos", "K02", "Ny prognos", None),
    ),
    passes("R152", "noll är en prognos", put("10", "Prognos", "K01", "Ny prognos", 0)),
    fails(
        "R153",
        "månaderna går före helåret",
        *(put("10", "Prognos", "K01", f"Prognos {each}", -2500) for each in LEFT),
    ),
    passes("R153", "bara helåret är skrivet"),
    passes(
        "R153",
        "bara månaderna är skrivna",
        put("10", "Prognos", "K01", "Ny prognos", None),
        *(put("10", "Prognos", "K01", f"Prognos {each}", -2500) for each in LEFT),
    ),
)

FORM_CASES = (*ARITHMETIC, *SIGNS, *COMMENTS, *PARTS, *SUBMISSION, *FORECAST)
