"""Regions made up from a few lines: their extracts, and what must come of them.

The figures are whole kronor drawn from the row's own names, so that every row has one of its own
and two that change places are seen. ``totals`` is the oracle: it adds up the extract with
nothing of ours.
"""

import csv
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tests.pipeline.opened import layouts

from ramkoll.excel.scan import scan
from ramkoll.model.findings import Severity
from ramkoll.model.period import Period
from ramkoll.pipeline.check import Checked
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.distribute import Distribution, distribute

Row = tuple[str, str, int, int, int, str]  # enhet, kontogrupp, år, månad, belopp, delpost

HEADERS = {
    "enheter": "kod,namn,område,nämnd,giltig_från,giltig_till,föregångare,ingår_i",
    "kontogrupper": "kod,namn,typ,ordning",
    "utfall_månad": "enhet,kontogrupp,år,månad,utfall_kr,delpost",
    "budget_månad": "enhet,kontogrupp,år,månad,budget_kr,delpost",
    "prognos": "enhet,kontogrupp,prognos_helår_kr,föregående_prognos_kr,budget_helår_kr",
    "budgetram": "beslut_id,datum,år,nämnd,område,enhet,belopp_tkr,typ,text",
}
GROUPS = (("I1", "Intäkter", "intäkt", 1), ("K1", "Kostnader", "kostnad", 2))


def amount(*names: object) -> int:
    """A whole number of kronor of its own for these names, either sign."""
    return zlib.crc32(repr(names).encode()) % 9_000_001 - 6_000_000


@dataclass
class Region:
    """What the extracts say. ``enheter`` are rows of eight texts, as the file has them."""

    enheter: list[tuple[str, ...]]
    groups: Sequence[tuple[str, str, str, object]] = GROUPS
    outcome: list[Row] = field(default_factory=list)
    budget: list[Row] = field(default_factory=list)
    forecast: list[tuple[str, str, int, int, int]] = field(default_factory=list)
    decisions: list[tuple[object, ...]] = field(default_factory=list)

    def book(self, enhet: str, year: int, months: Iterable[int], part: str = "") -> "Region":
        """Outcome for a unit in every account group."""
        for month in months:
            for group, *_ in self.groups:
                figure = amount("u", enhet, group, year, month, part)
                self.outcome.append((enhet, group, year, month, figure, part))
        return self

    def plan(self, enhet: str, year: int) -> "Region":
        """A budget, a forecast and a frame for a unit, which agree."""
        whole = 0
        for group, *_ in self.groups:
            monthly = [1000 * (amount("b", enhet, group, month) // 1000) for month in range(1, 13)]
            for month, figure in enumerate(monthly, 1):
                self.budget.append((enhet, group, year, month, figure, ""))
            whole += sum(monthly)
            self.forecast.append(
                (enhet, group, amount("p", enhet, group), amount("f", enhet, group), sum(monthly))
            )
        row = next(each for each in reversed(self.enheter) if each[0] == enhet)
        frame = (f"RF/{year}", f"{year - 1}-11-20", year, row[3], row[2], enhet)
        self.decisions.append((*frame, whole // 1000, "ursprung", ""))
        return self

    def write(self, folder: Path) -> Path:
        """The extracts as files."""
        rows: Mapping[str, Sequence[Sequence[object]]] = {
            "enheter": self.enheter,
            "kontogrupper": self.groups,
            "utfall_månad": self.outcome,
            "budget_månad": self.budget,
            "prognos": self.forecast,
            "budgetram": self.decisions,
        }
        folder.mkdir(parents=True, exist_ok=True)
        for name, header in HEADERS.items():
            with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header.split(","))
                writer.writerows(rows[name])
        return folder

    def totals(self, year: int, until: int) -> dict[tuple[str, str], Decimal]:
        """Accumulated outcome by unit and account group, as the extract has the units."""
        found: dict[tuple[str, str], Decimal] = {}
        for enhet, group, row_year, month, figure, _ in self.outcome:
            if row_year == year and month <= until:
                found[enhet, group] = found.get((enhet, group), Decimal(0)) + figure
        return found


def unit(
    code: str,
    name: str = "",
    area: str = "Vård",
    begins: str = "2015-01-01",
    ends: str = "",
    before: str = "",
    part_of: str = "",
    board: str = "RS",
) -> tuple[str, ...]:
    """A row of enheter."""
    return code, name or f"Enhet {code}", area, board, begins, ends, before, part_of


@dataclass(frozen=True)
class Run:
    """A region that was distributed, checked and consolidated."""

    made: Distribution
    checked: Checked
    books: Path
    report: Path

    def outcome(self, measure: str = "outcome_ytd") -> dict[tuple[str, str], Decimal]:
        """Figures by unit and account group as the consolidated workbook has them."""
        assert self.checked.package is not None
        return {
            (each.enhet, each.line): each.value
            for each in self.checked.package.underlag.entries
            if each.measure == measure
        }

    def lost(self, file: str = "utfall_månad.csv") -> Decimal:
        """What findings say is in no workbook, to the krona."""
        found = Decimal(0)
        for each in self.made.findings:
            if each.rule == "R090" and each.at.file == file:
                match = re.search(r"; (.+) kr kommer", each.message.replace("\u00a0kr", " kr"))
                assert match is not None, each.message
                plain = match[1].replace("\u00a0", "").replace("\u2212", "-").replace(",", ".")
                found += Decimal(plain)
        return found

    def blocking(self) -> list[str]:
        """What stops the figures, after distribution and in the check."""
        both = (*self.made.findings, *self.checked.findings)
        return [f"{e.rule} {e.at}: {e.message}" for e in both if e.severity is Severity.BLOCKS]


def whole_way(region: Region, work: Path, period: str) -> Run:
    """Extracts, workbooks, check, regionstyrelse workbook; the report is read back."""
    books, report = work / "böcker", work / "rapport.xlsx"
    inputs = region.write(work / "utdrag")
    made = distribute(inputs, Period.parse(period), books, layouts(), lambda *_: None)
    whole = consolidate(books, report, layouts(), lambda *_: None, datetime(2025, 6, 1))
    scan(report)
    return Run(made, whole.checked, books, report)
