"""Notes, their boxes, and threads of comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import area
from ramkoll.excel.structure.values import whole
from ramkoll.model.cells import a1

_THREADED = "threadedComment"
# Excel's own boxes are not always well-formed XML.
_BOX = re.compile(
    r"<(?:\w+:)?ClientData\b[^>]*ObjectType\s*=\s*[\"']Note[\"'](.*?)</(?:\w+:)?ClientData>",
    re.DOTALL,
)
_ROW = re.compile(r"<(?:\w+:)?Row>\s*(\d{1,7})\s*<")
_COLUMN = re.compile(r"<(?:\w+:)?Column>\s*(\d{1,5})\s*<")
# Numbers of shapes as Excel gives them; other writers call all of theirs the same, which is read.
_SHAPE_ID = re.compile(r"<v:shape\b[^>]*?\sid\s*=\s*[\"'](_x0000_s[0-9]+)[\"']")


def note_faults(package: Opened, sheet: str) -> Iterator[Fault]:
    """What is wrong with the notes and threads of a sheet."""
    parts = package.linked(sheet, "comments")
    if len(parts) > 1:
        yield Fault(sheet, "two parts of notes", "notes.parts")
    noted: set[str] = set()
    for part in parts:
        root = package.root(part)
        if root is None:
            continue
        authors = len(root.findall("authors/author"))
        for note in root.iterfind("commentList/comment"):
            reference = note.get("ref", "")
            if area(reference) is None:
                yield Fault(part, f"ref={reference!r}", "notes.ref")
            if reference in noted:
                yield Fault(part, f"two notes at {reference}", "notes.duplicate")
            noted.add(reference)
            author = whole(note.get("authorId"))
            if author is None or author >= authors:
                yield Fault(part, f"{reference}: author {note.get('authorId')}", "notes.author")
    yield from _boxes(package, sheet, noted)
    yield from _threads(package, sheet, noted)


def _boxes(package: Opened, sheet: str, noted: set[str]) -> Iterator[Fault]:
    root = package.root(sheet)
    drawing = None if root is None else root.find("legacyDrawing")
    if noted and drawing is None:
        yield Fault(sheet, "notes, and no legacyDrawing for their boxes", "notes.no_boxes")
        return
    boxes: set[str] = set()
    for part in package.linked(sheet, "vmlDrawing"):
        text = package.parts.get(part, b"").decode("utf-8", "replace")
        found: set[str] = set()
        for box in _BOX.findall(text):
            row, column = _ROW.search(box), _COLUMN.search(box)
            if row and column:
                found.add(a1(int(row[1]) + 1, int(column[1]) + 1))
        boxes |= found
        if found:
            ids = _SHAPE_ID.findall(text)
            for each in {id_ for id_ in ids if ids.count(id_) > 1}:
                yield Fault(part, f"two shapes are {each}", "notes.shape_id")
    for reference in sorted(noted - boxes):
        yield Fault(sheet, f"the note at {reference} has no box", "notes.no_box")


def _threads(package: Opened, sheet: str, noted: set[str]) -> Iterator[Fault]:
    persons = {
        each.get("id")
        for part in package.linked(package.book or "", "person")
        for each in _children(package.root(part))
    }
    for part in package.linked(sheet, _THREADED):
        ids: set[str | None] = set()
        comments = list(_children(package.root(part)))
        known = {each.get("id") for each in comments}
        for each in comments:
            reference, id_ = each.get("ref", ""), each.get("id")
            if id_ is None or id_ in ids:
                yield Fault(part, f"{reference}: id {id_} is none or another's", "threads.id")
            ids.add(id_)
            if each.get("personId") not in persons:
                yield Fault(
                    part, f"{reference}: nobody is {each.get('personId')}", "threads.person"
                )
            parent = each.get("parentId")
            if parent is not None and parent not in known:
                yield Fault(part, f"{reference}: an answer to nothing", "threads.parent")
            if parent is None and reference not in noted:
                yield Fault(part, f"{reference}: a thread without its note", "threads.note")


def _children(root: Element | None) -> Iterator[Element]:
    return iter(()) if root is None else iter(root)
