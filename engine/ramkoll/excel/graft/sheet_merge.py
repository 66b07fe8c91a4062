"""A plan in the place of a part of a sheet: all outside that part, and sheet-wide, is kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ramkoll.excel.graft.markup import (
    Element,
    Splice,
    attributes,
    elements,
    opened,
    prefixed,
    quoted,
    spliced,
    unfit,
    with_attribute,
)
from ramkoll.excel.graft.sheet_cells import drawn_height
from ramkoll.excel.graft.sheet_columns import listed, merged_columns
from ramkoll.excel.graft.sheet_edit import Change, rewritten, with_spans
from ramkoll.excel.graft.sheet_rows import Row, SheetRows
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan

# What a worksheet may hold, in the order of the standard.
_ORDER = (
    b"sheetPr", b"dimension", b"sheetViews", b"sheetFormatPr", b"cols", b"sheetData",
    b"sheetCalcPr", b"sheetProtection", b"protectedRanges", b"scenarios", b"autoFilter",
    b"sortState", b"dataConsolidate", b"customSheetViews", b"mergeCells", b"phoneticPr",
    b"conditionalFormatting", b"dataValidations", b"hyperlinks", b"printOptions", b"pageMargins",
    b"pageSetup", b"headerFooter", b"rowBreaks", b"colBreaks", b"customProperties", b"cellWatches",
    b"ignoredErrors", b"smartTags", b"drawing", b"drawingHF", b"legacyDrawing", b"legacyDrawingHF",
    b"picture", b"oleObjects", b"controls", b"webPublishItems", b"tableParts", b"extLst",
)  # fmt: skip
# Lists of what stands at cells: the list, what is in it, and the attribute that says where.
_LISTS = (
    (b"mergeCells", b"mergeCell", "ref"),
    (b"dataValidations", b"dataValidation", "sqref"),
    (b"hyperlinks", b"hyperlink", "ref"),
    (b"rowBreaks", b"brk", "id"),
    (b"ignoredErrors", b"ignoredError", "sqref"),
    (b"tableParts", b"tablePart", "id"),
)
_COUNTS = ("count", "manualBreakCount")


class Hung(NamedTuple):
    """What hangs on the sheet, by relationship: ``gone`` goes; ``ids`` renames the plan's own.

    ``drawing`` is the relationship of the drawing that the sheet is to have, None for none;
    ``space`` is the namespace of relationships.
    """

    gone: frozenset[str]
    ids: Mapping[str, str]
    drawing: str | None
    space: str


def refuse_across(sheet: SheetRows, ours: Area, tables: Sequence[tuple[Area, str]]) -> None:
    """RamkollError when what hangs together stands both inside and outside of the area."""

    def refuse(what: str, area: Area) -> None:
        if meets(area, ours) and not is_inside(area, ours):
            raise RamkollError(
                f"{what} i {area.address} går utanför den del av bladet som Ramkoll skriver, "
                f"{ours.address}.",
                where=sheet.where,
                todo="Flytta eller dela upp den i Excel och försök igen.",
            )

    for block in sheet.blocks():
        refuse("En matrisformel", block)
    for known in sheet.tags_after(b"mergeCell"):
        refuse("Sammanfogade celler", sheet.area(known.get("ref", "")))
    for area, name in tables:
        refuse(f"Tabellen {name}", area)


def refuse_outside(plan: SheetPlan, ours: Area) -> None:
    """ValueError when the plan has something outside of its own part of the sheet."""
    cells = [Area(c.row, c.column, c.row, c.column) for c in plan.cells]
    charts = [Area(c.row, c.column, c.row, c.column) for c in plan.charts]
    lists = (plan.choices, plan.highlights, plan.tables)
    areas = [each.area for some in lists for each in some]
    for area in (*cells, *charts, *areas, *plan.merges):
        if not is_inside(area, ours):
            raise ValueError(f"{plan.name}!{area.address}: outside {ours.address}")


def merged(
    sheet: SheetRows,
    donor: bytes,
    plan: SheetPlan,
    rows: Mapping[int, Mapping[int, str]],
    ours: Area,
    hung: Hung,
) -> bytes:
    """The part with the plan in its area; ``donor`` is the plan's own part, without a prefix.

    ``rows`` are its cells. Raises RamkollError for a part that cannot be changed without risk.
    """
    try:
        splices = [*_rows(sheet, plan, rows, ours), *_unshared(sheet, ours)]
        splices += merged_columns(sheet, donor, ours)
        splices += _dimension(sheet, rows)
        around = sorted(_around(sheet, donor, ours, hung), key=lambda each: _ORDER.index(each[0]))
    except (ValueError, LookupError) as error:
        raise unfit(sheet.where, "Bladet är skadat.") from error
    return spliced(sheet.data, [*splices, *(splice for _, splice in around)])


def is_inside(area: Area, ours: Area) -> bool:
    """Whether all of an area lies in another."""
    return ours.holds(area.top, area.left) and ours.holds(area.bottom, area.right)


def meets(area: Area, ours: Area) -> bool:
    """Whether two areas have a cell in common."""
    return (
        area.top <= ours.bottom
        and area.bottom >= ours.top
        and area.left <= ours.right
        and area.right >= ours.left
    )


# Cells ---------------------------------------------------------------------------------------


def _rows(
    sheet: SheetRows, plan: SheetPlan, rows: Mapping[int, Mapping[int, str]], ours: Area
) -> Iterator[Splice]:
    first, last = bisect_left(sheet.numbers, ours.top), bisect_right(sheet.numbers, ours.bottom)
    heights = {row for row in plan.heights if ours.top <= row <= ours.bottom}
    new_rows: list[Splice] = []
    for number in sorted({*sheet.numbers[first:last], *rows, *heights}):
        cells = prefixed("".join(rows.get(number, {}).values()).encode(), sheet.prefix)
        height = plan.heights.get(number)
        row = sheet.row(number)
        if row is not None:
            columns = list(rows.get(number, ()))
            tag = _tall(_tag(sheet, row.element), height)
            yield from _row(sheet, row, tag, cells, columns, ours)
        elif cells or height is not None:
            name = sheet.prefix + b"row"
            tag = _tall(b'<%s r="%d">' % (name, number), height)
            at = sheet.place_for(number)
            new_rows.append((at, at, tag + cells + b"</" + name + b">"))
    if new_rows and sheet.cells.inside == sheet.cells.end:
        tag = opened(_tag(sheet, sheet.cells))
        whole = tag + b"".join(new for _, _, new in new_rows) + b"</" + sheet.cells.name + b">"
        new_rows = [(sheet.cells.start, sheet.cells.end, whole)]
    yield from new_rows


def _tag(sheet: SheetRows, element: Element) -> bytes:
    return sheet.data[element.start : element.inside]


def _tall(tag: bytes, height: float | None) -> bytes:
    if height is None:
        return tag
    return with_attribute(with_attribute(tag, "ht", drawn_height(height)), "customHeight", "1")


def _row(
    sheet: SheetRows, row: Row, tag: bytes, cells: bytes, columns: list[int], ours: Area
) -> Iterator[Splice]:
    """The changes of a row that is there: its tag, and its cells in the area."""
    element = row.element
    tag = with_spans(tag, columns)
    if element.inside == element.end:
        if cells:
            tag = opened(tag) + cells + b"</" + element.name + b">"
        yield element.start, element.end, tag
        return
    if tag != _tag(sheet, element):
        yield element.start, element.inside, tag
    old = [cell for column, cell in row.cells.items() if ours.left <= column <= ours.right]
    right = [cell for column, cell in row.cells.items() if column > ours.right]
    left = [cell for column, cell in row.cells.items() if column < ours.left]
    if old:
        yield old[0].start, old[-1].end, cells
    elif cells:
        at = right[0].start if right else left[-1].end if left else element.inside
        yield at, at, cells


def _unshared(sheet: SheetRows, ours: Area) -> Iterator[Splice]:
    """Formulas of their own for the cells outside that share one whose text goes."""
    for index in sorted(sheet.shared()):
        sharers = sheet.sharers(index)
        if any(sharer.heads and ours.holds(*place) for place, sharer in sharers.items()):
            for place, sharer in sharers.items():
                now = sheet.now(*place)
                if now is not None and not ours.holds(*place):
                    new = rewritten(sheet, now, Change(now, None, None, sharer.text))
                    yield now.element.start, now.element.end, new


# The used area, and what stands after the cells ----------------------------------------------


def _dimension(sheet: SheetRows, rows: Mapping[int, Mapping[int, str]]) -> list[Splice]:
    columns = [column for cells in rows.values() for column in cells]
    for element in sheet.before():
        if element.name == sheet.prefix + b"dimension" and columns:
            tag = _tag(sheet, element)
            known = sheet.area(attributes(tag).get("ref", ""))
            area = Area(
                min(known.top, *rows),
                min(known.left, *columns),
                max(known.bottom, *rows),
                max(known.right, *columns),
            )
            if area != known:
                return [(element.start, element.inside, with_attribute(tag, "ref", area.address))]
    return []


def _around(
    sheet: SheetRows, donor: bytes, ours: Area, hung: Hung
) -> Iterator[tuple[bytes, Splice]]:
    """The changes after the cells, each with the name of what changes."""
    after, p = sheet.after(), sheet.prefix
    tail = donor[donor.index(b">", donor.rindex(b"sheetData")) + 1 :]

    def place_for(local: bytes) -> int:
        later = _ORDER[_ORDER.index(local) + 1 :]
        return next((each.start for each in after if each.local in later), sheet.root.close)

    for name, item, where in _LISTS:
        keep = _keeper(sheet, item, where, ours, hung)
        items = listed(tail, name)
        if name == b"rowBreaks":  # a plan says where pages end on the whole sheet
            items = [each for each in items if not keep(attributes(each))]
        new = [prefixed(_renamed(sheet, each, hung), p) for each in items]
        for splice in _list(sheet, after, name, keep, new, place_for(name)):
            yield name, splice
    # Conditional formats are in no list of theirs.
    name = b"conditionalFormatting"
    formats = [each for each in after if each.name == p + name]
    old = [e for e in formats if _is_inside(sheet, _attributes(sheet, e).get("sqref", ""), ours)]
    ranks = [
        int(_attributes(sheet, rule).get("priority", "0"))
        for each in formats
        if each not in old
        for rule in elements(sheet.text, each.inside, each.close)
        if rule.local == b"cfRule"
    ]
    for each in old:
        yield name, (each.start, each.end, b"")
    at = formats[-1].end if formats else place_for(name)
    yield name, (at, at, prefixed(_ranked(tail, max(ranks, default=0)), p))
    for each in after:
        reference = _attributes(sheet, each).get("ref", "")
        if each.name == p + b"autoFilter" and _is_inside(sheet, reference, ours):
            yield b"autoFilter", (each.start, each.end, b"")
    known = next((each for each in after if each.name == p + b"drawing"), None)
    if known is not None and hung.drawing is None:
        yield b"drawing", (known.start, known.end, b"")
    elif known is None and hung.drawing is not None:
        tag = b"<" + p + b"drawing " + _relationship(sheet, hung, hung.drawing) + b"/>"
        yield b"drawing", (place_for(b"drawing"), place_for(b"drawing"), tag)


def _attributes(sheet: SheetRows, element: Element) -> dict[str, str]:
    return attributes(_tag(sheet, element))


def _keeper(
    sheet: SheetRows, item: bytes, where: str, ours: Area, hung: Hung
) -> Callable[[dict[str, str]], bool]:
    """Whether something of a list is none of ours, by its attributes."""

    def keep(known: dict[str, str]) -> bool:
        if item == b"tablePart":
            return not any(id_ in hung.gone for id_ in known.values())
        text = known.get(where, "")
        if item == b"brk":
            return not (text.isdecimal() and ours.top <= int(text) <= ours.bottom)
        return not _is_inside(sheet, text, ours)

    return keep


def _is_inside(sheet: SheetRows, references: str, ours: Area) -> bool:
    areas = [sheet.area(each.replace("$", "")) for each in references.split()]
    return bool(areas) and all(is_inside(area, ours) for area in areas)


def _list(
    sheet: SheetRows,
    after: Sequence[Element],
    name: bytes,
    keep: Callable[[dict[str, str]], bool],
    new: Sequence[bytes],
    place: int,
) -> Iterator[Splice]:
    p = sheet.prefix
    known = next((each for each in after if each.name == p + name), None)
    if known is None:
        if new:
            tag = b"<" + p + name
            if name != b"hyperlinks" and name != b"ignoredErrors":
                tag += b' count="%d"' % len(new)
            if name == b"rowBreaks":
                tag += b' manualBreakCount="%d"' % len(new)
            yield place, place, tag + b">" + b"".join(new) + b"</" + p + name + b">"
        return
    items = [
        sheet.data[each.start : each.end]
        for each in elements(sheet.text, known.inside, known.close)
    ]
    kept = [item for item in items if keep(attributes(item[: item.index(b">") + 1]))]
    if [*kept, *new] == items:
        return
    if not kept and not new:
        yield known.start, known.end, b""
        return
    tag = opened(_tag(sheet, known))
    for count in _COUNTS:
        if count in attributes(tag):
            tag = with_attribute(tag, count, str(len(kept) + len(new)))
    yield known.start, known.end, tag + b"".join([*kept, *new]) + b"</" + known.name + b">"


def _renamed(sheet: SheetRows, item: bytes, hung: Hung) -> bytes:
    old = attributes(item[: item.index(b">") + 1]).get("r:id")
    if old is None:
        return item
    return item.replace(b'r:id="%s"' % old.encode(), _relationship(sheet, hung, hung.ids[old]), 1)


def _relationship(sheet: SheetRows, hung: Hung, id_: str) -> bytes:
    declared = attributes(_tag(sheet, sheet.root)).get("xmlns:r")
    # The part may know the namespace under another name, or not at all.
    space = b"" if declared == hung.space else b"xmlns:r=%s " % quoted(hung.space)
    return b"%sr:id=%s" % (space, quoted(id_))


def _ranked(tail: bytes, above: int) -> bytes:
    """The plan's conditional formats, ranked after all others."""
    first, last = tail.find(b"<conditionalFormatting "), tail.rfind(b"</conditionalFormatting>")
    if first < 0:
        return b""
    piece = tail[first : last + len(b"</conditionalFormatting>")]
    found = b""
    for each in elements(piece, 0, len(piece)):
        rules = []
        for rule in elements(piece, each.inside, each.close):
            tag = piece[rule.start : rule.inside]
            rank = int(attributes(tag)["priority"]) + above
            rules.append((rule.start, rule.inside, with_attribute(tag, "priority", str(rank))))
        moved = [(a - each.start, b - each.start, new) for a, b, new in rules]
        found += spliced(piece[each.start : each.end], moved)
    return found
