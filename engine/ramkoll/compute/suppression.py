"""Which figures are not shown, so that no small group can be read out of what is.

A *part* is a figure of a group of persons; a *total* is the figure of several parts together.
Primary suppression hides a group of ``limit`` persons or fewer. Secondary suppression hides
more, so that no sum or difference of shown figures is the figure of such a group. The first
is a rule for one total at a time (``hidden``); the second is made sure of by linear algebra
over everything that is published side by side (``disclosed``), exactly and without rounding.

Källa: offentlighets- och sekretesslagen om statistik och enskilds personliga förhållanden;
SCB:s handbok i statistisk röjandekontroll, undertryckning av celler i tabeller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import gcd
from typing import Any, NamedTuple, TypeAlias

Cell: TypeAlias = Any  # hashable: the smallest group of persons that the source tells apart
_Row: TypeAlias = dict[int, int]  # column: how many times


class Part(NamedTuple):
    """A part of a total, with the fewest persons it had in any month; 0 when nobody is in it.

    ``amount`` is the (non-negative) figure to protect, when known: parts that are hidden
    together and have 0 together are each known to have 0.
    """

    key: str
    persons: int
    amount: Decimal | None = None


class Hidden(NamedTuple):
    """The keys of the parts that are not shown, and whether their total is not shown."""

    parts: frozenset[str]
    total: bool


class Group(NamedTuple):
    """A published figure: the cells it adds up.

    ``rank`` says what is hidden last when there is a choice: the higher, the later. A fixed
    group is published already and cannot be hidden any more.
    """

    key: str
    cells: frozenset[Cell]
    rank: int = 0
    fixed: bool = False


class Breakdown(NamedTuple):
    """A total and its parts, by the keys of their groups; ``together``: all or none."""

    total: str
    parts: tuple[str, ...]
    together: tuple[frozenset[str], ...] = ()


def hidden(
    parts: Iterable[Part],
    limit: int,
    *,
    total_persons: int | None = None,
    together: Iterable[Collection[str]] = (),
    already: Collection[str] = (),
) -> Hidden:
    """What one total asks to be hidden of its parts, and of itself.

    A part of ``limit`` persons or fewer is hidden. What is hidden of a total must be at least
    two parts, with more than ``limit`` persons in all; else the smallest part left is hidden
    too (fewest persons, then the key in order: the same choice every time). ``together`` names
    parts of which all or none are shown; ``already`` parts that are hidden for other reasons.
    When all parts are hidden and are ``limit`` persons or fewer in all, so is the total.
    A part with nobody in it is no group: it needs no protection and gives none.
    """
    known = sorted(parts, key=lambda part: (part.persons, part.key))
    gone = {p.key for p in known if 0 < p.persons <= limit or p.key in already}
    while True:
        for keys in together:
            if gone.intersection(keys):
                gone.update(keys)
        left = [p for p in known if p.persons and p.key not in gone]
        away = [p for p in known if p.persons and p.key in gone]
        if not away or not left or _safe(away, limit):
            break
        gone.add(left[0].key)
    persons = sum(p.persons for p in known) if total_persons is None else total_persons
    return Hidden(frozenset(gone), 0 < persons <= limit)


def _safe(away: Sequence[Part], limit: int) -> bool:
    amounts = [part.amount for part in away if part.amount is not None]
    nothing = len(amounts) == len(away) and not any(amounts)
    return len(away) > 1 and sum(part.persons for part in away) > limit and not nothing


def disclosed(
    shown: Iterable[Group], persons: Mapping[Cell, int], limit: int
) -> frozenset[str] | None:
    """Shown groups that together give away a small group; None when there are none such.

    Every sum and difference of shown figures, with any weights, is looked through: it must
    concern nobody, or more than ``limit`` persons. ``persons`` is per cell in one month; cells
    that are missing or 0 have nobody and no figure. Exact: rational elimination, in integers.
    """
    groups = sorted(shown, key=lambda group: group.key)
    inside: dict[Cell, list[int]] = {}
    for number, group in enumerate(groups):
        for cell in group.cells:
            inside.setdefault(cell, []).append(number)
    # Cells that are in the same groups can never be told apart: they count as one.
    alike: dict[tuple[int, ...], int] = {}
    for cell, numbers in inside.items():
        if persons.get(cell, 0):
            where = tuple(numbers)
            alike[where] = alike.get(where, 0) + persons[cell]
    # Columns in an order of their own, so that the same figures give the same answer every time.
    columns = sorted(alike)
    weights = {column: alike[where] for column, where in enumerate(columns)}
    # A group has a negative column too, which keeps account of how a row has come about.
    rows: list[_Row] = [{-1 - number: 1} for number in range(len(groups))]
    for column, where in enumerate(columns):
        for number in where:
            rows[number][column] = 1
    found = _small(rows, weights, limit)
    if found is None:
        return None
    return frozenset(groups[-1 - column].key for column in found if column < 0)


def _small(rows: list[_Row], weights: Mapping[int, int], limit: int) -> _Row | None:
    """A combination of rows over cells of at most ``limit`` in weight; None when none is.

    The question is hard in general, but the limit is small. Of several bases without a column
    in common, one has at most its share of the limit: only few of its rows can be in it.
    """
    rows = _of_small_cells(rows, weights, limit)
    bases = _bases(rows, weights)
    if len(bases) < 2:
        return _search(rows, weights, limit)
    for basis in bases:
        for chosen in _subsets(sorted(basis), weights, limit // len(bases)):
            found = _search([basis[column] for column in chosen], weights, limit)
            if found is not None:
                return found
    return None


def _search(rows: list[_Row], weights: Mapping[int, int], limit: int) -> _Row | None:
    """The same, one cell at a time: it is out (one row fewer) or paid for (less of the limit)."""
    rows = _of_small_cells(rows, weights, limit)
    if not rows:
        return None
    columns = _columns(rows)
    if sum(weights[column] for column in columns) <= limit:
        return rows[0]
    heaviest = max(columns, key=lambda column: (weights[column], column))
    found = _search(_without(rows, heaviest), weights, limit)
    if found is not None:
        return found
    return _search(rows, {**weights, heaviest: 0}, limit - weights[heaviest])


def _of_small_cells(rows: list[_Row], weights: Mapping[int, int], limit: int) -> list[_Row]:
    """All combinations of rows that have no cell over the limit; those of no cell left out."""
    for column in sorted(_columns(rows)):
        if weights[column] > limit:
            rows = _without(rows, column)
    return [row for row in rows if any(column >= 0 for column in row)]


def _bases(rows: list[_Row], weights: Mapping[int, int]) -> list[dict[int, _Row]]:
    """Bases of the rows by their pivots, a column of which no other row of that basis has.

    No two bases have a pivot in common, and every combination has a pivot of each.
    """
    free = sorted(_columns(rows), key=lambda column: (-weights[column], column))
    bases: list[dict[int, _Row]] = []
    while True:
        left, basis = rows, dict[int, _Row]()
        for column in free:
            having = [row for row in left if column in row]
            if not having:
                continue
            pivot = min(having, key=len)
            left = _without(left, column)
            basis = {
                each: _minus(row, pivot, column) if column in row else row
                for each, row in basis.items()
            }
            basis[column] = pivot
        if (bases and len(basis) < len(bases[0])) or not basis:
            return bases
        bases.append(basis)
        free = [column for column in free if column not in basis]


def _subsets(
    columns: Sequence[int], weights: Mapping[int, int], limit: int
) -> Iterator[tuple[int, ...]]:
    """Every choice of columns that weighs no more than the limit, but for the empty one."""
    for number, column in enumerate(columns):
        if weights[column] <= limit:
            yield (column,)
            for more in _subsets(columns[number + 1 :], weights, limit - weights[column]):
                yield (column, *more)


def _columns(rows: Iterable[_Row]) -> set[int]:
    return {column for row in rows for column in row if column >= 0}


def _without(rows: list[_Row], column: int) -> list[_Row]:
    """All combinations of the rows in which a column is not: one row fewer, if any had it."""
    having = [row for row in rows if column in row]
    if not having:
        return rows
    pivot = min(having, key=len)
    return [
        _minus(row, pivot, column) if column in row else row for row in rows if row is not pivot
    ]


def _minus(row: _Row, pivot: _Row, column: int) -> _Row:
    times, by = pivot[column], row[column]
    mixed = {
        each: value
        for each in row.keys() | pivot.keys()
        if (value := row.get(each, 0) * times - pivot.get(each, 0) * by)
    }
    divisor = gcd(*mixed.values())
    return {each: value // divisor for each, value in mixed.items()}


def fewest_persons(group: Group, months: Iterable[Mapping[Cell, int]]) -> int:
    """A group's size as protection counts it: its fewest persons in a month that has any."""
    sizes = (sum(persons.get(cell, 0) for cell in group.cells) for persons in months)
    return min((size for size in sizes if size), default=0)


