"""Replaces a workbook over and over, until it is killed: ``python -m tests.excel.killed PATH``."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from tests.excel.survival import FILE, PLAN

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.replace import replace_file
from ramkoll.model.plan import PlannedCell, SheetPlan


def with_number(number: int) -> SheetPlan:
    """The sheet of round ``number``, which stands in its cell C1 and in all its last cells."""
    cells = [PlannedCell(row, 3, f"varv {number}") for row in range(1, 400)]
    return SheetPlan(PLAN.name, (*PLAN.cells, *cells))


def main() -> None:
    """Say when the first round is done, and go on."""
    path = Path(sys.argv[1])
    for number in count(1):
        what = Graft(sheets=(SheetGraft(with_number(number)),))
        replace_file(path, graft(path.read_bytes(), FILE, what, dependents=False).data)
        if number == 1:
            print("igång", flush=True)


if __name__ == "__main__":
    main()
