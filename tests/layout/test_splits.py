"""Small numbers by sex or age are found wherever they stand in a workbook, and nothing else is."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from ramkoll.layout.form import Irregular
from ramkoll.layout.splits import small_splits
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.workbook import Sheet, Submission

Value = str | int | float | None


def found(rows: Sequence[Sequence[Value]], limit: int = 10) -> list[str]:
    cells = {
        (r, c): Cell(CellKind.TEXT, value)
        if isinstance(value, str)
        else Cell(CellKind.NUMBER, Decimal(str(value)))
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if value is not None
    }
    submission = Submission("10.xlsx", "", (Sheet("Min flik", cells),))
    hits = list(small_splits(submission, Decimal(limit)))
    assert all(each.kind is Irregular.SMALL_SPLIT for each in hits)
    return [each.at.address for each in hits]


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([["Kön", "Antal"], ["K", 4], ["M", 60]], "A1"),
        ([["Enhet", "Åldersgrupp", "Sjuka"], ["10", "-29", 3]], "B1"),
        ([["Kvinnor", 7], ["Män", 25]], "A1"),
        ([["", "Kvinnor", "Män"], ["Chefer", 12, 6.5]], "C1"),
        ([["Sjuka"], ["-29", 2], ["30-49", 14], ["50-", 3]], "A2"),
        ([["varav kvinnor:", 12], ["varav män:", 5]], "A2"),
    ],
)
def test_few_persons_by_sex_or_age_are_found(rows: list[list[Value]], at: str) -> None:
    assert found(rows) == [at]


@pytest.mark.parametrize(
    "rows",
    [
        [["Kvinnor", 70], ["Män", 25]],  # more persons than the limit
        [["Kvinnor", 0.71], ["Män", 0.29]],  # shares
        [["Kvinnor och män ska ha lika villkor", 4]],
        [["Man", 4]],  # a lone word
        [["Kön"], ["Redovisas av HR"]],
        [["Kön", "Åldersgrupp"]],
        [["Lokaler 30-49", 4], ["30-49", 3]],  # one range of something
        [["Enhet", "Antal"], ["10", 4]],
    ],
)
def test_what_is_no_split_of_few_persons_is_let_pass(rows: list[list[Value]]) -> None:
    assert found(rows) == []


def test_the_limit_is_the_regions_own() -> None:
    rows: list[list[Value]] = [["Kvinnor", 4], ["Män", 25]]
    assert found(rows, 4) == ["A1"]
    assert found(rows, 3) == []
