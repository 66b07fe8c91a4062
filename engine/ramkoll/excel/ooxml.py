"""The parts of a package and their XML: guarded parsing, relationships, content types.

``Parts`` maps a part's name in lower case, without a leading slash, to its bytes: part names
are compared without regard to case.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from ramkoll.excel import limits
from ramkoll.excel.unreadable import Unreadable, damaged, too_large, unclear

Parts: TypeAlias = Mapping[str, bytes]

CONTENT_TYPES = "[content_types].xml"

MAIN = frozenset(
    {
        "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
        "{http://purl.oclc.org/ooxml/spreadsheetml/main}",  # what "Strict Open XML" saves
    }
)
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHOICE = f"{_COMPATIBILITY}Choice"
_UNWRAPPED = frozenset({f"{_COMPATIBILITY}AlternateContent", f"{_COMPATIBILITY}Fallback"})
_ALTERNATE = tuple("AlternateContent".encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be"))

# Large parts are read in pieces, so that what has been used can be let go.
_PIECE_BYTES = 1 << 16
# A document type declaration stands before the root element; most roots start within this.
_PROLOG_BYTES = 512


class Relationship(NamedTuple):
    """A line of a .rels part; ``kind`` is the last word of its type, ``target`` a part's name."""

    kind: str
    target: str


class _DoctypeError(Exception):
    pass


class _RootError(Exception):
    pass


