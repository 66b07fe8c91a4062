"""The cells of a sheet kept by row, as texts and numbers; a ``Cell`` is made when it is asked for.

A workbook of 400,000 cells takes some 100 bytes a cell so, and a form's cells that nobody asks for
cost nothing.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from itertools import chain, repeat
from typing import NamedTuple, TypeAlias, TypeVar, overload
from xml.etree.ElementTree import Element

from ramkoll.excel.number_formats import date_from_serial
from ramkoll.model.cells import Area, ArrayKind, Cell, CellKind
from ramkoll.model.formula_text import SharedFormula

T = TypeVar("T")
Stored: TypeAlias = float | str | bool | None


class Look(NamedTuple):
    """What the attributes of a cell say: what a value in it is, and its format.

    ``kind`` is that of a cell that holds something; DATE is a number that may be shown as one.
    """

    kind: CellKind
    style: int
    number_format: str
    dynamic: bool = False


class Columns(NamedTuple):
    """The columns of a row's cells, ascending, and where each of them stands in the row."""

    numbers: tuple[int, ...]
    place: Mapping[int, int]


class Moved(NamedTuple):
    """A shared formula in a cell so many rows and columns from the one it is written in."""

    formula: SharedFormula
    rows: int
    columns: int


class Special(NamedTuple):
    """A formula for several cells."""

    kind: ArrayKind
    text: str


Formula: TypeAlias = str | Moved | Special | None


class Row(NamedTuple):
    """A row's cells, one entry of each for every cell. ``formulas`` is None when it has none.

    ``simple`` says that no cell is a date and no formula shared or for several cells.
    """

    columns: Columns
    looks: tuple[Look, ...]
    stored: tuple[Stored, ...]
    formulas: tuple[Formula, ...] | None
    simple: bool


class SheetCells(NamedTuple):
    """What a reader found on a sheet: its cells, and the root of its XML without them.

    ``arrays`` are the areas of the formulas for several cells, by the first of the cells.
    """

    cells: Mapping[tuple[int, int], Cell]
    arrays: Mapping[tuple[int, int], Area]
    hidden_rows: frozenset[int]
    frame: Element


class RowCells(Mapping[tuple[int, int], Cell]):
    """Cells by (row, column), in the order of the file; those with a value or a formula."""

    __slots__ = ("_count", "_date_1904", "_rows")

    def __init__(self, rows: Mapping[int, Row], count: int, date_1904: bool) -> None:
        self._rows, self._count, self._date_1904 = rows, count, date_1904

    def __reduce__(self) -> tuple[type, tuple[Mapping[int, Row], int, bool]]:
        return RowCells, (self._rows, self._count, self._date_1904)

    def __getitem__(self, at: tuple[int, int]) -> Cell:
        cell = self.get(at)
        if cell is None:
            raise KeyError(at)
        return cell

    @overload
    def get(self, key: tuple[int, int], /) -> Cell | None: ...
    @overload
    def get(self, key: tuple[int, int], /, default: Cell | T) -> Cell | T: ...
    def get(self, key: tuple[int, int], /, default: T | None = None) -> Cell | T | None:
        """The cell, or the default. Asked for very often: it raises nothing on the way."""
        row = self._rows.get(key[0])
        if row is None:
            return default
        at = row[0].place.get(key[1])
        if at is None:
            return default
        formulas = row[3]
        stored, formula = row[2][at], formulas[at] if formulas else None
        if stored is None and formula is None:
            return default
        return _cell(row[1][at], stored, formula, self._date_1904)

    def __contains__(self, at: object) -> bool:
        return isinstance(at, tuple) and self.get(at) is not None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for number, (columns, _, stored, formulas, _) in self._rows.items():
            for at, column in enumerate(columns.numbers):
                if stored[at] is not None or (formulas and formulas[at] is not None):
                    yield number, column

    def items(self) -> ItemsView[tuple[int, int], Cell]:
        """Every cell with its place."""
        return _Items(self)

    def values(self) -> ValuesView[Cell]:
        """Every cell."""
        return _Values(self)

    def each(self) -> Iterator[tuple[tuple[int, int], Cell]]:
        """Every cell with its place, made a row at a time."""
        return chain.from_iterable(map(self._made, self._rows.items()))

    def _made(self, at: tuple[int, Row]) -> list[tuple[tuple[int, int], Cell]]:
        number, ((columns, _), looks, values, formulas, simple) = at
        if not simple:
            date_1904 = self._date_1904
            return [
                ((number, column), _cell(look, stored, formula, date_1904))
                for column, look, stored, formula in zip(
                    columns, looks, values, formulas or repeat(None), strict=False
                )
                if stored is not None or formula is not None
            ]
        # Bound once: what follows runs for every cell.
        new, of = tuple.__new__, Cell
        if formulas is None:
            return [
                ((number, column), new(of, (kind, stored, None, code, style, None)))
                for column, (kind, style, code, _), stored in zip(
                    columns, looks, values, strict=True
                )
                if stored is not None
            ]
        blank = CellKind.BLANK
        return [
            (
                (number, column),
                new(of, (blank if stored is None else kind, stored, formula, code, style, None)),
            )
            for column, (kind, style, code, _), stored, formula in zip(
                columns, looks, values, formulas, strict=True
            )
            if stored is not None or formula is not None
        ]


class _Items(ItemsView[tuple[int, int], Cell]):
    __slots__ = ()
    _mapping: RowCells

    def __iter__(self) -> Iterator[tuple[tuple[int, int], Cell]]:
        return self._mapping.each()


class _Values(ValuesView[Cell]):
    __slots__ = ()
    _mapping: RowCells

    def __iter__(self) -> Iterator[Cell]:
        return (cell for _, cell in self._mapping.each())


def _cell(look: Look, stored: Stored, formula: Formula, date_1904: bool) -> Cell:
    kind, style, code, dynamic = look
    array: ArrayKind | None = None
    if formula is not None and type(formula) is not str:
        if isinstance(formula, Moved):
            formula = formula.formula.moved(formula.rows, formula.columns)
        else:
            assert isinstance(formula, Special)
            array, formula = formula.kind, formula.text
            if dynamic and array is ArrayKind.ARRAY:
                array = ArrayKind.DYNAMIC
    if stored is None:
        kind = CellKind.BLANK
    elif kind is CellKind.DATE:
        assert isinstance(stored, float)
        moment = date_from_serial(stored, date_1904)
        if moment is not None:
            return Cell(kind, moment, formula, code, style, array)
        kind = CellKind.NUMBER
    return Cell(kind, stored, formula, code, style, array)
