"""Counting what is left out of a board version, and what hinders it."""

from __future__ import annotations

from ramkoll.excel.board.what import Hindrance, Left
from ramkoll.model.cells import CellRef

_MOST_PLACES = 12


class Tally:
    """What was left out, in the order it was met, and the hindrances."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.formulas = self.charts = self.pictures = 0
        self.hindrances: list[Hindrance] = []
        self._left: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def leave(self, what: str, place: str = "", count: int = 1) -> None:
        """Something of this kind, in Swedish and in plural, does not come along."""
        self._counts[what] = self._counts.get(what, 0) + count
        places = self._left.setdefault(what, [])
        if place and len(places) < _MOST_PLACES:
            places.append(place)

    def hinder(self, sheet: str, row: int, column: int, why: str) -> None:
        """A cell, or with row 0 a whole sheet, cannot go to the board."""
        self.hindrances.append(Hindrance(CellRef(self.file, sheet, row, column), why))

    @property
    def left(self) -> tuple[Left, ...]:
        """All that was left out."""
        return tuple(
            Left(what, count, tuple(self._left[what])) for what, count in self._counts.items()
        )
