"""An attacker who can add and subtract: which small groups do published sums give away?

Written in another way than the engine's own search, on purpose: every set of cells that is
small enough is tried, by rank, in fractions.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

Cell = Any  # hashable: whoever attacks knows what it stands for


def rank(rows: Iterable[Sequence[int]]) -> int:
    """The rank of a matrix, exactly."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        at = next((n for n in range(found, len(left)) if left[n][column]), None)
        if at is None:
            continue
        left[found], left[at] = left[at], left[found]
        pivot = left[found]
        for n in range(found + 1, len(left)):
            factor = left[n][column] / pivot[column]
            if factor:
                left[n] = [a - factor * b for a, b in zip(left[n], pivot, strict=True)]
        found += 1
    return found


def determined(published: Iterable[Collection[Cell]], target: Collection[Cell]) -> bool:
    """Whether the sum over the target follows from published sums, whatever the figures are."""
    groups = [frozenset(each) for each in published]
    cells = sorted({cell for group in (*groups, target) for cell in group}, key=repr)
    rows = [[int(cell in group) for cell in cells] for group in groups]
    return rank(rows) == rank([*rows, [int(cell in target) for cell in cells]])


def small_sets(persons: Mapping[Cell, int], limit: int) -> list[frozenset[Cell]]:
    """The largest sets of cells with at most so many persons: no such set lies in another."""
    cells = sorted((cell for cell in persons if 0 < persons[cell] <= limit), key=repr)
    found: list[frozenset[Cell]] = []
    for size in range(len(cells), 0, -1):
        for chosen in map(frozenset, combinations(cells, size)):
            small = sum(persons[cell] for cell in chosen) <= limit
            if small and not any(chosen < each for each in found):
                found.append(chosen)
    return found


def given_away(
    published: Iterable[Collection[Cell]], persons: Mapping[Cell, int], limit: int
) -> frozenset[Cell] | None:
    """A set of at most ``limit`` persons about which some sum or difference says something."""
    there = sorted((cell for cell, count in persons.items() if count), key=repr)
    groups = {frozenset(each).intersection(there) for each in published} - {frozenset()}
    rows = [[int(cell in group) for cell in there] for group in groups]
    full = rank(rows)
    for small in small_sets(persons, limit):
        kept = [n for n, cell in enumerate(there) if cell not in small]
        if rank([[row[n] for n in kept] for row in rows]) < full:
            return small
    return None


def reports_give_away(
    reports: Sequence[Iterable[Collection[Cell]]], months: Sequence[Mapping[Cell, int]], limit: int
) -> tuple[int, frozenset[Cell]] | None:
    """The month and the group that accumulated reports give away together; report i ends with
    month i. A month's own figures are seen by all reports from it and on."""
    for index, persons in enumerate(months):
        published = [group for report in reports[index:] for group in report]
        found = given_away(published, persons, limit)
        if found is not None:
            return index, found
    return None
