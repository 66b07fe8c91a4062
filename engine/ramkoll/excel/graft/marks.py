"""Marks on cells of an existing workbook: conditional formats, so that the cells keep their looks.

They are those of the add-in, which knows them by their formula and takes them away again; a mark
of one program is a mark of the other (decision 0016).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ramkoll.excel.graft.book import Book, open_book, sheet_part
from ramkoll.excel.graft.markup import (
    Element,
    Splice,
    attributes,
    elements,
    plain,
    quoted,
    spliced,
    unfit,
)
from ramkoll.excel.graft.sheet_rows import SheetRows
from ramkoll.excel.graft.styles_edit import Styles
from ramkoll.model.cells import Area, a1, parse_area

READ_AGAIN = "kontrollera"
"""The mark of a text whose amounts have changed."""

_TAG = re.compile(r'"Ramkoll-markering (\w+)"')
_DAMAGED = "Bladet är skadat."
# What follows conditional formats on a sheet, in the order of the standard.
_AFTER = frozenset(
    {
        b"dataValidations", b"hyperlinks", b"printOptions", b"pageMargins", b"pageSetup",
        b"headerFooter", b"rowBreaks", b"colBreaks", b"customProperties", b"cellWatches",
        b"ignoredErrors", b"smartTags", b"drawing", b"legacyDrawing", b"legacyDrawingHF",
        b"drawingHF", b"picture", b"oleObjects", b"controls", b"webPublishItems", b"tableParts",
        b"extLst", b"AlternateContent",
    }
)  # fmt: skip
_PRIORITY = re.compile(rb"""\spriority\s*=\s*["'](\d{1,9})["']""")


class _Look(NamedTuple):
    """The colours of a kind of mark, and the line of its frame: never told by colour alone."""

    fill: str
    line: str
    style: str


_LOOKS: Mapping[str, _Look] = {READ_AGAIN: _Look("F0E6FA", "6B2FA0", "dashed")}


def mark_cells(data: bytes, file: str, kind: str, cells: Iterable[tuple[str, int, int]]) -> bytes:
    """The workbook with a mark of a kind on cells, given as sheet, row and column from 1.

    Cells that bear it already are left alone, so that a second time gives the same bytes. Changed
    are the sheets' parts, and the end of the styles when the look is new there. Raises
    RamkollError, in Swedish, as ``set_cells`` does, and then nothing is done.
    """
    by_sheet: dict[str, list[tuple[int, int]]] = {}
    for sheet, row, column in cells:
        by_sheet.setdefault(sheet, []).append((row, column))
    if not by_sheet:
        return data
    book = open_book(data, file)
    draft = book.draft
    look: int | None = None
    for sheet, places in by_sheet.items():
        name, part = sheet_part(book, sheet)
        rows = SheetRows.read(draft[part], f"{file} {name}")
        there = [area for rule in _marks(rows, kind) for area in rule.areas]
        new = sorted({at for at in places if not any(area.holds(*at) for area in there)})
        if not new:
            continue
        if look is None:
            look = _put_look(book, _LOOKS[kind])
        marked = _with_mark(rows, kind, new, look)
        draft.put(draft.path(part), marked, f"markeringar på bladet «{name}»")
    return draft.result()[0]


def clear_marks(data: bytes, file: str) -> bytes:
    """The workbook without any mark of ours, on all of its sheets."""
    book = open_book(data, file)
    draft = book.draft
    for tab in book.tabs:
        link = book.links.get(tab.relationship)
        if link is None or link.kind != "worksheet":
            continue
        name, part = sheet_part(book, tab.name)
        rows = SheetRows.read(draft[part], f"{file} {name}")
        ours: dict[Element, list[_Mark]] = {}
        for mark in _marks(rows):
            ours.setdefault(mark.block, []).append(mark)
        gone: list[Splice] = []
        for block, marks in ours.items():
            alone = len(marks) == marks[0].rules
            places = [block] if alone else [mark.element for mark in marks]
            gone += [(place.start, place.end, b"") for place in places]
        what = f"markeringar borttagna på bladet «{name}»"
        draft.put(draft.path(part), spliced(rows.data, gone), what)
    return draft.result()[0]


def _put_look(book: Book, look: _Look) -> int:
    """The number of the look among the workbook's differential formats."""
    part = book.linked("styles")
    if part is None:
        raise unfit(book.file, "Arbetsboken saknar format.")
    draft = book.draft
    styles = Styles(draft[part], book.file)
    number = styles.conditional(_dxf(look))
    draft.put(draft.path(part), styles.result(), "nya format sist")
    return number


class _Mark(NamedTuple):
    """A rule of ours: the element that has its areas, its own, and how many rules are there."""

    block: Element
    element: Element
    areas: tuple[Area, ...]
    rules: int


def _marks(sheet: SheetRows, kind: str = "") -> Iterator[_Mark]:
    """The marks of a kind that a sheet has, of any kind when none is named."""
    try:
        for block in elements(sheet.text, sheet.cells.end, sheet.root.close):
            if block.name != sheet.prefix + b"conditionalFormatting":
                continue
            known = attributes(sheet.text[block.start : block.inside])
            rules = list(elements(sheet.text, block.inside, block.close))
            for rule in rules:
                tag = _TAG.search(plain(sheet.data[rule.inside : rule.close].decode()))
                if tag is not None and kind in ("", tag[1]):
                    areas = tuple(parse_area(each) for each in known.get("sqref", "").split())
                    yield _Mark(block, rule, areas, len(rules))
    except ValueError as error:
        raise unfit(sheet.where, _DAMAGED) from error


def _with_mark(sheet: SheetRows, kind: str, cells: list[tuple[int, int]], look: int) -> bytes:
    data, p = sheet.data, sheet.prefix
    try:
        after = list(elements(sheet.text, sheet.cells.end, sheet.root.close))
    except ValueError as error:
        raise unfit(sheet.where, _DAMAGED) from error
    at = next((each.start for each in after if each.local in _AFTER), sheet.root.close)
    taken = [int(found[1]) for found in _PRIORITY.finditer(sheet.text, sheet.cells.end)]
    priority = max(taken, default=0) + 1
    rule = b'<%scfRule type="expression" dxfId="%d" priority="%d">' % (p, look, priority)
    # Always true, and known again by its text.
    formula = b'<%sformula>LEN("Ramkoll-markering %s")&gt;0</%sformula>' % (p, kind.encode(), p)
    block = b"<%sconditionalFormatting sqref=%s>" % (p, quoted(" ".join(a1(*c) for c in cells)))
    end = b"</%scfRule></%sconditionalFormatting>" % (p, p)
    return spliced(data, [(at, at, block + rule + formula + end)])


def _dxf(look: _Look) -> bytes:
    edges = "".join(
        f'<{edge} style="{look.style}"><color rgb="FF{look.line}"/></{edge}>'
        for edge in ("left", "right", "top", "bottom")
    )
    return (
        '<dxf><font><color rgb="FF1A1A1A"/></font>'
        f'<fill><patternFill><bgColor rgb="FF{look.fill}"/></patternFill></fill>'
        f"<border>{edges}</border></dxf>"
    ).encode()
