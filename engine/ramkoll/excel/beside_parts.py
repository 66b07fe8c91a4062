"""Reading the parts that hold what stands beside cells, without making a workbook unreadable.

A part or a thing in it that cannot be made out is left out, and a debug line says so: cells are
what a workbook is read for. The lines tell where and why, never what stood there.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, XMLParser

from ramkoll.excel.cell_values import xml_bool
from ramkoll.excel.ooxml import Parts, find_part, part_name
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, column_number

LOG = logging.getLogger("ramkoll.excel")

# A part of a hundred thousand notes; an element takes some hundred bytes in memory.
MAX_TAGS = 1_000_000
# Excel itself writes at most some thousand areas for one rule or validation.
MAX_AREAS = 10_000

_ONE_AREA = re.compile(
    r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?(?::\$?([A-Za-z]{1,3})?\$?([0-9]{1,7})?)?"
)
_LONGEST_AREA = len("$XFD$1048576:$XFD$1048576")
_WORD = re.compile(r"\S+")


class Link(NamedTuple):
    """A relationship: the last word of its type, the part or outside address it points at."""

    kind: str
    target: str
    outside: bool


def left_out(where: str, what: str) -> None:
    """Say in the debug log that something was not made out."""
    LOG.debug("%s: %s is left out", where, what)


def links_of(parts: Parts, part: str, where: str) -> Mapping[str, Link]:
    """Every relationship of a part by id, the outside ones too; none when they are not there.

    An outside target, and one that points into the workbook by ``#``, is as the file has it.
    """
    found: dict[str, Link] = {}
    for name in dict.fromkeys((part, unquote(part).lower())):
        folder, own = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{own}.rels")
        if rels in parts:
            break
    else:
        return found
    for element in xml_of(parts, rels, where) or ():
        id_, target = element.get("Id"), element.get("Target")
        if id_ is None or target is None:
            left_out(where, "a relationship without id or target")
            continue
        kind = element.get("Type", "").rpartition("/")[2]
        outside = element.get("TargetMode") == "External" or target.startswith("#")
        found[id_] = Link(kind, target if outside else part_name(folder, target), outside)
    return found


def xml_of(parts: Parts, name: str, where: str) -> Element | None:
    """The root element of a part, in any namespace; None when it is absent, broken or too large."""
    data = find_part(parts, name)
    if data is None:
        left_out(where, "a part that is pointed at but missing")
        return None
    if data.count(b"<") > MAX_TAGS:
        left_out(where, "a part with too much in it")
        return None
    parser = XMLParser()
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError):
        left_out(where, "a part that is no well-formed XML")
        return None
    if not root.tag.startswith("{"):
        left_out(where, "a part of no known kind")
        return None
    return root


def local(tag: object) -> str:
    """A tag without its namespace; a comment or instruction has none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def link_id(element: Element) -> str:
    """The id of a relationship: its namespace differs between the two kinds of files."""
    return next((v for k, v in element.attrib.items() if k.endswith("}id")), "")


def flag(element: Element, name: str, where: str, usual: bool = False) -> bool:
    """A true or false attribute; the usual one where there is none or it is something else."""
    text = element.get(name)
    if text is None:
        return usual
    try:
        return xml_bool(text.strip().lower())
    except ValueError:
        left_out(where, "an attribute that is neither true nor false")
        return usual


def number(element: Element, name: str, where: str, usual: int) -> int:
    """A whole number of an attribute, like ``flag``."""
    text = element.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        left_out(where, "an attribute that is no number")
        return usual
    return int(text)


def area(reference: str) -> Area:
    """The area of ``B2``, ``B2:C9``, ``A:A`` or ``1:3``, in any order, with or without dollars.

    Raises ValueError for anything else, and for what lies outside the sheet.
    """
    match = _ONE_AREA.fullmatch(reference)
    if match is None:
        raise ValueError(f"no area: {reference!r}")
    left, top, right, bottom = match.groups()
    if ":" not in reference:
        right, bottom = left, top
        if left is None or top is None:
            raise ValueError(f"no cell: {reference!r}")
    if (left is None) != (right is None) or (top is None) != (bottom is None) or not (left or top):
        raise ValueError(f"no area: {reference!r}")
    columns = sorted((column_number(left), column_number(right))) if left else [1, MAX_COLUMN]
    rows = sorted((int(top), int(bottom))) if top else [1, MAX_ROW]
    if rows[0] < 1 or rows[1] > MAX_ROW or columns[1] > MAX_COLUMN:
        raise ValueError(f"outside the sheet: {reference!r}")
    return Area(rows[0], columns[0], rows[1], columns[1])


def areas(references: str, where: str) -> tuple[Area, ...]:
    """The areas of a list with blanks between, the first ``MAX_AREAS`` of them."""
    # By a pattern, since a split of a list of many megabytes would take all memory.
    words = islice(_WORD.finditer(references), MAX_AREAS + 1)
    found = tuple(_areas((word[0] for word in words), where))
    if len(found) > MAX_AREAS:
        left_out(where, "what comes after the first areas of a long list")
    return found[:MAX_AREAS]


def _areas(references: Iterator[str], where: str) -> Iterator[Area]:
    for each in references:
        found = known_area(each)
        if found is None:
            left_out(where, "an area that is none")
        else:
            yield found


def known_area(reference: str) -> Area | None:
    """Like ``area``, but None for what is none."""
    # What is longer is no area, and must not be remembered.
    return _known_area(reference) if len(reference) <= _LONGEST_AREA else None


@lru_cache(maxsize=4096)
def _known_area(reference: str) -> Area | None:
    try:
        return area(reference)
    except ValueError:
        return None
