"""Pivot tables and what they were made from."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import area
from ramkoll.excel.structure.values import whole


def pivot_faults(package: Opened) -> Iterator[Fault]:
    """What is wrong with pivot tables."""
    book = package.book or ""
    root = package.root(book)
    caches: dict[str, str | None] = {}
    for each in () if root is None else root.iter("pivotCache"):
        number = each.get("cacheId", "")
        if whole(number) is None or number in caches:
            yield Fault(book, f"cacheId={number!r} is none or another's", "pivots.cache_id")
        caches[number] = None
    for part, table in package.of_root("pivotTableDefinition"):
        yield from _table(package, part, table, set(caches))
    for part, cache in package.of_root("pivotCacheDefinition"):
        fields = cache.find("cacheFields")
        if fields is not None and whole(fields.get("count", str(len(fields)))) != len(fields):
            yield Fault(part, f"cacheFields count={fields.get('count')}", "pivots.count")
        for records_part in package.linked(part, "pivotCacheRecords"):
            records = package.root(records_part)
            count = None if records is None else records.get("count")
            if records is not None and count is not None and whole(count) != len(records):
                what = f"count={count} of {len(records)}"
                yield Fault(records_part, what, "pivots.count")


def _table(package: Opened, part: str, root: Element, caches: set[str]) -> Iterator[Fault]:
    if root.get("cacheId") not in caches:
        yield Fault(part, f"there is no cache {root.get('cacheId')}", "pivots.cache_id")
    location = root.find("location")
    if location is not None and area(location.get("ref", "")) is None:
        yield Fault(part, f"location ref={location.get('ref')!r}", "pivots.ref")
    linked = package.linked(part, "pivotCacheDefinition")
    if len(linked) != 1:
        yield Fault(part, f"relationships to {len(linked)} caches", "pivots.cache")
        return
    cache = package.root(linked[0])
    fields = root.find("pivotFields")
    if cache is None or fields is None:
        return
    if whole(fields.get("count", str(len(fields)))) != len(fields):
        yield Fault(part, f"pivotFields count={fields.get('count')}", "pivots.count")
    columns = cache.find("cacheFields")
    if (
        columns is not None
        and len(columns) != len(fields)
        and cache.find("cacheHierarchies") is None
    ):
        yield Fault(part, f"{len(fields)} fields of {len(columns)}", "pivots.fields")
