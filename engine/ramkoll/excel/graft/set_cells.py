"""Single cells set in an existing workbook, with all else left as it is, byte for byte.

New texts are stored in their cells rather than among the shared texts, which would have to grow
and be counted anew. When a cell gains or loses a formula, the calculation chain is left out, as
Excel allows: it makes a new one when it opens the workbook, while a wrong one is a damaged file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from ramkoll.excel.cell_values import unescaped, xml_bool
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, CellError, checked, joined
from ramkoll.excel.graft.markup import (
    attributes,
    elements,
    root_of,
    shadow,
    spliced,
    unfit,
    with_attribute,
    without,
)
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.sheet_edit import Around, Edited, Place, edit_sheet
from ramkoll.excel.graft.styles_edit import Styles
from ramkoll.excel.ooxml import (
    CONTENT_TYPES,
    Relationship,
    find_part,
    namespace,
    read_xml,
    relationships,
    valid_content,
)
from ramkoll.excel.preflight import workbook_part
from ramkoll.excel.shared_strings import shared_strings
from ramkoll.excel.unreadable import damaged
from ramkoll.model.cells import Area, parse_a1
from ramkoll.model.errors import RamkollError

__all__ = ["KEEP", "CellEdit", "CellError", "set_cells"]

# What follows the calculation settings in a workbook part, in the order of the standard.
_AFTER_CALCULATION = frozenset(
    {
        b"oleSize", b"customWorkbookViews", b"pivotCaches", b"smartTagPr", b"smartTagTypes",
        b"webPublishing", b"fileRecoveryPr", b"webPublishObjects", b"extLst",
    }
)  # fmt: skip


class _Tab(NamedTuple):
    name: str
    relationship: str


class _Workbook(NamedTuple):
    package: Package
    main: str
    links: Mapping[str, Relationship]
    tabs: tuple[_Tab, ...]
    date_1904: bool

    def linked(self, kind: str) -> str | None:
        """The part of a kind that the workbook points at."""
        target = next((link.target for link in self.links.values() if link.kind == kind), None)
        return None if target is None else _name(self.package, target)


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
    book = _open(data, file)
    sheets = {sheet: _sheet_part(book, sheet) for sheet in dict.fromkeys(e.sheet for e in edits)}
    by_part: dict[str, tuple[str, dict[Place, CellEdit]]] = {}
    for edit in edits:
        name, part = sheets[edit.sheet]
        places = by_part.setdefault(part, (name, {}))[1]
        place = edit.row, edit.column
        places[place] = joined(places[place], edit) if place in places else edit
    changed: dict[str, bytes] = {}
    looks = _Looks(book)
    moved = False
    for part, (name, places) in by_part.items():
        edited = _edit(book, part, name, places, looks)
        moved |= edited.formulas_moved
        changed[part] = edited.data
    changed |= looks.result()
    dropped: set[str] = set()
    if moved:
        dropped, more = _without_chain(book)
        changed |= more
    if recalculate:
        changed[book.main] = _recalculating(book)
    changed = {part: new for part, new in changed.items() if new != book.package[part]}
    return book.package.rewritten(changed, dropped) if changed or dropped else data


def _open(data: bytes, file: str) -> _Workbook:
    package = Package.open(data, file)
    main = _name(package, workbook_part(package, file))
    signed = any(link.kind == "origin" for link in relationships(package, "", file).values())
    if signed or any(name.startswith("_xmlsignatures/") for name in package):
        raise RamkollError(
            "Arbetsboken är digitalt signerad, och en ändring skulle göra signaturen ogiltig.",
            where=file,
            todo="Ta bort signaturen i Excel (Arkiv, Info), eller spara en kopia utan den.",
        )
    links = relationships(package, main, file)
    if any(link.kind in ("revisionHeaders", "usernames") for link in links.values()):
        raise RamkollError(
            "Arbetsboken är delad på det äldre sättet, med ändringshistorik.",
            where=file,
            todo="Sluta dela arbetsboken i Excel (Granska, Dela arbetsbok) och försök igen.",
        )
    root = read_xml(package[main], file, "workbook")
    spreadsheet = namespace(root)
    with valid_content(file):
        properties = root.find(f"{spreadsheet}workbookPr")
        return _Workbook(
            package=package,
            main=main,
            links=links,
            tabs=tuple(
                _Tab(
                    unescaped(element.attrib["name"]),
                    next((v for k, v in element.attrib.items() if k.endswith("}id")), ""),
                )
                for element in root.iterfind(f"{spreadsheet}sheets/{spreadsheet}sheet")
            ),
            date_1904=properties is not None and xml_bool(properties.get("date1904", "0")),
        )


def _name(package: Package, target: str) -> str:
    """The name of the part that a relationship points at, which may be percent-encoded."""
    if target in package:
        return target
    found = find_part(package, target)
    name = next((name for name in package if package[name] is found), None)
    if name is None:
        raise damaged(package.file, "Filen är skadad: en del som den hänvisar till saknas.")
    return name


def _sheet_part(book: _Workbook, sheet: str) -> tuple[str, str]:
    """The name of a sheet as the workbook has it, and its part."""
    file = book.package.file
    found = [tab for tab in book.tabs if tab.name.casefold() == sheet.casefold()]
    if not found:
        raise RamkollError(
            f"Bladet «{sheet}» finns inte.",
            where=file,
            todo="Kontrollera bladets namn.",
        )
    where = f"{file} {found[0].name}"
    link = book.links.get(found[0].relationship)
    if link is None or len(found) > 1:
        raise damaged(where, "Filen är skadad: bladet finns två gånger eller saknar innehåll.")
    if link.kind != "worksheet":
        raise RamkollError("Bladet har inga celler.", where=where, todo="Ange ett blad med celler.")
    if sum(other.target == link.target for other in book.links.values()) > 1:
        raise damaged(where, "Filen är skadad: två blad har samma innehåll.")
    return found[0].name, _name(book.package, link.target)


class _Looks:
    """The workbook's styles, read when a look is asked for."""

    def __init__(self, book: _Workbook) -> None:
        self._book = book
        self._part = ""
        self._styles: Styles | None = None
        self.restyle = cache(self._restyle)

    def _restyle(self, style: int, number_format: str | None, fill: str | None) -> int:
        if self._styles is None:
            file = self._book.package.file
            part = self._book.linked("styles")
            if part is None:
                raise unfit(file, "Arbetsboken saknar format.")
            self._part, self._styles = part, Styles(self._book.package[part], file)
        return self._styles.variant(style, number_format, fill)

    def result(self) -> dict[str, bytes]:
        """The part that has grown, if it was asked for at all."""
        return {self._part: self._styles.result()} if self._styles is not None else {}


