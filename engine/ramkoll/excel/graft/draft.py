"""A package with changes that are not yet written: parts, what points at them, what lists them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple
from urllib.parse import unquote

from ramkoll.excel.graft.markup import attributes, children_of, quoted, with_last, without
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.what import PartEdit
from ramkoll.excel.limits import MAX_ENTRIES
from ramkoll.excel.ooxml import CONTENT_TYPES, content_types, part_name
from ramkoll.excel.unreadable import damaged, too_large

_RELS = "application/vnd.openxmlformats-package.relationships+xml"
_NO_RELS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)


class Link(NamedTuple):
    """A relationship as it is written; ``part`` is the part it points at, ``""`` outside."""

    id: str
    type: str
    target: str
    part: str

    @property
    def kind(self) -> str:
        """The last word of the type."""
        return self.type.rpartition("/")[2]


@dataclass(slots=True)
class Draft(Mapping[str, bytes]):
    """The parts of a package by name in lower case, as they will be."""

    package: Package
    _new: dict[str, bytes] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    _paths: dict[str, str] = field(default_factory=dict)
    _said: dict[str, dict[str, None]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file's name in messages."""
        return self.package.file

    def __getitem__(self, name: str) -> bytes:
        if name in self._gone:
            raise KeyError(name)
        new = self._new.get(name)
        return self.package[name] if new is None else new

    def __contains__(self, name: object) -> bool:
        return name in self._new or (name in self.package and name not in self._gone)

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.package if name not in self._gone)
        yield from (name for name in self._new if name not in self.package)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def put(self, path: str, data: bytes, what: str) -> str:
        """Give a part its content, and say in Swedish why; its name in lower case."""
        name = path.lower()
        if name in self._gone:
            # It went only to make room for this.
            self._gone.discard(name)
            self._said.pop(name, None)
        if name not in self or self[name] != data:
            self._said.setdefault(name, {})[what] = None
        self._new[name] = data
        if name not in self.package:
            self._paths.setdefault(name, path)
        return name

    def drop(self, name: str, what: str) -> None:
        """Take a part away with its relationships; what points at it is for the caller."""
        for each in (name, rels_of(name)):
            if each in self:
                self._new.pop(each, None)
                self._gone.add(each)
                self._said.setdefault(each, {})[what] = None

    def path(self, name: str) -> str:
        """The name of a part as the archive spells it."""
        return self.package.path(name) if name in self.package else self._paths[name]

    def free(self, folder: str, stem: str) -> str:
        """A path in a folder that no part has: the stem with the lowest number that is free."""
        listed = content_types(self, self.file).by_part
        number = 1
        while True:
            path = posixpath.join(folder, f"{stem}{number}.xml")
            name = path.lower()
            # What is listed and not there is missed by something: it must not find our part.
            if name not in self and (name in self._gone or name not in listed):
                return path
            number += 1

    def result(self) -> tuple[bytes, tuple[PartEdit, ...]]:
        """The new package, and what differs; the very bytes of the old one when nothing does."""
        changed = {
            name: data
            for name, data in self._new.items()
            if name not in self.package or self.package[name] != data
        }
        gone = {name for name in self._gone if name in self.package}
        if not changed and not gone:
            return self.package.data, ()
        if len(self) > MAX_ENTRIES:
            raise too_large(self.file, "Arbetsboken skulle få fler delar än 2\u00a0000.")
        edits = tuple(
            PartEdit(
                self.package.path(name) if name in self.package else self._paths[name],
                "; ".join(self._said[name]),
            )
            for name in sorted(changed.keys() | gone)
        )
        return self.package.rewritten(changed, gone, self._paths), edits


