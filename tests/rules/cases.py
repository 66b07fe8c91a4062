"""The cases of every rule: an edit of the messy region that a rule finds, or that it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet
from tests.rules.region import FRAME, Edit, Formula, change, copy, put, remove, submit, swap_rows

from ramkoll.layout.report import ReportLayout

OUTCOME, BUDGET = "Utfall jan", "Budget jan"
COSTS, NET = "Summa kostnader", "Netto"
THIS_YEAR = "Utfall 2025"
RAM = FRAME.removesuffix(".xlsx")


@dataclass(frozen=True)
class Case:
    """What is done to the region's workbooks; ``found`` says whether the rule has anything to say.

    ``report`` changes the report's layout, as a region's own file would.
    """

    rule: str
    name: str
    edits: tuple[Edit, ...] = ()
    found: bool = True
    report: Callable[[ReportLayout], ReportLayout] | None = None


def fails(rule: str, name: str, *edits: Edit) -> Case:
    """The rule finds something."""
    return Case(rule, name, edits)


def passes(rule: str, name: str, *edits: Edit) -> Case:
    """The rule finds nothing."""
    return Case(rule, name, edits, found=False)


def month(file: str, row: str | tuple[str, ...], value: int | str | None) -> Edit:
    """January's outcome on sheet Månad, in kronor."""
    rows = (row,) if isinstance(row, str) else row
    return put(file, "Månad", (THIS_YEAR, *rows), "jan", value)


def only_income(report: ReportLayout) -> ReportLayout:
    """A report whose net has lost the costs."""

    def table(old):
        totals = tuple(replace(t, of=("income",)) if t.of else t for t in old.totals)
        return replace(old, totals=totals) if old.rows == "account_groups" else old

    return replace(report, tables=tuple(table(each) for each in report.tables))


def without_area(report: ReportLayout) -> ReportLayout:
    """A report that has forgotten an area in its tables of units."""

    def table(old):
        return replace(old, areas=("Närvård",)) if "*" in old.areas else old

    return replace(report, tables=tuple(table(each) for each in report.tables))


def set_cell(address: str, value: object) -> Callable[[Worksheet], None]:
    """A change of one cell of a sheet's layout."""

    def what(sheet: Worksheet) -> None:
        sheet[address].value = value

    return what


def not_a_workbook(folder: Path) -> None:
    """A file that only has the name of a workbook."""
    (folder / "20.xlsx").write_bytes(b"Hej!")


def drop_sheet(sheet: Worksheet) -> None:
    """Remove a sheet."""
    assert sheet.parent is not None
    sheet.parent.remove(sheet)


def both(*edits: Edit) -> Edit:
    """Several edits as one."""

    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit


COMPLETE = both(
    put(RAM, "Delposter", "stab", "Fullständig", "J"),
    put(RAM, "Delposter", "budgetreglering", "Fullständig", "J"),
)
VARAV = ("K01", "stab")
SUM_OF_COSTS = 'IF(COUNT(D9:D13)=0,"",SUM(D9:D13))'
SUM_OF_COSTS_30 = 'IF(COUNT(D9:D13)=0,"",SUM(D9:D13))'

