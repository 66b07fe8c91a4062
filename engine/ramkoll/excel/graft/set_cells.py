"""Single cells set in an existing workbook, with all else left as it is, byte for byte.

New texts are stored in their cells rather than among the shared texts, which would have to grow
and be counted anew. When a cell gains or loses a formula, the calculation chain is left out, as
Excel allows: it makes a new one when it opens the workbook, while a wrong one is a damaged file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from ramkoll.excel.graft.book import Book, drop_chain, open_book, sheet_part
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, CellError, checked, joined
from ramkoll.excel.graft.draft import Draft, part_at
from ramkoll.excel.graft.markup import unfit
from ramkoll.excel.graft.sheet_edit import Around, Edited, Place, edit_sheet
from ramkoll.excel.graft.styles_edit import Styles
from ramkoll.excel.graft.workbook_edit import asking_for_calculation
from ramkoll.excel.ooxml import read_xml, relationships, valid_content
from ramkoll.excel.shared_strings import shared_strings
from ramkoll.model.cells import Area, parse_a1

__all__ = ["KEEP", "CellEdit", "CellError", "set_cells"]


def set_cells(
    data: bytes, file: str, cells: Sequence[CellEdit], *, recalculate: bool = False
) -> bytes:
    """The workbook with cells set, in the order given; ``file`` is its name in messages.

    Changed are the sheets' parts at those cells, the end of the styles when a look is new, and
    the calculation chain when a cell gains or loses a formula. Cached values of other formulas
    are not touched; ``recalculate`` asks Excel to calculate all when it opens the workbook.
    Nothing to change gives the same bytes.

    Raises RamkollError, in Swedish, and then nothing is done: no readable workbook (Unreadable),
    signed, shared with a change history, no such sheet or cell, a value that no cell can hold, or
    a cell that is part of something larger. Protection of sheets is for the caller to mind.
    """
    edits = [checked(edit, file) for edit in cells]
    book = open_book(data, file)
    put_cells(book, edits)
    if recalculate:
        draft, main = book.draft, book.main
        asking = asking_for_calculation(draft[main], file)
        draft.put(draft.path(main), asking, "Excel ombeds räkna om allt")
    return book.draft.result()[0]


def put_cells(book: Book, edits: Sequence[CellEdit]) -> None:
    """Set checked cells in the book's draft. Raises RamkollError like ``set_cells``."""
    draft = book.draft
    sheets = {sheet: sheet_part(book, sheet) for sheet in dict.fromkeys(e.sheet for e in edits)}
    by_part: dict[str, tuple[str, dict[Place, CellEdit]]] = {}
    for edit in edits:
        name, part = sheets[edit.sheet]
        places = by_part.setdefault(part, (name, {}))[1]
        place = edit.row, edit.column
        places[place] = joined(places[place], edit) if place in places else edit
    looks = _Looks(book)
    moved = False
    for part, (name, places) in by_part.items():
        edited = _edit(book, part, name, places, looks)
        moved |= edited.formulas_moved
        draft.put(draft.path(part), edited.data, f"celler satta på bladet «{name}»")
    looks.finish()
    if moved:
        drop_chain(book)


class _Looks:
    """The workbook's styles, read when a look is asked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._part = ""
        self._styles: Styles | None = None
        self.restyle = cache(self._restyle)

    def _restyle(self, style: int, number_format: str | None, fill: str | None) -> int:
        if self._styles is None:
            book = self._book
            part = book.linked("styles")
            if part is None:
                raise unfit(book.file, "Arbetsboken saknar format.")
            self._part, self._styles = part, Styles(book.draft[part], book.file)
        return self._styles.variant(style, number_format, fill)

    def finish(self) -> None:
        """Put the part that has grown, if it was asked for at all."""
        if self._styles is not None:
            draft = self._book.draft
            draft.put(draft.path(self._part), self._styles.result(), "nya format sist")


def _edit(
    book: Book, part: str, name: str, places: Mapping[Place, CellEdit], looks: _Looks
) -> Edited:
    file = book.file

    @cache
    def texts() -> Sequence[str]:
        strings = book.linked("sharedStrings")
        return shared_strings(None if strings is None else book.draft[strings], file)

    around = Around(
        where=f"{file} {name}",
        headings=_headings(book.draft, part),
        texts=texts,
        restyle=looks.restyle,
        date_1904=book.date_1904,
    )
    return edit_sheet(book.draft[part], places, around)


def _headings(draft: Draft, sheet: str) -> list[tuple[Area, str]]:
    """The heading rows of a sheet's tables, with the tables' names."""
    found = []
    for link in relationships(draft, sheet, draft.file).values():
        if link.kind != "table":
            continue
        root = read_xml(draft[part_at(draft, link.target, draft.file)], draft.file, "table")
        with valid_content(draft.file):
            first, _, last = root.attrib["ref"].partition(":")
            (top, left), (_, right) = parse_a1(first), parse_a1(last or first)
            rows = int(root.get("headerRowCount", "1"))
            if rows:
                area = Area(top, left, top + rows - 1, right)
                found.append((area, root.get("displayName", "")))
    return found
