"""Cases of the rules about formulas that are not the form's, and sheets under other names."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet
from tests.rules.case import COSTS, NET, OUTCOME, Case, both, fails, passes
from tests.rules.region import Edit, Formula, Value, change, put

DEVIATION = "Avvikelse"
K01_MONTHS = 'IF(COUNT({s}!D10:O10)=0,"",SUMIFS({s}!D10:O10,{s}!$D$5:$O$5,"<="&{m})/{n})'


def costs(formula: str, cached: Value, heading: str = OUTCOME) -> Edit:
    """Another formula for the sum of the costs, on row 14 of sheet Utfall."""
    return put("10", "Utfall", COSTS, heading, Formula(formula, cached))


def deviation(formula: str, cached: Value, row: str = "K01") -> Edit:
    """Another formula for a row's deviation; K01 stands on row 9 and deviates by -50 tkr."""
    return put("10", "Utfall", row, DEVIATION, Formula(formula, cached))


def outcome(
    cached: Value, sheet: str = "Månad", month: str = "Start!$B$12", by: int = 1000
) -> Edit:
    """Another formula for the accumulated outcome of K01, which is -12 550 tkr."""
    formula = K01_MONTHS.format(s=sheet, m=month, n=by)
    return put("10", "Utfall", "K01", OUTCOME, Formula(formula, cached))


def rename(sheet: Worksheet) -> None:
    """Another name for a sheet that no formula points at."""
    sheet.title = "Förklaringar"


def rename_in_capitals(sheet: Worksheet) -> None:
    """The same name, as Excel takes it."""
    name = sheet.title.upper()
    sheet.title = "A"  # openpyxl would take the old name for another sheet's
    sheet.title = name


def double(sheet: Worksheet) -> None:
    """A copy of a sheet."""
    assert sheet.parent is not None
    sheet.parent.copy_worksheet(sheet).title = f"{sheet.title} (2)"


def double_and_write(sheet: Worksheet) -> None:
    """A copy of a sheet that somebody has gone on in."""
    double(sheet)
    assert sheet.parent is not None
    sheet.parent.worksheets[-1]["I12"].value = "Skrivet på kopian."


def own_sheet(sheet: Worksheet) -> None:
    """A sheet of the controller's own."""
    assert sheet.parent is not None
    sheet.parent.create_sheet("Utfall egen").append(["Utfall", "Budget", 17])


def own_month(sheet: Worksheet) -> None:
    """A column of one's own after the last month, with the sums moved to the right."""
    row = next(cells[0].row or 0 for cells in sheet.iter_rows() if cells[3].value == "jan")
    for cells in list(sheet.iter_rows(min_row=row)):
        for n in (16, 15, 14):
            sheet.cell(cells[0].row or 0, n + 1).value = cells[n - 1].value
    sheet.cell(row, 14).value, sheet.cell(row + 4, 14).value = "Periodiserat", -70000


def own_column(sheet: Worksheet) -> None:
    """A column of one's own to the right of the table."""
    sheet["T6"].value, sheet["T10"].value = "Periodiserat", -70000


