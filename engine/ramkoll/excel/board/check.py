"""Looking through a board version, part by part, for what must not be there.

Written apart from what makes it, and knows nothing of that: it has its own list of what a part may
hold, and searches every text and every attribute.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring

from ramkoll.excel.board.pictures_check import picture_leaks
from ramkoll.excel.board.search import Search
from ramkoll.excel.board.what import Forbidden, Leak

_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/(?:workbook|sharedStrings|styles|theme/theme1)\.xml"
    r"|xl/worksheets/(?:sheet\d+\.xml|_rels/sheet\d+\.xml\.rels)"
    r"|xl/drawings/(?:drawing\d+\.xml|_rels/drawing\d+\.xml\.rels)"
    r"|xl/charts/chart\d+\.xml|xl/media/image\d+\.(?:png|jpeg)"
)
_RELATIONSHIPS = frozenset(
    {"officeDocument", "core-properties", "worksheet", "sharedStrings", "styles", "theme"}
    | {"drawing", "chart", "image"}
)
_NAMESPACES = frozenset(
    {
        f"http://schemas.openxmlformats.org/{each}"
        for each in (
            "spreadsheetml/2006/main",
            "officeDocument/2006/relationships",
            "drawingml/2006/main",
            "drawingml/2006/chart",
            "drawingml/2006/spreadsheetDrawing",
            "package/2006/relationships",
            "package/2006/content-types",
            "package/2006/metadata/core-properties",
        )
    }
    | {
        "http://purl.org/dc/elements/1.1/",
        "http://schemas.microsoft.com/office/drawing/2007/8/2/chart",
    }
)
# What may stand right below the root of a part.
_BELOW = {
    "workbook": "workbookPr bookViews sheets definedNames calcPr",
    "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData mergeCells"
    " printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks ignoredErrors drawing",
    "sst": "si",
    "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles colors",
    "theme": "themeElements",
    "wsDr": "twoCellAnchor oneCellAnchor",
    "chartSpace": "date1904 lang roundedCorners style chart spPr txPr",
    "coreProperties": "title language",
    "Relationships": "Relationship",
    "Types": "Default Override",
}
_NOWHERE = frozenset(
    {"hyperlink", "hlinkClick", "hlinkHover", "externalReference", "externalData", "pivotSource"}
    | {"userShapes", "dataValidation", "conditionalFormatting", "cfRule", "tablePart"}
    | {"legacyDrawing", "oleObject", "control", "phoneticPr", "rPh", "sp", "cxnSp", "grpSp"}
    | {"sheetProtection", "customSheetView"}
)
_HIDING = frozenset({"hidden", "collapsed", "zeroHeight", "veryHidden", "outlineLevel"})
_MARKUP = re.compile(rb"<!|<\?(?!xml\s)")
_DECLARED = re.compile(rb"""\sxmlns(?::[\w.-]+)?\s*=\s*["']([^"']*)["']""")
_FIELDS = frozenset({"VALUE", "SERIESNAME", "CATEGORYNAME", "XVALUE", "YVALUE", "PERCENTAGE"})
_INVERTED = "{6F2FDCE9-48DA-4B69-8628-5D25D57E5C99}"
# The only elements that hold text.
_SPEAKING = frozenset(
    {"v", "t", "f", "formatCode", "separator", "name", "definedName", "title", "language"}
    | {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}
)
_PLACES = frozenset({"col", "colOff", "row", "rowOff"})  # of drawings
# A code stands right before the text it is for: &RAnna.
_CODE = re.compile(r'&(?:K[0-9A-Fa-f]{6}|"[^"]*"|[0-9]+|[A-Za-z&])')
_HEADER_CODES = re.compile(r"&(&|[ZzFfGg])")
_SHEET_REF = re.compile(
    r"^(?:'((?:[^']|'')+)'|([^'!]+))!\$?[A-Z]{0,3}\$?\d*(?::\$?[A-Z]{0,3}\$?\d*)?$"
)


class _Text(NamedTuple):
    place: str
    text: str


@dataclass
class _Package:
    """The parts as they lie in the archive, and the sheets' names by part."""

    parts: dict[str, bytes]
    roots: dict[str, Element] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)


def leaks(data: bytes, forbidden: Forbidden) -> tuple[Leak, ...]:
    """All that is found in a board version and must not be there; none when it can be handed out.

    ``forbidden`` has what the workbook that it was made of had and the board must not see.
    """
    found = [*_archive(data)]
    if found:
        return tuple(found)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = _Package({name: archive.read(name) for name in archive.namelist()})
    search = Search(forbidden)
    for name, part in package.parts.items():
        if name.endswith((".xml", ".rels")):
            found += _markup(name, part)
        else:
            found += picture_leaks(name, part)
    if found:
        return tuple(found)
    for name, part in package.parts.items():
        if name.endswith((".xml", ".rels")):
            package.roots[name] = fromstring(part)
    package.sheets = _sheet_parts(package)
    for name, root in package.roots.items():
        found += _elements(package, name, root)
        for place, text in _texts(package, name, root):
            found += (Leak(name, place, what) for what in search.found(text))
    found += _relationships(package)
    found += _book(package)
    for name in package.sheets:
        found += _sheet(package, name)
    found += _strings(package)
    found += _references(package)
    return tuple(dict.fromkeys(found))


