"""What a case of a rule is: an edit of the messy region that it finds, or that it lets pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.rules.region import FRAME, Edit, put

from ramkoll.layout.report import ReportLayout
from ramkoll.model.period import Period

OUTCOME, BUDGET = "Utfall jan", "Budget jan"
COSTS, NET = "Summa kostnader", "Netto"
THIS_YEAR = "Utfall 2025"
RAM = FRAME.removesuffix(".xlsx")


@dataclass(frozen=True)
class Case:
    """What is done to the region's workbooks; ``found`` says whether the rule has anything to say.

    ``report`` changes the report's layout, as a region's own file would. ``extract`` gives an
    extract's name and lines to add to it, before the workbooks are distributed. ``sheets`` takes
    the region whose workbooks have all sheets, in that period.
    """

    rule: str
    name: str
    edits: tuple[Edit, ...] = ()
    found: bool = True
    report: Callable[[ReportLayout], ReportLayout] | None = None
    extract: tuple[str, str] | None = None
    sheets: Period | None = None


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


def both(*edits: Edit) -> Edit:
    """Several edits as one."""

    def edit(folder: Path) -> None:
        for each in edits:
            each(folder)

    return edit
