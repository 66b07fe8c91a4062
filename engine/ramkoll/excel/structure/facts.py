"""What the rules of one part need to know of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import FormulaCheck, formula_check
from ramkoll.excel.structure.trees import use


class SheetEntry(NamedTuple):
    """A tab: its name, number, state, and its part if that is there."""

    name: str
    number: str
    state: str
    part: str | None


@dataclass(frozen=True)
class Facts:
    """A workbook in short.

    ``formats`` and ``partial`` are how many formats cells and conditions may have, ``texts`` the
    shared texts, ``metadata`` how many records cells and values may have, ``check`` says what is
    wrong with a formula.
    """

    sheets: tuple[SheetEntry, ...]
    formats: int
    partial: int
    texts: tuple[str, ...]
    metadata: tuple[int, int]
    check: FormulaCheck


def facts_of(package: Opened) -> Facts:
    """What the parts that are there say; a part that is missing has nothing."""
    book = package.book or ""
    root = package.root(book)
    sheets, books = [], 0
    if root is not None:
        for each in root.iterfind("sheets/sheet"):
            link = package.links.get(book, {}).get(use(each) or "")
            part = link.target if link and link.target in package.parts else None
            name, number = each.get("name", ""), each.get("sheetId", "")
            sheets.append(SheetEntry(name, number, each.get("state", "visible"), part))
        books = len(root.findall("externalReferences/externalReference"))
    styles = _root(package, "styles")
    strings = _root(package, "sharedStrings")
    metadata = _root(package, "sheetMetadata")
    return Facts(
        tuple(sheets),
        _count(styles, "cellXfs/xf"),
        _count(styles, "dxfs/dxf"),
        () if strings is None else tuple(plain_text(each) for each in strings.iterfind("si")),
        (_count(metadata, "cellMetadata/bk"), _count(metadata, "valueMetadata/bk")),
        formula_check([sheet.name for sheet in sheets], books),
    )


def _root(package: Opened, kind: str) -> Element | None:
    return package.root(next(iter(package.linked(package.book or "", kind)), None))


def _count(root: Element | None, path: str) -> int:
    return 0 if root is None else len(root.findall(path))


def plain_text(element: Element) -> str:
    """The text of a shared or inline string, without how it is read aloud."""
    pieces = (
        child.text if child.tag == "t" else child.findtext("t") if child.tag == "r" else ""
        for child in element
    )
    return unescaped("".join(piece or "" for piece in pieces))