SHAPE = (
    fails("R001", "bladet Kalender är borttaget", change(RAM, "Kalender", drop_sheet)),
    passes("R001", "bladen är omkastade", change(RAM, "Kalender", lambda s: s.parent.move_sheet(s, -4))),
    fails("R002", "rubrikraden är borttagen", change("20", "Prognos", lambda s: s.delete_rows(6))),
    passes("R002", "en rad är infogad ovanför", change("20", "Prognos", lambda s: s.insert_rows(1))),
    fails("R003", "rubriken är tömd", change("20", "Prognos", set_cell("C6", None))),
    passes("R003", "rubriken har ett extra mellanslag", change("20", "Prognos", set_cell("C6", "Budget  helår 2025 "))),
    fails("R004", "rubriken står två gånger", change("20", "Prognos", set_cell("Z6", "Ändring"))),
    passes("R004", "en egen kolumn till höger", change("20", "Prognos", set_cell("Z6", "Min kolumn"))),
    fails("R005", "förra årets kolumn", change("20", "Prognos", set_cell("C6", "Budget helår 2024"))),
    passes("R005", "en egen kolumn till höger", change("20", "Prognos", set_cell("Z6", "Budget 2024"))),
    fails("R006", "raden är borttagen", change("20", "Prognos", lambda s: s.delete_rows(8))),
    passes("R006", "raden är tom", put("20", "Prognos", "K02", "Ny prognos", None)),
    fails("R007", "koden står på två rader", put("20", "Prognos", "K03", "Kod", "K02")),
    passes("R007", "koden står på var sitt blad"),
    fails("R008", "koden är okänd", put("20", "Prognos", "K03", "Kod", "K99")),
    passes("R008", "en anteckning under tabellen", change("20", "Prognos", set_cell("A40", "Se protokoll"))),
    fails("R009", "en rad är infogad", change("20", "Prognos", lambda s: s.insert_rows(8))),
    passes("R009", "hela tabellen är nedflyttad", change("20", "Prognos", lambda s: s.insert_rows(2))),
    fails("R010", "ledtexten är ändrad", change("20", "Start", set_cell("A15", "Ärende"))),
    passes("R010", "uppgiften är tom"),
    fails("R011", "hårt mellanslag i talet", put("20", "Prognos", "K02", "Ny prognos", "-2\u00a0400")),
    fails("R011", "minus sist", put("20", "Prognos", "K02", "Ny prognos", "2400-")),
    passes("R011", "talet är ett tal", put("20", "Prognos", "K02", "Ny prognos", -2400)),
    fails("R012", "ord i stället för tal", put("20", "Prognos", "K02", "Ny prognos", "ca -2400")),
    passes("R012", "cellen är tom", put("20", "Prognos", "K02", "Ny prognos", None)),
    fails("R013", "datumet är ett ord", put(RAM, "Ram", "HSN/4", "Datum", "i juni")),
    passes("R013", "datumet är text i rätt form", put(RAM, "Ram", "HSN/4", "Datum", "2025-06-15")),
    fails("R014", "bruten hänvisning", change("20", "Prognos", set_cell("E9", "#REF!"))),
    passes("R014", "en egen cell utanför tabellen", change("20", "Prognos", set_cell("Z40", "#REF!"))),
    fails("R015", "två belopp är sammanfogade", change("20", "Prognos", lambda s: s.merge_cells("E9:E10"))),
    passes("R015", "rubriken är sammanfogad", change("20", "Prognos", lambda s: s.merge_cells("A1:E1"))),
    fails("R016", "en term till i formeln", put("20", "Utfall", "K02", "Avvikelse", Formula("C10-D10+0", 5))),
    passes("R016", "dollartecken i formeln", put("10", "Utfall", COSTS, OUTCOME, Formula('IF(COUNT($C$9:$C$13)=0,"",SUM($C$9:$C$13))', -16015))),
    fails("R017", "enheten står två gånger", put(RAM, "Organisation", "20", "Kod", "10")),
    passes("R017", "samma kod under olika tid", put(RAM, "Organisation", "21", "Kod", "20")),
    fails("R018", "filen är ingen arbetsbok", not_a_workbook),
    passes("R018", "filen har ett annat namn", both(copy("20", "labb"), remove("20"))),
    fails("R019", "okänd version", put("20", "Start", "Formulär", "", "avdelning-9")),
    passes("R019", "versionen är känd"),
)  # fmt: skip