def protect(
    groups: Iterable[Group],
    breakdowns: Sequence[Breakdown],
    months: Sequence[Mapping[Cell, int]],
    limit: int,
    *,
    amounts: Callable[[int, Group], Decimal] | None = None,
    fixed: Sequence[Collection[Group]] = (),
) -> tuple[frozenset[str], ...]:
    """The keys that are hidden in each of the accumulated reports of a year, in order.

    ``months`` gives persons per cell, month by month; report number i accumulates the first
    i + 1 of them, and all are taken to have been published. A group is as small as it was in
    its smallest month, since one report less the one before it is the month between. What is
    hidden stays hidden for the rest of the year, so that no earlier report gives it back.
    ``amounts(i, group)`` is the group's accumulated figure in report i, and ``fixed[i]`` what
    has been published elsewhere for the same months (an earlier report in an earlier
    organisation), which itself must be safe.
    """
    ordered = sorted(groups, key=lambda group: (group.rank, group.key))
    gone: frozenset[str] = frozenset()
    reports = []
    for index, persons in enumerate(months):
        fewest = {group.key: fewest_persons(group, months[: index + 1]) for group in ordered}
        sums = {g.key: amounts(index, g) for g in ordered} if amounts else {}
        outside = fixed[index] if index < len(fixed) else ()
        gone = _protect(ordered, breakdowns, persons, limit, gone, fewest, sums, outside)
        reports.append(gone)
    return tuple(reports)


