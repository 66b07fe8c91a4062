"""Cases of the rules about saved values: figures of a form that are formulas somebody wrote."""

from __future__ import annotations

from pathlib import Path

from tests.rules.case import THIS_YEAR, both, fails, passes
from tests.rules.region import Edit, Formula, find, put

ROW = (THIS_YEAR, "K02")


def january(formula: str, cached: float | None) -> Edit:
    """January's outcome as a formula, with the value that the file says it has."""
    return put("10", "Månad", ROW, "jan", Formula(formula, cached))


def of_each_other(folder: Path) -> None:
    """January is made of February and February of January."""
    path = folder / "10.xlsx"
    _, january_at = find(path, "Månad", ROW, "jan")
    _, february_at = find(path, "Månad", ROW, "feb")
    both(
        put("10", "Månad", ROW, "jan", Formula(f"{february_at}*2", 0)),
        put("10", "Månad", ROW, "feb", Formula(f"-SUM({january_at}:{january_at})", 0)),
    )(folder)


def of_itself(*months: str) -> Edit:
    """Each of the months is made of itself."""

    def edit(folder: Path) -> None:
        for month in months:
            _, at = find(folder / "10.xlsx", "Månad", ROW, month)
            put("10", "Månad", ROW, month, Formula(f"{at}+1", 0))(folder)

    return edit


def of_february(cached: float) -> Edit:
    """January is made of February, and shows a value."""

    def edit(folder: Path) -> None:
        _, at = find(folder / "10.xlsx", "Månad", ROW, "feb")
        both(
            put("10", "Månad", ROW, "feb", -500_000),
            put("10", "Månad", ROW, "jan", Formula(f"{at}*2", cached)),
        )(folder)

    return edit


RECALCULATION_CASES = (
    fails("R041", "talet i formeln har ändrats", january("-1200000*2", -2_000_000)),
    fails("R041", "cellen som formeln hämtar från har ändrats", of_february(-900_000)),
    passes("R041", "formelns värde är sparat", january("-1200000*2", -2_400_000)),
    passes("R041", "en cell hämtas, och värdet är sparat", of_february(-1_000_000)),
    passes("R041", "ett tal", put("10", "Månad", ROW, "jan", -2_000_000)),
    fails("R042", "formeln har inget sparat värde", january("-1200000*2", None)),
    passes("R042", "formelns värde är sparat", january("-1200000*2", -2_400_000)),
    fails("R043", "två månader hämtar från varandra", of_each_other),
    fails(
        "R043",
        "många månader hämtar från sig själva",
        of_itself("jan", "feb", "mar", "apr", "maj", "jun"),
    ),
    passes("R043", "en månad hämtar från en annan", of_february(-1_000_000)),
    fails("R044", "värdet beror på dagen", january("-2000000-0*TODAY()", -2_000_000)),
    fails("R044", "värdet är en text på Excels språk", january('VALUE("-2000000")', -2_100_000)),
    passes("R044", "formelns värde är sparat", january("-1200000*2", -2_400_000)),
    fails("R045", "funktionen är inte prövad mot Excel", january("-SUMSQ(1000,1000)", -2_400_000)),
    passes("R045", "räknemotorn får det sparade värdet", january("-SUMSQ(1000,1000)", -2_000_000)),
)
