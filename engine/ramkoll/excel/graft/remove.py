"""Sheets taken out of a workbook, with all that hung on them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ramkoll.excel.graft.book import Book, drop_chain, read_book
from ramkoll.excel.graft.draft import drop_with_own, list_parts, unlink
from ramkoll.excel.graft.markup import (
    Splice,
    attributes,
    children_of,
    elements,
    pattern,
    plain,
    root_of,
    shadow,
    spliced,
    with_attribute,
)
from ramkoll.excel.graft.sheets import refuse_bound, refuse_locked
from ramkoll.excel.graft.tables import all_tables
from ramkoll.excel.graft.workbook_edit import names_in, without_tab
from ramkoll.model.errors import RamkollError

_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?(?:f|formula[12]?)(?:\s[^>]*)?>([^<]+)<")
_QUOTED_TEXT = re.compile(r'"[^"]*"')
_CODE_NAME = b"codeName"


def remove_sheets(book: Book, sheets: Sequence[str]) -> Book:
    """Take sheets out of the book's draft; those that are not there are not missed.

    Positions of the sheets after them move up, names and parts that were theirs alone go. Returns
    the book as it then is. Raises RamkollError: the structure is protected, a sheet has what other
    parts build upon, or its macros or its formulas elsewhere would have nothing to go by.
    """
    for sheet in dict.fromkeys(sheets):
        at = book.position(sheet)
        if at is not None:
            refuse_locked(book)
            book = _without(book, at)
    return book


def refuse_hidden(book: Book) -> None:
    """RamkollError when no sheet is left to see."""
    if not any(tab.visible for tab in book.tabs):
        raise RamkollError(
            "Inget synligt blad skulle finnas kvar i arbetsboken.",
            where=book.file,
            todo="Behåll eller visa ett annat blad.",
        )


def refuse_orphans(book: Book, removed: Sequence[str]) -> None:
    """RamkollError when a formula, a name or a chart refers to a sheet that is no longer there.

    Excel mends such a file by throwing the formula away.
    """
    gone = [sheet for sheet in removed if book.position(sheet) is None]
    if not gone:
        return
    for sheet in gone:
        refers = _reference_to(sheet)
        for (name, _), text in names_in(book.draft[book.main], book.file).items():
            if refers.search(_QUOTED_TEXT.sub("", text.casefold())):
                raise _orphan(book.file, sheet, f"namnet {name}")
        for at, tab in enumerate(book.tabs):
            link = book.links.get(tab.relationship)
            if link is None or link.kind != "worksheet":
                continue
            if any(refers.search(text) for text in _formulas(book.draft[book.cells_of(at)])):
                raise _orphan(book.file, sheet, f"bladet «{tab.name}»")
        for part in book.draft:
            of_chart = "/charts/" in part and part.endswith(".xml")
            if of_chart and any(refers.search(text) for text in _formulas(book.draft[part])):
                raise _orphan(book.file, sheet, "ett diagram")


def refuse_lost_tables(book: Book) -> None:
    """RamkollError when a formula refers to a table that went with its sheet."""
    file, old = book.file, book.draft.package
    lost = all_tables(old, file).keys() - all_tables(book.draft, file).keys()
    for name in sorted(lost):
        refers = re.compile(rf"(?<![\w.]){re.escape(name)}\[")
        for at, tab in enumerate(book.tabs):
            link = book.links.get(tab.relationship)
            if link is None or link.kind != "worksheet":
                continue
            formulas = _formulas(book.draft[book.cells_of(at)], b"[")
            if any(refers.search(text) for text in formulas):
                raise RamkollError(
                    f"Tabellen {name} skulle försvinna, men används av formler: bladet "
                    f"«{tab.name}».",
                    where=file,
                    todo="Ändra formlerna i Excel, eller flytta tabellen till ett eget blad.",
                )


def _orphan(file: str, sheet: str, place: str) -> RamkollError:
    return RamkollError(
        f"Bladet «{sheet}» används av formler: {place}.",
        where=file,
        todo="Ändra formlerna i Excel, eller behåll bladet.",
    )


def _reference_to(sheet: str) -> re.Pattern[str]:
    """Finds a sheet's name where a formula in small letters refers to it, alone or as an end."""
    name = sheet.casefold()
    bare, quoted = re.escape(name), re.escape(name.replace("'", "''"))
    return re.compile(
        rf"(?:^|[^\w.\]'])(?:{bare}|[\w.]+:{bare}|{bare}:[\w.]+)!"
        rf"|'(?:{quoted}|(?:[^'\[\]]|'')+:{quoted}|{quoted}:(?:[^']|'')+)'!"
    )


