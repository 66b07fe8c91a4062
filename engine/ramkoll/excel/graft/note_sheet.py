"""A sheet that gets notes: its pointer to their drawing, and where on it they are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import ceil

from ramkoll.excel.graft.markup import Element, attributes, quoted, spliced
from ramkoll.excel.graft.note_shapes import Anchor, Place
from ramkoll.excel.graft.sheet_merge import ORDER
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW

_TAGS = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])")
_LEGACY = b"legacyDrawing"
_WIDTH, _MARGIN, _LINE, _TALLEST = 320, 12, 15, 480  # pixels
_SIGNS = 50  # of Tahoma 9 on a line of the width
_ASIDE, _ABOVE = 15, 2


def legacy_drawing(sheet: SheetRows) -> str | None:
    """The relationship of the drawing that holds a sheet's notes and form controls, if any."""
    element = _legacy(sheet)
    if element is None:
        return None
    known = attributes(sheet.data[element.start : element.inside])
    return next((v for k, v in known.items() if k.rpartition(":")[2] == "id"), "")


def with_legacy(sheet: SheetRows, id_: str, space: str) -> bytes:
    """The sheet with a pointer to the drawing, where the standard wants it."""
    later = set(ORDER[ORDER.index(_LEGACY) + 1 :])
    # What newer programs read otherwise stands in the place of what is inside it.
    place = next(
        (
            each.start
            for each in sheet.after()
            if each.local in later
            or (each.local == b"AlternateContent" and _first_known(sheet, each) in later)
        ),
        sheet.root.close,
    )
    root = attributes(sheet.data[sheet.root.start : sheet.root.inside])
    declared = b"" if root.get("xmlns:r") == space else b" xmlns:r=" + quoted(space)
    tag = b"<%s%s%s r:id=%s/>" % (sheet.prefix, _LEGACY, declared, quoted(id_))
    return spliced(sheet.data, [(place, place, tag)])


def without_legacy(sheet: SheetRows) -> bytes:
    """The sheet without its pointer to the drawing."""
    element = _legacy(sheet)
    return spliced(sheet.data, [(element.start, element.end, b"")] if element else [])


def at_cells(sheet: SheetRows, texts: Mapping[Place, str]) -> dict[Place, Anchor]:
    """Where each note is drawn: beside its cell, as large as its text needs."""
    width, height = _widths(sheet), _heights(sheet)
    found = {}
    for row, column in sorted(texts):
        text = texts[row, column]
        lines = sum(max(1, ceil(len(line) / _SIGNS)) for line in text.split("\n"))
        tall = min(_TALLEST, _MARGIN + _LINE * lines)
        # At the edge of the sheet there is no room beside the cell.
        left = min(column, MAX_COLUMN - 12)
        top = min(max(0, row - 2), MAX_ROW - 40)
        right, right_in = _across(left, _ASIDE + _WIDTH, width)
        bottom, bottom_in = _across(top, _ABOVE + tall, height)
        corners = (left, _ASIDE, top, _ABOVE, right, right_in, bottom, bottom_in)
        found[row, column] = Anchor(corners, _WIDTH, tall)
    return found


def _legacy(sheet: SheetRows) -> Element | None:
    return next((each for each in sheet.after() if each.name == sheet.prefix + _LEGACY), None)


def _first_known(sheet: SheetRows, element: Element) -> bytes | None:
    inside = sheet.text[element.inside : element.close]
    return next((each[1] for each in _TAGS.finditer(inside) if each[1] in ORDER), None)


def _across(start: int, distance: int, size: Callable[[int], int]) -> tuple[int, int]:
    """The column or row, from 0, that lies a distance from the start of one, and how far in."""
    at = start
    while at < start + 500 and distance >= (here := size(at + 1)):
        distance -= here
        at += 1
    return at, max(0, distance)


def _widths(sheet: SheetRows) -> Callable[[int], int]:
    """The width of a column in pixels, 1-based."""
    usual = _default(sheet, "defaultColWidth", 9.14)
    known = [
        (int(each["min"]), int(each["max"]), _size(each, "width", usual))
        for each in sheet.columns()
        if each.get("min", "").isdecimal() and each.get("max", "").isdecimal()
    ]

    def width(column: int) -> int:
        signs = next((w for first, last, w in known if first <= column <= last), usual)
        return round(signs * 7)

    return width


def _heights(sheet: SheetRows) -> Callable[[int], int]:
    """The height of a row in pixels, 1-based."""
    usual = _default(sheet, "defaultRowHeight", 15.0)

    def height(row: int) -> int:
        known = sheet.row(row)
        points = usual
        if known is not None:
            element = known.element
            points = _size(attributes(sheet.text[element.start : element.inside]), "ht", usual)
        return round(points * 4 / 3)

    return height


def _size(known: Mapping[str, str], name: str, usual: float) -> float:
    if known.get("hidden") in ("1", "true"):
        return 0.0
    return _number(known.get(name, ""), usual)


def _default(sheet: SheetRows, name: str, usual: float) -> float:
    for element in sheet.before():
        if element.name == sheet.prefix + b"sheetFormatPr":
            known = attributes(sheet.data[element.start : element.inside])
            return _number(known.get(name, ""), usual)
    return usual


def _number(text: str, usual: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return usual
    return value if 0 <= value <= 10_000 else usual
