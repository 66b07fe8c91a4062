"""A workbook with all that a plan can hold, for the tests of those that write and check it."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from ramkoll.model.cells import Area
from ramkoll.model.plan import (
    Chart,
    Choice,
    Highlight,
    PlannedCell,
    Series,
    SheetPlan,
    Style,
    TablePlan,
    WorkbookPlan,
)

CREATED = datetime(2024, 9, 12, 8, 0)
HEADING = Style(bold=True, fill="DDEBF7", bottom="medium", wrap=True, vertical="center")
AMOUNT = Style(number_format="#,##0", align="right")
INPUT = Style(number_format="#,##0", fill="FFF2CC", locked=False)
LINK = Style(underline=True, colour="0563C1", size=11)

UNITS = ("605", "0605", "99**", "-29", "1-14 Köp av vård")
FORECAST = (Decimal("-12500000.4"), Decimal("800000"), Decimal("0"), Decimal("-2.5"), None)
BUDGET = (Decimal("4000000"), Decimal("700000"), Decimal("1"), Decimal("0.3"), Decimal("9e6"))
TRICKY = (
    "=1+1",
    "+46 70",
    "-29",
    "@namn",
    "\tindrag",
    "_x0041_",
    "a\r\nb",
    'å & <b> "ö" \'',
    "https://exempel.se",
    "internal:A1",
    "0605",
    " kant ",
    "TRUE",
    "1e5",
    "{=1}",
    "\U0001f600",
)


def cells_of_analysis():
    yield PlannedCell(1, 1, "Ekonomisk analys", style=Style(bold=True, size=14))
    for column, text in enumerate(("Enhet", "Prognosavvikelse", "Budgetavvikelse"), 1):
        yield PlannedCell(3, column, text, style=HEADING)
    for row, (unit, forecast, budget) in enumerate(zip(UNITS, FORECAST, BUDGET, strict=True), 4):
        yield PlannedCell(row, 1, unit)
        yield PlannedCell(row, 2, forecast, style=INPUT)
        yield PlannedCell(row, 3, budget, style=AMOUNT)
    yield PlannedCell(9, 2, Decimal("-11700002.9"), "SUM(B4:B8)", AMOUNT)
    yield PlannedCell(9, 3, Decimal("13700001.3"), "SUM(C4:C8)", Style(top="C00000"))


def formulas():
    """One formula for each kind of value that it can show."""
    yield PlannedCell(1, 1, Decimal("0.3"), "0.1+0.2")
    yield PlannedCell(2, 1, "605", '"6"&"05"')
    yield PlannedCell(3, 1, "", 'IF(TRUE,"",1)')
    yield PlannedCell(4, 1, True, "1=1")
    yield PlannedCell(5, 1, False, "1=2")
    yield PlannedCell(6, 1, "#DIV/0!", "1/0")
    yield PlannedCell(7, 1, date(2024, 8, 31), "DATE(2024,8,31)")
    yield PlannedCell(8, 1, "a&b <c> _x0041_", '"a&b <c> _x0041_"')
    yield PlannedCell(9, 1, Decimal("0"), "SUM(A1:A1)-0.3", Style(number_format="0.00"))
    yield PlannedCell(10, 1, Decimal("-11700002.9"), "'Ekonomisk analys'!B9", AMOUNT)
    yield PlannedCell(11, 1, Decimal("2"), "COUNTA(U_nyckel)")


def values():
    for row, text in enumerate(TRICKY, 1):
        yield PlannedCell(row, 1, text)
    noon = datetime(2024, 8, 31, 12)
    kinds = (Decimal("1234567.89"), True, False, date(2024, 2, 29), noon, None, "")
    for row, value in enumerate(kinds, 1):
        yield PlannedCell(row, 2, value, style=Style(fill="EEEEEE"))
    yield PlannedCell(1, 3, date(2024, 2, 29), style=Style(number_format="d mmm"))
    yield PlannedCell(1, 4, "Till analysen", style=LINK, link="internal:'Ekonomisk analys'!B4")
    yield PlannedCell(2, 4, "605", style=LINK, link="external:605.xlsx#'Utfall'!E14")
    yield PlannedCell(
        3, 4, "Källa", style=LINK, link="external:Inlämnat/Hälso och sjukvård.xlsx#'Årets mål'!A1"
    )
    yield PlannedCell(4, 4, Decimal("5"), "2+3", LINK, link="internal:Formler!A1")
    yield PlannedCell(5, 4, Decimal("7"), style=LINK, link="external:../605 å.xlsx#Utfall!E14")


def chart(kind, **changes):
    labels, row = Area(4, 1, 8, 1), 12 if kind == "bar" else 32
    forecast = Series(
        "Prognosavvikelse", "Ekonomisk analys", labels, Area(4, 2, 8, 2), "1F4E79", UNITS,
        FORECAST, negative_colour="C00000",
    )  # fmt: skip
    budget = Series(
        "Budgetavvikelse", "Ekonomisk analys", labels, Area(4, 3, 8, 3), "7F7F7F", UNITS,
        BUDGET, pattern="wide_upward_diagonal",
    )  # fmt: skip
    drawn = Chart(
        kind, "Avvikelse per enhet", (forecast, budget), row, 1, 640, 360, "kronor",
        "Enhet 605 avviker mest, med −12,5 mnkr.",
    )  # fmt: skip
    return replace(drawn, **changes)


def rich_plan():
    """A workbook with all that a plan can hold."""
    area = Area(4, 2, 8, 2)
    analysis = SheetPlan(
        "Ekonomisk analys",
        tuple(cells_of_analysis()),
        widths={1: 24, 2: 18, 3: 18.5},
        heights={1: 24, 3: 30},
        freeze=(3, 1),
        tab_colour="1F4E79",
        repeat_rows=(1, 3),
        print_area=Area(1, 1, 52, 8),
        page_breaks=(30,),
        header="&L605 Akutsjukvård&RÅr 2024",
        footer="&CSida &P av &N",
        protected=True,
        zoom=85,
        charts=(chart("bar"), chart("column")),
        choices=(Choice(area, ("Ja", "Nej", "Vet ej"), "Svar", "Välj ett svar."),),
        highlights=(Highlight(area, "$B4<0", Style(colour="C00000", fill="FFC7CE", bold=True)),),
    )
    rows: list[tuple[str, str | Decimal]] = [
        ("nyckel", "värde"),
        ("k605", Decimal(1)),
        ("k0605", Decimal(2)),
    ]
    base = SheetPlan(
        "Underlag",
        tuple(PlannedCell(r, c, v) for r, row in enumerate(rows, 4) for c, v in enumerate(row, 1)),
        landscape=False,
        tables=(TablePlan("Underlagstabell", Area(4, 1, 6, 2), ("nyckel", "värde")),),
    )
    return WorkbookPlan(
        (
            analysis,
            base,
            SheetPlan("Formler", tuple(formulas())),
            SheetPlan("Värden", tuple(values())),
        ),
        CREATED,
        "Uppföljning 2024-08",
        names={"U_varde": "Underlag!$B$5:$B$6", "U_nyckel": "Underlag!$A$5:$A$6",
               "Analys": "'Ekonomisk analys'!$B$9"},
        comments="Exempel",
    )  # fmt: skip


def plan_of(*cells, **changes):
    return WorkbookPlan((SheetPlan("Blad", cells, **changes),), CREATED, "Prov")
