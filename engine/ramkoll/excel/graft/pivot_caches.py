"""Pivot tables over cells that were changed: Excel is asked to refresh them.

What a pivot table shows is Excel's to compute. Until it has, nobody knows what stands in its
cells, nor what formulas come to that use them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ramkoll.excel.beside_parts import known_area
from ramkoll.excel.blocks import Block, block
from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.graft.markup import attributes, root_of, shadow, spliced, with_attribute
from ramkoll.excel.graft.mentions import PIVOT_CACHES, Named
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.what import PartEdit
from ramkoll.excel.ooxml import content_types, read_xml, relationships
from ramkoll.excel.reach import Reach
from ramkoll.model.errors import RamkollError

_NO_SHEET = -2


class Pivot(NamedTuple):
    """What a cache part is made of, and the cells of the pivot tables that show it."""

    part: str
    sources: tuple[Block, ...]
    shows: tuple[Block, ...]


def pivots_of(package: Package, named: Named, reach: Reach) -> list[Pivot]:
    """The caches over cells of this workbook; one that cannot be made out is left out."""
    kinds = content_types(package, package.file)
    parts = [part for part in package if kinds.of(part).endswith(PIVOT_CACHES)]
    if not parts:
        return []
    shows = _shown_where(package, named, reach)
    found = []
    for part in parts:
        try:
            sources = _sources(package, part, reach)
        except (RamkollError, ValueError):
            continue
        found.append(Pivot(part, sources, tuple(shows.get(part, ()))))
    return [pivot for pivot in found if pivot.sources]


def _sources(package: Package, part: str, reach: Reach) -> tuple[Block, ...]:
    found: list[Block] = []
    for element in read_xml(package[part], package.file, "pivotCacheDefinition").iter():
        local = element.tag.rpartition("}")[2]
        if local not in ("worksheetSource", "rangeSet"):
            continue
        if any(name.endswith("}id") for name in element.attrib):
            continue  # another workbook's
        name, sheet = element.get("name"), unescaped(element.get("sheet", ""))
        position = reach.sheets.get(sheet.casefold())
        if name:
            found += reach.of(unescaped(name), _NO_SHEET if position is None else position).blocks
        else:
            area = known_area(element.get("ref", ""))
            if area is not None and position is not None:
                found.append(block(position, area))
    return tuple(found)


def _shown_where(package: Package, named: Named, reach: Reach) -> Mapping[str, list[Block]]:
    """The cells of pivot tables, by the part of their cache."""
    found: dict[str, list[Block]] = {}
    for sheet_part, name in named.sheets.items():
        for link in relationships(package, sheet_part, package.file).values():
            if link.kind != "pivotTable" or link.target not in package:
                continue
            root = read_xml(package[link.target], package.file, "pivotTableDefinition")
            areas = [
                area
                for each in root
                if each.tag.endswith("}location")
                and (area := known_area(each.get("ref", ""))) is not None
            ]
            position = reach.sheets.get(name.casefold())
            for cache in relationships(package, link.target, package.file).values():
                if cache.kind == "pivotCacheDefinition" and position is not None:
                    blocks = [block(position, area) for area in areas]
                    found.setdefault(cache.target, []).extend(blocks)
    return found


def refreshed(
    package: Package, parts: Collection[str]
) -> tuple[list[tuple[PartEdit, bytes]], tuple[PartEdit, ...]]:
    """The cache parts, asking to be refreshed when the workbook is opened; those that cannot."""
    changed, left = [], []
    for part in parts:
        data = package[part]
        try:
            text = shadow(data, package.file)
            root, _ = root_of(data, text, b"pivotCacheDefinition", package.file)
        except RamkollError:
            left.append(PartEdit(part, "pivottabellen är inte uppdaterad"))
            continue
        tag = data[root.start : root.inside]
        if attributes(tag).get("refreshOnLoad") not in ("1", "true"):
            tag = with_attribute(tag, "refreshOnLoad", "1")
            new = spliced(data, [(root.start, root.inside, tag)])
            changed.append((PartEdit(part, "pivottabellen uppdateras när filen öppnas"), new))
    return changed, tuple(left)
