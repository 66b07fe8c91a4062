"""Reading a workbook: one guarded pass that gives every cell as it stood in the file."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import Element

from ramkoll.excel import limits
from ramkoll.excel.beside import sheet_beside
from ramkoll.excel.beside_book import WITHOUT_CELLS, book_beside, dynamic_indexes
from ramkoll.excel.beside_parts import known_area, left_out
from ramkoll.excel.cell_marks import Known
from ramkoll.excel.cell_values import Book, xml_bool
from ramkoll.excel.ooxml import (
    Parts,
    Relationship,
    find_part,
    namespace,
    read_xml,
    relationships,
)
from ramkoll.excel.preflight import open_package, workbook_part
from ramkoll.excel.row_cells import SheetCells
from ramkoll.excel.shared_strings import shared_strings
from ramkoll.excel.sheet_fast import read_cells
from ramkoll.excel.sheet_xml import Budget, read_sheet
from ramkoll.excel.unreadable import Unreadable, damaged
from ramkoll.excel.workbook_xml import (
    Tab,
    Workbook,
    number_formats,
    read_workbook,
    shared_part,
)
from ramkoll.excel.written import NotUsual
from ramkoll.model.beside import Beside
from ramkoll.model.cells import MAX_COLUMN, Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Reader, Sheet, Submission

LOG = logging.getLogger("ramkoll.excel")


def scan(path: Path, file: str | None = None) -> Submission:
    """Read a workbook. ``file`` is its name in messages and addresses, else the path's own.

    Raises RamkollError when the file cannot be reached, and its subclass Unreadable when what
    lies there is no workbook that can be read; both say so in Swedish.
    """
    name = path.name if file is None else file
    return scan_bytes(_read(path, name), name)


def scan_bytes(data: bytes, file: str, only: Collection[str] | None = None) -> Submission:
    """Read a workbook from its bytes; ``file`` is its name in messages and addresses.

    Every worksheet is there, with the cells that hold a value or a formula. Raises Unreadable.
    ``only`` names the sheets that are asked for, in lower case (``casefold``): others may be left
    out, which saves their time.
    """
    try:
        return _scan(data, file, only)
    except Unreadable as refusal:
        if not refusal.unclear:
            raise
        LOG.debug("%s: %s Left to openpyxl.", refusal.where, refusal.what)
        # Here, since it takes longer to load than most workbooks take to read.
        from ramkoll.excel import by_openpyxl

        try:
            return by_openpyxl.read(data, file)
        except Unreadable:
            raise refusal from None


def _scan(data: bytes, file: str, only: Collection[str] | None) -> Submission:
    parts = open_package(data, file)
    main = workbook_part(parts, file)
    links = relationships(parts, main, file)
    root = read_xml(_part(parts, main, file), file, "workbook")
    workbook = read_workbook(root, file)
    kinds = {id_: link.kind for id_, link in links.items()}
    tabs = [(tab.name, kinds.get(tab.relationship, "")) for tab in workbook.tabs]
    strings = shared_strings(shared_part(parts, links, "sharedStrings", file), file)
    book = Book(
        file=file,
        strings=strings,
        by_index={str(n): text for n, text in enumerate(strings)},
        formats=number_formats(shared_part(parts, links, "styles", file), file),
        date_1904=workbook.date_1904,
        dynamic=dynamic_indexes(parts, links, file),
    )
    beside = book_beside(root, parts, links, tabs, file)
    sheets, reader = _sheets(parts, links, workbook, book, only)
    return Submission(
        file=file,
        sha256=sha256(data).hexdigest(),
        sheets=sheets,
        names={
            each.name: each.text
            for each in beside.names
            if not each.sheet and not each.name.lower().startswith("_xlnm.")
        },
        date_1904=workbook.date_1904,
        beside=beside,
        reader=reader,
    )


def _read(path: Path, name: str) -> bytes:
    def fault(what: str, todo: str) -> RamkollError:
        return RamkollError(what, where=name, todo=todo)

    try:
        if path.is_dir():
            raise fault("Det här är en mapp, ingen fil.", "Ange en arbetsbok i mappen.")
        # A pipe or a terminal would be waited for until something is written to it.
        if path.exists() and not path.is_file():
            raise fault("Det här är en enhet, ingen fil.", "Ange en arbetsbok på disken.")
        with path.open("rb") as stream:
            # One byte more, so that what is too large is seen without reading all of it.
            return stream.read(limits.MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise fault("Filen finns inte.", "Kontrollera namnet och mappen.") from None
    except PermissionError:
        raise fault(
            "Filen går inte att öppna: den är låst, eller så saknas behörighet.",
            "Stäng den i andra program, kontrollera behörigheten till mappen och försök igen.",
        ) from None
    except (OSError, ValueError):
        raise fault(
            "Filen går inte att läsa från disken eller nätverket.",
            "Kontrollera namnet och anslutningen och försök igen.",
        ) from None


def _part(parts: Parts, name: str, where: str) -> bytes:
    data = find_part(parts, name)
    if data is None:
        raise damaged(where, "Filen är skadad: en del som den hänvisar till saknas.")
    return data


def _sheets(
    parts: Parts,
    links: Mapping[str, Relationship],
    workbook: Workbook,
    book: Book,
    only: Collection[str] | None,
) -> tuple[tuple[Sheet, ...], Reader]:
    sheets: list[Sheet] = []
    readers: set[Reader] = {Reader.FAST}
    seen: set[str] = set()
    budget, known = Budget(), Known(book)
    if not workbook.tabs:
        raise damaged(book.file, "Filen är skadad: arbetsboken har inga blad.")
    for tab in workbook.tabs:
        where = f"{book.file} {tab.name}"
        if not tab.relationship:
            continue
        link = links.get(tab.relationship)
        if link is None:
            raise damaged(where, "Filen är skadad: bladet har ett namn men inget innehåll.")
        # The same name or the same content twice would let readers see different workbooks.
        for once in (f"blad {tab.name.casefold()}", link.target):
            if once in seen:
                raise damaged(where, "Filen är skadad: bladet finns två gånger.")
            seen.add(once)
        # Old macro sheets hold cells, and are refused below.
        if link.kind in WITHOUT_CELLS:
            continue
        if link.kind != "worksheet":
            raise Unreadable(
                "osäker",
                "Bladet är ett gammalt makroblad.",
                where=where,
                todo="Ta bort bladet, spara arbetsboken och lämna in den igen.",
            )
        data = find_part(parts, link.target)
        if data is None:
            raise damaged(where, "Filen är skadad: bladet har ett namn men inget innehåll.")
        if only is not None and tab.name.casefold() not in only:
            continue
        read, reader = _cells(data, known, tab.name, budget)
        readers.add(reader)
        beside = sheet_beside(read.frame, parts=parts, part=link.target, where=where)
        sheets.append(_sheet(tab, read, beside, where))
    # The most careful that was needed.
    return tuple(sheets), Reader.NAMESPACES if Reader.NAMESPACES in readers else Reader.FAST


def _cells(data: bytes, known: Known, name: str, budget: Budget) -> tuple[SheetCells, Reader]:
    """A sheet by the quickest reader that can account for all of it, and which that is."""
    book = known.book
    where = f"{book.file} {name}"
    try:
        return read_cells(data, known, where, budget), Reader.FAST
    except NotUsual as why:
        LOG.debug("%s: read by the namespace-aware reader, since it met %s", where, why)
    return read_sheet(data, book, name, budget), Reader.NAMESPACES


def _sheet(tab: Tab, read: SheetCells, beside: Beside, where: str) -> Sheet:
    frame = read.frame
    main = namespace(frame)
    if next(frame.iter(f"{main}c"), None) is not None:
        raise damaged(where, "Filen är skadad: bladet har celler på fel ställe.")
    return Sheet(
        name=tab.name,
        cells=read.cells,
        visibility=tab.visibility,
        merged=tuple(_merged(frame.iterfind(f"{main}mergeCells/{main}mergeCell"), where)),
        hidden_rows=read.hidden_rows,
        hidden_columns=_columns(_hidden(frame.iterfind(f"{main}cols/{main}col"), where)),
        arrays=read.arrays,
        beside=beside,
    )


def _merged(elements: Iterable[Element], where: str) -> Iterator[Area]:
    for element in elements:
        area = known_area(element.get("ref", ""))
        if area is None:
            left_out(where, "a merged area that is none")
        else:
            yield area


def _hidden(elements: Iterable[Element], where: str) -> Iterator[tuple[int, int]]:
    """The first and last column of each group that is hidden."""
    for element in elements:
        try:
            if xml_bool(element.get("hidden", "0")):
                yield int(element.attrib["min"]), int(element.attrib["max"])
        except (ValueError, LookupError):
            left_out(where, "a group of columns")


def _columns(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Every column of spans that may overlap; sorted first, so that no column is walked twice."""
    found: set[int] = set()
    done = 0
    for first, last in sorted(spans):
        last = min(last, MAX_COLUMN)
        found.update(range(max(first, done + 1), last + 1))
        done = max(done, last)
    return frozenset(found)
