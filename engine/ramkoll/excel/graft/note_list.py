"""What the list of contents says of the parts of notes."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import pairwise

from ramkoll.excel.graft.book import Book
from ramkoll.excel.graft.draft import Link, list_parts, unlist
from ramkoll.excel.graft.markup import attributes, children_of, spliced, with_last
from ramkoll.excel.ooxml import CONTENT_TYPES, content_types

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML_LISTED = b'Extension="vml" ContentType="%s"' % _VML_TYPE.encode()


def unlist_gone(book: Book, dropped: Set[str]) -> None:
    """Take parts that are gone from the list of contents, and their kind if it was for them."""
    draft, what = book.draft, "delar med anteckningar som är borta"
    gone = {part for part in dropped if part not in draft}
    if not gone:
        return
    data = draft[CONTENT_TYPES]
    drawn = any(name.endswith(".vml") for name in draft)
    for each, after in pairwise(children_of(data, book.file)[2]):
        # Ours stands right before the first of our comments; others list kinds for any use.
        part = attributes(data[after.start : after.inside]).get("PartName", "")
        listed = data[each.start : each.end].rstrip(b"/> ").endswith(b"Default " + _VML_LISTED)
        if listed and not drawn and part.lstrip("/").lower() in gone:
            data = spliced(data, [(each.start, each.end, b"")])
            draft.put(draft.path(CONTENT_TYPES), data, what)
            break
    unlist(draft, gone, what)


def list_new(book: Book, new: Sequence[Link]) -> None:
    """Make the list of contents say what new parts are; of drawings, most often for all."""
    draft, what = book.draft, "nya anteckningar förtecknade"
    known = content_types(draft, book.file)
    drawings = [each.part for each in new if each.kind != "comments"]
    types = {each.part: _COMMENTS_TYPE for each in new if each.kind == "comments"}
    if drawings and "vml" not in known.by_extension:
        data = with_last(draft[CONTENT_TYPES], book.file, [(b"Default", _VML_LISTED)])
        draft.put(draft.path(CONTENT_TYPES), data, what)
    else:
        types |= {part: _VML_TYPE for part in drawings if known.of(part) != _VML_TYPE}
    if types:
        list_parts(draft, (), types, what)
