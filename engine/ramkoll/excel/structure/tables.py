"""Tables and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.structure.book import is_name
from ramkoll.excel.structure.cells import Cells
from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import area, overlapping
from ramkoll.excel.structure.values import utf16_length, whole
from ramkoll.model.cells import Area

_MAX_HEADING = 255
_FORMATS = (
    "headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId", "tableBorderDxfId",
    "totalsRowBorderDxfId",
)  # fmt: skip


def table_faults(package: Opened, cells: Mapping[str, Cells], facts: Facts) -> Iterator[Fault]:
    """What is wrong with the tables of all sheets, and with the filters of sheets."""
    book = package.root(package.book)
    names = {
        each.get("name", "").casefold()
        for each in (() if book is None else book.iterfind("definedNames/definedName"))
        if each.get("localSheetId") is None
    }
    ids: set[str] = set()
    placed: set[str] = set()
    for sheet, known in cells.items():
        covered: list[Area] = []
        for part in package.linked(sheet, "table"):
            root = package.root(part)
            if root is None:
                continue
            if part in placed:
                yield Fault(part, "a table of two sheets", "tables.sheets")
            placed.add(part)
            yield from _names(part, root, names, ids)
            where = area(root.get("ref", ""))
            if where is None:
                yield Fault(part, f"ref={root.get('ref')!r}", "tables.ref")
                continue
            covered.append(where)
            yield from _columns(part, root, where, known, facts)
            yield from _inside(part, root, where)
        yield from _apart(package, sheet, covered)
    for sheet in cells:
        yield from _sheet_filter(package, sheet)


def _names(part: str, root: Element, names: set[str], ids: set[str]) -> Iterator[Fault]:
    id_ = root.get("id", "")
    if not whole(id_) or id_ in ids:
        yield Fault(part, f"id={id_!r} is none or another table's", "tables.id")
    ids.add(id_)
    name = root.get("displayName", "")
    if not is_name(name):
        yield Fault(part, f"displayName={name!r}", "tables.name")
    if name.casefold() in names:
        yield Fault(part, f"{name!r} is another name too", "tables.same_name")
    names.add(name.casefold())


def _columns(part: str, root: Element, where: Area, known: Cells, facts: Facts) -> Iterator[Fault]:
    element = root.find("tableColumns")
    if element is None:
        return
    columns = element.findall("tableColumn")
    width = where.right - where.left + 1
    if len(columns) != width or whole(element.get("count", str(width))) != width:
        yield Fault(part, f"{len(columns)} columns over {width}", "tables.columns")
    seen: set[str] = set()
    ids: set[str | None] = set()
    has_heading = root.get("headerRowCount", "1") != "0"
    for place, column in enumerate(columns):
        name = unescaped(column.get("name", ""))
        if not name or utf16_length(name) > _MAX_HEADING:
            yield Fault(part, f"column {place + 1} has no name or too long", "tables.column_name")
        if name.casefold() in seen:
            yield Fault(part, f"two columns are {name!r}", "tables.column_name")
        seen.add(name.casefold())
        if not whole(column.get("id")) or column.get("id") in ids:
            yield Fault(part, f"column {name!r}: id={column.get('id')!r}", "tables.column_id")
        ids.add(column.get("id"))
        heading = known.text(where.top, where.left + place, facts) if has_heading else name
        if heading is None or _plain(heading) != _plain(name):
            yield Fault(part, f"column {name!r} is {heading!r} in its cell", "tables.heading")
        for formula in ("calculatedColumnFormula", "totalsRowFormula"):
            wrong = facts.check(column.findtext(formula) or "")
            if wrong:
                yield Fault(part, f"column {name!r}: {wrong}", "tables.formula")
    for each in (root, *columns):
        for attribute in _FORMATS:
            text = each.get(attribute)
            number = None if text is None else whole(text)
            if text is not None and (number is None or number >= facts.partial):
                yield Fault(part, f"{attribute}={text} of {facts.partial}", "tables.format")


def _plain(heading: str) -> str:
    """A heading as it is compared: a line end is written in several ways."""
    return "".join(heading.split())


def _inside(part: str, root: Element, where: Area) -> Iterator[Fault]:
    headings = whole(root.get("headerRowCount", "1"))
    totals = whole(root.get("totalsRowCount", "0"))
    if headings not in (0, 1) or totals not in (0, 1):
        yield Fault(part, "more than one row of headings or totals", "tables.rows")
    elif where.bottom - where.top + 1 < headings + totals + 1:
        yield Fault(part, f"{root.get('ref')} has no row of data", "tables.rows")
    filter_ = root.find("autoFilter")
    if filter_ is None:
        return
    covered = area(filter_.get("ref", ""))
    if covered is None or (covered.top, covered.left, covered.right) != (
        where.top, where.left, where.right,
    ):  # fmt: skip
        yield Fault(part, f"filter of {filter_.get('ref')!r}", "tables.filter")
    else:
        yield from filter_faults(part, filter_, covered)


def filter_faults(part: str, element: Element, covered: Area) -> Iterator[Fault]:
    """What is wrong with the columns of a filter."""
    seen = set()
    for each in element.iterfind("filterColumn"):
        place = whole(each.get("colId"))
        if place is None or place > covered.right - covered.left or place in seen:
            yield Fault(part, f"filter of column {each.get('colId')!r}", "filters.column")
        seen.add(place)


def _apart(package: Opened, sheet: str, covered: list[Area]) -> Iterator[Fault]:
    root = package.root(sheet)
    both = overlapping(covered)
    if both:
        yield Fault(sheet, f"tables at {both[0].address} and {both[1].address}", "tables.overlap")
    if root is None:
        return
    named, linked = root.findall("tableParts/tablePart"), package.linked(sheet, "table")
    if len(named) != len(linked):
        yield Fault(sheet, f"{len(named)} tableParts of {len(linked)} tables", "tables.parts")
    merged = [
        found
        for each in root.iterfind("mergeCells/mergeCell")
        if (found := area(each.get("ref", ""))) is not None
    ]
    both = overlapping([*covered, *merged])
    if both and not overlapping(covered) and not overlapping(merged):
        what = f"merged cells in a table: {both[0].address} and {both[1].address}"
        yield Fault(sheet, what, "tables.merged")


def _sheet_filter(package: Opened, sheet: str) -> Iterator[Fault]:
    root = package.root(sheet)
    element = None if root is None else root.find("autoFilter")
    if element is None:
        return
    covered = area(element.get("ref", ""))
    if covered is None:
        yield Fault(sheet, f"autoFilter ref={element.get('ref')!r}", "filters.ref")
    else:
        yield from filter_faults(sheet, element, covered)