def _formulas(data: bytes, mark: bytes = b"!") -> Iterator[str]:
    """Formulas of a part that hold a mark, in small letters and without their texts."""
    for found in _FORMULA.finditer(data):
        if mark in found[1]:
            yield _QUOTED_TEXT.sub("", plain(found[1].decode("utf-8", "replace")).casefold())


def _without(book: Book, at: int) -> Book:
    draft, file, tab = book.draft, book.file, book.tabs[at]
    what = f"bladet «{tab.name}» borttaget"
    part = book.cells_of(at)
    refuse_bound(book, part, tab.name)
    if _has_macros(book, part):
        raise RamkollError(
            "Bladet har en plats i arbetsbokens makron.",
            where=f"{file} {tab.name}",
            todo="Ta bort bladet i Excel.",
        )
    with_formulas = b"f>" in draft[part]
    left = [each for position, each in enumerate(book.tabs) if position != at]
    if not left:
        refuse_hidden(book._replace(tabs=()))
    # As Excel does: the next sheet that can be seen, else the one before.
    shown = next((n for n in range(at, len(left)) if left[n].visible), None)
    if shown is None:
        shown = next((n for n in range(at - 1, -1, -1) if left[n].visible), 0)
    draft.put(
        draft.path(book.main), without_tab(draft[book.main], file, at, len(book.tabs), shown), what
    )
    unlink(draft, book.main, {tab.relationship}, what)
    list_parts(draft, drop_with_own(draft, part, what, itself=True), {}, what)
    _forget(book, tab.name, what)
    book = read_book(draft, book.main)
    if with_formulas:
        drop_chain(book, {tab.sheet_id})
        book = read_book(draft, book.main)
    return book


def _has_macros(book: Book, part: str) -> bool:
    """Whether the macros know the sheet by a name."""
    if not any(link.kind == "vbaProject" for link in book.links.values()):
        return False
    data = book.draft[part]
    text = shadow(data, book.file)
    root, prefix = root_of(data, text, b"worksheet", book.file)
    found = pattern(prefix + b"sheetPr").search(text, root.inside, root.close)
    return found is not None and _CODE_NAME in found[0]


# The document's properties -------------------------------------------------------------------


def _forget(book: Book, sheet: str, what: str) -> None:
    """Take a sheet's name from the properties, which list the sheets when Excel has saved."""
    draft, file = book.draft, book.file
    part = "docprops/app.xml"
    if part not in draft:
        return
    data = draft[part]
    _, _, children = children_of(data, file)
    lists = {child.local: child for child in children}
    if b"TitlesOfParts" not in lists or b"HeadingPairs" not in lists:
        return
    text = shadow(data, file)
    try:
        (titles,) = elements(text, lists[b"TitlesOfParts"].inside, lists[b"TitlesOfParts"].close)
        (pairs,) = elements(text, lists[b"HeadingPairs"].inside, lists[b"HeadingPairs"].close)
        names = list(elements(text, titles.inside, titles.close))
        # Pairs of a heading and a count: sheets, named ranges and the like.
        variants = list(elements(text, pairs.inside, pairs.close))
        counts = [next(elements(text, each.inside, each.close)) for each in variants[1::2]]
        sizes = [int(text[each.inside : each.close]) for each in counts]
        size = int(attributes(text[titles.start : titles.inside])["size"])
    except (ValueError, LookupError, StopIteration):
        return  # nothing there that names the sheet in a way that can be told
    tag = data[titles.start : titles.inside]
    splices: list[Splice] = []
    rest = iter(names)
    for group, (count, known) in enumerate(zip(counts, sizes, strict=True)):
        own = [
            each
            for each in islice(rest, known)
            if _names(plain(data[each.inside : each.close].decode()), sheet, group == 0)
        ]
        splices += [(each.start, each.end, b"") for each in own]
        size -= len(own)
        if own:
            splices.append((count.inside, count.close, b"%d" % (known - len(own))))
    if splices:
        splices.append((titles.start, titles.inside, with_attribute(tag, "size", str(size))))
    new = spliced(data, splices)
    draft.put(draft.path(part), new, what)


def _names(title: str, sheet: str, is_sheet: bool) -> bool:
    """Whether a title is a sheet's name, or a name of a range on it."""
    quoted = "'" + sheet.replace("'", "''") + "'"
    return (is_sheet and title == sheet) or title.startswith((f"{sheet}!", f"{quoted}!"))
