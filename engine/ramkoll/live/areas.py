"""Rectangles of cells: from addresses, and from cells that lie side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_letters, parse_a1

CellKey = tuple[int, int]

_WHOLE = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})|\$?([0-9]{1,7}):\$?([0-9]{1,7})")


def area_of(address: str) -> Area:
    """The rectangle of an A1 address, its corners in any order, with or without dollar signs.

    Whole columns and rows (A:C, 5:9) are rectangles. Raises ValueError for all that is none: a
    name, several areas.
    """
    whole = _WHOLE.fullmatch(address)
    if whole is not None and whole[1]:
        address = f"{whole[1]}1:{whole[2]}{MAX_ROW}"
    elif whole is not None:
        address = f"A{whole[3]}:{column_letters(MAX_COLUMN)}{whole[4]}"
    first, _, last = address.partition(":")
    row, column = parse_a1(first)
    other_row, other_column = parse_a1(last) if last or ":" in address else (row, column)
    return Area(
        min(row, other_row),
        min(column, other_column),
        max(row, other_row),
        max(column, other_column),
    )


def size_of(area: Area) -> int:
    """How many cells there are in a rectangle."""
    return (area.bottom - area.top + 1) * (area.right - area.left + 1)


def halves(area: Area) -> list[Area]:
    """An area of several cells cut across its longer side."""
    if area.bottom - area.top >= area.right - area.left:
        middle = (area.top + area.bottom) // 2
        return [
            Area(area.top, area.left, middle, area.right),
            Area(middle + 1, area.left, area.bottom, area.right),
        ]
    middle = (area.left + area.right) // 2
    return [
        Area(area.top, area.left, area.bottom, middle),
        Area(area.top, middle + 1, area.bottom, area.right),
    ]


def rectangles(cells: Iterable[CellKey]) -> list[Area]:
    """Distinct cells as few rectangles, from the top: runs of columns that go on downwards."""
    found: list[Area] = []
    growing: dict[tuple[int, int], int] = {}  # columns of a run to the row that it began on
    previous = 0
    for row, runs in _rows_of_runs(cells):
        going_on = {run: growing[run] for run in runs if run in growing and row == previous + 1}
        found += [
            Area(top, left, previous, right)
            for (left, right), top in growing.items()
            if (left, right) not in going_on
        ]
        growing = {run: going_on.get(run, row) for run in runs}
        previous = row
    found += [Area(top, left, previous, right) for (left, right), top in growing.items()]
    return sorted(found, key=lambda area: (area.top, area.left))


def _rows_of_runs(cells: Iterable[CellKey]) -> list[tuple[int, list[tuple[int, int]]]]:
    """Every row with the first and last column of each unbroken run on it."""
    rows: list[tuple[int, list[tuple[int, int]]]] = []
    for row, column in sorted(cells):
        if not rows or rows[-1][0] != row:
            rows.append((row, [(column, column)]))
            continue
        runs = rows[-1][1]
        if runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return rows
