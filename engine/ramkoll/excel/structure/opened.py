"""A package as the rules look at it: parts, trees, content types and relationships."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from ramkoll.excel.ooxml import CONTENT_TYPES, part_name
from ramkoll.excel.structure.trees import Tree


class Link(NamedTuple):
    """A relationship; ``kind`` is the last word of its type, ``target`` a part or an address."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class Opened:
    """A package: bytes and trees by part, types as listed, relationships by source and id.

    ``""`` is the source of the package's own relationships.
    """

    parts: Mapping[str, bytes]
    trees: Mapping[str, Tree]
    types: Mapping[str, str]
    links: Mapping[str, Mapping[str, Link]]

    def root(self, part: str | None) -> Element | None:
        """The root of a part, None when it is not there or not readable."""
        tree = self.trees.get(part) if part else None
        return None if tree is None else tree.root

    def linked(self, source: str, kind: str) -> tuple[str, ...]:
        """The parts that a part has relationships of a kind to, each once."""
        links = self.links.get(source, {}).values()
        return tuple(
            dict.fromkeys(link.target for link in links if link.kind == kind and not link.external)
        )

    def target(self, source: str, id_: str | None, kind: str) -> str | None:
        """The part that an id of a part stands for, None unless it is of the kind."""
        link = self.links.get(source, {}).get(id_ or "")
        return link.target if link and link.kind == kind and not link.external else None

    def of_root(self, tag: str) -> Iterator[tuple[str, Element]]:
        """The parts whose root is this, with it."""
        for part, tree in self.trees.items():
            if tree.root.tag == tag:
                yield part, tree.root

    @property
    def book(self) -> str | None:
        """The part of the workbook."""
        return next(iter(self.linked("", "officeDocument")), None)


def rels_of(source: str) -> str:
    """The part that holds the relationships of a part."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def source_of(rels: str) -> str | None:
    """The part whose relationships a .rels part holds; None for another part."""
    folder, name = posixpath.split(rels)
    above, last = posixpath.split(folder)
    if last != "_rels" or not name.endswith(".rels"):
        return None
    return posixpath.join(above, name.removesuffix(".rels"))


def opened(parts: Mapping[str, bytes], trees: Mapping[str, Tree]) -> Opened:
    """The package of these parts."""
    links: dict[str, dict[str, Link]] = {}
    for part, tree in trees.items():
        source = source_of(part)
        if source is None or tree.root.tag != "rel.Relationships":
            continue
        found = links.setdefault(source, {})
        for each in tree.root:
            external = each.get("TargetMode") == "External"
            target = each.get("Target", "")
            if not external:
                target = _resolved(parts, source, target)
            kind = each.get("Type", "").rpartition("/")[2]
            found.setdefault(each.get("Id", ""), Link(kind, target, external))
    return Opened(parts, trees, _types(parts, trees), links)


def _resolved(parts: Mapping[str, bytes], source: str, target: str) -> str:
    name = part_name(posixpath.dirname(source), target.partition("#")[0])
    return name if name in parts else unquote(name).lower()


def _types(parts: Mapping[str, bytes], trees: Mapping[str, Tree]) -> dict[str, str]:
    by_part: dict[str, str] = {}
    by_extension: dict[str, str] = {}
    for each in trees[CONTENT_TYPES].root if CONTENT_TYPES in trees else ():
        kind = each.get("ContentType", "").strip()
        if each.tag == "ct.Override":
            by_part.setdefault(override_name(each), kind)
        else:
            by_extension.setdefault(each.get("Extension", "").lower(), kind)
    found = {}
    for part in parts:
        extension = posixpath.splitext(part)[1].lstrip(".")
        # A name that is an extension only (.rels) is one too.
        extension = extension or part.rpartition(".")[2]
        kind = by_part.get(part) or by_extension.get(extension, "")
        if kind:
            found[part] = kind
    return found


def override_name(element: Element) -> str:
    """The part that a line of the list of contents is about."""
    return unquote(element.get("PartName", "")).lstrip("/").lower()
