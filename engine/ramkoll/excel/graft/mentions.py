"""Which parts of a package belong to which sheet, and whether any part may mention some sheets."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ramkoll.excel.graft.markup import plain
from ramkoll.excel.graft.package import Package
from ramkoll.excel.ooxml import (
    ContentTypes,
    content_types,
    find_part,
    namespace,
    read_xml,
    relationships,
    valid_content,
)
from ramkoll.excel.preflight import workbook_part
from ramkoll.excel.workbook_xml import read_workbook
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_TABLE_NAME = re.compile(rb"""\s(?:displayName|name)\s*=\s*("[^"]*"|'[^']*')""")
_THROUGH_SHEETS = re.compile(r":(?:[\w.]{1,40}|[^!:\"]{1,40}')!")
_UNUSUAL = re.compile(r"[&<>\"']|[^\x20-\uffff]")
_MOST_NAMES = 64
#: The ends of the content types of charts and of what pivot tables have cached.
CHARTS = (".chart+xml",)
NEW_CHARTS = (".chartex+xml",)
PIVOT_CACHES = (".pivotCacheDefinition+xml",)
FOLLOWERS = CHARTS + NEW_CHARTS + PIVOT_CACHES
_TABLES = ".table+xml"
_WHOLE = Area(1, 1, MAX_ROW, MAX_COLUMN)


@dataclass(frozen=True, slots=True)
class Named:
    """The sheets of a workbook by their parts, and the texts of its defined names."""

    sheets: Mapping[str, str]
    names: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, package: Package) -> Named:
        """Raises Unreadable for a workbook part that cannot be read."""
        file = package.file
        main = workbook_part(package, file)
        data = find_part(package, main)
        assert data is not None, main
        root = read_xml(data, file, "workbook")
        links = relationships(package, main, file)
        spreadsheet = namespace(root)
        with valid_content(file):
            return cls(
                {
                    _in_package(package, links[tab.relationship].target): tab.name
                    for tab in read_workbook(root, file).tabs
                    if tab.relationship in links
                },
                tuple(
                    (each.get("name", ""), each.text or "")
                    for each in root.iterfind(f"{spreadsheet}definedNames/{spreadsheet}definedName")
                    if not each.get("name", "").lower().startswith("_xlnm.")
                ),
            )

    def sheet_of(self, part: str) -> str | None:
        """The sheet of a part, or None."""
        return self.sheets.get(part)


def _in_package(package: Package, target: str) -> str:
    """The name of a part that is pointed at, which may be percent-encoded."""
    return target if target in package else unquote(target).lower()


def nobody_mentions(
    package: Package,
    named: Named,
    written: Collection[tuple[str, Area]],
    names: Collection[str] = (),
    before: Package | None = None,
) -> bool:
    """Whether certainly no formula, chart or pivot table builds on the written cells or names.

    False when it would take reading the formulas to know. Charts that were not in the package
    before are right as they are.
    """
    sheets = {sheet.casefold() for sheet, _ in written}
    whole = {sheet.casefold() for sheet, area in written if area == _WHOLE}
    kinds = content_types(package, package.file)
    words = _words(package, kinds, named, sheets | {name.casefold() for name in names})
    if words is None:
        return False
    for part in package:
        sheet = named.sheet_of(part)
        if sheet is not None:
            folded = sheet.casefold()
            if folded in whole or _FORMULA.search(package[part]) is None:
                continue
            if folded in sheets:
                return False  # it may use its own cells
        elif not kinds.of(part).endswith(FOLLOWERS) or is_new(package, part, before):
            continue
        if _may_mention(package[part], words):
            return False
    return True


def is_new(package: Package, part: str, before: Package | None) -> bool:
    """Whether a part came with the change, or with other content."""
    if before is None:
        return False
    old, new = before.directory.entries.get(part), package.directory.entries[part]
    return old is None or (old.CRC, old.file_size) != (new.CRC, new.file_size)


def _words(
    package: Package, kinds: ContentTypes, named: Named, changed: Collection[str]
) -> set[str] | None:
    """What a formula that builds on sheets or names has to say; None when that is not certain."""
    words = set(changed)
    for part in package:
        if kinds.of(part).endswith(_TABLES):
            words |= {
                plain(match[1][1:-1].decode("utf-8", "replace")).casefold()
                for match in _TABLE_NAME.finditer(package[part][:4096])
            }
    if len(named.names) > _MOST_NAMES:
        return None
    for _ in named.names:
        more = {
            name.casefold()
            for name, text in named.names
            if "indirect" in text.casefold() or any(word in text.casefold() for word in words)
        }
        if more <= words:
            break
        words |= more
    return None if any(_UNUSUAL.search(word) or not word for word in words) else words


def _may_mention(data: bytes, words: Collection[str]) -> bool:
    try:
        text = data.decode("utf-8").casefold()
    except UnicodeDecodeError:
        return True
    if "&#" in text or "indirect" in text or "\0" in text:
        return True
    if "!" in text and _THROUGH_SHEETS.search(text):
        return True
    return any(word in text for word in words)
