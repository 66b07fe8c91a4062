"""Cells that break the formula pattern of their neighbours: another formula, or a typed number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.compute.own_sheets.ends import Break, belongs
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of
from ramkoll.compute.own_sheets.worth import worth
from ramkoll.model.formula_text import in_r1c1

LEAST_AROUND = 4  # equal formulas around a break, on both sides together
TIMES_AS_MANY = 3  # as the cells that break it
SHARE = 8  # of the pattern's cells in the line, one in so many may break it
BAND = 3  # so many side by side that break their columns are a row of another kind


class _Run(NamedTuple):
    """Cells in a row of a line with the same key; "" for typed numbers."""

    key: str
    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def breaks(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Other formulas and typed numbers among at least four equal formulas, or at their end.

    Looked for down columns and along rows. What repeats itself along the line, adds up the line,
    or stretches across it (a row of another kind) is meant so. At the end of the equal formulas a
    cell must stand in a row that is in all else like the one before.
    """
    down, down_ends = _in_lines(sheet, downward=True)
    along, along_ends = _in_lines(sheet, downward=False)
    kept: dict[Place, Break] = {}
    for found, across, sideways in ((down, along, (0, 1)), (along, down, (1, 0))):
        for place, each in found.items():
            if place in across or not _stretches(sheet, each, found, sideways):
                kept.setdefault(place, each)
    for ends, sideways in ((down_ends, (0, 1)), (along_ends, (1, 0))):
        for place, each in ends.items():
            if place not in down and place not in along and belongs(book, sheet, each, sideways):
                kept.setdefault(place, each)
    yield from _remarks(book, sheet, kept)


def _in_lines(sheet: OwnSheet, *, downward: bool) -> tuple[dict[Place, Break], dict[Place, Break]]:
    """The cells that differ inside equal formulas, and those at their ends, by place."""
    inside: dict[Place, Break] = {}
    ends: dict[Place, Break] = {}
    counts: Counter[tuple[int, str]] = Counter()
    for (row, column), key in sheet.keys.items():
        counts[column if downward else row, key] += 1
    # Only where enough equal formulas stand can anything differ from them.
    lines: dict[int, list[tuple[int, str]]] = {
        line: [] for (line, _), count in counts.items() if count >= LEAST_AROUND
    }
    if not lines:
        return inside, ends
    for (row, column), key in sheet.keys.items():
        line, at = (column, row) if downward else (row, column)
        if line in lines:
            lines[line].append((at, key))
    for row, column in sheet.typed:
        line, at = (column, row) if downward else (row, column)
        if line in lines:
            lines[line].append((at, ""))
    for line, cells in lines.items():
        runs = _runs(sorted(cells))
        for found, into in (
            (_in_line(sheet, runs, downward), inside),
            (_at_ends(sheet, runs, downward), ends),
        ):
            for at, key, pattern, near in found:
                place = (at, line) if downward else (line, at)
                neighbour = (near, line) if downward else (line, near)
                into[place] = Break(place, key, pattern, neighbour)
    return inside, ends


