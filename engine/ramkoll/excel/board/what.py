"""What goes into a board version, what came of it, and what must not be found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ramkoll.model.cells import CellRef


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board gets: ``sheets`` by name, in this order, without the texts of ``blanked``.

    ``blanked`` has cells by sheet, 1-based. ``draft`` is a word that must stand in the header of
    every page, empty when none must.
    """

    sheets: tuple[str, ...]
    blanked: Mapping[str, frozenset[tuple[int, int]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """A kind of thing that was left out, in Swedish, how many, and where the first few stood."""

    what: str
    count: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a cell, or a whole sheet, cannot go to the board as it is."""

    at: CellRef
    why: str


@dataclass(frozen=True, slots=True)
class Made:
    """The board version. It is empty, and must not be written, while there are ``hindrances``.

    ``formulas`` counts those that became values.
    """

    data: bytes
    formulas: int = 0
    charts: int = 0
    pictures: int = 0
    left: tuple[Left, ...] = ()
    hindrances: tuple[Hindrance, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbidden:
    """What must stand nowhere in a board version: names of sheets, ranges, files and people."""

    sheets: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in a board version that must not be there: part, place in it, and what."""

    part: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.part}{f' {self.place}' if self.place else ''}: {self.what}"
