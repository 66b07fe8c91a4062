"""What a workbook holds beside its sheets: names, links to other workbooks, how it calculates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from ramkoll.excel.beside_parts import flag, left_out, link_id, links_of, local, number, xml_of
from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.ooxml import CONTENT_TYPES, Parts, Relationship, find_part, namespace
from ramkoll.model.beside import (
    AS_USUAL,
    BesideSheets,
    Calculation,
    CalculationMode,
    DefinedName,
    ExternalLink,
    Protection,
)

# Sheets that hold no cells.
WITHOUT_CELLS = frozenset({"chartsheet", "dialogsheet"})
_MACRO_KINDS = frozenset({"vbaproject", "xlmacrosheet", "xlintlmacrosheet"})
_EXTERNAL = frozenset({"externalBook", "ddeLink", "oleLink"})
_DYNAMIC_ARRAYS = "XLDAPR"
_PIECE_BYTES = 4096
# What says where a link leads stands first in its part; cached cells follow, without end.
_HEAD_BYTES = 1 << 18


def book_beside(
    root: Element,
    parts: Parts,
    links: Mapping[str, Relationship],
    tabs: Sequence[tuple[str, str]],
    where: str,
) -> BesideSheets:
    """What a workbook holds beside its sheets.

    ``root`` is the root element of its part, ``links`` what that points at by id, ``tabs`` the
    name of each sheet and the kind of its part in the order of the tabs, ``where`` the place that
    debug lines name. Never raises for what stands in the parts: what cannot be made out is left
    out (``beside_parts``). A link to another workbook is never left out, since the others are
    known by their order; what is not known of it is empty.
    """
    main = namespace(root)
    names = [name for name, _ in tabs]
    return BesideSheets(
        names=tuple(
            _names(root.iterfind(f"{main}definedNames/{main}definedName"), names, where),
        ),
        external_links=tuple(
            _external_link(i, links.get(link_id(element)), parts, where)
            for i, element in enumerate(
                root.iterfind(f"{main}externalReferences/{main}externalReference"), 1
            )
        ),
        calculation=_calculation(root.find(f"{main}calcPr"), where),
        protection=_protection(root.find(f"{main}workbookProtection"), where),
        macros=_has_macros(parts, links, where),
        other_sheets=tuple(name for name, kind in tabs if kind in WITHOUT_CELLS),
    )


def dynamic_indexes(parts: Parts, links: Mapping[str, Relationship], where: str) -> frozenset[str]:
    """The ``cm`` attributes of cells whose array formula spills by itself.

    ``links`` is what the workbook's part points at. None without a part of metadata, or when it
    cannot be made out: the formulas then count as entered with Ctrl+Shift+Enter.
    """
    target = next((each.target for each in links.values() if each.kind == "sheetMetadata"), None)
    data = None if target is None else find_part(parts, target)
    if target is None or data is None or _DYNAMIC_ARRAYS.encode() not in data:
        return frozenset()
    root = xml_of(parts, target, where)
    if root is None:
        return frozenset()
    main = namespace(root)
    kinds = [each.get("name") for each in root.iterfind(f"{main}metadataTypes/{main}metadataType")]
    spills = [
        any(local(each.tag) == "dynamicArrayProperties" and flag(each, "fDynamic", where)
            for each in block.iter())
        for future in root.iterfind(f"{main}futureMetadata")
        if future.get("name") == _DYNAMIC_ARRAYS
        for block in future.iterfind(f"{main}bk")
    ]  # fmt: skip

    def dynamic(record: Element) -> bool:
        # The type is counted from one, the block of that type from nought.
        kind, block = number(record, "t", where, 0), number(record, "v", where, len(spills))
        known = 0 < kind <= len(kinds) and kinds[kind - 1] == _DYNAMIC_ARRAYS
        return known and block < len(spills) and spills[block]

    return frozenset(
        str(i)
        for i, block in enumerate(root.iterfind(f"{main}cellMetadata/{main}bk"), 1)
        if any(dynamic(record) for record in block)
    )


def _names(elements: Iterator[Element], sheets: Sequence[str], where: str) -> Iterator[DefinedName]:
    for element in elements:
        name, sheet = element.get("name"), ""
        if not name:
            left_out(where, "a defined name without name")
            continue
        if "localSheetId" in element.attrib:
            position = number(element, "localSheetId", where, len(sheets))
            if position >= len(sheets):
                left_out(where, "a defined name of a sheet that is not there")
                continue
            sheet = sheets[position]
        text = unescaped(element.text or "").removeprefix("=")
        yield DefinedName(unescaped(name), text, sheet, flag(element, "hidden", where))


def _external_link(
    number_: int, link: Relationship | None, parts: Parts, where: str
) -> ExternalLink:
    unknown = ExternalLink(number_, "")
    data = None if link is None else find_part(parts, link.target)
    element = None if data is None else _first(data)
    if link is None or element is None:
        left_out(where, "where a link to another workbook leads")
        return unknown
    kind = local(element.tag)
    if kind == "ddeLink":
        # As formulas write it: the program, then what it is asked for.
        said = (element.get("ddeService", ""), element.get("ddeTopic", ""))
        return ExternalLink(number_, "|".join(unescaped(each) for each in said), kind)
    outside = links_of(parts, link.target, where).get(link_id(element))
    if outside is None:
        left_out(where, "where a link to another workbook leads")
    return ExternalLink(number_, "" if outside is None else outside.target, kind)


def _first(data: bytes) -> Element | None:
    """The element of an external link that says what it is, without what is cached in it."""
    parser: XMLPullParser[Element] = XMLPullParser(("start",))
    try:
        for start in range(0, min(len(data), _HEAD_BYTES), _PIECE_BYTES):
            parser.feed(data[start : start + _PIECE_BYTES])
            for event in parser.read_events():
                element = event[-1]
                if isinstance(element, Element) and local(element.tag) in _EXTERNAL:
                    return element
    except (ParseError, ValueError, LookupError):
        return None
    return None


def _calculation(element: Element | None, where: str) -> Calculation:
    if element is None:
        return AS_USUAL
    try:
        mode = CalculationMode(element.get("calcMode", CalculationMode.AUTO))
    except ValueError:
        left_out(where, "an unknown mode of calculation")
        mode = CalculationMode.AUTO
    return Calculation(
        mode=mode,
        iterate=flag(element, "iterate", where),
        full_on_load=flag(element, "fullCalcOnLoad", where),
        as_displayed=not flag(element, "fullPrecision", where, usual=True),
    )


def _protection(element: Element | None, where: str) -> Protection | None:
    if element is None or not any(
        flag(element, each, where) for each in ("lockStructure", "lockWindows")
    ):
        return None
    return Protection(bool(element.get("workbookPassword") or element.get("workbookHashValue")))


def _has_macros(parts: Parts, links: Mapping[str, Relationship], where: str) -> bool:
    """Whether there are macros of either kind: by what points at them, else by what parts are."""
    if any(link.kind.lower() in _MACRO_KINDS for link in links.values()):
        return True
    if b"vbaproject" not in parts.get(CONTENT_TYPES, b"").lower():
        return False
    root = xml_of(parts, CONTENT_TYPES, where)
    elements = () if root is None else tuple(root)
    named = {each.get("PartName", "").lstrip("/").lower(): each for each in elements}
    usual = {
        each.get("Extension", "").lower()
        for each in elements
        if _is_vba(each) and "Extension" in each.attrib
    }
    return any(
        _is_vba(named[part]) if part in named else part.rpartition(".")[2] in usual
        for part in parts
    )


def _is_vba(element: Element) -> bool:
    return element.get("ContentType", "").lower().endswith("vbaproject")
