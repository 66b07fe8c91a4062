"""Sheets, cells and names put into a workbook that is there, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ramkoll.excel.graft.book import Book, open_book, read_book
from ramkoll.excel.graft.cell_edit import CellEdit, checked
from ramkoll.excel.graft.dependents import follow
from ramkoll.excel.graft.remove import (
    refuse_hidden,
    refuse_lost_tables,
    refuse_orphans,
    remove_sheets,
)
from ramkoll.excel.graft.set_cells import put_cells
from ramkoll.excel.graft.sheets import EVERYWHERE, Written, put_sheets
from ramkoll.excel.graft.tables import refuse_table_names
from ramkoll.excel.graft.what import Graft, Grafted, PartEdit
from ramkoll.excel.graft.workbook_edit import NameKey, names_in, with_names
from ramkoll.excel.plan_check import check_sheets
from ramkoll.model.cells import Area


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
    gone = [book.tabs[at].name for name in what.removed if (at := book.position(name)) is not None]
    book = remove_sheets(book, what.removed)
    replaced = put_sheets(book, what.sheets)
    if what.sheets and (edits or what.removed):
        book = read_book(book.draft, book.main)
    if edits:
        put_cells(book, edits)
    names = _define(book, what.names)
    assert not what.notes and what.author is None, "notes are yet to come"
    if what.removed:
        refuse_hidden(book)
        refuse_orphans(book, what.removed)
    if replaced or what.removed:
        refuse_lost_tables(book)
    new, parts = book.draft.result()
    written = [*(Written(name, EVERYWHERE) for name in gone), *replaced, *map(_place, edits)]
    if new is data or not dependents or not (written or names):
        return Grafted(new, parts)
    followed = follow(new, file, written, data, names)
    return Grafted(
        followed.data,
        _joined((*parts, *followed.edits)),
        followed.recalculated,
        followed.doubtful,
        left=followed.left,
    )


def _place(edit: CellEdit) -> Written:
    return Written(edit.sheet, Area(edit.row, edit.column, edit.row, edit.column))


def _joined(edits: Iterable[PartEdit]) -> tuple[PartEdit, ...]:
    """One edit for each part, with all that was done to it."""
    said: dict[str, tuple[str, list[str]]] = {}
    for edit in edits:
        said.setdefault(edit.part.lower(), (edit.part, []))[1].append(edit.what)
    return tuple(PartEdit(part, "; ".join(what)) for _, (part, what) in sorted(said.items()))


def _check(book: Book, what: Graft) -> None:
    """Raise ValueError for what Excel would refuse, before anything is made of it."""
    known = {tab.name for tab in book.tabs} | {each.plan.name for each in what.sheets}
    names = {name: text for name, text in what.names.items() if text is not None}
    check_sheets([each.plan for each in what.sheets], names, known)


def _define(book: Book, names: Mapping[str, str | None]) -> list[str]:
    """Define names for the whole workbook, or take them away; those that are not as they were."""
    if not names:
        return []
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
    then = names_in(new, file)
    keys = {name: (name.casefold(), None) for name in names}
    changed = [name for name, key in keys.items() if known.get(key) != then.get(key)]
    if changed:
        draft.put(draft.path(book.main), new, f"namn: {', '.join(sorted(changed))}")
    return changed
