"""Whole sheets put into a workbook: last, or in place of the one of the same name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ramkoll.excel.graft.book import Book, drop_chain, read_book
from ramkoll.excel.graft.donor import STYLES, Donor, make_donor, with_headings
from ramkoll.excel.graft.draft import (
    Draft,
    Link,
    drop_with_own,
    free_id,
    link,
    links,
    list_parts,
    rels_of,
)
from ramkoll.excel.graft.markup import attributes, pattern, quoted, root_of, shadow, with_attribute
from ramkoll.excel.graft.sheet_cells import dimension, planned_rows, sheet_data
from ramkoll.excel.graft.styles_edit import NO_STYLES, Adopted, Styles
from ramkoll.excel.graft.what import SheetGraft
from ramkoll.excel.graft.workbook_edit import (
    RELATIONSHIPS,
    STRICT_RELATIONSHIPS,
    NameKey,
    names_in,
    with_names,
    with_tab,
)
from ramkoll.excel.ooxml import content_types
from ramkoll.excel.write import used_area
from ramkoll.model.cells import Area, a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan

_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    "worksheet": f"{_OFFICE}spreadsheetml.worksheet+xml",
    "styles": f"{_OFFICE}spreadsheetml.styles+xml",
    "drawing": f"{_OFFICE}drawing+xml",
    "chart": f"{_OFFICE}drawingml.chart+xml",
    "table": f"{_OFFICE}spreadsheetml.table+xml",
}
# The two ways to write a workbook have namespaces of their own, but for these of the transitional.
_TRANSITIONAL, _STRICT = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
_MARKED = re.compile(rb'(<cfRule [^>]*?dxfId=")(\d+)"')
_TABLE_ID = re.compile(rb'(<table [^>]*?\bid=")\d+"')
_NEVER_OURS = {"pivotTable": "en pivottabell", "slicer": "ett utsnitt", "timeline": "en tidslinje"}
_FILTER, _AREA, _TITLES = "_xlnm._filterdatabase", "_xlnm.print_area", "_xlnm.print_titles"


class Written(NamedTuple):
    """The part of a sheet whose cells are not as they were."""

    sheet: str
    area: Area


@dataclass(slots=True)
class _Move:
    """Parts of a donor on their way into a book."""

    book: Book
    donor: Donor
    adopted: Adopted
    tables: dict[str, int]
    types: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.book.draft.path(self.book.main))

    def put(self, kind: str, data: bytes, what: str) -> str:
        """A part of a kind under a name that is free."""
        draft = self.book.draft
        stem = {"worksheet": "sheet"}.get(kind, kind)
        path = draft.free(posixpath.join(self.folder, f"{kind}s"), stem)
        name = draft.put(path, self.written(data), what)
        self.types[name] = _TYPES[kind]
        return name

    def written(self, data: bytes) -> bytes:
        """A part in the namespaces of the workbook."""
        return _strict(data) if self.book.strict else data

    def type(self, kind: str) -> str:
        """The type of a relationship."""
        return f"{STRICT_RELATIONSHIPS if self.book.strict else RELATIONSHIPS}/{kind}"


def put_sheets(book: Book, grafts: Sequence[SheetGraft]) -> tuple[Book, list[Written]]:
    """Put checked plans into the book's draft; the book as it then is, and what was written.

    Raises RamkollError when a sheet may not come, or may not go for it.
    """
    if not grafts:
        return book, []
    draft, file = book.draft, book.file
    plans = [with_headings(graft.plan) for graft in grafts]
    places = [book.index(plan.name) for plan in plans]
    if None in places:
        refuse_locked(book)
    donor = make_donor(plans)
    written: list[Written] = []
    old: dict[int, bytes] = {}
    ids: dict[str, int] = {}
    gone: set[str] = set()
    for plan, at in zip(plans, places, strict=True):
        if at is not None:
            part = book.cells_of(at)
            refuse_bound(book, part, plan.name)
            ids |= _tables_of(book, part)
            old[at] = draft[part]
            what = f"hörde bara till det gamla bladet «{book.tabs[at].name}»"
            gone |= drop_with_own(draft, part, what, itself=False)
    move = _Move(book, donor, _adopt(book, donor), _table_ids(book, plans, ids))
    names: dict[NameKey, tuple[str, str] | None] = {}
    main = draft[book.main]
    with_formulas = False
    count = len(book.tabs)
    for number, (plan, place) in enumerate(zip(plans, places, strict=True), 1):
        at = count if place is None else place
        name = plan.name if place is None else book.tabs[place].name
        before = old.get(at)
        data = _sheet_xml(move, number, plan, before)
        if place is None:
            count += 1
            part = move.put("worksheet", data, f"nytt blad «{name}»")
            id_ = free_id(links(draft, book.main, file))
            main = with_tab(main, file, name, id_)
            new = Link(id_, move.type("worksheet"), "", part)
            link(draft, book.main, [new], f"pekar på det nya bladet «{name}»")
        else:
            part = book.cells_of(place)
            data = move.written(data)
            with_formulas |= data != before and before is not None and b"f>" in before
            draft.put(draft.path(part), data, f"bladet «{name}» omskrivet")
        with_formulas |= data != before and any(cell.formula for cell in plan.cells)
        _hang(move, number, part, name)
        names |= _page_names(plan, name, at)
        if plan.cells:
            written.append(Written(name, used_area(plan)))
    list_parts(draft, gone, move.types, "rätt delar förtecknade")
    known = names_in(main, file)
    names = {key: new for key, new in names.items() if new is not None or key in known}
    main = with_names(main, file, names)
    listed = ", ".join(f"«{plan.name}»" for plan in plans)
    draft.put(draft.path(book.main), main, f"nämner {listed}")
    if with_formulas:
        drop_chain(read_book(draft, book.main))
    return read_book(draft, book.main), written


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
    tables = _tables_of(book, part).values()
    caches = [each for each in book.draft if "/slicercaches/" in each] if tables else []
    for number in tables:
        if any(b'tableId="%d"' % number in book.draft[each] for each in caches):
            raise RamkollError(
                "Bladet har en tabell som ett utsnitt styr.",
                where=f"{book.file} {name}",
                todo="Ta bort utsnittet i Excel och försök igen.",
            )


def _adopt(book: Book, donor: Donor) -> Adopted:
    """Add the looks of the donor to the book's styles."""
    draft, what = book.draft, "nya format sist"
    part = book.linked("styles")
    if part is None:
        folder = posixpath.dirname(draft.path(book.main))
        data = _strict(NO_STYLES) if book.strict else NO_STYLES
        part = draft.put(draft.free(folder, "styles"), data, "arbetsboken hade inga format")
        kind = f"{STRICT_RELATIONSHIPS if book.strict else RELATIONSHIPS}/styles"
        id_ = free_id(links(draft, book.main, book.file))
        link(draft, book.main, [Link(id_, kind, "", part)], "pekar på de nya formaten")
        list_parts(draft, (), {part: _TYPES["styles"]}, "rätt delar förtecknade")
    styles = Styles(draft[part], book.file)
    adopted = styles.adopt(donor.parts[STYLES])
    draft.put(draft.path(part), styles.result(), what)
    return adopted


