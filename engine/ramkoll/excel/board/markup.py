"""XML written anew from an allow-list: what is not named here does not come along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWN = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CHART_2010 = "http://schemas.microsoft.com/office/drawing/2007/8/2/chart"
ON_SHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
XML = "http://www.w3.org/XML/1998/namespace"

_PREFIXES = {LINK: "r", DRAWN: "a", CHART: "c", CHART_2010: "c14", ON_SHEET: "xdr", XML: "xml"}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Attributes = Mapping[str, str]


def made(tag: str, attributes: Attributes | None = None, *children: Element) -> Element:
    """An element of the sheets' own namespace, with these children."""
    return made_in(MAIN, tag, attributes, *children)


def made_in(
    namespace: str, tag: str, attributes: Attributes | None = None, *children: Element
) -> Element:
    """An element of a namespace, with these children."""
    element = Element(f"{{{namespace}}}{tag}", dict(attributes or {}))
    element.extend(children)
    return element


def attributes_of(element: Element, *names: str) -> dict[str, str]:
    """Those of the named attributes that an element has."""
    return {name: value for name in names if (value := element.get(name)) is not None}


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element | None, name: str) -> Element | None:
    """The first child of a local name."""
    return next(iter(children(element, name)), None)


def children(element: Element | None, name: str) -> list[Element]:
    """The children of a local name."""
    return [] if element is None else [each for each in element if local(each) == name]


def text_of(element: Element | None) -> str:
    """The text of an element; empty without one."""
    return "" if element is None else element.text or ""


def document(root: Element) -> bytes:
    """A whole part. The root's own namespace has no prefix where it is that of sheets or lists."""
    used = sorted({_namespace(name) for each in root.iter() for name in (each.tag, *each.attrib)})
    own = _namespace(root.tag)
    pieces: list[str] = [_HEAD]
    prefixes = {name: _PREFIXES[name] for name in used if name in _PREFIXES}
    declared = "".join(
        f' xmlns:{prefix}="{name}"' for name, prefix in prefixes.items() if name != XML
    )
    if own not in _PREFIXES:
        declared = f' xmlns="{own}"{declared}'
    _write(root, {**prefixes, own: prefixes.get(own, "")}, declared, pieces)
    return "".join(pieces).encode()


def fragment(element: Element) -> str:
    """An element as text, to be told from others by."""
    pieces: list[str] = []
    _write(element, {**_PREFIXES, MAIN: ""}, "", pieces)
    return "".join(pieces)


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _named(name: str, prefixes: Mapping[str, str]) -> str:
    if not name.startswith("{"):
        return name
    namespace, _, tag = name[1:].partition("}")
    prefix = prefixes[namespace]
    return f"{prefix}:{tag}" if prefix else tag


def _write(element: Element, prefixes: Mapping[str, str], declared: str, pieces: list[str]) -> None:
    name = _named(element.tag, prefixes)
    said = "".join(f' {_named(k, prefixes)}="{_quoted(v)}"' for k, v in element.attrib.items())
    if not len(element) and not element.text:
        pieces.append(f"<{name}{declared}{said}/>")
        return
    pieces.append(f"<{name}{declared}{said}>")
    if element.text:
        pieces.append(_escaped(element.text))
    for each in element:
        _write(each, prefixes, "", pieces)
    pieces.append(f"</{name}>")


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def _quoted(text: str) -> str:
    text = _escaped(text).replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;")


class Vocabulary:
    """The elements of one namespace that may come along, each with its attributes.

    ``words`` has a line for each: its name, a colon, its attributes; several names may share a
    line. Those of ``texts`` hold text. An attribute is one word or number unless it is in ``free``.
    """

    def __init__(
        self, namespace: str, words: str, texts: str = "", free: str = "", common: str = ""
    ) -> None:
        self.namespace = namespace
        self._texts, self._free = frozenset(texts.split()), frozenset(free.split())
        self._attributes: dict[str, tuple[str, ...]] = {}
        for line in words.strip().splitlines():
            names, _, attributes = line.partition(":")
            for name in names.split():
                self._attributes[name] = (*attributes.split(), *common.split())

    def element(self, source: Element) -> Element | None:
        """A new element with what is allowed of it, without children; None if it is not."""
        name = local(source)
        allowed = self._attributes.get(name)
        if allowed is None or _namespace(source.tag) != self.namespace:
            return None
        new = Element(f"{{{self.namespace}}}{name}")
        for key in allowed:
            value = source.get(key)
            if value is not None and (key in self._free or _is_word(value)):
                # Some programs leave out that a colour is opaque, and then Excel reads none.
                new.set(key, f"FF{value}" if key == "rgb" and len(value) == 6 else value)
        if name in self._texts:
            new.text = source.text
        return new

    def tree(self, source: Element) -> Element | None:
        """The element with all below it that is allowed."""
        new = self.element(source)
        if new is not None:
            new.extend(self.trees(source))
        return new

    def trees(self, source: Element) -> Iterator[Element]:
        """The allowed ones among the children."""
        for each in source:
            new = self.tree(each)
            if new is not None:
                yield new


def _is_word(value: str) -> bool:
    return len(value) <= 40 and all(each.isalnum() or each in "-+.%#_" for each in value)
