"""Slicers and timelines: what they filter is there."""

from __future__ import annotations

from collections.abc import Iterator

from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened

#: For each kind: what draws it, an element of that, and what it is drawn from.
_KINDS = (
    ("x14.slicers", "x14.slicer", "x14.slicerCacheDefinition"),
    ("x15.timelines", "x15.timeline", "x15.timelineCacheDefinition"),
)


def slicer_faults(package: Opened, facts: Facts) -> Iterator[Fault]:
    """What is wrong with slicers and timelines."""
    pivots = {
        (sheet.number, root.get("name"))
        for sheet in facts.sheets
        for part in package.linked(sheet.part or "", "pivotTable")
        if (root := package.root(part)) is not None
    }
    columns = {
        (root.get("id"), column.get("id"))
        for _, root in package.of_root("table")
        for column in root.iterfind("tableColumns/tableColumn")
    }
    for drawn, element, cache in _KINDS:
        caches = set()
        for part, root in package.of_root(cache):
            caches.add(root.get("name"))
            short = cache.partition(".")[0]
            for each in root.iter(f"{short}.pivotTable"):
                if (each.get("tabId"), each.get("name")) not in pivots:
                    what = (
                        f"there is no pivot table {each.get('name')!r} in sheet {each.get('tabId')}"
                    )
                    yield Fault(part, what, "slicers.pivot")
            for each in root.iter("x15.tableSlicerCache"):
                if (each.get("tableId"), each.get("column")) not in columns:
                    what = f"there is no column {each.get('column')} in table {each.get('tableId')}"
                    yield Fault(part, what, "slicers.table")
        names = set()
        for part, root in package.of_root(drawn):
            for each in root.iter(element):
                name = each.get("name")
                if name in names:
                    yield Fault(part, f"two are {name!r}", "slicers.name")
                names.add(name)
                if each.get("cache") not in caches:
                    yield Fault(
                        part, f"{name!r}: nothing is {each.get('cache')!r}", "slicers.cache"
                    )
