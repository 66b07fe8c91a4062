"""What a workbook holds beside plain cells, counted by kind: what a write must not lose.

The package is walked from its root along its relationships, as Excel does it. What lies there but
is no longer pointed at is lost, and is not counted. Nothing here is shared with the engine.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import XML, Element, ParseError

_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_VML_SHAPE = re.compile(rb"<v:(?:shape|rect|oval|line|group|image)[\s>]")
_VML_OBJECT = re.compile(rb"<x:ClientData\s[^>]*ObjectType=[\"'](\w+)")

# By the root of the part: the elements that are counted, and what they are called.
_COUNTED = {
    "worksheet": {
        "row": "rows", "c": "cells", "mergeCell": "merged areas", "hyperlink": "links",
        "dataValidation": "validations", "cfRule": "conditional formats",
        "protectedRange": "protected ranges", "sheetProtection": "protected sheets",
        "sparkline": "sparklines", "control": "controls", "oleObject": "embedded objects",
        "tablePart": "tables on sheets", "autoFilter": "filters", "sortState": "sorts",
        "brk": "page breaks", "pageSetup": "page setups", "headerFooter": "headers and footers",
        "drawing": "drawings on sheets", "legacyDrawing": "old drawings on sheets",
        "legacyDrawingHF": "pictures in headers", "picture": "backgrounds", "col": "columns",
        "scenario": "scenarios", "customSheetView": "views of one's own", "cellWatch": "watches",
        "ignoredError": "ignored errors", "customPr": "custom properties", "cellSmartTag": "tags",
        "dataConsolidate": "consolidations", "pane": "panes", "outlinePr": "outlines",
        "phoneticPr": "phonetics", "webPublishItem": "web items", "slicer": "slicers on sheets",
        "timelineRef": "timelines on sheets", "ext": "extensions",
    },
    "chartsheet": {"drawing": "drawings on sheets", "pageSetup": "page setups"},
    "dialogsheet": {"control": "controls"},
    "workbook": {
        "pivotCache": "pivot caches of the workbook", "externalReference": "external references",
        "workbookView": "workbook views", "fileRecoveryPr": "recoveries", "ext": "extensions",
        "functionGroup": "function groups", "customWorkbookView": "views of one's own",
        "slicerCache": "slicer caches of the workbook", "workbookProtection": "protections",
        "timelineCacheRef": "timeline caches of the workbook", "webPublishing": "web settings",
    },
    "comments": {"comment": "notes", "r": "runs in notes"},
    "ThreadedComments": {"threadedComment": "comments in threads", "mention": "mentions"},
    "personList": {"person": "persons"},
    "slicers": {"slicer": "slicers"},
    "slicerCacheDefinition": {"slicerCacheDefinition": "slicer caches", "i": "slicer items"},
    "timelines": {"timeline": "timelines"},
    "timelineCacheDefinition": {"timelineCacheDefinition": "timeline caches"},
    "formControlPr": {"formControlPr": "control properties"},
    "ocx": {"ocx": "ActiveX controls"},
    "wsDr": {
        "sp": "shapes", "cxnSp": "connectors", "grpSp": "groups", "pic": "pictures",
        "graphicFrame": "frames", "contentPart": "ink",
    },
    "userShapes": {"sp": "shapes in charts"},
    "chartSpace": {
        "chartSpace": "charts", "ser": "series", "pt": "cached points", "trendline": "trend lines",
        "ext": "extensions of charts", "r": "runs in charts",
    },
    "chartStyle": {"chartStyle": "chart styles"},
    "colorStyle": {"colorStyle": "chart colours"},
    "pivotTableDefinition": {
        "pivotTableDefinition": "pivot tables", "pivotField": "pivot fields", "i": "pivot items",
    },
    "pivotCacheDefinition": {
        "pivotCacheDefinition": "pivot caches", "cacheField": "pivot cache fields",
    },
    "pivotCacheRecords": {"r": "pivot records"},
    "table": {
        "table": "tables", "tableColumn": "table columns", "autoFilter": "filters of tables",
        "calculatedColumnFormula": "table formulas", "totalsRowFormula": "table totals",
    },
    "singleXmlCells": {"singleXmlCell": "XML cells"},
    "queryTable": {"queryTable": "query tables", "queryTableField": "query fields"},
    "connections": {"connection": "connections"},
    "externalLink": {"externalBook": "external books", "cell": "external values",
                     "ddeLink": "other links", "oleLink": "other links"},
    "metadata": {"bk": "cell metadata", "dynamicArrayProperties": "dynamic arrays in metadata"},
    "MapInfo": {"Map": "XML maps", "Schema": "XML schemas"},
    "labelList": {"label": "sensitivity labels"},
    "datastoreItem": {"datastoreItem": "custom XML properties"},
    "theme": {"theme": "themes"},
    "Properties": {"property": "document properties"},
    "sst": {},
    "styleSheet": {"ext": "extensions of styles", "tableStyle": "table styles"},
    "calcChain": {},
}  # fmt: skip
# What the engine may write anew or leave out; what is in them is looked at elsewhere.
_NOT_COUNTED = frozenset({"calcChain"})


class _Part(NamedTuple):
    """What a part holds by kind, and which shared texts its cells use."""

    counts: Counter[str]
    root: str = ""
    texts: tuple[int, ...] = ()


def features(data: bytes, without: str | None = None) -> Counter[str]:
    """How much there is of each kind; ``without`` leaves out a sheet and what hangs on it alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name.lower(): name for name in archive.namelist() if not name.endswith("/")}
        found: Counter[str] = Counter()
        texts: Counter[int] = Counter()
        strings = b""
        seen = {""}
        waiting = [""]
        while waiting:
            part = waiting.pop()
            skipped: str | None = None
            if part:
                content = archive.read(parts[part])
                read = _counted(content)
                found += read.counts
                texts.update(read.texts)
                if read.root == "sst":
                    strings = content
                if read.root == "workbook":
                    names, skipped = _names(content, without)
                    found["names"] += names
            for id_, kind, target in _links(archive, parts, part):
                if id_ == skipped or kind in _NOT_COUNTED:
                    continue
                found[f"links of kind {kind}"] += 1
                if target is not None and target in parts and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        runs = _runs(strings) if strings else ()
        found["rich text runs"] += sum(
            runs[at] * times for at, times in texts.items() if at < len(runs)
        )
    return +found


