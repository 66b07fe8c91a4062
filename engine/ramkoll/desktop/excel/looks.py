"""How cells look: what a Look sets, and what was there before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ramkoll.desktop.excel.cells import agreeing, cells, joined
from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.words import code_of
from ramkoll.live.actions import Look
from ramkoll.live.areas import area_of
from ramkoll.model.cells import Area

# Constants of Excel's, by the names that it has for them.
_NONE, _AUTOMATIC, _BLACK, _SOLID = -4142, -4105, 1, 1
_CONTINUOUS, _DOUBLE, _THIN, _MEDIUM = 1, -4119, 2, -4138
_EDGE_TOP, _EDGE_BOTTOM, _INSIDE = 8, 9, 12
#: The edge of an area in each respect, and the lines between its rows or columns that go with it.
_EDGES = {"above": (8, 12), "below": (9, None), "before": (7, 11), "after": (10, None)}
_HORIZONTAL = {
    "general": 1,
    "left": -4131,
    "center": -4108,
    "right": -4152,
    "fill": 5,
    "justify": -4130,
    "distributed": -4117,
}
_VERTICAL = {"top": -4160, "center": -4108, "bottom": -4107, "justify": -4130, "distributed": -4117}

#: What of a cell's look can be told apart, each read and put back as one.
#: Above all cells of an area, below its last row; before and after in the same way.
LINES = ("above", "below")
_SIDES = ("before", "after")
EVERYTHING = (
    "number_format",
    "fill",
    "colour",
    "bold",
    "italic",
    "size",
    "wrap",
    "alignment",
    "vertical",
    *LINES,
    *_SIDES,
)
_PLAIN = {
    "number_format": (None, "NumberFormat"),
    "bold": ("Font", "Bold"),
    "italic": ("Font", "Italic"),
    "size": ("Font", "Size"),
    "wrap": (None, "WrapText"),
    "vertical": (None, "VerticalAlignment"),
}


@dataclass(frozen=True)
class OldLook:
    """How cells of a sheet looked in one respect: the values of the members that tell it."""

    sheet: str
    areas: Sequence[Area]
    respect: str
    values: tuple[Any, ...]


def bgr(colour: str) -> int:
    """#RRGGBB as Excel has colours, the red last."""
    return int(colour[5:7] + colour[3:5] + colour[1:3], 16)


def respects(look: Look) -> Iterator[str]:
    """The respects in which a look changes cells."""
    for name in ("number_format", "fill", "colour", "bold", "italic", "size", "wrap", "vertical"):
        if getattr(look, name) is not None:
            yield name
    if look.horizontal is not None or look.indent is not None:
        yield "alignment"
    if look.borders:
        yield from LINES


def areas_of(look: Look) -> list[Area]:
    """The areas of a look."""
    return [area_of(address) for address in look.addresses]


class TooManyLooksError(Exception):
    """Cells look so different from each other that asking for all would take minutes."""


class Questions:
    """How many more times Excel may be asked how cells look."""

    def __init__(self, most: int) -> None:
        self.left = most

    def ask(self) -> None:
        """Count one. Raises TooManyLooksError when there were too many."""
        self.left -= 1
        if self.left < 0:
            raise TooManyLooksError


def old_looks(
    name: str, sheet: Native, areas: Iterable[Area], respect: str, questions: Questions
) -> Iterator[OldLook]:
    """How cells look now in one respect, in as few areas as agree."""
    if respect == "below":
        areas = [Area(area.bottom, area.left, area.bottom, area.right) for area in areas]
    elif respect == "after":
        areas = [Area(area.top, area.right, area.bottom, area.right) for area in areas]
    for group, values in agreeing(areas, partial(_look, sheet, respect, questions)):
        yield OldLook(name, group, respect, values)


def _look(
    sheet: Native, respect: str, questions: Questions, areas: Sequence[Area]
) -> tuple[Any, ...] | None:
    questions.ask()
    if respect in _EDGES:
        found = {_line(line) for line in _lines(sheet, respect, areas)}
        return found.pop() if len(found) == 1 else None
    some = cells(sheet, areas)
    if respect in _PLAIN:
        part, member = _PLAIN[respect]
        return _whole(((some.get(part) if part else some).get(member),))
    if respect == "alignment":
        return _whole((some.get("HorizontalAlignment"), some.get("IndentLevel")))
    if respect == "fill":
        return _colours(some.get("Interior"), "Pattern")
    return _colours(some.get("Font"), None)


def _lines(sheet: Native, respect: str, areas: Sequence[Area]) -> Iterator[Native]:
    """The lines of areas in one respect: at their edge, and within those of several rows."""
    edge, inside = _EDGES[respect]
    yield cells(sheet, areas).get("Borders").get("Item", edge)
    if respect == "above":
        areas = [area for area in areas if area.bottom > area.top]
    else:
        areas = [area for area in areas if area.right > area.left]
    if inside and areas:
        yield cells(sheet, areas).get("Borders").get("Item", inside)


