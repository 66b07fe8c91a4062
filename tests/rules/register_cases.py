"""Cases of the rules about the register, the frame and all submissions together."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.case import (
    NET,
    RAM,
    THIS_YEAR,
    Case,
    fails,
    month,
    passes,
)
from tests.rules.region import copy, put, remove

from ramkoll.layout.report import ReportLayout


def only_income(report: ReportLayout) -> ReportLayout:
    """A report whose net has lost the costs."""

    def table(old):
        totals = tuple(replace(t, of=("income",)) if t.of else t for t in old.totals)
        return replace(old, totals=totals) if old.rows == "account_groups" else old

    return replace(report, tables=tuple(table(each) for each in report.tables))


def always_commented(report: ReportLayout) -> ReportLayout:
    """A report whose tables of units ask every row for a comment."""
    tables = tuple(replace(t, always_comment="*" in t.areas) for t in report.tables)
    return replace(report, tables=tables)


def without_area(report: ReportLayout) -> ReportLayout:
    """A report that has forgotten an area in its tables of units."""

    def table(old):
        return replace(old, areas=("Närvård",)) if "*" in old.areas else old

    return replace(report, tables=tuple(table(each) for each in report.tables))


REGISTER = (
    fails("R201", "budgeten är höjd", put("10", "Prognos", "K01", "Budget helår", -30250)),
    passes(
        "R201",
        "budgeten är ramen, omfördelad mellan rader",
        put("10", "Prognos", "K01", "Budget helår", -30250),
        put("10", "Prognos", "K02", "Budget helår", -6950),
    ),
    fails(
        "R202",
        "omdisponeringen är inte inläst",
        put("10", "Prognos", "K01", "Budget helår", -29000),
    ),
    passes("R202", "allt är inläst"),
    fails(
        "R203", "ett senare beslut är inläst", put("10", "Prognos", "K01", "Budget helår", -30500)
    ),
    passes("R203", "det senare beslutet är inte inläst"),
    fails("R204", "enheten saknar beslut", put(RAM, "Ram", ("RF/1", "20"), "År", 2024)),
    passes("R204", "enheten har beslut"),
    fails("R211", "en månad är ändrad", month("10", "K01", -2490000)),
    fails(
        "R211",
        "en månad föregående år är ändrad",
        put("10", "Månad", ("Utfall 2024", "K01"), "jan", -2500000),
    ),
    passes(
        "R211",
        "skillnaden är mindre än en krona",
        put("10", "Månad", (THIS_YEAR, "K01"), "jan", -2480000.4),
    ),
    fails(
        "R212",
        "enheten saknar kontrollsumma",
        put(RAM, "Kontrollsummor", ("20", "utfall"), "Enhet", "22"),
    ),
    passes("R212", "kontrollsumman finns"),
    fails("R221", "okänd kod", put("20", "Start", "Enhet (kod)", "", "22")),
    fails("R221", "enheten har upphört", put("20", "Start", "Enhet (kod)", "", "21")),
    passes("R221", "ett annat namn på enheten", put("20", "Start", "Enhet (namn)", "", "Labbet")),
    fails("R222", "en annan månad", put("20", "Start", "Period: månad (1–12)", "", 4)),
    passes("R222", "samma period"),
    fails("R223", "ett annat område", put("20", "Start", "Område", "", "Ledning")),
    passes("R223", "stora bokstäver", put("20", "Start", "Område", "", "NÄRVÅRD")),
)

PACKAGE = (
    fails(
        "R301",
        "samma version, olika innehåll",
        copy("20", "20 ny"),
        put("20 ny", "Prognos", "K02", "Ny prognos", -2500),
    ),
    passes("R301", "samma version, samma innehåll", copy("20", "20 ny")),
    fails(
        "R302",
        "en högre version",
        copy("20", "20 ny"),
        put("20 ny", "Start", "Inlämningsversion", "", 2),
    ),
    passes("R302", "en arbetsbok per enhet"),
    fails("R303", "samma bok två gånger", copy("20", "20 ny")),
    passes(
        "R303",
        "olika versioner",
        copy("20", "20 ny"),
        put("20 ny", "Start", "Inlämningsversion", "", 2),
    ),
    Case("R311", "rapportens netto saknar kostnaderna", report=only_income),
    Case("R311", "ett område saknar tabell", found=False, report=without_area),
    Case("R312", "ett område saknar tabell", report=without_area),
    passes("R312", "alla områden har en tabell"),
    Case("R125", "tabellens rader kommenteras alltid", report=always_commented),
    Case(
        "R125",
        "tabellens rader är kommenterade",
        tuple(
            put(file, "Utfall", NET, "Kommentar mot budget", "Enligt plan.")
            for file in ("10", "20", "30")
        ),
        found=False,
        report=always_commented,
    ),
    passes("R125", "rapporten kräver ingen kommentar"),
    fails("R332", "två nämnder", put(RAM, "Organisation", "30", "Nämnd", "KTN")),
    Case(
        "R332",
        "rapporten säger vilka nämnder den gäller",
        (put(RAM, "Organisation", "30", "Nämnd", "KTN"),),
        found=False,
        report=lambda report: replace(report, boards=("HSN", "KTN")),
    ),
    fails("R321", "en arbetsbok saknas", remove("20")),
    passes(
        "R321",
        "två olika arbetsböcker av samma version",
        copy("20", "20 ny"),
        put("20 ny", "Prognos", "K02", "Ny prognos", -2500),
    ),
    fails("R322", "områdets arbetsbok saknas", remove("område_Närvård")),
    passes("R322", "alla rapportörer har lämnat in"),
    passes(
        "R322",
        "två olika arbetsböcker av samma version",
        copy("område_Närvård", "område ny"),
        put("område ny", "Texter", "Verksamhet", "Text", "Allt löper på."),
    ),
    fails("R331", "beslut för en okänd enhet", put(RAM, "Ram", "HSN/5", "År", 2025)),
    fails("R331", "beslut för en enhet som upphört", put(RAM, "Ram", ("HSN/3", "21"), "År", 2026)),
    passes("R331", "besluten för en upphörd enhet tar ut varandra"),
)

REGISTER_CASES = (*REGISTER, *PACKAGE)
