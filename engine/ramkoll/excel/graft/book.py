"""The workbook part: its tabs, what it points at, and the refusal of what must not be changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ramkoll.excel.cell_values import unescaped, xml_bool
from ramkoll.excel.graft.draft import Draft, links, part_at, unlink, unlist
from ramkoll.excel.graft.package import Package
from ramkoll.excel.ooxml import Relationship, namespace, read_xml, relationships, valid_content
from ramkoll.excel.preflight import workbook_part
from ramkoll.excel.unreadable import damaged
from ramkoll.model.errors import RamkollError

_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_CHAINED = re.compile(rb"<(?:[^\s<>/:]+:)?c\s([^<>]*)>")
_SHEET_OF_CHAINED = re.compile(rb"""(?:^|\s)i\s*=\s*["'](\d+)["']""")
_HIDDEN = ("hidden", "veryhidden")


class Tab(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    relationship: str
    sheet_id: str
    visible: bool


class Book(NamedTuple):
    """A workbook that may be changed; ``locked`` when its sheets may not come or go.

    ``strict`` says which of the two namespaces it is written in.
    """

    draft: Draft
    main: str
    links: Mapping[str, Relationship]
    tabs: tuple[Tab, ...]
    date_1904: bool
    strict: bool
    locked: bool

    @property
    def file(self) -> str:
        """The file's name in messages."""
        return self.draft.file

    def linked(self, kind: str) -> str | None:
        """The part of a kind that the workbook points at."""
        target = next((link.target for link in self.links.values() if link.kind == kind), None)
        return None if target is None else part_at(self.draft, target, self.file)

    def position(self, sheet: str) -> int | None:
        """The position of a sheet, upper and lower case alike; None when there is none.

        Raises RamkollError when the file has it twice.
        """
        found = [at for at, tab in enumerate(self.tabs) if tab.name.casefold() == sheet.casefold()]
        if len(found) > 1:
            raise _unclear_sheet(f"{self.file} {sheet}")
        return found[0] if found else None

    def cells_of(self, at: int) -> str:
        """The part of the sheet at a position. Raises RamkollError when it holds no cells."""
        tab = self.tabs[at]
        where = f"{self.file} {tab.name}"
        link = self.links.get(tab.relationship)
        if link is None:
            raise _unclear_sheet(where)
        if link.kind != "worksheet":
            raise RamkollError(
                "Bladet har inga celler.", where=where, todo="Ange ett blad med celler."
            )
        if sum(other.target == link.target for other in self.links.values()) > 1:
            raise damaged(where, "Filen är skadad: två blad har samma innehåll.")
        return part_at(self.draft, link.target, self.file)


def _unclear_sheet(where: str) -> RamkollError:
    return damaged(where, "Filen är skadad: bladet finns två gånger eller saknar innehåll.")


def open_book(data: bytes, file: str) -> Book:
    """A workbook that may be changed; ``file`` is its name in messages.

    Raises RamkollError, in Swedish, for what is no readable workbook (Unreadable), and for one
    that is signed, or shared with a change history.
    """
    package = Package.open(data, file)
    main = part_at(package, workbook_part(package, file), file)
    signed = any(link.kind == "origin" for link in relationships(package, "", file).values())
    if signed or any(name.startswith("_xmlsignatures/") for name in package):
        raise RamkollError(
            "Arbetsboken är digitalt signerad, och en ändring skulle göra signaturen ogiltig.",
            where=file,
            todo="Ta bort signaturen i Excel (Arkiv, Info), eller spara en kopia utan den.",
        )
    book = read_book(Draft(package), main)
    if any(link.kind in ("revisionHeaders", "usernames") for link in book.links.values()):
        raise RamkollError(
            "Arbetsboken är delad på det äldre sättet, med ändringshistorik.",
            where=file,
            todo="Sluta dela arbetsboken i Excel (Granska, Dela arbetsbok) och försök igen.",
        )
    return book


def read_book(draft: Draft, main: str) -> Book:
    """The workbook as its part says now. Raises RamkollError."""
    file = draft.file
    root = read_xml(draft[main], file, "workbook")
    spreadsheet = namespace(root)
    with valid_content(file):
        properties = root.find(f"{spreadsheet}workbookPr")
        protection = root.find(f"{spreadsheet}workbookProtection")
        return Book(
            draft=draft,
            main=main,
            links=relationships(draft, main, file),
            tabs=tuple(
                Tab(
                    unescaped(element.attrib["name"]),
                    next((v for k, v in element.attrib.items() if k.endswith("}id")), ""),
                    element.get("sheetId", ""),
                    element.get("state", "").strip().lower() not in _HIDDEN,
                )
                for element in root.iterfind(f"{spreadsheet}sheets/{spreadsheet}sheet")
            ),
            date_1904=properties is not None and xml_bool(properties.get("date1904", "0")),
            strict=spreadsheet == _STRICT,
            locked=protection is not None and xml_bool(protection.get("lockStructure", "0")),
        )


def sheet_part(book: Book, sheet: str) -> tuple[str, str]:
    """The name of a sheet as the workbook has it, and its part. Raises RamkollError."""
    at = book.position(sheet)
    if at is None:
        raise RamkollError(
            f"Bladet «{sheet}» finns inte.",
            where=book.file,
            todo="Kontrollera bladets namn.",
        )
    return book.tabs[at].name, book.cells_of(at)


def drop_chain(book: Book, sheets: Collection[str] | None = None) -> None:
    """Leave out the calculation chain: Excel makes a new one, and a wrong one is a damaged file.

    It may lack formulas, but not have too many: it stays when it has none of the sheets, by number,
    whose formulas are gone.
    """
    draft, what = book.draft, "beräkningskedjan utelämnad: Excel gör en ny"
    if not any(link.kind == "calcChain" for link in book.links.values()):
        return
    chains = [link for link in links(draft, book.main, book.file) if link.kind == "calcChain"]
    if sheets is not None and not any(
        _mentions(draft[link.part], sheets) for link in chains if link.part in draft
    ):
        return
    unlink(draft, book.main, {link.id for link in chains}, what)
    parts = {link.part for link in chains if link.part in draft}
    for part in parts:
        draft.drop(part, what)
    unlist(draft, parts, what)


def _mentions(chain: bytes, sheets: Collection[str]) -> bool:
    """Whether a calculation chain has, or may have, a cell of one of the sheets."""
    cells = _CHAINED.findall(chain)
    numbers = [found[1].decode() for cell in cells if (found := _SHEET_OF_CHAINED.search(cell))]
    # A cell without a number stands on the sheet of the one before.
    unclear = bool(cells) and _SHEET_OF_CHAINED.search(cells[0]) is None
    return unclear or not set(sheets).isdisjoint(numbers)
