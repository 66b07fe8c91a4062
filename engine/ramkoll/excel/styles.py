"""How each of a workbook's cell formats looks: its font, fill, borders and the like, resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from colorsys import hls_to_rgb, rgb_to_hls
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from ramkoll.excel.beside_parts import flag, local, number
from ramkoll.excel.cell_values import strict_double, unescaped
from ramkoll.excel.number_formats import BUILT_IN
from ramkoll.excel.ooxml import namespace

_T = TypeVar("_T")

_SIDES = {
    "top": "top", "bottom": "bottom", "left": "left", "right": "right",
    "start": "left", "end": "right",  # as "Strict Open XML" has them
}  # fmt: skip
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
_WHITE, _BLACK = "#FFFFFF", "#000000"
# A theme lists dark before light; cells count its colours with light before dark.
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
# The colours that files name by number (ECMA-376 part 1, 18.8.27), from number 8 on.
_INDEXED = re.findall(
    r"\w+",
    """
    000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 800000 008000 000080 808000 800080
    008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF 660066 FF8080 0066CC CCCCFF 000080 FF00FF
    FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF
    FFCC99 3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300
    993300 993366 333399 333333
    """,
)


class Edge(NamedTuple):
    """A border at one side: its kind, as thin or double, and its colour; None is automatic."""

    kind: str
    colour: str | None = None


class Look(NamedTuple):
    """How a cell looks. Colours are ``#RRGGBB``, sizes in points.

    None is what the file leaves to the program: an automatic colour, the usual alignment.
    ``borders`` has the sides that have one: top, bottom, left, right. ``locked`` counts only where
    the sheet is protected.
    """

    number_format: str = "General"
    locked: bool = True
    fill: str | None = None
    colour: str | None = None
    font: str | None = None
    size: float | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False
    wrap: bool = False
    horizontal: str | None = None
    vertical: str | None = None
    indent: int = 0
    borders: Mapping[str, Edge] = {}


class _Font(NamedTuple):
    name: str | None = None
    size: float | None = None
    colour: str | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False


def read_styles(root: Element, theme: Element | None, where: str) -> tuple[Look, ...]:
    """The looks that cells point at, by their number.

    ``root`` is the root element of the styles part, ``theme`` that of the theme, if there is one.
    What cannot be made out is as in a new workbook (``beside_parts``). An ``applyFont`` and its
    like are not asked: Excel shows what a cell's format points at, whatever they say.
    """
    main = namespace(root)
    colours = _Colours(root, theme, where)
    fonts = [_font(each, colours, where) for each in root.iterfind(f"{main}fonts/{main}font")]
    fills = [_fill(each, colours) for each in root.iterfind(f"{main}fills/{main}fill")]
    borders = [_borders(each, colours) for each in root.iterfind(f"{main}borders/{main}border")]
    codes = dict(BUILT_IN)
    for each in root.iterfind(f"{main}numFmts/{main}numFmt"):
        codes[number(each, "numFmtId", where, 0)] = unescaped(each.get("formatCode", "General"))
    looks = []
    for xf in root.iterfind(f"{main}cellXfs/{main}xf"):
        font = _at(fonts, number(xf, "fontId", where, 0), _Font())
        alignment, protection = xf.find(f"{main}alignment"), xf.find(f"{main}protection")
        look = Look(
            number_format=codes.get(number(xf, "numFmtId", where, 0), "General"),
            locked=protection is None or flag(protection, "locked", where, usual=True),
            fill=_at(fills, number(xf, "fillId", where, 0), None),
            colour=font.colour,
            font=font.name,
            size=font.size,
            bold=font.bold,
            italic=font.italic,
            underline=font.underline,
            borders=_at(borders, number(xf, "borderId", where, 0), {}),
        )
        if alignment is not None:
            look = look._replace(
                wrap=flag(alignment, "wrapText", where),
                horizontal=alignment.get("horizontal"),
                vertical=alignment.get("vertical"),
                indent=number(alignment, "indent", where, 0),
            )
        looks.append(look)
    return tuple(looks)


def size_of(element: Element, name: str) -> float | None:
    """A size of an attribute; None where there is none, or no number of 0 or more."""
    try:
        size = strict_double(element.attrib[name])
    except (ValueError, LookupError):
        return None
    return size if size >= 0 else None


def _at(known: Sequence[_T], index: int, usual: _T) -> _T:
    return known[index] if index < len(known) else usual


def _font(element: Element, colours: _Colours, where: str) -> _Font:
    of = {local(child.tag): child for child in element}
    bold, italic, underline = of.get("b"), of.get("i"), of.get("u")
    return _Font(
        name=of["name"].get("val") if "name" in of else None,
        size=size_of(of["sz"], "val") if "sz" in of else None,
        colour=colours.of(of.get("color")),
        bold=bold is not None and flag(bold, "val", where, usual=True),
        italic=italic is not None and flag(italic, "val", where, usual=True),
        underline=underline is not None and underline.get("val", "single") != "none",
    )


def _fill(element: Element, colours: _Colours) -> str | None:
    """The colour of a solid fill. Patterns and shades from one colour to another have none."""
    for pattern in element:
        if local(pattern.tag) == "patternFill" and pattern.get("patternType") == "solid":
            # A fill's automatic colour is that of text.
            return colours.of(_child(pattern, "fgColor")) or _BLACK
    return None


def _borders(element: Element, colours: _Colours) -> Mapping[str, Edge]:
    found = {}
    for side in element:
        kind, name = side.get("style", "none"), _SIDES.get(local(side.tag))
        if name is not None and kind != "none":
            found[name] = Edge(kind, colours.of(_child(side, "color")))
    return found


class _Colours:
    """The workbook's own colours, and what an element that names a colour means by it."""

    def __init__(self, root: Element, theme: Element | None, where: str) -> None:
        main = namespace(root)
        self._where = where
        self._indexed = [
            _hex(each.get("rgb", ""))
            for each in root.iterfind(f"{main}colors/{main}indexedColors/{main}rgbColor")
        ] or [f"#{each}" for each in (*_INDEXED[:8], *_INDEXED)]
        self._theme: dict[str, str | None] = {"lt1": _WHITE}
        for scheme in () if theme is None else theme.iter():
            if local(scheme.tag) == "clrScheme":
                self._theme |= {local(each.tag): _theme_colour(each) for each in scheme}

    def of(self, element: Element | None) -> str | None:
        """The colour, ``#RRGGBB``; None for an automatic one, or one that cannot be made out."""
        if element is None:
            return None
        found = None
        if "rgb" in element.attrib:
            found = _hex(element.attrib["rgb"])
        elif "theme" in element.attrib:
            name = _at(_THEME, number(element, "theme", self._where, len(_THEME)), "")
            found = self._theme.get(name)
            if name == "dk1" and found is None and element.get("tint"):
                found = _BLACK
        elif "indexed" in element.attrib:
            # 64 and 65 are the automatic colours of text and of what is behind it.
            found = _at(self._indexed, number(element, "indexed", self._where, 64), None)
        return None if found is None else _tinted(found, element.get("tint"))


def _theme_colour(named: Element) -> str | None:
    """A theme's colour; None for that of text, which is automatic."""
    for each in named:
        if local(each.tag) == "srgbClr":
            return _hex(each.get("val", ""))
        if local(each.tag) == "sysClr" and each.get("val") != "windowText":
            return _hex(each.get("lastClr", "FFFFFF"))
    return None


def _hex(text: str) -> str | None:
    """Six digits of a colour, perhaps with two before that say how much shines through."""
    found = _HEX.fullmatch(text)
    return None if found is None else f"#{found[1]}"


def _tinted(colour: str, tint: str | None) -> str:
    """A colour made darker (a tint from -1) or lighter (up to 1), as Excel does."""
    try:
        share = strict_double(tint or "0")
    except ValueError:
        return colour
    if not share or not -1 <= share <= 1:
        return colour
    hue, light, saturation = rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    made = (round(each * 255) for each in hls_to_rgb(hue, light, saturation))
    return "#" + "".join(f"{each:02X}" for each in made)


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in element if local(each.tag) == name), None)
