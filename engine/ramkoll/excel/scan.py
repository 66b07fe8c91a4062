"""Reading a workbook: one guarded pass that gives every cell as it stood in the file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.beside import sheet_beside
from ramkoll.excel.beside_book import WITHOUT_CELLS, book_beside, dynamic_indexes
from ramkoll.excel.cell_values import Book, NumberFormat, rich_text, unescaped, xml_bool
from ramkoll.excel.number_formats import BUILT_IN, shows_date
from ramkoll.excel.ooxml import (
    Parts,
    Relationship,
    find_part,
    grow_xml,
    namespace,
    read_xml,
    relationships,
    valid_content,
)
from ramkoll.excel.preflight import MAX_FILE_BYTES, open_package, workbook_part
from ramkoll.excel.sheet_xml import Budget, read_sheet
from ramkoll.excel.unreadable import Unreadable, damaged
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Reader, Sheet, Submission, Visibility

_GENERAL = NumberFormat("General", False)


class _Tab(NamedTuple):
    name: str
    visibility: Visibility
    relationship: str


class _Workbook(NamedTuple):
    tabs: tuple[_Tab, ...]
    names: Mapping[str, str]
    date_1904: bool


def scan(path: Path, file: str | None = None) -> Submission:
    """Read a workbook. ``file`` is its name in messages and addresses, else the path's own.

    Raises RamkollError when the file cannot be reached, and its subclass Unreadable when what
    lies there is no workbook that can be read; both say so in Swedish.
    """
    name = path.name if file is None else file
    return scan_bytes(_read(path, name), name)


def scan_bytes(data: bytes, file: str) -> Submission:
    """Read a workbook from its bytes; ``file`` is its name in messages and addresses.

    Every worksheet is there, with the cells that hold a value or a formula. Raises Unreadable.
    """
    parts = open_package(data, file)
    main = workbook_part(parts, file)
    links = relationships(parts, main, file)
    root = read_xml(_part(parts, main, file), file, "workbook")
    workbook = _workbook(root, file)
    kinds = {id_: link.kind for id_, link in links.items()}
    tabs = [(tab.name, kinds.get(tab.relationship, "")) for tab in workbook.tabs]
    book = Book(
        file=file,
        strings=shared_strings(_linked(parts, links, "sharedStrings", file), file),
        formats=_formats(_linked(parts, links, "styles", file), file),
        date_1904=workbook.date_1904,
        dynamic=dynamic_indexes(parts, links, file),
    )
    return Submission(
        file=file,
        sha256=sha256(data).hexdigest(),
        sheets=_sheets(parts, links, workbook, book),
        names=workbook.names,
        date_1904=workbook.date_1904,
        beside=book_beside(root, parts, links, tabs, file),
        # For now every sheet is read by the one reader.
        reader=Reader.NAMESPACES,
    )


def _read(path: Path, name: str) -> bytes:
    def fault(what: str, todo: str) -> RamkollError:
        return RamkollError(what, where=name, todo=todo)

    try:
        if path.is_dir():
            raise fault("Det här är en mapp, ingen fil.", "Ange en arbetsbok i mappen.")
        with path.open("rb") as stream:
            # One byte more, so that what is too large is seen without reading all of it.
            return stream.read(MAX_FILE_BYTES + 1)
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


def _linked(parts: Parts, links: Mapping[str, Relationship], kind: str, file: str) -> bytes | None:
    """The one part of a kind that the workbook points at, or None when it points at none."""
    target = next((link.target for link in links.values() if link.kind == kind), None)
    return None if target is None else _part(parts, target, file)


def _workbook(root: Element, file: str) -> _Workbook:
    main = namespace(root)
    with valid_content(file):
        properties = root.find(f"{main}workbookPr")
        return _Workbook(
            tabs=tuple(_tab(element) for element in root.iterfind(f"{main}sheets/{main}sheet")),
            names={
                element.attrib["name"]: (element.text or "").removeprefix("=")
                for element in root.iterfind(f"{main}definedNames/{main}definedName")
                if "localSheetId" not in element.attrib
                and not element.attrib["name"].lower().startswith("_xlnm.")
            },
            date_1904=properties is not None and xml_bool(properties.get("date1904", "0")),
        )


def _tab(element: Element) -> _Tab:
    attributes = element.attrib
    return _Tab(
        name=unescaped(attributes["name"]),
        visibility=Visibility(attributes.get("state", "visible")),
        # The namespace of the id differs between the two kinds of files, its own name does not.
        relationship=next((v for k, v in attributes.items() if k.endswith("}id")), ""),
    )


def shared_strings(data: bytes | None, file: str) -> list[str]:
    """The texts of a shared strings part in order; none without a part. Raises Unreadable."""
    strings: list[str] = []
    if data is None:
        return strings
    for root, complete in grow_xml(data, file, "sst"):
        item = f"{namespace(root)}si"
        done = len(root) if complete else len(root) - 1
        strings += [unescaped(rich_text(child)) for child in root[:done] if child.tag == item]
        del root[:done]
    return strings


def _formats(data: bytes | None, file: str) -> Mapping[str | None, NumberFormat]:
    """Number formats by style attribute; None, no attribute, is the first style."""
    if data is None:
        return _AnyStyle()
    root = read_xml(data, file, "styleSheet")
    main = namespace(root)
    codes = dict(BUILT_IN)
    # Elements of these names also stand in lists that cells do not point at.
    with valid_content(file):
        for element in root.iterfind(f"{main}numFmts/{main}numFmt"):
            codes[int(element.attrib["numFmtId"])] = unescaped(element.attrib["formatCode"])
        used = [
            int(element.get("numFmtId", "0"))
            for element in root.iterfind(f"{main}cellXfs/{main}xf")
        ]
    known = {number: NumberFormat(code, shows_date(code)) for number, code in codes.items()}
    formats: dict[str | None, NumberFormat] = {
        str(i): known.get(number, _GENERAL) for i, number in enumerate(used)
    }
    formats[None] = formats.get("0", _GENERAL)
    return formats


class _AnyStyle(dict[str | None, NumberFormat]):
    """A workbook without a style part shows every cell as General."""

    def __missing__(self, _: str | None) -> NumberFormat:
        return _GENERAL


def _sheets(
    parts: Parts, links: Mapping[str, Relationship], workbook: _Workbook, book: Book
) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    seen: set[str] = set()
    budget = Budget()
    if not workbook.tabs:
        raise damaged(book.file, "Filen är skadad: arbetsboken har inga blad.")
    for tab in workbook.tabs:
        where = f"{book.file} {tab.name}"
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
        beside = partial(sheet_beside, parts=parts, part=link.target, where=where)
        sheets.append(read_sheet(data, book, tab.name, tab.visibility, budget, beside))
    return tuple(sheets)
