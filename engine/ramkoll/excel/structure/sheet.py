"""Sheets: what stands around their cells, and what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.cells import Cells
from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import area, areas, overlapping
from ramkoll.excel.structure.trees import use
from ramkoll.excel.structure.values import is_number, utf16_length, whole
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW

_MAX_LIST, _MAX_VALIDATIONS, _MAX_LINKS, _MAX_ADDRESS = 255, 65_534, 65_530, 2_079
#: How long the texts of a validation may be.
_LENGTHS = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
_RULES = frozenset(
    {
        "expression", "cellIs", "colorScale", "dataBar", "iconSet", "top10", "uniqueValues",
        "duplicateValues", "containsText", "notContainsText", "beginsWith", "endsWith",
        "containsBlanks", "notContainsBlanks", "containsErrors", "notContainsErrors", "timePeriod",
        "aboveAverage",
    }
)  # fmt: skip
_NEED_FORMULA = frozenset({"expression", "cellIs"})
_VALIDATIONS = frozenset(
    {"none", "whole", "decimal", "list", "date", "time", "textLength", "custom"}
)
_ORIENTATIONS = frozenset({None, "default", "portrait", "landscape"})
_COUNTED = (
    "mergeCells", "dataValidations", "tableParts", "rowBreaks", "colBreaks", "customProperties",
)  # fmt: skip
_MARGINS = ("left", "right", "top", "bottom", "header", "footer")
_MAX_HEADER = 255


def sheet_faults(
    package: Opened, part: str, root: Element, cells: Cells, facts: Facts
) -> Iterator[Fault]:
    """What is wrong with a worksheet but for its rows."""
    yield from _frame(part, root, package)
    yield from _columns(part, root, facts)
    yield from _merged(part, root, cells)
    yield from _conditions(part, root, facts)
    yield from _validations(part, root, facts)
    yield from _links(package, part, root)
    yield from _page(part, root)
    yield from _protected(part, root)
    yield from _extensions(part, root, facts)


def _frame(part: str, root: Element, package: Opened) -> Iterator[Fault]:
    dimension = root.find("dimension")
    if dimension is not None and area(dimension.get("ref", "")) is None:
        yield Fault(part, f"dimension ref={dimension.get('ref')!r}", "sheet.dimension")
    book = package.root(package.book)
    views = 0 if book is None else len(book.findall("bookViews/workbookView"))
    for view in root.iterfind("sheetViews/sheetView"):
        number = whole(view.get("workbookViewId"))
        if number is None or number >= max(views, 1):
            yield Fault(part, f"a view of window {view.get('workbookViewId')}", "sheet.view")
        yield from _view(part, view)
    for name in _COUNTED:
        element = root.find(name)
        count = None if element is None else element.get("count")
        if element is not None and count is not None and whole(count) != len(element):
            yield Fault(part, f"{name} count={count} of {len(element)}", "sheet.count")


def _view(part: str, view: Element) -> Iterator[Fault]:
    for selection in view.iterfind("selection"):
        active = selection.get("activeCell")
        if (active is not None and area(active) is None) or (
            "sqref" in selection.attrib and areas(selection.get("sqref")) is None
        ):
            yield Fault(part, f"selection {selection.attrib}", "sheet.selection")
    corner = view.get("topLeftCell")
    if corner is not None and area(corner) is None:
        yield Fault(part, f"topLeftCell={corner!r}", "sheet.selection")
    pane = view.find("pane")
    if pane is None:
        return
    for name in ("xSplit", "ySplit"):
        if not is_number(pane.get(name, "0")):
            yield Fault(part, f"pane {name}={pane.get(name)!r}", "sheet.pane")
    corner = pane.get("topLeftCell")
    if corner is not None and area(corner) is None:
        yield Fault(part, f"pane topLeftCell={corner!r}", "sheet.pane")
    if pane.get("state", "split").startswith("frozen") and not (
        whole(pane.get("xSplit", "0")) or whole(pane.get("ySplit", "0"))
    ):
        yield Fault(part, "a frozen pane that freezes nothing", "sheet.pane")


def _columns(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    last = 0
    for each in root.iterfind("cols/col"):
        low, high = whole(each.get("min")) or 0, whole(each.get("max")) or 0
        if not 1 <= low <= high <= MAX_COLUMN:
            yield Fault(part, f"columns {low}-{high}", "cols.range")
        elif low <= last:
            yield Fault(part, f"columns {low}-{high} after column {last}", "cols.order")
        last = max(last, high)
        style = each.get("style", "0")
        number = whole(style)
        if style != "0" and (number is None or number >= facts.formats):
            yield Fault(part, f"columns {low}-{high}: format {style}", "cells.format")
        if not is_number(each.get("width", "9")):
            yield Fault(part, f"columns {low}-{high}: width {each.get('width')!r}", "cols.width")


def _merged(part: str, root: Element, cells: Cells) -> Iterator[Fault]:
    merged = []
    for each in root.iterfind("mergeCells/mergeCell"):
        covered = area(each.get("ref", ""))
        if covered is None:
            yield Fault(part, f"merged ref={each.get('ref')!r}", "merges.ref")
        else:
            merged.append(covered)
    both = overlapping(merged)
    if both:
        yield Fault(part, f"{both[0].address} and {both[1].address} overlap", "merges.overlap")
        return
    # An array of one cell may be merged.
    arrays = [each for each in cells.arrays if (each.top, each.left) != (each.bottom, each.right)]
    both = overlapping([*arrays, *merged])
    if both and not overlapping(arrays):
        what = f"an array in merged cells: {both[0].address} and {both[1].address}"
        yield Fault(part, what, "merges.array")


def _conditions(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    for block in root.iterfind("conditionalFormatting"):
        sqref = block.get("sqref")
        if areas(sqref) is None:
            yield Fault(part, f"conditionalFormatting sqref={sqref!r}", "conditions.sqref")
        for rule in block.iterfind("cfRule"):
            kind, partial = rule.get("type"), rule.get("dxfId")
            number = None if partial is None else whole(partial)
            if partial is not None and (number is None or number >= facts.partial):
                what = f"{sqref}: dxfId {partial} of {facts.partial}"
                yield Fault(part, what, "conditions.format")
            if kind not in _RULES:
                yield Fault(part, f"{sqref}: a rule of kind {kind!r}", "conditions.kind")
            if kind in _NEED_FORMULA and rule.find("formula") is None:
                yield Fault(part, f"{sqref}: {kind} without a formula", "conditions.formula")
            if kind in ("colorScale", "dataBar", "iconSet") and rule.find(kind) is None:
                yield Fault(part, f"{sqref}: {kind} without its element", "conditions.kind")
            if not (rule.get("priority") or "").lstrip("-").isdigit():
                yield Fault(part, f"{sqref}: priority={rule.get('priority')!r}", "conditions.kind")
            for formula in rule.iterfind("formula"):
                wrong = facts.check(formula.text or "")
                if wrong:
                    yield Fault(part, f"{sqref}: {wrong}", "conditions.formula")


def _validations(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    rules = root.findall("dataValidations/dataValidation")
    if len(rules) > _MAX_VALIDATIONS:
        yield Fault(part, f"{len(rules)} validations", "validations.count")
    for rule in rules:
        sqref, kind = rule.get("sqref"), rule.get("type", "none")
        if areas(sqref) is None:
            yield Fault(part, f"dataValidation sqref={sqref!r}", "validations.sqref")
        if kind not in _VALIDATIONS:
            yield Fault(part, f"{sqref}: a validation of kind {kind!r}", "validations.kind")
        for name, most in _LENGTHS.items():
            if utf16_length(rule.get(name, "")) > most:
                yield Fault(part, f"{sqref}: {name} longer than {most}", "validations.length")
        for name in ("formula1", "formula2"):
            text = rule.findtext(name) or ""
            wrong = facts.check(text)
            if wrong:
                yield Fault(part, f"{sqref}: {name}: {wrong}", "validations.formula")
            if kind == "list" and text[:1] == '"' and utf16_length(text) > _MAX_LIST + 2:
                yield Fault(part, f"{sqref}: a list longer than {_MAX_LIST}", "validations.length")


def _links(package: Opened, part: str, root: Element) -> Iterator[Fault]:
    links = root.findall("hyperlinks/hyperlink")
    if len(links) > _MAX_LINKS:
        yield Fault(part, f"{len(links)} hyperlinks", "links.count")
    for each in links:
        if area(each.get("ref", "")) is None:
            yield Fault(part, f"hyperlink ref={each.get('ref')!r}", "links.ref")
        link = package.links.get(part, {}).get(use(each) or "")
        if link and link.external and utf16_length(link.target) > _MAX_ADDRESS:
            yield Fault(part, f"{each.get('ref')}: too long an address", "links.length")


def _page(part: str, root: Element) -> Iterator[Fault]:
    margins = root.find("pageMargins")
    if margins is not None and not all(is_number(margins.get(each, "")) for each in _MARGINS):
        yield Fault(part, f"pageMargins {margins.attrib}", "page.margins")
    setup = root.find("pageSetup")
    if setup is not None:
        scale = whole(setup.get("scale", "100"))
        if scale is None or not (scale == 0 or 10 <= scale <= 400):
            yield Fault(part, f"pageSetup scale={setup.get('scale')!r}", "page.setup")
        if setup.get("orientation") not in _ORIENTATIONS:
            yield Fault(part, f"orientation={setup.get('orientation')!r}", "page.setup")
    for text in root.find("headerFooter") or ():
        if utf16_length(text.text or "") > _MAX_HEADER:
            yield Fault(part, f"{text.tag} longer than {_MAX_HEADER}", "page.header")
    for name, most in (("rowBreaks", MAX_ROW), ("colBreaks", MAX_COLUMN)):
        for each in root.iterfind(f"{name}/brk"):
            number = whole(each.get("id", "0"))
            if number is None or number > most:
                yield Fault(part, f"{name}: id={each.get('id')!r}", "page.breaks")


def _protected(part: str, root: Element) -> Iterator[Fault]:
    names = set()
    for each in root.iterfind("protectedRanges/protectedRange"):
        name, sqref = each.get("name", ""), each.get("sqref")
        if not name or name.casefold() in names:
            yield Fault(part, f"a protected range is {name!r}", "protection.name")
        names.add(name.casefold())
        if areas(sqref) is None:
            yield Fault(part, f"protected range {name!r} sqref={sqref!r}", "protection.sqref")


def _extensions(part: str, root: Element, facts: Facts) -> Iterator[Fault]:
    """Newer conditions, validations and sparklines."""
    for each in root.iterfind("extLst/ext"):
        for formula in each.iter("xm.f"):
            wrong = facts.check(formula.text or "")
            if wrong:
                yield Fault(part, f"extension: {wrong}", "extensions.formula")
        for sqref in each.iter("xm.sqref"):
            # What is left of a sparkline whose cell is gone.
            if areas(sqref.text) is None and sqref.text != "#REF!":
                yield Fault(part, f"extension: sqref {sqref.text!r}", "extensions.sqref")
