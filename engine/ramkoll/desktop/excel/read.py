"""An open workbook as a snapshot: a few calls for each sheet, whatever its size.

Values come as Value2 has them, so that a date is the number in the cell and an amount in a
currency format keeps all its decimals. Formulas are Formula's, which are as in the file: Formula2
has the @ that Excel shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from ramkoll.desktop.excel.cells import (
    GENERAL,
    cells,
    is_error,
    is_formula,
    merged_areas,
    number_formats,
    raw,
    rows,
    sheets_of,
)
from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.words import code_of, too_large
from ramkoll.live.areas import CellKey, area_of, rectangles, size_of
from ramkoll.live.snapshot import Raw, SheetSnapshot, Snapshot
from ramkoll.model.cells import Area

#: More than any form or report has: a sheet this large is somebody's list, or a mistake.
MOST_CELLS = 1_000_000
#: Up to so many cells are read without looking first how many of them hold anything.
_READ_AT_ONCE = 20_000
_VISIBILITY: dict[int, Literal["visible", "hidden", "veryHidden"]] = {0: "hidden", 2: "veryHidden"}
_EVERY_SHEET = "*"


def snapshot_of(book: Native, wanted: Sequence[str]) -> Snapshot:
    """The sheets asked for (``*``: all) with their cells, and the names of all.

    Raises RamkollError for a sheet with cells too far apart, and com_error for Excel's refusals.
    """
    active, selection = selected_in(book)
    return Snapshot(
        name=str(book.get("Name")),
        sheets=[
            _sheet(name, sheet, _EVERY_SHEET in wanted or name in wanted)
            for name, sheet in sheets_of(book).items()
        ],
        names={name: str(each.get("RefersTo")).removeprefix("=") for name, each in names_of(book)},
        active=active,
        selection=selection,
        date_1904=bool(book.get("Date1904")),
    )


def names_of(book: Native) -> list[tuple[str, Native]]:
    """The workbook-wide names; a sheet's own have its name and an exclamation mark in theirs."""
    names = book.get("Names")
    every = [names.get("Item", number) for number in range(1, int(names.get("Count")) + 1)]
    found = [(str(each.get("Name")), each) for each in every]
    return [(name, each) for name, each in found if "!" not in name and name[:3].lower() != "_xl"]


def selected_in(book: Native) -> tuple[str, str]:
    """The active sheet and what is selected on it, also while a chart or a picture is selected."""
    active = str(book.get("ActiveSheet").get("Name"))
    try:
        selected = book.get("Windows").get("Item", 1).get("RangeSelection").get("Address")
    except Exception as error:
        if code_of(error) is None:
            raise
        return active, "A1"  # a sheet that is a chart has no cells
    return active, _first_area(str(selected))


def _first_area(address: str) -> str:
    """The first of several areas; whole columns and rows are told by their first cell."""
    first = address.split(",")[0].replace("$", "")
    if re.search(r"[A-Z]\d", first):
        return area_of(first).address
    column, row = re.search(r"[A-Z]+", first), re.search(r"\d+", first)
    return f"{column[0] if column else 'A'}{row[0] if row else '1'}"


def _sheet(name: str, sheet: Native, asked: bool) -> SheetSnapshot:
    visibility = _VISIBILITY.get(int(sheet.get("Visible")), "visible")
    used = _used(name, sheet) if asked else None
    if used is None:
        return SheetSnapshot(name=name, visibility=visibility, sent=asked)
    some = cells(sheet, used)
    values, formulas = rows(some.get("Value2")), rows(some.get("Formula"))
    found: list[tuple[int, int, str]] = []
    errors: list[CellKey] = []
    texts: list[CellKey] = []
    others: list[CellKey] = []
    held: list[list[Raw]] = []
    for row, (row_values, row_formulas) in enumerate(zip(values, formulas, strict=True), used.top):
        kept: list[Raw] = []
        for column, (value, formula) in enumerate(
            zip(row_values, row_formulas, strict=True), used.left
        ):
            own = is_formula(formula, value)
            if own:
                found.append((row, column, str(formula)))
            elif value is None or value == "":
                kept.append(None)
                continue
            if is_error(value):
                errors.append((row, column))
            (texts if isinstance(value, str) else others).append((row, column))
            kept.append(raw(value))
        held.append(kept)
    formats, format_of = _formats(sheet, used, texts, others)
    return SheetSnapshot(
        name=name,
        visibility=visibility,
        top=used.top,
        left=used.left,
        values=held,
        formulas=found,
        errors=errors,
        formats=formats,
        format_of=format_of,
        merged=[area.address for area in merged_areas(sheet, used)],
    )


def _formats(
    sheet: Native, used: Area, texts: list[CellKey], others: list[CellKey]
) -> tuple[list[str], list[list[int]]]:
    """The number formats of the cells that hold something; texts seldom have those of numbers."""
    known = {GENERAL: 0}
    indices = [[0] * (used.right - used.left + 1) for _ in range(used.top, used.bottom + 1)]
    for kind in (texts, others):
        for group, code in number_formats(sheet, rectangles(kind)):
            index = known.setdefault(code, len(known))
            for area in group if index else ():
                width = area.right - area.left + 1
                for row in range(area.top - used.top, area.bottom - used.top + 1):
                    first = area.left - used.left
                    indices[row][first : first + width] = [index] * width
    return (list(known), indices) if len(known) > 1 else ([], [])


def _used(name: str, sheet: Native) -> Area | None:
    """The area around what is used, None for an empty sheet.

    Excel counts formatted cells as used, to the last row of the sheet where a column is formatted.
    So the rows and columns at the end that hold nothing are cut off, when there are many.
    """
    used = area_of(str(sheet.get("UsedRange").get("Address")))
    if size_of(used) > _READ_AT_ONCE:
        count = sheet.get("Application").get("WorksheetFunction")

        def holds(area: Area) -> bool:
            return bool(count.get("CountA", cells(sheet, area)) > 0)

        if not holds(used):
            return None
        top, left = used.top, used.left
        below = lambda row: holds(Area(row + 1, left, used.bottom, used.right))  # noqa: E731
        bottom = _last(top, used.bottom, below)
        beside = lambda column: holds(Area(top, column + 1, bottom, used.right))  # noqa: E731
        used = Area(top, left, bottom, _last(left, used.right, beside))
    if size_of(used) > MOST_CELLS:
        raise too_large(name)
    return used


def _last(first: int, last: int, more_after: Callable[[int], bool]) -> int:
    """The last line that holds something, found by halving; ``more_after`` asks of what follows."""
    while first < last:
        middle = (first + last) // 2
        if more_after(middle):
            first = middle + 1
        else:
            last = middle
    return first
