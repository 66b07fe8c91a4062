"""A range of a snapshot: what xlwings' Range and Font hand their work to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ramkoll.excel.number_formats import serial_from_date, shows_date
from ramkoll.live.actions import Raw
from ramkoll.live.areas import CellKey, area_of, size_of
from ramkoll.live.recorder import Formula
from ramkoll.live.snapshot_cells import GENERAL, Held
from ramkoll.live.snapshot_part import Part
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_letters
from ramkoll.model.formula_text import SharedFormula

if TYPE_CHECKING:
    from ramkoll.live.snapshot_book import Sheet

# What one call may read, write or format: beyond it somebody has asked for whole columns.
MAX_CELLS = 5_000_000
MAX_TEXT = 32_767
MAX_FORMULA = 8_192
DATE_FORMAT = "yyyy-mm-dd"
_TEXT_FORMAT = "@"
_LOGICAL = frozenset({"true", "false", "sant", "falskt"})


class Range(Part):
    """A rectangle of cells of a sheet."""

    __slots__ = ("area", "options", "sheet")
    has_array = False
    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Sheet, area: Area) -> None:
        if not (1 <= area.top <= area.bottom <= MAX_ROW):
            raise IndexError(f"outside the sheet: rows {area.top} to {area.bottom}")
        if not (1 <= area.left <= area.right <= MAX_COLUMN):
            raise IndexError(f"outside the sheet: columns {area.left} to {area.right}")
        self.sheet = sheet
        self.area = area

    # Where it is ------------------------------------------------------------------------------

    @property
    def api(self) -> Range:
        """There is no native object; this one, since xlwings asks whether there is any."""
        return self

    @property
    def row(self) -> int:
        """The first row."""
        return self.area.top

    @property
    def column(self) -> int:
        """The first column."""
        return self.area.left

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        area = self.area
        return area.bottom - area.top + 1, area.right - area.left + 1

    def __len__(self) -> int:
        return size_of(self.area)

    def __call__(self, row: int, column: int | None = None) -> Range:
        """The cell at a row and column counted from 1 here, outside too, or the nth cell."""
        if column is None:
            down, right = divmod(row - 1, self.shape[1])
        else:
            down, right = row - 1, column - 1
        top, left = self.area.top + down, self.area.left + right
        return Range(self.sheet, Area(top, left, top, left))

    @property
    def address(self) -> str:
        """The address with dollar signs."""
        return self.get_address(True, True, False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        """The address with or without dollar signs, and with file and sheet when external."""
        area = self.area
        corners = [
            f"{'$' * bool(col_absolute)}{column_letters(column)}{'$' * bool(row_absolute)}{row}"
            for row, column in ((area.top, area.left), (area.bottom, area.right))
        ]
        address = ":".join(dict.fromkeys(corners))
        if not external:
            return address
        quoted = f"[{self.sheet.book.name}]{self.sheet.name}".replace("'", "''")
        return f"'{quoted}'!{address}"

    # What it holds ----------------------------------------------------------------------------

    @property
    def raw_value(self) -> Any:
        """The value of a cell, or rows of values. NotCalculated for what only Excel knows."""
        rows = self.sheet.cells_.block(self._limited())
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, data: object) -> None:
        for (row, column), value, moved in self._pairs(data):
            if isinstance(value, str) and len(value) > 1 and value.startswith("="):
                self._write_formula(row, column, value, moved)
            else:
                self._write_value(row, column, value)

    @property
    def formula(self) -> str | tuple[tuple[str, ...], ...]:
        """Formulas with their equals sign; of cells without one, the value as text."""
        rows = self.sheet.cells_.formula_block(self._limited())
        return rows[0][0] if len(self) == 1 else tuple(tuple(row) for row in rows)

    @formula.setter
    def formula(self, data: object) -> None:
        self.raw_value = data

    def clear_contents(self) -> None:
        """Empty every cell; looks stay."""
        self.raw_value = None

    def _pairs(self, data: object) -> Iterator[tuple[CellKey, object, tuple[int, int]]]:
        """Every cell with its value, and how far it is from the cell that a formula was for."""
        area = self._limited()
        rows = data if isinstance(data, (list, tuple)) else None
        if rows is not None and not (rows and isinstance(rows[0], (list, tuple))):
            rows = [rows]
        if rows is not None and (len(rows), len(rows[0])) != self.shape:
            raise ValueError(f"{len(rows)} rows of {len(rows[0])} into {area.address}")
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                down, right = row - area.top, column - area.left
                if rows is None:
                    yield (row, column), data, (down, right)
                else:
                    yield (row, column), rows[down][right], (0, 0)

    def _write_formula(self, row: int, column: int, text: str, moved: tuple[int, int]) -> None:
        if len(text) > MAX_FORMULA:
            raise ValueError("a formula is longer than Excel takes")
        cells = self.sheet.cells_
        if cells.number_format(Area(row, column, row, column)) == _TEXT_FORMAT:
            raise ValueError("Excel makes a text of a formula in a cell that is formatted as text")
        if moved != (0, 0):
            text = "=" + SharedFormula.parse(text[1:]).moved(*moved)
        cells.write_formula(row, column, text)
        self.sheet.book.recorder.write(self.sheet.name, (row, column), Formula(text))

    def _write_value(self, row: int, column: int, value: object) -> None:
        cells, recorder = self.sheet.cells_, self.sheet.book.recorder
        held, raw = _written(value, cells.date_1904)
        if isinstance(held, datetime):
            # As Excel does: a date into a cell without a format of its own gets one.
            code = cells.number_format(Area(row, column, row, column))
            if code == GENERAL:
                cells.written_formats[row, column] = DATE_FORMAT
                recorder.look(self.sheet.name, [(row, column)], {"number_format": DATE_FORMAT})
            elif code is None or not shows_date(code):
                held = raw
        cells.write(row, column, held)
        recorder.write(self.sheet.name, (row, column), raw)

    # How it looks -----------------------------------------------------------------------------

    @property
    def number_format(self) -> str | None:
        """The en-US code that all cells have, or None when they differ."""
        return self.sheet.cells_.number_format(self._limited())

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.look({"number_format": code})

    @property
    def color(self) -> object:
        """What is behind the cells can be set, not read: no snapshot has it."""
        raise NotImplementedError("Range.color: looks are not sent, so they cannot be read")

    @color.setter
    def color(self, colour: object) -> None:
        self.look({"fill": hex_colour(colour)})

    @property
    def font(self) -> Font:
        """How the text looks."""
        return Font(self)

    def look(self, look: Mapping[str, object]) -> None:
        """Fields of the action Look for every cell."""
        area = self._limited()
        cells = [
            (row, column)
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left, area.right + 1)
        ]
        code = look.get("number_format")
        if isinstance(code, str):
            self.sheet.cells_.written_formats.update(dict.fromkeys(cells, code))
        self.sheet.book.recorder.look(self.sheet.name, cells, look)

    def _limited(self) -> Area:
        if len(self) > MAX_CELLS:
            raise NotImplementedError(
                f"{self.area.address} is too large to be read or written at once"
            )
        return self.area

    # The rest ---------------------------------------------------------------------------------

    @property
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged; None when only some of them are."""
        inside = [area for area in self.sheet.cells_.merged if _overlap(area, self.area)]
        if not inside:
            return False
        within = sum(size_of(_common(area, self.area)) for area in inside)
        return True if within == len(self) else None

    @property
    def merge_area(self) -> Range:
        """The merged area that a single cell is in, else the cell."""
        if len(self) > 1:
            raise NotImplementedError("Range.merge_area: only of a single cell, as in Excel")
        for area in self.sheet.cells_.merged:
            if area.holds(self.area.top, self.area.left):
                return Range(self.sheet, area)
        return self

    def select(self) -> None:
        """Select the cells; Excel wants their sheet activated first."""
        if self.sheet.book.active is not self.sheet:
            raise ValueError("the sheet must be activated before cells on it are selected")
        self.sheet.book.select(self)


