"""What a command does with the open workbook, gathered into as few actions as give the same.

Order is kept where it matters to Excel. A text format must stand before what is written into the
cell, or after it, as the command had it; a name or a table that changes parts what came before
from what comes after. So there are stages: in each the looks come first, then the writes, then
the name or the table that closes it. New sheets come before all else, and then what is taken away
(merges, links, names), since a merged cell would hide what is written. Everything else can be done
last: marks, sizes, merges, charts and the selection neither change nor read what cells hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ramkoll.live.actions import (
    Action,
    AddSheet,
    ClearLinks,
    ClearMarks,
    ColumnWidth,
    DefineName,
    DeleteName,
    Look,
    Mark,
    Marked,
    Merge,
    Raw,
    ResizeTable,
    RowHeight,
    Select,
    SetChart,
    SetSeries,
    Unmerge,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.areas import CellKey, rectangles
from ramkoll.model.cells import Area

_BORDER = "border "
#: A look as sorted pairs of a field of Look (``border top`` for a border) and its value.
Appearance = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula to write, with its equals sign."""

    text: str


@dataclass(slots=True)
class _Sheet:
    """What is to be done to the cells of one sheet, each with the stage that it belongs to."""

    writes: dict[CellKey, tuple[int, Raw | Formula]] = field(default_factory=dict)
    looks: dict[int, dict[CellKey, Appearance]] = field(default_factory=dict)
    formatted: dict[CellKey, int] = field(default_factory=dict)


@dataclass(slots=True)
class Recorder:
    """Takes what is done to a workbook, in order; ``actions()`` gives it back, gathered."""

    _sheets: dict[str, _Sheet] = field(default_factory=dict)
    _closing: dict[int, list[DefineName | ResizeTable]] = field(default_factory=dict)
    _stage: int = 0  # the first that may still be added to
    _last: int = 0  # the last that anything is in
    _added: list[AddSheet] = field(default_factory=list)
    _away: list[Unmerge | ClearLinks | DeleteName] = field(default_factory=list)
    _merges: dict[str, list[str]] = field(default_factory=dict)
    _charts: dict[tuple[str, str], SetChart] = field(default_factory=dict)
    _heights: dict[str, dict[int, float]] = field(default_factory=dict)
    _widths: dict[str, dict[int, float]] = field(default_factory=dict)
    _series: dict[tuple[str, str, int], SetSeries] = field(default_factory=dict)
    _marks: list[Mark | ClearMarks] = field(default_factory=list)
    _selected: Select | None = None
    _merged: dict[tuple[Appearance, Appearance], Appearance] = field(default_factory=dict)

    def add_sheet(self, sheet: str) -> None:
        """A new sheet, that what follows may write on."""
        self._added.append(AddSheet(sheet))

    def write(self, sheet: str, cell: CellKey, content: Raw | Formula) -> None:
        """A value or a formula into a cell; whatever was to be written there is not."""
        of = self._of(sheet)
        stage = max(self._stage, of.formatted.get(cell, 0))
        of.writes[cell] = (stage, content)
        self._last = max(self._last, stage)

    def look(self, sheet: str, cells: Iterable[CellKey], look: Mapping[str, object]) -> None:
        """Fields of Look (not None) for cells; what is given before and not here is kept."""
        of, new = self._of(sheet), _appearance(look)
        formats = "number_format" in look
        for cell in cells:
            stage = max(self._stage, of.formatted.get(cell, 0))
            if formats and cell in of.writes:
                stage = max(stage, of.writes[cell][0] + 1)
            in_stage = of.looks.setdefault(stage, {})
            old = in_stage.get(cell)
            in_stage[cell] = new if old is None else self._over(old, new)
            if formats:
                of.formatted[cell] = stage
            self._last = max(self._last, stage)

    def define_name(self, action: DefineName) -> None:
        """A name that what follows may use."""
        self._close(action)

    def resize_table(self, action: ResizeTable) -> None:
        """Another area for a table."""
        self._close(action)

    def away(self, action: Unmerge | ClearLinks | DeleteName) -> None:
        """Something that is to go, before anything is written."""
        if action not in self._away:
            self._away.append(action)

    def merge(self, sheet: str, areas: Iterable[Area]) -> None:
        """Areas that become one cell each, when all is written."""
        known = self._merges.setdefault(sheet, [])
        known += [area.address for area in areas if area.address not in known]

    def chart(self, action: SetChart) -> None:
        """A chart's title and place; the last one given counts."""
        self._charts[action.sheet, action.chart] = action

    def row_height(self, sheet: str, rows: Iterable[int], height: float) -> None:
        """The height of rows in points; the last one given counts."""
        self._heights.setdefault(sheet, {}).update(dict.fromkeys(rows, height))

    def column_width(self, sheet: str, columns: Iterable[int], width: float) -> None:
        """The width of columns in characters; the last one given counts."""
        self._widths.setdefault(sheet, {}).update(dict.fromkeys(columns, width))

    def series(self, action: SetSeries) -> None:
        """A chart's series; the last one given counts."""
        self._series[action.sheet, action.chart, action.series] = action

    def mark(self, sheet: str, cells: Sequence[Marked]) -> None:
        """Marks, gathered with those just before on the same sheet."""
        before = self._marks[-1] if self._marks else None
        if isinstance(before, Mark) and before.sheet == sheet:
            self._marks[-1] = replace(before, cells=[*before.cells, *cells])
        elif cells:
            self._marks.append(Mark(sheet, list(cells)))

    def clear_marks(self) -> None:
        """Every mark away, those of this command too."""
        self._marks = [ClearMarks()]

    def select(self, sheet: str, address: str) -> None:
        """What is selected when all is done."""
        self._selected = Select(sheet, address)

    def actions(self) -> list[Action]:
        """All that was recorded, in the order it is to be done."""
        found: list[Action] = [*self._added, *self._away]
        for stage in range(self._last + 1):
            for name, sheet in self._sheets.items():
                found += _looks(name, sheet.looks.get(stage, {}))
            for name, sheet in self._sheets.items():
                found += _writes(name, {c: w for c, (at, w) in sheet.writes.items() if at == stage})
            found += self._closing.get(stage, [])
        for name, heights in self._heights.items():
            found += [RowHeight(name, rows, height) for height, rows in _alike(heights)]
        for name, widths in self._widths.items():
            found += [ColumnWidth(name, columns, width) for width, columns in _alike(widths)]
        found += [Merge(name, areas) for name, areas in self._merges.items() if areas]
        found += self._charts.values()
        found += self._series.values()
        found += self._marks
        if self._selected is not None:
            found.append(self._selected)
        return found

    def _of(self, sheet: str) -> _Sheet:
        known = self._sheets.get(sheet)
        if known is None:
            known = self._sheets[sheet] = _Sheet()
        return known

    def _close(self, action: DefineName | ResizeTable) -> None:
        self._last = max(self._last, self._stage - 1)
        closing = self._closing.setdefault(self._last, [])
        if action not in closing:
            closing.append(action)
        self._stage = self._last + 1

    def _over(self, old: Appearance, new: Appearance) -> Appearance:
        known = self._merged.get((old, new))
        if known is None:
            known = self._merged[old, new] = tuple(sorted({**dict(old), **dict(new)}.items()))
        return known


