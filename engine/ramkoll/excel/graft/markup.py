"""XML edited as text: where elements stand in the bytes, so that all others stay as they are.

Elements are looked for in a *shadow* of a part: bytes of the same length, in which comments,
processing instructions and CDATA are blank, so that every ``<`` in it starts a tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import unescape

from ramkoll.excel.ooxml import MAIN
from ramkoll.model.errors import RamkollError

_ATTRIBUTE = rb"""\s+([^\s=<>/"']+)\s*=\s*("[^"<]*"|'[^'<]*')"""
_ATTRIBUTES = rb"""(?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
_TAG = re.compile(rb"<(/?)([^\s<>/!?\"'=]+)" + _ATTRIBUTES + rb"\s*(/?)>")
_EACH_ATTRIBUTE = re.compile(_ATTRIBUTE)
_BLANKED = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_NAME_STARTS = re.compile(rb"<(/?)(?=[A-Za-z])")
_BOM = b"\xef\xbb\xbf"

Splice = tuple[int, int, bytes]


class Element(NamedTuple):
    """Where an element stands; ``inside`` to ``close`` is its content, of no length if empty."""

    name: bytes
    start: int
    inside: int
    close: int
    end: int

    @property
    def local(self) -> bytes:
        """The name without its prefix."""
        return self.name.rpartition(b":")[2]


def unfit(where: str, what: str) -> RamkollError:
    """The refusal of a part that cannot be changed without risk."""
    return RamkollError(
        what,
        where=where,
        todo="Ingenting är ändrat. Öppna filen i Excel, spara den på nytt och försök igen.",
    )


def shadow(data: bytes, where: str) -> bytes:
    """The part with all that is no element blanked. RamkollError unless it is in UTF-8."""
    encoding = _ENCODING.match(data.removeprefix(_BOM)[:200])
    named = encoding[1].lower() if encoding else b"utf-8"
    if named not in (b"utf-8", b"utf8", b"us-ascii", b"ascii") or b"\0" in data[:4]:
        raise unfit(where, "En del av filen har en teckenkodning som Ramkoll inte skriver i.")
    start = len(_BOM) if data.startswith(_BOM) else 0
    declaration = data.find(b"?>") + 2 if data.startswith(b"<?", start) else start
    # Nearly every part is without all three, and rare characters are the quickest to look for.
    odd = data.find(b"?", declaration) >= 0 and data.find(b"<?", declaration) >= 0
    if not odd and data.find(b"!", declaration) >= 0:
        odd = any(data.find(word, declaration) >= 0 for word in (b"<!--", b"<![CDATA["))
    if not odd:
        return b" " * declaration + data[declaration:]
    return _BLANKED.sub(lambda match: b" " * len(match[0]), data)


def elements(text: bytes, start: int, end: int) -> Iterator[Element]:
    """The elements that follow each other between two places of a shadow, outermost only.

    Raises ValueError when tags do not match each other.
    """
    at = start
    opened: list[re.Match[bytes]] = []
    while (at := text.find(b"<", at, end)) >= 0:
        tag = _TAG.match(text, at, end)
        if tag is None:
            raise ValueError("a broken tag")
        at = tag.end()
        if tag[1]:
            if not opened or opened[-1][2] != tag[2]:
                raise ValueError("a tag that closes nothing")
            first = opened.pop()
            if not opened:
                yield Element(tag[2], first.start(), first.end(), tag.start(), tag.end())
        elif not tag[3]:
            opened.append(tag)
        elif not opened:
            yield Element(tag[2], tag.start(), tag.end(), tag.end(), tag.end())
    if opened:
        raise ValueError("an element without an end")


def lists(text: bytes, start: int, end: int) -> Iterator[tuple[Element, list[Element]]]:
    """The elements between two places of a shadow, each with its children.

    Raises ValueError when tags do not match each other.
    """
    at = start
    opened: list[re.Match[bytes]] = []
    children: list[Element] = []
    while (at := text.find(b"<", at, end)) >= 0:
        tag = _TAG.match(text, at, end)
        if tag is None:
            raise ValueError("a broken tag")
        at = tag.end()
        if tag[1]:
            if not opened or opened[-1][2] != tag[2]:
                raise ValueError("a tag that closes nothing")
            first = opened.pop()
            depth = len(opened)
            found = (
                Element(tag[2], first.start(), first.end(), tag.start(), at) if depth < 2 else None
            )
        elif not tag[3]:
            opened.append(tag)
            continue
        else:
            depth = len(opened)
            found = Element(tag[2], tag.start(), at, at, at) if depth < 2 else None
        if found is not None and depth == 1:
            children.append(found)
        elif found is not None:
            yield found, children
            children = []
    if opened:
        raise ValueError("an element without an end")


def root_of(data: bytes, text: bytes, name: bytes, where: str) -> tuple[Element, bytes]:
    """The root element, not searched to its end, and the prefix of its names (``x:`` or none).

    Raises RamkollError when it is another or of an unknown namespace.
    """
    at = text.find(b"<")
    tag = _TAG.match(text, at) if at >= 0 else None
    if tag is None or tag[2].rpartition(b":")[2] != name or tag[3]:
        raise unfit(where, "En del av filen har ett okänt innehåll.")
    prefix = tag[2][: -len(name)]
    declared = attributes(tag[0]).get("xmlns:" + prefix[:-1].decode() if prefix else "xmlns", "")
    end = text.rfind(b"</" + tag[2])
    if "{" + declared + "}" not in MAIN or end < tag.end():
        raise unfit(where, "En del av filen har ett okänt innehåll.")
    return Element(tag[2], tag.start(), tag.end(), end, len(data)), prefix


def pattern(name: bytes) -> re.Pattern[bytes]:
    """Matches the start tag of an element of exactly this name; group 1 is its last slash."""
    return re.compile(b"<" + re.escape(name) + rb"(?=[\s/>])" + _ATTRIBUTES + rb"\s*(/?)>")


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag."""
    return {
        match[1].decode(): plain(match[2][1:-1].decode()) for match in _EACH_ATTRIBUTE.finditer(tag)
    }


def plain(text: str) -> str:
    """XML text with its references read."""
    if "&" not in text:
        return text

    def numbered(match: re.Match[str]) -> str:
        return chr(int(match[1], 16) if match[1] else int(match[2]))

    return unescape(_NUMBERED.sub(numbered, text), _ENTITIES)


def escaped(text: str) -> bytes:
    """A text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def quoted(text: str) -> bytes:
    """A text as the value of an attribute, with its quotation marks."""
    inside = escaped(text).replace(b'"', b"&quot;").replace(b"\t", b"&#9;").replace(b"\n", b"&#10;")
    return b'"' + inside + b'"'


def with_attribute(tag: bytes, name: str, value: str | None) -> bytes:
    """A start tag with one attribute set, where it stood or last; None takes it away."""
    for match in _EACH_ATTRIBUTE.finditer(tag):
        if match[1] == name.encode():
            if value is None:
                return tag[: match.start()] + tag[match.end() :]
            at, end = match.span(2)
            return tag[:at] + quoted(value) + tag[end:]
    if value is None:
        return tag
    at = len(tag) - (2 if tag.endswith(b"/>") else 1)
    at = len(tag[:at].rstrip())
    return tag[:at] + b" " + name.encode() + b"=" + quoted(value) + tag[at:]


def opened(tag: bytes) -> bytes:
    """A start tag that does not close itself."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """The bytes with (start, end, replacement) done; they must not overlap.

    Those that insert at the same place come in the order given.
    """
    pieces: list[bytes] = []
    done = 0
    for start, end, new in sorted(splices, key=lambda each: each[:2]):
        assert start >= done, "two changes of the same bytes"
        pieces += (data[done:start], new)
        done = end
    return b"".join((*pieces, data[done:]))


def without(data: bytes, where: str, unwanted: Callable[[bytes, dict[str, str]], bool]) -> bytes:
    """A small part without those children of its root for which ``unwanted(local, attributes)``."""
    return spliced(
        data,
        [
            (child.start, child.end, b"")
            for child in children_of(data, where)[2]
            if unwanted(child.local, attributes(data[child.start : child.inside]))
        ],
    )


def children_of(data: bytes, where: str) -> tuple[Element, bytes, list[Element]]:
    """The root of a small part, the prefix of its name, and the root's children."""
    text = shadow(data, where)
    try:
        (root,) = elements(text, 0, len(text))
        return root, root.name[: -len(root.local)], list(elements(text, root.inside, root.close))
    except ValueError as error:
        raise unfit(where, "En del av filen är skadad.") from error


def with_last(data: bytes, where: str, children: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A small part with children at the end of its root: local names, and attributes as text."""
    root, prefix, _ = children_of(data, where)
    new = b"".join(b"<%s%s %s/>" % (prefix, name, rest) for name, rest in children)
    if not new:
        return data
    tag = data[root.start : root.inside]
    if root.inside == root.end:
        whole = opened(tag) + new + b"</" + root.name + b">"
        return spliced(data, [(root.start, root.end, whole)])
    return spliced(data, [(root.close, root.close, new)])


def prefixed(xml: bytes, prefix: bytes) -> bytes:
    """Elements of one namespace, all without a prefix, with one."""
    return _NAME_STARTS.sub(rb"<\1" + prefix, xml) if prefix else xml