class Font(Part):
    """The font of a range: it can be set, not read, since no snapshot has it."""

    __slots__ = ("range",)

    def __init__(self, of: Range) -> None:
        self.range = of

    def __getattr__(self, name: str) -> Any:
        raise NotImplementedError(f"Font.{name}: looks are not sent, so they cannot be read")

    def __setattr__(self, name: str, value: object) -> None:
        match name:
            case "bold" | "italic":
                self.range.look({name: bool(value)})
            case "size" if isinstance(value, (int, float)):
                self.range.look({"size": float(value)})
            case "color":
                self.range.look({"colour": hex_colour(value)})
            case _:
                super().__setattr__(name, value)


def area_between(first: object, last: object) -> Area:
    """The rectangle of what Sheet.range takes: addresses, (row, column) or ranges."""
    if isinstance(first, tuple) and len(first) == 4 and last is None:
        top, left, height, width = first
        return Area(top, left, top + height - 1, left + width - 1)
    if isinstance(first, int) and isinstance(last, int):
        first, last = (first, last), None
    one = _one_area(first)
    if last is None:
        return one
    other = _one_area(last)
    return Area(
        min(one.top, other.top),
        min(one.left, other.left),
        max(one.bottom, other.bottom),
        max(one.right, other.right),
    )


def _one_area(given: object) -> Area:
    if isinstance(given, Range):
        return given.area
    if isinstance(given, tuple):
        row, column = given
        if row < 1 or column < 1:
            raise IndexError("rows and columns are counted from 1")
        return Area(row, column, row, column)
    try:
        return area_of(str(given))
    except ValueError:
        raise NotImplementedError(f"Sheet.range: only of a cell or rectangle: {given!r}") from None


