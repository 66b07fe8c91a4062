"""New looks at the end of a workbook's styles; nothing that stands there is moved or changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.graft.cell_edit import escapes
from ramkoll.excel.graft.markup import (
    Element,
    Splice,
    attributes,
    elements,
    lists,
    opened,
    prefixed,
    quoted,
    root_of,
    shadow,
    spliced,
    unfit,
    with_attribute,
)
from ramkoll.excel.number_formats import BUILT_IN
from ramkoll.model.errors import RamkollError

MAX_STYLES = 64_000
_DAMAGED = "Arbetsbokens format är skadade."
_FORMAT_OF_MARK = re.compile(rb"<numFmt [^>]*>")
_ENTRY = re.compile(rb"<(?:[^\s<>/:]+:)?xf[\s/>]")
_FIRST_OWN_FORMAT = 164
# Built-in formats that read the same in every country, so that the code may become a number.
_EVERYWHERE = frozenset({0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 20, 21, 45, 46, 47, 48, 49})
# The lists that may grow, and what stands between them, in the order of the standard.
_ORDER = (
    b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles", b"dxfs",
    b"tableStyles", b"colors", b"extLst",
)  # fmt: skip
_LISTS = frozenset({b"numFmts", b"fonts", b"fills", b"borders", b"cellXfs", b"dxfs"})

_NO_LOOK = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
_NO_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1">' + _NO_LOOK + b"</cellXfs>"
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    b"</styleSheet>"
)


def without_looks(last: int) -> bytes:
    """The styles of a workbook that has none, up to the last that its cells ask for all the same.

    All cells look as they did.
    """
    old, new = b'<cellXfs count="1">', b'<cellXfs count="%d">' % (last + 1)
    return _NO_STYLES.replace(old, new + _NO_LOOK * last)


class Adopted(NamedTuple):
    """Where the cell formats and the differential formats of another part stand in this one."""

    cells: tuple[int, ...]
    marks: tuple[int, ...]


@dataclass(slots=True)
class _List:
    """A list of the part: where it stands if it is there, its items, and the new ones."""

    place: Element | None
    items: list[bytes]
    new: list[bytes] = field(default_factory=list)
    _known: dict[bytes, int] = field(default_factory=dict)

    def index(self, item: bytes) -> int:
        """Where the item stands; added last when it stands nowhere."""
        if not self._known:
            for index, known in enumerate(self.items):
                self._known.setdefault(known, index)
        found = self._known.get(item)
        if found is None:
            found = self._known[item] = len(self.items)
            self.items.append(item)
            self.new.append(item)
        return found


class Styles:
    """A styles part that may grow."""

    def __init__(self, data: bytes, where: str) -> None:
        """Raises RamkollError for a part that cannot be extended without risk."""
        self._data, self._where = data, where
        text = shadow(data, where)
        self._root, self._prefix = root_of(data, text, b"styleSheet", where)
        self._lists = {name: _List(None, []) for name in _LISTS}
        self._places: dict[bytes, Element] = {}
        self._known_colours: list[str | None] = []
        # Lists that are there in one form or another, by what the reader knows.
        self._wrapped = b""
        try:
            for element, children in lists(text, self._root.inside, self._root.close):
                self._places.setdefault(element.local, element)
                if element.name == self._prefix + element.local and element.local in _LISTS:
                    items = [data[item.start : item.end] for item in children]
                    self._lists[element.local] = _List(element, items)
                elif element.local == b"AlternateContent":
                    self._wrapped += data[element.start : element.end]
            self._codes = dict(BUILT_IN)
            for item in self._lists[b"numFmts"].items:
                known = attributes(item)
                self._codes[int(known["numFmtId"])] = unescaped(known["formatCode"])
        except (ValueError, LookupError) as error:
            raise unfit(where, _DAMAGED) from error
        if not self._lists[b"fills"].items or not self._lists[b"cellXfs"].items:
            raise unfit(where, "Arbetsbokens format är ofullständiga.")
        if any(_ENTRY.match(item) is None for item in self._lists[b"cellXfs"].items):
            raise unfit(where, _DAMAGED)

    def variant(self, style: int, number_format: str | None, fill: str | None) -> int:
        """The style that is like ``style`` but for these; ``style`` itself if it has them.

        Raises RamkollError when the workbook has no room for another, or no such style.
        """
        looks = self._lists[b"cellXfs"]
        if style >= len(looks.items):
            raise unfit(self._where, "En cell har ett format som saknas i arbetsboken.")
        look = looks.items[style]
        inside = look.index(b">") + 1  # no attribute of a look holds one
        tag, rest = look[:inside], look[inside:]
        known = attributes(tag)
        try:
            code = self._codes.get(int(known.get("numFmtId", "0")))
            filled = int(known.get("fillId", "0"))
            colours = self._colours() if fill is not None else []
        except ValueError as error:
            raise unfit(self._where, _DAMAGED) from error
        if number_format is not None and code != number_format:
            tag = with_attribute(tag, "numFmtId", str(self._format(number_format)))
            tag = with_attribute(tag, "applyNumberFormat", "1")
        if fill is not None and (filled >= len(colours) or colours[filled] != fill.upper()):
            tag = with_attribute(tag, "fillId", str(self._fill(fill.upper())))
            tag = with_attribute(tag, "applyFill", "1")
        return style if tag + rest == look else self._look(tag + rest)

    def conditional(self, look: bytes) -> int:
        """Where a differential format, written without prefix, stands; last if it is new."""
        return self._lists[b"dxfs"].index(self._named(look))

    def adopt(self, other: bytes) -> Adopted:
        """The cell formats but the first, and all differential formats, of another styles part.

        It has no prefix. What stands here already is found again. Raises RamkollError when there
        is no room.
        """
        theirs = Styles(other, self._where)
        if not self._lists[b"fonts"].items or not self._lists[b"borders"].items:
            # What has no font and border of its own must not get ours.
            usual = Styles(_NO_STYLES, self._where)
            for name in (b"fonts", b"borders"):
                if not self._lists[name].items:
                    self._lists[name].index(self._named(usual._lists[name].items[0]))
        based = b"cellStyleXfs" in self._places

        def same(name: bytes, index: str) -> int:
            return self._lists[name].index(self._named(theirs._lists[name].items[int(index)]))

        def look(item: bytes) -> int:
            inside = item.index(b">") + 1
            tag, rest = item[:inside], item[inside:]
            known = attributes(tag)
            code = theirs._codes.get(int(known["numFmtId"]), "General")
            for name, number, applied in (
                ("numFmtId", self._format(code), "applyNumberFormat"),
                ("fontId", same(b"fonts", known["fontId"]), "applyFont"),
                ("fillId", same(b"fills", known["fillId"]), "applyFill"),
                ("borderId", same(b"borders", known["borderId"]), "applyBorder"),
            ):
                tag = with_attribute(tag, name, str(number))
                if number:
                    tag = with_attribute(tag, applied, "1")
            if not based:
                tag = with_attribute(tag, "xfId", None)
            return self._look(self._named(tag + rest))

        def mark(item: bytes) -> int:
            numbered = _FORMAT_OF_MARK.search(item)
            if numbered is not None:
                code = unescaped(attributes(numbered[0])["formatCode"])
                tag = with_attribute(numbered[0], "numFmtId", str(self._format(code)))
                item = item.replace(numbered[0], tag)
            return self._lists[b"dxfs"].index(self._named(item))

        looks = (0, *map(look, theirs._lists[b"cellXfs"].items[1:]))
        marks = tuple(map(mark, theirs._lists[b"dxfs"].items))
        return Adopted(looks, marks)

    def _named(self, item: bytes) -> bytes:
        return prefixed(item, self._prefix)

    def _look(self, look: bytes) -> int:
        index = self._lists[b"cellXfs"].index(look)
        if index >= MAX_STYLES:
            raise RamkollError(
                "Arbetsboken har så många cellformat att det inte ryms fler.",
                where=self._where,
                todo="Ta bort oanvända format i Excel och försök igen.",
            )
        return index

    def result(self) -> bytes:
        """The part with all that was added."""
        splices: list[Splice] = []
        for name in _ORDER:
            each = self._lists.get(name)
            if each is None or not each.new:
                continue
            new, close = b"".join(each.new), b"</" + self._prefix + name + b">"
            count = str(len(each.items))
            if each.place is None:
                if name in self._wrapped:
                    raise unfit(self._where, "Arbetsbokens format finns i flera former.")
                tag = b"<" + self._prefix + name + b" count=" + quoted(count) + b">"
                at = self._place_for(name)
                splices.append((at, at, tag + new + close))
                continue
            place = each.place
            old = self._data[place.start : place.inside]
            tag = with_attribute(opened(old), "count", count)
            splices.append((place.start, place.inside, tag))
            if old.endswith(b"/>"):
                new += close
            splices.append((place.close, place.close, new))
        return spliced(self._data, splices)

    def _place_for(self, name: bytes) -> int:
        """Where a list that is not there belongs."""
        before = _ORDER[: _ORDER.index(name)]
        ends = (place.end for each, place in self._places.items() if each in before)
        return max(ends, default=self._root.inside)

    def _format(self, code: str) -> int:
        for number, known in self._codes.items():
            if known == code and (number in _EVERYWHERE or number not in BUILT_IN):
                return number
        number = max(_FIRST_OWN_FORMAT - 1, *self._codes) + 1
        tag = b"<" + self._prefix + b"numFmt numFmtId=" + quoted(str(number))
        self._lists[b"numFmts"].index(tag + b" formatCode=" + quoted(escapes(code)) + b"/>")
        self._codes[number] = code
        return number

    def _colours(self) -> list[str | None]:
        """The colours of all fills, looked at when one is asked for."""
        fills = self._lists[b"fills"].items
        self._known_colours += map(_fill, fills[len(self._known_colours) :])
        return self._known_colours

    def _fill(self, colour: str) -> int:
        known = self._colours()
        if colour in known:
            return known.index(colour)
        p = self._prefix
        if colour:
            inside = b' patternType="solid"><%sfgColor rgb="FF%s"/>' % (p, colour[1:].encode())
            inside += b'<%sbgColor indexed="64"/></%spatternFill>' % (p, p)
        else:
            inside = b' patternType="none"/>'
        fill = b"<%sfill><%spatternFill%s</%sfill>" % (p, p, inside, p)
        return self._lists[b"fills"].index(fill)


def _fill(item: bytes) -> str | None:
    """The colour of a solid fill, ``""`` for none at all, None for any other."""
    (fill,) = elements(item, 0, len(item))
    inner = list(elements(item, fill.inside, fill.close))
    if not inner:
        return ""
    if len(inner) > 1 or inner[0].local != b"patternFill":
        return None
    pattern = attributes(item[inner[0].start : inner[0].inside]).get("patternType", "none")
    if pattern == "none":
        return ""
    for colour in elements(item, inner[0].inside, inner[0].close):
        known = attributes(item[colour.start : colour.inside])
        if pattern == "solid" and colour.local == b"fgColor" and known.keys() == {"rgb"}:
            return "#" + known["rgb"][-6:].upper()
    return None
