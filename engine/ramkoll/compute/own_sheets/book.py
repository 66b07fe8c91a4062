"""A workbook made ready for its own sheets to be looked at: which formulas are copies of which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from ramkoll.compute.own_sheets.added import subtotal_terms
from ramkoll.model.cells import BLANK_CELL, Area, Cell, CellKind, CellRef
from ramkoll.model.formula_references import Reference, Word, words
from ramkoll.model.formula_text import CopyKeys, SharedFormula
from ramkoll.model.workbook import Sheet, Submission, Visibility

Place = tuple[int, int]  # row, column
MOST_FILLED = 100_000  # cells of array formulas that are told from typed numbers
MOST_ACROSS = 50  # columns of one


@dataclass(frozen=True)
class Pattern:
    """A formula that stands in one or more cells, as it reads in ``first``."""

    text: str
    first: Place
    words: tuple[Word, ...]

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The cells it points at, as it reads in its first cell."""
        return tuple(word for word in self.words if not isinstance(word, str))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions it uses, without prefix: ``SUM``."""
        named = (t[:-1] for t in self.words if isinstance(t, str) and t.endswith("("))
        return frozenset(name.rpartition(".")[2] if "XL" in name else name for name in named)

    @cached_property
    def shared(self) -> SharedFormula:
        """The text cut up, so that it can be moved."""
        return SharedFormula.parse(self.text)

    def text_at(self, place: Place) -> str:
        """As it reads in another cell, with its equals sign."""
        return "=" + self.shared.moved(place[0] - self.first[0], place[1] - self.first[1])

    def area(self, reference: Reference, place: Place) -> Area | None:
        """Where one of its references points from another cell."""
        return reference.moved(place[0] - self.first[0], place[1] - self.first[1])


@dataclass(frozen=True)
class OwnSheet:
    """One sheet with the key of each formula cell; ``masked`` are filled by a formula elsewhere."""

    file: str
    sheet: Sheet
    keys: Mapping[Place, str]
    patterns: Mapping[str, Pattern]
    masked: frozenset[Place]

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sheet.name

    def ref(self, place: Place) -> CellRef:
        """A cell of the sheet."""
        return CellRef(self.file, self.sheet.name, *place)

    def pattern(self, place: Place) -> Pattern | None:
        """The formula of a cell, or None."""
        key = self.keys.get(place)
        return None if key is None else self.patterns[key]

    def number(self, place: Place) -> Decimal | None:
        """The number that a cell shows, or None."""
        cell = self.sheet.cells.get(place, BLANK_CELL)
        value = cell.value if cell.kind is CellKind.NUMBER else None
        return value if isinstance(value, Decimal) else None

    def is_typed(self, place: Place, cell: Cell) -> bool:
        """Whether a cell holds a number that somebody typed."""
        return cell.formula is None and cell.kind is CellKind.NUMBER and place not in self.masked

    @cached_property
    def typed(self) -> frozenset[Place]:
        """The cells with typed numbers."""
        cells = self.sheet.cells.items()
        return frozenset(place for place, cell in cells if self.is_typed(place, cell))

    @cached_property
    def cells_of(self) -> Mapping[str, list[Place]]:
        """The cells of each formula, by key, in order of rows."""
        found: dict[str, list[Place]] = {}
        for place, key in self.keys.items():
            found.setdefault(key, []).append(place)
        for places in found.values():
            places.sort()
        return found

    @cached_property
    def sums(self) -> Mapping[int, list[int]]:
        """The rows of cells that add up cells and do nothing else, in order, by column."""
        found: dict[int, list[int]] = {}
        for key, places in self.cells_of.items():
            if subtotal_terms(self.patterns[key].words):
                for row, column in places:
                    found.setdefault(column, []).append(row)
        for rows in found.values():
            rows.sort()
        return found


@dataclass(frozen=True)
class OwnBook:
    """A workbook with its sheets made ready; ``own`` are the names of those to look at."""

    submission: Submission
    own: frozenset[str]
    _made: dict[str, OwnSheet] = field(default_factory=dict)

    def sheets(self) -> Iterator[OwnSheet]:
        """The sheets to look at; not those that only a programme can show, which are its own."""
        for sheet in self.submission.sheets:
            if sheet.name in self.own and sheet.visibility is not Visibility.VERY_HIDDEN:
                yield self._ready(sheet)

    def sheet(self, reference: Reference, here: OwnSheet) -> OwnSheet | None:
        """The one sheet of this workbook that a reference points at, or None."""
        if reference.workbook or ":" in reference.sheet:
            return None
        if not reference.sheet or reference.sheet.casefold() == here.name.casefold():
            return here
        found = self.submission.sheet(reference.sheet)
        return None if found is None else self._ready(found)

    def is_hidden(self, name: str) -> bool:
        """Whether there is a sheet of that name which does not show."""
        found = self.submission.sheet(name)
        return found is not None and found.visibility is not Visibility.VISIBLE

    @cached_property
    def pointed_at(self) -> frozenset[tuple[str, Place]]:
        """The cells that a formula on one of the sheets names by themselves, not in an area."""
        found: set[tuple[str, Place]] = set()
        for sheet in self.sheets():
            for key, places in sheet.cells_of.items():
                pattern = sheet.patterns[key]
                for reference in pattern.references:
                    there, given = self.sheet(reference, sheet), reference.area
                    if there is None or (given.top, given.left) != (given.bottom, given.right):
                        continue
                    # One with dollar signs points at the same cell from everywhere.
                    for place in places[:1] if all(reference.fixed) else places:
                        area = pattern.area(reference, place)
                        if area is not None:
                            found.add((there.name, (area.top, area.left)))
        return frozenset(found)

    def _ready(self, sheet: Sheet) -> OwnSheet:
        if sheet.name not in self._made:
            self._made[sheet.name] = _ready(self.submission.file, sheet)
        return self._made[sheet.name]


def _ready(file: str, sheet: Sheet) -> OwnSheet:
    keys: dict[Place, str] = {}
    patterns: dict[str, Pattern] = {}
    copies = CopyKeys()
    for place, cell in sheet.cells.items():
        if cell.formula is not None:
            key = copies.key(cell.formula, *place)
            if cell.array is not None:
                key = f"{{{key}"  # entered in another way, so another formula
            keys[place] = key
            if key not in patterns:
                patterns[key] = Pattern(cell.formula, place, words(cell.formula))
    return OwnSheet(file, sheet, keys, patterns, frozenset(_filled(sheet)))


def _filled(sheet: Sheet) -> set[Place]:
    """The cells that array formulas fill."""
    found: set[Place] = set()
    for area in sheet.arrays.values():
        if len(found) < MOST_FILLED and (area.bottom - area.top + 1) < MOST_FILLED:
            columns = range(area.left, min(area.right, area.left + MOST_ACROSS) + 1)
            found.update((row, c) for row in range(area.top, area.bottom + 1) for c in columns)
    return found
