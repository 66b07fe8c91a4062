"""Formulas that are not the form's: what was done to each, and which were changed alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ramkoll.compute.forms import Computed
from ramkoll.layout.form import STRUCTURE, Form
from ramkoll.layout.formulas import form_formulas
from ramkoll.layout.places import Places, TablePlace, heading
from ramkoll.model.cells import Area, CellKind, CellRef, column_letters
from ramkoll.model.formula_difference import Change, Difference, difference
from ramkoll.model.formula_shape import Place
from ramkoll.model.formula_text import in_r1c1
from ramkoll.rules.shown import Shown, changed

# What also happens to formulas of which nobody has touched one, when rows or columns go, come or
# are sorted. The others are always somebody's work.
MISPLACED = frozenset(
    {
        Change.BROKEN,
        Change.OWN_CELL,
        Change.AREA,
        Change.CHAIN,
        Change.MOVED,
        Change.OTHER_SHEET,
        Change.WRITTEN_OTHERWISE,
        Change.OTHER,
    }
)
MANY_WAYS = 3  # more ways than this, in more cells than the next, are the rows' or columns' doing
MANY_CELLS = 6


@dataclass(frozen=True)
class Changed:
    """A cell with another formula than the form's."""

    shown: Shown
    difference: Difference
    expected_formula: str
    is_error: bool
    is_saved: bool  # a program that does not count saves formulas without values

    @property
    def at(self) -> CellRef:
        """The cell."""
        return self.shown.at

    @property
    def same(self) -> bool:
        """Whether the cell shows what the form's formula gives."""
        return self.is_saved and not self.is_error and self.shown.same

    @property
    def off(self) -> bool:
        """Whether the cell is known to show something else."""
        return self.is_saved and not self.same

    @property
    def size(self) -> Decimal:
        """How much it is off, for finding the largest."""
        return abs((self.shown.value or Decimal(0)) - (self.shown.expected or Decimal(0)))


@dataclass(frozen=True)
class Alike:
    """Cells whose formulas were changed in the same way, in the order of rows and columns."""

    cells: tuple[Changed, ...]

    @property
    def first(self) -> Changed:
        """The first of them."""
        return self.cells[0]

    @property
    def change(self) -> Change:
        """What was done to them."""
        return self.first.difference.change

    @cached_property
    def largest(self) -> Changed:
        """The one that is off the most; the first when none is."""
        return max(self.cells, key=lambda each: (each.off, each.is_error, each.size))

    @property
    def off(self) -> bool:
        """Whether any is known to show something else than the form's formula gives."""
        return any(each.off for each in self.cells)


def changed_formulas(form: Form, computed: Computed) -> tuple[Alike, ...]:
    """What was done to a form's formulas, the cells that were changed alike together.

    When rows or columns are gone, double or unknown, formulas that pointed at them have changed
    with them: what may be only that is left out.
    """
    torn = any(each.kind in STRUCTURE for each in form.irregularities)
    groups: dict[object, list[Changed]] = {}
    for each in _changes(form, computed):
        misplaced = each.difference.change in MISPLACED
        if (torn and misplaced) or (each.shown.foreign_rows and not each.same):
            continue  # said of the row or the column, where it is mended
        groups.setdefault(_kind(each), []).append(each)
    found = (Alike(tuple(sorted(group, key=lambda each: each.at))) for group in groups.values())
    return tuple(sorted(found, key=lambda alike: alike.first.at))


def _kind(each: Changed) -> object:
    """What cells have in common that were changed alike."""
    at = each.at
    formula = in_r1c1(each.shown.formula, at.row, at.column)
    return at.sheet, each.difference.change, formula, each.difference.shift


def misplaced_together(alike: Iterable[Alike]) -> tuple[Alike, ...]:
    """Formulas that are displaced in so many ways that it is one cause and not many."""
    found = tuple(each for each in alike if each.change in MISPLACED)
    cells = sum(len(each.cells) for each in found)
    return found if len(found) > MANY_WAYS and cells > MANY_CELLS else ()