def _alike(sizes: Mapping[int, float]) -> Iterator[tuple[float, list[int]]]:
    """Each size with the rows or columns that have it."""
    for size in dict.fromkeys(sizes.values()):
        yield size, sorted(number for number, its in sizes.items() if its == size)


def _appearance(look: Mapping[str, object]) -> Appearance:
    borders = look.get("borders")
    flat = {name: value for name, value in look.items() if name != "borders" and value is not None}
    if isinstance(borders, Mapping):
        flat.update({_BORDER + side: line for side, line in borders.items()})
    return tuple(sorted(flat.items()))


def _looks(sheet: str, cells: Mapping[CellKey, Appearance]) -> Iterator[Look]:
    """One action for each look, with all the areas that have it."""
    same: dict[Appearance, list[CellKey]] = {}
    for cell, appearance in cells.items():
        same.setdefault(appearance, []).append(cell)
    for appearance, having in same.items():
        fields: dict[str, object] = {k: v for k, v in appearance if not k.startswith(_BORDER)}
        borders = {k.removeprefix(_BORDER): v for k, v in appearance if k.startswith(_BORDER)}
        addresses = [area.address for area in rectangles(having)]
        yield Look(sheet, addresses, **fields, borders=borders)  # type: ignore[arg-type]


def _writes(
    sheet: str, cells: Mapping[CellKey, Raw | Formula]
) -> Iterator[WriteValues | WriteFormulas]:
    values: dict[CellKey, Raw] = {}
    formulas: dict[CellKey, str] = {}
    for cell, content in cells.items():
        if isinstance(content, Formula):
            formulas[cell] = content.text
        else:
            values[cell] = content
    for area in rectangles(values):
        yield WriteValues(sheet, area.address, [[values[c] for c in row] for row in _keys(area)])
    for area in rectangles(formulas):
        rows = [[formulas[c] for c in row] for row in _keys(area)]
        yield WriteFormulas(sheet, area.address, rows)


def _keys(area: Area) -> list[list[CellKey]]:
    columns = range(area.left, area.right + 1)
    return [[(row, column) for column in columns] for row in range(area.top, area.bottom + 1)]
