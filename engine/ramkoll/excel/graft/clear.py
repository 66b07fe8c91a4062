"""A part of a sheet made free of what a plan may hang there: tables, links and charts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ramkoll.excel.graft.book import Book
from ramkoll.excel.graft.draft import Draft, Link, drop_with_own, is_used, links, unlink
from ramkoll.excel.graft.markup import (
    Element,
    attributes,
    children_of,
    elements,
    spliced,
    unfit,
    with_attribute,
)
from ramkoll.excel.graft.sheet_merge import is_inside, meets, refuse_across
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.excel.graft.tables import table_root
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError

_CHART_ID = re.compile(rb"<(?:[^\s<>/:]+:)?chart\s[^>]*?[\w.-]+:id\s*=\s*[\"']([^\"']*)[\"']")
_ANCHORS = (b"twoCellAnchor", b"oneCellAnchor")


class Cleared(NamedTuple):
    """What is no more: relationships of the sheet, and parts; and the drawing that is left."""

    gone: frozenset[str]
    parts: frozenset[str]
    drawing: Link | None


def clear_area(book: Book, part: str, ours: Area, name: str) -> Cleared:
    """Take away the tables, charts and links to outside that stand wholly in the area.

    The sheet's part itself is not changed. Raises RamkollError when something stands across the
    area's edge, or a pivot table in it.
    """
    draft, file = book.draft, book.file
    where, what = f"{file} {name}", f"hörde till den gamla delen av bladet «{name}»"
    sheet = SheetRows.read(draft[part], where)
    hung = links(draft, part, file)
    tables = [
        (each, *_table_area(draft, each.part, sheet)) for each in hung if each.kind == "table"
    ]
    refuse_across(sheet, ours, [(area, title) for _, area, title in tables])
    for each in hung:
        if each.kind == "pivotTable" and meets(_pivot_area(draft, each.part, sheet), ours):
            raise RamkollError(
                "En pivottabell står i den del av bladet som Ramkoll skriver.",
                where=where,
                todo="Flytta den i Excel och försök igen.",
            )
    gone = {each.id for each, area, _ in tables if is_inside(area, ours)} | _links_in(sheet, ours)
    parts = {each.part for each in hung if each.id in gone and each.kind == "table"}
    drawing = next((each for each in hung if each.kind == "drawing"), None)
    if drawing is not None:
        left, charts = _clear_drawing(draft, drawing.part, ours, what)
        parts |= charts
        if not left:
            gone.add(drawing.id)
            parts.add(drawing.part)
            drawing = None
    if gone:
        unlink(draft, part, gone, what)
    dropped: set[str] = set()
    for each_part in sorted(parts):
        if each_part in draft and not is_used(draft, each_part):
            dropped |= drop_with_own(draft, each_part, what, itself=True)
    return Cleared(frozenset(gone), frozenset(dropped), drawing)


def _table_area(draft: Draft, part: str, sheet: SheetRows) -> tuple[Area, str]:
    known = table_root(draft, part, draft.file)
    return sheet.area(known.get("ref", "")), known.get("displayName", "")


def _pivot_area(draft: Draft, part: str, sheet: SheetRows) -> Area:
    data = draft[part]
    for child in children_of(data, draft.file)[2]:
        if child.local == b"location":
            return sheet.area(attributes(data[child.start : child.inside]).get("ref", ""))
    raise unfit(sheet.where, "En pivottabell är skadad.")


def _links_in(sheet: SheetRows, ours: Area) -> set[str]:
    """The relationships of links in the area that no link outside it has."""
    inside: set[str] = set()
    outside: set[str] = set()
    for known in sheet.tags_after(b"hyperlink"):
        ids = {value for name, value in known.items() if name.rpartition(":")[2] == "id"}
        area = sheet.area(known.get("ref", ""))
        (inside if is_inside(area, ours) else outside).update(ids)
    return inside - outside


# Drawings ------------------------------------------------------------------------------------


def _clear_drawing(draft: Draft, part: str, ours: Area, what: str) -> tuple[bool, set[str]]:
    """Take away the charts that have their corner in the area; whether anything is left."""
    data = draft[part]
    _, _, children = children_of(data, draft.file)
    old = {each: id_ for each in children if (id_ := _chart_in(data, each, ours, draft.file))}
    if not old:
        return bool(children), set()
    draft.put(draft.path(part), spliced(data, [(e.start, e.end, b"") for e in old]), what)
    ids = set(old.values())
    charts = {each.part for each in links(draft, part, draft.file) if each.id in ids}
    unlink(draft, part, ids, what)
    return len(old) < len(children), charts


def _chart_in(data: bytes, anchor: Element, ours: Area, where: str) -> str | None:
    """The relationship of the chart that is anchored in the area; None for all else."""
    if anchor.local not in _ANCHORS:
        return None
    piece = data[anchor.start : anchor.end]
    parts = {each.local: each for each in children_of(piece, where)[2]}
    found = _CHART_ID.search(piece)
    if found is None or b"graphicFrame" not in parts or b"from" not in parts:
        return None
    corner = piece[parts[b"from"].inside : parts[b"from"].close]
    texts = {
        each.local: corner[each.inside : each.close] for each in elements(corner, 0, len(corner))
    }
    try:
        row, column = int(texts[b"row"]) + 1, int(texts[b"col"]) + 1
    except (ValueError, LookupError) as error:
        raise unfit(where, "En ritning är skadad.") from error
    return found[1].decode() if ours.holds(row, column) else None


def with_charts(old: bytes, donor: bytes, ids: dict[str, str], where: str) -> bytes:
    """A drawing with the charts of another last, under new relationships and numbers."""
    root, _, children = children_of(old, where)
    number = max(_numbers(old), default=1)
    theirs, _, anchors = children_of(donor, where)
    spaces = {
        name: value
        for name, value in attributes(donor[theirs.start : theirs.inside]).items()
        if name.startswith("xmlns")
    }
    new = b""
    for anchor in anchors:
        piece = donor[anchor.start : anchor.end]
        end = piece.index(b">") + 1
        tag = piece[:end]
        for name, value in spaces.items():
            tag = with_attribute(tag, name, value)
        piece = tag + piece[end:]
        number += 1
        piece = re.sub(rb'(<xdr:cNvPr id=")\d+"', rb'\g<1>%d"' % number, piece, count=1)
        known = _CHART_ID.search(piece)
        if known is not None:
            start, stop = known.span(1)
            piece = piece[:start] + ids[known[1].decode()].encode() + piece[stop:]
        new += piece
    at = children[-1].end if children else root.inside
    return spliced(old, [(at, at, new)])


def _numbers(data: bytes) -> Iterator[int]:
    for found in re.finditer(rb"<(?:[^\s<>/:]+:)?cNvPr\s[^>]*?\bid\s*=\s*[\"'](\d+)", data):
        yield int(found[1])
