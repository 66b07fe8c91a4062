"""Whole sheets put into a workbook: last, or in place of the one of the same name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ramkoll.excel.graft.book import Book, drop_chain
from ramkoll.excel.graft.clear import Cleared, clear_area
from ramkoll.excel.graft.donor import make_donor, with_headings
from ramkoll.excel.graft.draft import Link, drop_with_own, free_ids, link, links, list_parts
from ramkoll.excel.graft.markup import attributes, pattern, quoted, root_of, shadow, with_attribute
from ramkoll.excel.graft.move import Move
from ramkoll.excel.graft.sheet_cells import dimension, planned_rows, sheet_data
from ramkoll.excel.graft.sheet_merge import Hung, is_inside, merged, refuse_outside
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.excel.graft.tables import table_ids, tables_of
from ramkoll.excel.graft.what import SheetGraft
from ramkoll.excel.graft.workbook_edit import NameKey, names_in, with_names, with_tab
from ramkoll.model.cells import MAX_ROW, Area, a1, column_letters, parse_area
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan

_NEVER_OURS = {"pivotTable": "en pivottabell", "slicer": "ett utsnitt", "timeline": "en tidslinje"}
_FILTER, _AREA, _TITLES = "_xlnm._filterdatabase", "_xlnm.print_area", "_xlnm.print_titles"
EVERYWHERE = Area(1, 1, 1_048_576, 16_384)


class Written(NamedTuple):
    """The part of a sheet whose cells may not be as they were."""

    sheet: str
    area: Area


class _Place(NamedTuple):
    """Where a plan comes: its position and name; in place of a sheet, its part and content.

    ``cleared`` when only an area of the sheet is the plan's.
    """

    plan: SheetPlan
    at: int
    name: str
    part: str = ""
    before: bytes | None = None
    ours: Area | None = None
    cleared: Cleared | None = None


def put_sheets(book: Book, grafts: Sequence[SheetGraft]) -> list[Written]:
    """Put checked plans into the book's draft, and say which old cells are written over.

    Raises RamkollError when a sheet may not come, or may not go for it; ValueError for a plan that
    goes outside its own part of a sheet.
    """
    if not grafts:
        return []
    draft, file = book.draft, book.file
    for each in grafts:
        if each.ours is not None:
            refuse_outside(each.plan, each.ours)
    numbers: dict[str, int] = {}
    for each in grafts:
        at = book.position(each.plan.name)
        if at is None:
            refuse_locked(book)
        else:
            numbers |= tables_of(book, book.cells_of(at))
    gone: set[str] = set()
    places: list[_Place] = []
    count = len(book.tabs)
    # All that goes has gone before the first new part looks for a name, so that a second run
    # finds the same.
    for each in grafts:
        place = _make_room(book, each, count, gone)
        count += place.before is None
        places.append(place)
    plans = [place.plan for place in places]
    move = Move.start(book, make_donor(plans), table_ids(book, plans, numbers))
    main = draft[book.main]
    names: dict[NameKey, tuple[str, str] | None] = {}
    known = names_in(main, file) if any(place.ours for place in places) else {}
    without_formulas: set[str] = set()
    for number, place in enumerate(places, 1):
        data, part = _put(move, number, place)
        if place.before is None:
            id_ = next(free_ids(links(draft, book.main, file)))
            new = Link(id_, f"{move.space}/worksheet", "", part)
            link(draft, book.main, [new], f"pekar på det nya bladet «{place.name}»")
            main = with_tab(main, file, place.name, id_)
        elif data != place.before and b"f>" in place.before:
            without_formulas.add(book.tabs[place.at].sheet_id)
        names |= _page_names(place, known)
    list_parts(draft, gone, move.types, "rätt delar förtecknade")
    if names:
        main = with_names(main, file, names)
    listed = ", ".join(f"«{plan.name}»" for plan in plans)
    draft.put(draft.path(book.main), main, f"nämner {listed}")
    if without_formulas:
        drop_chain(book, without_formulas)
    # Nothing builds on a sheet that was not there.
    return [
        Written(place.name, place.ours or EVERYWHERE)
        for place in places
        if place.before is not None
    ]


def refuse_locked(book: Book) -> None:
    """RamkollError when sheets may neither come nor go."""
    if book.locked:
        raise RamkollError(
            "Arbetsbokens struktur är skyddad, så att blad inte kan läggas till eller tas bort.",
            where=book.file,
            todo="Ta bort skyddet i Excel (Granska, Skydda arbetsboken) och försök igen.",
        )


def refuse_bound(book: Book, part: str, name: str) -> None:
    """RamkollError when a sheet has what other parts of the workbook are built upon."""
    for each in links(book.draft, part, book.file):
        if each.kind in _NEVER_OURS:
            raise RamkollError(
                f"Bladet har {_NEVER_OURS[each.kind]}, som skulle försvinna.",
                where=f"{book.file} {name}",
                todo="Flytta den till ett eget blad i Excel och försök igen.",
            )
    tables = tables_of(book, part).values()
    caches = [each for each in book.draft if "/slicercaches/" in each] if tables else []
    for number in tables:
        if any(b'tableId="%d"' % number in book.draft[each] for each in caches):
            raise RamkollError(
                "Bladet har en tabell som ett utsnitt styr.",
                where=f"{book.file} {name}",
                todo="Ta bort utsnittet i Excel och försök igen.",
            )


def _make_room(book: Book, graft: SheetGraft, count: int, gone: set[str]) -> _Place:
    """Take away what hung on a sheet, or on the plan's part of it, and goes."""
    plan, draft = with_headings(graft.plan), book.draft
    at = book.position(plan.name)
    if at is None:
        return _Place(plan, count, plan.name)
    part, name = book.cells_of(at), book.tabs[at].name
    before = draft[part]
    if graft.ours is not None:
        cleared = clear_area(book, part, graft.ours, name)
        gone |= cleared.parts
        return _Place(plan, at, name, part, before, graft.ours, cleared)
    refuse_bound(book, part, plan.name)
    what = f"hörde bara till det gamla bladet «{name}»"
    gone |= drop_with_own(draft, part, what, itself=False)
    return _Place(plan, at, name, part, before)


