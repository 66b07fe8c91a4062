"""The workbook part as text: sheets listed and unlisted, names, what is asked when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.graft.cell_edit import escapes
from ramkoll.excel.graft.markup import (
    Element,
    Splice,
    attributes,
    children_of,
    escaped,
    opened,
    plain,
    quoted,
    spliced,
    unfit,
    with_attribute,
)
from ramkoll.excel.ooxml import MAIN

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"

#: A name, in small letters, and the position of the sheet that it belongs to; None is the workbook.
NameKey: TypeAlias = tuple[str, int | None]

_LAST_NUMBER = 65_534
# Ends the tag of a list of names that was there and empty: without names it is so again.
_WAS_EMPTY = b"\n>"
# What a workbook part may hold, in the order of the standard.
_ORDER = (
    b"fileVersion", b"fileSharing", b"workbookPr", b"workbookProtection", b"bookViews", b"sheets",
    b"functionGroups", b"externalReferences", b"definedNames", b"calcPr", b"oleSize",
    b"customWorkbookViews", b"pivotCaches", b"smartTagPr", b"smartTagTypes", b"webPublishing",
    b"fileRecoveryPr", b"webPublishObjects", b"extLst",
)  # fmt: skip


class _Main(NamedTuple):
    data: bytes
    where: str
    root: Element
    prefix: bytes
    children: list[Element]

    def child(self, local: bytes) -> Element | None:
        name = self.prefix + local
        return next((each for each in self.children if each.name == name), None)

    def inside(self, element: Element) -> list[Element]:
        """The children of a child of the root."""
        piece = self.data[element.start : element.end]
        moved = children_of(piece, self.where)[2]
        return [
            Element(each.name, *(place + element.start for place in each[1:])) for each in moved
        ]

    def tag(self, element: Element) -> bytes:
        return self.data[element.start : element.inside]

    def place_for(self, local: bytes) -> int:
        """Where a child that is not there belongs."""
        later = _ORDER[_ORDER.index(local) + 1 :]
        return next((c.start for c in self.children if c.local in later), self.root.close)


def _read(data: bytes, where: str) -> _Main:
    root, prefix, children = children_of(data, where)
    declared = attributes(data[root.start : root.inside])
    space = declared.get("xmlns:" + prefix[:-1].decode() if prefix else "xmlns", "")
    if root.local != b"workbook" or "{" + space + "}" not in MAIN:
        raise unfit(where, "En del av filen har ett okänt innehåll.")
    return _Main(data, where, root, prefix, children)


def with_tab(data: bytes, where: str, name: str, relationship: str) -> bytes:
    """The part with a sheet last, visible, under the next free number."""
    main = _read(data, where)
    sheets = main.child(b"sheets")
    if sheets is None or sheets.inside == sheets.end:
        raise unfit(where, "Arbetsboken saknar blad.")
    tabs = [attributes(main.tag(each)) for each in main.inside(sheets)]
    try:
        numbers = {int(tab["sheetId"]) for tab in tabs}
    except (ValueError, LookupError) as error:
        raise unfit(where, "Ett blad saknar nummer.") from error
    number = max(numbers, default=0) + 1
    if number > _LAST_NUMBER:
        number = min(set(range(1, len(numbers) + 2)) - numbers)
    declared = attributes(main.tag(main.root)) | attributes(main.tag(sheets))
    spaces = {space: name for name, space in declared.items() if name.startswith("xmlns:")}
    known = spaces.get(RELATIONSHIPS) or spaces.get(STRICT_RELATIONSHIPS)
    tag = b"<" + main.prefix + b"sheet name=" + quoted(escapes(name))
    tag += b' sheetId="%d"' % number
    if known is None:
        space = STRICT_RELATIONSHIPS if b"purl.oclc.org" in main.tag(main.root) else RELATIONSHIPS
        tag += b" xmlns:r=" + quoted(space)
    prefix = known.removeprefix("xmlns:") if known else "r"
    tag += b" %s:id=%s/>" % (prefix.encode(), quoted(relationship))
    splices = [(sheets.close, sheets.close, tag)]
    if main.child(b"bookViews") is None:
        # A sheet's view is always that of a window.
        p = main.prefix
        view = b"<%sbookViews><%sworkbookView/></%sbookViews>" % (p, p, p)
        splices.append((sheets.start, sheets.start, view))
    return spliced(data, splices)


def without_tab(data: bytes, where: str, at: int, count: int, shown: int) -> bytes:
    """The part without the sheet at a position of so many, and its names; others move up.

    ``shown`` is the position, among those that are left, of the sheet to show where the one that
    goes was shown.
    """
    main = _read(data, where)
    sheets = main.child(b"sheets")
    assert sheets is not None
    tabs = main.inside(sheets)
    if len(tabs) != count or any(tab.name != main.prefix + b"sheet" for tab in tabs):
        raise unfit(where, "Arbetsbokens förteckning över blad är skadad.")
    splices: list[Splice] = [(tabs[at].start, tabs[at].end, b"")]
    gone = attributes(main.tag(tabs[at])).get("sheetId")
    left = [tab for position, tab in enumerate(tabs) if position != at]
    instead = attributes(main.tag(left[shown])).get("sheetId", "")

    def moved(position: int) -> int:
        return position - 1 if position > at else position

    def set_in(element: Element, changes: Mapping[str, Callable[[int], int]]) -> None:
        tag = new = main.tag(element)
        known = attributes(tag)
        for name, change in changes.items():
            if name in known:
                old = _number(known[name], where)
                if change(old) != old:
                    new = with_attribute(new, name, str(change(old)))
        if new != tag:
            splices.append((element.start, element.inside, new))

    if (views := main.child(b"bookViews")) is not None:
        for view in main.inside(views):
            set_in(
                view,
                {
                    "activeTab": lambda tab: shown if tab == at else moved(tab),
                    "firstSheet": lambda tab: min(moved(tab), len(left) - 1),
                },
            )
    if (names := main.child(b"definedNames")) is not None:
        defined = main.inside(names)
        local = {each: attributes(main.tag(each)).get("localSheetId") for each in defined}
        own = [each for each in defined if local[each] is not None and local[each] == str(at)]
        if own and len(own) == len(defined):
            splices.append(_emptied(main, names))
        else:
            splices += [(each.start, each.end, b"") for each in own]
            for each in defined:
                if each not in own:
                    set_in(each, {"localSheetId": moved})
    if (customs := main.child(b"customWorkbookViews")) is not None:
        for view in main.inside(customs):
            tag = main.tag(view)
            if gone is not None and attributes(tag).get("activeSheetId") == gone:
                new = with_attribute(tag, "activeSheetId", instead)
                splices.append((view.start, view.inside, new))
    return spliced(data, splices)


def _number(text: str, where: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise unfit(where, "Arbetsboken är skadad.") from error


def names_in(data: bytes, where: str) -> dict[NameKey, str]:
    """The names that the part defines, with what they stand for."""
    main = _read(data, where)
    names = main.child(b"definedNames")
    return {} if names is None else {k: _text(main, e) for k, e in _defined(main, names).items()}


def with_names(data: bytes, where: str, changes: Mapping[NameKey, tuple[str, str] | None]) -> bytes:
    """The part with names defined, as they are spelled and what they stand for, or taken away.

    New ones are put in where they belong by the alphabet, and all others left as they stand.
    """
    main = _read(data, where)
    names = main.child(b"definedNames")
    known = {} if names is None else _defined(main, names)
    splices: list[Splice] = []
    new: list[tuple[NameKey, bytes]] = []
    for key, change in changes.items():
        element = known.get(key)
        if change is None:
            if element is not None:
                splices.append((element.start, element.end, b""))
        elif element is None:
            new.append((key, _definition(main.prefix, key, *change)))
        elif _text(main, element) != change[1]:
            tag = opened(main.tag(element))
            whole = tag + escaped(change[1]) + b"</" + element.name + b">"
            splices.append((element.start, element.end, whole))
    new.sort(key=lambda each: _sorting(each[0]))
    if names is None:
        if new:
            whole = b"<%sdefinedNames>%s</%sdefinedNames>" % (
                main.prefix, b"".join(text for _, text in new), main.prefix,
            )  # fmt: skip
            at = main.place_for(b"definedNames")
            splices.append((at, at, whole))
        return spliced(data, splices)
    gone = [key for key, change in changes.items() if change is None and key in known]
    if known and not new and len(gone) == len(known):
        return spliced(data, [_emptied(main, names)])
    if new and names.inside == names.end:
        inside = b"".join(text for _, text in new)
        tag = main.tag(names)
        tag = tag[:-2] + _WAS_EMPTY if tag.endswith(b"/>") else tag
        whole = tag + inside + b"</" + names.name + b">"
        return spliced(data, [(names.start, names.end, whole)])
    for key, text in new:
        later = (e.start for k, e in known.items() if _sorting(k) > _sorting(key))
        at = next(later, names.close)
        splices.append((at, at, text))
    return spliced(data, splices)


def _emptied(main: _Main, names: Element) -> Splice:
    """The list without any name, as it was before the first."""
    tag = main.tag(names)
    was_empty = tag.endswith(_WAS_EMPTY)
    return names.start, names.end, tag[: -len(_WAS_EMPTY)] + b"/>" if was_empty else b""


def _defined(main: _Main, names: Element) -> dict[NameKey, Element]:
    found: dict[NameKey, Element] = {}
    for each in main.inside(names):
        known = attributes(main.tag(each))
        local = known.get("localSheetId")
        position = None if local is None else _number(local, main.where)
        found.setdefault((unescaped(known.get("name", "")).casefold(), position), each)
    return found


def _text(main: _Main, element: Element) -> str:
    return plain(main.data[element.inside : element.close].decode())


def _sorting(key: NameKey) -> tuple[str, int]:
    # As Excel does, which shows its own names without what marks them as such.
    return key[0].removeprefix("_xlnm."), -1 if key[1] is None else key[1]


def _definition(prefix: bytes, key: NameKey, name: str, reference: str) -> bytes:
    tag = b"<" + prefix + b"definedName name=" + quoted(name)
    if key[1] is not None:
        tag += b' localSheetId="%d"' % key[1]
    return tag + b">" + escaped(reference) + b"</" + prefix + b"definedName>"


def asking_for_calculation(data: bytes, where: str) -> bytes:
    """The part, asking Excel to calculate all formulas when it opens the workbook."""
    main = _read(data, where)
    settings = main.child(b"calcPr")
    if settings is None:
        at = main.place_for(b"calcPr")
        return spliced(data, [(at, at, b"<" + main.prefix + b'calcPr fullCalcOnLoad="1"/>')])
    tag = main.tag(settings)
    if attributes(tag).get("fullCalcOnLoad") in ("1", "true"):
        return data
    new = with_attribute(tag, "fullCalcOnLoad", "1")
    return spliced(data, [(settings.start, settings.inside, new)])