def _protect(
    groups: Sequence[Group],
    breakdowns: Sequence[Breakdown],
    persons: Mapping[Cell, int],
    limit: int,
    before: frozenset[str],
    fewest: Mapping[str, int],
    amounts: Mapping[str, Decimal],
    outside: Collection[Group],
) -> frozenset[str]:
    gone = before | {g.key for g in groups if 0 < fewest.get(g.key, 0) <= limit}
    while True:
        gone = _by_rule(breakdowns, limit, gone, fewest, amounts)
        shown = [group for group in groups if group.key not in gone]
        found = disclosed((*shown, *outside), persons, limit)
        if found is None:
            return gone
        candidates = sorted(
            (group for group in shown if group.key in found and not group.fixed),
            key=lambda group: (group.rank, fewest[group.key], group.key),
        )
        assert candidates, "what was published before must have been safe"
        # Not only the smallest, but the smallest that helps: another sum may give the same away.
        least = next(
            (
                each
                for each in candidates
                if disclosed(({*shown} - {each}) | {*outside}, persons, limit) is None
            ),
            candidates[0],
        )
        gone |= {least.key}


def _by_rule(
    breakdowns: Sequence[Breakdown],
    limit: int,
    gone: frozenset[str],
    fewest: Mapping[str, int],
    amounts: Mapping[str, Decimal],
) -> frozenset[str]:
    """The rule for one total at a time, again until no total asks for more."""
    while True:
        before = gone
        for total, keys, together in breakdowns:
            parts = [Part(key, fewest.get(key, 0), amounts.get(key)) for key in keys]
            found = hidden(
                parts, limit, total_persons=fewest.get(total, 0), together=together, already=gone
            )
            gone |= found.parts | ({total} if found.total else frozenset())
        if gone == before:
            return gone
