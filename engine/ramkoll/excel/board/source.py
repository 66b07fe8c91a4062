"""The workbook that a board version is made of: its sheets as XML, and what cells show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import MAIN, child, children, text_of
from ramkoll.excel.cell_values import rich_text, unescaped
from ramkoll.excel.ooxml import (
    Parts,
    Relationship,
    find_part,
    read_xml,
    relationships,
    valid_content,
)
from ramkoll.excel.preflight import open_package, workbook_part
from ramkoll.excel.unreadable import damaged
from ramkoll.excel.workbook_xml import shared_part
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, a1, column_number, parse_a1
from ramkoll.model.errors import RamkollError

_USUAL = frozenset({f"{{{MAIN}}}"})
_REFERENCE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^\s'!(),\[\]]+))!"
    r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?(?::\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?)?"
)


class Held(NamedTuple):
    """A cell as the file has it: its element, its kind in the file's words, and its value there.

    ``string`` is the element of a text that is not in the cell's value.
    """

    element: Element
    kind: str
    raw: str | None
    string: Element | None

    @property
    def formula(self) -> bool:
        """Whether a formula stands there."""
        return child(self.element, "f") is not None

    @property
    def filled(self) -> bool:
        """Whether there is anything but looks."""
        return self.formula or self.raw not in (None, "") or self.string is not None

    @property
    def text(self) -> str:
        """What a text shows; empty for what is none."""
        if self.string is not None:
            return unescaped(rich_text(self.string))
        return unescaped(self.raw or "") if self.kind == "str" else ""

    @property
    def number(self) -> str | None:
        """A number as the file writes it; None for what is none."""
        return self.raw if self.kind == "n" and self.raw else None


@dataclass(frozen=True)
class SourceSheet:
    """A worksheet: its part, its element without cells taken out, and its cells by place."""

    name: str
    part: str
    position: int
    root: Element
    cells: Mapping[tuple[int, int], Held]
    links: Mapping[str, Relationship]


@dataclass(frozen=True)
class Source:
    """A package that is read for a board version. Raises RamkollError when it cannot be."""

    parts: Parts
    file: str
    main: str
    root: Element
    links: Mapping[str, Relationship]

    @classmethod
    def open(cls, data: bytes, file: str) -> Source:
        """Raises Unreadable, and RamkollError for «Strict Open XML», which few programs read."""
        parts = open_package(data, file)
        main = workbook_part(parts, file)
        found = find_part(parts, main)
        assert found is not None
        if b"purl.oclc.org/ooxml" in found:
            raise RamkollError(
                "Arbetsboken är sparad som «Strict Open XML», som Ramkoll inte skriver om.",
                where=file,
                todo="Spara den som vanlig Excel-arbetsbok (.xlsx) och försök igen.",
            )
        root = read_xml(found, file, "workbook", _USUAL)
        return cls(parts, file, main, root, relationships(parts, main, file))

    @cached_property
    def tabs(self) -> list[tuple[str, str]]:
        """Every sheet's name and relationship, in order."""
        return [
            (
                unescaped(each.get("name", "")),
                next((v for k, v in each.attrib.items() if k.endswith("}id")), ""),
            )
            for each in children(child(self.root, "sheets"), "sheet")
        ]

    @cached_property
    def _read(self) -> dict[str, SourceSheet | None]:
        return {}

    def sheet(self, name: str) -> SourceSheet | None:
        """The worksheet of a name, in any case; None where there is none with cells."""
        folded = name.casefold()
        if folded not in self._read:
            self._read[folded] = self._sheet(folded)
        return self._read[folded]

    def _sheet(self, folded: str) -> SourceSheet | None:
        for position, (name, id_) in enumerate(self.tabs):
            if name.casefold() != folded or id_ not in self.links:
                continue
            link = self.links[id_]
            data = find_part(self.parts, link.target)
            if data is None or link.kind != "worksheet":
                return None
            where = f"{self.file} {name}"
            root = read_xml(data, where, "worksheet", _USUAL)
            with valid_content(where):
                listed = self._cells(root)
                cells = dict(listed)
                if len(cells) < len(listed):
                    raise ValueError("a cell that is there twice")
            links = relationships(self.parts, link.target, where)
            return SourceSheet(name, link.target, position, root, cells, links)
        return None

    def _cells(self, root: Element) -> list[tuple[tuple[int, int], Held]]:
        found = []
        row = 0
        for line in children(child(root, "sheetData"), "row"):
            row = int(line.get("r") or row + 1)
            column = 0
            line.set("r", str(row))
            for each in children(line, "c"):
                address = each.get("r")
                at = parse_a1(address) if address else (row, column + 1)
                if at[0] != row:
                    raise ValueError("a cell in another row than its own")
                column = at[1]
                each.set("r", a1(*at))
                found.append((at, self._held(each)))
        return found

    def _held(self, element: Element) -> Held:
        kind = (element.get("t") or "n").strip()
        value = child(element, "v")
        raw = None if value is None else value.text or ""
        if kind == "s" and raw is not None:
            return Held(element, kind, raw, self.strings[int(raw)])
        if kind == "inlineStr":
            return Held(element, kind, None, child(element, "is"))
        return Held(element, kind, raw, None)

    @cached_property
    def strings(self) -> list[Element]:
        """The shared texts as elements."""
        data = shared_part(self.parts, self.links, "sharedStrings", self.file)
        root = None if data is None else read_xml(data, self.file, "sst", _USUAL)
        return children(root, "si")

    @cached_property
    def styles(self) -> Element | None:
        """The root element of the styles."""
        data = shared_part(self.parts, self.links, "styles", self.file)
        return None if data is None else read_xml(data, self.file, "styleSheet", _USUAL)

    @cached_property
    def theme(self) -> Element | None:
        """The root element of the theme."""
        data = shared_part(self.parts, self.links, "theme", self.file)
        drawn = frozenset({"{http://schemas.openxmlformats.org/drawingml/2006/main}"})
        return None if data is None else read_xml(data, self.file, "theme", drawn)

    @property
    def date_1904(self) -> bool:
        """Whether days are counted from 1904."""
        properties = child(self.root, "workbookPr")
        return properties is not None and properties.get("date1904") in ("1", "true")

    @cached_property
    def names(self) -> list[Element]:
        """The defined names as elements."""
        return children(child(self.root, "definedNames"), "definedName")

    def built_in(self, sheet: SourceSheet, name: str) -> tuple[Area, ...]:
        """The areas of a sheet's Print_Area or Print_Titles; none without. RamkollError."""
        for each in self.names:
            if each.get("name", "").casefold() != f"_xlnm.{name}".casefold():
                continue
            if each.get("localSheetId") != str(sheet.position):
                continue
            areas = references(text_of(each))
            if areas is None or {s.casefold() for s, _ in areas} != {sheet.name.casefold()}:
                raise RamkollError(
                    "Utskriftsområdet eller rubrikraderna går inte att tyda.",
                    where=f"{self.file} {sheet.name}",
                    todo="Ange utskriftsområdet på nytt under Sidlayout, spara och försök igen.",
                )
            return tuple(area for _, area in areas)
        return ()

    def referred(self, formula: str) -> list[tuple[str, Area]] | None:
        """The areas of a chart's reference, also by a defined name; None when they are unclear."""
        found = references(formula)
        if found is not None:
            return found
        name = formula.strip().rpartition("!")[2].casefold()
        for each in self.names:
            if each.get("name", "").casefold() == name:
                return references(text_of(each))
        return None


