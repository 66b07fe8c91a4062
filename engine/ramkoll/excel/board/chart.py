"""A chart of a board version: what it looks like, and the values that its cells have there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import (
    CHART,
    CHART_2010,
    DRAWN,
    child,
    children,
    document,
    local,
    made_in,
    text_of,
)
from ramkoll.excel.board.sheet import area_name
from ramkoll.excel.board.source import Held, Source
from ramkoll.excel.board.words import CHARTS, SHAPES
from ramkoll.excel.cell_values import strict_double
from ramkoll.model.cells import Area, quoted_sheet

TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
MOST_POINTS = 10_000

_REFERENCES = ("numRef", "strRef", "multiLvlStrRef")
# What a label may say of its own point.
_OWN_FIELDS = frozenset({"VALUE", "SERIESNAME", "CATEGORYNAME", "XVALUE", "YVALUE", "PERCENTAGE"})
_GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
# The one addition of a later Excel that changes what a board sees: the colour of negative bars.
_INVERTED = "{6F2FDCE9-48DA-4B69-8628-5D25D57E5C99}"


def referred_to(source: Source, root: Element) -> Iterator[tuple[str, Area]]:
    """The areas that a chart is drawn from, as far as they can be told."""
    for each in root.iter():
        if local(each) in _REFERENCES:
            yield from source.referred(text_of(child(each, "f"))) or ()


def lost_of(root: Element) -> Iterator[str]:
    """What a board sees of a chart and does not get, in Swedish and in plural."""
    for each in root.iter():
        if local(each) == "fld" and each.get("type") not in _OWN_FIELDS:
            yield "diagrametiketter som hämtas ur celler"
        elif local(each) == "userShapes":
            yield "former ritade i diagram"
        elif local(each) == "blipFill":
            yield "bilder som fyllning i diagram"


def chart_part(source: Source, root: Element, kept: Collection[str]) -> bytes:
    """The chart's part. What it takes from sheets that are not ``kept`` becomes values in it."""
    return document(_Chart(source, {each.casefold(): each for each in kept}).tree(root))


class _Chart:
    def __init__(self, source: Source, kept: dict[str, str]) -> None:
        self._source, self._kept = source, kept

    def tree(self, root: Element) -> Element:
        new = CHARTS.element(root) or made_in(CHART, "chartSpace")
        new.extend(self._below(root))
        return new

    def _below(self, source: Element) -> Iterator[Element]:
        for each in source:
            name = local(each)
            if name in _REFERENCES:
                yield self._reference(each, name)
            elif name == "tx" and child(each, "strRef") is not None:
                yield self._words(each, titles=local(source) != "ser")
            elif name in ("numLit", "strLit"):
                yield _literal(name, _code(each), _written(each))
            elif name == "v" and local(source) == "tx":
                yield _with_text(made_in(CHART, "v"), text_of(each))
            elif name == "extLst":
                yield from _negative_bars(each)
            elif each.tag == f"{{{CHART}}}{name}":
                new = CHARTS.element(each)
                if new is not None:
                    new.extend(self._below(each))
                    yield new
            else:
                found = _with_fields(each)
                if found is not None:
                    yield found

    def _areas(self, reference: Element) -> list[tuple[str, Area]] | None:
        areas = self._source.referred(text_of(child(reference, "f")))
        if areas is None or any(self._source.sheet(name) is None for name, _ in areas):
            return None
        return areas

    def _cells(self, areas: list[tuple[str, Area]]) -> list[Held | None]:
        found: list[Held | None] = []
        for name, area in areas:
            sheet = self._source.sheet(name)
            assert sheet is not None
            for row in range(area.top, area.bottom + 1):
                for column in range(area.left, area.right + 1):
                    if len(found) == MOST_POINTS:
                        return found
                    found.append(sheet.cells.get((row, column)))
        return found

    def _formula(self, areas: list[tuple[str, Area]]) -> Element | None:
        """The reference written anew, if all it names come along."""
        if any(name.casefold() not in self._kept for name, _ in areas):
            return None
        parts = [
            f"{quoted_sheet(self._kept[name.casefold()])}!{area_name(area)}" for name, area in areas
        ]
        text = parts[0] if len(parts) == 1 else f"({','.join(parts)})"
        return _with_text(made_in(CHART, "f"), text)

    def _reference(self, reference: Element, name: str) -> Element:
        areas = self._areas(reference)
        cache = next((e for e in reference if local(e).endswith("Cache")), None)
        if name == "multiLvlStrRef":
            return self._levels(areas, cache)
        kind = name.removesuffix("Ref")
        points = _written(cache)
        count = _count(cache)
        if areas is not None:
            cells = self._cells(areas)
            points = dict(_numbers(cells) if kind == "num" else _texts(cells))
            count = len(cells)
        code = _code(cache) if kind == "num" else None
        formula = None if areas is None else self._formula(areas)
        if formula is None:
            return _literal(f"{kind}Lit", code, points, count)
        held = _literal(f"{kind}Cache", code, points, count)
        return made_in(CHART, name, {}, formula, held)

    def _levels(self, areas: list[tuple[str, Area]] | None, cache: Element | None) -> Element:
        """Labels of several levels, of which only those come along that stand in the cells."""
        levels = children(cache, "lvl")
        formula = None if areas is None else self._formula(areas)
        if areas is None or formula is None:
            inner = levels[0] if levels else None
            return _literal("strLit", None, _written(inner), _count(cache))
        cells = [each for each in self._cells(areas) if each is not None]
        there = {each.text or each.raw or "" for each in cells}
        new = made_in(CHART, "multiLvlStrCache", {}, _value("ptCount", _count(cache)))
        for level in levels:
            said = {at: text for at, text in _written(level).items() if text in there}
            new.append(made_in(CHART, "lvl", {}, *_points(said)))
        return made_in(CHART, "multiLvlStrRef", {}, formula, new)

    def _words(self, tx: Element, *, titles: bool) -> Element:
        """A name or a title that is taken from a cell."""
        reference = child(tx, "strRef")
        assert reference is not None
        new = self._reference(reference, "strRef")
        if local(new) == "strRef":
            return made_in(CHART, "tx", {}, new)
        text = " ".join(text_of(child(each, "v")) for each in children(new, "pt"))
        if not titles:
            return made_in(CHART, "tx", {}, _with_text(made_in(CHART, "v"), text))
        run = made_in(DRAWN, "r", {}, _with_text(made_in(DRAWN, "t"), text))
        paragraph = made_in(DRAWN, "p", {}, run)
        rich = made_in(CHART, "rich", {}, made_in(DRAWN, "bodyPr"), paragraph)
        return made_in(CHART, "tx", {}, rich)


