"""What the list of contents says of the parts of notes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ramkoll.excel.graft.book import Book
from ramkoll.excel.graft.draft import Link, list_parts, unlist
from ramkoll.excel.graft.markup import Element, attributes, children_of, spliced, with_last
from ramkoll.excel.ooxml import CONTENT_TYPES, content_types

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML_LISTED = b'Extension="vml" ContentType="%s"' % _VML_TYPE.encode()
_RELS_LISTED = (
    b'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"'
)


def unlist_gone(book: Book) -> None:
    """Take parts that are gone from the list of contents, and their kind if it was for them."""
    draft, what = book.draft, "delar med anteckningar som är borta"
    known = content_types(draft, book.file).by_part
    gone = {
        name
        for name, kind in known.items()
        if kind in (_COMMENTS_TYPE, _VML_TYPE) and name not in draft
    }
    if not gone:
        return
    data = draft[CONTENT_TYPES]
    children = children_of(data, book.file)[2]
    drawn = any(name.endswith(".vml") for name in draft)
    # Files of others list each .rels, or all of a kind before any part.
    linked = any(name.endswith(".rels") and name not in known for name in draft)
    unused: list[Element] = []
    after_a_part = False
    for each, after in pairwise(children):
        after_a_part |= each.local == b"Override"
        listed = data[each.start : each.end].rstrip(b"/> ")
        # Ours stands right before the first of our comments.
        part = attributes(data[after.start : after.inside]).get("PartName", "")
        before_ours = part.lstrip("/").lower() in gone
        is_vml = listed.endswith(b"Default " + _VML_LISTED)
        is_rels = listed.endswith(b"Default " + _RELS_LISTED)
        if (is_vml and before_ours and not drawn) or (is_rels and after_a_part and not linked):
            unused.append(each)
    if unused:
        data = spliced(data, [(each.start, each.end, b"") for each in unused])
        draft.put(draft.path(CONTENT_TYPES), data, what)
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
