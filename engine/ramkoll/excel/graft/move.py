"""Parts of a donor on their way into a workbook: names, numbers and looks become those there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ramkoll.excel.graft.book import Book
from ramkoll.excel.graft.clear import Cleared, with_charts
from ramkoll.excel.graft.donor import STYLES, Donor
from ramkoll.excel.graft.draft import Link, free_ids, link, links
from ramkoll.excel.graft.markup import attributes
from ramkoll.excel.graft.styles_edit import Adopted, Styles, without_looks
from ramkoll.excel.graft.tables import TABLE_TYPE
from ramkoll.excel.graft.workbook_edit import RELATIONSHIPS, STRICT_RELATIONSHIPS
from ramkoll.excel.ooxml import content_types
from ramkoll.model.plan import Style

_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    "worksheet": f"{_OFFICE}spreadsheetml.worksheet+xml",
    "styles": f"{_OFFICE}spreadsheetml.styles+xml",
    "drawing": f"{_OFFICE}drawing+xml",
    "chart": f"{_OFFICE}drawingml.chart+xml",
    "table": TABLE_TYPE,
}
_TRANSITIONAL, _STRICT = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
_MARKED = re.compile(rb'(<cfRule [^>]*?dxfId=")(\d+)"')
_STYLE = re.compile(rb"""\s(?:s|style)\s*=\s*["'](\d{1,5})["']""")
_TABLE_ID = re.compile(rb'(<table [^>]*?\bid=")\d+"')
_SHARE = re.compile(rb'(<c:(?:gapWidth|overlap) val="-?\d+)"')


@dataclass(slots=True)
class Move:
    """A donor, where its looks stand in the book's styles, and the numbers of its tables.

    ``types`` gathers what the list of contents is to say of the parts.
    """

    book: Book
    donor: Donor
    adopted: Adopted
    tables: Mapping[str, int]
    types: dict[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls, book: Book, donor: Donor, tables: Mapping[str, int]) -> Move:
        """Add the donor's looks to the book. Raises RamkollError when they find no room."""
        types: dict[str, str] = {}
        return cls(book, donor, _adopt(book, donor, types), tables, types)

    @property
    def space(self) -> str:
        """The namespace of the book's relationships."""
        return _space(self.book)

    @property
    def looks(self) -> dict[Style, int]:
        """Where the styles of the plans' cells stand among the book's cell formats."""
        return {style: self.adopted.cells[at] for style, at in self.donor.looks.items()}

    def put(self, kind: str, data: bytes, what: str) -> str:
        """A part of a kind under a name that is free."""
        draft = self.book.draft
        folder = posixpath.join(posixpath.dirname(draft.path(self.book.main)), f"{kind}s")
        path = draft.free(folder, "sheet" if kind == "worksheet" else kind)
        name = draft.put(path, data, what)
        self.types[name] = _TYPES[kind]
        return name

    def part(self, name: str) -> bytes:
        """A part of the donor in the namespaces of the book."""
        data = self.donor.parts[name]
        return _strict(data) if self.book.strict else data

    def sheet(self, number: int) -> bytes:
        """A sheet's own part, not chosen, with the book's looks where it marks cells."""

        def mark(found: re.Match[bytes]) -> bytes:
            return b'%s%d"' % (found[1], self.adopted.marks[int(found[2])])

        data = self.part(f"xl/worksheets/sheet{number}.xml")
        return _MARKED.sub(mark, data.replace(b' tabSelected="1"', b"", 1))

    def hang(self, number: int, part: str, name: str, cleared: Cleared | None) -> dict[str, str]:
        """Move what hangs on a sheet; the new ids of the relationships by the donor's.

        Where an area of a sheet was cleared, charts come into the drawing that is there.
        """
        draft, donor, file = self.book.draft, self.donor.parts, self.book.file
        fresh = free_ids(links(draft, part, file))
        ids: dict[str, str] = {}
        new: list[Link] = []
        for each in links(donor, f"xl/worksheets/sheet{number}.xml", file):
            target = ""
            if each.kind == "drawing":
                drawing = None if cleared is None else cleared.drawing
                target = self._drawing(each.part, name, drawing)
                if drawing is not None:
                    ids[each.id] = drawing.id
                    continue
            elif each.kind == "table":
                target = self._table(each.part, name)
            ids[each.id] = next(fresh)
            new.append(Link(ids[each.id], f"{self.space}/{each.kind}", each.target, target))
        link(draft, part, new, f"vad som hör till bladet «{name}»")
        return ids

    def _drawing(self, source: str, name: str, into: Link | None) -> str:
        draft, file, what = self.book.draft, self.book.file, f"diagrammen på bladet «{name}»"
        charts = links(self.donor.parts, source, file)
        drawn = [self.put("chart", self.part(each.part), f"ett av {what}") for each in charts]
        if into is None:
            target = self.put("drawing", self.part(source), what)
            ids = {each.id: each.id for each in charts}
        else:
            target, fresh = into.part, free_ids(links(draft, into.part, file))
            ids = {each.id: next(fresh) for each in charts}
            data = with_charts(draft[target], self.part(source), ids, file)
            draft.put(draft.path(target), data, what)
        new = [
            Link(ids[each.id], f"{self.space}/chart", "", chart)
            for each, chart in zip(charts, drawn, strict=True)
        ]
        link(draft, target, new, what)
        return target

    def _table(self, source: str, name: str) -> str:
        data = self.part(source)
        start = data.index(b"<table ")
        table = attributes(data[start : data.index(b">", start) + 1])["name"]
        number = self.tables[table.casefold()]
        data = _TABLE_ID.sub(rb'\g<1>%d"' % number, data, count=1)
        return self.put("table", data, f"tabellen {table} på bladet «{name}»")


def _adopt(book: Book, donor: Donor, types: dict[str, str]) -> Adopted:
    """Add the looks of the donor to the book's styles."""
    draft = book.draft
    part = book.linked("styles")
    if part is None:
        # Some programs find styles that are listed only, and would show cells by new ones instead.
        part = content_types(draft, book.file).first(".styles+xml")
        if part is None or part not in draft:
            folder = posixpath.dirname(draft.path(book.main))
            # Some programs look for it under this name only.
            path = posixpath.join(folder, "styles.xml")
            path = draft.free(folder, "styles") if path.lower() in draft else path
            data = without_looks(_last_style(book))
            data = _strict(data) if book.strict else data
            part = draft.put(path, data, "arbetsboken hade inga format")
            types[part] = _TYPES["styles"]
        id_ = next(free_ids(links(draft, book.main, book.file)))
        new = Link(id_, f"{_space(book)}/styles", "", part)
        link(draft, book.main, [new], "pekar på formaten")
    styles = Styles(draft[part], book.file)
    adopted = styles.adopt(donor.parts[STYLES])
    draft.put(draft.path(part), styles.result(), "nya format sist")
    return adopted


def _last_style(book: Book) -> int:
    """The highest number of a style that a cell, row or column asks for, though there is none."""
    found = [0]
    for each in book.links.values():
        if each.kind == "worksheet" and each.target in book.draft:
            found += map(int, _STYLE.findall(book.draft[each.target]))
    return max(found)


def _space(book: Book) -> str:
    return STRICT_RELATIONSHIPS if book.strict else RELATIONSHIPS


def _strict(data: bytes) -> bytes:
    """A part in the namespaces of the strict standard, and with its way to write shares."""
    data = data.replace(_TRANSITIONAL + b"spreadsheetml/2006/", _STRICT + b"spreadsheetml/")
    data = data.replace(_TRANSITIONAL + b"drawingml/2006/", _STRICT + b"drawingml/")
    data = data.replace(RELATIONSHIPS.encode(), STRICT_RELATIONSHIPS.encode())
    return _SHARE.sub(rb'\1%"', data)