def _in_line(sheet: OwnSheet, runs: list[_Run], downward: bool) -> list[tuple[int, str, str, int]]:
    if len(runs) < 3:
        return []
    sizes: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for run in runs:
        sizes[run.key] += run.size
        places[run.key] += 1
    gaps: dict[str, list[list[_Run]]] = {}
    for i, before in enumerate(runs[:-2]):
        if not before.key:
            continue
        between: list[_Run] = []
        for run in runs[i + 1 : i + 5]:
            if run.first != (between[-1] if between else before).last + 1:
                break
            if run.key == before.key:
                least = max(LEAST_AROUND, TIMES_AS_MANY * sum(each.size for each in between))
                if before.size + run.size >= least:
                    gaps.setdefault(before.key, []).append(between)
                break
            between.append(run)
    found = []
    for key, of_key in gaps.items():
        if len(of_key) > max(1, sizes[key] // SHARE):
            continue
        pattern = sheet.patterns[key]
        for between in of_key:
            near = between[0].first - 1
            for run in between:
                if run.key and (
                    places[run.key] > 1 or _adds_up(sheet.patterns[run.key], pattern, downward)
                ):
                    continue
                found += [(at, run.key, key, near) for at in range(run.first, run.last + 1)]
    return found


def _at_ends(sheet: OwnSheet, runs: list[_Run], downward: bool) -> list[tuple[int, str, str, int]]:
    """Single cells right before or after enough equal formulas."""
    found = []
    for one, other in pairwise(runs):
        if other.first != one.last + 1:
            continue
        for run, end, at, near in (
            (one, other, other.first, one.last),
            (other, one, one.last, other.first),
        ):
            if not run.key or run.size < LEAST_AROUND or end.size != 1:
                continue
            around = sheet.patterns[run.key]
            if not end.key or not _adds_up(sheet.patterns[end.key], around, downward):
                found.append((at, end.key, run.key, near))
    return found


def _runs(cells: list[tuple[int, str]]) -> list[_Run]:
    runs: list[_Run] = []
    first, last, key = 0, -1, ""
    for at, each in cells:
        if each != key or at != last + 1:
            if last > 0:
                runs.append(_Run(key, first, last))
            first, key = at, each
        last = at
    if last > 0:
        runs.append(_Run(key, first, last))
    return runs


def _adds_up(pattern: Pattern, around: Pattern, downward: bool) -> bool:
    """Whether a formula takes several cells of its own line, as a subtotal; the others do not."""
    return _of_line(pattern, downward) > 1 >= _of_line(around, downward)


def _of_line(pattern: Pattern, downward: bool) -> int:
    """How many cells of its own line a formula points at, at most."""
    row, column = pattern.first
    count = 0
    for reference in pattern.references:
        area = reference.area
        if reference.sheet or reference.workbook:
            continue
        if downward and area.left <= column <= area.right:
            count += area.bottom - area.top + 1
        elif not downward and area.top <= row <= area.bottom:
            count += area.right - area.left + 1
    return count


def _stretches(sheet: OwnSheet, each: Break, found: Mapping[Place, Break], sideways: Place) -> bool:
    """Whether the cells beside it across the line break their lines in the same way."""
    if each.key:
        return any(
            sheet.keys.get((each.place[0] + way * sideways[0], each.place[1] + way * sideways[1]))
            == each.key
            for way in (-1, 1)
        )
    width = 1
    for way in (-1, 1):
        row, column = each.place
        while width < BAND:
            row, column = row + way * sideways[0], column + way * sideways[1]
            beside = found.get((row, column))
            if beside is None or beside.key:
                break
            width += 1
    return width >= BAND


def _remarks(book: OwnBook, sheet: OwnSheet, kept: Mapping[Place, Break]) -> Iterator[OwnRemark]:
    groups: dict[tuple[str, str], list[Break]] = {}
    for each in kept.values():
        if not each.key or not _same(sheet, each):
            groups.setdefault((each.key, each.pattern), []).append(each)
    for (key, around), members in groups.items():
        pattern = sheet.patterns[around]
        of = {each.place: each for each in members}
        for area in areas_of(of):
            first = of[area.top, area.left]
            cell = sheet.sheet.cell(*first.place)
            alone = area.top == area.bottom and area.left == area.right
            facts = {
                "area": area.address,
                "formula": f"={cell.formula}" if cell.formula is not None else "",
                "shown": sheet.number(first.place),
                "pattern": pattern.text_at(first.place),
                "expected": worth(book, sheet, pattern, first.place) if alone else None,
            }
            kind = OwnKind.PATTERN_BROKEN if key else OwnKind.CONSTANT
            yield OwnRemark(kind, sheet.ref(first.place), facts, (sheet.ref(first.neighbour),))


def _same(sheet: OwnSheet, each: Break) -> bool:
    """Whether two keys are one formula after all, written with other spaces."""
    here, there = sheet.sheet.cell(*each.place).formula, sheet.sheet.cell(*each.neighbour).formula
    return in_r1c1(here or "", *each.place) == in_r1c1(there or "", *each.neighbour)
