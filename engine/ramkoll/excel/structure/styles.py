"""Formats, and the shared texts."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ramkoll.excel.structure.cells import MAX_TEXT
from ramkoll.excel.structure.facts import plain_text
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.values import utf16_length, whole

_MAX_FORMATS = 65_490
_MAX_CODE = 255
_FIRST_OWN = 164  # number formats below this are Excel's
_COUNTED = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles",
)  # fmt: skip
_POINTERS = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))


def style_faults(part: str, root: Element) -> Iterator[Fault]:
    """What is wrong with the part that holds the formats."""
    sizes = {}
    for name in _COUNTED:
        element = root.find(name)
        sizes[name] = 0 if element is None else len(element)
        count = None if element is None else element.get("count")
        if count is not None and whole(count) != sizes[name]:
            yield Fault(part, f"{name} count={count} of {sizes[name]}", "styles.count")
    if sizes["cellXfs"] > _MAX_FORMATS:
        yield Fault(part, f"{sizes['cellXfs']} formats", "styles.too_many")
    if sizes["fills"] == 1:
        yield Fault(part, "one fill only: Excel takes the first two for its own", "styles.fills")
    own: set[int] = set()
    for each in root.iterfind("numFmts/numFmt"):
        number = whole(each.get("numFmtId"))
        if number is None or number in own:
            yield Fault(part, f"two number formats are {number}", "styles.number_format")
        own.add(number or 0)
        code = each.get("formatCode")
        if code is None or utf16_length(code) > _MAX_CODE:
            yield Fault(part, f"number format {number}: no code or too long", "styles.code")
    for where in ("cellStyleXfs", "cellXfs"):
        for place, xf in enumerate(root.iterfind(f"{where}/xf")):
            for wrong in _pointers(xf, sizes, own, where == "cellXfs"):
                yield Fault(part, f"{where} {place}: {wrong}", "styles.pointer")
    yield from _named(part, root, sizes)


def _pointers(xf: Element, sizes: dict[str, int], own: set[int], of_cells: bool) -> Iterator[str]:
    for name, list_ in (*_POINTERS, *([("xfId", "cellStyleXfs")] if of_cells else ())):
        text = xf.get(name)
        number = None if text is None else whole(text)
        if text is None or text == "0":
            continue  # there is always one
        if number is None or number >= sizes[list_]:
            yield f"{name}={text} of {sizes[list_]}"
    text = xf.get("numFmtId", "0")
    number = whole(text)
    if number is None or (number >= _FIRST_OWN and number not in own):
        yield f"numFmtId={text} is not there"


def _named(part: str, root: Element, sizes: dict[str, int]) -> Iterator[Fault]:
    seen = set()
    for style in root.iterfind("cellStyles/cellStyle"):
        name = style.get("name")
        number = whole(style.get("xfId"))
        if number is None or number >= max(sizes["cellStyleXfs"], 1):
            yield Fault(part, f"style {name!r}: xfId={style.get('xfId')}", "styles.pointer")
        if style.get("builtinId") is not None:
            continue  # of its own, Excel itself writes several that are hidden
        if not name or name.casefold() in seen:
            yield Fault(part, f"a style is {name!r}, nothing or another's", "styles.name")
        seen.add((name or "").casefold())
    for element in root.iterfind("tableStyles/tableStyle/tableStyleElement"):
        text = element.get("dxfId")
        number = None if text is None else whole(text)
        if text is not None and (number is None or number >= sizes["dxfs"]):
            yield Fault(part, f"table style: dxfId={text} of {sizes['dxfs']}", "styles.pointer")


def string_faults(part: str, root: Element) -> Iterator[Fault]:
    """What is wrong with the shared texts."""
    items = root.findall("si")
    unique = root.get("uniqueCount")
    if unique is not None and whole(unique) != len(items):
        yield Fault(part, f"uniqueCount={unique} of {len(items)}", "strings.count")
    for place, item in enumerate(items):
        if utf16_length(plain_text(item)) > MAX_TEXT:
            yield Fault(part, f"text {place} is longer than {MAX_TEXT}", "strings.length")


_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def space_faults(part: str, root: Element) -> Iterator[Fault]:
    """Texts that would lose their blanks, first or last."""
    for element in root.iter("t"):
        text = element.text or ""
        if text != text.strip(" \t\r\n") and element.get(_SPACE) != "preserve":
            yield Fault(part, f"{text[:40]!r} does not keep its blanks", "strings.space")
