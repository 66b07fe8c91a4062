"""The cells of a sheet as a command sees them: what was sent, and over it what it has written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeAlias, TypeVar

from ramkoll.excel.number_formats import date_from_serial, serial_from_date, shows_date
from ramkoll.live.areas import CellKey, area_of, size_of
from ramkoll.live.snapshot import SheetSnapshot
from ramkoll.model.cells import Area, a1
from ramkoll.model.errors import RamkollError

GENERAL = "General"


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value, as Excel writes it: a type of its own, so that no text is taken for one."""

    text: str


T = TypeVar("T")
Held: TypeAlias = float | str | bool | datetime | CellError | None


class NotCalculated(RamkollError):
    """A formula's value that only Excel can give, when it has calculated."""

    def __init__(self, sheet: str, row: int, column: int) -> None:
        super().__init__(
            "Cellens värde är inte känt förrän Excel har räknat om.",
            where=f"{sheet}!{a1(row, column)}",
            todo="Läs arbetsboken innan något skrivs, eller kör kommandot igen efteråt.",
        )


@dataclass
class Changes:
    """Whether anything has been written that formulas of the workbook may follow."""

    any: bool = False


@dataclass
class SheetCells:
    """One sheet's cells. Rows and columns are 1-based, as everywhere.

    Once anything in the workbook has been written, no formula's value can be read: what was sent
    may be stale, and Excel would have calculated it anew.
    """

    sent: SheetSnapshot
    date_1904: bool
    changes: Changes
    written: dict[CellKey, Held] = field(default_factory=dict)
    written_formats: dict[CellKey, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.sent.name

    @cached_property
    def formulas(self) -> dict[CellKey, str]:
        """Formulas with their equals sign, by row and column; written ones too."""
        return {(row, column): text for row, column, text in self.sent.formulas}

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        """The merged areas."""
        return tuple(area_of(address) for address in self.sent.merged)

    @cached_property
    def _rows(self) -> list[list[Held]]:
        """The rectangle that was sent, with its dates and errors typed."""
        sent = self.sent
        rows: list[list[Held]] = [list(row) for row in sent.values]
        dates = {i for i, code in enumerate(sent.formats) if shows_date(code)}
        if dates:
            for row, formats in zip(rows, sent.format_of, strict=True):
                for at, index in enumerate(formats):
                    value = row[at]
                    if index in dates and type(value) is float:
                        moment = date_from_serial(value, self.date_1904)
                        row[at] = value if moment is None else moment
        for at_row, at_column in sent.errors:
            text = sent.values[at_row - sent.top][at_column - sent.left]
            rows[at_row - sent.top][at_column - sent.left] = CellError(str(text))
        return rows

    @property
    def used(self) -> Area:
        """The smallest rectangle around what was sent and what has been written."""
        rows = self._rows
        tops, lefts = [self.sent.top] if rows else [], [self.sent.left] if rows else []
        bottoms = [self.sent.top + len(rows) - 1] if rows else []
        rights = [self.sent.left + len(rows[0]) - 1] if rows else []
        if self.written:
            tops.append(min(row for row, _ in self.written))
            bottoms.append(max(row for row, _ in self.written))
            lefts.append(min(column for _, column in self.written))
            rights.append(max(column for _, column in self.written))
        if not tops:
            return Area(1, 1, 1, 1)
        left = min(lefts)
        return Area(min(tops), left, max(bottoms), max(left, *rights))

    def block(self, area: Area) -> list[list[Held]]:
        """The values of an area, row by row. Raises NotCalculated for a formula's after a write."""
        if self.changes.any:
            self._known(area)
        rows = self._sent(area)
        for (row, column), value in _inside(self.written, area):
            rows[row - area.top][column - area.left] = value
        return rows

    def formula_block(self, area: Area) -> list[list[str]]:
        """The formula of each cell, else its value as Excel would have it typed in English."""
        rows = [[_typed(value, self.date_1904) for value in row] for row in self._sent(area)]
        for (row, column), value in _inside(self.written, area):
            rows[row - area.top][column - area.left] = _typed(value, self.date_1904)
        for (row, column), text in _inside(self.formulas, area):
            rows[row - area.top][column - area.left] = text
        return rows

    def number_format(self, area: Area) -> str | None:
        """The code that all cells of the area have, or None when they differ."""
        # Few cells are given a format and then asked for it, so those may take their time.
        if _inside(self.written_formats, area):
            return self._agreed(area)
        sent, formats = self.sent, self.sent.format_of
        top, left = area.top - sent.top, area.left - sent.left
        bottom, right = area.bottom - sent.top + 1, area.right - sent.left + 1
        if not formats or top < 0 or left < 0 or bottom > len(formats) or right > len(formats[0]):
            return self._agreed(area) if formats else GENERAL
        index = formats[top][left]
        for row in formats[top:bottom]:
            if row[left:right].count(index) != right - left:
                return None
        return sent.formats[index]

    def write(self, row: int, column: int, value: Held) -> None:
        """A value over what the cell held. RamkollError when the sheet was not sent."""
        self._writable()
        self.formulas.pop((row, column), None)
        self.written[row, column] = value
        self.changes.any = True

    def write_formula(self, row: int, column: int, text: str) -> None:
        """A formula, with its equals sign, over what the cell held; as ``write``."""
        self._writable()
        self.formulas[row, column] = text
        self.written[row, column] = None
        self.changes.any = True

    def _writable(self) -> None:
        # Nobody knows which of its cells hold formulas, which no value may replace.
        if not self.sent.sent:
            raise RamkollError(
                "Bladet har inte lästs, så inget kan skrivas i det.",
                where=self.name,
                todo="Ladda om panelen och försök igen; den kan vara äldre än servern.",
            )

    def _known(self, area: Area) -> None:
        for (row, column), _ in _inside(self.formulas, area):
            raise NotCalculated(self.name, row, column)

    def _sent(self, area: Area) -> list[list[Held]]:
        """What was sent of an area, in new lists; cells outside it are empty."""
        rows, top, left = self._rows, self.sent.top, self.sent.left
        width = area.right - area.left + 1
        first, last = area.left - left, area.right - left + 1
        before = min(width, max(0, -first))
        found: list[list[Held]] = []
        for row in range(area.top - top, area.bottom - top + 1):
            held = rows[row][max(0, first) : max(0, last)] if 0 <= row < len(rows) else []
            if len(held) < width:
                held = [None] * before + held
                held += [None] * (width - len(held))
            found.append(held)
        return found

    def _agreed(self, area: Area) -> str | None:
        codes = {
            self._one_format(row, column)
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        }
        return codes.pop() if len(codes) == 1 else None

    def _one_format(self, row: int, column: int) -> str:
        written = self.written_formats.get((row, column))
        if written is not None:
            return written
        down, right = row - self.sent.top, column - self.sent.left
        formats = self.sent.format_of
        if 0 <= down < len(formats) and 0 <= right < len(formats[down]):
            return self.sent.formats[formats[down][right]]
        return GENERAL


def _inside(cells: Mapping[CellKey, T], area: Area) -> list[tuple[CellKey, T]]:
    """Those of the cells that lie in the area, looked for where there are fewer to look at."""
    if not cells:
        return []
    if size_of(area) < len(cells):
        return [
            ((row, column), cells[row, column])
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
            if (row, column) in cells
        ]
    return [
        (key, held)
        for key, held in cells.items()
        if area.top <= key[0] <= area.bottom and area.left <= key[1] <= area.right
    ]


def _typed(value: Held, date_1904: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value
    if isinstance(value, CellError):
        return value.text
    number = serial_from_date(value, date_1904) if isinstance(value, datetime) else value
    return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
