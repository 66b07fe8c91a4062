"""Areas of a workbook's sheets as plain numbers: what they have in common, and who uses them.

Plain tuples, for a workbook of formulas has hundreds of thousands of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.engine import Place
from ramkoll.model.cells import Area

#: A sheet by its position in the workbook, then top, left, bottom and right.
Block: TypeAlias = tuple[int, int, int, int, int]

Held = TypeVar("Held")

_MOST_STEPS = 20_000_000
_FEW = 64


def block(sheet: int, area: Area) -> Block:
    """The cells of an area."""
    return (sheet, area.top, area.left, area.bottom, area.right)


def block_of(place: Place) -> Block:
    """A single cell."""
    sheet, row, column = place
    return (sheet, row, column, row, column)


def places_in(cells: Block) -> Iterator[Place]:
    """Every place of a block, row by row."""
    sheet, top, left, bottom, right = cells
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield sheet, row, column


def size_of(cells: Block) -> int:
    """How many cells a block has."""
    return (cells[3] - cells[1] + 1) * (cells[4] - cells[2] + 1)


def meet(one: Block, other: Block) -> bool:
    """Whether two blocks have a cell in common."""
    return (
        one[0] == other[0]
        and one[1] <= other[3]
        and other[1] <= one[3]
        and one[2] <= other[4]
        and other[2] <= one[4]
    )


class Users:
    """Who uses which cells. Each block is told of once: what it is asked, it forgets.

    Raises TooMuch when blocks and questions are so many that it would take seconds.
    """

    def __init__(self, uses: Iterable[tuple[Place, Iterable[Block]]]) -> None:
        self._users: dict[Block, list[Place]] = {}
        for place, blocks in uses:
            for each in blocks:
                known = self._users.get(each)
                if known is None:
                    self._users[each] = [place]
                elif known[-1] != place:
                    known.append(place)
        self._sheets: dict[int, list[Block]] = defaultdict(list)
        self._rows: dict[tuple[int, int], list[Block]] = defaultdict(list)
        self._columns: dict[tuple[int, int], list[Block]] = defaultdict(list)
        self._wide: dict[int, list[Block]] = defaultdict(list)
        self._steps = 0
        for each in self._users:
            sheet, top, left, bottom, right = each
            self._sheets[sheet].append(each)
            if (top, left) == (bottom, right):
                continue  # found by itself
            height, width = bottom - top + 1, right - left + 1
            if height <= width and height <= _FEW:
                for row in range(top, bottom + 1):
                    self._rows[sheet, row].append(each)
            elif width <= _FEW:
                for column in range(left, right + 1):
                    self._columns[sheet, column].append(each)
            else:
                self._wide[sheet].append(each)

    def using(self, cells: Block) -> list[Place]:
        """The formula cells that use any of the cells, but for those that were told of before."""
        sheet, top, left, bottom, right = cells
        if size_of(cells) > _FEW:
            self._sheets[sheet] = [b for b in self._sheets[sheet] if b in self._users]
            blocks = self._sheets[sheet]
            return self._taken([b for b in blocks if meet(b, cells)], len(blocks))
        found: list[Place] = []
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                found += self._users.pop((sheet, row, column, row, column), ())
        rows = [(self._rows, (sheet, row)) for row in range(top, bottom + 1)]
        columns = [(self._columns, (sheet, column)) for column in range(left, right + 1)]
        for index, key in (*rows, *columns):
            if key in index:
                index[key] = self._left(index[key], cells, found)
        if sheet in self._wide:
            self._wide[sheet] = self._left(self._wide[sheet], cells, found)
        return found

    def _left(self, blocks: list[Block], cells: Block, found: list[Place]) -> list[Block]:
        hit = [b for b in blocks if meet(b, cells)]
        found += self._taken(hit, len(blocks))
        return [b for b in blocks if b in self._users] if hit else blocks

    def _taken(self, blocks: Iterable[Block], steps: int) -> list[Place]:
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise TooMuch
        return [place for b in blocks for place in self._users.pop(b, ())]

    def closure(
        self,
        cells: Iterable[Block],
        fills: Mapping[Place, Sequence[Block]],
        fixed: Areas | None = None,
    ) -> set[Place]:
        """The formula cells that build on the cells, directly or through others.

        ``fills`` are the cells that formulas for several of them fill; what is ``fixed`` hands
        nothing on.
        """
        found: set[Place] = set()
        waiting = list(cells)
        while waiting:
            for place in self.using(waiting.pop()):
                if place not in found and not (fixed is not None and fixed.holds(place)):
                    found.add(place)
                    waiting += fills.get(place) or (block_of(place),)
        return found


class Areas:
    """Some cells of a workbook: single ones, and areas."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = list(dict.fromkeys(blocks))
        self._single = {b[:3] for b in self.blocks if b[1:3] == b[3:]}
        self._large: dict[int, list[Block]] = defaultdict(list)
        for each in self.blocks:
            if each[1:3] != each[3:]:
                self._large[each[0]].append(each)

    def holds(self, place: Place) -> bool:
        """Whether a cell is one of them."""
        if place in self._single:
            return True
        large = self._large.get(place[0])
        return large is not None and any(meet(each, block_of(place)) for each in large)

    def held(
        self, sheet: int, cells: Mapping[tuple[int, int], Held]
    ) -> dict[tuple[int, int], Held]:
        """Those of a sheet's cells, by row and column, that are among them."""
        if self._large.get(sheet):
            return {at: cell for at, cell in cells.items() if self.holds((sheet, *at))}
        singles = (place[1:] for place in self._single if place[0] == sheet)
        return {at: cells[at] for at in singles if at in cells}

    def meets(self, cells: Block) -> bool:
        """Whether any of the cells is one of them."""
        if any(meet(each, cells) for each in self._large.get(cells[0], ())):
            return True
        if size_of(cells) <= len(self._single):
            return any(place in self._single for place in places_in(cells))
        return any(meet(block_of(place), cells) for place in self._single)