def _whole(values: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Excel tells what differs between the cells as nothing."""
    return None if None in values else values


def _colours(of: Native, pattern: str | None) -> tuple[Any, ...] | None:
    """(index, colour, theme colour or None, tint) and the pattern, of a fill or of letters."""
    index, colour = of.get("ColorIndex"), of.get("Color")
    kind = of.get(pattern) if pattern else 0
    if index is None or colour is None or kind is None:
        return None
    if colour == 0 and index not in (_BLACK, _NONE, _AUTOMATIC):
        return None  # so Excel says of fills that differ, when their colours are near each other
    if index in (_NONE, _AUTOMATIC):
        return index, None, None, None, kind
    theme = _theme(of)
    return index, colour, theme, of.get("TintAndShade") if theme else None, kind


def _theme(of: Native) -> int | None:
    """A colour of the workbook's theme; Excel refuses to say it of another colour."""
    try:
        found = of.get("ThemeColor")
    except Exception as error:
        if code_of(error) is None:
            raise
        return None
    return int(found) if isinstance(found, (int, float)) and found > 0 else None


def _line(line: Native) -> tuple[Any, ...] | None:
    style = line.get("LineStyle")
    if style is None or style == _NONE:
        return None if style is None else (style,)
    index = line.get("ColorIndex")
    colour = index if index == _AUTOMATIC else line.get("Color")
    return _whole((style, line.get("Weight"), index, colour))


def put_back_look(sheet: Native, old: OldLook) -> None:
    """Make cells look as they did in one respect."""
    for group in joined(old.areas):
        some = cells(sheet, group)
        if old.respect in _PLAIN:
            part, member = _PLAIN[old.respect]
            (some.get(part) if part else some).put(member, old.values[0])
        elif old.respect == "alignment":
            some.put("HorizontalAlignment", old.values[0])
            some.put("IndentLevel", old.values[1])
        elif old.respect in ("fill", "colour"):
            _colour_back(some.get("Interior" if old.respect == "fill" else "Font"), old)
        else:
            for line in _lines(sheet, old.respect, group):
                _line_back(line, old.values)


def _colour_back(of: Native, old: OldLook) -> None:
    index, colour, theme, tint, pattern = old.values
    if old.respect == "fill" and pattern not in (_SOLID, _NONE):
        of.put("Pattern", pattern)
    if index in (_NONE, _AUTOMATIC):
        of.put("ColorIndex", index)
    elif theme is not None:
        of.put("ThemeColor", theme)
        of.put("TintAndShade", tint)
    else:
        of.put("Color", colour)


def _line_back(line: Native, values: tuple[Any, ...]) -> None:
    line.put("LineStyle", values[0])
    if values[0] == _NONE:
        return
    _, weight, index, colour = values
    if values[0] != _DOUBLE:  # a weight would make it one thick line
        line.put("Weight", weight)
    line.put(*(("ColorIndex", index) if index == _AUTOMATIC else ("Color", colour)))


def give_look(sheet: Native, look: Look) -> None:
    """Give cells a look; what is None is left as it is."""
    areas = areas_of(look)
    for group in joined(areas):
        some = cells(sheet, group)
        if look.fill is not None:
            _give_colour(some.get("Interior"), look.fill, _NONE)
        if look.colour is not None:
            _give_colour(some.get("Font"), look.colour, _AUTOMATIC)
        font = [
            (n, v)
            for n, v in (("Bold", look.bold), ("Italic", look.italic), ("Size", look.size))
            if v is not None
        ]
        if font:
            letters = some.get("Font")
            for member, value in font:
                letters.put(member, value)
        if look.wrap is not None:
            some.put("WrapText", look.wrap)
        if look.horizontal is not None:
            some.put("HorizontalAlignment", _HORIZONTAL[look.horizontal])
        if look.vertical is not None:
            some.put("VerticalAlignment", _VERTICAL[look.vertical.removeprefix("v")])
        if look.indent is not None:
            some.put("IndentLevel", look.indent)
        if look.number_format is not None:
            some.put("NumberFormat", look.number_format)
    for side, edge in (("top", _EDGE_TOP), ("bottom", _EDGE_BOTTOM)):
        line = look.borders.get(side)
        if line:
            _draw(sheet, areas, edge, line)
            _draw(sheet, [area for area in areas if area.bottom > area.top], _INSIDE, line)


def _give_colour(of: Native, colour: str, without: int) -> None:
    if colour:
        of.put("Color", bgr(colour))
    else:
        of.put("ColorIndex", without)


def _draw(sheet: Native, areas: Iterable[Area], edge: int, line: str) -> None:
    """A line at one edge of each area."""
    for group in joined(areas):
        border = cells(sheet, group).get("Borders").get("Item", edge)
        if line == "none":
            border.put("LineStyle", _NONE)
            continue
        border.put("LineStyle", _DOUBLE if line == "double" else _CONTINUOUS)
        if line != "double":
            border.put("Weight", _MEDIUM if line == "medium" else _THIN)
        if line.startswith("#"):
            border.put("Color", bgr(line))
        else:
            border.put("ColorIndex", _AUTOMATIC)
