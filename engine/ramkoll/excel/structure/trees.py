"""The XML of parts as trees that are alike, however a writer named things.

Tags are given short prefixes, the same for the two families of namespaces (transitional and
strict): elements of SpreadsheetML have none (``sheetData``), those of charts ``c.`` and so on (a
colon would mean something else in a path); what is in an unknown namespace keeps it in braces.
Alternatives are replaced by the newest, which is the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat

from ramkoll.excel import limits
from ramkoll.excel.ooxml import declares_doctype
from ramkoll.excel.structure.fault import Fault

_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_MICROSOFT = "http://schemas.microsoft.com/office/"
#: Short names of namespaces; both families of the standard have the same.
NAMESPACES: Mapping[str, str] = {
    f"{_OFFICE}spreadsheetml/2006/main": "",
    f"{_STRICT}spreadsheetml/main": "",
    f"{_OFFICE}drawingml/2006/main": "a.",
    f"{_STRICT}drawingml/main": "a.",
    **{
        uri: f"{short}."
        for word, short in (("spreadsheetDrawing", "xdr"), ("chart", "c"), ("chartDrawing", "cdr"))
        for uri in (f"{_OFFICE}drawingml/2006/{word}", f"{_STRICT}drawingml/{word}")
    },
    f"{_OFFICE}officeDocument/2006/relationships": "r.",
    f"{_STRICT}officeDocument/relationships": "r.",
    f"{_OFFICE}package/2006/relationships": "rel.",
    f"{_OFFICE}package/2006/content-types": "ct.",
    f"{_OFFICE}package/2006/metadata/core-properties": "cp.",
    f"{_OFFICE}officeDocument/2006/extended-properties": "ep.",
    f"{_STRICT}officeDocument/extendedProperties": "ep.",
    f"{_OFFICE}markup-compatibility/2006": "mc.",
    "http://purl.org/dc/elements/1.1/": "dc.",
    "http://purl.org/dc/terms/": "dcterms.",
    f"{_MICROSOFT}spreadsheetml/2009/9/main": "x14.",
    f"{_MICROSOFT}excel/2006/main": "xm.",
    f"{_MICROSOFT}spreadsheetml/2010/11/main": "x15.",
    f"{_MICROSOFT}spreadsheetml/2018/threadedcomments": "tc.",
    "urn:schemas-microsoft-com:vml": "v.",
    "urn:schemas-microsoft-com:office:excel": "xl.",
    "urn:schemas-microsoft-com:office:office": "o.",
}
_PLAIN = frozenset({"c", "v", "f", "row", "si", "t", "r", "is", "rPr", "c.pt", "c.v", "a.t", "xf"})
# All of a part is held at a time, some 400 bytes an element.
_MAX_TAGS = limits.MAX_TAGS // 4
_ENCODINGS = frozenset({None, "UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII"})


class Use(NamedTuple):
    """An attribute that names a relationship: ``tag`` has ``name="id"``."""

    tag: str
    name: str
    id: str


class Tree(NamedTuple):
    """A part: its root, the namespaces that are no fault in it, and its uses of relationships."""

    root: Element
    ignorable: frozenset[str]
    uses: tuple[Use, ...]


class _Short(dict[str, str]):
    """Short names by names with their namespace in braces."""

    def __missing__(self, name: str) -> str:
        uri, brace, local = name[1:].partition("}") if name[:1] == "{" else ("", "", name)
        # What has no namespace at all must not be taken for SpreadsheetML.
        short = NAMESPACES.get(uri)
        self[name] = name if short is None else short + local
        if not brace:
            self[name] = f"{{}}{local}"
        return self[name]


_short = _Short()


def read_tree(part: str, data: bytes) -> tuple[Tree | None, list[Fault]]:
    """The tree of a part, None when it is no XML that Excel reads; and what is wrong with it."""
    if data.count(b"<") > _MAX_TAGS:
        return None, [Fault(part, "too many elements to look through", "xml.caps")]
    if declares_doctype(data):
        return None, [Fault(part, "declares a document type", "xml.doctype")]
    try:
        head = _head(data)
        parser = XMLParser()
        parser.feed(data)
        root = parser.close()
    except (ParseError, expat.ExpatError, ValueError, LookupError) as error:
        return None, [Fault(part, f"not well-formed: {error}", "xml.form")]
    faults = []
    if head.encoding not in _ENCODINGS:
        faults.append(Fault(part, f"in {head.encoding}, not in Unicode", "xml.encoding"))
    undeclared = [each for each in head.ignorable if each not in head.prefixes]
    if undeclared:
        faults.append(Fault(part, f"mc.Ignorable: {undeclared} not declared", "xml.ignorable"))
    uses = []
    alternates = False
    for element in root.iter():
        tag = element.tag = _short[element.tag]
        if tag in _PLAIN:
            continue
        alternates |= tag == "mc.AlternateContent"
        for key, value in element.items():
            if key[0] == "{":
                name = _short[key]
                if name[:2] == "r." or name == "o.relid":
                    uses.append(Use(tag, name, value))
    ignorable = {head.prefixes[each] for each in head.ignorable if each in head.prefixes}
    if alternates:
        _take_newest(root, ignorable)
    return Tree(root, frozenset(ignorable), tuple(uses)), faults


def use(element: Element, name: str = "id") -> str | None:
    """The id of a relationship that an element names."""
    for family in (
        f"{{{_OFFICE}officeDocument/2006/relationships}}",
        f"{{{_STRICT}officeDocument/relationships}}",
    ):
        found = element.get(family + name)
        if found is not None:
            return found
    return None


def _take_newest(root: Element, understood: set[str]) -> None:
    """Replace alternatives by the contents of the first one, whose namespaces are understood."""
    # From the innermost: what is within an alternative has had its turn when it is moved out.
    for element in reversed(list(root.iter())):
        if not any(child.tag == "mc.AlternateContent" for child in element):
            continue
        kept: list[Element] = []
        for child in element:
            if child.tag != "mc.AlternateContent":
                kept.append(child)
                continue
            newest = list(next(iter(child), ()))
            understood |= {each.tag[1:].partition("}")[0] for each in newest if each.tag[0] == "{"}
            kept += newest
        element[:] = kept


class _Head:
    """What the first lines of XML say."""

    def __init__(self) -> None:
        self.encoding: str | None = None
        self.prefixes: dict[str, str] = {}
        self.ignorable: tuple[str, ...] = ()

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.encoding = encoding and encoding.upper()

    def root(self, _tag: str, attributes: dict[str, str]) -> None:
        self.prefixes = {key[6:]: value for key, value in attributes.items() if key[:6] == "xmlns:"}
        for key, value in attributes.items():
            prefix, _, local = key.rpartition(":")
            uri = self.prefixes.get(prefix, "")
            if local == "Ignorable" and NAMESPACES.get(uri) == "mc.":
                self.ignorable = tuple(value.split())
        raise _RootSeen


class _RootSeen(Exception):
    pass


def _head(data: bytes) -> _Head:
    head = _Head()
    parser = expat.ParserCreate()
    parser.XmlDeclHandler = head.declaration
    parser.StartElementHandler = head.root
    try:
        for start in range(0, len(data), 4096):
            parser.Parse(data[start : start + 4096], False)
    except _RootSeen:
        pass
    return head
