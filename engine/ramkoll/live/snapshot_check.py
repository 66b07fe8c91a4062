"""Whether a snapshot is one: what its types cannot say."""

from __future__ import annotations

from ramkoll.live.areas import area_of
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area
from ramkoll.model.errors import RamkollError

# More than any cell holds makes what looks for words in it slow. A formula may grow when it is
# put in English, so it has twice Excel's 8,192, and a number format more than its 255; of sheets
# Excel itself sets no limit.
MAX_TEXT, MAX_FORMULA, MAX_FORMAT, MAX_SHEETS = 32_767, 16_384, 1_000, 1_000


def check(snapshot: Snapshot) -> None:
    """Raise RamkollError unless every part of the snapshot fits the others.

    It says where, never what: a cell's value belongs in no message that may be logged.
    """
    names = [sheet.name.casefold() for sheet in snapshot.sheets]
    if not names or "" in names or len(set(names)) < len(names) or len(names) > MAX_SHEETS:
        raise _bad("blad")
    if snapshot.active and snapshot.active.casefold() not in names:
        raise _bad("aktivt blad")
    if snapshot.selection:
        _area(snapshot.selection, "markering")
    for sheet in snapshot.sheets:
        _check_sheet(sheet)


def _check_sheet(sheet: SheetSnapshot) -> None:
    height = len(sheet.values)
    width = len(sheet.values[0]) if height else 0
    bottom, right = sheet.top + height - 1, sheet.left + width - 1
    if sheet.top < 1 or sheet.left < 1 or bottom > MAX_ROW or right > MAX_COLUMN:
        raise _bad(sheet.name)
    if any(len(row) != width for row in sheet.values):
        raise _bad(sheet.name)
    for row in sheet.values:
        if any(type(value) is str and len(value) > MAX_TEXT for value in row):
            raise _bad(sheet.name)
    if sheet.format_of and [len(row) for row in sheet.format_of] != [width] * height:
        raise _bad(f"{sheet.name}, talformat")
    if any(len(code) > MAX_FORMAT for code in sheet.formats):
        raise _bad(f"{sheet.name}, talformat")
    known = len(sheet.formats)
    if any(row and not 0 <= min(row) <= max(row) < known for row in sheet.format_of):
        raise _bad(f"{sheet.name}, talformat")
    for at_row, column, text in sheet.formulas:
        within = _within(sheet, at_row, column, bottom, right)
        if not text.startswith("=") or len(text) > MAX_FORMULA or not within:
            raise _bad(f"{sheet.name}, formler")
    for at_row, column in sheet.errors:
        if not _within(sheet, at_row, column, bottom, right) or not isinstance(
            sheet.values[at_row - sheet.top][column - sheet.left], str
        ):
            raise _bad(f"{sheet.name}, felvärden")
    for address in sheet.merged:
        _area(address, f"{sheet.name}, sammanslagna celler")


def _within(sheet: SheetSnapshot, row: int, column: int, bottom: int, right: int) -> bool:
    return sheet.top <= row <= bottom and sheet.left <= column <= right


def _area(address: str, where: str) -> Area:
    try:
        return area_of(address)
    except ValueError:
        raise _bad(where) from None


def _bad(where: str) -> RamkollError:
    return RamkollError(
        "Det som skickades från arbetsboken går inte att läsa.",
        where=where,
        todo="Ladda om panelen; den kan vara äldre än servern.",
    )
