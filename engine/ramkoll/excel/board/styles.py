"""The cell formats of a board version: those that its cells use, numbered anew."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ramkoll.excel.board.markup import (
    DRAWN,
    attributes_of,
    child,
    children,
    document,
    fragment,
    local,
    made,
    made_in,
)
from ramkoll.excel.board.words import FORMATS, SHAPES
from ramkoll.excel.number_formats import BUILT_IN
from ramkoll.excel.styles import read_styles

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_FIRST_OWN = 164  # numbers of formats below this are Excel's own
_WHITE, _BLACK = "#FFFFFF", "#000000"
_SCHEME = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_OFFICE = [
    "000000",
    "FFFFFF",
    "44546A",
    "E7E6E6",
    "4472C4",
    "ED7D31",
    "A5A5A5",
    "FFC000",
    "5B9BD5",
    "70AD47",
    "0563C1",
    "954F72",
]


class Styles:
    """The formats that are asked for, from those of a workbook."""

    def __init__(self, root: Element | None, theme: Element | None, where: str) -> None:
        self._root = root
        self._formats = children(child(root, "cellXfs"), "xf")
        self._looks = () if root is None else read_styles(root, theme, where)
        self._fonts = _Kept("font", children(child(root, "fonts"), "font"))
        self._fills = _Kept("fill", children(child(root, "fills"), "fill"))
        self._borders = _Kept("border", children(child(root, "borders"), "border"))
        self._codes = {
            each.get("numFmtId", ""): each.get("formatCode", "General")
            for each in children(child(root, "numFmts"), "numFmt")
        }
        self._own: dict[str, int] = {}
        self._known: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._new: list[Element] = []
        # What the widths of columns are counted in, and the two fills that every file begins with.
        self._normal = self._format(self._normal_format())
        for n in (0, 1):
            self._fills.number(str(n))
        self.number("0")

    def _normal_format(self) -> Element:
        named = children(child(self._root, "cellStyles"), "cellStyle")
        at = next((each.get("xfId", "0") for each in named if each.get("builtinId") == "0"), "0")
        bases = children(child(self._root, "cellStyleXfs"), "xf")
        return bases[int(at)] if at.isdecimal() and int(at) < len(bases) else made("xf")

    def hides(self, old: str | None, *, text: bool, number: float | None) -> bool:
        """Whether a cell of this format does not let its content be seen."""
        at = _index(old)
        if at >= len(self._formats):
            return False
        look = self._looks[at]
        alike = (look.colour or _BLACK).upper() == (look.fill or _WHITE).upper()
        if alike and not self._patterned(self._formats[at]):
            return True
        return _shows_nothing(look.number_format, text=text, number=number)

    def _patterned(self, source: Element) -> bool:
        """Whether behind the text is more than one colour."""
        fill = self._fills.old(source.get("fillId", "0"))
        pattern = child(fill, "patternFill")
        kind = "none" if pattern is None else pattern.get("patternType", "none")
        return child(fill, "gradientFill") is not None or kind not in ("none", "solid")

    def number(self, old: str | None) -> str:
        """The new number of a format."""
        at = _index(old)
        if at not in self._known:
            self._known[at] = self._added(at)
        return self._known[at]

    def _added(self, at: int) -> str:
        new = self._format(self._formats[at] if at < len(self._formats) else made("xf"))
        new.set("xfId", "0")
        key = fragment(new)
        if key not in self._numbers:
            self._numbers[key] = len(self._new)
            self._new.append(new)
        return str(self._numbers[key])

    def _format(self, source: Element) -> Element:
        said = {
            "numFmtId": self._code(source.get("numFmtId", "0")),
            "fontId": self._fonts.number(source.get("fontId", "0")),
            "fillId": self._fills.number(source.get("fillId", "0")),
            "borderId": self._borders.number(source.get("borderId", "0")),
        }
        applied = ("NumberFormat", "Font", "Fill", "Border", "Alignment")
        said |= {f"apply{each}": "1" for each in applied}
        alignment = child(source, "alignment")
        kept = None if alignment is None else FORMATS.element(alignment)
        return made("xf", said, *([] if kept is None else [kept]))

    def _code(self, old: str) -> str:
        if not old.isdecimal():
            return "0"
        if old not in self._codes:
            return old if int(old) in BUILT_IN or int(old) < _FIRST_OWN else "0"
        code = self._codes[old]
        if code not in self._own:
            self._own[code] = _FIRST_OWN + len(self._own)
        return str(self._own[code])

    def part(self) -> bytes:
        """The part with all of them."""
        codes = [
            made("numFmt", {"numFmtId": str(n), "formatCode": code})
            for code, n in self._own.items()
        ]
        named = made("cellStyle", {"name": "Normal", "xfId": "0", "builtinId": "0"})
        lists = [
            ("fonts", self._fonts.new or [made("font")]),
            ("fills", self._fills.new),
            ("borders", self._borders.new or [made("border")]),
            ("cellStyleXfs", [self._normal]),
            ("cellXfs", self._new),
            ("cellStyles", [named]),
        ]
        if codes:
            lists.insert(0, ("numFmts", codes))
        root = made(
            "styleSheet",
            {},
            *(made(name, {"count": str(len(each))}, *each) for name, each in lists),
        )
        own = child(child(self._root, "colors"), "indexedColors")
        if own is not None:
            colours = [
                made("rgbColor", attributes_of(each, "rgb")) for each in children(own, "rgbColor")
            ]
            root.append(made("colors", {}, made("indexedColors", {}, *colours)))
        return document(root)


class _Kept:
    """The fonts, fills or borders that formats have asked for, numbered as they come."""

    def __init__(self, kind: str, old: list[Element]) -> None:
        self._kind, self._old = kind, old
        self._numbers: dict[int, int] = {}
        self.new: list[Element] = []

    def old(self, number: str) -> Element | None:
        """One as it was."""
        at = _index(number)
        return self._old[at] if at < len(self._old) else None

    def number(self, old: str) -> str:
        """The new number of one; the first one's where there is none of that number."""
        at = _index(old)
        if at not in self._numbers:
            found = FORMATS.tree(self._old[at]) if at < len(self._old) else None
            if found is None and at > 1:
                return self.number("0")
            self._numbers[at] = len(self.new)
            self.new.append(self._usual(at) if found is None else found)
        return str(self._numbers[at])

    def _usual(self, at: int) -> Element:
        if self._kind != "fill":
            return made(self._kind)
        return made("fill", {}, made("patternFill", {"patternType": ("none", "gray125")[at]}))