def declares_doctype(data: bytes) -> bool:
    """Whether XML declares a document type, in any encoding. False for what is no XML."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _raise_doctype
    parser.StartElementHandler = _raise_root
    start, length = 0, _PROLOG_BYTES
    try:
        while start < len(data):
            parser.Parse(data[start : start + length], False)
            # A tag that has not ended is gone through from its beginning with each piece.
            start, length = start + length, 2 * length
    except _DoctypeError:
        return True
    except (_RootError, expat.ExpatError, LookupError, ValueError):
        return False
    return False


def _raise_doctype(*_: object) -> None:
    raise _DoctypeError


def _raise_root(*_: object) -> None:
    raise _RootError


@contextmanager
def valid_content(where: str) -> Iterator[None]:
    """Turn what reading raises for content that the format does not allow into Unreadable."""
    try:
        yield
    except (ParseError, ValueError, LookupError) as error:
        raise unclear(where) from error


class _Fallbacks:
    """Hands on to a builder what a reader sees that knows none of the newer alternatives."""

    def __init__(self, builder: TreeBuilder) -> None:
        self._builder = builder
        self._passed_over = 0  # how deep inside an alternative

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._passed_over or tag == _CHOICE:
            self._passed_over += 1
        elif tag not in _UNWRAPPED:
            self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        elif tag not in _UNWRAPPED:
            self._builder.end(tag)

    def data(self, text: str) -> None:
        if not self._passed_over:
            self._builder.data(text)

    def close(self) -> None:
        pass


def read_xml(data: bytes, where: str, root: str, namespaces: frozenset[str] = MAIN) -> Element:
    """The root element of a part, which must be ``root`` in one of the namespaces.

    Raises Unreadable for another root and for XML that is not well-formed; ``where`` is the
    place that it names. Document types were refused when the package was opened.
    """
    for element, complete in grow_xml(data, where, root, namespaces):
        if complete:
            return element
    raise AssertionError("the last state is complete")


def grow_xml(
    data: bytes, where: str, root: str, namespaces: frozenset[str] = MAIN
) -> Iterator[tuple[Element, bool]]:
    """The root element as it grows, piece by piece, and whether it is complete.

    What has been used may be taken out of it between the pieces. Where content is written in
    several ways for readers of different age, the plainest of them is there. Raises like
    ``read_xml``, and when too much is left in the tree.
    """
    too_much = too_large(where, "En del av filen har för mycket innehåll.")
    if data.count(b"<") > limits.MAX_TAGS:
        raise too_much
    builder = TreeBuilder()
    # The root becomes the child of an element of ours, and so can be seen before it is complete.
    holder = builder.start("holder", {})
    alternates = any(each in data for each in _ALTERNATE)
    parser = XMLParser(target=_Fallbacks(builder) if alternates else builder)
    added = 0
    for start in range(0, len(data), _PIECE_BYTES):
        piece = data[start : start + _PIECE_BYTES]
        with valid_content(where):
            parser.feed(piece)
        added += piece.count(b"<")
        if added > limits.MAX_TREE_ELEMENTS // 2:
            added = 0
            if sum(1 for _ in holder.iter()) > limits.MAX_TREE_ELEMENTS:
                raise too_much
        if len(holder):
            # An unknown namespace would otherwise give a part that seems empty.
            if holder[0].tag not in {namespace + root for namespace in namespaces}:
                raise damaged(where, "En del av filen har ett okänt innehåll.")
            yield holder[0], False
    with valid_content(where):
        parser.close()
    yield holder[0], True


def namespace(element: Element) -> str:
    """The namespace of an element, in braces as in its tag."""
    return element.tag[: element.tag.rindex("}") + 1]


def doctype_refused(where: str) -> Unreadable:
    """The refusal of XML that declares a document type, which Excel never writes."""
    return Unreadable("osäker", "Filen innehåller en dokumenttypsdeklaration.", where=where)


def relationships(parts: Parts, source: str, where: str) -> Mapping[str, Relationship]:
    """Relationships of a part (``""`` is the package itself) by id, the external ones left out.

    Raises Unreadable when the .rels part is malformed or gives an id twice; it may be absent.
    """
    folder, name = posixpath.split(source)
    data = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if data is None:
        return {}
    found: dict[str, Relationship] = {}
    with valid_content(where):
        for element in read_xml(data, where, "Relationships", frozenset({_RELATIONSHIPS})):
            attributes = element.attrib
            if attributes.get("TargetMode") != "External":
                kind, target = attributes["Type"].rpartition("/")[2], attributes["Target"]
                link, id_ = Relationship(kind, part_name(folder, target)), attributes["Id"]
                # Readers would go to different parts.
                if found.setdefault(id_, link) != link:
                    raise damaged(where, "Filen är skadad: två delar har samma id.")
    return found


def part_name(folder: str, target: str) -> str:
    """The name of the part that a relationship of a part in the folder points at."""
    path = posixpath.join("/", folder, target.strip().replace("\\", "/"))
    return posixpath.normpath(path).lstrip("/").lower()


def find_part(parts: Parts, name: str) -> bytes | None:
    """The part a relationship points at; its name may be percent-encoded."""
    data = parts.get(name)
    return parts.get(unquote(name).lower()) if data is None else data


class ContentTypes(NamedTuple):
    """What the list of contents says: types by part name and by extension, in lower case."""

    by_part: Mapping[str, str]
    by_extension: Mapping[str, str]

    def of(self, part: str) -> str:
        """The content type of a part, or an empty text."""
        extension = posixpath.splitext(part)[1].lstrip(".")
        return self.by_part.get(part) or self.by_extension.get(extension, "")

    def first(self, ending: str) -> str | None:
        """The first part that is listed with a type of this ending, in lower case."""
        return next(
            (name for name, kind in self.by_part.items() if kind.lower().endswith(ending)), None
        )


def content_types(parts: Parts, where: str) -> ContentTypes:
    """The list of contents of a package that has one. Raises Unreadable when it is malformed."""
    by_part: dict[str, str] = {}
    by_extension: dict[str, str] = {}
    with valid_content(where):
        for element in read_xml(parts[CONTENT_TYPES], where, "Types", frozenset({_TYPES})):
            kind = element.get("ContentType", "")
            name, extension = element.get("PartName"), element.get("Extension")
            if name is not None:
                by_part.setdefault(unquote(name).lstrip("/").lower(), kind)
            elif extension is not None:
                by_extension.setdefault(extension.lstrip(".").lower(), kind)
    return ContentTypes(by_part, by_extension)
