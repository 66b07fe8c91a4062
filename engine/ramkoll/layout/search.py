"""One table that is looked for on a sheet: what every way of finding its rows needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ramkoll.layout.layout import TableLayout
from ramkoll.layout.places import SERIES, SeriesPlace, series_places
from ramkoll.model.cells import Cell, CellKind, CellRef
from ramkoll.model.period import Period
from ramkoll.model.workbook import Sheet

FilledRows: TypeAlias = Mapping[int, Mapping[int, Cell]]
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
MANY = 4  # names in a message before the rest are only counted


@dataclass(frozen=True)
class Search:
    """A table of a form, the sheet it should stand on, and the row of its headings.

    ``rows`` are the cells of the sheet where the table may stand, as ``filled_rows`` gives them.
    """

    file: str
    sheet: Sheet
    rows: FilledRows
    table: TableLayout
    period: Period
    header: int

    def below(self) -> Iterator[tuple[int, Mapping[int, Cell]]]:
        """The rows under the headings."""
        return ((row, cells) for row, cells in self.rows.items() if row > self.header)

    def ref(self, row: int, column: int) -> CellRef:
        """A cell of the sheet."""
        return CellRef(self.file, self.sheet.name, row, column)

    def series(self, keys: Mapping[str, int]) -> tuple[SeriesPlace, ...]:
        """The table's series, with the earlier years that the sheet has."""
        years = [int(year) for year in self._series_years(keys)]
        return series_places(self.table.series, self.period, years)

    def _series_years(self, keys: Mapping[str, int]) -> Iterator[str]:
        if SERIES in keys:
            for _, cells in self.below():
                cell = cells.get(keys[SERIES])
                if cell is not None and cell.kind is CellKind.TEXT:
                    yield from _YEAR.findall(str(cell.value))


def filled_rows(sheet: Sheet) -> FilledRows:
    """The cells of a sheet that are not blank, by row and by column, both in order."""
    rows: dict[int, dict[int, Cell]] = {}
    cells, last = {}, 0
    for (row, column), cell in sorted(sheet.cells.items()):
        if not cell.is_blank:
            if row != last:
                cells, last = rows.setdefault(row, {}), row
            cells[column] = cell
    return rows


def listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) > MANY:
        return f"{', '.join(names[: MANY - 1])} och {len(names) - MANY + 1} till"
    return " och ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def series_label(series: SeriesPlace | None) -> str:
    """A series' label; empty for a table without series."""
    return "" if series is None else series.label


@lru_cache(maxsize=1 << 14)
def folded(text: str) -> str:
    """A text as labels and headings are compared: single spaces, no capitals."""
    return " ".join(text.split()).casefold()