ARITHMETIC = (
    fails("R101", "summan är överskriven", put("10", "Utfall", COSTS, OUTCOME, -15000)),
    fails("R101", "summan är tömd", put("10", "Utfall", COSTS, OUTCOME, None)),
    fails("R101", "formeln är en rad för kort", put("10", "Utfall", COSTS, OUTCOME, Formula("SUM(C9:C10)", -15525))),
    fails("R101", "månadens summa är överskriven", put("10", "Månad", (THIS_YEAR, COSTS), "feb", -3000000)),
    passes("R101", "samma summa med en annan formel", put("10", "Utfall", COSTS, OUTCOME, Formula("C9+C10+C11+C12+C13", -16015))),
    fails("R102", "utfallet är överskrivet", put("10", "Utfall", "K01", OUTCOME, -13000)),
    fails("R102", "avvikelsen är överskriven", put("10", "Utfall", "K01", "Avvikelse", 50)),
    fails("R102", "procenten är överskriven", put("10", "Utfall", "K01", "Avvikelse %", 0.02)),
    fails("R102", "prognosen är ett streck", put("10", "Prognos", "K01", "Prognos 2025", "–")),
    passes("R102", "skillnaden är mindre än ett halvt öre", put("10", "Utfall", "K01", OUTCOME, -12550.000001)),
    fails("R103", "summans avvikelse är överskriven", put("10", "Utfall", COSTS, "Avvikelse", 0)),
    passes("R103", "summan är överskriven, avvikelsen är kvar", put("10", "Utfall", COSTS, OUTCOME, -15000)),
    fails("R104", "nettot är överskrivet", put("10", "Utfall", NET, OUTCOME, -12000)),
    fails("R104", "nettots prognos är tömd", put("10", "Prognos", NET, "Prognos 2025", None)),
    passes("R104", "nettot är rätt"),
    fails("R105", "ny månad utan omräkning", month("10", "K01", -2490000)),
    passes("R105", "filen är sparad utan värden", change("10", "Utfall", lambda s: None)),
    passes("R105", "en summa är överskriven", put("10", "Utfall", COSTS, OUTCOME, -15000), month("10", "K01", -2490000)),
    fails("R106", "rätt summa inskriven", put("10", "Utfall", COSTS, OUTCOME, -16015), put("10", "Utfall", "K01", OUTCOME, -12550)),
    passes("R106", "fel summa inskriven", put("10", "Utfall", COSTS, OUTCOME, -15000)),
    fails("R107", "en varav-rad står bland kostnaderna", swap_rows("30", "Utfall", VARAV, ("K04",)), put("30", "Utfall", COSTS, OUTCOME, Formula(SUM_OF_COSTS, -8760))),
    passes("R107", "varav-raderna står sist"),
)  # fmt: skip

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
    passes("R121", "kommentar på nettot", put("30", "Utfall", NET, "Kommentar mot budget", "Återbetalt bidrag.")),
    passes("R121", "under båda gränserna", month("30", "I02", 500000), month("30", ("K01", "Personal"), -1100000)),
    fails("R121", "ett streck är ingen kommentar", put("30", "Utfall", NET, "Kommentar mot budget", "–")),
    fails("R122", "kontogruppen över gränserna", month("10", "K01", -3500000)),
    fails("R122", "kommentar bara på nettot", month("10", "K01", -3500000), put("10", "Utfall", NET, "Kommentar mot budget", "Övertid.")),
    passes("R122", "kommentar på raden", month("10", "K01", -3500000), put("10", "Utfall", "K01", "Kommentar mot budget", "Övertid.")),
    fails("R123", "prognosen är ändrad"),
    passes("R123", "orsaken är skriven", put("10", "Prognos", "K01", "Orsak", "Fler anställda.")),
    passes("R123", "en liten ändring", put("10", "Prognos", "K01", "Ny prognos", -30200)),
    passes("R123", "prognosen är tom", put("10", "Prognos", "K01", "Ny prognos", None)),
    fails("R124", "överskott om ett underskott", put("30", "Utfall", NET, "Kommentar mot budget", "Överskott på grund av vakanser.")),
    fails("R124", "lägre kostnader om högre", put("10", "Utfall", "K01", "Kommentar mot budget", "Lägre kostnader än budget.")),
    passes("R124", "rätt riktning", put("30", "Utfall", NET, "Kommentar mot budget", "Underskott på grund av återbetalt bidrag.")),
    passes("R124", "nekat", put("30", "Utfall", NET, "Kommentar mot budget", "Inget överskott; bidraget är återbetalt.")),
    passes("R124", "om något annat än raden", put("30", "Utfall", NET, "Kommentar mot budget", "Överskott i fonden täcker en del.")),
)  # fmt: skip

PARTS = (
    fails("R131", "en varav-rad är ändrad", COMPLETE, month("30", VARAV, -780000)),
    passes("R131", "varav-raderna summerar", COMPLETE),
    passes("R131", "uppdelningen är inte fullständig", month("30", VARAV, -780000)),
    fails("R132", "en varav-rad är större än raden", month("30", VARAV, -1500000)),
    passes("R132", "budgeten minskas av en fiktiv post"),
)