def _put(move: Move, number: int, place: _Place) -> tuple[bytes, str]:
    """Put a sheet's part and what hangs on it; the part's content and name."""
    book, draft = move.book, move.book.draft
    where = f"{book.file} {place.name}"
    donor = move.sheet(number)
    try:
        rows = planned_rows(place.plan, move.looks, book.date_1904)
    except ValueError as error:
        raise RamkollError(
            "Ett datum på bladet ligger före arbetsbokens kalender, som börjar 1904.",
            where=where,
            todo="Ange ett senare datum.",
        ) from error
    if place.before is None or place.cleared is None or place.ours is None:
        start, end = donor.index(b"<sheetData"), donor.rindex(b"sheetData")
        head, tail = donor[:start], donor[donor.index(b">", end) + 1 :]
        area = b'<dimension ref="%s"/>' % dimension(rows).encode()
        head = re.sub(rb'<dimension ref="[^"]*"/>', area, head, count=1)
        if place.before is not None:
            head = _as_before(head, place.before, where)
        data = head + sheet_data(place.plan, rows) + tail
        if place.before is None:
            part = move.put("worksheet", data, f"nytt blad «{place.name}»")
        else:
            part = draft.put(draft.path(place.part), data, f"bladet «{place.name}» omskrivet")
        # Nothing hangs there, so that all relationships keep the donor's ids.
        move.hang(number, part, place.name, None)
        return data, part
    ids = move.hang(number, place.part, place.name, place.cleared)
    drawing = place.cleared.drawing
    drawings = [each for each in links(draft, place.part, book.file) if each.kind == "drawing"]
    hung = Hung(
        place.cleared.gone,
        ids,
        drawing.id if drawing is not None else drawings[0].id if drawings else None,
        move.space,
    )
    sheet = SheetRows.read(place.before, where)
    data = merged(sheet, donor, place.plan, rows, place.ours, hung)
    ours = place.ours
    reach = ours.address
    if (ours.top, ours.bottom) == (1, MAX_ROW):
        reach = f"{column_letters(ours.left)}:{column_letters(ours.right)}"
    said = f"bladet «{place.name}» omskrivet i {reach}"
    return data, draft.put(draft.path(place.part), data, said)


def _as_before(head: bytes, before: bytes, where: str) -> bytes:
    """What of a sheet is the workbook's: what macros call it, and whether it is chosen."""
    text = shadow(before, where)
    root, prefix = root_of(before, text, b"worksheet", where)
    cells = text.find(b"<" + prefix + b"sheetData")
    until = root.close if cells < 0 else cells
    properties = pattern(prefix + b"sheetPr").search(text, root.inside, until)
    name = attributes(properties[0]).get("codeName") if properties else None
    if name is not None:
        at = head.find(b"<sheetPr")
        if at < 0:
            at = head.index(b">", head.index(b"<worksheet")) + 1
            head = head[:at] + b"<sheetPr codeName=%s/>" % quoted(name) + head[at:]
        else:
            end = head.index(b">", at) + 1
            head = head[:at] + with_attribute(head[at:end], "codeName", name) + head[end:]
    view = pattern(prefix + b"sheetView").search(text, root.inside, until)
    if view and attributes(view[0]).get("tabSelected") in ("1", "true"):
        head = head.replace(b"<sheetView ", b'<sheetView tabSelected="1" ', 1)
    return head


def _page_names(place: _Place, known: dict[NameKey, str]) -> dict[NameKey, tuple[str, str] | None]:
    """What is printed of a sheet, and on every page; a filter of the old sheet is gone."""
    plan, at = place.plan, place.at
    sheet = "'" + place.name.replace("'", "''") + "'!"
    found: dict[NameKey, tuple[str, str] | None] = {
        (_FILTER, at): None,
        (_AREA, at): None,
        (_TITLES, at): None,
    }
    if (area := plan.print_area) is not None:
        corners = (a1(area.top, area.left), a1(area.bottom, area.right))
        first, last = (re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", corner) for corner in corners)
        found[_AREA, at] = "_xlnm.Print_Area", f"{sheet}{first}:{last}"
    if plan.repeat_rows is not None:
        top, bottom = plan.repeat_rows
        found[_TITLES, at] = "_xlnm.Print_Titles", f"{sheet}${top}:${bottom}"
    if place.before is None:  # where no names can be yet
        return {key: new for key, new in found.items() if new is not None}
    if place.ours is None:
        return found
    # What people have chosen to print, or to filter, beside the plan's part stays.
    return {
        key: new
        for key, new in found.items()
        if key[0] != _TITLES and _refers_inside(known.get(key, ""), place.ours)
    }


def _refers_inside(reference: str, ours: Area) -> bool:
    try:
        return is_inside(parse_area(reference.rpartition("!")[2].replace("$", "")), ours)
    except ValueError:
        return False