def _links(
    archive: zipfile.ZipFile, parts: dict[str, str], part: str
) -> Iterator[tuple[str, str, str | None]]:
    """The relationships of a part: id, kind, and target part, None outside the package."""
    folder, _, name = part.rpartition("/")
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in parts:
        return
    for each in XML(archive.read(parts[rels])):
        kind = each.get("Type", "").rpartition("/")[2]
        if each.get("TargetMode", "").lower() == "external":
            yield each.get("Id", ""), kind, None
            continue
        target = unquote(each.get("Target", "").partition("#")[0]).replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        yield each.get("Id", ""), kind, path.lower()


@lru_cache(maxsize=256)
def _counted(content: bytes) -> _Part:
    found: Counter[str] = Counter()
    if not content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _Part(Counter({_binary(content): 1}))
    try:
        root = XML(content)
    except ParseError:
        root = Element("xml")
    name = _local(root)
    if name == "xml":
        found["VML shapes"] = len(_VML_SHAPE.findall(content))
        for kind in _VML_OBJECT.findall(content):
            found[f"VML objects of kind {kind.decode()}"] += 1
        return _Part(found, name)
    wanted = _COUNTED.get(name)
    if wanted is None:
        return _Part(Counter({"other XML": 1}), name)
    texts: list[int] = []
    for each in root.iter():
        if not isinstance(each.tag, str):
            continue
        local = _local(each)
        # A control on a sheet has an anchor with rows and columns of its own.
        if local in wanted and (name == "wsDr" or not each.tag.startswith(_DRAWING)):
            special = "extended " if each.tag.startswith(_X14) else ""
            found[special + wanted[local]] += 1
    if name == "worksheet":
        found["sheets"] = 1
        _count_cells(root, found, texts)
    return _Part(found, name, tuple(texts))


def _count_cells(root: Element, found: Counter[str], texts: list[int]) -> None:
    for cell in root.iter():
        if not isinstance(cell.tag, str) or _local(cell) != "c":
            continue
        found["cells with metadata"] += cell.get("cm") is not None or cell.get("vm") is not None
        inside = {_local(each): each for each in cell if isinstance(each.tag, str)}
        formula = inside.get("f")
        if formula is not None:
            found["formulas"] += 1
            found[f"formulas of kind {formula.get('t', 'normal')}"] += 1
        value = inside.get("v")
        if value is not None and value.text:
            found["cached values" if formula is not None else "values"] += 1
            if cell.get("t") == "s" and value.text.strip().isdecimal():
                texts.append(int(value.text))
        for each in cell.iter():
            local = _local(each) if isinstance(each.tag, str) else ""
            found["rich text runs"] += local == "r"
            found["values"] += local == "is"


def _names(content: bytes, without: str | None) -> tuple[int, str | None]:
    """How many names the workbook has, but for a sheet's own; and the sheet's relationship."""
    root = XML(content)
    sheets = [each for each in root.iter() if _local(each) == "sheet"]
    at = next(
        (
            number
            for number, each in enumerate(sheets)
            if without is not None and each.get("name", "").casefold() == without.casefold()
        ),
        None,
    )
    names = [each for each in root.iter() if _local(each) == "definedName"]
    count = sum(at is None or each.get("localSheetId") != str(at) for each in names)
    if at is None:
        return count, None
    return count, next((v for k, v in sheets[at].attrib.items() if k.endswith("}id")), None)


@lru_cache(maxsize=16)
def _runs(strings: bytes) -> tuple[int, ...]:
    """How many runs each shared text is made of, 0 for a plain one."""
    return tuple(
        sum(_local(each) == "r" for each in item) for item in XML(strings) if _local(item) == "si"
    )


def _binary(content: bytes) -> str:
    """What kind of thing a part without XML is, by its first bytes."""
    for magic, kind in (
        (b"\xd0\xcf\x11\xe0", "OLE parts (macros, objects)"),
        (b"\x89PNG", "images"),
        (b"\xff\xd8", "images"),
        (b"GIF8", "images"),
        (b"PK\3\4", "embedded packages"),
    ):
        if content.startswith(magic):
            return kind
    return "other binary parts"


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
