"""Notes of one author at cells: put there, changed and taken away; those of others stay.

A note is a comment in the sheet's comments part and a shape in its VML drawing. Both parts are
changed as text, so that what others have in them keeps its bytes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.graft.book import Book, sheet_part
from ramkoll.excel.graft.cell_edit import FORBIDDEN, escapes
from ramkoll.excel.graft.draft import (
    Link,
    free_ids,
    link,
    links,
    part_at,
    rels_of,
    unlink,
)
from ramkoll.excel.graft.markup import (
    Element,
    attributes,
    children_of,
    elements,
    escaped,
    opened,
    plain,
    prefixed,
    root_of,
    shadow,
    spliced,
    unfit,
)
from ramkoll.excel.graft.note_list import list_new, unlist_gone
from ramkoll.excel.graft.note_shapes import (
    EMPTY_DRAWING,
    free_numbers,
    is_bare,
    with_shapes,
    without_shapes,
)
from ramkoll.excel.graft.note_sheet import at_cells, legacy_drawing, with_legacy, without_legacy
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.excel.graft.what import Note
from ramkoll.excel.graft.workbook_edit import RELATIONSHIPS, STRICT_RELATIONSHIPS
from ramkoll.excel.unreadable import damaged
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, a1, parse_a1

LONGEST = 32_767
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_NO_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="%s"><authors></authors><commentList></commentList></comments>'
)
_LOOK = (
    b'<r><rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
    b'<t xml:space="preserve">%s</t></r>'
)
_NO_LINKS = b'package/2006/relationships"></Relationships>'

Place = tuple[int, int]


class _Comments(NamedTuple):
    """A comments part: the children of its two lists, and whose each comment is."""

    data: bytes
    text: bytes
    prefix: bytes
    authors: Element
    names: list[tuple[Element, str]]
    listed: Element
    comments: list[tuple[Element, Place, int]]

    @classmethod
    def read(cls, data: bytes, where: str) -> _Comments:
        """Raises RamkollError for a part that cannot be changed without risk."""
        text = shadow(data, where)
        root, prefix = root_of(data, text, b"comments", where)
        try:
            lists = {each.local: each for each in elements(text, root.inside, root.close)}
            authors, listed = lists[b"authors"], lists[b"commentList"]
            names = [
                (each, unescaped(plain(data[each.inside : each.close].decode())))
                for each in elements(text, authors.inside, authors.close)
            ]
            comments = []
            for each in elements(text, listed.inside, listed.close):
                known = attributes(data[each.start : each.inside])
                place = parse_a1(known.get("ref", "").replace("$", ""))
                comments.append((each, place, int(known.get("authorId", ""))))
        except (ValueError, LookupError) as error:
            raise unfit(where, "Bladets anteckningar är skadade.") from error
        return cls(data, text, prefix, authors, names, listed, comments)

    def of(self, author: str) -> dict[Place, Element]:
        """The comments of an author."""
        own = {at for at, (_, name) in enumerate(self.names) if name == author}
        return {place: element for element, place, by in self.comments if by in own}

    def without(self, author: str) -> bytes:
        """The part without an author's comments, and without the author's name where it is last."""
        gone = [(each.start, each.end, b"") for each in self.of(author).values()]
        if self.names and self.names[-1][1] == author:
            element = self.names[-1][0]
            gone.append((element.start, element.end, b""))
        return spliced(self.data, gone)

    def with_comments(self, author: str, notes: Mapping[Place, str]) -> bytes:
        """The part with comments of an author, by cell among the others."""
        names = [name for _, name in self.names]
        by = names.index(author) if author in names else len(names)
        p, splices = self.prefix, []
        if by == len(names):
            name = b"<%sauthor>%s</%sauthor>" % (p, escaped(escapes(author)), p)
            splices.append(_last(self.data, self.authors, name))
        at_end = b""
        for place, text in sorted(notes.items()):
            whole = b'<comment ref="%s" authorId="%d"><text>%s</text></comment>' % (
                a1(*place).encode(),
                by,
                _LOOK % escaped(escapes(text)),
            )
            whole = prefixed(whole, p)
            after = next((each for each, other, _ in self.comments if other > place), None)
            if after is None:
                at_end += whole
            else:
                splices.append((after.start, after.start, whole))
        if at_end:
            splices.append(_last(self.data, self.listed, at_end))
        return spliced(self.data, splices)


def _last(data: bytes, element: Element, new: bytes) -> tuple[int, int, bytes]:
    """The change that puts something at the end of an element."""
    if element.inside < element.end:
        return element.close, element.close, new
    tag = opened(data[element.start : element.end])
    return element.start, element.end, tag + new + b"</" + element.name + b">"


def put_notes(book: Book, author: str, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Make the notes those of the author in the book's draft; returns what found no room.

    A cell with somebody else's note or thread keeps it, and gets none. Raises RamkollError for a
    sheet that is not there and for parts that cannot be changed without risk; ValueError for a
    note that no cell can have, and for two at the same cell.
    """
    wanted = _by_part(book, notes)
    _refuse_impossible(author, notes)
    sheets = _sheets(book, wanted)
    # All that is ours goes before anything comes, so that a second run finds the same.
    dropped: set[str] = set()
    for part, name in sheets.items():
        dropped |= _take_away(book, author, part, name)
    unlist_gone(book, dropped)
    left: list[Note] = []
    new: list[Link] = []
    for part, of_sheet in wanted.items():
        without_room, made = _put(book, author, part, sheets[part], of_sheet)
        left += without_room
        new += made
    list_new(book, new)
    return tuple(left)


