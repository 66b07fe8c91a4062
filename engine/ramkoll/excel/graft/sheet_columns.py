"""The widths of columns where a plan takes the place of a part of a sheet."""

from __future__ import annotations

from ramkoll.excel.graft.markup import Splice, attributes, elements, prefixed, with_attribute
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.model.cells import MAX_COLUMN, Area


def merged_columns(sheet: SheetRows, donor: bytes, ours: Area) -> list[Splice]:
    """The change of the list of columns: the plan's widths in its area. Raises ValueError."""
    known = next((e for e in sheet.before() if e.name == sheet.prefix + b"cols"), None)
    old: list[bytes] = []
    if known is not None:
        places = elements(sheet.text, known.inside, known.close)
        old = [sheet.data[each.start : each.end] for each in places]
    planned = {
        column: prefixed(_with_ends(tag, column, column), sheet.prefix)
        for tag in listed(donor[: donor.index(b"<sheetData")], b"cols")
        for first, last in [_ends(tag)]
        for column in range(max(first, ours.left), min(last, ours.right) + 1)
    }
    found: list[tuple[int, bytes]] = []
    for tag in old:
        first, last = _ends(tag)
        for column in sorted(planned):
            if first <= column <= last:
                if first < column:
                    found.append((first, _with_ends(tag, first, column - 1)))
                # Its width is the plan's; that it is hidden, and how new cells look, is not.
                width = attributes(planned.pop(column))["width"]
                wide = with_attribute(with_attribute(tag, "width", width), "customWidth", "1")
                found.append((column, _with_ends(wide, column, column)))
                first = column + 1
        if first <= last:
            found.append((first, _with_ends(tag, first, last)))
    found += planned.items()
    new = [tag for _, tag in sorted(found, key=lambda each: each[0])]
    if new == old:
        return []
    name = sheet.prefix + b"cols"
    whole = b"<%s>%s</%s>" % (name, b"".join(new), name) if new else b""
    if known is not None:
        return [(known.start, known.end, whole)]
    return [(sheet.cells.start, sheet.cells.start, whole)]


def _ends(tag: bytes) -> tuple[int, int]:
    known = attributes(tag)
    return int(known["min"]), min(int(known["max"]), MAX_COLUMN)


def _with_ends(tag: bytes, first: int, last: int) -> bytes:
    known = attributes(tag)
    for name, new in (("min", first), ("max", last)):
        if known[name] != str(new):
            tag = with_attribute(tag, name, str(new))
    return tag


def listed(piece: bytes, name: bytes) -> list[bytes]:
    """The elements of a list, by its name, in a piece of a part that has no prefix."""
    at = piece.find(b"<" + name + b">")
    at = piece.find(b"<" + name + b" ") if at < 0 else at
    if at < 0:
        return []
    (whole,) = elements(piece, at, piece.index(b"</" + name + b">", at) + len(name) + 3)
    return [piece[e.start : e.end] for e in elements(piece, whole.inside, whole.close)]
