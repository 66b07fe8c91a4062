"""Whether a package is well-formed by the rules of ECMA-376 that matter to Excel.

Reading forgives much; this does not: a fault makes Excel offer to repair the file, refuse it, or
lose something of it. For developers, and for checking what Ramkoll itself has written.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.ooxml import CONTENT_TYPES
from ramkoll.excel.structure.archive import unpacked
from ramkoll.excel.structure.attributes import ATTRIBUTES, attribute_faults
from ramkoll.excel.structure.book import book_faults
from ramkoll.excel.structure.calc_chain import chain_faults
from ramkoll.excel.structure.cells import Cells, read_cells
from ramkoll.excel.structure.contents import content_faults
from ramkoll.excel.structure.drawings import chart_faults, drawing_faults
from ramkoll.excel.structure.facts import Facts, facts_of
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.notes import note_faults
from ramkoll.excel.structure.opened import Opened, opened
from ramkoll.excel.structure.orders import TABLES, order_faults
from ramkoll.excel.structure.pivots import pivot_faults
from ramkoll.excel.structure.properties import property_faults
from ramkoll.excel.structure.ribbon import ribbon_faults
from ramkoll.excel.structure.sheet import sheet_faults
from ramkoll.excel.structure.slicers import slicer_faults
from ramkoll.excel.structure.styles import space_faults, string_faults, style_faults
from ramkoll.excel.structure.tables import table_faults
from ramkoll.excel.structure.trees import Tree, read_tree

__all__ = ["Fault", "faults"]


def faults(data: bytes) -> tuple[Fault, ...]:
    """What is wrong with the bytes of an .xlsx, .xlsm, .xltx, .xltm or .xlam; empty if nothing.

    Takes any bytes and raises nothing. What stands in a part that cannot be read is not looked at.
    """
    parts, found = unpacked(data)
    trees: dict[str, Tree] = {}
    for part, content in parts.items():
        if not _is_xml(part, content):
            continue
        tree, wrong = read_tree(part, content)
        # Excel's own boxes of notes hold line breaks of HTML.
        if not part.endswith(".vml") or any(each.rule == "xml.doctype" for each in wrong):
            found += wrong
        if tree is not None:
            trees[part] = tree
    if CONTENT_TYPES not in trees:
        return tuple(found)
    package = opened(parts, trees)
    found += content_faults(package)
    book = package.root(package.book)
    if book is not None and book.tag != "workbook":
        found.append(Fault(package.book or "", f"the root is {book.tag}", "book.root"))
    if book is None or book.tag != "workbook":
        return tuple(found)  # all else is measured against it
    facts = facts_of(package)
    found += book_faults(package, facts)
    cells: dict[str, Cells] = {}
    for part, tree in trees.items():
        found += _part_faults(package, part, tree, facts, cells)
    found += table_faults(package, cells, facts)
    found += chain_faults(package, cells, facts)
    found += pivot_faults(package)
    found += slicer_faults(package, facts)
    found += ribbon_faults(package)
    return tuple(found)


def _is_xml(part: str, content: bytes) -> bool:
    if part.endswith((".xml", ".rels", ".vml")):
        return True
    return content[:5] in (b"<?xml", b"\xef\xbb\xbf<?")


def _part_faults(
    package: Opened, part: str, tree: Tree, facts: Facts, cells: dict[str, Cells]
) -> Iterator[Fault]:
    """What is wrong with one part; its cells are kept for what other parts say of them."""
    root = tree.root
    if root.tag in TABLES:
        elements = tuple(_around_cells(root))
        yield from order_faults(part, elements, TABLES[root.tag], tree.ignorable)
        if root.tag in ATTRIBUTES:
            yield from attribute_faults(part, elements, ATTRIBUTES[root.tag])
    match root.tag:
        case "worksheet" | "xm.macrosheet":
            data = root.find("sheetData")
            if data is not None:
                cells[part], wrong = read_cells(part, data, facts, tree.ignorable)
                yield from wrong
                yield from sheet_faults(package, part, root, cells[part], facts)
            yield from note_faults(package, part)
        case "styleSheet":
            yield from style_faults(part, root)
        case "sst":
            yield from string_faults(part, root)
            yield from space_faults(part, root)
        case "comments":
            yield from space_faults(part, root)
        case "xdr.wsDr":
            yield from drawing_faults(part, root)
        case "c.chartSpace":
            yield from chart_faults(package, part, root, facts)
        case "cp.coreProperties":
            yield from property_faults(part, root)


def _around_cells(root: Element) -> Iterator[Element]:
    """All elements of a part but for those that are many, which have rules of their own."""
    yield root
    for child in root:
        if child.tag == "si":
            yield child
        elif child.tag != "sheetData":
            yield from child.iter()
