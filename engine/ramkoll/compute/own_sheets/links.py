"""What makes a sheet hard to trust or follow: links out, lost links, and what changes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ramkoll.compute.own_sheets.book import OwnBook, OwnSheet, Pattern, Place
from ramkoll.compute.own_sheets.remarks import OwnKind, OwnRemark, areas_of, named
from ramkoll.model.cells import CellKind, CellRef
from ramkoll.model.formula_lexer import sheet_of, workbook_and_sheet
from ramkoll.model.formula_references import references

_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# Excel computes these anew at every change, so that what they give cannot be checked afterwards.
MOVING = ("RAND", "RANDBETWEEN", "RANDARRAY")
CLOCK = ("NOW", "TODAY")
# These build their references while computing: nobody sees from the formula what it takes.
BUILT = ("INDIRECT", "OFFSET")
# A formula that was saved without its value is blank.
_FIGURES = (CellKind.NUMBER, CellKind.ERROR, CellKind.BLANK)


def links(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Volatile functions, other workbooks, hidden sheets and lost references, each said once."""
    yield from _volatile(book, sheet)
    yield from _elsewhere(book, sheet)
    yield from _lost(sheet)


def _volatile(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    for functions in (MOVING, CLOCK, BUILT):
        places: list[Place] = []
        used: set[str] = set()
        for key, cells in sheet.cells_of.items():
            pattern = sheet.patterns[key]
            found = pattern.functions & set(functions)
            if not found:
                continue
            kept = [
                place
                for place in cells
                if sheet.sheet.cell(*place).kind in _FIGURES
                or (functions is CLOCK and _is_fed(book, sheet, place))
            ]
            if kept and functions is CLOCK and not _reckons(pattern):
                kept = [place for place in kept if _is_fed(book, sheet, place)]
            if kept:
                places += kept
                used |= found
        if places:
            facts = {
                "count": len(places),
                "functions": sorted(used),
                "built": functions is BUILT,
                "random": functions is MOVING,
                "where": named(area.address for area in areas_of(places)),
            }
            yield OwnRemark(OwnKind.VOLATILE, sheet.ref(min(places)), facts)


def _reckons(pattern: Pattern) -> bool:
    """Whether a formula makes something of the day: more than the day, or its year or month."""
    return bool(pattern.functions - {"NOW", "TODAY", "YEAR", "MONTH", "DAY", "TEXT", "INT"}) or any(
        not isinstance(word, str) for word in pattern.words
    )


def _is_fed(book: OwnBook, sheet: OwnSheet, place: Place) -> bool:
    """Whether another formula of the workbook names the cell."""
    return (sheet.name, place) in book.pointed_at


def _elsewhere(book: OwnBook, sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Formulas that take from other workbooks, by workbook, and from hidden sheets, by sheet."""
    outside: dict[str, list[Place]] = {}
    hidden: dict[str, list[Place]] = {}
    for key, places in sheet.cells_of.items():
        pattern = sheet.patterns[key]
        targets = {each.workbook for each in pattern.references if each.workbook}
        targets |= _named_outside(pattern)
        for target in targets:
            outside.setdefault(_workbook(book, target), []).extend(places)
        for name in {each.sheet for each in pattern.references if not each.workbook}:
            if name and name.casefold() != sheet.name.casefold() and book.is_hidden(name):
                hidden.setdefault(name, []).extend(places)
    for target, places in outside.items():
        yield OwnRemark(
            OwnKind.OTHER_WORKBOOK,
            sheet.ref(min(places)),
            {
                "count": len(places),
                "target": target,
                "where": named(area.address for area in areas_of(places)),
            },
        )
    for name, places in hidden.items():
        yield OwnRemark(
            OwnKind.HIDDEN_SHEET,
            sheet.ref(min(places)),
            {
                "count": len(places),
                "target": name,
                "where": named(area.address for area in areas_of(places)),
            },
        )


def _named_outside(pattern: Pattern) -> set[str]:
    """The workbooks that a formula takes names from, as ``[1]!Summa``; its own is 0."""
    places = (w for w in pattern.words if isinstance(w, str) and w.endswith("!") and "[" in w)
    return {workbook_and_sheet(sheet_of(place))[0] for place in places} - {"", "0"}


def _workbook(book: OwnBook, target: str) -> str:
    """The file's name of a workbook that formulas know by its number."""
    for link in book.submission.beside.external_links:
        if target == str(link.number):
            return file_name(link.target)
    return "" if target.isdigit() else file_name(target)


def file_name(target: str) -> str:
    """The last part of a path or an address, with å for %C3%A5."""
    last = target.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _ESCAPED.sub(
        lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace"), last
    )


def _lost(sheet: OwnSheet) -> Iterator[OwnRemark]:
    """Formulas with ``#REF!`` in them that show no error: something hides it."""
    for key, places in sheet.cells_of.items():
        pattern = sheet.patterns[key]
        if "#REF!" not in pattern.words:
            continue
        silent = [p for p in places if sheet.sheet.cell(*p).kind is not CellKind.ERROR]
        for area in areas_of(silent):
            first = (area.top, area.left)
            facts = {"area": area.address, "formula": pattern.text_at(first)}
            yield OwnRemark(OwnKind.BROKEN_REFERENCE, sheet.ref(first), facts)


def names(book: OwnBook) -> Iterator[OwnRemark]:
    """Defined names that point at nothing, or out of the workbook; print areas are left out."""
    submission = book.submission
    known: Mapping[str, str] = {
        **submission.names,
        **{
            each.name: each.text
            for each in submission.beside.names
            if not each.hidden and not each.name.lower().startswith("_xlnm.")
        },
    }
    used = _words_used(book)
    lost = sorted(name for name, text in known.items() if "#REF!" in text and _used(name, used))
    whole = CellRef.whole_file(submission.file)
    if lost:
        facts = {"names": named(lost), "count": len(lost)}
        yield OwnRemark(OwnKind.BROKEN_NAME, whole, facts)
    outside: dict[str, list[str]] = {}
    for name, text in known.items():
        for target in {each.workbook for each in references(text) if each.workbook}:
            if _used(name, used):
                outside.setdefault(_workbook(book, target), []).append(name)
    for target, found in outside.items():
        where = named(sorted(found))
        facts = {"count": len(found), "target": target, "where": where, "names": True}
        yield OwnRemark(OwnKind.OTHER_WORKBOOK, whole, facts)


def _words_used(book: OwnBook) -> frozenset[str]:
    return frozenset(
        word.casefold()
        for sheet in book.sheets()
        for pattern in sheet.patterns.values()
        for word in pattern.words
        if isinstance(word, str)
    )


def _used(name: str, used: frozenset[str]) -> bool:
    return name.casefold() in used
