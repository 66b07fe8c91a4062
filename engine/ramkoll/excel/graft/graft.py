"""Sheets, cells and names put into a workbook that is there, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from ramkoll.excel.graft.book import Book, open_book, read_book
from ramkoll.excel.graft.cell_edit import checked
from ramkoll.excel.graft.remove import (
    refuse_hidden,
    refuse_lost_tables,
    refuse_orphans,
    remove_sheets,
)
from ramkoll.excel.graft.set_cells import put_cells
from ramkoll.excel.graft.sheets import put_sheets
from ramkoll.excel.graft.tables import refuse_table_names
from ramkoll.excel.graft.what import Graft, Grafted
from ramkoll.excel.graft.workbook_edit import NameKey, names_in, with_names
from ramkoll.excel.plan_check import check_sheets


def graft(data: bytes, file: str, what: Graft, *, dependents: bool = True) -> Grafted:
    """The workbook with all that the graft says; ``file`` is its name in messages.

    All parts that are not to change are the same bytes, and so is the whole when there is nothing
    to change; a second run changes nothing. ``dependents`` follows what is written to the formulas
    that build on it.

    Raises RamkollError, in Swedish, and then nothing is done: no readable workbook (Unreadable),
    signed, shared with a change history, with protected structure where sheets come or go; a sheet
    or cell that is not there or part of something larger, a value that no cell can hold, a name
    that is taken. Raises ValueError for a plan that Excel would refuse, which is our own bug.
    """
    edits = [checked(edit, file) for edit in what.cells]
    book = open_book(data, file)
    _check(book, what)
    book = remove_sheets(book, what.removed)
    replaced = put_sheets(book, what.sheets)
    if what.sheets and (edits or what.removed):
        book = read_book(book.draft, book.main)
    if edits:
        put_cells(book, edits)
    _define(book, what.names)
    assert not what.notes and what.author is None, "notes are yet to come"
    if what.removed:
        refuse_hidden(book)
        refuse_orphans(book, what.removed)
    if replaced or what.removed:
        refuse_lost_tables(book)
    new, parts = book.draft.result()
    return Grafted(new, parts)


def _check(book: Book, what: Graft) -> None:
    """Raise ValueError for what Excel would refuse, before anything is made of it."""
    known = {tab.name for tab in book.tabs} | {each.plan.name for each in what.sheets}
    names = {name: text for name, text in what.names.items() if text is not None}
    check_sheets([each.plan for each in what.sheets], names, known)


def _define(book: Book, names: Mapping[str, str | None]) -> None:
    """Define names for the whole workbook, or take them away."""
    if not names:
        return
    draft, file = book.draft, book.file
    changes: dict[NameKey, tuple[str, str] | None] = {
        (name.casefold(), None): None if text is None else (name, text.removeprefix("="))
        for name, text in names.items()
    }
    old = draft[book.main]
    known = names_in(old, file)
    changes = {key: new for key, new in changes.items() if new is not None or key in known}
    refuse_table_names(book, [key[0] for key, new in changes.items() if new and key not in known])
    new = with_names(old, file, changes)
    if new != old:
        changed = [name for name in names if (name.casefold(), None) in changes]
        draft.put(draft.path(book.main), new, f"namn: {', '.join(sorted(changed))}")
