"""Which parts of a package belong to which sheet, and which sheets may build on others.

Told from the bytes of the parts: what need not be read as a workbook is most of the time saved.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ramkoll.excel.graft.markup import plain
from ramkoll.excel.graft.package import Package
from ramkoll.excel.ooxml import (
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
_MOST_LOOKED = 1_000_000_000  # characters, some of them again for every sheet
_NAMES = "\0"  # no sheet is called so
#: The ends of the content types of charts and of what pivot tables have cached.
CHARTS = (".chart+xml",)
NEW_CHARTS = (".chartex+xml",)
PIVOT_CACHES = (".pivotCacheDefinition+xml",)
FOLLOWERS = CHARTS + NEW_CHARTS + PIVOT_CACHES
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


def sheets_concerned(
    package: Package,
    named: Named,
    written: Collection[tuple[str, Area]],
    names: Collection[str] = (),
    before: Package | None = None,
) -> frozenset[str] | None:
    """The sheets, in lower case, that have to be read to follow what was written; None for all.

    None are concerned when certainly no formula, chart or pivot table builds on the written cells
    or names. Charts that were not in the package before are right as they are.
    """
    start = {sheet.casefold() for sheet, _ in written} | ({_NAMES} if names else set())
    words = _words(package, named, start, names)
    if words is None:
        return None
    whole = {sheet.casefold() for sheet, area in written if area == _WHOLE}
    kinds = content_types(package, package.file)
    formulas: dict[str, set[str]] = {}
    drawn: list[tuple[str, set[str]]] = []
    for part in package:
        sheet = (named.sheets.get(part) or "").casefold()
        if sheet and (sheet in whole or _FORMULA.search(package[part]) is None):
            continue
        kind = kinds.of(part)
        if sheet or (kind.endswith(FOLLOWERS) and not is_new(package, part, before)):
            found = _mentioned(package[part], words)
            if found is None:
                return None
            if sheet:
                formulas[sheet] = found | {sheet}
            else:
                drawn.append((kind, found))
    reached = set(start)
    while more := {s for s, found in formulas.items() if s not in reached and found & reached}:
        reached |= more
    follow = [found for sheet, found in formulas.items() if sheet in reached]
    draw = [(kind, found) for kind, found in drawn if found & reached]
    if any(kind.endswith(PIVOT_CACHES) for kind, _ in draw):
        return None  # what stands on pivot tables' own sheets changes too
    if not follow and not draw:
        return frozenset()
    return frozenset(reached.union(*follow, *(found for _, found in draw)))


def is_new(package: Package, part: str, before: Package | None) -> bool:
    """Whether a part came with the change, or with other content."""
    if before is None:
        return False
    old, new = before.directory.entries.get(part), package.directory.entries[part]
    return old is None or (old.CRC, old.file_size) != (new.CRC, new.file_size)


def _words(
    package: Package, named: Named, start: Collection[str], changed: Collection[str]
) -> dict[str, set[str]] | None:
    """What a formula has to say to use a sheet's cells; None when that is not certain.

    The changed names are like a sheet of their own. Sheets that are gone can be mentioned too.
    """
    sheets = {name.casefold() for name in named.sheets.values()}.union(start)
    words = {name: {name} for name in sheets}
    words[_NAMES] = {name.casefold() for name in changed}
    for part, name in named.sheets.items():
        for link in relationships(package, part, package.file).values():
            if link.kind == "table" and link.target in package:
                words[name.casefold()] |= {
                    plain(match[1][1:-1].decode("utf-8", "replace")).casefold()
                    for match in _TABLE_NAME.finditer(package[link.target][:4096])
                }
    texts = [(name.casefold(), text.casefold()) for name, text in named.names]
    if len(texts) > _MOST_NAMES or any("indirect" in text for _, text in texts):
        return None
    for _ in texts:
        grown = False
        for name, text in texts:
            for known in words.values():
                if name not in known and any(word in text for word in known):
                    known.add(name)
                    grown = True
        if not grown:
            break
    every = set().union(*words.values())
    return None if any(_UNUSUAL.search(word) or not word for word in every) else words


def _mentioned(data: bytes, words: Mapping[str, Collection[str]]) -> set[str] | None:
    """The sheets that a part may mention; None when it may be any."""
    try:
        text = data.decode("utf-8").casefold()
    except UnicodeDecodeError:
        return None
    if "&#" in text or "indirect" in text or "\0" in text or len(text) * len(words) > _MOST_LOOKED:
        return None
    if "!" in text and _THROUGH_SHEETS.search(text):
        return None
    return {sheet for sheet, known in words.items() if any(word in text for word in known)}
