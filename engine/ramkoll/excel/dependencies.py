"""Which formula cells a cell is made of, which use it, and the rings among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ramkoll.excel.engine import Place
from ramkoll.excel.explicit import Cells

# Areas have nodes of their own, so that a thousand sums of one column cost one column.
_MOST_STEPS = 5_000_000


class TooMuch(Exception):
    """The formulas point at each other in more ways than are gone through."""


class Graph:
    """The formula cells of a workbook by what they use. Built once, never changed."""

    def __init__(self, uses: Mapping[Place, Sequence[Cells]]) -> None:
        self.uses = uses
        columns: dict[tuple[int, int], list[int]] = defaultdict(list)
        for sheet, row, column in uses:
            columns[sheet, column].append(row)
        self._rows = {key: sorted(rows) for key, rows in columns.items()}
        self._columns: dict[int, list[int]] = defaultdict(list)
        for sheet, column in sorted(self._rows):
            self._columns[sheet].append(column)
        self._known: dict[Cells, tuple[Place, ...]] = {}
        self._steps = 0

    def formulas_in(self, cells: Cells) -> tuple[Place, ...]:
        """The formula cells of an area. Raises TooMuch."""
        if cells not in self._known:
            found = tuple(self._formulas_in(cells))
            self._steps += len(found) + 1
            if self._steps > _MOST_STEPS:
                raise TooMuch
            self._known[cells] = found
        return self._known[cells]

    def _formulas_in(self, cells: Cells) -> Iterator[Place]:
        sheet, area = cells
        columns = self._columns.get(sheet, [])
        for column in columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]:
            rows = self._rows[sheet, column]
            for row in rows[bisect_left(rows, area.top) : bisect_right(rows, area.bottom)]:
                yield sheet, row, column

    def used_by(self, place: Place) -> Iterator[Place]:
        """The formula cells that a formula cell refers to."""
        for cells in self.uses[place]:
            yield from self.formulas_in(cells)

    @cached_property
    def _users(self) -> dict[Cells, list[Place]]:
        users: dict[Cells, list[Place]] = defaultdict(list)
        for place, uses in self.uses.items():
            for cells in dict.fromkeys(uses):
                users[cells].append(place)
        return users

    def users_of(self, place: Place) -> Iterator[Place]:
        """The formula cells that refer to a cell, in whatever way."""
        sheet, row, column = place
        for cells, users in self._users.items():
            if cells.sheet == sheet and cells.area.holds(row, column):
                yield from users

    def dependents(self, places: Iterable[Place]) -> set[Place]:
        """The formula cells that build on any of the cells, through others or not."""
        users: dict[Place, list[Cells]] = defaultdict(list)
        for cells in self._users:
            for inside in self.formulas_in(cells):
                users[inside].append(cells)
        found: set[Place] = set()
        waiting = list(places)
        met: set[Cells] = set()
        while waiting:
            for cells in users[waiting.pop()]:
                if cells not in met:
                    met.add(cells)
                    fresh = [each for each in self._users[cells] if each not in found]
                    found.update(fresh)
                    waiting += fresh
        return found

    def rings(self) -> list[tuple[Place, ...]]:
        """Circular references: for each knot one ring, in the order its cells point at each other.

        Raises TooMuch.
        """

        def after(node: Place | Cells) -> Sequence[Place | Cells]:
            if isinstance(node, Cells):
                return self.formulas_in(node)
            return tuple(dict.fromkeys(self.uses[node]))

        return [
            ring for knot in _knots(self.uses, after) if (ring := _ring(knot, self.uses, after))
        ]


def _knots(
    starts: Iterable[Place | Cells], after: Callable[[Place | Cells], Sequence[Place | Cells]]
) -> Iterator[set[Place | Cells]]:
    """Tarjan's strongly connected parts of more than one node, without recursion."""
    number: dict[Place | Cells, int] = {}
    low: dict[Place | Cells, int] = {}
    open_nodes: list[Place | Cells] = []
    is_open: set[Place | Cells] = set()
    for start in starts:
        if start in number:
            continue
        path: list[tuple[Place | Cells, Iterator[Place | Cells]]] = []

        def enter(node: Place | Cells) -> None:
            number[node] = low[node] = len(number)
            open_nodes.append(node)
            is_open.add(node)
            path.append((node, iter(after(node))))  # noqa: B023  used only within this turn

        enter(start)
        while path:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    knot = set()
                    while True:
                        last = open_nodes.pop()
                        is_open.discard(last)
                        knot.add(last)
                        if last == node:
                            break
                    if len(knot) > 1:
                        yield knot
            elif following not in number:
                enter(following)
            elif following in is_open:
                low[node] = min(low[node], number[following])


def _ring(
    knot: set[Place | Cells],
    uses: Mapping[Place, Sequence[Cells]],
    after: Callable[[Place | Cells], Sequence[Place | Cells]],
) -> tuple[Place, ...]:
    """The shortest way round from the first cell of a knot back to it."""
    start = min(node for node in knot if not isinstance(node, Cells))
    came: dict[Place | Cells, Place | Cells] = {}
    waiting: list[Place | Cells] = [start]
    for node in waiting:
        for following in after(node):
            if following == start:
                way = [node]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return tuple(n for n in reversed(way) if not isinstance(n, Cells))
            if following in knot and following not in came:
                came[following] = node
                waiting.append(following)
    return ()