def hex_colour(colour: object) -> str:
    """A colour as xlwings takes it, as ``#RRGGBB``; None is no colour, ``""``."""
    if colour is None:
        return ""
    if isinstance(colour, str):
        number = int(colour.removeprefix("#"), 16)
        red, green, blue = number >> 16, number >> 8 & 255, number & 255
    elif isinstance(colour, int):
        red, green, blue = colour & 255, colour >> 8 & 255, colour >> 16
    elif isinstance(colour, (tuple, list)):
        red, green, blue = colour
    else:
        raise TypeError(f"no colour: {colour!r}")
    return f"#{red:02X}{green:02X}{blue:02X}"


def _written(value: object, date_1904: bool) -> tuple[Held, Raw]:
    """What a cell holds after a write, and what the action says.

    A text that Excel would read as something else is not taken: written with an apostrophe first
    it stays a text, in Excel and here.
    """
    match value:
        case None | "":
            return None, None
        case bool():
            return value, value
        case int() | float():
            number = float(value)
            if number in (float("inf"), float("-inf")):
                raise ValueError("a cell holds no infinity")
            return number, number
        case str():
            text = value.removeprefix("'")
            if len(text) > MAX_TEXT:
                raise ValueError("a text is longer than a cell holds")
            if text == value and _read_otherwise(text):
                raise ValueError("a text that Excel may read as something else: write it after '")
            return text, text
        case date():
            moment = value if isinstance(value, datetime) else datetime(*value.timetuple()[:3])
            moment = moment.replace(tzinfo=None)
            return moment, serial_from_date(moment, date_1904)
    raise TypeError(f"no value for a cell: {type(value).__name__}")


def _read_otherwise(text: str) -> bool:
    """Whether Excel may make a number, a date, a formula or a logical value of a typed text."""
    if any(character.isdigit() for character in text) or text.casefold() in _LOGICAL:
        return True
    return not (text[0].isalpha() or text[0] in ' «»"(')


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.top <= other.bottom
        and other.top <= one.bottom
        and one.left <= other.right
        and other.left <= one.right
    )


def _common(one: Area, other: Area) -> Area:
    return Area(
        max(one.top, other.top),
        max(one.left, other.left),
        min(one.bottom, other.bottom),
        min(one.right, other.right),
    )