def _numbers(cells: list[Held | None]) -> Iterator[tuple[int, str]]:
    for at, each in enumerate(cells):
        if each is not None and each.number is not None:
            strict_double(each.number)
            yield at, each.number.strip()


def _texts(cells: list[Held | None]) -> Iterator[tuple[int, str]]:
    for at, each in enumerate(cells):
        if each is not None and (shown := each.text or each.number or ""):
            yield at, shown


def _written(cache: Element | None) -> dict[int, str]:
    """The points that a chart holds by itself."""
    return {
        int(each.get("idx", "0")): text_of(child(each, "v"))
        for each in children(cache, "pt")
        if each.get("idx", "0").isdecimal()
    }


def _count(cache: Element | None) -> int:
    count = child(cache, "ptCount")
    said = "0" if count is None else count.get("val", "0")
    return min(int(said), MOST_POINTS) if said.isdecimal() else 0


def _code(cache: Element | None) -> str:
    return text_of(child(cache, "formatCode")) or "General"


def _points(points: dict[int, str]) -> Iterator[Element]:
    for at, text in sorted(points.items()):
        value = _with_text(made_in(CHART, "v"), text)
        yield made_in(CHART, "pt", {"idx": str(at)}, value)


def _literal(name: str, code: str | None, points: dict[int, str], count: int = 0) -> Element:
    new = made_in(CHART, name)
    if name.startswith("num"):
        new.append(_with_text(made_in(CHART, "formatCode"), code or "General"))
    new.append(_value("ptCount", max([count, *(at + 1 for at in points)])))
    new.extend(_points(points))
    return new


def _value(name: str, value: int) -> Element:
    return made_in(CHART, name, {"val": str(value)})


def _with_text(element: Element, text: str) -> Element:
    element.text = text
    return element


def _negative_bars(extensions: Element) -> Iterator[Element]:
    for each in children(extensions, "ext"):
        inverted = child(each, "invertSolidFillFmt")
        looks = child(inverted, "spPr")
        if each.get("uri") == _INVERTED and looks is not None:
            inside = made_in(CHART_2010, "spPr", {}, *SHAPES.trees(looks))
            new = made_in(CHART_2010, "invertSolidFillFmt", {}, inside)
            ext = made_in(CHART, "ext", {"uri": _INVERTED}, new)
            yield made_in(CHART, "extLst", {}, ext)


def _with_fields(source: Element) -> Element | None:
    """A text or a look, with its fields: those that name a value of the chart itself stay live.

    Those that are taken from cells are only a reference, and what they showed is not to be told.
    """
    new = SHAPES.tree(source)
    if local(source) == "p" and new is not None:
        parts = [_field(each) if local(each) == "fld" else SHAPES.tree(each) for each in source]
        new[:] = [each for each in parts if each is not None]
    elif new is not None and any(local(each) == "fld" for each in source.iter()):
        parts = [_with_fields(each) for each in source]
        new[:] = [each for each in parts if each is not None]
    return new


def _field(source: Element) -> Element | None:
    kind, id_ = source.get("type", ""), source.get("id", "")
    if kind not in _OWN_FIELDS or not _GUID.fullmatch(id_):
        return None
    inside = [SHAPES.tree(each) for each in source if local(each) in ("rPr", "t")]
    kept = [each for each in inside if each is not None]
    return made_in(DRAWN, "fld", {"id": id_, "type": kind}, *kept)