def references(text: str) -> list[tuple[str, Area]] | None:
    """Sheet and area of each part of ``Blad!$A$1:$B$2,'Ett blad'!$C:$C``; None if it is other."""
    text = text.strip().removeprefix("=").strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    found: list[tuple[str, Area]] = []
    at = 0
    while at < len(text) or not found:
        match = _REFERENCE.match(text, at)
        area = None if match is None else _area(*match.groups()[2:])
        if match is None or area is None:
            return None
        found.append(((match[1] or match[2]).replace("''", "'"), area))
        at = match.end()
        if at < len(text):
            if text[at] != "," or at + 1 == len(text):
                return None
            at += 1
    return found


def _area(left: str | None, top: str | None, right: str | None, bottom: str | None) -> Area | None:
    if left is None and top is None:
        return None
    if (left is None) != (right is None) and (right or bottom):
        return None
    right, bottom = (right, bottom) if right or bottom else (left, top)
    if (top is None) != (bottom is None):
        return None
    rows = sorted((int(top), int(bottom))) if top and bottom else [1, MAX_ROW]
    columns = [1, MAX_COLUMN]
    if left and right:
        columns = sorted((column_number(left), column_number(right)))
    if not (rows[0] >= 1 and rows[1] <= MAX_ROW and columns[1] <= MAX_COLUMN):
        return None
    return Area(rows[0], columns[0], rows[1], columns[1])


def part_of(source: Source, link: Relationship, where: str) -> bytes:
    """The part that a relationship points at. Raises Unreadable when it is missing."""
    data = find_part(source.parts, link.target)
    if data is None:
        raise damaged(where, "Filen är skadad: en del som den hänvisar till saknas.")
    return data