def _refuse_impossible(author: str, notes: Sequence[Note]) -> None:
    if not author.strip():
        raise ValueError("an author without a name")
    places = {(each.sheet.casefold(), each.row, each.column) for each in notes}
    if len(places) < len(notes):
        raise ValueError("two notes at a cell")
    for each in notes:
        inside = 1 <= each.row <= MAX_ROW and 1 <= each.column <= MAX_COLUMN
        fits = 0 < len(each.text) <= LONGEST and not FORBIDDEN.search(each.text)
        if not inside or not fits:
            raise ValueError(f"{each.sheet}!{each.row},{each.column}: no note")


def _by_part(book: Book, notes: Iterable[Note]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for each in notes:
        found.setdefault(sheet_part(book, each.sheet)[1], []).append(each)
    return found


def _sheets(book: Book, wanted: Mapping[str, object]) -> dict[str, str]:
    """The sheets that have notes or are to get some, by part: their names."""
    found: dict[str, str] = {}
    holders: set[str] = set()
    for at, tab in enumerate(book.tabs):
        target = book.links.get(tab.relationship)
        if target is None or target.kind != "worksheet":
            continue
        part = book.cells_of(at)
        own = {each.part for each in links(book.draft, part, book.file) if each.kind == "comments"}
        if part in wanted or own:
            found[part] = tab.name
        if own & holders or len(own) > 1:
            raise damaged(
                f"{book.file} {tab.name}", "Filen är skadad: två blad har samma anteckningar."
            )
        holders |= own
    return found


# Taking away ---------------------------------------------------------------------------------


def _take_away(book: Book, author: str, part: str, name: str) -> set[str]:
    """Take the author's notes from a sheet; the parts that went with them."""
    draft, where = book.draft, f"{book.file} {name}"
    known = _of_kind(book, part, "comments")
    if known is None:
        return set()
    if author.isalnum() and author.encode() not in draft[known.part]:
        return set()  # whatever else is there, and however it is written
    comments = _Comments.read(draft[known.part], where)
    own = comments.of(author)
    if not own:
        return set()
    what = f"{author}s anteckningar på bladet «{name}»"
    data = comments.without(author)
    sheet = SheetRows.read(draft[part], where)
    drawing = legacy_drawing(sheet)
    vml = None if drawing is None else _target(book, part, drawing, where)
    bare = False
    if vml is not None:
        drawn = without_shapes(draft[vml], set(own), where)
        bare = is_bare(drawn, where) and rels_of(vml) not in draft
        if not bare:
            draft.put(draft.path(vml), drawn, what)
    gone, dropped = set(), set()
    if len(own) == len(comments.comments):
        draft.drop(known.part, what)
        dropped.add(known.part)
        gone.add(known.id)
    else:
        draft.put(draft.path(known.part), data, what)
    if vml is not None and bare and drawing is not None:
        draft.put(draft.path(part), without_legacy(sheet), what)
        draft.drop(vml, what)
        dropped.add(vml)
        gone.add(drawing)
    if gone:
        unlink(draft, part, gone, what)
        if draft[rels_of(part)].endswith(_NO_LINKS):
            # Made for them, or of no more use.
            draft.drop(rels_of(part), what)
            dropped.add(rels_of(part))
    return dropped


# Putting there -------------------------------------------------------------------------------


def _put(
    book: Book, author: str, part: str, name: str, notes: Sequence[Note]
) -> tuple[list[Note], list[Link]]:
    """Put notes on a sheet that has none of the author: those without room, and new parts."""
    draft, where = book.draft, f"{book.file} {name}"
    what = f"anteckningar på bladet «{name}»"
    known = _of_kind(book, part, "comments")
    main = _STRICT_MAIN if book.strict else _MAIN
    old = _NO_COMMENTS % main.encode() if known is None else draft[known.part]
    comments = _Comments.read(old, where)
    taken = {place for _, place, _ in comments.comments} | _threads(book, part, where)
    texts = {
        (each.row, each.column): each.text for each in notes if (each.row, each.column) not in taken
    }
    left = [each for each in notes if (each.row, each.column) in taken]
    if not texts:
        return left, []
    sheet = SheetRows.read(draft[part], where)
    drawing = legacy_drawing(sheet)
    vml = None if drawing is None else _target(book, part, drawing, where)
    numbers, block = free_numbers(
        {each: draft[each] for each in draft if each.endswith(".vml")}, len(texts), vml
    )
    anchors = at_cells(sheet, texts)
    before = EMPTY_DRAWING % block if vml is None else draft[vml]
    drawn = with_shapes(before, dict(zip(anchors.items(), numbers, strict=True)), where)
    fresh = free_ids(links(draft, part, book.file))
    space = STRICT_RELATIONSHIPS if book.strict else RELATIONSHIPS
    new: list[Link] = []
    folder = posixpath.dirname(draft.path(book.main))
    if vml is None:
        path = _free(draft, posixpath.join(folder, "drawings"), "vmlDrawing", "vml")
        id_ = next(fresh)
        new.append(Link(id_, f"{space}/vmlDrawing", "", draft.put(path, drawn, f"nya {what}")))
        draft.put(draft.path(part), with_legacy(sheet, id_, space), f"pekar på {what}")
    else:
        draft.put(draft.path(vml), drawn, what)
    data = comments.with_comments(author, texts)
    if known is None:
        made = draft.put(_free(draft, folder, "comments", "xml"), data, f"nya {what}")
        new.append(Link(next(fresh), f"{space}/comments", "", made))
    else:
        draft.put(draft.path(known.part), data, what)
    link(draft, part, new, f"pekar på {what}")
    return left, new


def _free(known: Set[str] | Mapping[str, bytes], folder: str, stem: str, suffix: str) -> str:
    """A path in a folder that no part has: the stem with the lowest number that is free."""
    number = 1
    while (path := posixpath.join(folder, f"{stem}{number}.{suffix}")).lower() in known:
        number += 1
    return path


def _of_kind(book: Book, part: str, kind: str) -> Link | None:
    for each in links(book.draft, part, book.file):
        if each.kind == kind:
            return each._replace(part=part_at(book.draft, each.part, book.file))
    return None


def _target(book: Book, part: str, id_: str, where: str) -> str:
    """The part of a sheet's relationship that must be there."""
    for each in links(book.draft, part, book.file):
        if each.id == id_:
            return part_at(book.draft, each.part, where)
    raise damaged(where, "Filen är skadad: en del som den hänvisar till saknas.")


def _threads(book: Book, part: str, where: str) -> set[Place]:
    """The cells of a sheet that have threads of comments."""
    found: set[Place] = set()
    for each in links(book.draft, part, book.file):
        if each.kind.casefold() == "threadedcomment" and each.part in book.draft:
            data = book.draft[each.part]
            for child in children_of(data, where)[2]:
                known = attributes(data[child.start : child.inside])
                try:
                    found.add(parse_a1(known.get("ref", "")))
                except ValueError as error:
                    raise unfit(where, "Bladets kommentarstrådar är skadade.") from error
    return found
