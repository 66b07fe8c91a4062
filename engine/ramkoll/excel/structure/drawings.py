"""Drawings and charts."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.chart_orders import AXES, CHARTS
from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.values import whole
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW

_CHARTS, _AXES = frozenset(CHARTS.split("|")), frozenset(AXES.split("|"))


def drawing_faults(part: str, root: Element) -> Iterator[Fault]:
    """What is wrong with the drawing of a sheet."""
    seen: set[str | None] = set()
    for shape in root.iter("xdr.cNvPr"):
        id_ = shape.get("id")
        if whole(id_) is None:
            yield Fault(part, f"a shape with id {id_!r}", "drawings.id")
        elif id_ in seen and id_ != "0":
            yield Fault(part, f"two shapes are {id_}", "drawings.same_id")
        seen.add(id_)
    for anchor in root:
        for corner in (*anchor.iterfind("xdr.from"), *anchor.iterfind("xdr.to")):
            column, row = whole(corner.findtext("xdr.col")), whole(corner.findtext("xdr.row"))
            # The far corner may be the edge of the sheet.
            if column is None or row is None or column > MAX_COLUMN or row > MAX_ROW:
                yield Fault(part, f"{corner.tag} at column {column}, row {row}", "drawings.place")


def chart_faults(package: Opened, part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    """What is wrong with a chart."""
    for formula in root.iter("c.f"):
        wrong = facts.check(formula.text or "")
        if wrong:
            yield Fault(part, wrong, "charts.formula")
    area = root.find("c.chart/c.plotArea")
    if area is None:
        return
    axes = [axis for axis in area if axis.tag in _AXES]
    ids = [_value(axis.find("c.axId")) for axis in axes]
    if len(set(ids)) < len(ids):
        yield Fault(part, f"two axes are alike: {ids}", "charts.same_axis")
    wanted = [axis.find("c.crossAx") for axis in axes]
    for chart in area:
        if chart.tag in _CHARTS:
            wanted += chart.findall("c.axId")
    for each in wanted:
        # The third axis of what is drawn in three dimensions may be none.
        if _value(each) not in (*ids, "0"):
            yield Fault(part, f"there is no axis {_value(each)}", "charts.axis")
    yield from _series(part, root)


def _series(part: str, root: Element) -> Iterator[Fault]:
    for name in ("c.idx", "c.order"):
        numbers = [_value(series.find(name)) for series in root.iter("c.ser")]
        if len(set(numbers)) < len(numbers):
            yield Fault(part, f"two series have {name} alike: {numbers}", "charts.series")
    for cache in (*root.iter("c.numCache"), *root.iter("c.strCache"), *root.iter("c.lvl")):
        count = cache.find("c.ptCount")
        most = None if count is None else whole(_value(count))
        last = -1
        for point in cache.iterfind("c.pt"):
            index = whole(point.get("idx"))
            if index is None or index <= last or (most is not None and index >= most):
                yield Fault(part, f"point {point.get('idx')} of {most}", "charts.cache")
                break
            last = index


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get("val")