def _sheet_xml(move: _Move, number: int, plan: SheetPlan, before: bytes | None) -> bytes:
    """The part of a sheet that holds nothing but the plan."""
    donor = move.donor.parts[f"xl/worksheets/sheet{number}.xml"]
    start, end = donor.index(b"<sheetData"), donor.find(b"</sheetData>")
    end = donor.index(b">", start if end < 0 else end) + 1
    looks = {style: move.adopted.cells[index] for style, index in move.donor.looks.items()}
    rows = planned_rows(plan, looks, move.book.date_1904)
    head = donor[:start].replace(b' tabSelected="1"', b"", 1)
    area = dimension(rows).encode()
    head = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="%s"/>' % area, head, count=1)
    if before is not None:
        head = _as_before(head, before, f"{move.book.file} {plan.name}")

    def mark(found: re.Match[bytes]) -> bytes:
        return b'%s%d"' % (found[1], move.adopted.marks[int(found[2])])

    return head + sheet_data(plan, rows) + _MARKED.sub(mark, donor[end:])


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


def _hang(move: _Move, number: int, part: str, name: str) -> None:
    """Move what hangs on a sheet of the donor: drawings with their charts, tables, links."""
    draft, donor, file = move.book.draft, move.donor.parts, move.book.file
    moved = []
    source = f"xl/worksheets/sheet{number}.xml"
    for each in links(donor, source, file):
        if each.kind == "drawing":
            target = move.put("drawing", donor[each.part], f"diagrammen på bladet «{name}»")
            charts = []
            for chart in links(donor, each.part, file):
                what = f"ett diagram på bladet «{name}»"
                drawn = move.put("chart", donor[chart.part], what)
                charts.append(Link(chart.id, move.type("chart"), "", drawn))
            link(draft, target, charts, f"diagrammen på bladet «{name}»")
        elif each.kind == "table":
            data = donor[each.part]
            tag = data[data.index(b"<table ") : data.index(b">", data.index(b"<table ")) + 1]
            table = attributes(tag)["name"]
            data = _TABLE_ID.sub(rb"\g<1>%d" % move.tables[table.casefold()] + b'"', data, count=1)
            target = move.put("table", data, f"tabellen {table} på bladet «{name}»")
        else:
            target = ""
        moved.append(Link(each.id, move.type(each.kind), each.target, target))
    link(draft, part, moved, f"vad som hör till bladet «{name}»")
    assert bool(moved) == (rels_of(part) in draft)


