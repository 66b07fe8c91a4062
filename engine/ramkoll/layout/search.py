"""One table that is looked for on a sheet: what every way of finding its rows needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ramkoll.layout.layout import TableLayout
from ramkoll.layout.places import SERIES, SeriesPlace, series_places
from ramkoll.model.cells import CellKind, CellRef
from ramkoll.model.period import Period
from ramkoll.model.workbook import Sheet

MANY = 4  # names in a message before the rest are only counted


@dataclass(frozen=True)
class Search:
    """A table of a form, the sheet it should stand on, and the row of its headings."""

    file: str
    sheet: Sheet
    table: TableLayout
    period: Period
    header: int

    def ref(self, row: int, column: int) -> CellRef:
        """A cell of the sheet."""
        return CellRef(self.file, self.sheet.name, row, column)

    def series(self, keys: Mapping[str, int]) -> tuple[SeriesPlace, ...]:
        """The table's series, with the earlier years that the sheet has."""
        years = [int(year) for year in self._series_years(keys)]
        return series_places(self.table.series, self.period, years)

    def _series_years(self, keys: Mapping[str, int]) -> Iterator[str]:
        if SERIES in keys:
            for (row, column), cell in self.sheet.cells.items():
                if column == keys[SERIES] and row > self.header and cell.kind is CellKind.TEXT:
                    yield from re.findall(r"\b(?:19|20)\d{2}\b", str(cell.value))


def listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    if len(names) > MANY:
        return f"{', '.join(names[: MANY - 1])} och {len(names) - MANY + 1} till"
    return " och ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def series_label(series: SeriesPlace | None) -> str:
    """A series' label; empty for a table without series."""
    return "" if series is None else series.label


def folded(text: str) -> str:
    """A text as labels and headings are compared: single spaces, no capitals."""
    return " ".join(text.split()).casefold()