def _changes(form: Form, computed: Computed) -> Iterator[Changed]:
    formulas = form_formulas(form.places) if form.changed else {}
    for shown, cell in changed(form, computed):
        expected = formulas[shown.slot]
        found = difference(expected, shown.formula, shown.at.row, shown.at.column)
        if found is None or _only_more_room(form.places, shown.at.sheet, found):
            continue
        is_error = cell.kind is CellKind.ERROR
        yield Changed(shown, found, expected, is_error, cell.value is not None)


def _only_more_room(places: Places, sheet: str, found: Difference) -> bool:
    """Whether a formula over a list takes all its rows, with more or fewer empty ones.

    Excel makes the area longer when a row is inserted in the list.
    """
    if found.change is not Change.AREA or found.twice or found.minus:
        return False
    for each in (*found.missing, *found.extra):
        table = table_at(places, each.sheet or sheet, each.row, lists=True)
        if table is None or each.row <= table.header_row or each.row in table.rows.values():
            return False
    return True


def table_at(places: Places, sheet: str, row: int, *, lists: bool = False) -> TablePlace | None:
    """The table that a row of a sheet is part of: the last one whose headings stand above it."""
    above = [
        table
        for table in places.tables.values()
        if table.sheet.casefold() == sheet.casefold() and table.header_row <= row
    ]
    found = max(above, key=lambda table: table.header_row, default=None)
    return None if found is None or (lists and found.layout.rows != "list") else found


def neighbour(form: Form, shown: Shown, expected: str) -> CellRef | None:
    """A cell beside this one whose formula, copied here, is the form's; None when none is."""
    at = shown.at
    wanted = in_r1c1(expected, at.row, at.column)
    wrong = frozenset(form.changed)
    found: list[CellRef] = []
    for slot, cell in form.shown.items():
        if slot.table != shown.slot.table or slot in wrong or cell.formula is None:
            continue
        ref = form.places.ref(slot)
        beside = abs(ref.row - at.row) + abs(ref.column - at.column) == 1
        if beside and in_r1c1(cell.formula, ref.row, ref.column) == wanted:
            is_total = shown.place.layout.total(slot.row.line) is not None
            # A row of the same kind looks the same, too.
            found.insert(0 if is_total == (shown.total is not None) else len(found), ref)
    return found[0] if found else None


def areas(cells: Iterable[tuple[int, int]]) -> tuple[Area, ...]:
    """Cells as few rectangles, column by column."""
    runs: list[Area] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        last = runs[-1] if runs else None
        if last is not None and last.left == column and last.bottom == row - 1:
            runs[-1] = Area(last.top, column, row, column)
        else:
            runs.append(Area(row, column, row, column))
    wide: list[Area] = []
    for run in runs:
        last = wide[-1] if wide else None
        same = last is not None and (last.top, last.bottom) == (run.top, run.bottom)
        if last is not None and same and last.right == run.left - 1:
            wide[-1] = Area(last.top, last.left, last.bottom, run.right)
        else:
            wide.append(run)
    return tuple(wide)


def labels(places: Places, sheet: str, cells: Iterable[Place], *, across: bool) -> list[str]:
    """Cells by what a person calls them: their rows, or ``across`` their columns."""
    named = (
        _heading(places, each.sheet or sheet, each.row, each.column)
        if across
        else _row_label(places, each.sheet or sheet, each.row)
        for each in cells
    )
    return list(dict.fromkeys(named))


def _row_label(places: Places, sheet: str, row: int) -> str:
    table = table_at(places, sheet, row)
    key = next((k for k, at in table.rows.items() if at == row), None) if table else None
    if table is None or key is None or not (table.labels.get(key) or key.line):
        return f"rad {row}"
    label, series = table.labels.get(key, f"rad {row}"), table.series_of(key)
    return f"{label} ({series.label})" if series else label


def _heading(places: Places, sheet: str, row: int, column: int) -> str:
    table = table_at(places, sheet, row)
    slot = next((k for k, at in table.columns.items() if at == column), None) if table else None
    layout = table.layout.column(slot[0]) if table and slot else None
    if layout is None or slot is None:
        return f"kolumn {column_letters(column)}"
    return heading(layout, slot[1], places.period)