def rels_of(part: str) -> str:
    """The name of the part that holds a part's relationships."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def part_at(draft: Mapping[str, bytes], target: str, file: str) -> str:
    """The name of the part that a relationship points at, which may be percent-encoded."""
    for name in (target, unquote(target).lower()):
        if name in draft:
            return name
    raise damaged(file, "Filen är skadad: en del som den hänvisar till saknas.")


def links(parts: Mapping[str, bytes], source: str, file: str) -> list[Link]:
    """All relationships of a part as they are written, in their order. Raises RamkollError."""
    rels = rels_of(source)
    if rels not in parts:
        return []
    data, found = parts[rels], []
    for child in children_of(data, file)[2]:
        known = attributes(data[child.start : child.inside])
        target, part = known.get("Target", ""), ""
        if known.get("TargetMode") != "External":
            part = part_name(posixpath.dirname(source), target)
            part = part if part in parts else unquote(part).lower()
        found.append(Link(known.get("Id", ""), known.get("Type", ""), target, part))
    return found


def link(draft: Draft, source: str, wanted: Iterable[Link], what: str) -> None:
    """Add relationships to a part; those to outside have no ``part``.

    A target that is a part is written as it is found from the source.
    """
    rels = rels_of(source)
    folder = posixpath.dirname(draft.path(source))
    new = []
    for each in wanted:
        target = each.target
        if each.part:
            target = posixpath.relpath("/" + draft.path(each.part), "/" + folder)
        text = b"Id=%s Type=%s Target=%s" % (quoted(each.id), quoted(each.type), quoted(target))
        new.append((b"Relationship", text + (b"" if each.part else b' TargetMode="External"')))
    if not new:
        return
    is_new = rels not in draft
    path = rels_of(draft.path(source)) if is_new else draft.path(rels)
    draft.put(path, with_last(draft.get(rels, _NO_RELS), draft.file, new), what)
    if is_new and content_types(draft, draft.file).by_extension.get("rels") is None:
        list_parts(draft, (), {rels: _RELS}, what)


def unlink(draft: Draft, source: str, ids: Collection[str], what: str) -> None:
    """Take relationships from a part."""
    rels = rels_of(source)
    data = without(draft[rels], draft.file, lambda _, known: known.get("Id") in ids)
    draft.put(draft.path(rels), data, what)


def free_ids(known: Iterable[Link]) -> Iterator[str]:
    """Ids that no relationship of a part has, one after the other."""
    taken = {each.id for each in known}
    return (id_ for n in count(len(taken) + 1) if (id_ := f"rId{n}") not in taken)


def list_parts(draft: Draft, gone: Collection[str], new: Mapping[str, str], what: str) -> None:
    """Make the list of contents say what new parts are, and nothing of parts that are gone."""
    known = content_types(draft, draft.file).by_part
    missing = {name: type_ for name, type_ in new.items() if known.get(name) != type_}
    wrong = {*gone, *missing} & known.keys()
    unlist(draft, [name for name in wrong if name in missing or name not in draft], what)
    overrides = []
    for name, type_ in missing.items():
        text = b"PartName=%s ContentType=%s" % (quoted("/" + draft.path(name)), quoted(type_))
        overrides.append((b"Override", text))
    _list(draft, overrides, what)


def unlist(draft: Draft, parts: Collection[str], what: str) -> None:
    """Take parts that are gone from the list of contents."""

    def unwanted(local: bytes, known: dict[str, str]) -> bool:
        name = unquote(known.get("PartName", "")).lstrip("/").lower()
        return local == b"Override" and name in parts

    if parts:
        data = without(draft[CONTENT_TYPES], draft.file, unwanted)
        draft.put(draft.path(CONTENT_TYPES), data, what)


def _list(draft: Draft, new: list[tuple[bytes, bytes]], what: str) -> None:
    if new:
        data = with_last(draft[CONTENT_TYPES], draft.file, new)
        draft.put(draft.path(CONTENT_TYPES), data, what)


def drop_with_own(draft: Draft, part: str, what: str, *, itself: bool) -> set[str]:
    """Take away the parts that only this part, and what goes with it, points at.

    ``itself`` takes away the part too; if not, its relationships go all the same. What other parts
    point at as well stays. Returns the names of what went, which the list of contents still has.
    """
    gone, waiting = {part}, [part]
    while waiting:
        for each in links(draft, waiting.pop(), draft.file):
            if each.part in draft and each.part not in gone and not is_used(draft, each.part, gone):
                gone.add(each.part)
                waiting.append(each.part)
    listed = gone | {rels_of(name) for name in gone}
    if not itself:
        gone.remove(part)
        listed.remove(part)
        draft.drop(rels_of(part), what)
    for name in gone:
        draft.drop(name, what)
    return listed


def is_used(draft: Draft, part: str, gone: Collection[str] = ()) -> bool:
    """Whether a part that stays points at it."""
    name = posixpath.basename(part).encode()
    for rels in draft:
        folder, _, of = rels.rpartition("/")
        if not of.endswith(".rels") or not folder.endswith("_rels"):
            continue
        source = posixpath.join(posixpath.dirname(folder), of.removesuffix(".rels"))
        if source in gone:
            continue
        data = draft[rels]
        # Most parts have nothing to do with it, and that is seen at once.
        if (b"%" in data or name in data.lower()) and any(
            each.part == part for each in links(draft, source, draft.file)
        ):
            return True
    return False