def _archive(data: bytes) -> Iterator[Leak]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment:
            yield Leak("arkivet", "", "en kommentar")
        names = archive.namelist()
        for each in archive.infolist():
            if each.extra or each.comment or each.date_time[0] != 1980:
                yield Leak(each.filename, "", "uppgifter om när eller hur delen är gjord")
            if not _PARTS.fullmatch(each.filename) or names.count(each.filename) > 1:
                yield Leak(each.filename, "", "en del som inte ska finnas")


def _markup(name: str, part: bytes) -> Iterator[Leak]:
    """What parsing would not show: remarks in the XML, and the names of vocabularies."""
    if _MARKUP.search(part):
        yield Leak(name, "", "en anmärkning eller deklaration i XML-koden")
    for declared in _DECLARED.findall(part):
        if declared.decode(errors="replace") not in _NAMESPACES:
            yield Leak(name, "", f"en okänd namnrymd, {declared.decode(errors='replace')}")
    try:
        fromstring(part)
    except ParseError:
        yield Leak(name, "", "innehåll som inte går att läsa")


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _elements(package: _Package, name: str, root: Element) -> Iterator[Leak]:
    kind = _local(root.tag)
    allowed = _BELOW.get(kind)
    if allowed is None:
        yield Leak(name, "", f"ett okänt innehåll, {kind}")
        return
    for each in root:
        if _local(each.tag) not in allowed.split():
            yield Leak(name, "", f"ett element som inte ska finnas, {_local(each.tag)}")
    speaking = _SPEAKING | _PLACES if kind == "wsDr" else _SPEAKING
    for each in root.iter():
        tag = _local(each.tag)
        if tag in _NOWHERE or (tag == "f" and kind == "worksheet"):
            what = "en formel" if tag == "f" else f"ett element som inte ska finnas, {tag}"
            yield Leak(name, _at(package, name, each), what)
        if _is_addition(each, in_chart=kind == "chartSpace"):
            yield Leak(name, "", "ett tillägg")
        if tag == "fld" and each.get("type") not in _FIELDS:
            yield Leak(name, "", f"ett fält som hämtar ur en cell, {each.get('type')}")
        if (each.text or "").strip() and tag not in speaking:
            yield Leak(name, "", f"text där ingen ska stå, {tag}")
        if (each.tail or "").strip():
            yield Leak(name, "", "text mellan elementen")
        for key, value in each.attrib.items():
            if _local(key) in _HIDING and value not in ("0", "false"):
                yield Leak(name, _at(package, name, each), "något dolt")
            if _local(key) in ("macro", "textlink", "codeName") and value:
                yield Leak(name, "", f"ett makro eller en formel på ett objekt, {value}")


def _is_addition(element: Element, *, in_chart: bool) -> bool:
    """An addition of a later Excel, but for the colour of negative bars."""
    tag = _local(element.tag)
    if tag == "extLst":
        return not in_chart or any(_local(each.tag) != "ext" for each in element)
    inside = [_local(each.tag) for each in element]
    known = inside == ["invertSolidFillFmt"] and in_chart and element.get("uri") == _INVERTED
    return tag == "ext" and element.get("cx") is None and not known


def _at(package: _Package, name: str, element: Element) -> str:
    """The cell, row or column of an element of a sheet."""
    sheet = package.sheets.get(name)
    where = element.get("r") or element.get("min") or ""
    if sheet and not where:
        rows = package.roots[name].iter()
        cell = next((e for e in rows if _local(e.tag) == "c" and element in e), None)
        where = "" if cell is None else cell.get("r", "")
    return f"{sheet}!{where}" if sheet and where else sheet or ""


def _texts(package: _Package, name: str, root: Element) -> Iterator[_Text]:
    """Every text and attribute of a part, those of runs put together, with where it stands."""
    cells = _users(package) if name == "xl/sharedStrings.xml" else {}
    n = -1
    said: set[Element] = set()
    for each in root.iter():
        tag = _local(each.tag)
        place = ""
        if tag in ("si", "p"):
            n += tag == "si"
            place = cells.get(n, "")
            runs = [e for e in each.iter() if _local(e.tag) == "t"]
            said.update(runs)
            yield _Text(place, "".join(e.text or "" for e in runs))
        elif tag == "c":
            place = _at(package, name, each)
        if each.text and each.text.strip() and each not in said:
            yield _Text(place or package.sheets.get(name, ""), each.text)
            if tag.endswith(("Header", "Footer")):
                yield _Text(package.sheets.get(name, ""), _CODE.sub(" ", each.text))
        if each.tail and each.tail.strip():
            yield _Text(place, each.tail)
        for key, value in each.attrib.items():
            known = _local(key) in ("Type", "ContentType", "uri") and _is_schema(value)
            if not known:
                yield _Text(place or package.sheets.get(name, ""), value)