def _shows_nothing(code: str, *, text: bool, number: float | None) -> bool:
    """Whether a number format leaves out what it is for. A zero may be left out."""
    sections = _sections(code)
    if len(sections) == 1 or number == 0:
        return False
    if text:
        return len(sections) > 3 and not sections[3].strip()
    if number is None:
        return False
    negative = number < 0 and len(sections) > 1
    return not (sections[1] if negative else sections[0]).strip()


def _sections(code: str) -> list[str]:
    """A number format cut at its semicolons, but for those in quotation marks."""
    found, quoted, escaped = [""], False, False
    for each in code:
        if escaped:
            escaped = False
        elif each == '"':
            quoted = not quoted
        elif each == "\\" and not quoted:
            escaped = True
        elif each == ";" and not quoted:
            found.append("")
            continue
        found[-1] += each
    return found


def _index(text: str | None) -> int:
    return int(text) if text is not None and text.strip().isdecimal() else 0


def theme_part(theme: Element | None) -> bytes:
    """A theme with the colours and fonts of the source, and nothing of its own names."""
    parts: Mapping[str, Element] = {} if theme is None else {local(e): e for e in theme.iter()}
    scheme = made_in(DRAWN, "clrScheme", {"name": "Färger"})
    for name, usual in zip(_SCHEME, _OFFICE, strict=True):
        found = child(parts.get("clrScheme"), name)
        kept = [] if found is None else list(SHAPES.trees(found))
        plain = made_in(DRAWN, "srgbClr", {"val": usual})
        scheme.append(made_in(DRAWN, name, {}, *(kept[:1] or [plain])))
    fonts = made_in(DRAWN, "fontScheme", {"name": "Teckensnitt"})
    for name in ("majorFont", "minorFont"):
        latin = child(parts.get(name), "latin")
        face = "Calibri" if latin is None else latin.get("typeface", "Calibri")
        kinds = (("latin", face), ("ea", ""), ("cs", ""))
        named = [made_in(DRAWN, kind, {"typeface": each}) for kind, each in kinds]
        fonts.append(made_in(DRAWN, name, {}, *named))
    elements = made_in(DRAWN, "themeElements", {}, scheme, fonts, _shapes())
    return document(made_in(DRAWN, "theme", {"name": "Tema"}, elements))


def _shapes() -> Element:
    """What shapes would look like, were there any: a theme must say it."""

    def filled() -> Element:
        return made_in(DRAWN, "solidFill", {}, made_in(DRAWN, "schemeClr", {"val": "phClr"}))

    def three(name: str, each: list[Element]) -> Element:
        return made_in(DRAWN, name, {}, *each)

    lines = [made_in(DRAWN, "ln", {"w": "9525"}, filled()) for _ in range(3)]
    effects = [made_in(DRAWN, "effectStyle", {}, made_in(DRAWN, "effectLst")) for _ in range(3)]
    return made_in(
        DRAWN,
        "fmtScheme",
        {"name": "Former"},
        three("fillStyleLst", [filled() for _ in range(3)]),
        three("lnStyleLst", lines),
        three("effectStyleLst", effects),
        three("bgFillStyleLst", [filled() for _ in range(3)]),
    )