INTEGRITY_CASES: tuple[Case, ...] = (
    fails("R016", "en annan räkning", deviation("AVERAGE(C9,D9)", -12525)),
    fails("R016", "samma räkning utan prövning av tomma celler", deviation("C9-D9", -50)),
    fails("R016", "gånger ett", deviation('IF(COUNT(C9,D9)=0,"",N(C9)-N(D9))*1', -50)),
    passes("R016", "dollartecken", costs('IF(COUNT($C$9:$C$13)=0,"",SUM($C$9:$C$13))', -16015)),
    passes(
        "R016",
        "mellanslag, små bokstäver och ett plus",
        deviation('+if( count(c9, d9)=0,"",n(c9)-n(d9))', -50),
    ),
    fails("R021", "den sista raden saknas", costs("SUM(C9:C12)", -15525)),
    fails("R021", "en rad för högt upp", costs('IF(COUNT(C8:C12)=0,"",SUM(C8:C12))', -12020)),
    fails("R021", "summan är den samma i dag", costs("SUM(C9:C12)", -16015)),
    fails(
        "R021",
        "månaderna slutar i november",
        put(
            "10",
            "Månad",
            ("Utfall 2025", "K01"),
            "Summa",
            Formula('IF(COUNT(D10:N10)=0,"",SUM(D10:N10))', -12550000),
        ),
    ),
    passes("R021", "samma rader i två delar", costs("SUM(C9:C10,C11:C13)", -16015)),
    fails("R022", "två rader saknas", costs("C9+C10+C12", -15525)),
    fails("R022", "en rad är med två gånger", costs("C9+C10+C11+C11+C12+C13", -16505)),
    fails("R022", "en rad dras ifrån", costs("C9-C10+C11+C12+C13", -10065)),
    fails(
        "R022",
        "nettot är utan kostnaderna",
        put("10", "Utfall", NET, OUTCOME, Formula("N(C8)", 3505)),
    ),
    passes("R022", "alla rader är med", costs("C9+C10+C11+C12+C13", -16015)),
    fails("R023", "summan tar med sin egen rad", costs('IF(COUNT(C9:C14)=0,"",SUM(C9:C14))', 0)),
    passes(
        "R023",
        "summan slutar på raden ovanför",
        costs('IF(COUNT(C9:C13)=0,"",SUM(C9:C13))', -16015),
    ),
    fails("R024", "en egen flik", outcome(-12000, "Egen")),
    fails("R024", "summan hämtas från Prognos", costs("SUM(Prognos!C10:C14)", -38400)),
    passes("R024", "bladets namn är skrivet med små bokstäver", outcome(-12550, "månad")),
    fails("R025", "en annan arbetsbok", costs("SUM([1]Blad1!C9:C13)", -16015)),
    fails("R025", "en egen disk", deviation("C9-'C:\\Mina filer\\[budget 2.xlsx]Blad 1'!$D$9", 7)),
    passes("R025", "hakparentes i en tabells kolumn", deviation("Tabell1[Utfall]-D9", -50)),
    fails("R026", "raden under", deviation('IF(COUNT(C10,D10)=0,"",N(C10)-N(D10))', 25)),
    fails(
        "R026",
        "en hel kolumn mot förra året",
        both(
            *(
                deviation(f'IF(COUNT(C{r},G{r})=0,"",N(C{r})-N(G{r}))', 1, k)
                for r, k in ((9, "K01"), (10, "K02"), (11, "K03"))
            )
        ),
    ),
    fails("R026", "månaden står i raden under", outcome(-12550, month="Start!B13")),
    passes("R026", "månaden utan dollartecken", outcome(-12550, month="Start!B12")),
    fails("R027", "femhundra är tillagt", deviation('IF(COUNT(C9,D9)=0,"",N(C9)-N(D9))+500', 450)),
    fails("R027", "uppräknat med två procent", costs("SUM(C9:C13)*1.02", -16335.3)),
    fails("R027", "delat med hundra", outcome(-125500, by=100)),
    passes("R027", "formulärets eget tal", outcome(-12550)),
    fails("R028", "summan är avrundad", costs("ROUND(SUM(C9:C13),-2)", -16000)),
    passes("R028", "cellen visar hela tal", costs('IF(COUNT(C9:C13)=0,"",SUM(C9:C13))', -16015)),
    fails("R029", "felet blir noll", costs("IFERROR(SUM(C9:C13),0)", -16015)),
    passes("R029", "felet syns", costs('IF(COUNT(C9:C13)=0,"",SUM(C9:C13))', "#N/A")),
    fails("R030", "utan tecken", deviation("ABS(C9-D9)", 50)),
    fails("R030", "budget minus utfall", deviation("D9-C9", 50)),
    fails(
        "R030", "plus i stället för minus", deviation('IF(COUNT(C9,D9)=0,"",N(C9)+N(D9))', -25050)
    ),
    passes("R030", "formulärets eget belopp utan tecken"),
    fails("R031", "månaden är inskriven", outcome(-12550, month="5")),
    passes("R031", "månaden hämtas från Start", outcome(-12550)),
    fails("R032", "hänvisningen är borta", deviation("N(C9)-N(#REF!)", "#REF!")),
    passes("R032", "hänvisningen finns", deviation('IF(COUNT(C9,D9)=0,"",N(C9)-N(D9))', -50)),
    fails("R033", "Analys heter något annat", change("10", "Analys", rename)),
    passes("R033", "namnet med stora bokstäver", change("10", "Analys", rename_in_capitals)),
    fails("R034", "en kopia", change("10", "Utfall", double)),
    fails("R034", "en kopia som någon har skrivit på", change("10", "Utfall", double_and_write)),
    passes("R034", "ett eget blad", change("10", "Utfall", own_sheet)),
    fails("R035", "en egen kolumn före december", change("10", "Månad", own_month)),
    passes("R035", "en egen kolumn till höger", change("10", "Månad", own_column)),
)