def _page_names(plan: SheetPlan, name: str, at: int) -> dict[NameKey, tuple[str, str] | None]:
    """What is printed of a sheet, and on every page; a filter of the old sheet is gone."""
    sheet = "'" + name.replace("'", "''") + "'!"
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
    return found


# Tables --------------------------------------------------------------------------------------


def _tables_of(book: Book, part: str) -> dict[str, int]:
    """The tables of a sheet: names in small letters, and numbers."""
    found = {}
    for each in links(book.draft, part, book.file):
        if each.kind == "table" and each.part in book.draft:
            found.update([_table(book.draft, each.part)])
    return found


def _table(draft: Draft, part: str) -> tuple[str, int]:
    data = draft[part]
    root, _ = root_of(data, shadow(data, draft.file), b"table", draft.file)
    known = attributes(data[root.start : root.inside])
    number = known.get("id", "")
    name = known.get("displayName") or known.get("name", "")
    return name.casefold(), int(number) if number.isdecimal() else 0


def _table_ids(book: Book, plans: Sequence[SheetPlan], old: Mapping[str, int]) -> dict[str, int]:
    """The numbers that the plans' tables get: those that they had, or the next that are free.

    Raises RamkollError when a name is taken.
    """
    wanted = [table.name.casefold() for plan in plans for table in plan.tables]
    if not wanted:
        return {}
    numbers = set(refuse_table_names(book, wanted).values())
    for name, local in names_in(book.draft[book.main], book.file):
        if local is None and name in wanted:
            raise _taken(book, name)
    found: dict[str, int] = {}
    for name in wanted:
        number = old.get(name, 0)
        if number in numbers or not number:
            number = max(numbers | set(old.values()), default=0) + 1
        numbers.add(number)
        found[name] = number
    return found


def refuse_table_names(book: Book, wanted: Sequence[str]) -> dict[str, int]:
    """RamkollError when a name, in small letters, is that of a table; all tables and numbers."""
    if not wanted:
        return {}
    draft = book.draft
    types = content_types(draft, book.file)
    parts = [name for name in draft if types.of(name) == _TYPES["table"]]
    tables = dict(_table(draft, part) for part in parts)
    for name in wanted:
        if name in tables:
            raise _taken(book, name)
    return tables


def _taken(book: Book, name: str) -> RamkollError:
    return RamkollError(
        f"Namnet «{name}» finns redan i arbetsboken, på en tabell eller ett område.",
        where=book.file,
        todo="Byt namn på den eller det i Excel och försök igen.",
    )


def _strict(data: bytes) -> bytes:
    """A part in the namespaces of the strict standard, and with its way to write shares."""
    data = data.replace(_TRANSITIONAL + b"spreadsheetml/2006/", _STRICT + b"spreadsheetml/")
    data = data.replace(_TRANSITIONAL + b"drawingml/2006/", _STRICT + b"drawingml/")
    data = data.replace(
        _TRANSITIONAL + b"officeDocument/2006/relationships",
        _STRICT + b"officeDocument/relationships",
    )
    return re.sub(rb'(<c:(?:gapWidth|overlap) val="-?\d+)"', rb'\1%"', data)