SUBMISSION = (
    fails("R141", "utkast"),
    passes("R141", "inlämnade", submit("10"), submit("20"), submit("30")),
    fails("R142", "inlämnad utan attest", put("10", "Start", "Status", "", "Inlämnad")),
    passes("R142", "inlämnad med attest", submit("10")),
    fails("R143", "samma person", submit("10"), put("10", "Start", "Controller (namn, telefon)", "", "Ek, Eva, 070-12 34 56")),
    passes("R143", "samma förnamn", submit("10"), put("10", "Start", "Controller (namn, telefon)", "", "Eva Alm, 070-12 34 56")),
)  # fmt: skip

REGISTER = (
    fails("R201", "budgeten är höjd", put("10", "Prognos", "K01", "Budget helår", -30250)),
    passes("R201", "budgeten är ramen, omfördelad mellan rader", put("10", "Prognos", "K01", "Budget helår", -30250), put("10", "Prognos", "K02", "Budget helår", -6950)),
    fails("R202", "omdisponeringen är inte inläst", put("10", "Prognos", "K01", "Budget helår", -29000)),
    passes("R202", "allt är inläst"),
    fails("R203", "ett senare beslut är inläst", put("10", "Prognos", "K01", "Budget helår", -30500)),
    passes("R203", "det senare beslutet är inte inläst"),
    fails("R204", "enheten saknar beslut", put(RAM, "Ram", ("RF/1", "20"), "År", 2024)),
    passes("R204", "enheten har beslut"),
    fails("R211", "en månad är ändrad", month("10", "K01", -2490000)),
    fails("R211", "bladet Utfall är borttaget", change("20", "Utfall", drop_sheet)),
    passes("R211", "skillnaden är mindre än en krona", put("10", "Månad", (THIS_YEAR, "K01"), "jan", -2480000.4)),
    fails("R212", "enheten saknar kontrollsumma", put(RAM, "Kontrollsummor", ("20", "utfall"), "Enhet", "22")),
    passes("R212", "kontrollsumman finns"),
    fails("R221", "okänd kod", put("20", "Start", "Enhet (kod)", "", "22")),
    fails("R221", "enheten har upphört", put("20", "Start", "Enhet (kod)", "", "21")),
    passes("R221", "ett annat namn på enheten", put("20", "Start", "Enhet (namn)", "", "Labbet")),
    fails("R222", "en annan månad", put("20", "Start", "Period: månad (1–12)", "", 4)),
    passes("R222", "samma period"),
    fails("R223", "ett annat område", put("20", "Start", "Område", "", "Ledning")),
    passes("R223", "stora bokstäver", put("20", "Start", "Område", "", "NÄRVÅRD")),
)  # fmt: skip

PACKAGE = (
    fails("R301", "samma version, olika innehåll", copy("20", "20 ny"), put("20 ny", "Prognos", "K02", "Ny prognos", -2500)),
    passes("R301", "samma version, samma innehåll", copy("20", "20 ny")),
    fails("R302", "en högre version", copy("20", "20 ny"), put("20 ny", "Start", "Inlämningsversion", "", 2)),
    passes("R302", "en arbetsbok per enhet"),
    fails("R303", "samma bok två gånger", copy("20", "20 ny")),
    passes("R303", "olika versioner", copy("20", "20 ny"), put("20 ny", "Start", "Inlämningsversion", "", 2)),
    Case("R311", "rapportens netto saknar kostnaderna", report=only_income),
    Case("R311", "ett område saknar tabell", found=False, report=without_area),
    Case("R312", "ett område saknar tabell", report=without_area),
    passes("R312", "alla områden har en tabell"),
    fails("R321", "en arbetsbok saknas", remove("20")),
    passes("R321", "två olika arbetsböcker av samma version", copy("20", "20 ny"), put("20 ny", "Prognos", "K02", "Ny prognos", -2500)),
    fails("R331", "beslut för en okänd enhet", put(RAM, "Ram", "HSN/5", "År", 2025)),
    fails("R331", "beslut för en enhet som upphört", put(RAM, "Ram", ("HSN/3", "21"), "År", 2026)),
    passes("R331", "besluten för en upphörd enhet tar ut varandra"),
)  # fmt: skip

CASES = (
    *SHAPE, *ARITHMETIC, *SIGNS, *COMMENTS, *PARTS, *SUBMISSION, *REGISTER, *PACKAGE,
)  # fmt: skip