def _edit(
    book: _Workbook, part: str, name: str, places: Mapping[Place, CellEdit], looks: _Looks
) -> Edited:
    file = book.package.file

    @cache
    def texts() -> Sequence[str]:
        strings = book.linked("sharedStrings")
        return shared_strings(None if strings is None else book.package[strings], file)

    around = Around(
        where=f"{file} {name}",
        headings=_headings(book.package, part),
        texts=texts,
        restyle=looks.restyle,
        date_1904=book.date_1904,
    )
    return edit_sheet(book.package[part], places, around)


def _headings(package: Package, sheet: str) -> list[tuple[Area, str]]:
    """The heading rows of a sheet's tables, with the tables' names."""
    found = []
    for link in relationships(package, sheet, package.file).values():
        if link.kind != "table":
            continue
        root = read_xml(package[_name(package, link.target)], package.file, "table")
        with valid_content(package.file):
            first, _, last = root.attrib["ref"].partition(":")
            (top, left), (_, right) = parse_a1(first), parse_a1(last or first)
            rows = int(root.get("headerRowCount", "1"))
            if rows:
                area = Area(top, left, top + rows - 1, right)
                found.append((area, root.get("displayName", "")))
    return found


def _without_chain(book: _Workbook) -> tuple[set[str], dict[str, bytes]]:
    """What leaving out the calculation chain takes: the part itself, and what names it."""
    package, file = book.package, book.package.file
    chains = {i: link.target for i, link in book.links.items() if link.kind == "calcChain"}
    if not chains:
        return set(), {}
    parts = {_name(package, target) for target in chains.values()}
    folder, _, name = book.main.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    return parts, {
        rels: without(package[rels], file, lambda _, known: known.get("Id") in chains),
        CONTENT_TYPES: without(
            package[CONTENT_TYPES],
            file,
            lambda local, known: (
                local == b"Override" and known.get("PartName", "").lstrip("/").lower() in parts
            ),
        ),
    }


def _recalculating(book: _Workbook) -> bytes:
    """The workbook part, asking for a calculation when it is opened."""
    data, file = book.package[book.main], book.package.file
    text = shadow(data, file)
    root, prefix = root_of(data, text, b"workbook", file)
    try:
        children = list(elements(text, root.inside, root.close))
    except ValueError as error:
        raise unfit(file, "Arbetsboken är skadad.") from error
    for child in children:
        if child.name == prefix + b"calcPr":
            tag = data[child.start : child.inside]
            if attributes(tag).get("fullCalcOnLoad") in ("1", "true"):
                return data
            new = with_attribute(tag, "fullCalcOnLoad", "1")
            return spliced(data, [(child.start, child.inside, new)])
    at = next((c.start for c in children if c.local in _AFTER_CALCULATION), root.close)
    return spliced(data, [(at, at, b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')])
