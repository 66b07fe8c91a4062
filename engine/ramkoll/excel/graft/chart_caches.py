"""The values that charts keep of the cells they draw, made to follow cells that were changed.

Only the points of changed cells are touched; every other byte of a chart stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ramkoll.excel.blocks import Areas, Block, places_in, size_of
from ramkoll.excel.cell_values import xml_bool
from ramkoll.excel.engine import Place, number_of
from ramkoll.excel.graft.cell_edit import stored
from ramkoll.excel.graft.markup import (
    Element,
    Splice,
    attributes,
    elements,
    escaped,
    opened,
    plain,
    quoted,
    shadow,
    spliced,
)
from ramkoll.excel.graft.mentions import CHARTS, NEW_CHARTS
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.what import PartEdit
from ramkoll.excel.ooxml import content_types
from ramkoll.excel.reach import Reach
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission

_REFERENCES = re.compile(
    rb"<((?:[\w.-]+:)?(?:numRef|strRef|multiLvlStrRef|datalabelsRange))(?:\s[^<>]*)?>"
)
_CACHES = frozenset({b"numCache", b"strCache", b"multiLvlStrCache", b"dlblRangeCache"})
_VISIBLE_ONLY = re.compile(rb"""<(?:[\w.-]+:)?plotVisOnly(?:\s+val\s*=\s*["'](\w+)["'])?\s*/?>""")
_NO_SHEET = -2
_MOST_POINTS = 100_000  # Excel draws 32,000 points of a series
_PLAIN_FORMATS = frozenset({"General", "0", "@"})


class Unsure(Exception):
    """A cache that cannot be made to follow."""


class _Point(NamedTuple):
    """A point of a cache, with where its value stands."""

    element: Element
    value: Element
    text: str


def charts_followed(
    package: Package,
    reach: Reach,
    touched: Areas,
    shown: Callable[[Place], Cell],
    workbook: Submission,
) -> tuple[list[tuple[PartEdit, bytes]], tuple[PartEdit, ...]]:
    """The charts with new values for touched cells, and those parts that could not follow.

    ``shown`` gives a cell as it is now. Excel draws every chart from its cells; what a chart
    keeps is for those who look without Excel.
    """
    kinds = content_types(package, package.file)
    changed: list[tuple[PartEdit, bytes]] = []
    left: list[PartEdit] = []
    for part in package:
        kind = kinds.of(part)
        if kind.endswith(NEW_CHARTS):
            if _touched_somewhere(package[part], reach, touched):
                left.append(PartEdit(part, "diagrammets lagrade värden är inte uppdaterade"))
        elif kind.endswith(CHARTS):
            data = package[part]
            try:
                new, unsure = _followed(data, part, reach, touched, shown, workbook)
            except (RamkollError, ValueError):
                new, unsure = data, _touched_somewhere(data, reach, touched)
            if new != data:
                changed.append((PartEdit(part, "diagrammets lagrade värden följer cellerna"), new))
            if unsure:
                left.append(PartEdit(part, "diagrammets lagrade värden är inte alla uppdaterade"))
    return changed, tuple(left)


def _touched_somewhere(data: bytes, reach: Reach, touched: Areas) -> bool:
    """Whether a chart of any kind may draw touched cells."""
    texts = re.findall(rb"<(?:[\w.-]+:)?f(?:\s[^<>]*)?>([^<]*)<", data)
    return any(
        touched.meets(each)
        for text in texts
        for each in reach.of(plain(text.decode("utf-8", "replace")), _NO_SHEET).blocks
    )


def _followed(
    data: bytes,
    part: str,
    reach: Reach,
    touched: Areas,
    shown: Callable[[Place], Cell],
    workbook: Submission,
) -> tuple[bytes, bool]:
    """A chart with the new values; whether some of them could not be told."""
    text = shadow(data, part)
    only = _VISIBLE_ONLY.search(text)
    visible_only = only is None or xml_bool((only[1] or b"1").decode().lower())
    splices: list[Splice] = []
    unsure = False
    for match in _REFERENCES.finditer(text):
        close = text.find(b"</" + match[1], match.end())
        children = {each.local: each for each in elements(text, match.end(), close)}
        formula = children.get(b"f")
        cache = next((each for name, each in children.items() if name in _CACHES), None)
        if formula is None or cache is None or cache.inside == cache.close:
            continue
        words = plain(data[formula.inside : formula.close].decode()).strip()
        blocks = reach.of(words, _NO_SHEET).blocks
        if not any(map(touched.meets, blocks)):
            continue
        try:
            splices += _Cache(data, text, cache, shown, workbook).followed(
                blocks, touched, visible_only
            )
        except Unsure:
            unsure = True
    return spliced(data, splices), unsure


class _Cache(NamedTuple):
    """One cache of a chart."""

    data: bytes
    text: bytes
    element: Element
    shown: Callable[[Place], Cell]
    workbook: Submission

    def followed(
        self, blocks: Sequence[Block], touched: Areas, visible_only: bool
    ) -> Iterator[Splice]:
        """What makes it follow. Raises Unsure."""
        children = list(elements(self.text, self.element.inside, self.element.close))
        count = next((each for each in children if each.local == b"ptCount"), None)
        if count is None:
            raise Unsure
        points = int(attributes(self.text[count.start : count.inside]).get("val", ""))
        levels = [each for each in children if each.local == b"lvl"]
        if self.element.local == b"multiLvlStrCache":
            lists = self._levels(blocks, points, len(levels))
        else:
            lists, levels = [self._places(blocks, points, visible_only)], [self.element]
        splices: list[Splice] = []
        for places, level in zip(lists, levels, strict=True):
            wanted = {n: place for n, place in enumerate(places) if touched.holds(place)}
            splices += self._points(level, count, wanted)
        return iter(splices)

    def _places(self, blocks: Sequence[Block], points: int, visible_only: bool) -> list[Place]:
        """The cells of a cache in the order of its points."""
        known = all(0 <= each[0] < len(self.workbook.sheets) for each in blocks)
        if not known or sum(map(size_of, blocks)) > _MOST_POINTS:
            raise Unsure
        places = [place for each in blocks for place in places_in(each)]
        if visible_only and len(places) != points:
            sheets = self.workbook.sheets
            places = [
                (n, row, column)
                for n, row, column in places
                if row not in sheets[n].hidden_rows and column not in sheets[n].hidden_columns
            ]
        if len(places) != points:
            raise Unsure
        return places

    def _levels(self, blocks: Sequence[Block], points: int, levels: int) -> list[list[Place]]:
        """The cells of each level of the labels, the innermost first."""
        if len(blocks) != 1 or size_of(blocks[0]) > _MOST_POINTS:
            raise Unsure
        sheet, top, left, bottom, right = blocks[0]
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        if (len(rows), len(columns)) == (points, levels) and points != levels:
            return [[(sheet, row, column) for row in rows] for column in reversed(columns)]
        if (len(columns), len(rows)) == (points, levels) and points != levels:
            return [[(sheet, row, column) for column in columns] for row in reversed(rows)]
        raise Unsure

    def _points(self, level: Element, count: Element, wanted: dict[int, Place]) -> Iterator[Splice]:
        known: dict[int, _Point] = {}
        for each in elements(self.text, level.inside, level.close):
            if each.local == b"pt":
                known[int(attributes(self.text[each.start : each.inside])["idx"])] = self._point(
                    each
                )
        prefix = count.name[: -len(b"ptCount")]
        in_order = sorted(known)
        if in_order != list(known) or level.inside == level.end:
            raise Unsure
        for n, place in wanted.items():
            value, point = self._value(self.shown(place)), known.get(n)
            if value is None:
                if point is not None:
                    yield point.element.start, point.element.end, b""
            elif point is None:
                at = next((known[i].element.start for i in in_order if i > n), None)
                if at is None and known:
                    at = known[in_order[-1]].element.end
                if at is None:
                    at = count.end if level is self.element else level.inside
                names = (prefix + b"pt", quoted(str(n)), prefix + b"v", escaped(value))
                new = b"<%s idx=%s><%s>%s</%s></%s>" % (*names, names[2], names[0])
                yield at, at, new
            elif not self._same(point.text, value):
                old = point.value
                tag = opened(self.data[old.start : old.inside])
                yield old.start, old.end, tag + escaped(value) + b"</" + old.name + b">"

    def _point(self, element: Element) -> _Point:
        for each in elements(self.text, element.inside, element.close):
            if each.local == b"v":
                return _Point(element, each, plain(self.data[each.inside : each.close].decode()))
        raise Unsure

    def _value(self, cell: Cell) -> str | None:
        """What the cache holds for a cell; None for no point at all. Raises Unsure."""
        if cell.kind is CellKind.BLANK:
            return None
        number = number_of(cell, self.workbook.date_1904)
        if self.element.local == b"numCache":
            if number is not None:
                return stored(number, False, False).text
            if cell.kind is CellKind.ERROR:
                return str(cell.value)
            if cell.kind is CellKind.TEXT:
                return "0"  # as Excel draws it
            raise Unsure
        if cell.kind in (CellKind.TEXT, CellKind.ERROR):
            return str(cell.value)
        whole = number is not None and number.is_integer() and abs(number) < 1e11
        if whole and cell.kind is CellKind.NUMBER and cell.number_format in _PLAIN_FORMATS:
            return str(int(cell.double))
        # Any other number is written as its format and the language of Excel have it.
        raise Unsure

    def _same(self, old: str, new: str) -> bool:
        if old == new:
            return True
        try:
            return self.element.local == b"numCache" and float(old) == float(new)
        except ValueError:
            return False
