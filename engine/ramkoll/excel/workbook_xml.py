"""What the sheets of a workbook share: the list of them, and the number formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.cell_values import NumberFormat, unescaped, xml_bool
from ramkoll.excel.number_formats import BUILT_IN, shows_date
from ramkoll.excel.ooxml import (
    Parts,
    Relationship,
    content_types,
    find_part,
    namespace,
    read_xml,
    valid_content,
)
from ramkoll.excel.unreadable import damaged
from ramkoll.model.workbook import Visibility

_VISIBILITY = {"": Visibility.VISIBLE} | {each.lower(): each for each in Visibility}
_GENERAL = NumberFormat("General", False)


class Tab(NamedTuple):
    """A sheet as the workbook lists it; ``relationship`` is the id of its part.

    An empty id is that of a module of macros from a very old version, which holds no cells.
    """

    name: str
    visibility: Visibility
    relationship: str


class Workbook(NamedTuple):
    """What the workbook's own part says."""

    tabs: tuple[Tab, ...]
    date_1904: bool


def read_workbook(root: Element, file: str) -> Workbook:
    """From the root element of the workbook's part. Raises Unreadable."""
    main = namespace(root)
    listed = root.findall(f"{main}sheets/*")
    if {each.tag for each in listed} - {f"{main}sheet"} or len(listed) != sum(
        1 for _ in root.iter(f"{main}sheet")
    ):
        # Some readers find sheets there all the same.
        raise damaged(file, "Filen är skadad: förteckningen över blad går inte att läsa.")
    with valid_content(file):
        properties = root.find(f"{main}workbookPr")
        return Workbook(
            tabs=tuple(_tab(element, file) for element in listed),
            date_1904=properties is not None and xml_bool(properties.get("date1904", "0")),
        )


def _tab(element: Element, file: str) -> Tab:
    attributes = element.attrib
    name = unescaped(attributes["name"])
    if not name:
        raise damaged(file, "Filen är skadad: ett blad har inget namn.")
    # The namespace of the id differs between the two kinds of files, its own name does not.
    relationship = next((v for k, v in attributes.items() if k.endswith("}id")), None)
    if relationship is None:
        raise damaged(f"{file} {name}", "Filen är skadad: bladet har ett namn men inget innehåll.")
    return Tab(name, _VISIBILITY[attributes.get("state", "").strip().lower()], relationship)


def shared_part(
    parts: Parts, links: Mapping[str, Relationship], kind: str, file: str
) -> bytes | None:
    """The part of a kind that the workbook's sheets share, or None when there is none.

    Found by what the workbook points at, else by the list of contents: some programs go by the
    one, some by the other.
    """
    target = next((link.target for link in links.values() if link.kind == kind), None)
    data = None if target is None else find_part(parts, target)
    if data is not None:
        return data
    listed = content_types(parts, file).first(f".{kind.lower()}+xml")
    return None if listed is None else find_part(parts, listed)


def number_formats(data: bytes | None, file: str) -> Mapping[str | None, NumberFormat]:
    """Number formats by style attribute; None, no attribute, is the first style."""
    if data is None:
        return _AnyStyle()
    root = read_xml(data, file, "styleSheet")
    main = namespace(root)
    codes = dict(BUILT_IN)
    # Elements of these names also stand in lists that cells do not point at.
    with valid_content(file):
        for element in root.iterfind(f"{main}numFmts/{main}numFmt"):
            codes[int(element.attrib["numFmtId"])] = unescaped(element.get("formatCode", "General"))
        used = [
            int(element.get("numFmtId", "0"))
            for element in root.iterfind(f"{main}cellXfs/{main}xf")
        ]
    if not used:
        return _AnyStyle()
    known = {number: NumberFormat(code, shows_date(code)) for number, code in codes.items()}
    formats: dict[str | None, NumberFormat] = {
        str(i): known.get(number, _GENERAL) for i, number in enumerate(used)
    }
    formats[None] = formats["0"]
    return formats


class _AnyStyle(dict[str | None, NumberFormat]):
    """A workbook without styles shows every cell as General."""

    def __missing__(self, _: str | None) -> NumberFormat:
        return _GENERAL