_SCHEMA = re.compile(
    r"http://schemas\.openxmlformats\.org/[\w./-]+|application/vnd\.openxmlformats-[\w.+-]+"
    r"|image/(?:png|jpeg)|\{[0-9A-F-]{36}\}"
)


def _is_schema(value: str) -> bool:
    return _SCHEMA.fullmatch(value) is not None


def _users(package: _Package) -> dict[int, str]:
    """The first cell that shows each shared text."""
    found: dict[int, str] = {}
    for name, sheet in package.sheets.items():
        for each in package.roots[name].iter():
            if _local(each.tag) == "c" and each.get("t") == "s" and len(each):
                found.setdefault(int(each[0].text or "-1"), f"{sheet}!{each.get('r', '')}")
    return found


def _strings(package: _Package) -> Iterator[Leak]:
    """Texts that no cell shows."""
    users = _users(package)
    for n, each in enumerate(package.roots["xl/sharedStrings.xml"]):
        if n not in users:
            said = "".join(e.text or "" for e in each.iter())
            yield Leak("xl/sharedStrings.xml", "", f"en text som ingen cell visar, «{said[:40]}»")


def _sheet_parts(package: _Package) -> dict[str, str]:
    links = {
        each.get("Id"): each.get("Target", "")
        for each in package.roots["xl/_rels/workbook.xml.rels"]
    }
    found = {}
    for each in package.roots["xl/workbook.xml"].iter():
        if _local(each.tag) == "sheet":
            id_ = next((v for k, v in each.attrib.items() if _local(k) == "id"), "")
            found[f"xl/{links.get(id_, '')}"] = each.get("name", "")
    return found


def _relationships(package: _Package) -> Iterator[Leak]:
    pointed = {"[Content_Types].xml"}
    for name, root in package.roots.items():
        if not name.endswith(".rels"):
            continue
        pointed.add(name)
        folder = posixpath.dirname(posixpath.dirname(name))
        for each in root:
            target = posixpath.normpath(posixpath.join(folder, each.get("Target", "")))
            pointed.add(target)
            if each.get("TargetMode") is not None or target not in package.parts:
                yield Leak(name, "", f"en länk ut ur filen, {each.get('Target')}")
            if each.get("Type", "").rpartition("/")[2] not in _RELATIONSHIPS:
                yield Leak(name, "", f"en länk av annat slag, {each.get('Type')}")
    for name in package.parts:
        if name not in pointed:
            yield Leak(name, "", "en del som inget hänvisar till")


def _book(package: _Package) -> Iterator[Leak]:
    name = "xl/workbook.xml"
    for each in package.roots[name].iter():
        tag = _local(each.tag)
        if tag == "sheet" and each.get("state", "visible") != "visible":
            yield Leak(name, each.get("name", ""), "ett dolt blad")
        if tag == "definedName":
            known = each.get("name") in ("_xlnm.Print_Area", "_xlnm.Print_Titles")
            if not known or set(each.attrib) - {"name", "localSheetId"}:
                yield Leak(name, "", f"ett namn på ett område, {each.get('name')}")


def _sheet(package: _Package, name: str) -> Iterator[Leak]:
    for each in package.roots[name].iter():
        tag = _local(each.tag)
        if tag == "row" and _is_nothing(each.get("ht")):
            yield Leak(name, f"{package.sheets[name]} rad {each.get('r')}", "en dold rad")
        if tag == "col" and _is_nothing(each.get("width")):
            yield Leak(name, package.sheets[name], "en dold kolumn")
        if tag == "c":
            odd = set(each.attrib) - {"r", "s", "t"} or {_local(e.tag) for e in each} - {"v"}
            if odd or each.get("t") == "e":
                yield Leak(name, _at(package, name, each), "annat än ett värde")
        if tag == "pageSetup" and any(_local(key) == "id" for key in each.attrib):
            yield Leak(name, package.sheets[name], "skrivarinställningar")
        if tag.endswith(("Header", "Footer")) and tag != "headerFooter":
            codes = [code for code in _HEADER_CODES.findall(each.text or "") if code != "&"]
            if codes:
                yield Leak(
                    name, package.sheets[name], "sökväg eller filnamn i sidhuvud eller sidfot"
                )


def _is_nothing(size: str | None) -> bool:
    return size is not None and float(size) < 0.5


def _references(package: _Package) -> Iterator[Leak]:
    """References of charts and print areas: only to the sheets that are there."""
    there = {each.casefold() for each in package.sheets.values()}
    for name, root in package.roots.items():
        for each in root.iter():
            tag = _local(each.tag)
            if not (tag == "definedName" or (tag == "f" and _local(root.tag) == "chartSpace")):
                continue
            for part in _split((each.text or "").strip()):
                match = _SHEET_REF.match(part)
                sheet = "" if match is None else (match[1] or match[2]).replace("''", "'")
                if sheet.casefold() not in there:
                    yield Leak(name, "", f"en hänvisning till annat än filens egna blad, {part}")


def _split(text: str) -> list[str]:
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return re.split(r",(?=(?:[^']*'[^']*')*[^']*$)", text)
